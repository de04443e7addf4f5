"""Setting rows aside by partition where the stored layout does not fit: one pass in bounded memory, a run file each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.engine.arrange import row_bytes
from veedor.engine.calls import load_broadcast
from veedor.engine.detector import ByAreaTime, ByKey, ByTime, Partition, Read
from veedor.engine.layout import Array
from veedor.engine.partition import Feed, Key, assign, columns_needed
from veedor.engine.snapshot import Snapshot, StoredGroup, read_rows, wanted
from veedor.engine.spill import RunFile, Segment


@dataclass(frozen=True)
class Pass:
    """A share of the stored row groups to cut by partition into one run file."""

    read: Read
    groups: tuple[StoredGroup, ...]
    buckets: int
    slice_rows: int
    path: Path
    among: Feed | None = None

    def __call__(self) -> list[tuple[Key, Segment]]:
        columns = wanted(self.read.table, self.read.columns)
        extra = [name for name in columns_needed(self.read.partition) if name not in columns]
        run = RunFile(self.path, pa.schema([self.read.table.schema.field(name) for name in columns]))
        waiting: list[pa.Table] = []
        for index, group in enumerate(self.groups):
            waiting.append(read_rows(self.read.table, group.path, [group.index], columns, self.read.filter, extra))
            if index == len(self.groups) - 1 or sum(rows.num_rows for rows in waiting) >= self.slice_rows:
                self._set_aside(pa.concat_tables(waiting).combine_chunks(), columns, run)
                waiting = []
        return [(key, segment) for key, segment in run.close() if isinstance(key, tuple)]

    def _keys(self) -> Array | None:
        """The only keys that are handed out, where the read names them."""
        if self.among is None or self.read.among is None:
            return None
        return load_broadcast(self.among)[self.read.among[1]].combine_chunks()

    def _set_aside(self, rows: pa.Table, columns: tuple[str, ...], run: RunFile) -> None:
        if rows.num_rows == 0:
            return
        copies = assign(rows, self.read.partition, self.buckets, self._keys())
        if not len(copies.rows):
            return
        order = _by_partition(copies.keys)
        keys, own = copies.keys[order], copies.own[order]
        numbers = copies.rows[order]
        kept = rows.select(list(columns))
        changes = 1 + np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1))
        limits = [0, *changes.tolist(), len(keys)]
        # Copies are taken in blocks: a ring or a halo makes several of each row.
        for first, last in _blocks(limits, self.slice_rows):
            block = kept.take(numbers[limits[first] : limits[last]])
            for one in range(first, last):
                start, end = limits[one], limits[one + 1]
                if end > start:
                    key = tuple(int(part) for part in keys[start])
                    run.add(key, block.slice(start - limits[first], end - start), int(np.count_nonzero(own[start:end])))


def _by_partition(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Order of copies by partition, otherwise as they are; one short key is sorted by its digits, which is linear."""
    short = keys.shape[1] == 1 and keys.min() >= 0 and keys.max() < 1 << 16
    order = np.argsort(keys[:, 0].astype(np.uint16), kind="stable") if short else np.lexsort(keys.T[::-1])
    return np.asarray(order, dtype=np.int64)


def _blocks(limits: list[int], rows: int) -> Iterator[tuple[int, int]]:
    """Consecutive partitions of together about `rows` rows."""
    first = 0
    for last in range(1, len(limits)):
        if limits[last] - limits[first] >= rows or last == len(limits) - 1:
            yield first, last
            first = last


def passes(
    read: Read, snapshot: Snapshot, buckets: int, task_bytes: int, folder: Path, among: Feed | None = None
) -> list[Pass]:
    """The passes over one table, each over as many row groups as fit about eight slices."""
    columns = {*wanted(read.table, read.columns), *columns_needed(read.partition)}
    copies = _copies(read.partition)
    slice_rows = max(10_000, int(task_bytes / (row_bytes(read.table, columns) * (2 + copies))))
    shares: list[list[StoredGroup]] = [[]]
    for group in _in_time(snapshot):
        if sum(one.about.rows for one in shares[-1]) >= 4 * slice_rows:
            shares.append([])
        shares[-1].append(group)
    paths = (folder / f"{read.name}-{number}.arrow" for number in range(len(shares)))
    return [
        Pass(read, tuple(share), buckets, slice_rows, path, among)
        for share, path in zip(shares, paths, strict=False)
        if share
    ]


def _in_time(snapshot: Snapshot) -> list[StoredGroup]:
    """Neighbours in time together, so that a pass cuts into few partitions."""
    return sorted(snapshot.groups, key=lambda group: (group.about.min_us or 0, group.path, group.index))


def _copies(partition: Partition) -> float:
    """About how many partitions get a copy of a row."""
    if isinstance(partition, ByKey):
        return len(partition.columns)
    if isinstance(partition, ByTime):
        return 1 + (partition.before_us + partition.after_us) / partition.chunk_us
    if isinstance(partition, ByAreaTime):
        return 7 * (1 + 2 * partition.halo_us / partition.chunk_us)
    return 1
