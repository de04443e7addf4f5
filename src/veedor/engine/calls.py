"""What a worker does: loads the tables of each call, runs the detector, sets its rows aside by bucket of their key.

A worker opens the files named in its task and no others; whoever reads a task knows all it can depend on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from veedor.engine.arrange import with_hash
from veedor.engine.dag import is_reducer
from veedor.engine.datafile import stored_schema
from veedor.engine.detector import Detector, Owner, Pieces
from veedor.engine.layout import KEY_HASH
from veedor.engine.partition import Feed
from veedor.engine.spill import RunFile, Segment
from veedor.errors import VeedorError
from veedor.tables import FINDINGS, Table


@dataclass(frozen=True)
class Call:
    """One partition: who owns what, and where its rows lie."""

    owner: Owner
    feeds: Mapping[str, Feed]

    @property
    def rows(self) -> int:
        return sum(feed.rows for feed in self.feeds.values())


@dataclass(frozen=True)
class CallResult:
    """What one task did: where its rows lie by bucket, how many rows, calls and partitions without own rows, and how
    many findings were left out because they ended too late."""

    segments: tuple[tuple[int, Segment], ...]
    rows: int
    calls: int
    skipped: int
    withheld: int


@dataclass(frozen=True)
class Calls:
    """Several calls of one detector in one task. `end_by_us` cuts findings that end later."""

    detector: Detector
    calls: tuple[Call, ...]
    broadcast: Mapping[str, Feed]
    buckets: int
    flush_bytes: int
    path: Path
    end_by_us: int | None = None
    partial: bool = field(default=False)

    def __call__(self) -> CallResult:
        sink = Sink(self.detector.writes, self.buckets, self.path, self.flush_bytes, self.partial)
        fixed = {name: load_broadcast(feed) for name, feed in self.broadcast.items()}
        ran = skipped = withheld = 0
        partials: list[pa.Table] = []
        for call in self.calls:
            tables: dict[str, pa.Table | Pieces] = {}
            own = 0
            for name, feed in call.feeds.items():
                tables[name], mine = (feed, feed.own_rows) if feed.read.in_pieces else feed.load()
                own += mine
            if call.feeds and own == 0:
                skipped += 1
                continue
            ran += 1
            rows = answer(self.detector, {**tables, **fixed}, call.owner)
            del tables
            if self.partial:
                partials = _folded(self.detector, [*partials, rows], self.flush_bytes)
                continue
            rows, late = cut_late(self.detector.writes, rows, self.end_by_us)
            withheld += late
            sink.add(rows)
        for rows in partials:
            sink.add(rows)
        segments = sink.close()
        if sum(rows.nbytes for rows in fixed.values()) > self.flush_bytes:
            # Kept, they would take the memory of the tasks that follow.
            load_broadcast.cache_clear()
        return CallResult(segments, sum(segment.rows for _, segment in segments), ran, skipped, withheld)


def answer(detector: Detector, tables: Mapping[str, pa.Table | Pieces], owner: Owner) -> pa.Table:
    """One call of `run`, its rows cast to the declared schema. An error names the detector and the partition."""
    with _named(detector, describe(owner)):
        return _declared(detector.writes, detector.run(tables, owner, detector.parameters))


def merged(detector: Detector, partial: pa.Table) -> pa.Table:
    """One call of `merge`, its rows cast to the declared schema. An error names the detector."""
    merge = getattr(detector, "merge")  # noqa: B009 — Detector does not declare it; is_reducer was asked before
    with _named(detector, "merging partial results"):
        return _declared(detector.writes, merge(partial, detector.parameters))


@contextmanager
def _named(detector: Detector, place: str) -> Iterator[None]:
    try:
        yield
    except VeedorError as error:
        error.place = f"{detector.name}, {place}" + (f": {error.place}" if error.place else "")
        error.args = (error.sentence(),)
        raise
    except Exception as error:  # a detector may fail in any way, and whoever runs it must hear which one did, and where
        raise VeedorError(
            f"detector {detector.name} failed",
            place=place,
            found=f"{type(error).__name__}: {error}",
            next_step="report it with this message; the other partitions are not affected",
        ) from error


def describe(owner: Owner) -> str:
    """The partition in words."""
    if owner.bucket is not None:
        return f"bucket {owner.bucket} of {owner.buckets}"
    if owner.start_us is not None and owner.end_us is not None:
        start, end = np.datetime64(owner.start_us, "us"), np.datetime64(owner.end_us, "us")
        return f"{start} to {end}" + (f", cell {owner.cell:x}" if owner.cell is not None else "")
    return "the whole table"


def cut_late(table: Table, rows: pa.Table, end_by_us: int | None) -> tuple[pa.Table, int]:
    """Findings that ended by then, and how many did not (DESIGN section 1: nothing about the last 24 hours)."""
    if end_by_us is None or table != FINDINGS or rows.num_rows == 0:
        return rows, 0
    kept = rows.filter(pa.array(rows["end"].cast(pa.int64()).to_numpy() <= end_by_us))
    return kept, rows.num_rows - kept.num_rows


@lru_cache(maxsize=4)
def load_broadcast(feed: Feed) -> pa.Table:
    """A broadcast table, read once by each worker."""
    return feed.load()[0]


class Sink:
    """Collects a detector's rows and sets them aside by bucket (0 for tables without key, and for partial results)."""

    def __init__(self, table: Table, buckets: int, path: Path, flush_bytes: int, plain: bool = False) -> None:
        self.table, self.buckets, self.flush_bytes, self.plain = table, buckets, flush_bytes, plain
        self._run = RunFile(path, table.schema if plain else stored_schema(table))
        self._waiting: list[pa.Table] = []
        self._bytes = 0

    def add(self, rows: pa.Table) -> None:
        if rows.num_rows:
            self._waiting.append(rows)
            self._bytes += rows.nbytes
            if self._bytes > self.flush_bytes:
                self._flush()

    def close(self) -> tuple[tuple[int, Segment], ...]:
        self._flush()
        return tuple((key, segment) for key, segment in self._run.close() if isinstance(key, int))

    def _flush(self) -> None:
        if not self._waiting:
            return
        rows = pa.concat_tables(self._waiting).combine_chunks()
        self._waiting, self._bytes = [], 0
        if self.plain or self.table.key is None:
            self._run.add(0, rows)
            return
        rows = with_hash(self.table, rows)
        buckets = (rows[KEY_HASH.name].to_numpy() % np.uint64(self.buckets)).astype(np.int64)
        if len(buckets) and (buckets == buckets[0]).all():
            self._run.add(int(buckets[0]), rows)
            return
        order = np.argsort(buckets, kind="stable")
        rows = rows.take(order)
        limits = np.searchsorted(buckets[order], np.arange(self.buckets + 1)).tolist()
        for bucket in range(self.buckets):
            if limits[bucket + 1] > limits[bucket]:
                self._run.add(bucket, rows.slice(limits[bucket], limits[bucket + 1] - limits[bucket]))


def _declared(table: Table, rows: pa.Table) -> pa.Table:
    if not isinstance(rows, pa.Table):
        raise TypeError(f"a table was expected, found {type(rows).__name__}")
    return table.cast(rows)


def _folded(detector: Detector, partials: list[pa.Table], limit: int) -> list[pa.Table]:
    """The partial results, merged once they have grown: the first of them is what was merged before, and is merged
    again only with half as much or more."""
    if len(partials) < 2 or not is_reducer(detector):
        return partials
    grown = partials[0].nbytes * 3 // 2
    if sum(rows.nbytes for rows in partials) < (grown if len(partials) >= 16 else max(limit, grown)):
        return partials
    return [merged(detector, pa.concat_tables(partials).combine_chunks())]
