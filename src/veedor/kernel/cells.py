"""One column's cells laid open as plain buffers: what the writers of canonical rows work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fixed:
    """Cells of `width` bytes each, as they lie in memory: little-endian numbers to be turned round, or `raw` bytes.
    `valid` is empty if none is null."""

    nullable: bool
    valid: Bytes
    values: Bytes
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
