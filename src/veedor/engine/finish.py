"""Turning what a detector's calls set aside into the stored, sorted, digested table.

Tables with a key: bucket by bucket, in any process, digested by key. Tables without: one sort over all rows, in memory
where it fits, else DuckDB's external sort by the declared order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from veedor.engine.arrange import in_bucket, stored_order
from veedor.engine.calls import CallResult, Sink, merged
from veedor.engine.datafile import DataFileWriter, stored_schema
from veedor.engine.detector import Detector
from veedor.engine.files import Files
from veedor.engine.layout import KEY_HASH, Layout
from veedor.engine.manifest import DataFile
from veedor.engine.spill import Segment, read_segments
from veedor.kernel.digest import Groups, TableDigest, group_digests
from veedor.kernel.sorting import sorted_by
from veedor.tables import Table


@dataclass(frozen=True)
class Bucket:
    """All rows of one bucket, to be stored in `parts` buckets of that multiple of the count."""

    number: int
    parts: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class FinishKeyed:
    """Sorts, stores and digests some buckets of a table with a key."""

    table: Table
    buckets: tuple[Bucket, ...]
    layout: Layout
    staging: Path
    data: Path
    batch: str
    files: Files

    def __call__(self) -> tuple[list[DataFile], list[Groups]]:
        writer = DataFileWriter(self.files, self.staging, self.data, self.table, self.layout, self.batch)
        digests: list[Groups] = []
        for bucket in self.buckets:
            count = self.layout.buckets * bucket.parts
            for number in range(bucket.number, count, self.layout.buckets):
                rows = self._gather(bucket, number, count)
                if rows.num_rows:
                    digests.append(group_digests(self.table, rows.select(self.table.schema.names)))
                    writer.add(f"bucket-{number}-of-{count}", rows, number, count)
        done = writer.finish()
        pa.default_memory_pool().release_unused()
        return done, digests

    def _gather(self, bucket: Bucket, number: int, count: int) -> pa.Table:
        schema = stored_schema(self.table)
        parts = read_segments(bucket.segments, schema)
        if bucket.parts > 1:
            parts = (rows.filter(in_bucket(rows[KEY_HASH.name], number, count)) for rows in parts)
        return sorted_by(pa.concat_tables(parts).combine_chunks(), stored_order(self.table))


@dataclass(frozen=True)
class FinishOrdered:
    """Sorts, stores and digests a table without a key, in `memory_bytes`."""

    table: Table
    segments: tuple[Segment, ...]
    layout: Layout
    staging: Path
    data: Path
    batch: str
    files: Files
    memory_bytes: int
    scratch: Path

    def __call__(self) -> tuple[list[DataFile], str, int]:
        writer = DataFileWriter(self.files, self.staging, self.data, self.table, self.layout, self.batch)
        digest = TableDigest(self.table)
        parts = sorted_stream(self.table, self.segments, self.memory_bytes, self.scratch, self.layout.group_rows)
        for rows in parts:
            digest.add(rows)
            writer.add("all", rows)
        return writer.finish(), digest.hexdigest(), digest.rows


def sorted_stream(
    table: Table, segments: Sequence[Segment], memory_bytes: int, scratch: Path, rows_at_once: int
) -> Iterator[pa.Table]:
    """The rows of run files in declared order. In memory up to a quarter of `memory_bytes`, else by DuckDB."""
    parts = read_segments(segments, table.schema)
    held: list[pa.Table] = []
    size = 0
    for rows in parts:
        held.append(rows)
        size += rows.nbytes
        if size > memory_bytes // 4:
            break
    else:
        if held:
            whole = sorted_by(pa.concat_tables(held).combine_chunks(), table.order)
            for start in range(0, whole.num_rows, rows_at_once):
                yield whole.slice(start, rows_at_once)
        return
    del held
    reader = pa.RecordBatchReader.from_batches(
        table.schema, (batch for rows in read_segments(segments, table.schema) for batch in rows.to_batches())
    )
    yield from external_sort(table, reader, memory_bytes, scratch, rows_at_once)


def external_sort(
    table: Table, reader: pa.RecordBatchReader, memory_bytes: int, scratch: Path, rows_at_once: int
) -> Iterator[pa.Table]:
    """All rows of a stream in declared order (nulls last), spilling to `scratch`."""
    import duckdb  # only where rows exceed memory: it costs every worker 0.3 s and 30 MB otherwise

    order = ", ".join(f'"{name}" ASC NULLS LAST' for name in table.order)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET threads = 2")
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(f"SET memory_limit = '{max(memory_bytes // 2, 64 << 20) >> 20}MiB'")
        connection.execute(f"SET temp_directory = '{str(scratch).replace(chr(39), chr(39) * 2)}'")
        connection.register("rows_to_sort", reader)
        result = connection.sql(f"SELECT * FROM rows_to_sort ORDER BY {order}").to_arrow_reader(rows_at_once)
        for batch in result:
            yield table.cast(pa.Table.from_batches([batch]))


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
        for rows in read_segments(self.segments, table.schema):
            held.append(rows)
            if sum(part.nbytes for part in held) > self.flush_bytes and len(held) > 1:
                held = [merged(self.detector, pa.concat_tables(held).combine_chunks())]
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
