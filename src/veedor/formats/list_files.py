"""Sanctions lists as files: kept whole, in pieces, as their authorities publish them; registers.sanctions reads them.

A list is small and is read as a whole: an alias in one file belongs to an entry in another, and an XML list holds its
references before its entries. So a row here is a piece of the file: at most 64 KiB, up to the last line end in them.
The pieces of a file, one after the other, are its bytes.

| list | known by |
|---|---|
| OFAC, CSV (sdn, alt, add, sdn_comments) | rows that begin with a number, `-0-` for nothing; the last by its name |
| OFAC, advanced XML | `<Sanctions`, `ReferenceValueSets` |
| UN, XML | `<CONSOLIDATED_LIST` |
| EU, CSV (FSF 1.1) | `Entity_LogicalId`, `NameAlias_WholeName` |
| FollowTheMoney, JSON lines | `"schema"` and `"properties"` in the first object |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from veedor.formats.reader import RAW_KEPT_BYTES, Batch, Options, Reject, Source
from veedor.formats.rows import complete
from veedor.formats.windows import Window, windows
from veedor.tables import LIST_PIECES

PIECE_BYTES = 1 << 16
DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1)
_COMMENTS = re.compile(r"(sdn|cons)_comments\.csv$")
_OFAC_ROW = re.compile(rb'\s*"?\d{1,9}"?\s*,')


class ListFiles:
    """The reader: one row per piece. The day a list is of, where its file does not say it, is the depositor's date."""

    name = "list_files"
    version = 1
    reads_names = True
    reads_date = True

    def sniff(self, head: bytes, name: str) -> bool:
        first = head.lstrip(b"\xef\xbb\xbf \r\n\t")
        if first[:1] == b"{":
            line = first.split(b"\n", 1)[0]
            return b'"schema"' in line and b'"properties"' in line
        if first[:1] == b"<":
            return b"<CONSOLIDATED_LIST" in head or (b"<Sanctions" in head and b"ReferenceValueSets" in head)
        if b"Entity_LogicalId" in head and b"NameAlias_WholeName" in head:
            return True
        return (b"-0-" in head or _COMMENTS.search(name.casefold()) is not None) and _OFAC_ROW.match(first) is not None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        day = None if options.date_us is None else _EPOCH + timedelta(days=options.date_us // DAY_US)
        row = 0
        with closing(source.open()) as stream:
            for window in windows(stream, source.name, "a piece", 2 * PIECE_BYTES):
                pieces = _pieces(window)
                rejects: tuple[Reject, ...] = ()
                if window.cut:
                    rest = window.data[window.used :]
                    rejects = (_cut(row + len(pieces), window.at + window.used, rest, window.cut),)
                    window.used = len(window.data)
                if pieces or rejects:
                    yield _batch(pieces, row, source.name, day, options, rejects)
                row += len(pieces)


def _pieces(window: Window) -> list[tuple[int, bytes]]:
    """Offset and bytes of what is surely a piece by now: where pieces end depends on the content alone."""
    found: list[tuple[int, bytes]] = []
    data, whole = window.data, window.final and not window.cut
    while len(data) - window.used >= PIECE_BYTES or (whole and window.used < len(data)):
        begin, end = window.used, window.used + PIECE_BYTES
        if end < len(data) or not whole:
            line = data.rfind(b"\n", begin, end) + 1
            end = line if line > begin else end
        found.append((window.at + begin, data[begin:end]))
        window.used = min(end, len(data))
    return found


def _batch(
    pieces: list[tuple[int, bytes]], first: int, name: str, day: date | None, options: Options,
    rejects: tuple[Reject, ...],
) -> Batch:  # fmt: skip
    count = len(pieces)
    columns: dict[str, Any] = {
        "name": pa.array([name] * count, pa.string()),
        "day": pa.array([day] * count, pa.date32()),
        "content": pa.array([content for _, content in pieces], pa.binary()),
        "simulated": pa.array([options.simulated] * count, pa.bool_()),
        "row": pa.array(range(first, first + count), pa.int64()),
        "offset": pa.array([offset for offset, _ in pieces], pa.int64()),
        "length": pa.array([len(content) for _, content in pieces], pa.int32()),
    }
    return Batch(LIST_PIECES, complete(LIST_PIECES, columns, count), rejects)


def _cut(row: int, offset: int, rest: bytes, why: str) -> Reject:
    return Reject(
        LIST_PIECES.name, row, offset, len(rest), "reject.truncated", "end of file", "the whole list", why,
        rest[:RAW_KEPT_BYTES],
    )  # fmt: skip


READER = ListFiles()
