"""The values that canonical bytes stand for: `canonical.encode_rows` undone, for whoever is shown a single row.

Only the declared types say where a cell ends, so the caller names them; bytes that no row of them has are refused.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.types as pt

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
Value = Any  # what `pa.Scalar.as_py` gives for the type


def decode_row(data: bytes, fields: Sequence[pa.Field[Any]]) -> dict[str, Value]:
    """The cells of one row by name; ValueError where `data` is not exactly one row of these fields."""
    row: dict[str, Value] = {}
    at = 0
    for field in fields:
        row[field.name], at = _cell(data, at, field)
    if at != len(data):
        raise ValueError(f"{len(data) - at} bytes after the last cell")
    return row


def _cell(data: bytes, at: int, field: Any) -> tuple[Value, int]:
    if field.nullable:
        mark, at = _take(data, at, 1)
        if mark not in (b"\0", b"\1"):
            raise ValueError(f"{field.name}: neither null nor a value")
        if mark == b"\0":
            return None, at
    return _value(data, at, field)


def _value(data: bytes, at: int, field: Any) -> tuple[Value, int]:
    kind = field.type.value_type if pt.is_dictionary(field.type) else field.type
    if pt.is_struct(kind):
        members: dict[str, Value] = {}
        for child in (kind.field(i) for i in range(kind.num_fields)):
            members[child.name], at = _cell(data, at, child)
        return members, at
    if pt.is_list(kind) or pt.is_large_list(kind):
        count, at = _length(data, at)
        items = []
        for _ in range(count):
            item, at = _cell(data, at, kind.value_field)
            items.append(item)
        return items, at
    if pt.is_fixed_size_binary(kind):
        return _take(data, at, kind.byte_width)
    read = _variable(kind)
    if read is not None:
        length, at = _length(data, at)
        content, at = _take(data, at, length)
        return read(content), at
    content, at = _take(data, at, 1 if pt.is_boolean(kind) else kind.bit_width // 8)
    return _fixed(kind, content, field.name), at


def _variable(kind: pa.DataType) -> Callable[[bytes], Value] | None:
    if pt.is_string(kind) or pt.is_large_string(kind):
        return lambda content: content.decode("utf-8")
    return bytes if pt.is_binary(kind) or pt.is_large_binary(kind) else None


def _fixed(kind: Any, content: bytes, name: str) -> Value:
    if pt.is_boolean(kind):
        if content not in (b"\0", b"\1"):
            raise ValueError(f"{name}: neither true nor false")
        return content == b"\1"
    number = int.from_bytes(content, "big", signed=not pt.is_unsigned_integer(kind))
    if pt.is_integer(kind):
        return number
    try:
        if pt.is_timestamp(kind) and kind.unit == "us":
            return _EPOCH + datetime.timedelta(microseconds=number)
        if pt.is_date32(kind):
            return _EPOCH.date() + datetime.timedelta(days=number)
    except OverflowError:
        raise ValueError(f"{name}: {number} is beyond the calendar") from None
    raise ValueError(f"{name}: type {kind} cannot be read back")


def _length(data: bytes, at: int) -> tuple[int, int]:
    content, at = _take(data, at, 4)
    count = int.from_bytes(content, "big")
    if count > len(data):
        raise ValueError(f"{count} items or bytes, where {len(data) - at} bytes are left")
    return count, at


def _take(data: bytes, at: int, count: int) -> tuple[bytes, int]:
    if at + count > len(data):
        raise ValueError("the row breaks off")
    return data[at : at + count], at + count
