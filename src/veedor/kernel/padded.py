"""Canonical rows by way of a padded matrix: every cell at its greatest width, then the bytes that count, row by row.

Plain numpy: for some thousand rows soon done, and a command that needs nothing else of the kernels of `columns.py`
(three times faster once they are loaded) does not wait for numba. Columns with some very long cells are left to them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from veedor.kernel.cells import Bytes, Cells, Fixed, Offsets, Variable

# Rows at a time: few enough that matrix and mask stay in the processor's cache.
_BLOCK = 4096
# Above this many bytes in the longest cell padding costs more than it saves.
_LONGEST = 512


def fits(cells: Sequence[Cells]) -> bool:
    """Whether these columns are short enough to be padded."""
    return all(isinstance(cell, Fixed) or _longest(cell.starts) <= _LONGEST for cell in cells)


def padded_rows(cells: Sequence[Cells], rows: int) -> tuple[Bytes, Offsets]:
    """(data, offsets) of the rows, as `join_cells` promises."""
    parts, lengths = [], []
    for start in range(0, rows, _BLOCK):
        end = min(start + _BLOCK, rows)
        block = _Block(end - start, sum(_width(cell, start, end) for cell in cells))
        for cell in cells:
            block.add(cell, start)
        parts.append(block.matrix[block.mask])
        lengths.append(np.count_nonzero(block.mask, axis=1))
    offsets = np.zeros(rows + 1, np.int64)
    if parts:
        np.cumsum(np.concatenate(lengths), out=offsets[1:])
    return np.concatenate(parts) if parts else np.empty(0, np.uint8), offsets


def _longest(starts: Offsets) -> int:
    return int(np.diff(starts).max(initial=0))


def _width(cell: Cells, start: int, end: int) -> int:
    """Bytes that the widest cell of these rows takes: only they are looked at, or the work would grow with the square
    of the rows."""
    head = 1 if cell.nullable else 0
    if isinstance(cell, Fixed):
        return head + cell.width
    return head + (4 if cell.prefix else 0) + _longest(cell.starts[start : end + 1])


class _Block:
    """Some rows being laid out, column after column."""

    def __init__(self, rows: int, width: int) -> None:
        self.matrix = np.zeros((rows, width), np.uint8)
        self.mask = np.ones((rows, width), np.bool_)
        self._at = 0

    def add(self, cell: Cells, start: int) -> None:
        rows, end = len(self.matrix), start + len(self.matrix)
        valid = cell.valid[start:end].astype(np.bool_) if len(cell.valid) else None
        if cell.nullable:
            self.matrix[:, self._at] = 1 if valid is None else valid
            self._at += 1
        first = self._at
        if isinstance(cell, Fixed):
            values = cell.values[start * cell.width : end * cell.width].reshape(rows, cell.width)
            self.matrix[:, first : first + cell.width] = values if cell.raw else values[:, ::-1]
            self._at += cell.width
        else:
            self._variable(cell, start, end)
        if valid is not None:
            self.mask[:, first : self._at] &= valid[:, None]

    def _variable(self, cell: Variable, start: int, end: int) -> None:
        starts = cell.starts[start : end + 1]
        lengths = np.diff(starts)
        if cell.prefix:
            counts: npt.NDArray[np.uint32] = cell.counts[start:end] if len(cell.counts) else lengths.astype(np.uint32)
            self.matrix[:, self._at : self._at + 4] = counts.astype(">u4").view(np.uint8).reshape(-1, 4)
            self._at += 4
        longest = _longest(starts)
        if longest:
            places = np.arange(longest)
            within = places < lengths[:, None]
            source = np.where(within, starts[:-1, None] + places, 0)
            self.matrix[:, self._at : self._at + longest] = cell.data[source]
            self.mask[:, self._at : self._at + longest] = within
            self._at += longest
