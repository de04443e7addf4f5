"""Canonical bytes read back: what was encoded comes out, and no other bytes are taken for a row."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.kernel.canonical import encode_rows
from veedor.kernel.decode import decode_row

SCHEMA = pa.schema(
    [
        pa.field("number", pa.int64(), nullable=False),
        pa.field("small", pa.uint8()),
        pa.field("flag", pa.bool_()),
        pa.field("name", pa.string()),
        pa.field("raw", pa.binary()),
        pa.field("digest", pa.binary(4)),
        pa.field("time", pa.timestamp("us", "UTC")),
        pa.field("day", pa.date32()),
        pa.field("names", pa.list_(pa.string())),
        pa.field("place", pa.struct([pa.field("x", pa.int8()), pa.field("y", pa.string(), nullable=False)])),
    ]
)
TIMES = st.datetimes(timezones=st.just(datetime.UTC))
ROWS = st.fixed_dictionaries(
    {
        "number": st.integers(-(2**63), 2**63 - 1),
        "small": st.none() | st.integers(0, 255),
        "flag": st.none() | st.booleans(),
        "name": st.none() | st.text(),
        "raw": st.none() | st.binary(),
        "digest": st.none() | st.binary(min_size=4, max_size=4),
        "time": st.none() | TIMES,
        "day": st.none() | st.dates(),
        "names": st.none() | st.lists(st.none() | st.text()),
        "place": st.none() | st.fixed_dictionaries({"x": st.none() | st.integers(-128, 127), "y": st.text()}),
    }
)


def encoded(row: dict[str, Any]) -> bytes:
    return bytes(encode_rows(pa.Table.from_pylist([row], schema=SCHEMA), SCHEMA.names)[0])


@given(ROWS)
def test_what_was_encoded_is_read_back(row: dict[str, Any]) -> None:
    assert decode_row(encoded(row), list(SCHEMA)) == row


@given(ROWS, st.data())
def test_only_the_very_bytes_of_a_row_are_read(row: dict[str, Any], data: st.DataObject) -> None:
    """A row that reads from changed bytes is another row, whose own bytes those are."""
    good = encoded(row)
    at = data.draw(st.integers(0, len(good) - 1))
    for changed in (good[:at], good + b"\0", good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :]):
        try:
            read = decode_row(changed, list(SCHEMA))
        except ValueError:
            continue
        assert encoded(read) == changed


def test_a_hostile_count_is_refused_before_anything_is_made() -> None:
    with pytest.raises(ValueError, match="bytes are left"):
        decode_row(b"\1\xff\xff\xff\xff", [pa.field("names", pa.list_(pa.string()))])
    with pytest.raises(ValueError, match="beyond the calendar"):
        decode_row(b"\1" + b"\x7f" * 8, [pa.field("time", pa.timestamp("us", "UTC"))])
