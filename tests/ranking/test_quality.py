"""Figures of an order, on lists short enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.ranking.quality import average_precision, best_line, precision_at, quality


def of(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


def true(*values: int) -> np.ndarray:
    return np.array(values, np.bool_)


def test_average_precision_is_precision_at_each_that_is_found() -> None:
    assert average_precision(of(9, 8, 7, 6), true(1, 0, 1, 0)) == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert average_precision(of(1, 2), true(0, 0)) == 0


def test_of_equal_scores_all_or_none_are_above_a_line() -> None:
    assert average_precision(of(5, 5, 5, 5), true(1, 0, 0, 0)) == pytest.approx(1 / 4)
    assert precision_at(of(5, 5, 5, 5), true(1, 0, 0, 1), 2) == pytest.approx(1 / 2)


def test_the_line_is_where_f1_is_best() -> None:
    scores, suspicious = of(9, 8, 7, 6, 5), true(1, 1, 0, 1, 0)
    assert best_line(scores, suspicious) == 6
    found = quality(scores, suspicious, 6)
    assert (found.precision, found.recall) == (3 / 4, 1)
    assert found.f1 == pytest.approx(6 / 7)
    assert found.false_per_10_000 == 2000


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40), st.randoms())
def test_figures_do_not_hang_on_the_order_of_payments(rows: list[tuple[int, bool]], shuffle: object) -> None:
    again = list(rows)
    shuffle.shuffle(again)  # type: ignore[attr-defined] # hypothesis gives a Random
    first, second = (
        quality(of(*(score for score, _ in each)), true(*(hit for _, hit in each)), 5) for each in (rows, again)
    )
    assert first == second
