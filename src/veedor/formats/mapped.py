"""Any CSV or Parquet file by mapping: plots, track reports, entries, accounts, balances.

Ordinals: every row a source row gives has its own (a payments file gives a debit and a credit entry per line); a row
that fails in any of its records is one reject and gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.errors import InputError, UsageError
from veedor.formats.arrow import Array, Mask, Whole, one_piece, pc
from veedor.formats.checks import Checks
from veedor.formats.csv_blocks import Block, blocks
from veedor.formats.mapped_values import Applied, belongs
from veedor.formats.mapping import AMOUNTS, Companion, Mapping, Record, Value
from veedor.formats.parquet_blocks import MAGIC, parquet_blocks
from veedor.formats.reader import Batch, Options, Reject, Source
from veedor.formats.ready import match_ready, match_source
from veedor.formats.rows import HALVES, complete, sliced
from veedor.formats.source import GZIP_MAGIC, head_of
from veedor.formats.values import ending

COMPANION_BYTES = 1 << 30


@dataclass(frozen=True)
class Mapped:
    """The reader. Without a mapping in the options it takes the ready one that fits the header."""

    name: str = "mapped"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        return head[:4] == MAGIC or match_ready(head) is not None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        mapping = options.mapping if isinstance(options.mapping, Mapping) else match_source(source)
        head = head_of(source, 4)
        with closing(source.open()) as stream:
            if mapping is None:
                raise InputError(
                    "no mapping says what the columns are", file=source.name, place="header",
                    expected="a mapping", found="none, and none of the ready ones fits",
                    next_step="write one (docs/mappings.md) and give it beside the file",
                )  # fmt: skip
            self._check_kind(mapping, head, source.name)
            found = (
                parquet_blocks(stream, source.name)
                if mapping.format == "parquet"
                else blocks(stream, mapping.dialect, source.name)
            )
            joined = _Companions(mapping, options, source.name)
            first = 0
            seen = False
            for block in found:
                if not seen:
                    _check_header(mapping, block.columns.column_names, source.name)
                    _check_types(mapping, block.columns, source.name)
                    seen = True
                batches, first = _batches(block, mapping, options, joined, first)
                yield from batches
            if not seen:
                raise InputError(
                    "the file has no records", file=source.name, place="below the header",
                    expected="at least one record below the header",
                    found="none", next_step="leave it out, or ask its sender for it again",
                )  # fmt: skip

    def _check_kind(self, mapping: Mapping, head: bytes, name: str) -> None:
        if (head == MAGIC) != (mapping.format == "parquet") or head[:2] == GZIP_MAGIC:
            raise InputError(
                "the file is not of the mapping's format", file=name, place="start of the file",
                expected=mapping.format,
                found="Parquet" if head == MAGIC else "something else",
                next_step="change `format` in the mapping or give the right file",
            )  # fmt: skip


def _check_header(mapping: Mapping, names: list[str], file: str) -> None:
    """Missing columns concern the whole file: one clear error instead of a reject per row."""
    needed: list[str] = []
    for record in mapping.records:
        needed += [condition.column for condition in record.when]
        for value in record.values.values():
            if value.companion is None and not value.if_present and value.otherwise is None:
                needed += value.columns
        needed += _other_halves(record, names)
    needed += [companion.key for companion in mapping.companions if companion.key is not None]
    missing = sorted(set(needed) - set(names))
    used = {name for record in mapping.records for value in record.values.values() for name in _columns(value)}
    twice = sorted({name for name in names if names.count(name) > 1 and name in used.union(needed)})
    if missing or twice:
        raise InputError(
            "columns that the mapping needs are missing" if missing else "a column stands twice in the header",
            file=file,
            place="header",
            expected=", ".join(missing or twice),
            found=", ".join(names)[:500] or "none",
            next_step="correct the mapping (or mark the column if_present = true), or give the right file",
        )


def _columns(value: Value) -> set[str]:
    """The columns of the file that a value may be read from, also where the first choice is absent."""
    behind = set() if value.otherwise is None else _columns(value.otherwise)
    return behind | set(value.columns)


def _other_halves(record: Record, names: list[str]) -> list[str]:
    """Columns without which half a position would stand in every row."""
    found: list[str] = []
    for pair in HALVES:
        given = [value for name in pair if (value := record.values.get(name)) is not None and value.companion is None]
        there = [all(name in names for name in value.columns) for value in given]
        if len(given) == 2 and any(there) and all(value.otherwise is None for value in given):
            found += [name for value in given for name in value.columns]
    return found


def _check_types(mapping: Mapping, columns: pa.Table, file: str) -> None:
    """A Parquet column of a kind that holds no plain values concerns the whole file."""
    for record in mapping.records:
        for name, value in record.values.items():
            for column in value.columns if value.companion is None else ():
                kind: Any = columns.schema.field(column).type if column in columns.column_names else pa.string()
                if pa.types.is_dictionary(kind):
                    kind = kind.value_type
                measured = ending(name) is not None or name in AMOUNTS.get(record.table.name, ())
                if not _plain(kind) or (measured and pa.types.is_boolean(kind)):
                    raise InputError(
                        "a column is of a kind that cannot be read", file=file, place=f"column {column}",
                        expected=f"text, numbers or times for {name}", found=str(kind)[:200],
                        next_step="write the column again as what it stands for, or leave it out of the mapping",
                    )  # fmt: skip


def _plain(kind: Any) -> bool:
    found = pa.types
    return bool(
        found.is_string(kind) or found.is_large_string(kind) or found.is_integer(kind) or found.is_floating(kind)
        or found.is_decimal(kind) or found.is_boolean(kind) or found.is_timestamp(kind) or found.is_date(kind)
        or found.is_null(kind)
    )  # fmt: skip


def _batches(
    block: Block, mapping: Mapping, options: Options, joined: _Companions, first: int
) -> tuple[Iterator[Batch], int]:
    rows = len(block.offsets)
    checks = block.checks
    companions = joined.beside(block)
    members = [belongs(record, block.columns) & ~checks.bad for record in mapping.records]
    none = ~np.logical_or.reduce(members)
    checks.fail(none & ~checks.bad, "reject.no_record", "record", "a row that a [[record]] covers", "nothing")
    columns = []
    for record, member in zip(mapping.records, members, strict=True):
        own = Checks(rows) if len(members) > 1 else checks
        found = Applied(mapping, record, options).columns(block.columns, companions, own)
        if own is not checks:
            checks.take(own, member)
        columns.append(found)
    good = [member & ~checks.bad for member in members]
    slots = np.where(checks.bad, 1, np.sum(good, axis=0, dtype=np.int64))
    places: Whole = first + np.cumsum(slots) - slots
    rejects: tuple[Reject, ...] = ()
    if checks.bad.any():
        tables = _tables(mapping, members)
        rejects = checks.rejects(tables, places, block.offsets, block.lengths, block.raw)
    return _emit(block, mapping, columns, good, places, rejects), first + int(slots.sum())


def _tables(mapping: Mapping, members: list[Mask]) -> list[str]:
    """The table each row would have gone to: that of the first record it belongs to."""
    names = [mapping.records[0].table.name] * len(members[0])
    for record, member in reversed(list(zip(mapping.records, members, strict=True))):
        for row in np.flatnonzero(member):
            names[row] = record.table.name
    return names


def _emit(
    block: Block,
    mapping: Mapping,
    columns: list[dict[str, Array]],
    good: list[Mask],
    places: Whole,
    rejects: tuple[Reject, ...],
) -> Iterator[Batch]:
    before = np.zeros(len(block.offsets), np.int64)
    parts: dict[str, list[pa.Table]] = {}
    tables = {}
    for record, found, chosen in zip(mapping.records, columns, good, strict=True):
        found |= {
            "row": pa.array(places + before),
            "offset": pa.array(block.offsets),
            "length": pa.array(block.lengths, pa.int32()),
        }
        before += chosen
        mask = pa.array(chosen)
        kept = {name: pc.filter(one_piece(column), mask) for name, column in found.items()}
        parts.setdefault(record.table.name, []).append(complete(record.table, kept, int(chosen.sum())))
        tables[record.table.name] = record.table
    for name, some in parts.items():
        yield from sliced(tables[name], some, rejects)
        rejects = ()


class _Companions:
    """The files a mapping names beside the main one, held in memory (bounded), joined block by block."""

    def __init__(self, mapping: Mapping, options: Options, name: str) -> None:
        self._tables: list[tuple[Companion, pa.Table]] = []
        for companion in mapping.companions:
            source = options.companions.get(companion.file)
            if source is None and not companion.optional:
                raise UsageError(
                    "a file that the mapping names is missing", file=companion.file,
                    place=f"companion {companion.name}",
                    next_step=f"give it beside {name}",
                )  # fmt: skip
            if source is not None:
                self._tables.append((companion, _whole(source, companion)))

    def beside(self, block: Block) -> dict[str, pa.Table]:
        """Companion rows aligned with the block's rows, nulls where there is none."""
        found = {}
        for companion, table in self._tables:
            if companion.by_row:
                places = np.arange(block.first, block.first + len(block.offsets))
                index: Array = pa.array(places, mask=places >= table.num_rows)
            else:
                keys = pc.cast(one_piece(block.columns[companion.key or ""]), pa.string())
                index = pc.index_in(keys, value_set=one_piece(table[companion.match or ""]), skip_nulls=True)
            found[companion.name] = table.take(index)
        return found


def _whole(source: Source, companion: Companion) -> pa.Table:
    if source.size_bytes > COMPANION_BYTES:
        raise InputError(
            "the companion file is too large", file=source.name, expected=f"at most {COMPANION_BYTES} bytes",
            found=str(source.size_bytes), next_step="cut it to the rows and columns needed",
        )  # fmt: skip
    with closing(source.open()) as stream:
        parts = [block.columns for block in blocks(stream, companion.dialect, source.name)]
    return pa.concat_tables(parts)


READER = Mapped()
