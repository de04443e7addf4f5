"""Stored records of many tables in one folder: appended once by batch, read by row group, compacted at will.

Plots lie by (sensor, UTC hour) in order of (time, sensor, deposit, row), six hours together where they hold few rows,
plots without time in `untimed`; tables with a key by bucket of the key, sorted by key, then declared order; other
tables in one partition in declared order (of each append: several appends are several sorted runs).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from veedor.engine.arrange import Arranger
from veedor.engine.datafile import DataFileWriter, content_digest
from veedor.engine.files import Files, PlainFiles, empty_folder, make_folders
from veedor.engine.layout import Layout
from veedor.engine.manifest import DataFile, ManifestStore, Version
from veedor.engine.snapshot import Filter, Snapshot, StoredGroup
from veedor.errors import StoreError, UsageError
from veedor.tables import TABLES, Table

DEFAULT_MEMORY = 1 << 30
_TRIES = 50
_serial = itertools.count()


class RecordStore:
    """The stored tables in `folder`. Several processes may append at once; reading never waits.

    A reader sees whole appends only, and a batch at most once. `clean` removes what interrupted writers left behind.
    """

    def __init__(
        self,
        folder: Path,
        files: Files | None = None,
        layout: Layout | None = None,
        memory_bytes: int = DEFAULT_MEMORY,
        tables: Iterable[Table] = TABLES,
    ) -> None:
        self.folder = folder
        self.files: Files = files or PlainFiles()
        self.layout = layout or Layout()
        self.memory_bytes = memory_bytes
        self._declared: Mapping[str, Table] = {table.name: table for table in tables}
        self._manifests: dict[str, ManifestStore] = {}

    def tables(self) -> tuple[str, ...]:
        """Names of the tables that have a version."""
        return tuple(name for name in self.files.list(self.folder) if name in self._declared and self._number(name))

    def append(self, batch_id: str, table: Table, rows: Iterable[pa.Table | pa.RecordBatch]) -> Version:
        """Stores the rows of one batch, in bounded memory; durable and visible all at once when it returns.

        A batch id that was stored before (of this table) changes nothing: the rows are not even read. A race lost to
        another writer is tried again. StoreError where the store is damaged or the disk refuses."""
        manifests = self._of(table)
        if batch_id in (version := manifests.latest()).batches:
            return version
        manifests.prepare()
        return self._commit(manifests, batch_id, self._write(manifests, batch_id, table, rows))

    def has(self, batch_id: str, table: Table) -> bool:
        """Whether this batch of this table is stored."""
        return batch_id in self._of(table).latest().batches

    def version(self, table: Table) -> Version:
        """The latest version; number 0 where nothing was stored."""
        return self._of(table).latest()

    def snapshot(self, table: Table, batches: Collection[str] | None = None) -> Snapshot:
        """The latest version as row groups; only those of `batches` where given (a run's input set)."""
        manifests = self._of(table)
        chosen = [file for file in manifests.latest().files if _visible(file, batches, table)]
        groups = [
            StoredGroup(str(manifests.data / f"{file.name}.parquet"), index, about)
            for file in chosen
            for index, about in enumerate(file.groups)
        ]
        return Snapshot(table, tuple(groups))

    def read(self, table: Table, columns: Sequence[str] = (), filter: Filter = ()) -> Iterator[pa.RecordBatch]:
        """Rows in stored order, partition by partition; times cut by the manifest before a file is opened."""
        return self.snapshot(table).read(columns, filter)

    def partitions(self, table: Table) -> dict[str, int]:
        """Rows by stored partition."""
        found = self.snapshot(table).partitions()
        return {name: sum(group.about.rows for group in groups) for name, groups in found.items()}

    def compact(self, table: Table, batches: Collection[str] | None = None) -> Version:
        """Rewrites the files of the batches (all where not given) as few sorted ones: a new version, the same rows,
        the same digests. Batches that some run must not see are compacted apart from those it may."""
        manifests = self._of(table)
        manifests.prepare()
        before = [file for file in manifests.latest().files if _visible(file, batches, table)]
        if len(before) < 2:
            return manifests.latest()
        held = tuple(sorted({batch for file in before for batch in file.batches}))
        rows = (pa.Table.from_batches([b]) for b in self.snapshot(table, batches).read())
        added = self._write(manifests, "", table, rows)
        merged = [DataFile(file.name, file.size, file.rows, held, file.groups) for file in added]
        same = {file.name for file in merged}
        gone = [file.name for file in before if file.name not in same]
        return manifests.commit(f"compaction-{manifests.latest().number + 1}", merged, gone)

    def replace(self, table: Table, batch_id: str, files: Sequence[DataFile]) -> Version:
        """Makes `files` (already in the table's data folder) the whole content: derived tables of a new run."""
        manifests = self._of(table)
        names = {file.name for file in files}
        gone = [file.name for file in manifests.latest().files if file.name not in names]
        return manifests.commit(batch_id, files, gone)

    def folders(self, table: Table) -> tuple[Path, Path]:
        """Staging and data folder of a table, made where missing: for processes that write data files themselves."""
        manifests = self._of(table)
        manifests.prepare()
        return manifests.staging, manifests.data

    def clean(self) -> None:
        """Removes what no version names. Only for the one writer (a mission's lock): another's work would go too."""
        for name in self.files.list(self.folder):
            if name in self._declared:
                self._of(self._declared[name]).clean()

    def damaged(self, table: Table) -> tuple[str, ...]:
        """Names of stored files whose bytes no longer have the digest they are named by, or that are missing."""
        data = self._of(table).data
        files = self._of(table).latest().files
        return tuple(
            file.name
            for file in files
            if not (path := data / f"{file.name}.parquet").exists() or content_digest(path) != file.name
        )

    def _of(self, table: Table) -> ManifestStore:
        if table.name not in self._manifests:
            self._manifests[table.name] = ManifestStore(self.folder / table.name, self.files, table.id)
        return self._manifests[table.name]

    def _number(self, name: str) -> int:
        return self._of(self._declared[name]).latest().number

    def _write(
        self, manifests: ManifestStore, batch: str, table: Table, rows: Iterable[pa.Table | pa.RecordBatch]
    ) -> list[DataFile]:
        scratch = manifests.staging / f"{os.getpid()}-{next(_serial)}"
        make_folders(self.files, scratch)
        empty_folder(PlainFiles(), scratch)
        arranger = Arranger(table, self.layout, self.memory_bytes, scratch)
        try:
            with DataFileWriter(self.files, manifests.staging, manifests.data, table, self.layout, batch) as writer:
                for part in rows:
                    arranger.add(pa.Table.from_batches([part]) if isinstance(part, pa.RecordBatch) else part)
                for done in arranger.partitions():
                    writer.add(done.partition, done.rows, done.bucket, done.buckets)
                return writer.finish()
        finally:
            # Scratch holds nothing that must last: it is written and removed without the durable primitives.
            empty_folder(PlainFiles(), scratch)
            PlainFiles().remove(scratch)

    def _commit(self, manifests: ManifestStore, batch: str, added: Sequence[DataFile]) -> Version:
        for _ in range(_TRIES):
            before = manifests.latest()
            if batch in before.batches:
                return before
            try:
                return manifests.commit(batch, added)
            except StoreError:
                if manifests.latest().number == before.number:
                    raise
        raise StoreError(
            "other writers were always first", file=str(manifests.folder), next_step="try again when fewer are at work"
        )


def _visible(file: DataFile, batches: Collection[str] | None, table: Table) -> bool:
    if batches is None:
        return True
    seen = [batch in batches for batch in file.batches]
    if any(seen) and not all(seen):
        raise UsageError(
            f"a compacted file of {table.name} holds batches of which this run may see only some",
            file=file.name,
            next_step="compact each input set apart",
        )
    return all(seen) and bool(seen)
