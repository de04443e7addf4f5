"""The border between numpy and Arrow, typed once: the stubs of pyarrow know only some of its arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Array = Any  # pa.Array or pa.ChunkedArray of any type


def array(values: object, mask: object = None) -> Array:
    """An Arrow array of numpy values, null where `mask` is true."""
    make: Any = pa.array
    return make(values, mask=mask)


def texts(column: Array) -> list[str]:
    """The values of a column of strings without nulls."""
    values: list[str] = column.to_pylist()
    return values


def blobs(column: Array) -> list[bytes]:
    """The values of a column of bytes without nulls."""
    values: list[bytes] = column.to_pylist()
    return values


def whole(column: Array) -> npt.NDArray[np.int64]:
    """A column of whole numbers without nulls as int64."""
    return np.asarray(column.to_numpy(), np.int64)


def truths(column: Array) -> npt.NDArray[np.bool_]:
    """A column of truth values as numpy, null as false."""
    return np.asarray(column.fill_null(False).to_numpy(zero_copy_only=False), np.bool_)
