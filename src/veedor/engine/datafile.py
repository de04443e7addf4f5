"""One Parquet file of stored rows: every row group holds rows of exactly one partition, named by content digest.

Bytes depend on the writer's version, so digests of tables never look at them; the name only shows bit rot.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from io import IOBase
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from veedor.engine.files import Files
from veedor.engine.layout import KEY_HASH, Layout, microseconds, time_column
from veedor.engine.manifest import DataFile, Group
from veedor.errors import StoreError
from veedor.tables import Table

_serial = itertools.count()


def stored_schema(table: Table) -> pa.Schema:
    """The declared columns, and for tables with a key the hash that decides the bucket."""
    return table.schema.append(KEY_HASH) if table.key else table.schema


class DataFileWriter:
    """Writes partitions into files of about `layout.file_rows` rows, in the order they are given.

    `finish` returns the files, durable in `data` under the SHA-256 of their content; names are synced by it too. A file
    that was begun when the block is left without it stays in staging, where `clean` finds it."""

    def __init__(self, files: Files, staging: Path, data: Path, table: Table, layout: Layout, batch: str) -> None:
        self.files, self.staging, self.data = files, staging, data
        self.table, self.layout, self.batch = table, layout, batch
        self.done: list[DataFile] = []
        self._open: _OpenFile | None = None

    def __enter__(self) -> DataFileWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._open is not None:
            self._open.abandon()

    def add(self, partition: str, rows: pa.Table, bucket: int | None = None, buckets: int | None = None) -> None:
        """Rows of one partition (or of a part of it), in stored order, with exactly the stored columns."""
        for start in range(0, rows.num_rows, self.layout.group_rows):
            part = rows.slice(start, self.layout.group_rows)
            if self._open is None:
                self._open = _OpenFile(self.files, self.staging, stored_schema(self.table))
            self._open.add(part, describe(self.table, partition, part, bucket, buckets))
            if self._open.rows >= self.layout.file_rows:
                self._close()

    def finish(self) -> list[DataFile]:
        """Closes the last file; all are durable after it."""
        self._close()
        if self.done:
            self.files.sync_folder(self.data)
        return self.done

    def _close(self) -> None:
        if self._open is None:
            return
        path, digest, size = self._open.close()
        self.files.rename(path, self.data / f"{digest}.parquet")
        groups = tuple(self._open.groups)
        self.done.append(DataFile(digest, size, self._open.rows, (self.batch,), groups))
        self._open = None


def describe(table: Table, partition: str, rows: pa.Table, bucket: int | None, buckets: int | None) -> Group:
    """What the manifest says of a row group: enough to leave it unread where it cannot matter."""
    low = high = None
    if table.key:
        hashes = rows[KEY_HASH.name].to_numpy()
        low, high = f"{int(hashes.min()):016x}", f"{int(hashes.max()):016x}"
    column = time_column(table)
    if column is None:
        return Group(partition, rows.num_rows, bucket, buckets, 0, None, None, low, high)
    times, known = microseconds(rows[column])
    untimed = int(len(known) - np.count_nonzero(known))
    times = times[known] if untimed else times
    first, last = (int(times.min()), int(times.max())) if len(times) else (None, None)
    return Group(partition, rows.num_rows, bucket, buckets, untimed, first, last, low, high)


def read_group(path: Path, groups: Sequence[int], columns: Sequence[str]) -> pa.Table:
    """The named columns of some row groups, read at once; StoreError where the file is missing or damaged."""
    try:
        return _footers.open(str(path)).read_row_groups(list(groups), columns=list(columns), use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise StoreError("a stored file cannot be read", file=str(path), found=str(error)) from error


def content_digest(path: Path) -> str:
    """SHA-256 of the file as it lies there, to be compared with its name."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Footers:
    """Files that were opened last, with their parsed footers: files are immutable, so a footer stays right.

    A footer of 250 row groups of plots takes 8 ms to parse and 9 MB to hold: what is kept is counted in row groups."""

    def __init__(self, most_groups: int) -> None:
        self.most_groups = most_groups
        self._held: OrderedDict[str, pq.ParquetFile] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, path: str) -> pq.ParquetFile:
        with self._lock:
            if path not in self._held:
                self._held[path] = pq.ParquetFile(path, memory_map=False, pre_buffer=False)
            self._held.move_to_end(path)
            while len(self._held) > 1 and sum(file.num_row_groups for file in self._held.values()) > self.most_groups:
                self._held.popitem(last=False)
            return self._held[path]


_footers = _Footers(most_groups=500)


class _OpenFile:
    """A Parquet file being written through `Files`, hashed on the way."""

    def __init__(self, files: Files, staging: Path, schema: pa.Schema) -> None:
        self.path = staging / f"{os.getpid()}-{next(_serial)}.part"
        if files.exists(self.path):
            files.remove(self.path)
        self.groups: list[Group] = []
        self.rows = 0
        self._block = files.writer(self.path)
        self._sink = _Hashing(self._block.__enter__())
        # Buffered: Parquet writes a hundred small pieces for each row group.
        self._stream = pa.BufferedOutputStream(pa.PythonFile(cast(IOBase, self._sink), mode="w"), 1 << 20)
        self._writer = pq.ParquetWriter(
            self._stream,
            schema,
            compression="zstd",
            compression_level=1,
            # Strings from dictionaries take twice as long to read; without, zstd makes files 2 to 10 % larger.
            use_dictionary=False,
            write_statistics=False,
        )

    def add(self, rows: pa.Table, group: Group) -> None:
        self._writer.write_table(rows, row_group_size=max(rows.num_rows, 1))
        self.groups.append(group)
        self.rows += rows.num_rows

    def close(self) -> tuple[Path, str, int]:
        self._writer.close()
        self._stream.close()
        self._block.__exit__(None, None, None)
        return self.path, self._sink.hash.hexdigest(), self._sink.size

    def abandon(self) -> None:
        with contextlib.suppress(_Abandoned):
            self._block.__exit__(_Abandoned, _Abandoned(), None)


class _Abandoned(Exception):
    """Thrown into a writer's block so that it ends without a sync."""


class _Hashing:
    """A write-only file that hashes what passes."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.hash = hashlib.sha256()
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        return self.file.write(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        """Nothing: `Files.writer` syncs when its block ends."""

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
