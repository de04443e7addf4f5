"""Blocks of CSV records with the exact byte place of each: newlines are found first, then whole blocks are parsed.

Without `multiline` a line feed always ends a record, so that one broken quote spoils one record; with it, line feeds
inside quotes belong to the field, and an unclosed quote rejects the rest of the file. Blank lines are framing. A record
of many megabytes is rejected and passed over; only its beginning is kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from veedor.errors import InputError
from veedor.formats.arrow import Mask, Whole
from veedor.formats.checks import Checks
from veedor.formats.reader import RAW_KEPT_BYTES
from veedor.formats.source import Truncated

BLOCK_BYTES = 4 << 20
BLOCK_RECORDS = 65_536
RECORD_BYTES = 1 << 20  # a longer record is no record; it bounds memory
# Lengths of records are kept in 31 bits.
_MOST_PASSED_OVER = 1 << 30
BOM = b"\xef\xbb\xbf"
ENCODINGS = ("utf-8", "latin-1", "iso-8859-1", "iso-8859-2", "iso-8859-15", "cp1250", "cp1252")


@dataclass(frozen=True)
class Dialect:
    """How the file is written. `header` false: columns are named "1", "2", …."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    header: bool = True
    skip_lines: int = 0
    multiline: bool = False


@dataclass(frozen=True)
class Block:
    """Records in order of the file. `columns` are strings (null where empty), aligned with `offsets`; rows that
    `checks` already knows as bad hold nulls. `first` is the ordinal of the first record."""

    first: int
    data: bytes
    start: int
    offsets: Whole
    lengths: Whole
    columns: pa.Table
    checks: Checks

    def raw(self, row: int) -> bytes:
        at = int(self.offsets[row]) - self.start
        return self.data[at : at + int(self.lengths[row])]


def blocks(stream: BinaryIO, dialect: Dialect, name: str, names: list[str] | None = None) -> Iterator[Block]:
    """Blocks of at most BLOCK_RECORDS records; a cut-off end becomes a bad last record. `names` are the columns of a
    format without header; else the first record says how many there are."""
    skip, first, start, rest, ended = dialect.skip_lines, 0, 0, b"", ""
    while not ended:
        try:
            more = stream.read(BLOCK_BYTES)
            ended = "" if more else "end"
        except Truncated as error:
            more, ended = b"", error.found or "cut off"
        data = rest + more
        starts, ends, used = _records(data, dialect, final=ended == "end")
        if (ended and ended != "end") or (ended and used < len(data)):
            starts, ends, used = np.append(starts, used), np.append(ends, len(data)), len(data)
            cut = True
        else:
            cut = False
            if used == 0 and len(data) > RECORD_BYTES:
                if names is None or start == 0:
                    raise InputError(
                        "no line end found", file=name, place=f"byte {start}",
                        expected=f"records of at most {RECORD_BYTES} bytes", found=f"{len(data)} bytes without one",
                        next_step="this is not CSV, or a quote is never closed (see `multiline` in docs/mappings.md)",
                    )  # fmt: skip
                size, rest, ended = _passed_over(stream, data, dialect, name, start)
                yield _too_long(data[:RAW_KEPT_BYTES], first, start, size, names, ended)
                first, start = first + 1, start + size + (not ended)
                continue
        if start == 0 and data[:3] == BOM and len(starts):
            starts[0] = 3
        keep = ends > starts
        # A packed file may break off exactly behind a record: then the reject has no bytes, but it is told.
        keep[-1:] |= cut
        starts, ends = starts[keep], ends[keep]
        if skip and len(starts) > cut:
            taken = min(skip, len(starts) - cut)
            starts, ends, skip = starts[taken:], ends[taken:], skip - taken
        if names is None and cut and len(starts) == 1:
            raise InputError(
                "the file breaks off before its first record", file=name, place=f"byte {start + int(starts[0])}",
                expected="at least the first line, whole", found=ended or "an unclosed quote",
                next_step="ask for the file again",
            )  # fmt: skip
        if names is None and len(starts):
            names = _names(data[starts[0] : ends[0]], dialect, name)
            if dialect.header:
                starts, ends = starts[1:], ends[1:]
        for at in range(0, len(starts), BLOCK_RECORDS):
            some, others = starts[at : at + BLOCK_RECORDS], ends[at : at + BLOCK_RECORDS]
            checks = Checks(len(some))
            if cut and at + BLOCK_RECORDS >= len(starts):
                found = ended or "an unclosed quote"
                checks.fail_row(len(some) - 1, "reject.truncated", "end of file", "a complete record", found)
            long = others - some > RECORD_BYTES
            checks.fail(long, "reject.too_long", "record", f"at most {RECORD_BYTES} bytes", "more")
            columns = _parse(data, some, others, names or [], dialect, checks)
            yield Block(first, data, start, some + start, others - some, columns, checks)
            first += len(some)
        start += used
        rest = data[used:]


def _passed_over(stream: BinaryIO, data: bytes, dialect: Dialect, name: str, start: int) -> tuple[int, bytes, str]:
    """(bytes of the record that `data` begins with, what was read behind its line end, how the file ended in it)."""
    size, inside = 0, False
    try:
        while data:
            view = np.frombuffer(data, np.uint8)
            breaks = np.flatnonzero(view == 10)
            if dialect.multiline and dialect.quote:
                within = _in_quotes(view, dialect) ^ inside
                breaks, inside = breaks[within[breaks] == 0], bool(within[-1])
            if len(breaks):
                return size + int(breaks[0]), data[breaks[0] + 1 :], ""
            size += len(data)
            if size > _MOST_PASSED_OVER:
                raise InputError(
                    "no line end found", file=name, place=f"byte {start}",
                    expected=f"records of at most {RECORD_BYTES} bytes", found=f"{size} bytes without one",
                    next_step="split the file before that record, or ask for it again",
                )  # fmt: skip
            data = stream.read(BLOCK_BYTES)
    except Truncated as error:
        return size, b"", error.found or "cut off"
    return size, b"", "an unclosed quote" if inside else "end"


def _too_long(data: bytes, first: int, start: int, size: int, names: list[str], ended: str) -> Block:
    """One record of which only the beginning was kept, rejected."""
    checks = Checks(1)
    if ended not in ("", "end"):
        checks.fail_row(0, "reject.truncated", "end of file", "a complete record", ended)
    checks.fail_row(0, "reject.too_long", "record", f"at most {RECORD_BYTES} bytes", f"{size} bytes")
    columns = pa.table([pa.nulls(1, pa.string()) for _ in names], names=names)
    return Block(first, data, start, np.array([start]), np.array([size]), columns, checks)


def _records(data: bytes, dialect: Dialect, *, final: bool) -> tuple[Whole, Whole, int]:
    """Starts and ends (without line end) of the records complete in `data`, and the bytes they take."""
    view = np.frombuffer(data, np.uint8)
    breaks = np.flatnonzero(view == 10)
    if dialect.multiline and dialect.quote and data.find(dialect.quote.encode()) >= 0:
        inside = _in_quotes(view, dialect)
        breaks = breaks[inside[breaks] == 0]
        open_end = bool(inside[-1])
    else:
        open_end = False
    starts = np.concatenate([[0], breaks + 1]).astype(np.int64)
    ends = np.append(breaks, len(data)).astype(np.int64)
    if not final or open_end:
        starts, ends = starts[:-1], ends[:-1]
        used = int(breaks[-1]) + 1 if len(breaks) else 0
    else:
        used = len(data)
    carriage = (ends > starts) & (view[np.maximum(ends - 1, 0)] == 13) if len(view) and len(ends) else None
    return starts, ends - carriage if carriage is not None else ends, used


def _in_quotes(view: npt.NDArray[np.uint8], dialect: Dialect) -> npt.NDArray[np.uint8]:
    """1 for each byte behind an odd number of quotes, itself among them."""
    return np.bitwise_xor.accumulate((view == ord(dialect.quote)).view(np.uint8))


def _names(line: bytes, dialect: Dialect, name: str) -> list[str]:
    try:
        fields = next(csv.reader([line.decode(dialect.encoding)], delimiter=dialect.delimiter), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "the first line is not text", file=name, place="line 1", expected=f"{dialect.encoding} text",
            found=str(error), next_step="state the right `encoding` in the mapping",
        ) from error  # fmt: skip
    return [field.strip() for field in fields] if dialect.header else [str(n + 1) for n in range(len(fields))]


def _parse(data: bytes, starts: Whole, ends: Whole, names: list[str], dialect: Dialect, checks: Checks) -> pa.Table:
    good = ~checks.bad
    view = np.frombuffer(data, np.uint8)
    good &= _well_formed(view, starts, ends, names, dialect, checks)
    table = _fast(data, starts, ends, good, names, dialect) if good.any() else None
    if table is None:
        return _slow(data, starts, ends, names, dialect, checks)
    if good.all():
        return table
    places = np.cumsum(good) - 1
    return table.take(pa.array(places, mask=~good))


def _well_formed(
    view: np.ndarray, starts: Whole, ends: Whole, names: list[str], dialect: Dialect, checks: Checks
) -> Mask:
    """Records with the right number of fields, as far as that shows without quotes; the rest the parser tells."""
    region = view[starts[0] : ends[-1]] if len(starts) else view[:0]
    base = starts[0] if len(starts) else 0
    if dialect.quote and bool((region == ord(dialect.quote)).any()):
        quotes = _count(region, dialect.quote, starts - base, ends - base)
        if not dialect.multiline:
            checks.fail(quotes % 2 == 1, "reject.quotes", "record", "quotes in pairs", "an unclosed quote")
        plain = quotes == 0
    else:
        plain = np.ones(len(starts), np.bool_)
    fields = _count(region, dialect.delimiter, starts - base, ends - base) + 1
    wrong = plain & (fields != len(names))
    for count in np.unique(fields[wrong]):
        checks.fail(wrong & (fields == count), "reject.fields", "record", f"{len(names)} fields", f"{count} fields")
    return ~checks.bad


def _count(region: np.ndarray, sign: str, starts: Whole, ends: Whole) -> Whole:
    places = np.flatnonzero(region == ord(sign))
    return np.searchsorted(places, ends) - np.searchsorted(places, starts)


def _fast(data: bytes, starts: Whole, ends: Whole, good: Mask, names: list[str], dialect: Dialect) -> pa.Table | None:
    """All good records in one go; None when the parser sees other records than the newline scan."""
    if good.all() and bool((starts[1:] - ends[:-1] <= 2).all()):
        body = data[int(starts[0]) : int(ends[-1])]
    else:
        body = b"\n".join([data[a:b] for a, b in zip(starts[good], ends[good], strict=True)])
    try:
        if dialect.encoding != "utf-8":
            body = body.decode(dialect.encoding).encode()
        table = pa.csv.read_csv(
            io.BytesIO(body + b"\n"),
            pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(body) + 2),
            pa.csv.ParseOptions(
                delimiter=dialect.delimiter, quote_char=dialect.quote or False, newlines_in_values=True,
                ignore_empty_lines=False,
            ),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True,
            ),
        )  # fmt: skip
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    return table.combine_chunks() if table.num_rows == int(good.sum()) else None


def _slow(data: bytes, starts: Whole, ends: Whole, names: list[str], dialect: Dialect, checks: Checks) -> pa.Table:
    """Record by record, so that only the broken ones fail."""
    nothing = [None] * len(names)
    rows: list[list[str | None]] = []
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        fields: list[str | None] = list(nothing)
        if not checks.bad[row]:
            try:
                text = data[start:end].decode(dialect.encoding)
                found = next(
                    csv.reader(
                        io.StringIO(text, newline=""), delimiter=dialect.delimiter, strict=True,
                        quotechar=dialect.quote or None,
                        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
                    )
                )  # fmt: skip
                if len(found) == len(names):
                    fields = [field or None for field in found]
                else:
                    checks.fail_row(row, "reject.fields", "record", f"{len(names)} fields", f"{len(found)} fields")
            except UnicodeDecodeError as error:
                checks.fail_row(row, "reject.encoding", "record", f"{dialect.encoding} text", str(error.reason))
            except (csv.Error, StopIteration) as error:
                checks.fail_row(row, "reject.quotes", "record", "well-formed quotes", str(error))
        rows.append(fields)
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pa.table([pa.array(list(column), pa.string()) for column in columns], names=names)
