"""Turning what a detector's calls set aside into the stored, sorted, digested table.

Tables with a key: bucket by bucket, in any process, digested by key. Tables without: one sort over all rows, in memory
where it fits, else DuckDB's external sort by the declared order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from veedor.engine.arrange import in_bucket, stored_order
from veedor.engine.calls import CallResult, Sink, merged
from veedor.engine.datafile import DataFileWriter, stored_schema
from veedor.engine.detector import Detector
from veedor.engine.external import sorted_stream
from veedor.engine.files import Files
from veedor.engine.gather import by_whole_keys, gathered
from veedor.engine.key_digest import GroupsFile
from veedor.engine.layout import KEY_HASH, Layout
from veedor.engine.manifest import DataFile
from veedor.engine.spill import Segment, read_segments
from veedor.kernel.digest import TableDigest, group_digests
from veedor.tables import Table

# Encoding rows for the digest takes about three times what they take themselves: so many are encoded at once.
DIGEST_ROWS = 1 << 16


@dataclass(frozen=True)
class Bucket:
    """All rows of one bucket, to be stored in `parts` buckets of that multiple of the count."""

    number: int
    parts: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Output:
    """Where the files of a derived table go."""

    table: Table
    layout: Layout
    staging: Path
    data: Path
    batch: str
    files: Files

    def writer(self) -> DataFileWriter:
        return DataFileWriter(self.files, self.staging, self.data, self.table, self.layout, self.batch)


@dataclass(frozen=True)
class FinishKeyed:
    """Sorts, stores and digests some buckets of a table with a key; `digests` is the run file of its groups."""

    output: Output
    buckets: tuple[Bucket, ...]
    digests: Path

    def __call__(self) -> tuple[list[DataFile], tuple[Segment, ...]]:
        table, layout = self.output.table, self.output.layout
        digested = GroupsFile(self.digests)
        with self.output.writer() as writer:
            for bucket in self.buckets:
                count = layout.buckets * bucket.parts
                for number in range(bucket.number, count, layout.buckets):
                    rows = self._gather(bucket, number, count)
                    for some in by_whole_keys(rows, DIGEST_ROWS):
                        digested.add(group_digests(table, some.select(table.schema.names)))
                    if rows.num_rows:
                        writer.add(f"bucket-{number}-of-{count}", rows, number, count)
            return writer.finish(), digested.close()

    def _gather(self, bucket: Bucket, number: int, count: int) -> pa.Table:
        table = self.output.table
        schema = stored_schema(table)
        parts = read_segments(bucket.segments, schema)
        if bucket.parts > 1:
            parts = (rows.filter(in_bucket(rows[KEY_HASH.name], number, count)) for rows in parts)
        return gathered(parts, stored_order(table))


@dataclass(frozen=True)
class FinishOrdered:
    """Sorts, stores and digests a table without a key, in `memory_bytes`."""

    output: Output
    segments: tuple[Segment, ...]
    memory_bytes: int
    scratch: Path

    def __call__(self) -> tuple[list[DataFile], str, int]:
        table, rows_at_once = self.output.table, self.output.layout.group_rows
        digest = TableDigest(table)
        parts = sorted_stream(table, self.segments, self.memory_bytes, self.scratch, rows_at_once)
        with self.output.writer() as writer:
            for rows in parts:
                digest.add(rows)
                writer.add("all", rows)
            return writer.finish(), digest.hexdigest(), digest.rows


@dataclass(frozen=True)
class Merge:
    """Folds the partial results of a reducer and sets the answer aside by bucket."""

    detector: Detector
    segments: tuple[Segment, ...]
    buckets: int
    flush_bytes: int
    path: Path

    def __call__(self) -> CallResult:
        table = self.detector.writes
        held: list[pa.Table] = []
        size, limit = 0, self.flush_bytes
        for rows in read_segments(self.segments, table.schema):
            held.append(rows)
            size += rows.nbytes
            if size > limit and len(held) > 1:
                held = [merged(self.detector, pa.concat_tables(held).combine_chunks())]
                # An answer larger than the limit would else be merged anew with each of the partial results.
                size = held[0].nbytes
                limit = max(self.flush_bytes, size + size // 2)
        sink = Sink(table, self.buckets, self.path, self.flush_bytes)
        if held:
            sink.add(merged(self.detector, pa.concat_tables(held).combine_chunks()))
        segments = sink.close()
        return CallResult(segments, sum(segment.rows for _, segment in segments), 0, 0, 0)


def keyed_tasks(
    table: Table, found: Sequence[tuple[int, Segment]], task_bytes: int, row_size: int
) -> list[tuple[Bucket, ...]]:
    """Buckets grouped into tasks: small ones together, large ones cut so that one part fits the limit."""
    by_bucket: dict[int, list[Segment]] = {}
    for bucket, segment in found:
        by_bucket.setdefault(bucket, []).append(segment)
    tasks: list[tuple[Bucket, ...]] = []
    held: list[Bucket] = []
    size = 0
    for number in sorted(by_bucket):
        segments = tuple(by_bucket[number])
        bytes_here = sum(segment.rows for segment in segments) * row_size
        held.append(Bucket(number, max(1, -(-bytes_here // task_bytes)), segments))
        size += bytes_here
        if size >= task_bytes // 4:
            tasks.append(tuple(held))
            held, size = [], 0
    return [*tasks, tuple(held)] if held else tasks
