"""To which partitions a row goes, and which stored row groups hold the rows of a partition.

A partition's key is (bucket,) for ByKey, (chunk number,) for ByTime, (cell, chunk number) for ByAreaTime. Chunks are
counted from 1970-01-01T00:00 UTC, downwards before it. All sums of rows and keys here depend on data and layout only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.cells import cells_of, with_ring
from veedor.engine.detector import ByAreaTime, ByKey, ByTime, Owner, Partition, Read
from veedor.engine.layout import KEY_HASH, Array, Layout, hashes, microseconds, time_column
from veedor.engine.snapshot import Snapshot, StoredGroup, read_rows, wanted
from veedor.engine.spill import Segment, read_segments

Key = tuple[int, ...]
Integers = npt.NDArray[np.int64]

# A direct read may touch this many times the rows that partitioning needs at least; beyond it one pass over the rows
# that sets them aside by partition is cheaper.
_WASTE = 1.5
# So many times may a coarser bucket be read, once for each finer one cut from it.
_FINER = 2


@dataclass(frozen=True)
class Feed:
    """Where the rows of one table for one call lie: stored row groups with a cut, or segments set aside before."""

    read: Read
    groups: tuple[StoredGroup, ...] = ()
    segments: tuple[Segment, ...] = ()
    span: tuple[str, int, int] | None = None
    own: tuple[int, int] | None = None
    bucket: tuple[int, int] | None = None

    @property
    def paths(self) -> frozenset[str]:
        """The only files that reading it opens."""
        return frozenset([g.path for g in self.groups] + [s.path for s in self.segments])

    @property
    def rows(self) -> int:
        """At most how many rows it yields."""
        return sum(g.about.rows for g in self.groups) + sum(s.rows for s in self.segments)

    def load(self) -> tuple[pa.Table, int]:
        """The rows, with exactly the columns that were asked for, and how many of them are the partition's own."""
        table, columns = self.read.table, wanted(self.read.table, self.read.columns)
        schema = pa.schema([table.schema.field(name) for name in columns])
        parts = list(read_segments(self.segments, schema))
        own = sum(segment.own for segment in self.segments)
        by_path: dict[str, list[int]] = {}
        for group in self.groups:
            by_path.setdefault(group.path, []).append(group.index)
        for path, indexes in by_path.items():
            # What is cut is cut group by group: of a halo, or of a filter's table, little may be kept.
            for some in [[index] for index in indexes] if self._cuts else [indexes]:
                part, share = self._cut(path, some, columns)
                parts.append(part)
                own += share
        whole = pa.concat_tables(parts) if parts else schema.empty_table()
        return (whole if whole.schema.equals(schema, True) else whole.replace_schema_metadata(None).cast(schema)), own

    def pieces(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The rows with these of the columns that were asked for, one stored piece after the other (`Pieces`)."""
        table = self.read.table
        schema = pa.schema([table.schema.field(name) for name in wanted(table, self.read.columns)])
        for part in read_segments(self.segments, schema):
            yield part.select(list(columns))
        for group in self.groups:
            yield self._cut(group.path, [group.index], columns)[0]

    @property
    def own_rows(self) -> int:
        """How many of the rows are the partition's own, found without reading them whole; at most so many where they
        are not cut by time."""
        own = sum(segment.own for segment in self.segments)
        if self.span is None:
            return own + sum(group.about.rows for group in self.groups)
        return own + sum(self._cut(group.path, [group.index], [self.span[0]])[1] for group in self.groups)

    @property
    def _cuts(self) -> bool:
        return bool(self.span or self.bucket or self.read.filter)

    def _cut(self, path: str, groups: Sequence[int], columns: Sequence[str]) -> tuple[pa.Table, int]:
        extra = []
        if self.span and self.span[0] not in columns:
            extra.append(self.span[0])
        if self.bucket:
            extra.append(KEY_HASH.name)
        rows = read_rows(self.read.table, path, groups, columns, self.read.filter, extra)
        own = rows.num_rows
        if self.bucket:
            keep = rows[KEY_HASH.name].to_numpy() % np.uint64(self.bucket[1]) == self.bucket[0]
            rows = rows.filter(pa.array(keep))
            own = rows.num_rows
        if self.span:
            times, known = microseconds(rows[self.span[0]])
            keep = known & (times >= self.span[1]) & (times <= self.span[2])
            if self.own:
                own = int(np.count_nonzero(known & (times >= self.own[0]) & (times < self.own[1])))
            if not keep.all():
                rows = rows.filter(pa.array(keep))
        return rows.select(list(columns)), own


@dataclass(frozen=True)
class Assigned:
    """Copies of rows by partition: copy i is row `rows[i]`, goes to `keys[i]`, and is the partition's own or halo."""

    keys: npt.NDArray[np.int64] = field(repr=False)
    rows: Integers = field(repr=False)
    own: npt.NDArray[np.bool_] = field(repr=False)


def with_chunk(partition: Partition, layout: Layout) -> Partition:
    """The partition with the chunk length of the layout, where the layout states one; as many such chunks in one as
    make it twice as long as its halo: else most of what each chunk reads would be others' rows."""
    if layout.chunk_us is None or not isinstance(partition, ByTime | ByAreaTime):
        return partition
    halo = partition.before_us + partition.after_us if isinstance(partition, ByTime) else 2 * partition.halo_us
    return replace(partition, chunk_us=layout.chunk_us * max(1, -(-2 * halo // layout.chunk_us)))


def owner_of(partition: Partition, key: Key, buckets: int) -> Owner:
    """Which part of the answer the call with this key owns."""
    if isinstance(partition, ByKey):
        return Owner(bucket=key[0], buckets=buckets)
    if isinstance(partition, ByTime | ByAreaTime):
        start = key[-1] * partition.chunk_us
        cell = key[0] if isinstance(partition, ByAreaTime) else None
        return Owner(start_us=start, end_us=start + partition.chunk_us, cell=cell)
    return Owner()


def columns_needed(partition: Partition) -> tuple[str, ...]:
    """The columns that decide where a row goes."""
    if isinstance(partition, ByKey):
        return partition.columns
    if isinstance(partition, ByTime):
        return (partition.column,)
    return (partition.column, "lat_e7", "lon_e7") if isinstance(partition, ByAreaTime) else ()


def assign(rows: pa.Table, partition: Partition, buckets: int, among: Array | None = None) -> Assigned:
    """Every copy of every row that some partition gets; `among`: the only keys that are handed out (ByKey)."""
    if isinstance(partition, ByKey):
        return _by_key(rows, partition, buckets, among)
    if isinstance(partition, ByTime):
        return _by_time(rows, partition.column, partition.chunk_us, partition.before_us, partition.after_us)
    if isinstance(partition, ByAreaTime):
        return _by_area_time(rows, partition)
    raise TypeError(f"{partition} is not cut into partitions")


def _by_key(rows: pa.Table, partition: ByKey, buckets: int, among: Array | None) -> Assigned:
    taken: list[npt.NDArray[np.int64]] = []
    keys, numbers = [], []
    for name in partition.columns:
        column = rows[name]
        wanted = column.is_valid().to_numpy()
        if among is not None:
            wanted = wanted & pc.is_in(column, value_set=among).to_numpy()
        bucket = np.where(wanted, (hashes(column) % np.uint64(buckets)).astype(np.int64), -1)
        # A row whose columns share a bucket is handed out once.
        for earlier in taken:
            bucket[bucket == earlier] = -1
        taken.append(bucket)
        numbers.append(np.flatnonzero(bucket >= 0))
        keys.append(bucket[numbers[-1]])
    made = np.concatenate(numbers)
    return Assigned(np.concatenate(keys)[:, None], made, np.ones(len(made), dtype=np.bool_))


def _by_time(rows: pa.Table, column: str, chunk_us: int, before_us: int, after_us: int) -> Assigned:
    times, known = microseconds(rows[column])
    numbers = np.flatnonzero(known)
    times = times[numbers]
    first, last = chunks_of(times, times, chunk_us, before_us, after_us)
    counts = last - first + 1
    copies = np.repeat(np.arange(len(numbers)), counts)
    within = np.arange(len(copies)) - np.repeat(np.cumsum(counts) - counts, counts)
    chunk = first[copies] + within
    return Assigned(chunk[:, None], numbers[copies], chunk == (times // chunk_us)[copies])


def _by_area_time(rows: pa.Table, partition: ByAreaTime) -> Assigned:
    known = rows[partition.column].is_valid().to_numpy()
    for name in ("lat_e7", "lon_e7"):
        known = known & rows[name].is_valid().to_numpy()
    placed = np.flatnonzero(known)
    rows = rows.select(list(columns_needed(partition))).take(placed)
    cells = cells_of(rows["lat_e7"].to_numpy(), rows["lon_e7"].to_numpy(), partition.resolution)
    record, cell = with_ring(cells)
    timed = _by_time(rows, partition.column, partition.chunk_us, partition.halo_us, partition.halo_us)
    # Each time copy of a record goes to each cell that sees the record.
    starts = np.searchsorted(record, np.arange(len(cells) + 1))
    counts = (starts[1:] - starts[:-1])[timed.rows]
    copies = np.repeat(np.arange(len(timed.rows)), counts)
    within = np.arange(len(copies)) - np.repeat(np.cumsum(counts) - counts, counts)
    seen_by = cell[starts[timed.rows][copies] + within]
    own = timed.own[copies] & (seen_by == cells[timed.rows][copies])
    return Assigned(np.stack([seen_by, timed.keys[copies, 0]], axis=1), placed[timed.rows][copies], own)


def chunks_of(
    first_us: Integers, last_us: Integers, chunk_us: int, before_us: int, after_us: int
) -> tuple[Integers, Integers]:
    """First and last chunk that get anything of [first_us, last_us]: chunk k takes [kS - before, (k + 1)S + after)."""
    return -((chunk_us + after_us - 1 - first_us) // chunk_us), (last_us + before_us) // chunk_us


def direct(read: Read, snapshot: Snapshot, buckets: int) -> dict[Key, Feed] | None:
    """A feed for every partition straight from the stored row groups, or None where the stored layout does not fit."""
    partition = read.partition
    if read.among:
        return None
    if isinstance(partition, ByKey):
        return _direct_keys(read, partition, snapshot, buckets)
    if isinstance(partition, ByTime):
        return _direct_times(read, partition, snapshot)
    return None


def _direct_keys(read: Read, partition: ByKey, snapshot: Snapshot, buckets: int) -> dict[Key, Feed] | None:
    if partition.columns != (read.table.key,):
        return None
    exact: dict[int, list[StoredGroup]] = {}
    for group in snapshot.groups:
        bucket, count = group.about.bucket, group.about.buckets
        if bucket is None or count is None or count % buckets:
            return _finer_keys(read, snapshot, buckets)
        exact.setdefault(bucket % buckets, []).append(group)
    return {(bucket,): Feed(read, tuple(groups)) for bucket, groups in exact.items()}


def _finer_keys(read: Read, snapshot: Snapshot, buckets: int) -> dict[Key, Feed] | None:
    """Stored in fewer buckets than wanted: each partition reads its coarser bucket and keeps its share."""
    cut: dict[int, list[StoredGroup]] = {}
    for group in snapshot.groups:
        bucket, count = group.about.bucket, group.about.buckets
        if bucket is None or count is None or (buckets % count and count % buckets):
            return None
        if buckets > _FINER * count:
            return None
        for one in [bucket % buckets] if count % buckets == 0 else range(bucket, buckets, count):
            cut.setdefault(one, []).append(group)
    return {(bucket,): Feed(read, tuple(groups), bucket=(bucket, buckets)) for bucket, groups in cut.items()}


def _direct_times(read: Read, partition: ByTime, snapshot: Snapshot) -> dict[Key, Feed] | None:
    if partition.column != time_column(read.table):
        return None
    step, before, after = partition.chunk_us, partition.before_us, partition.after_us
    timed = [group for group in snapshot.groups if group.about.min_us is not None]
    if not timed:
        return {}
    low = np.array([group.about.min_us for group in timed], dtype=np.int64)
    high = np.array([group.about.max_us for group in timed], dtype=np.int64)
    rows = np.array([group.about.rows for group in timed], dtype=np.int64)
    first, last = chunks_of(low, high, step, before, after)
    touched = float(((last - first + 1).astype(np.float64) * rows).sum())
    if touched > _WASTE * (1 + (before + after) / step) * float(rows.sum()) + 100_000:
        return None
    by_chunk: dict[int, list[StoredGroup]] = {}
    for group, start, end in zip(timed, first.tolist(), last.tolist(), strict=True):
        for chunk in range(start, end + 1):
            by_chunk.setdefault(chunk, []).append(group)
    return {
        (chunk,): Feed(
            read,
            tuple(groups),
            span=(partition.column, chunk * step - before, (chunk + 1) * step + after - 1),
            own=(chunk * step, (chunk + 1) * step),
        )
        for chunk, groups in by_chunk.items()
    }


def from_segments(read: Read, found: Mapping[Key, Sequence[Segment]]) -> dict[Key, Feed]:
    """A feed for every partition from what a pass over the rows set aside."""
    return {key: Feed(read, segments=tuple(segments)) for key, segments in found.items()}
