"""Writing one column's cells into row bytes: the kernels behind the canonical encoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fixed:
    """Cells of one width: unsigned words to be written big-endian, or raw bytes. `valid` is empty if none is null."""

    nullable: bool
    valid: Bytes
    values: npt.NDArray[Any]
    width: int
    raw: bool = False


@dataclass(frozen=True)
class Variable:
    """Cells of varying length: bytes data[starts[i]:starts[i + 1]], before them a u32 when `prefix`: `counts`, or the
    byte length when `counts` is empty."""

    nullable: bool
    valid: Bytes
    starts: Offsets
    counts: npt.NDArray[np.uint32]
    data: Bytes
    prefix: bool


Cells = Fixed | Variable


def cell_lengths(cells: Cells, lengths: Offsets) -> None:
    """Adds each cell's byte length to `lengths`."""
    head = 1 if cells.nullable else 0
    if isinstance(cells, Fixed):
        if len(cells.valid):
            lengths += head + cells.valid.astype(np.int64) * cells.width
        else:
            lengths += head + cells.width
    else:
        _add_variable_lengths(cells.starts, cells.valid, head, 4 if cells.prefix else 0, lengths)


def scatter(cells: Cells, start: int, end: int, cursor: Offsets, data: Bytes) -> None:
    """Writes the cells of rows start..end at each row's cursor and moves the cursors on."""
    if isinstance(cells, Fixed):
        write = _write_raw if cells.raw else _write_words
        write(cells.values, cells.width, cells.nullable, cells.valid, start, end, cursor, data)
    else:
        _write_variable(
            cells.data, cells.starts, cells.counts, cells.prefix, cells.nullable, cells.valid, start, end, cursor, data
        )


def _b(*values: int) -> Bytes:
    return np.array(values, np.uint8)


def _n(*values: int) -> Offsets:
    return np.array(values, np.int64)


@kernel(
    examples=lambda: [
        (_n(0, 2, 2, 5), _b(1, 0, 1), 1, 4, np.zeros(3, np.int64)),
        (_n(3, 4, 9), _b(), 0, 0, np.ones(2, np.int64)),
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
        (np.array(v, t), np.dtype(t).itemsize, n, _b(*m), 0, 2, _n(0, 9), np.zeros(20, np.uint8))
        for t, v in (
            (np.uint8, [1, 255]),
            (np.uint16, [1, 65534]),
            (np.uint32, [7, 2**32 - 2]),
            (np.uint64, [8, 2**64 - 2]),
        )
        for n, m in ((True, [1, 0]), (True, []), (False, []))
    ]
)
def _write_words(
    values: npt.NDArray[Any],
    width: int,
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
            word = np.uint64(values[i])
            for byte in range(width):
                data[at + byte] = (word >> np.uint64(8 * (width - 1 - byte))) & np.uint64(255)
            at += width
        cursor[i] = at


@kernel(
    examples=lambda: [
        (np.arange(6, dtype=np.uint8), 3, n, _b(*m), 0, 2, _n(0, 5), np.zeros(20, np.uint8))
        for n, m in ((True, [0, 1]), (False, []))
    ]
)
def _write_raw(
    values: Bytes, width: int, nullable: bool, valid: Bytes, start: int, end: int, cursor: Offsets, data: Bytes
) -> None:
    all_valid = len(valid) == 0
    for i in range(start, end):
        at = cursor[i]
        there = all_valid or valid[i] != 0
        if nullable:
            data[at] = 1 if there else 0
            at += 1
        if there:
            for byte in range(width):
                data[at + byte] = values[i * width + byte]
            at += width
        cursor[i] = at


@kernel(
    examples=lambda: [
        (_b(5, 6, 7), _n(0, 2, 3), np.array(c, np.uint32), p, n, _b(*m), 0, 2, _n(0, 9), np.zeros(20, np.uint8))
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
                count = np.int64(counts[i]) if counted else length
                data[at] = (count >> 24) & 255
                data[at + 1] = (count >> 16) & 255
                data[at + 2] = (count >> 8) & 255
                data[at + 3] = count & 255
                at += 4
            for byte in range(length):
                data[at + byte] = source[first + byte]
            at += length
        cursor[i] = at
