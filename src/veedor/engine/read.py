"""Reading derived tables back: as one table or as a stream, in declared order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from veedor.engine.external import external_sort
from veedor.engine.layout import Layout
from veedor.engine.records import DEFAULT_MEMORY, RecordStore
from veedor.engine.snapshot import Filter, Snapshot, wanted
from veedor.kernel.sorting import sorted_by
from veedor.tables import Table


def derived(folder: Path, table: Table) -> Snapshot:
    """The stored version of a derived table in the out folder of a run; no rows where it was never written."""
    return RecordStore(folder, layout=Layout(), tables=[table]).snapshot(table)


def read_table(snapshot: Snapshot, columns: Sequence[str] = (), filter: Filter = ()) -> pa.Table:
    """All rows in declared order, in memory."""
    names = wanted(snapshot.table, columns)
    needed = [*names, *(name for name in snapshot.table.order if name not in names)]
    schema = pa.schema([snapshot.table.schema.field(name) for name in needed])
    rows = pa.Table.from_batches(snapshot.read(needed, filter), schema=schema)
    return sorted_by(rows.combine_chunks(), snapshot.table.order).select(list(names))


def stream_table(
    snapshot: Snapshot, scratch: Path, memory_bytes: int = DEFAULT_MEMORY, filter: Filter = (), rows: int = 1 << 16
) -> Iterator[pa.Table]:
    """All rows in declared order, a piece at a time, sorted outside memory in `scratch` (an existing folder)."""
    table = snapshot.table
    reader = pa.RecordBatchReader.from_batches(table.schema, snapshot.read((), filter))
    yield from external_sort(table, reader, memory_bytes, scratch, rows)
