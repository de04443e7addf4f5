"""What a verdict says falls due next is what happens if nobody says anything more, and nothing else changes before."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from tests.accord.any_accord import versions_of
from tests.accord.any_log import instants_of, timeline_of
from tests.accord.timelines import Days, an_accord, days, measure, obligation
from veedor.accord.bodies import Consent, Grant, Notice
from veedor.accord.evaluate import evaluate
from veedor.accord.load import Loaded
from veedor.accord.timeline import Batch, Timeline
from veedor.accord.verdict import Upcoming, Verdict

WINDOWS = "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 4))


def told(course: Days, day: float) -> list[tuple[str, int]]:
    return [(each.what, each.occurrence) for each in course.at(day).upcoming if each.what != "due"]


def test_nothing_begins_for_a_party_that_will_have_withdrawn_by_then() -> None:
    """The debtor gives notice on day 0 and has withdrawn on day 5: the period of day 4 begins, that of day 8 not."""
    course = Days([an_accord({"radar": obligation(arises=WINDOWS, due=days("window.end", 1), cure="~")}, {})]).signed()
    course.on(0, "a", Notice("test", "withdraw", "", 0))
    assert told(course, 3) == [("begins", 2), ("participation_withdrawn", 0)]
    assert told(course, 4) == [("participation_withdrawn", 0)]
    assert told(course, 6) == [] and course.at(6).state == "ended"


def test_what_survives_begins_though_the_accord_ends() -> None:
    leaving = "{suspend: %s, withdraw: %s, survives: [radar]}" % (days("own.notice", 1), days("own.notice", 5))
    rules = {"radar": obligation(arises=WINDOWS, due=days("window.end", 1), cure="~")}
    course = Days([an_accord(rules, {}, participation=leaving)]).signed().on(0, "a", Notice("test", "withdraw", "", 0))
    assert ("begins", 3) in told(course, 4) and ("begins", 3) in told(course, 6)


def test_who_suspends_only_after_withdrawing_is_not_said_to_suspend() -> None:
    slow = "{suspend: %s, withdraw: %s, survives: []}" % (days("own.notice", 9), days("own.notice", 5))
    course = Days([an_accord(participation=slow)]).signed()
    for kind in ("suspend_participation", "withdraw"):
        course.on(0, "a", Notice("test", kind, "", 0))  # type: ignore[arg-type] # one of the kinds of notice
    assert [what for what, _ in told(course, 1) if what.startswith("participation")] == ["participation_withdrawn"]


def test_a_notice_that_enough_have_answered_snaps_nothing_back() -> None:
    rule = "{notice_by: [b], takes_effect: %s, stays_if: {need: [a, b], of: 1}}" % days("own.notice", 8)
    course = Days([an_accord({"radar": obligation()}, {"waiver": measure(snapback=rule)})]).signed()
    course.on(1, "b", Grant("test", "waiver", "t1", ""), Grant("test", "waiver", "t2", ""))
    course.on(2, "b", Notice("test", "snapback", "waiver", 0))
    notice = course.said[-1][1].digest
    assert "snaps_back" in [what for what, _ in told(course, 3)]
    course.on(3, "a", Consent("test", "waiver", notice))
    assert "snaps_back" not in [what for what, _ in told(course, 3)]


def changes(verdict: Verdict) -> dict[tuple[str, str, int], Sequence[Any]]:
    """Everything that time may change, by rule."""
    found: dict[tuple[str, str, int], Sequence[Any]] = {}
    for rule in verdict.obligations:
        found |= {("obligation", rule.id, each.number): (each.beneath, each.history) for each in rule.occurrences}
    found |= {("measure", each.id, 0): each.history for each in verdict.measures}
    found |= {("party", each.party, 0): (each.participates, each.since_us) for each in verdict.parties}
    found |= {("version", each.digest, each.version): each.state for each in verdict.versions}
    return found


def silent(versions: Sequence[Loaded], timeline: Timeline, until_us: int) -> Verdict:
    """The verdict if nobody says anything more."""
    longer = Timeline(timeline.appender, (*timeline.batches, Batch(until_us, ())))
    return evaluate(versions, longer, until_us)


KINDS = {
    **dict.fromkeys(("due", "cure_ends", "begins"), "obligation"),
    **dict.fromkeys(("term_ends", "lapses", "warns", "suspends", "snaps_back"), "measure"),
    **dict.fromkeys(("participation_suspended", "participation_withdrawn"), "party"),
    "enters_into_force": "version",
}


def happened(each: Upcoming, before: dict[Any, Any], after: dict[Any, Any]) -> bool:
    """Whether its rule changed; a version by its number, as the accord has the name."""
    keys = {key for key in after if key not in before or after[key] != before[key]}
    if each.what == "enters_into_force":
        return any(kind == "version" and number == each.occurrence for kind, _, number in keys)
    return (KINDS[each.what], each.rule, each.occurrence) in keys


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_first_that_comes_is_what_time_alone_changes_next(first: int) -> None:
    """Relief that falls due changes no state, nor does a dispute that ends before the deadline it is about."""
    seen: set[str] = set()
    for seed in range(first, first + 50):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        for at_us in instants_of(rng, timeline)[-1:]:
            timeline = Timeline(timeline.appender, tuple(each for each in timeline.batches if each.time_us <= at_us))
            if not timeline.batches:
                continue
            now = silent(versions, timeline, at_us)
            if not now.upcoming:
                continue
            next_us = now.upcoming[0].at_us
            just_before = silent(versions, timeline, next_us - 1)
            assert unsaid(changes(just_before)) == unsaid(changes(now)), seed
            then = silent(versions, timeline, next_us)
            for each in now.upcoming:
                if each.at_us == next_us and each.what in KINDS:
                    seen.add(each.what)
                    assert happened(each, changes(now), changes(then)), (seed, each)
    assert len(seen) >= 4


def unsaid(found: dict[tuple[str, str, int], Sequence[Any]]) -> dict[tuple[str, str, int], Sequence[Any]]:
    """Without versions: one that a later one has overtaken is superseded on its own day, and nobody is told."""
    return {key: value for key, value in found.items() if key[0] != "version"}
