"""Arrow columns as the readers pass them around: the published stubs type compute functions too narrowly to use."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow.compute

# One column in one piece, or in chunks.
Array: TypeAlias = Any
pc: Any = pyarrow.compute

Mask: TypeAlias = npt.NDArray[np.bool_]
Whole: TypeAlias = npt.NDArray[np.int64]
Real: TypeAlias = npt.NDArray[np.float64]


def one_piece(column: Array) -> Array:
    """A chunked column as one array; an array as it is."""
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column
