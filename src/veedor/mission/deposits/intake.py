"""Reading one deposit: every source record becomes an accepted row or a reject, counted, placed and committed.

The reader promises ordinals 0..n-1 per file over all its tables and rejects; here they run on through the files in
order of their digests, and the promise is checked: what does not reconcile stops the deposit and never vanishes in it.
"""

from __future__ import annotations

import io
import itertools
import mmap
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.reader import Batch, ManyReader, Note, Options, Reader, Reject, Source
from veedor.formats.source import FileSource
from veedor.mission.deposits.commitments import Bytes, Counts, RecordTree, Salts, leaves, span_leaves
from veedor.tables import REJECTS, Table

# Stands for the leaves of rows that are not committed.
_NOTHING: Bytes = np.empty((0, 32), np.uint8)
# Files up to this size are gathered, until so many rows or bytes wait.
_SMALL_BYTES, _GATHERED_ROWS, _GATHERED_BYTES = 1 << 20, 32_768, 16 << 20


@dataclass
class FileCount:
    """What one file gave."""

    source: Source
    accepted: int = 0
    rejected: int = 0
    notes: list[Note] = field(default_factory=list)


@dataclass
class Intake:
    """One pass over the files of a deposit. Iterate `rows()` to the end, then read counts and roots.

    Without a `secret` nothing is committed (files looked at without a mission): rows and counts are the same.
    `earlier`: versions, by name of the table, in which rows were committed before columns were added.
    """

    deposit: bytes
    reader: Reader
    options: Options
    sources: Sequence[Source]
    secret: bytes | None
    earlier: Mapping[str, Table] = field(default_factory=dict)
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
        order = _InOrder(self.accepted, self.rejected)
        waiting = _Gathered()
        sources = sorted(self.sources, key=lambda item: item.sha256)
        for number, batches in self._read(sources):
            count = FileCount(sources[number])
            self.files.append(count)
            first_row = waiting.next_row
            with unpacked(count.source) as data:
                self.total_bytes += len(data)
                spans = _SpanCount()
                small = len(data) <= _SMALL_BYTES
                if not small:
                    yield from self._handed_on(waiting, order, salts, waiting.data())
                start = waiting.keep(data) if small else 0
                for batch in batches:
                    self._count(batch, count, spans)
                    waiting.add(batch, number, first_row, start)
                    if not small:
                        yield from self._handed_on(waiting, order, salts, data)
                        _let_go(data)
                self.accepted_bytes += spans.accepted
                self.rejected_bytes += spans.rejected
                spans.check(count.source.name, len(data))
                waiting.next_row += count.accepted + count.rejected
                waiting.names.append((first_row, count.source.name))
                if small and waiting.full():
                    yield from self._handed_on(waiting, order, salts, waiting.data())
                if not small:
                    order.finish(waiting.names)
        yield from self._handed_on(waiting, order, salts, waiting.data())
        order.finish(waiting.names)

    def _read(self, sources: Sequence[Source]) -> Iterator[tuple[int, Iterator[Batch]]]:
        """Each file's place and batches, in order; a reader of many small files reads them together."""
        if not isinstance(self.reader, ManyReader):
            for number, source in enumerate(sources):
                yield number, self.reader.read(source, self.options)
            return
        found = itertools.groupby(self.reader.read_many(sources, self.options), key=lambda item: item[0])
        for number, batches in found:
            yield number, (batch for _, batch in batches)

    def _count(self, batch: Batch, count: FileCount, spans: _SpanCount) -> None:
        count.notes += batch.notes
        if batch.rows.num_rows:
            spans.accept(batch.rows)
            count.accepted += batch.rows.num_rows
            self.tables[batch.table.name] = self.tables.get(batch.table.name, 0) + batch.rows.num_rows
        if batch.rejects:
            spans.reject(batch.rejects)
            count.rejected += len(batch.rejects)
            self.tables[REJECTS.name] = self.tables.get(REJECTS.name, 0) + len(batch.rejects)

    def _handed_on(
        self, waiting: _Gathered, order: _InOrder, salts: Salts | None, data: Bytes
    ) -> Iterator[tuple[Table, pa.Table]]:
        """The rows gathered so far, placed and committed; `data` are the bytes their offsets and `starts` count in."""
        for read, parts in waiting.taken():
            table = self.earlier.get(read.name, read)
            rows = _placed(read, parts, self.deposit).select(table.schema.names).cast(table.schema)
            starts = np.concatenate([np.full(part.rows.num_rows, part.start) for part in parts])
            hashes = _NOTHING
            if salts is not None:
                if len(parts) > 1 or not _ascending(rows["row"].to_numpy()):
                    turn = np.argsort(rows["row"].to_numpy(), kind="stable")
                    rows, starts = rows.take(turn), starts[turn]
                hashes = span_leaves(table, rows, _spans(rows, starts, data), salts)
            order.add(rows["row"].to_numpy(), hashes, accepted=True)
            yield table, rows
        found, waiting.rejects = waiting.rejects, []
        if found:
            rejects = _reject_rows(found, self.deposit)
            raw = [reject.raw for reject, _, _ in sorted(found, key=lambda item: item[0].row + item[2])]
            hashes = _NOTHING if salts is None else leaves(REJECTS, rejects, _joined(raw), salts)
            order.add(rejects["row"].to_numpy(), hashes, accepted=False)
            yield REJECTS, rejects


@dataclass(frozen=True)
class _Part:
    """Rows of one batch: of which file, its first ordinal in the deposit, and where its bytes start."""

    rows: pa.Table
    number: int
    first_row: int
    start: int


class _Gathered:
    """Batches of small files that wait to be committed together: columns of a hundred rows cost as much as of
    thousands. A large file's batches only pass through."""

    def __init__(self) -> None:
        self.next_row = 0
        self.names: list[tuple[int, str]] = []
        self.rejects: list[tuple[Reject, int, int]] = []
        self._parts: dict[str, tuple[Table, list[_Part]]] = {}
        self._rows = 0
        self._data = bytearray()

    def keep(self, data: Bytes) -> int:
        """Keeps a file's bytes; returns where they start among those kept."""
        start = len(self._data)
        self._data += data.data
        return start

    def data(self) -> Bytes:
        """The bytes kept; the next file's start anew."""
        found, self._data = np.frombuffer(bytes(self._data), np.uint8), bytearray()
        return found

    def add(self, batch: Batch, number: int, first_row: int, start: int) -> None:
        if batch.rows.num_rows:
            _, parts = self._parts.setdefault(batch.table.name, (batch.table, []))
            parts.append(_Part(batch.rows, number, first_row, start))
            self._rows += batch.rows.num_rows
        self.rejects += [(reject, number, first_row) for reject in batch.rejects]

    def full(self) -> bool:
        return self._rows >= _GATHERED_ROWS or len(self._data) >= _GATHERED_BYTES

    def taken(self) -> list[tuple[Table, list[_Part]]]:
        found, self._parts, self._rows = list(self._parts.values()), {}, 0
        return found


class _InOrder:
    """Holds back leaves that come before their turn (a reader of several tables interleaves them)."""

    def __init__(self, accepted: RecordTree, rejected: RecordTree) -> None:
        self._trees = {True: accepted, False: rejected}
        self._next = 0
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

    def finish(self, names: Sequence[tuple[int, str]]) -> None:
        """After whole files; `names` are those read so far, by first ordinal."""
        if self._waiting:
            raise InputError(
                "the reader lost a row",
                file=max(item for item in names if item[0] <= self._next)[1],
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

    def reject(self, rejects: Sequence[Reject]) -> None:
        self.rejected += sum(reject.length for reject in rejects)

    def check(self, name: str, size: int) -> None:
        if self.accepted + self.rejected > size:
            raise InputError(
                "the reader's records overlap",
                file=name,
                expected=f"at most {size} bytes",
                found=f"{self.accepted} accepted and {self.rejected} rejected",
                next_step="nothing was deposited; report the file format and this message",
            )


def _placed(table: Table, parts: Sequence[_Part], deposit: bytes) -> pa.Table:
    """The parts as one table in order of `row`, with deposit, ordinals of the deposit and file numbers."""
    sizes = [part.rows.num_rows for part in parts]
    rows = pa.concat_tables([part.rows for part in parts])
    columns: dict[str, object] = {name: rows[name] for name in rows.column_names}
    ordinals = rows["row"].to_numpy() + np.repeat([part.first_row for part in parts], sizes)
    columns["row"] = pa.array(ordinals)
    whose: Any = pa.scalar(deposit, pa.binary(32))
    columns["deposit"] = pa.repeat(whose, rows.num_rows)
    columns["file"] = pa.array(np.repeat(np.array([part.number for part in parts], np.int32), sizes))
    return table.cast(pa.table(columns))


def _ascending(ordinals: Counts) -> bool:
    return bool(np.all(ordinals[1:] > ordinals[:-1]))


def _reject_rows(rejects: Sequence[tuple[Reject, int, int]], deposit: bytes) -> pa.Table:
    rows = [
        vars(reject) | {"deposit": deposit, "file": number, "row": reject.row + first_row}
        for reject, number, first_row in rejects
    ]
    return pa.Table.from_pylist(sorted(rows, key=lambda item: item["row"]), schema=REJECTS.schema)


@contextmanager
def unpacked(source: Source) -> Iterator[Bytes]:
    """The file's bytes as the reader's offsets count them (unpacked when it is gzip), large ones kept out of memory.

    Of a file that is not packed they are its own pages: the reader, which reads it to the end, sees whether it changed.
    """
    small = source.size_bytes <= _SMALL_BYTES
    if not small and isinstance(source, FileSource) and not source.packed:
        yield np.memmap(source.path, np.uint8, "r")
        return
    with tempfile.TemporaryFile() if not small else io.BytesIO() as file:
        try:
            with closing(source.open()) as stream:
                shutil.copyfileobj(stream, file, 1 << 20)
        except InputError:
            pass  # a damaged end: the reader reports it, what came before stays readable
        if isinstance(file, io.BytesIO):
            yield np.frombuffer(file.getvalue(), np.uint8)
            return
        file.flush()
        if file.tell() == 0:
            yield np.empty(0, np.uint8)
        else:
            yield np.memmap(file, np.uint8, "r")


def _let_go(data: Bytes) -> None:
    """Pages of a mapped file that were read leave memory: only those in use count, however long the file."""
    mapped: object = data.base
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _spans(rows: pa.Table, starts: Counts, data: Bytes) -> tuple[Bytes, Counts, Counts]:
    lengths = rows["length"].to_numpy().astype(np.int64)
    # Formats without byte spans count rows there: no bytes, wherever they would begin.
    starts = np.where(lengths == 0, 0, rows["offset"].to_numpy() + starts)
    return data, starts, starts + lengths


def _joined(parts: Sequence[bytes]) -> tuple[Bytes, Counts]:
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    return np.frombuffer(b"".join(parts), np.uint8), offsets


__all__ = ["FileCount", "Intake"]
