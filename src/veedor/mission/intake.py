"""Reading one deposit: every source record becomes an accepted row or a reject, counted, placed and committed.

The reader promises ordinals 0..n-1 per file over all its tables and rejects; here they run on through the files in
order of their digests, and the promise is checked: what does not reconcile stops the deposit and never vanishes in it.
"""

from __future__ import annotations

import mmap
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.reader import Batch, Options, Reader, Reject, Source
from veedor.mission.commitments import Bytes, Counts, RecordTree, Salts, leaves
from veedor.tables import REJECTS, Table

# Stands for the leaves of rows that are not committed.
_NOTHING: Bytes = np.empty((0, 32), np.uint8)


@dataclass
class FileCount:
    """What one file gave."""

    source: Source
    accepted: int = 0
    rejected: int = 0


@dataclass
class Intake:
    """One pass over the files of a deposit. Iterate `rows()` to the end, then read counts and roots.

    Without a `secret` nothing is committed (files looked at without a mission): rows and counts are the same.
    """

    deposit: bytes
    reader: Reader
    options: Options
    sources: Sequence[Source]
    secret: bytes | None
    files: list[FileCount] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    accepted: RecordTree = field(default_factory=RecordTree)
    rejected: RecordTree = field(default_factory=RecordTree)
    total_bytes: int = 0
    accepted_bytes: int = 0
    rejected_bytes: int = 0

    def rows(self) -> Iterator[tuple[Table, pa.Table]]:
        """Batches with all declared columns, `deposit`, `row` and `file` included; rejects as rows of REJECTS."""
        salts = None if self.secret is None else Salts(self.secret)
        first_row = 0
        for number, source in enumerate(sorted(self.sources, key=lambda item: item.sha256)):
            count = FileCount(source)
            self.files.append(count)
            order = _InOrder(self.accepted, self.rejected, first_row)
            with _unpacked(source) as data:
                self.total_bytes += len(data)
                spans = _SpanCount()
                for batch in self.reader.read(source, self.options):
                    yield from self._batch(batch, number, first_row, count, order, salts, data, spans)
                self.accepted_bytes += spans.accepted
                self.rejected_bytes += spans.rejected
                spans.check(source.name, len(data))
            order.finish(source.name)
            first_row += count.accepted + count.rejected

    def _batch(
        self,
        batch: Batch,
        number: int,
        first_row: int,
        count: FileCount,
        order: _InOrder,
        salts: Salts | None,
        data: memoryview,
        spans: _SpanCount,
    ) -> Iterator[tuple[Table, pa.Table]]:
        if batch.rows.num_rows:
            rows = _placed(batch.table, batch.rows, self.deposit, number, first_row)
            hashes = _NOTHING if salts is None else leaves(batch.table, rows, _spans(rows, data), salts)
            order.add(rows["row"].to_numpy(), hashes, accepted=True)
            spans.accept(rows)
            count.accepted += rows.num_rows
            self.tables[batch.table.name] = self.tables.get(batch.table.name, 0) + rows.num_rows
            yield batch.table, rows
        if batch.rejects:
            rejects = _reject_rows(batch.rejects, self.deposit, number, first_row)
            raw = [reject.raw for reject in sorted(batch.rejects, key=lambda item: item.row)]
            hashes = _NOTHING if salts is None else leaves(REJECTS, rejects, _joined(raw), salts)
            order.add(rejects["row"].to_numpy(), hashes, accepted=False)
            spans.reject(rejects)
            count.rejected += len(raw)
            self.tables[REJECTS.name] = self.tables.get(REJECTS.name, 0) + len(raw)
            yield REJECTS, rejects


class _InOrder:
    """Holds back leaves that come before their turn (a reader of several tables interleaves them)."""

    def __init__(self, accepted: RecordTree, rejected: RecordTree, first_row: int) -> None:
        self._trees = {True: accepted, False: rejected}
        self._next = first_row
        self._waiting: list[tuple[Counts, Bytes, bool]] = []

    def add(self, rows: Counts, hashes: Bytes, *, accepted: bool) -> None:
        if len(hashes) != len(rows):
            hashes = np.zeros((len(rows), 0), np.uint8)
        if len(rows) == int(rows[-1]) - int(rows[0]) + 1 and int(rows[0]) == self._next and not self._waiting:
            self._trees[accepted].add(hashes)
            self._next = int(rows[-1]) + 1
            return
        self._waiting.append((rows, hashes, accepted))
        self._release()

    def _release(self) -> None:
        rows = np.concatenate([item[0] for item in self._waiting])
        hashes = np.concatenate([item[1] for item in self._waiting])
        kinds = np.concatenate([np.full(len(item[0]), item[2]) for item in self._waiting])
        turn = np.argsort(rows, kind="stable")
        rows, hashes, kinds = rows[turn], hashes[turn], kinds[turn]
        ready = int(np.argmin(np.append(rows == self._next + np.arange(len(rows)), False)))
        for kind in (True, False):
            chosen = kinds[:ready] == kind
            if chosen.any():
                self._trees[kind].add(hashes[:ready][chosen])
        self._next += ready
        self._waiting = []
        for kind in (True, False):
            chosen = kinds[ready:] == kind
            if chosen.any():
                self._waiting.append((rows[ready:][chosen], hashes[ready:][chosen], kind))

    def finish(self, name: str) -> None:
        if self._waiting:
            raise InputError(
                "the reader lost a row",
                file=name,
                place=f"row {self._next}",
                expected="every ordinal once, accepted or rejected",
                found=f"row {min(int(rows.min()) for rows, _, _ in self._waiting)} next",
                next_step="nothing was deposited; report the file format and this message",
            )


class _SpanCount:
    """Bytes of the file that accepted rows and rejects take up; rows that share one source record count once."""

    def __init__(self) -> None:
        self.accepted = 0
        self.rejected = 0
        self._last = -1

    def accept(self, rows: pa.Table) -> None:
        starts, first = np.unique(rows["offset"].to_numpy(), return_index=True)
        lengths = rows["length"].to_numpy()[first]
        self.accepted += int(lengths[starts != self._last].sum())
        self._last = int(starts[-1])

    def reject(self, rejects: pa.Table) -> None:
        self.rejected += int(rejects["length"].to_numpy().sum())

    def check(self, name: str, size: int) -> None:
        if self.accepted + self.rejected > size:
            raise InputError(
                "the reader's records overlap",
                file=name,
                expected=f"at most {size} bytes",
                found=f"{self.accepted} accepted and {self.rejected} rejected",
                next_step="nothing was deposited; report the file format and this message",
            )


def _placed(table: Table, rows: pa.Table, deposit: bytes, number: int, first_row: int) -> pa.Table:
    count = rows.num_rows
    columns: dict[str, object] = {name: rows[name] for name in rows.column_names}
    ordinals = rows["row"].to_numpy() + first_row
    columns["row"] = pa.array(ordinals)
    columns["deposit"] = pa.array([deposit] * count, pa.binary(32))
    columns["file"] = pa.array(np.full(count, number, np.int32))
    placed = table.cast(pa.table(columns))
    return placed if bool(np.all(ordinals[1:] > ordinals[:-1])) else placed.take(np.argsort(ordinals, kind="stable"))


def _reject_rows(rejects: Sequence[Reject], deposit: bytes, number: int, first_row: int) -> pa.Table:
    rows = [
        vars(reject) | {"deposit": deposit, "file": number, "row": reject.row + first_row}
        for reject in sorted(rejects, key=lambda item: item.row)
    ]
    return pa.Table.from_pylist(rows, schema=REJECTS.schema)


class _unpacked:
    """The file's bytes as the reader's offsets count them (unpacked when it is gzip), kept out of memory."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __enter__(self) -> memoryview:
        self._file: BinaryIO = tempfile.TemporaryFile()
        try:
            with self._source.open() as stream:
                shutil.copyfileobj(stream, self._file, 1 << 20)
        except InputError:
            pass  # a damaged end: the reader reports it, what came before stays readable
        self._file.flush()
        if self._file.tell() == 0:
            self._view = memoryview(b"")
        else:
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            self._view = memoryview(self._map)
        return self._view

    def __exit__(self, *_: object) -> None:
        self._view.release()
        if hasattr(self, "_map"):
            self._map.close()
        self._file.close()


def _spans(rows: pa.Table, data: memoryview) -> tuple[Bytes, Counts]:
    starts = rows["offset"].to_numpy()
    lengths = rows["length"].to_numpy().astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    if offsets[-1] == 0:
        return np.empty(0, np.uint8), offsets
    joined = b"".join([data[start : start + length] for start, length in zip(starts, lengths, strict=True)])
    return np.frombuffer(joined, np.uint8), offsets


def _joined(parts: Sequence[bytes]) -> tuple[Bytes, Counts]:
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    return np.frombuffer(b"".join(parts), np.uint8), offsets


__all__ = ["FileCount", "Intake"]
