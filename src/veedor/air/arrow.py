"""The border between numpy and Arrow, typed once: the stubs of pyarrow know only some of its arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Array = Any  # pa.Array or pa.ChunkedArray of any type

NO_ALTITUDE = -(1 << 62)
NONE = -1


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


def ints(column: Array, null: int) -> Ints:
    """A column of integers or times as int64, `null` where it is null."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if column.null_count:
        column = column.cast(pa.int64()).fill_null(null)
    return np.array(column.to_numpy(), dtype=np.int64)


def ranks(column: Array) -> Ints:
    """The place of each value among the sorted distinct values; NONE where null."""
    encoded: Array = pc.dictionary_encode(column).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], column.type).dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy() if len(encoded.dictionary) else np.empty(0, np.int64)
    rank = np.empty(len(order) + 1, np.int64)
    rank[order.astype(np.int64)] = np.arange(len(order))
    rank[-1] = NONE
    codes = encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    found: Ints = rank[codes]
    return found
