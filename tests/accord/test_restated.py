"""What follows when a party says anew what a deposit covers: it counts from then on; what was settled stays settled.

Of the radar that party A owes 90 % of the days 0 to 10 are due on day 10, with a cure of five days.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.accord.test_obligations import steps, us
from tests.accord.timelines import Days, an_accord, numbered, obligation, relief, rule
from veedor.accord.evaluate.instants import LAST_US
from veedor.accord.evaluate.metrics import value_of
from veedor.accord.evaluate.record import Record
from veedor.accord.model.metrics import DeliveredRatio, LongestGap
from veedor.accord.timeline import Fact
from veedor.accord.whatif import a_deposit
from veedor.mission.statements.bodies import Outage, Period, Restate
from veedor.mission.statements.vocabulary import HOUR_US

RADAR = an_accord()
DEPOSITED = 3  # after two signatures
WITHOUT_OUTAGES = an_accord(
    metrics="{radar: {kind: delivered_ratio, party: a, data_class: plots, outages: not_delivered}}"
)


def stated_wrong() -> Days:
    """A delivery of 95 % on the tenth day, stated to be partial: as statement number 3."""
    return Days([RADAR]).signed().deposit(9.5, 0, 10).restate(9.5, DEPOSITED, 0, 10, completeness="partial")


def last(verdict: Any) -> Any:
    return rule(verdict).occurrences[-1]


def test_what_is_stated_to_be_complete_in_time_is_met_then_and_the_correction_is_its_evidence() -> None:
    told = stated_wrong().restate(9.75, DEPOSITED, 0, 10)
    assert steps(told.at(9.6)) == [("due", 0)]
    assert steps(told.at(11)) == [("due", 0), ("met", 9.75)]
    (test,) = last(told.at(11)).tests
    assert test.evidence == last(told.at(11)).history[-1].evidence == (numbered(5),)


def test_what_is_stated_after_the_deadline_cures_from_then_and_not_before() -> None:
    late = [("due", 0), ("late", 10), ("in_cure", 10)]
    assert steps(stated_wrong().at(12)) == late
    assert steps(stated_wrong().restate(12, DEPOSITED, 0, 10).at(12)) == [*late, ("cured", 12)]


def test_after_the_breach_it_is_noted_and_changes_nothing() -> None:
    """A party cannot rewrite what was settled; what moved the measure stays moved."""
    told = stated_wrong()
    corrected = stated_wrong().restate(16, DEPOSITED, 0, 10)
    assert steps(corrected.at(30)) == steps(told.at(30))
    assert last(told.at(30)).performed_us is None and last(corrected.at(30)).performed_us == us(16)
    assert last(corrected.at(30)).tests == last(told.at(30)).tests
    assert relief(corrected.at(30)) == relief(told.at(30))


@pytest.mark.parametrize("day", [9.75, 10, 11, 40])
def test_what_was_met_stays_met_whatever_is_taken_back(day: float) -> None:
    """Before the deadline too; the creditor's remedy is a dispute, and the verdict names what it was judged by."""
    told = Days([RADAR]).signed().deposit(9.5, 0, 10)
    admitted = Days([RADAR]).signed().deposit(9.5, 0, 10).restate(day, DEPOSITED, 0, 10, completeness="partial")
    assert last(admitted.at(50)) == last(told.at(50))
    assert last(admitted.at(50)).history[-1].evidence == (numbered(DEPOSITED),)


def test_an_outage_that_is_admitted_before_anything_is_settled_counts_against_the_party() -> None:
    told = Days([WITHOUT_OUTAGES]).signed().deposit(5, 0, 5)
    told.restate(6, DEPOSITED, 0, 5, (1, 3)).deposit(10, 5, 10)
    assert steps(told.at(11)) == [("due", 0), ("late", 10), ("in_cure", 10)]
    assert last(told.at(11)).tests[0].value == "4/5"
    taken_back = told.restate(12, DEPOSITED, 0, 5)
    assert steps(taken_back.at(12))[-1] == ("cured", 12)


def test_a_period_that_was_too_long_is_covered_no_more_but_where_others_cover_it() -> None:
    told = Days([RADAR]).signed().deposit(8, 0, 8).deposit(8, 2, 4).restate(9, DEPOSITED, 0, 1)
    assert last(told.at(9)).tests[0].value == "3/10"
    assert last(told.at(9)).tests[0].evidence == tuple(sorted((numbered(4), numbered(5))))


def test_of_several_corrections_in_one_seal_the_last_counts() -> None:
    for words in (("partial", "complete"), ("complete", "partial")):
        told = stated_wrong()
        for word in words:
            told.restate(12, DEPOSITED, 0, 10, completeness=word)
        assert steps(told.at(12))[-1][0] == ("cured" if words[-1] == "complete" else "in_cure")


def test_who_withdraws_the_only_evidence_about_another_withholds_it() -> None:
    """Radar of B is the evidence of what A owes: without it nobody can tell, and B is named."""
    accord = an_accord(metrics="{radar: {kind: delivered_ratio, party: b, data_class: plots, outages: delivered}}")
    told = Days([accord]).signed().deposit(9.5, 0, 5, "b").restate(12, DEPOSITED, 0, 5, completeness="unknown")
    assert [each for each, _ in steps(told.at(11))] == ["due", "late", "in_cure"]
    assert [each for each, _ in steps(told.at(16))] == ["due", "late", "in_cure", "undetermined"]
    assert last(told.at(16)).withheld_by == ("b",)
    told.restate(17, DEPOSITED, 0, 10)
    assert [each for each, _ in steps(told.at(17))][-2:] == ["undetermined", "cured"]


def test_what_must_not_be_covered_is_cured_when_it_is_taken_back() -> None:
    accord = an_accord({"radar": obligation(met_when="{test: at_most, metric: radar, value: 1/2}")})
    told = Days([accord]).signed().deposit(8, 0, 10).restate(12, DEPOSITED, 0, 10, completeness="partial")
    assert [each for each, _ in steps(told.at(11))] == ["due", "late", "in_cure"]
    assert steps(told.at(12))[-1] == ("cured", 12)


def test_of_anothers_deposit_nothing_is_said_anew() -> None:
    told = stated_wrong().on(9.75, "b", Restate(numbered(DEPOSITED), Period(us(0), us(10), "complete"), ()))
    assert steps(told.at(9.9)) == [("due", 0)]
    told = Days([RADAR]).signed().deposit(5, 0, 5)
    told.on(6, "b", Restate(numbered(DEPOSITED), Period(us(0), us(5), "partial"), ())).deposit(9, 5, 9)
    assert steps(told.at(9.5)) == [("due", 0), ("met", 9)]


# --- what is covered depends on the last words alone ---

HOURS = 60


@st.composite
def covers(draw: st.DrawFn) -> tuple[Period, tuple[Outage, ...]]:
    """A period within sixty hours and outages in or about it."""
    start = draw(st.integers(0, HOURS - 2))
    end = draw(st.integers(start + 1, HOURS - 1))
    whole = draw(st.sampled_from(["complete", "complete", "partial", "unknown"]))
    dark = draw(st.lists(st.tuples(st.integers(0, HOURS - 2), st.integers(1, 9)), max_size=3))
    outages = tuple(Outage(at * HOUR_US, (at + length) * HOUR_US) for at, length in dark)
    return Period(start * HOUR_US, end * HOUR_US, whole), outages


def recorded(first: Sequence[Any], later: Sequence[tuple[int, Any]]) -> Record:
    """Deposits with what they cover at first, and what is said of some of them later."""
    record = Record()
    for number, (period, outages) in enumerate(first):
        body = a_deposit("a", "plots", 0, HOUR_US)
        record.deposit("a", type(body)(**{**_fields(body), "period": period, "outages": outages}), LAST_US, f"{number}")
    for number, (of, (period, outages)) in enumerate(later):
        record.restate("a", Restate(f"{of}", period, outages), f"again-{number}")
    return record


def _fields(body: Any) -> dict[str, Any]:
    return {name: getattr(body, name) for name in body.__struct_fields__}


@given(st.lists(covers(), min_size=1, max_size=6), st.data())
def test_what_is_covered_is_what_the_last_words_say_hour_by_hour(first: list[Any], data: st.DataObject) -> None:
    later = data.draw(st.lists(st.tuples(st.integers(0, len(first) - 1), covers()), max_size=10))
    record, final = recorded(first, later), {**dict(enumerate(first)), **dict(later)}
    for outages in ("delivered", "not_delivered"):
        delivered = {
            hour
            for period, dark in final.values()
            if period.completeness == "complete"
            for hour in range(period.start_us // HOUR_US, period.end_us // HOUR_US)
            if outages == "delivered" or not any(each.start_us <= hour * HOUR_US < each.end_us for each in dark)
        }
        begins, ends = sorted(data.draw(st.lists(st.integers(0, HOURS), min_size=2, max_size=2, unique=True)))
        asked = (record, begins * HOUR_US, ends * HOUR_US, 0, "a")
        found = value_of(DeliveredRatio(party="a", data_class="plots", outages=outages), *asked)
        assert found.numerator == len(delivered & set(range(begins, ends))) * HOUR_US
        runs = "".join("x" if hour in delivered else "." for hour in range(begins, ends)).split("x")
        gap = value_of(LongestGap(party="a", data_class="plots", outages=outages), *asked)
        assert gap.numerator == max(map(len, runs)) * HOUR_US


@given(st.lists(covers(), min_size=2, max_size=6), st.data())
def test_corrections_of_different_deposits_may_stand_in_any_order(first: list[Any], data: st.DataObject) -> None:
    later = list(enumerate(data.draw(st.lists(covers(), min_size=len(first), max_size=len(first)))))
    one, other = (recorded(first, order) for order in (later, data.draw(st.permutations(later))))
    for outages in ("delivered", "not_delivered"):
        spans = [each.covered["a", "plots", outages] for each in (one, other)]
        assert vars(spans[0]) == vars(spans[1])
    assert [each[:3] for each in one.deposits["a", "plots"]] == [each[:3] for each in other.deposits["a", "plots"]]


def test_evidence_keeps_its_place_in_the_log_and_names_what_counts() -> None:
    """Twenty are shown, the latest deposits; a correction of the first does not push another out."""
    told = Days([RADAR]).signed()
    for number in range(21):
        told.deposit(5, 0, 1 + number / 24)
    told.restate(6, DEPOSITED, 0, 2).restate(6, DEPOSITED + 20, 0, 3)
    evidence = last(told.at(7)).tests[0].evidence
    assert evidence == tuple(sorted(map(numbered, (*range(DEPOSITED + 1, DEPOSITED + 20), DEPOSITED + 22))))


def test_a_fact_of_an_unknown_deposit_says_nothing() -> None:
    told = Days([RADAR]).signed()
    told.said.append((us(1), Fact("a", "f" * 64, Restate("e" * 64, Period(us(0), us(10), "complete"), ()))))
    assert steps(told.at(2)) == [("due", 0)]
