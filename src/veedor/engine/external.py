"""Sorting rows that may not fit in memory: in memory where they do, else DuckDB's external sort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from veedor.engine.gather import drained, gathered
from veedor.engine.spill import Segment, read_segments
from veedor.tables import Table


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
            whole = gathered(drained(held), table.order)
            for start in range(0, whole.num_rows, rows_at_once):
                yield whole.slice(start, rows_at_once)
        return
    held.clear()
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
