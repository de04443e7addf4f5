"""Orders and codes of columns are exact whatever the size of the numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from veedor.formats.arrow import one_piece
from veedor.money.columns import combined, distinct, first_of_each, in_order

FEW = st.integers(-2, 2)
ANY = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.tuples(FEW | ANY, FEW | ANY, FEW | ANY, st.booleans()), max_size=30))
def test_places_in_order_are_those_of_a_plain_sort(rows: list[tuple[int, int, int, bool]]) -> None:
    keys = [np.array([row[at] for row in rows], np.int64) for at in range(3)]
    order = in_order(*keys, np.array([row[3] for row in rows], np.bool_))
    assert sorted(order.tolist()) == list(range(len(rows)))
    assert [rows[place] for place in order.tolist()] == sorted(rows)


@given(st.lists(FEW | ANY))
def test_equal_numbers_and_only_they_share_a_code(values: list[int]) -> None:
    codes = distinct(np.array(values, np.int64)).tolist()
    assert len(set(zip(values, codes, strict=True))) == len(set(values)) == len(set(codes))


@given(st.lists(st.lists(ANY, max_size=3), max_size=3))
def test_a_column_in_one_piece_has_the_same_values_and_one_chunk_is_not_copied(chunks: list[list[int]]) -> None:
    column = pa.chunked_array([pa.array(chunk, pa.int64()) for chunk in chunks], pa.int64())
    piece = one_piece(column)
    assert isinstance(piece, pa.Int64Array) and piece.to_pylist() == column.to_pylist()
    assert one_piece(piece) is piece
    if len(chunks) == 1:
        assert piece.buffers()[1].address == column.chunk(0).buffers()[1].address


# Codes of days reach 2^40 where some row has none. Four such keys do not fit one number: the first would be lost.
MOST = 2**40 - 2
CODE = st.integers(-1, 2) | st.integers(MOST - 2, MOST)


@given(st.lists(st.tuples(CODE, CODE, CODE, CODE), max_size=30))
def test_equal_rows_and_only_they_share_a_code_numbered_as_they_first_appear(rows: list[tuple[int, ...]]) -> None:
    rows = [(MOST,) * 4, *rows]
    codes = combined(*np.array(rows, np.int64).T)
    places = {row: number for number, row in enumerate(dict.fromkeys(rows))}
    assert codes.tolist() == [places[row] for row in rows]
    assert first_of_each(codes).tolist() == [rows.index(row) for row in places]
