"""Silent flights beside aerodromes in open use: what is customary explains them, what is far beyond it does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from veedor.air.flying.coverage import Seen
from veedor.air.landing.customs import Customs
from veedor.air.landing.rules import SiteRules
from veedor.air.landing.strip_findings import _innocent, _terms
from veedor.tables import COVERAGE

RULES = SiteRules()


def strip(aerodrome: str, silent: int, named: int, **columns: Any) -> dict[str, Any]:
    """A strip of silent flights on days of their own, or of named ones, at an aerodrome; `same_named` use it too."""
    return {
        "aerodrome": aerodrome, "aerodrome_mm": 300_000, "major_mm": 2_000_000, "silent": silent, "named": named,
        "flights": silent + named, "days": max(1, silent), "near_named": 0, "same_named": 0, "night": 0, "crossing": 0,
        "landings": silent // 2, "evidence_milli_log10": 15_000, "lat_e7": 0, "lon_e7": 0, "sensors": [],
    } | columns  # fmt: skip


def around(shares: Sequence[int]) -> list[dict[str, Any]]:
    """Aerodromes in open use with so many silent flights beside 95 named ones."""
    rows = []
    for number, silent in enumerate(shares):
        rows += [strip(f"A{number}", 0, 95), strip(f"A{number}", silent, 0, same_named=95)]
    return rows


def score(row: dict[str, Any], others: list[dict[str, Any]]) -> int:
    customs = Customs([*others, row], RULES)
    innocent = _innocent(row, customs, Seen.load(COVERAGE.empty()), [], RULES)
    terms = _terms(row, customs, RULES)
    return sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)


def test_a_few_silent_flights_beside_many_named_ones_are_the_custom_there() -> None:
    row = strip("B", 4, 0, same_named=90)
    assert Customs([*around([4, 5, 6, 5, 4]), row], RULES).excess_milli_log10(row) == 0
    assert score(row, around([4, 5, 6, 5, 4])) < 0


def test_far_more_silent_flights_than_elsewhere_are_not_explained_by_the_aerodrome() -> None:
    """A dozen and more flights by day at an aerodrome where 70 say who they are: the list explains them where so many
    are silent everywhere, and not where hardly any is."""
    row = strip("B", 16, 0, same_named=70)
    assert score(row, around([4, 5, 6, 5, 4])) >= RULES.threshold_milli_log10
    assert score(row, around([20, 21, 25, 22, 30])) < 0


def test_where_few_aerodromes_are_in_open_use_one_in_five_is_taken_as_silent() -> None:
    assert Customs(around([1, 1, 1]), RULES).silent_permille("B") == 200
    assert Customs(around([1, 1, 1, 1]), RULES).silent_permille("B") == RULES.custom_least_permille


def test_an_aerodrome_is_not_measured_by_itself_and_strips_beside_some_spoil_no_custom() -> None:
    """A quarter of the others is what counts: where two in three hide strips, custom is still that of the rest."""
    customs = Customs(around([5, 40, 40, 5, 40, 40, 40]), RULES)
    assert customs.silent_permille("A1") == customs.silent_permille("A2") < 100


@given(st.integers(1, 40), st.integers(1, 400))
def test_the_excess_never_says_more_than_the_exact_chance(silent: int, named: int) -> None:
    """Against scipy's binomial distribution."""
    row = strip("B", silent, 0, same_named=named)
    excess = Customs([*around([4, 5, 6, 5, 4]), row], RULES).excess_milli_log10(row)
    usual = Customs([*around([4, 5, 6, 5, 4]), row], RULES).silent_permille("B") / 1000
    exact = binom.sf(silent - 1, silent + named, usual)
    assert excess >= 0 and 10 ** (-excess / 1000) >= exact * 0.99


@pytest.mark.parametrize(("flights", "verdict"), [(16, "supports"), (6, "contradicts")])
def test_one_place_many_times_a_day_is_what_tanks_filled_on_a_lake_look_like(flights: int, verdict: str) -> None:
    row = strip("B", flights, 0, days=4, aerodrome_mm=40_000_000)
    tests = _innocent(row, Customs([row], RULES), Seen.load(COVERAGE.empty()), [], RULES)
    (test,) = [test for test in tests if test.key == "air.site.innocent.shuttle"]
    assert test.verdict == verdict and (test.milli_log10 < 0) == (verdict == "supports")
