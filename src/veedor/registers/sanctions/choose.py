"""Which reader a list's file is for, and which files make one list together."""

from __future__ import annotations

from collections.abc import Sequence

from veedor.errors import UsageError
from veedor.registers.sanctions import eu_csv, ftm_json, ofac_csv, ofac_xml, un_xml
from veedor.registers.sanctions.listed import Listing
from veedor.registers.sanctions.source import ListFile

READERS = (un_xml, ofac_xml, eu_csv, ftm_json, ofac_csv)
HEAD_BYTES = 4096


def read_lists(files: Sequence[ListFile]) -> tuple[Listing, ...]:
    """The lists in these files; OFAC's three CSV files are one. InputError for a file that no reader knows."""
    if not files:
        raise UsageError("no list was given", next_step="name a list: --list FILE")
    known: dict[str, list[ListFile]] = {}
    for file in files:
        head = file.content[:HEAD_BYTES]
        reader = next((each for each in READERS if each.sniff(head, file.name)), None)
        if reader is None:
            formats = "OFAC's CSV or advanced XML, the UN's XML, the EU's CSV, FollowTheMoney JSON lines"
            raise file.refused("no reader knows this list", formats, head[:60].decode("latin-1"))
        known.setdefault(reader.NAME, []).append(file)
    made: list[Listing] = []
    for reader in READERS:
        given = known.get(reader.NAME, [])
        together = [given] if reader is ofac_csv and given else [[file] for file in given]
        made += [reader.read(each) for each in together]
    return tuple(made)
