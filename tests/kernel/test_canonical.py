"""Canonical bytes: the vectors of the documentation, a slow second encoder, and independence of Arrow's layout."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veedor.kernel import canonical
from veedor.kernel.canonical import encode_array, encode_rows

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "formats" / "canonical.md"

ITEM = pa.struct([pa.field("name", pa.string(), nullable=False), pa.field("number", pa.int64())])
SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("flag", pa.bool_()),
        pa.field("small", pa.int16()),
        pa.field("bits", pa.uint8(), nullable=False),
        pa.field("big", pa.uint64()),
        pa.field("time", pa.timestamp("us", tz="UTC")),
        pa.field("day", pa.date32()),
        pa.field("digest", pa.binary(4)),
        pa.field("raw", pa.binary()),
        pa.field("names", pa.list_(pa.string())),
        pa.field("items", pa.list_(pa.field("item", ITEM, nullable=False)), nullable=False),
        pa.field("pair", ITEM),
    ]
)


def slow(value: Any, kind: pa.DataType, nullable: bool) -> bytes:
    """A second encoder, written from the documentation, one value at a time."""
    if nullable:
        return b"\0" if value is None else b"\1" + slow(value, kind, False)
    if pa.types.is_boolean(kind):
        return bytes([value])
    if pa.types.is_fixed_size_binary(kind):
        return bytes(value)
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        content = value.encode() if isinstance(value, str) else value
        return len(content).to_bytes(4, "big") + content
    if pa.types.is_list(kind):
        field = kind.value_field
        return len(value).to_bytes(4, "big") + b"".join(slow(item, field.type, field.nullable) for item in value)
    if pa.types.is_struct(kind):
        return b"".join(slow(value[field.name], field.type, field.nullable) for field in kind)
    return int(value).to_bytes(kind.bit_width // 8, "big", signed=not pa.types.is_unsigned_integer(kind))


def slow_rows(table: pa.Table) -> list[bytes]:
    columns = []
    for field, column in zip(table.schema, table.columns, strict=True):
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.int64())
        elif pa.types.is_date32(field.type):
            column = column.cast(pa.int32())
        columns.append([slow(value, field.type, field.nullable) for value in column.to_pylist()])
    return [b"".join(cells) for cells in zip(*columns, strict=True)]


def rows_of(table: pa.Table) -> list[bytes]:
    data, offsets = encode_rows(table, table.column_names)
    assert offsets[0] == 0 and offsets[-1] == len(data)
    return [data[start:end].tobytes() for start, end in itertools.pairwise(offsets)]


def integers(bits: int, signed: bool = True) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else st.integers(0, 2**bits - 1)


TEXT = st.text(max_size=6)
ITEMS = st.fixed_dictionaries({"name": TEXT, "number": st.none() | integers(64)})
ROW = st.fixed_dictionaries(
    {
        "id": integers(64),
        "name": st.none() | TEXT,
        "flag": st.none() | st.booleans(),
        "small": st.none() | integers(16),
        "bits": integers(8, signed=False),
        "big": st.none() | integers(64, signed=False),
        "time": st.none() | integers(50),
        "day": st.none() | integers(20),
        "digest": st.none() | st.binary(min_size=4, max_size=4),
        "raw": st.none() | st.binary(max_size=5),
        "names": st.none() | st.lists(st.none() | TEXT, max_size=3),
        "items": st.lists(ITEMS, max_size=3),
        "pair": st.none() | ITEMS,
    }
)
TABLES = st.lists(ROW, max_size=12).map(lambda rows: pa.Table.from_pylist(rows, schema=SCHEMA))


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_rows_are_encoded_as_documented(table: pa.Table) -> None:
    assert rows_of(table) == slow_rows(table)


@settings(max_examples=40, deadline=None)
@given(TABLES, st.integers(0, 12), st.integers(0, 12))
def test_slices_chunks_and_dictionaries_do_not_change_the_bytes(table: pa.Table, first: int, second: int) -> None:
    expected = rows_of(table)
    first, second = sorted((min(first, len(expected)), min(second, len(expected))))
    assert rows_of(table.slice(first, second - first)) == expected[first:second]
    assert rows_of(pa.concat_tables([table.slice(0, first), table.slice(first)])) == expected
    coded = table.set_column(1, SCHEMA.field("name"), table["name"])
    coded = coded.set_column(
        1, pa.field("name", pa.dictionary(pa.int32(), pa.string())), table["name"].dictionary_encode()
    )
    assert rows_of(coded) == expected
    parts = [coded.slice(0, first).unify_dictionaries(), coded.slice(first)]
    assert rows_of(pa.concat_tables(parts)) == expected


def test_chunks_with_different_dictionaries_are_decoded() -> None:
    chunks = [pa.array(["b", "a"]).dictionary_encode(), pa.array(["c", "a", None]).dictionary_encode()]
    table = pa.table({"x": pa.chunked_array(chunks)})
    assert rows_of(table) == rows_of(pa.table({"x": ["b", "a", "c", "a", None]}))


@settings(max_examples=20, deadline=None)
@given(TABLES)
def test_a_parquet_round_trip_does_not_change_the_bytes(table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=5)
    read = pq.read_table(pa.BufferReader(sink.getvalue())).cast(SCHEMA)
    assert rows_of(read) == rows_of(table)


def test_values_hidden_under_nulls_do_not_show() -> None:
    valid = pa.py_buffer(bytes([0b101]))
    numbers = pa.Array.from_buffers(pa.int32(), 3, [valid, pa.py_buffer(np.array([1, 99, 3], np.int32))])
    words = pa.Array.from_buffers(
        pa.string(), 3, [valid, pa.py_buffer(np.array([0, 1, 4, 5], np.int32)), pa.py_buffer(b"aXYZb")]
    )
    lists = pa.Array.from_buffers(
        pa.list_(pa.string()), 3, [valid, pa.py_buffer(np.array([0, 1, 2, 3], np.int32))], children=[words]
    )
    table = pa.table({"n": numbers, "w": words, "l": lists})
    assert rows_of(table) == slow_rows(table)
    assert rows_of(table)[1] == b"\0\0\0"


def test_a_table_of_many_blocks_is_encoded_like_a_small_one() -> None:
    n = 20_000
    table = pa.table({"id": np.arange(n), "text": [str(i) if i % 3 else None for i in range(n)]})
    encoded = rows_of(table)
    for i in (0, 1, 8191, 8192, 16384, n - 1):
        assert encoded[i] == slow_rows(table.slice(i, 1))[0]


def test_loops_and_padding_write_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [None, "", "Ñandú", "x" * 40]
    rows = pa.table({"n": pa.array([None, *range(4_999)], pa.int64()), "name": [names[n % 4] for n in range(5_000)]})
    made = []
    for most, loaded in ((1 << 60, 1 << 60), (0, 0)):
        monkeypatch.setattr(canonical, "_MANY", most)
        monkeypatch.setattr(canonical, "_LOADED", loaded)
        made.append(encode_rows(rows, rows.column_names))
    assert all(np.array_equal(one, other) for one, other in zip(*made, strict=True))


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.list_(pa.float64()), pa.decimal128(9), pa.null()])
def test_types_without_canonical_bytes_are_refused_even_in_an_empty_table(kind: pa.DataType) -> None:
    with pytest.raises(ValueError, match="column x"):
        encode_rows(pa.table({"x": pa.array([], kind)}), ["x"])


def test_a_null_where_none_is_declared_is_refused() -> None:
    table = pa.Table.from_arrays([pa.array([1, None])], schema=pa.schema([pa.field("x", pa.int64(), nullable=False)]))
    with pytest.raises(ValueError, match="column x: 1 null"):
        encode_rows(table, ["x"])


def test_columns_are_encoded_in_the_order_asked_for() -> None:
    table = pa.table({"a": pa.array([1], pa.int8()), "b": pa.array([2], pa.int8())})
    assert encode_rows(table, ["b", "a"])[0].tobytes() == b"\1\2\1\1"
    assert encode_array(table["a"])[0].tobytes() == b"\1"


VECTORS = {
    "int16 not null": (pa.array([-2], pa.int16()), False),
    "int64": (pa.array([1]), True),
    "int64 ": (pa.array([None], pa.int64()), True),
    "bool": (pa.array([True]), True),
    "string": (pa.array(["año"]), True),
    "string not null": (pa.array([""]), False),
    "binary(2) not null": (pa.array([b"\xab\xcd"], pa.binary(2)), False),
    "timestamp[us] not null": (pa.array([1_000_000], pa.timestamp("us", tz="UTC")), False),
    "date32": (pa.array([-1], pa.date32()), True),
    "list<string>": (pa.array([["a", None]]), True),
    "struct<x: int8, y: string>": (
        pa.array([{"x": 5, "y": None}], pa.struct([("x", pa.int8()), ("y", pa.string())])),
        True,
    ),
}


def vector_table() -> str:
    lines = ["| type | value | bytes |", "|---|---|---|"]
    for name, (array, nullable) in VECTORS.items():
        value = array.cast(pa.int64()) if pa.types.is_timestamp(array.type) else array
        value = value.cast(pa.int32()) if pa.types.is_date32(array.type) else value
        data, _ = encode_array(array, nullable)
        lines.append(f"| {name.strip()} | `{value[0].as_py()!r}` | `{data.tobytes().hex(' ')}` |")
    return "\n".join(lines)


def test_the_vectors_of_the_documentation_hold() -> None:
    documented = re.search(r"<!-- vectors -->\n(.*?)\n<!-- end -->", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert documented is not None and documented.group(1).strip() == vector_table()
