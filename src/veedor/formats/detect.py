"""Which reader a file is for, by its first bytes; formats known but not read yet are named, not guessed at."""

from __future__ import annotations

import re
from pathlib import PurePath

from veedor.errors import InputError
from veedor.formats import list_files, mapped, sites, srtm
from veedor.formats.bank import camt053, mt103, mt940, transfers
from veedor.formats.csv_blocks import Dialect
from veedor.formats.papers import flight_plans, notam
from veedor.formats.radar import reader as asterix_reader
from veedor.formats.reader import Reader, Source
from veedor.formats.ready import columns_of, nearest
from veedor.formats.receivers import ais, opensky, readsb, readsb_snapshot, sbs, traffic_json
from veedor.formats.receivers.mode_s import beast, json_lines, lines
from veedor.formats.source import head_of

# In the order they are asked; the mapped reader last, since any CSV might be its.
READERS: tuple[Reader, ...] = (
    camt053.READER,
    camt053.REPORTS,
    camt053.NOTIFICATIONS,
    *transfers.READERS,
    mt940.READER,
    mt103.READER,
    readsb.READER,
    readsb_snapshot.READER,
    traffic_json.READER,
    opensky.READER,
    sites.READER,
    list_files.READER,
    srtm.READER,
    json_lines.READER,
    lines.READER,
    beast.READER,
    asterix_reader.READER,
    sbs.READER,
    flight_plans.READER,
    notam.READER,
    ais.READER,
    mapped.READER,
)
_KNOWN = (
    "camt.052, camt.053, camt.054, pacs.008, pacs.009, pacs.004, pain.001, camt.056, camt.029, "
    "MT940, MT942, MT103, MT202, readsb traces and snapshots, traffic JSON, OpenSky CSV, "
    "Mode S frames (Beast, AVR, CSV, rs1090), "
    "SBS, ASTERIX (raw, pcap, pcapng, IOSS), flight plan messages, NOTAM, AIS sentences, site tables, SRTM tiles, "
    "sanctions lists (OFAC, UN, EU, FollowTheMoney), "
    "and CSV or Parquet by mapping"
)
_MESSAGE = re.compile(rb"(camt|pacs|pain)\.(\d{3})")
_OTHER_MT = re.compile(rb"\{2:[OI]([0-9]{3})")
_WIDE = re.compile(rb"[ -~]\0[ -~]\0|\0[ -~]\0[ -~]")
# Seen behind one gzip, or where no archive begins.
_PACKINGS = (
    (b"\x1f\x8b", "gzip inside gzip"), (b"PK\x03\x04", "zip inside gzip"), (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!", "rar"), (b"\x28\xb5\x2f\xfd", "zstandard"),
)  # fmt: skip


class UnknownFormatError(InputError):
    """No reader recognises the file."""


def detect(source: Source) -> Reader:
    """The reader for a file; InputError naming what it seems to be and what can be read."""
    head = head_of(source)
    if not head:
        raise InputError(
            "the file holds nothing", file=source.name, place="start of the file", expected=_KNOWN,
            found="0 bytes unpacked",
            next_step="it is damaged or cut off at its start, or empty inside: ask its sender for it again",
        )  # fmt: skip
    for reader in READERS:
        if reader.sniff(head, source.name):
            return reader
    other = recognised(head)
    if other is not None:
        raise InputError(
            f"{other} is read from a later version on", file=source.name, place="start of the file",
            expected=_KNOWN, found=other,
            next_step="keep the file; until then convert it, or hand in one of the formats above",
        )  # fmt: skip
    _need_plain(head, source.name)
    near = nearest(head)
    names = columns_of(head, Dialect())
    absent = sorted(opensky.SIGNATURE - set(names))
    if near is None and 2 * len(absent) < len(opensky.SIGNATURE):
        near = "OpenSky states", absent
    if near is not None:
        name, missing = near
        raise InputError(
            f"columns are missing: the header is nearly that of {name}", file=source.name, place="header",
            expected=", ".join(missing), found=", ".join(names)[:500],
            next_step="correct the header, or give a mapping that says which column is which (docs/mappings.md)",
        )  # fmt: skip
    kind = PurePath(source.name).suffix or "no suffix"
    raise UnknownFormatError(
        "the format is not known", file=source.name, place="start of the file", expected=_KNOWN,
        found=f"{kind}, starts with {head[:24]!r}",
        next_step="give a mapping beside it if it is CSV or Parquet (docs/mappings.md)",
    )  # fmt: skip


def _need_plain(head: bytes, name: str) -> None:
    """InputError for text of two bytes a character and for packings that are not unpacked here."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or _WIDE.match(head):
        raise InputError(
            "the text is UTF-16", file=name, place="start of the file", expected="UTF-8, or a one-byte encoding that "
            "a mapping states", found=repr(head[:8]), next_step="save it as UTF-8",
        )  # fmt: skip
    packing = next((said for begins, said in _PACKINGS if head.startswith(begins)), None)
    if packing is not None:
        raise InputError(
            "the file is packed in a way that is not unpacked here", file=name, place="start of the file",
            expected="plain, once in gzip, or an archive (zip, tar, tgz)", found=packing,
            next_step="unpack it, then hand in what was inside",
        )  # fmt: skip


def recognised(head: bytes) -> str | None:
    """The name of a format that is known but not read, or None."""
    message = _MESSAGE.search(head)
    if message is not None and head.lstrip()[:1] in (b"<", b"\xef"):
        return f"{message[1].decode()}.{message[2].decode()}"
    other = _OTHER_MT.search(head)
    return f"MT{other[1].decode()}" if other is not None else None
