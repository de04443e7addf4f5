"""Sorted blocks on disk brought into one order, of which only those that overlap are in memory together.

A recording comes in order of time, so its blocks hardly overlap; rows in no order at all are held whole in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.gather import drained, gathered
from veedor.engine.spill import Segment, read_segments
from veedor.kernel.sorting import sort_indices


def merged(
    blocks: Sequence[Segment],
    firsts: pa.Table,
    schema: pa.Schema,
    order: Sequence[str],
    rows_at_once: int,
    choose: Callable[[pa.Table], pa.Table] = lambda rows: rows,
) -> Iterator[pa.Table]:
    """The rows of all blocks in ascending order of `order`, `rows_at_once` of them at a time, the last ones fewer.

    Each block stands in that order itself, and `firsts` has its first row, of which only `order` is looked at. `choose`
    leaves out rows of a block; it must keep the order of the others."""
    turn = sort_indices(firsts, order)
    firsts = firsts.select(list(dict.fromkeys(order))).take(turn)
    done = _Pieces(rows_at_once)
    held: list[pa.Table] = []
    fresh = 0
    for place, block in enumerate(read_segments([blocks[each] for each in turn], schema)):
        held.append(choose(block))
        fresh += held[-1].num_rows
        last = place + 1 == len(turn)
        # Looked at only when much has come, so that blocks that all overlap are sorted once, at the end.
        if not last and fresh < max(rows_at_once, sum(rows.num_rows for rows in held) // 2):
            continue
        # What comes later is at or behind the first row of the next block.
        limit = None if last else firsts.slice(place + 1, 1)
        counts = [rows.num_rows if limit is None else up_to(rows, order, limit) for rows in held]
        ready = [rows.slice(0, count) for rows, count in zip(held, counts, strict=True) if count]
        held = [rows.slice(count) for rows, count in zip(held, counts, strict=True) if count < rows.num_rows]
        fresh = 0
        if ready:
            yield from done.add(gathered(drained(ready), order))
    yield from done.rest()


def up_to(rows: pa.Table, order: Sequence[str], limit: pa.Table) -> int:
    """How many of the rows, which stand in order, are at or before the one row of `limit`; nulls come last."""
    before: npt.NDArray[np.bool_] = np.zeros(rows.num_rows, np.bool_)
    equal = ~before
    for name in dict.fromkeys(order):
        value, column = limit[name][0], rows[name]
        known: npt.NDArray[np.bool_] = column.is_valid().to_numpy(zero_copy_only=False)
        if value.is_valid:
            before |= equal & known & _where(pc.less(column, value))
            equal &= known & _where(pc.equal(column, value))
        else:
            before |= equal & known
            equal &= ~known
        if not equal.any():
            break
    return int(np.count_nonzero(before | equal))


def _where(found: Any) -> npt.NDArray[np.bool_]:
    where: npt.NDArray[np.bool_] = pc.fill_null(found, False).to_numpy(zero_copy_only=False)
    return where


class _Pieces:
    """Rows put together to pieces of one size."""

    def __init__(self, rows: int) -> None:
        self._size = rows
        self._held: list[pa.Table] = []
        self._rows = 0

    def add(self, rows: pa.Table) -> Iterator[pa.Table]:
        self._held.append(rows)
        self._rows += rows.num_rows
        if self._rows >= self._size:
            whole = pa.concat_tables(self._held)
            at = whole.num_rows // self._size * self._size
            self._held, self._rows = [whole.slice(at)], whole.num_rows - at
            for start in range(0, at, self._size):
                yield whole.slice(start, self._size).combine_chunks()

    def rest(self) -> Iterator[pa.Table]:
        if self._rows:
            yield pa.concat_tables(self._held).combine_chunks()
