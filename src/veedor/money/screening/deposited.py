"""Lists out of a mission's deposits: the pieces of their files put together and read; nothing of a bad file escapes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from veedor.engine.findings import Evidence
from veedor.errors import InputError
from veedor.registers.sanctions import ListFile, Listing, Unlisted, ofac_csv, read_lists
from veedor.registers.sanctions.choose import HEAD_BYTES

PIECES_NEEDED = ("name", "day", "content", "deposit", "row", "file")


@dataclass(frozen=True)
class Deposited:
    """All lists that were handed in. `records` are the rows that a list was read from, by its digest of files;
    `refused` the files that are no list, each with what was wrong."""

    listings: tuple[Listing, ...]
    records: Mapping[tuple[tuple[str, bytes], ...], tuple[Evidence, ...]]
    refused: tuple[tuple[str, Unlisted], ...]

    @property
    def newest(self) -> date | None:
        """The day of the newest version; None where no list says its day."""
        return max((each.version for each in self.listings if each.version is not None), default=None)


NOTHING = Deposited((), {}, ())


class _Last:
    """The lists read last in this process: many calls ask for the same ones, and reading them takes seconds."""

    digest = b""
    read = NOTHING


def deposited(pieces: pa.Table) -> Deposited:
    """The lists in rows of `list_pieces`. Files of one deposit are one list where the authority cuts it (OFAC)."""
    if pieces.num_rows == 0:
        return NOTHING
    ordered = pieces.sort_by([("deposit", "ascending"), ("row", "ascending")])
    hasher = hashlib.sha256()
    for row in ordered.select(["deposit", "row", "content"]).to_pylist():
        hasher.update(row["deposit"] + row["row"].to_bytes(8, "big") + hashlib.sha256(row["content"]).digest())
    if hasher.digest() != _Last.digest:
        _Last.read = _read(ordered)
        _Last.digest = hasher.digest()
    return _Last.read


def _read(ordered: pa.Table) -> Deposited:
    files: dict[tuple[bytes, int], list[dict[str, Any]]] = defaultdict(list)
    for row in ordered.to_pylist():
        files[row["deposit"], row["file"]].append(row)
    together: dict[tuple[bytes, date | None], list[tuple[ListFile, Evidence]]] = defaultdict(list)
    for (deposit, _), rows in files.items():
        file = ListFile(rows[0]["name"], b"".join(row["content"] for row in rows))
        of = Evidence(deposit, rows[0]["row"], rows[-1]["row"], "role.list_file")
        together[deposit, rows[0]["day"]].append((file, of))
    listings: list[Listing] = []
    records: dict[tuple[tuple[str, bytes], ...], tuple[Evidence, ...]] = {}
    refused: list[tuple[str, Unlisted]] = []
    for (_, day), given in sorted(together.items(), key=lambda each: (each[0][0], str(each[0][1]))):
        for made in _lists([file for file, _ in given], refused):
            listings.append(made if made.version is not None else made.dated(day))
            digests = {digest for _, digest in made.files}
            records[made.files] = tuple(sorted(of for file, of in given if file.sha256 in digests))
    return Deposited(tuple(listings), records, tuple(refused))


def _lists(files: list[ListFile], refused: list[tuple[str, Unlisted]]) -> tuple[Listing, ...]:
    """All that can be read; a file that is no list does not stop the others."""
    ofac = [file for file in files if ofac_csv.sniff(file.content[:HEAD_BYTES], file.name)]
    groups = [[file] for file in files if file not in ofac] + ([ofac] if ofac else [])
    made: list[Listing] = []
    for group in groups:
        try:
            made += read_lists(group)
        except InputError as error:
            where = error.place or "start of the file"
            refused += [
                (
                    file.name,
                    Unlisted(0, f"{file.name}, {where}", "reject.no_list", error.expected or "", error.found or ""),
                )
                for file in group
            ]
    return tuple(made)
