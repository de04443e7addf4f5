"""Writing one column's cells into row bytes: the kernels behind the canonical encoding."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from veedor.kernel.cells import Cells, Fixed
from veedor.kernel.compile import kernel

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
N = TypeVar("N", bound=np.generic)


def cell_lengths(cells: Cells, lengths: Offsets) -> None:
    """Adds each cell's byte length to `lengths`."""
    head = 1 if cells.nullable else 0
    if isinstance(cells, Fixed):
        if len(cells.valid):
            lengths += head + cells.valid.astype(np.int64) * cells.width
        else:
            lengths += head + cells.width
    else:
        _add_variable_lengths(_constant(cells.starts), _constant(cells.valid), head, 4 if cells.prefix else 0, lengths)


def scatter(cells: Cells, start: int, end: int, cursor: Offsets, data: Bytes) -> None:
    """Writes the cells of rows start..end at each row's cursor and moves the cursors on."""
    valid = _constant(cells.valid)
    if isinstance(cells, Fixed):
        values = _constant(cells.values)
        _write_fixed(values, cells.width, cells.raw, cells.nullable, valid, start, end, cursor, data)
    else:
        source, starts, counts = _constant(cells.data), _constant(cells.starts), _constant(cells.counts)
        _write_variable(source, starts, counts, cells.prefix, cells.nullable, valid, start, end, cursor, data)


def _constant(array: npt.NDArray[N]) -> npt.NDArray[N]:
    """The same memory, read-only: Arrow's is, and so one compiled version serves both kinds."""
    view = array.view()
    view.flags.writeable = False
    return view


def _b(*values: int) -> Bytes:
    return _constant(np.array(values, np.uint8))


def _n(*values: int) -> Offsets:
    return np.array(values, np.int64)


@kernel(
    examples=lambda: [
        (_constant(_n(0, 2, 2, 5)), _b(1, 0, 1), 1, 4, np.zeros(3, np.int64)),
        (_constant(_n(3, 4, 9)), _b(), 0, 0, np.ones(2, np.int64)),
    ]
)
def _add_variable_lengths(starts: Offsets, valid: Bytes, head: int, prefix: int, lengths: Offsets) -> None:
    all_valid = len(valid) == 0
    for i in range(len(lengths)):
        lengths[i] += head
        if all_valid or valid[i]:
            lengths[i] += prefix + starts[i + 1] - starts[i]


@kernel(
    examples=lambda: [
        (_b(*range(1, 2 * width + 1)), width, raw, n, _b(*m), 0, 2, _n(0, 35), np.zeros(70, np.uint8))
        for width in (1, 2, 4, 8, 3, 32)
        for n, m, raw in ((True, [1, 0], False), (True, [], True), (False, [], False))
    ]
)
def _write_fixed(
    values: Bytes,
    width: int,
    raw: bool,
    nullable: bool,
    valid: Bytes,
    start: int,
    end: int,
    cursor: Offsets,
    data: Bytes,
) -> None:
    all_valid = len(valid) == 0
    for i in range(start, end):
        at = cursor[i]
        there = all_valid or valid[i] != 0
        if nullable:
            data[at] = 1 if there else 0
            at += 1
        if there:
            p = i * width
            if raw:
                for byte in range(width):
                    data[at + byte] = values[p + byte]
            elif width == 8:
                for byte in range(8):
                    data[at + byte] = values[p + 7 - byte]
            elif width == 4:
                for byte in range(4):
                    data[at + byte] = values[p + 3 - byte]
            else:
                for byte in range(width):
                    data[at + byte] = values[p + width - 1 - byte]
            at += width
        cursor[i] = at


@kernel(
    examples=lambda: [
        (
            _b(5, 6, 7),
            _constant(_n(0, 2, 3)),
            _constant(np.array(c, np.uint32)),
            p,
            n,
            _b(*m),
            0,
            2,
            _n(0, 9),
            np.zeros(20, np.uint8),
        )
        for n, m, c, p in ((True, [0, 1], [], True), (False, [], [2, 70000], True), (True, [], [], False))
    ]
)
def _write_variable(
    source: Bytes,
    starts: Offsets,
    counts: npt.NDArray[np.uint32],
    prefix: bool,
    nullable: bool,
    valid: Bytes,
    start: int,
    end: int,
    cursor: Offsets,
    data: Bytes,
) -> None:
    all_valid = len(valid) == 0
    counted = len(counts) != 0
    for i in range(start, end):
        at = cursor[i]
        there = all_valid or valid[i] != 0
        if nullable:
            data[at] = 1 if there else 0
            at += 1
        if there:
            first = starts[i]
            length = starts[i + 1] - first
            if prefix:
                count = int(counts[i]) if counted else int(length)
                data[at] = (count >> 24) & 255
                data[at + 1] = (count >> 16) & 255
                data[at + 2] = (count >> 8) & 255
                data[at + 3] = count & 255
                at += 4
            for byte in range(length):
                data[at + byte] = source[first + byte]
            at += length
        cursor[i] = at
