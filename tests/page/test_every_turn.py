"""Every turn that an obligation or a measure can take is among those in which both evaluators are held together."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from random import Random

import pytest

from tests.accord.any_accord import versions_of
from tests.accord.any_log import timeline_of
from tests.accord.courses import granted
from tests.accord.test_evaluator_properties import NEXT_MEASURE, NEXT_OBLIGATION, histories
from tests.accord.timelines import Days, an_accord, days, measure, obligation, relief, rule
from tests.page.test_day_by_day import alike
from tests.page.test_rare_turns import SNAPBACK
from veedor.accord.bodies import Dispute, Notice
from veedor.accord.evaluate import evaluate

pytestmark = pytest.mark.page


def agreed(course: Days, day: float, outcome: str) -> Days:
    """Disputed and settled in one breath."""
    course.on(day, "a", Dispute("test", "radar", 1, "open", "none"))
    for party in "ab":
        course.on(day, party, Dispute("test", "radar", 1, "settle", outcome))  # type: ignore[arg-type]
    return course


def delivered(day: float) -> Days:
    """By day 10 it is met, after that cured."""
    return granted().deposit(day, 0, min(day, 10))


def released() -> Days:
    return granted().on(1, "b", Notice("test", "withdraw", "", 0))


def by_notice() -> Days:
    return granted(an_accord({"radar": obligation(cure="{starts: notice, within: %s}" % days("own.notice", 5))}))


def warned_and_called_back() -> Days:
    accord = an_accord(None, {"waiver": measure(snapback=SNAPBACK)})
    return granted(accord).on(4.5, "b", Notice("test", "snapback", "waiver", 0))


TURNS = {
    ("due", "breached"): lambda: agreed(granted(), 5, "breached"),
    ("late", "cured"): lambda: by_notice().deposit(12, 0, 10),
    ("late", "met"): lambda: agreed(by_notice(), 12, "met"),
    ("in_cure", "met"): lambda: agreed(granted(), 12, "met"),
    ("breached", "met"): lambda: agreed(granted(), 16, "met"),
    **{("met", one): lambda one=one: agreed(delivered(9.5), 12, one) for one in ("breached", "excused")},
    ("cured", "disputed"): lambda: delivered(12).on(13, "b", Dispute("test", "radar", 1, "open", "none")),
    **{("cured", one): lambda one=one: agreed(delivered(12), 13, one) for one in ("met", "breached", "excused")},
    **{("released", one): lambda one=one: agreed(released(), 7, one) for one in ("met", "breached", "excused")},
    ("warned", "snapped_back"): warned_and_called_back,
}
"""The turns of obligations and measures that none of the first 700 generated logs takes."""


@pytest.mark.parametrize("turn", TURNS, ids="-".join)
def test_a_turn_that_generated_logs_never_take_is_taken_alike(turn: tuple[str, str]) -> None:
    (verdict,) = alike(TURNS[turn](), last=18)
    (radar,) = rule(verdict).occurrences
    assert turn in [(each.before, each.after) for each in (*radar.history, *relief(verdict).history)]


def test_every_turn_that_there_may_be_is_taken_by_generated_logs_or_here() -> None:
    taken = set(TURNS)
    for seed in range(700):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        for history in histories(evaluate(versions, timeline, timeline.time_us)).values():
            taken |= {(each.before, each.after) for each in history}
    assert {(one, other) for table in (NEXT_OBLIGATION, NEXT_MEASURE) for one in table for other in table[one]} <= taken
