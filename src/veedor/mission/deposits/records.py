"""The stored records of a mission: one batch per deposit and table, named by the deposit digest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from veedor.engine.give_back import let_go_libraries
from veedor.engine.layout import HOUR_US, Layout
from veedor.engine.records import RecordStore
from veedor.log_folder.files import make_folders
from veedor.mission.copy.append import Mission
from veedor.tables import Table

_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")
# With more a deposit is no faster: what comes in order of time is only cut into hours.
_MOST_BYTES = 128 << 20
_LET_GO_PARTS = 256


def layout_of(mission: Mission) -> Layout:
    """How this copy cuts stored rows (mission.toml); changes no digest."""
    engine = mission.folder.settings.engine
    return Layout(buckets=engine.buckets, chunk_us=engine.chunk_hours * HOUR_US)


def record_store(mission: Mission) -> RecordStore:
    """The record store in the mission's folder, written with the mission's durable operations."""
    engine = mission.folder.settings.engine
    memory_bytes = min(engine.memory_bytes // 2, _MOST_BYTES)
    return RecordStore(mission.folder.records, mission.files, layout_of(mission), memory_bytes)


def append_records(mission: Mission, batch: str, parts: Iterator[tuple[Table, pa.Table]]) -> None:
    """Store all rows of one deposit; `parts` is read to its end even where a batch is stored already, because reading
    it is what counts and commits the rows. The first table streams straight in, others wait in a scratch file."""
    make_folders(mission.files, mission.folder.records)
    with mission.files.lock(mission.folder.records / ".lock"):
        store = record_store(mission)
        store.clean()  # what a crash left behind: nobody else writes while the lock is held
        append_parts(store, batch, parts)


def append_parts(store: RecordStore, batch: str, parts: Iterator[tuple[Table, pa.Table]]) -> None:
    """As `append_records`, into any store."""
    parts = _let_go(parts)
    first = next(parts, None)
    if first is None:
        return
    with tempfile.TemporaryDirectory(prefix="veedor-intake-") as scratch:
        waiting = _Waiting(Path(scratch))
        rows = waiting.divert(first, parts)
        store.append(batch, first[0], rows)
        for _ in rows:  # not read above if this batch was stored before a crash
            pass
        for table, kept in waiting.read():
            store.append(batch, table, kept)


def _let_go(parts: Iterator[tuple[Table, pa.Table]]) -> Iterator[tuple[Table, pa.Table]]:
    """The parts; libraries are let go as they were imported, with the first part, when all kernels are loaded, and now
    and then."""
    let_go_libraries()
    for number, part in enumerate(parts):
        if number % _LET_GO_PARTS == 0:
            let_go_libraries()
        yield part


class _Waiting:
    """Rows of further tables, in one scratch file each until their turn comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, pa.ipc.RecordBatchStreamWriter] = {}
        self._tables: dict[str, Table] = {}

    def divert(self, first: tuple[Table, pa.Table], parts: Iterator[tuple[Table, pa.Table]]) -> Iterator[pa.Table]:
        yield first[1]
        for table, rows in parts:
            if table.name == first[0].name:
                yield rows
            else:
                self._writer(table).write_table(rows)

    def read(self) -> Iterator[tuple[Table, Iterator[pa.RecordBatch]]]:
        for name, writer in self._writers.items():
            writer.close()
            with pa.OSFile(str(self._folder / name), "rb") as file:
                yield self._tables[name], iter(pa.ipc.open_stream(file))

    def _writer(self, table: Table) -> pa.ipc.RecordBatchStreamWriter:
        if table.name not in self._writers:
            self._tables[table.name] = table
            sink = str(self._folder / table.name)
            self._writers[table.name] = pa.ipc.new_stream(sink, table.schema, options=_COMPRESSED)
        return self._writers[table.name]
