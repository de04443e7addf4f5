"""Arrow columns as the readers pass them around: the published stubs type compute functions too narrowly to use."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute

# One column in one piece, or in chunks.
Array: TypeAlias = Any
pc: Any = pyarrow.compute

Mask: TypeAlias = npt.NDArray[np.bool_]
Whole: TypeAlias = npt.NDArray[np.int64]
Real: TypeAlias = npt.NDArray[np.float64]


def one_piece(column: Array) -> Array:
    """The column as one array. One chunk is taken as it is: Arrow would copy it."""
    if not isinstance(column, pyarrow.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
