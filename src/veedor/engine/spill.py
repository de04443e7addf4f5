"""Rows set aside on disk by partition: runs of Arrow batches, one open file at a time, read back by partition.

Memory stays bounded by the writer's buffer, open files by one, however many partitions there are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True)
class Segment:
    """Some rows of one partition in one run file. `own` of the `rows` lie in the partition itself, not in its halo."""

    path: str
    batch: int
    rows: int
    own: int


class RunFile:
    """One run: batches are appended, each of one partition; `segments` tells which lies where."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self.segments: list[tuple[Hashable, Segment]] = []
        self._batches = 0
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, schema, options=_OPTIONS)

    def add(self, partition: Hashable, rows: pa.Table, own: int | None = None) -> None:
        """Rows of one partition."""
        for batch in rows.combine_chunks().to_batches():
            if batch.num_rows:
                share = batch.num_rows if own is None else own
                self._writer.write_batch(batch)
                self.segments.append((partition, Segment(str(self.path), self._batches, batch.num_rows, share)))
                self._batches += 1

    def close(self) -> list[tuple[Hashable, Segment]]:
        self._writer.close()
        self._sink.close()
        return self.segments


def read_segments(segments: Iterable[Segment], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of each segment; consecutive segments of one file open it once."""
    path, reader, source = "", None, None
    try:
        for segment in segments:
            if reader is None or segment.path != path:
                if source is not None:
                    source.close()
                path = segment.path
                source = pa.OSFile(path, "rb")
                reader = pa.ipc.open_file(source)
            yield pa.Table.from_batches([reader.get_batch(segment.batch)], schema=schema)
    finally:
        if source is not None:
            source.close()
