"""Canonical bytes of rows: the one encoding that ids, digests and commitments are computed over.

A row is its cells one after the other, a cell is (layout and test vectors: docs/formats/canonical.md)

- if the field is nullable, one byte: 0 for null (and nothing more), 1 for a value;
- bool: one byte 0 or 1; integers, timestamps, dates: big-endian two's complement of their width;
- fixed-size binary: its bytes; string and binary: u32 big-endian byte length, then the bytes (UTF-8);
- list: u32 big-endian count, then its items as cells; struct: its fields as cells in declared order;
- dictionary-encoded values are encoded as the values they stand for.

Floats are refused: they are not allowed in anything that is hashed. The bytes do not depend on chunks, slices or
dictionaries, but on the *declared* nullability: cast to the declared schema first (`Table.cast`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from veedor.kernel.cells import Cells, Fixed, Variable
from veedor.kernel.padded import fits, padded_rows

Array = Any  # pa.Array or pa.ChunkedArray of any type; the stubs know only the common ones
Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

# Rows written column by column at a time: few enough that the bytes stay in the processor's cache.
_BLOCK = 8192
# From so many rows on compiled loops pay, though a process without numba waits for it; where it is loaded already, from
# so few on. Never as twins.
_MANY, _LOADED = 1 << 17, 1 << 13
_TWINS_ONLY = os.environ.get("VEEDOR_TWINS", "") == "1"


def encode_rows(table: pa.Table, columns: Sequence[str]) -> tuple[Bytes, Offsets]:
    """Canonical encoding of each row over `columns`, in the order of `columns`.

    Returns (data, offsets): row i is data[offsets[i]:offsets[i + 1]]. ValueError for a float or another type without
    canonical bytes, and for a null in a field declared as never null.
    """
    selected = table.select(list(columns))
    if any(column.num_chunks > 1 for column in selected.columns):
        selected = selected.combine_chunks()
    batches = selected.to_batches()
    parts = [
        join_cells([_cells(array, field) for array, field in zip(batch.columns, batch.schema, strict=True)], len(batch))
        for batch in batches
    ]
    if not parts:
        for field in selected.schema:
            _cells(pa.array([], field.type), field)
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    return parts[0] if len(parts) == 1 else _concatenate(parts)


def encode_array(array: Array, nullable: bool = False) -> tuple[Bytes, Offsets]:
    """Canonical cells of one column."""
    field = pa.field("value", array.type, nullable=nullable)
    return encode_rows(pa.Table.from_arrays([array], schema=pa.schema([field])), ["value"])


def _concatenate(parts: list[tuple[Bytes, Offsets]]) -> tuple[Bytes, Offsets]:
    starts = np.cumsum([0, *(int(offsets[-1]) for _, offsets in parts)])
    offsets = [part[1][:-1] + start for part, start in zip(parts, starts[:-1], strict=True)]
    return np.concatenate([data for data, _ in parts]), np.concatenate([*offsets, starts[-1:]])


def join_cells(cells: Sequence[Cells], rows: int) -> tuple[Bytes, Offsets]:
    """Rows from the cells of their columns, one after the other."""
    loaded = "veedor.kernel.compile" in sys.modules and not _TWINS_ONLY
    if rows < (_LOADED if loaded else _MANY) and fits(cells):
        return padded_rows(cells, rows)
    from veedor.kernel.columns import cell_lengths, scatter  # loads numba

    offsets = np.zeros(rows + 1, np.int64)
    for cell in cells:
        cell_lengths(cell, offsets[1:])
    np.cumsum(offsets, out=offsets)
    data = np.empty(int(offsets[-1]), np.uint8)
    cursor = offsets[:-1].copy()
    for start in range(0, rows, _BLOCK):
        end = min(start + _BLOCK, rows)
        for cell in cells:
            scatter(cell, start, end, cursor, data)
    return data, offsets


def _cells(array: Array, field: Any) -> Cells:
    """One column laid open as numpy buffers, whatever its Arrow layout."""
    kind = array.type
    if pt.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    if array.null_count and not field.nullable:
        raise ValueError(f"column {field.name}: {array.null_count} null(s) in a field declared as never null")
    valid = _bits(array.is_valid()) if field.nullable and array.null_count else np.empty(0, np.uint8)
    rows = len(array)
    if pt.is_boolean(kind):
        return Fixed(field.nullable, valid, _bits(array), 1)
    if pt.is_fixed_size_binary(kind) or _is_whole_number(kind):
        width = kind.bit_width // 8
        values = _buffer(array, np.dtype(np.uint8), width * rows, width * array.offset)
        return Fixed(field.nullable, valid, values, width, raw=pt.is_fixed_size_binary(kind))
    if pt.is_string(kind) or pt.is_binary(kind) or pt.is_large_string(kind) or pt.is_large_binary(kind):
        wide = pt.is_large_string(kind) or pt.is_large_binary(kind)
        starts = _buffer(array, np.dtype(np.int64 if wide else np.int32), rows + 1, array.offset)
        content = array.buffers()[2]
        data = np.frombuffer(content, np.uint8) if content is not None else np.empty(0, np.uint8)
        return Variable(field.nullable, valid, starts.astype(np.int64), np.empty(0, np.uint32), data, prefix=True)
    if pt.is_list(kind) or pt.is_large_list(kind):
        return _list(array, field, valid)
    if pt.is_struct(kind):
        return _struct(array, field, valid)
    reason = "floats are never hashed; round to integers first" if pt.is_floating(kind) else "no canonical bytes"
    raise ValueError(f"column {field.name}: type {kind} cannot be encoded: {reason}")


def _list(array: Array, field: Any, valid: Bytes) -> Cells:
    lengths: Array = pc.list_value_length(array)
    counts = lengths.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    data, items = join_cells([_cells(array.flatten(), _inside(field, array.type.value_field))], int(counts.sum()))
    ends = np.zeros(len(array) + 1, np.int64)
    np.cumsum(counts, out=ends[1:])
    return Variable(field.nullable, valid, items[ends], counts.astype(np.uint32), data, prefix=True)


def _struct(array: Array, field: Any, valid: Bytes) -> Cells:
    dense = array.drop_null() if array.null_count else array
    fields = [_inside(field, array.type.field(i)) for i in range(array.type.num_fields)]
    cells = [_cells(child, child_field) for child, child_field in zip(dense.flatten(), fields, strict=True)]
    data, offsets = join_cells(cells, len(dense))
    starts = np.zeros(len(array) + 1, np.int64)
    lengths = np.diff(offsets)
    if len(valid):
        starts[1:][valid == 1] = lengths
    else:
        starts[1:] = lengths
    np.cumsum(starts, out=starts)
    return Variable(field.nullable, valid, starts, np.empty(0, np.uint32), data, prefix=False)


def _inside(field: Any, child: Any) -> Any:
    """The child's field under a name that says where it is."""
    return child.with_name(f"{field.name}.{child.name}")


def _bits(array: Array) -> Bytes:
    """Booleans as bytes 0 and 1 (null as 0)."""
    first, last = array.offset // 8, (array.offset + len(array) + 7) // 8
    bits = np.unpackbits(_buffer(array, np.dtype(np.uint8), last - first, first), bitorder="little")
    return bits[array.offset - 8 * first :][: len(array)]


def _buffer(array: Array, dtype: np.dtype[Any], count: int, offset: int) -> npt.NDArray[Any]:
    """`count` elements of the values (or the offsets) from element `offset` on; zeros where Arrow keeps none."""
    buffer = array.buffers()[1]
    if buffer is None or buffer.size < (offset + count) * dtype.itemsize:
        return np.zeros(count, dtype)
    return np.frombuffer(buffer, dtype, count=count, offset=offset * dtype.itemsize)


def _is_whole_number(kind: pa.DataType) -> bool:
    return pt.is_integer(kind) or pt.is_timestamp(kind) or pt.is_date(kind) or pt.is_time(kind) or pt.is_duration(kind)
