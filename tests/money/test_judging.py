"""An instance is judged as by all its tests, though none is made any more once the rest cannot lift the score."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.engine.findings import Innocent, Term
from veedor.money.judging import NUMBERS, WORDS, Assessment, judged

TESTS = st.lists(st.tuples(st.integers(-900, 900), st.integers(0, 300), st.integers(NUMBERS, WORDS)), max_size=6)


def term(adds: int | None, made: list[int], at: int) -> Callable[[], Term]:
    def assess() -> Term:
        made.append(at)
        return Term(f"term.{at}", adds, "expert setting", {})

    return assess


@given(TESTS, st.integers(-1000, 1000), st.integers(-2000, 2000))
def test_what_is_cut_short_would_not_have_been_reported(
    terms: list[tuple[int, int, int]], explanation: int, least: int
) -> None:
    made: list[int] = []
    tests = [Assessment(adds + more, effort, term(adds, made, at)) for at, (adds, more, effort) in enumerate(terms)]
    innocent = Innocent("innocent.x", "supports", {}, explanation)
    found = judged(tests, [Assessment(max(explanation, 0), WORDS, lambda: innocent)], least)
    if sum(adds for adds, _, _ in terms) + explanation < least:
        assert found is None
    else:
        assert found is not None
        assert [one.milli_log10 for one in found[0]] == [adds for adds, _, _ in terms]
        assert found[1] == (innocent,)


def test_names_are_not_read_where_numbers_settle_it() -> None:
    made: list[int] = []
    tests = [Assessment(300, WORDS, term(300, made, 0)), Assessment(500, NUMBERS, term(-700, made, 1))]
    assert judged(tests, [], 0) is None
    assert made == [1]


def test_what_cannot_be_assessed_adds_nothing() -> None:
    found = judged([Assessment(300, NUMBERS, term(None, [], 0))], [], 0)
    assert found is not None and found[0][0].milli_log10 is None


def test_a_test_that_adds_more_than_it_says_is_an_error() -> None:
    with pytest.raises(ValueError, match="adds more than 300"):
        judged([Assessment(300, NUMBERS, term(301, [], 0))], [], 0)
