"""Assignment: the largest sum of scores, whatever the shape of the gate graph; scipy's solver as outside oracle."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from veedor.air.tracking.assignment import FAR, assign

Edges = dict[tuple[int, int], int]


def solved(rows: int, columns: int, edges: Edges) -> list[int]:
    ordered = sorted(edges)
    start = np.searchsorted([r for r, _ in ordered], np.arange(rows + 1)).astype(np.int64)
    partner, price = np.full(rows, -1), np.zeros(rows, np.int64)
    value, owner = np.zeros(columns, np.int64), np.full(columns, -1)
    assign(
        rows, start, np.array([c for _, c in ordered], np.int64), np.array([edges[e] for e in ordered], np.int64),
        partner, price, value, owner, np.full(columns, FAR), np.zeros(columns, np.int64), np.zeros(columns, np.int64),
        np.zeros(columns, np.bool_),
    )  # fmt: skip
    assert all(owner[c] == r for r, c in enumerate(partner) if c >= 0)
    assert (owner >= 0).sum() == (partner >= 0).sum()
    return [int(c) for c in partner]


def graphs() -> st.SearchStrategy[tuple[int, int, Edges]]:
    def edges(size: tuple[int, int]) -> st.SearchStrategy[tuple[int, int, Edges]]:
        rows, columns = size
        cell = st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1))
        return st.dictionaries(cell, st.integers(1, 50), max_size=40).map(lambda e: (rows, columns, e))

    return st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(edges)


@settings(max_examples=400, deadline=None)
@given(graphs())
def test_no_other_assignment_scores_more(graph: tuple[int, int, Edges]) -> None:
    rows, columns, edges = graph
    partner = solved(rows, columns, edges)
    pairs = [(r, c) for r, c in enumerate(partner) if c >= 0]
    assert all(pair in edges for pair in pairs), "only what lies in a gate is ever assigned"
    assert len({c for _, c in pairs}) == len(pairs)
    dense = np.zeros((rows, columns))
    for (r, c), score in edges.items():
        dense[r, c] = score
    best = dense[linear_sum_assignment(dense, maximize=True)].sum()
    assert sum(edges[pair] for pair in pairs) == best


def test_a_plot_that_two_tracks_want_goes_where_the_other_has_none_else() -> None:
    assert solved(2, 2, {(0, 0): 10, (0, 1): 9, (1, 0): 8}) == [1, 0]


def test_a_plot_stays_free_rather_than_cost_a_better_pair() -> None:
    assert solved(2, 1, {(0, 0): 5, (1, 0): 7}) == [-1, 0]
