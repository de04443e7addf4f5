"""Columns as numpy arrays, and Arrow arrays made of them; loosely typed, because pyarrow's stubs are too narrow."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Column = Any
compute: Any = pyarrow.compute


def column(values: Any, kind: pa.DataType | None = None, *, mask: Any = None) -> Column:
    """An Arrow array; `mask` is true where the value is missing."""
    return pa.array(values, kind, mask=mask)
