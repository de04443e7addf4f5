"""The digest of a table with a key, put together from what the workers digested, in bounded memory.

Every key costs about 80 bytes (its own, a count, a digest), and keys stand in the digest in order of their bytes, not
of the buckets they were digested in: millions of them are set aside and sorted outside memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.external import sorted_stream
from veedor.engine.spill import RunFile, Segment
from veedor.kernel.digest import Groups, digest_in_order
from veedor.tables import Column, Table

DIGESTED = Table(
    "digested_groups",
    1,
    "All rows of one key, digested.",
    (
        Column("key", pa.binary(), "canonical bytes of the key", nullable=False),
        Column("count", pa.int64(), "rows", nullable=False),
        Column("digest", pa.binary(32), "SHA-256 of the rows", nullable=False),
    ),
    order=("key",),
)
_AT_ONCE = 1 << 16


class GroupsFile:
    """A run file of groups, in any order."""

    def __init__(self, path: Path) -> None:
        self._run = RunFile(path, DIGESTED.schema)

    def add(self, groups: Groups) -> None:
        self._run.add(0, _rows(groups))

    def close(self) -> tuple[Segment, ...]:
        return tuple(segment for _, segment in self._run.close())


@dataclass(frozen=True)
class DigestKeyed:
    """Task: the digest (hex) of a table and its rows, from the run files of its groups, in `memory_bytes`."""

    table: Table
    segments: tuple[Segment, ...]
    memory_bytes: int
    scratch: Path

    def __call__(self) -> tuple[str, int]:
        parts = sorted_stream(DIGESTED, self.segments, self.memory_bytes, self.scratch, _AT_ONCE)
        return digest_in_order(self.table, (_groups(rows) for rows in parts))


def _rows(groups: Groups) -> pa.Table:
    offsets = pa.py_buffer(groups.offsets.astype(np.int32).data)
    keys = pa.Array.from_buffers(pa.binary(), len(groups), [None, offsets, pa.py_buffer(groups.keys.data)])
    content = pa.py_buffer(np.ascontiguousarray(groups.digests).data)
    digests = pa.Array.from_buffers(pa.binary(32), len(groups), [None, content])
    return pa.Table.from_arrays([keys, pa.array(groups.counts), digests], schema=DIGESTED.schema)


def _groups(rows: pa.Table) -> Groups:
    (batch,) = rows.combine_chunks().to_batches()
    keys: Any  # the stubs know neither offsets nor buffers of these arrays
    counts: Any
    digests: Any
    keys, counts, digests = batch.columns
    starts = np.frombuffer(keys.buffers()[1], np.int32)[keys.offset : keys.offset + len(keys) + 1].astype(np.int64)
    content = np.frombuffer(keys.buffers()[2], np.uint8)[starts[0] : starts[-1]]
    hashed = np.frombuffer(digests.buffers()[1], np.uint8)[32 * digests.offset :][: 32 * len(digests)]
    return Groups(content, starts - starts[0], counts.to_numpy(), hashed.reshape(-1, 32))
