"""Bringing rows into the partitions and the order they are stored in, within a memory limit.

Rows are buffered; a full buffer is cut by partition, sorted and set aside in blocks (`spill`). At the end each
partition is gathered, sorted by its total order and handed on; one too large for that is merged from its blocks
(`merging`). A bucket too large for the limit is cut into buckets of a multiple of the count, which every reader of
buckets understands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.engine.datafile import stored_schema
from veedor.engine.gather import gathered
from veedor.engine.layout import (
    HOUR_US,
    KEY_HASH,
    SHARED_HOURS,
    UNTIMED,
    Array,
    Layout,
    hashes,
    hour_name,
    hourly,
    microseconds,
)
from veedor.engine.merging import merged
from veedor.engine.spill import RunFile, Segment, read_segments
from veedor.kernel.sorting import sorted_by
from veedor.tables import Table

_LATE = np.iinfo(np.int64).max
# Blocks of so many rows: less, and each costs more than its rows; more, and those that overlap take much memory.
_BLOCK_ROWS = 8_192
Place = tuple[int, str]


@dataclass(frozen=True)
class _Block:
    """Sorted rows set aside; the first of them is row `first` of all first rows."""

    segment: Segment
    first: int


@dataclass(frozen=True)
class Arranged:
    """Rows of one stored partition in stored order, with exactly the stored columns: all of them, or the next so many
    row groups of a large one."""

    partition: str
    rows: pa.Table
    bucket: int | None = None
    buckets: int | None = None


def with_hash(table: Table, rows: pa.Table) -> pa.Table:
    """Rows cast to the declared schema, with the stored hash column behind where the table has a key."""
    rows = table.cast(rows)
    return rows.append_column(KEY_HASH, pa.array(hashes(rows[table.key]))) if table.key else rows


def stored_order(table: Table) -> tuple[str, ...]:
    """The order of rows inside one stored partition."""
    return (table.key, *table.order) if table.key else table.order


class Arranger:
    """Takes rows in any order, gives them back by stored partition. `scratch` must be an existing empty folder."""

    def __init__(self, table: Table, layout: Layout, memory_bytes: int, scratch: Path) -> None:
        self.table, self.layout, self.memory_bytes, self.scratch = table, layout, memory_bytes, scratch
        self.schema = stored_schema(table)
        self._buffer: list[pa.Table] = []
        self._bytes = 0
        self._runs = 0
        self._row_bytes = 1
        # What fits in memory is cut into as many buckets as it is worth; known only once all of it is there.
        self._buckets = layout.buckets
        self._spilled: dict[Place, list[_Block]] = {}
        self._firsts: list[pa.Table] = []
        self._blocks = 0

    def add(self, rows: pa.Table) -> None:
        """More rows, with the declared columns."""
        if rows.num_rows == 0:
            return
        full = with_hash(self.table, rows)
        self._buffer.append(full)
        self._bytes += full.nbytes
        # What is cut is held twice, once more where it has to be sorted, and once packed for the disk.
        if self._bytes > self.memory_bytes // 16:
            self._spill()

    def partitions(self) -> Iterator[Arranged]:
        """All partitions in storage order; call it once, after the last `add`."""
        if not self._spilled:
            self._buckets = self.layout.buckets_for(sum(rows.num_rows for rows in self._buffer))
            held = dict(self._cut())
            for places in self._shares({place: rows.num_rows for place, rows in held.items()}):
                yield from self._whole(places, (held.pop(place) for place in places))
            return
        self._spill()
        firsts = pa.concat_tables(self._firsts).combine_chunks()
        self._firsts = []
        for places in self._shares({place: sum(b.segment.rows for b in held) for place, held in self._spilled.items()}):
            blocks = [block for place in places for block in self._spilled[place]]
            size = sum(block.segment.rows for block in blocks) * self._row_bytes
            parts = -(-size // max(self.memory_bytes // 4, 1))
            if size <= self.memory_bytes // 16:
                yield from self._whole(places, read_segments([block.segment for block in blocks], self.schema))
            elif self.table.key is None or parts <= 1:
                yield from self._merged(places, blocks, firsts)
            else:
                yield from self._parts(places[0], blocks, firsts, int(parts))

    def _shares(self, rows: Mapping[Place, int]) -> Iterator[list[Place]]:
        """Places that share a partition, in storage order: the hours of a sensor where there is little in them."""
        found: dict[Place, list[Place]] = {}
        for hour, name in sorted(rows):
            shared = hourly(self.table) and hour != _LATE
            first = hour // SHARED_HOURS * SHARED_HOURS if shared else hour
            found.setdefault((first, name), []).append((hour, name))
        for _, places in sorted(found.items()):
            if sum(rows[place] for place in places) <= self.layout.share_rows:
                yield places
            else:
                yield from ([place] for place in places)

    def _whole(self, places: Sequence[Place], pieces: Iterable[pa.Table]) -> Iterator[Arranged]:
        yield self._arranged(places, gathered(pieces, stored_order(self.table)))

    def _merged(self, places: Sequence[Place], blocks: Sequence[_Block], firsts: pa.Table) -> Iterator[Arranged]:
        for rows in self._in_order(blocks, firsts):
            yield self._arranged(places, rows)

    def _parts(self, place: Place, blocks: Sequence[_Block], firsts: pa.Table, parts: int) -> Iterator[Arranged]:
        count = self._buckets * parts
        for bucket in range(place[0], count, self._buckets):
            for rows in self._in_order(blocks, firsts, partial(_of_bucket, bucket=bucket, buckets=count)):
                yield self._arranged([(bucket, "")], rows, parts)

    def _in_order(
        self, blocks: Sequence[_Block], firsts: pa.Table, choose: Callable[[pa.Table], pa.Table] = lambda rows: rows
    ) -> Iterator[pa.Table]:
        heads = firsts.take(pa.array([block.first for block in blocks], pa.int64()))
        segments = [block.segment for block in blocks]
        order, at_once = stored_order(self.table), self.layout.group_rows
        return merged(segments, heads, self.schema, order, at_once, choose)

    def _arranged(self, places: Sequence[Place], rows: pa.Table, times: int = 1) -> Arranged:
        (first, name), buckets = places[0], self._buckets * times
        if self.table.key:
            return Arranged(f"bucket-{first}-of-{buckets}", rows, first, buckets)
        if not hourly(self.table):
            return Arranged(name, rows)
        if first == _LATE:
            return Arranged(UNTIMED, rows)
        if len(places) == 1:
            return Arranged(hour_name(name, first), rows)
        return Arranged(hour_name(name, first // SHARED_HOURS * SHARED_HOURS, SHARED_HOURS), rows)

    def _spill(self) -> None:
        if not self._buffer:
            return
        self._row_bytes = max(1, self._bytes // sum(rows.num_rows for rows in self._buffer))
        run = RunFile(self.scratch / f"run-{self._runs}.arrow", self.schema)
        self._runs += 1
        order, heads = list(dict.fromkeys(stored_order(self.table))), []
        for place, rows in self._cut(ordered=True):
            for start in range(0, rows.num_rows, _BLOCK_ROWS):
                block = rows.slice(start, _BLOCK_ROWS)
                run.add(place, block)
                heads.append(block.slice(0, 1).select(order))
        # Of its own memory: a slice would keep all rows of the buffer.
        self._firsts.append(pa.concat_tables(heads).combine_chunks())
        for key, segment in run.close():
            assert isinstance(key, tuple)
            self._spilled.setdefault(key, []).append(_Block(segment, self._blocks))
            self._blocks += 1

    def _cut(self, ordered: bool = False) -> Iterator[tuple[Place, pa.Table]]:
        """The buffer by partition, in storage order, where asked each partition's rows too; it is empty afterwards."""
        if not self._buffer:
            return
        rows = pa.concat_tables(self._buffer).combine_chunks()
        self._buffer, self._bytes = [], 0
        if ordered:
            # All at once: a sort of few rows costs more than the rows.
            rows = sorted_by(rows, stored_order(self.table))
        first, second, names = self._codes(rows)
        changes = (first[1:] < first[:-1]) | ((first[1:] == first[:-1]) & (second[1:] < second[:-1]))
        if bool(changes.any()):
            order = np.lexsort((second, first))
            rows, first, second = rows.take(order), first[order], second[order]
        limits = [
            0,
            *(1 + np.flatnonzero((first[1:] != first[:-1]) | (second[1:] != second[:-1]))).tolist(),
            len(first),
        ]
        for start, end in pairwise(limits):
            place = int(first[start])
            name = "" if place == _LATE else names[int(second[start])]
            yield (place, name), rows.slice(start, end - start)

    def _codes(self, rows: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[str]]:
        """Two codes a row that make its partition: hour and sensor, or bucket, or nothing."""
        nothing = np.zeros(rows.num_rows, np.int64)
        if self.table.key:
            buckets = rows[KEY_HASH.name].to_numpy() % np.uint64(self._buckets)
            return buckets.astype(np.int64), nothing, [""]
        if not hourly(self.table):
            return nothing, nothing, ["all"]
        times, known = microseconds(rows["time"])
        coded = rows["sensor"].combine_chunks().dictionary_encode()
        names = [str(name) for name in coded.dictionary.to_pylist()]
        rank = np.argsort(np.argsort(np.array(names, dtype=object)))
        sensors = rank[coded.indices.to_numpy()]
        hours = np.where(known, times // HOUR_US, _LATE)
        return hours, np.where(known, sensors, 0), sorted(names)


def row_bytes(table: Table, columns: Iterable[str]) -> int:
    """About how many bytes a row takes in memory: fixed widths as they are, strings and lists by rule of thumb."""
    return sum(_width(table.schema.field(name).type) for name in columns) + 1


def _width(kind: pa.DataType) -> int:
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return 20
    if pa.types.is_nested(kind):
        return 200
    return max(1, int(kind.bit_width) // 8)


def _of_bucket(rows: pa.Table, bucket: int, buckets: int) -> pa.Table:
    return rows.filter(in_bucket(rows[KEY_HASH.name], bucket, buckets))


def in_bucket(column: Array, bucket: int, buckets: int) -> Array:
    """Which rows have a hash that falls into `bucket` of `buckets`."""
    return pa.array(column.to_numpy() % np.uint64(buckets) == bucket)
