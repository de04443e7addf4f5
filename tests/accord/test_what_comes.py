"""What a verdict foresees is what happens if nobody says anything more, all of it, and nothing else."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from collections import defaultdict
from random import Random

import pytest

from tests.accord.any_accord import versions_of
from tests.accord.any_log import instants_of, timeline_of
from tests.accord.timelines import DAY_US, START_US, Days, an_accord, days, measure, obligation
from veedor.accord.bodies import Consent, Grant, Notice
from veedor.accord.evaluate import evaluate
from veedor.accord.timeline import Batch, Timeline
from veedor.accord.verdict import Transition, Verdict
from veedor.errors import UsageError

WINDOWS = "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 4))

Rule = tuple[str, str, int]


def told(course: Days, day: float, ahead: int = 5) -> list[tuple[float, str, str, int]]:
    """Day, kind, what and occurrence of what follows in so many days."""
    upcoming = course.at(day, days=ahead).upcoming
    return [((each.at_us - START_US) / DAY_US, each.kind, each.what, each.occurrence) for each in upcoming]


def test_what_is_not_performed_falls_late_and_what_requires_it_is_warned_and_suspended() -> None:
    """The whole chain stands there before any of it has come, each with its reason."""
    ladder = "{warn: %s, suspend: %s}" % (days("own.late", 1), days("own.breached", 3))
    rules = {"radar": obligation(cure="~")}
    course = Days([an_accord(rules, {"waiver": measure(ladder=ladder)})]).signed()
    course.on(1, "b", Grant("test", "waiver", "t1", ""), Grant("test", "waiver", "t2", ""))
    foreseen = [(*each, why.why) for each, why in zip(told(course, 8), course.at(8, days=5).upcoming, strict=True)]
    assert foreseen == [
        (10, "obligation", "late", 1, "deadline_passed"),
        (10, "obligation", "breached", 1, "no_cure"),
        (10, "measure", "warned", 0, "breached"),
        (13, "measure", "suspended", 0, "breached"),
    ]
    course.deposit(9, 0, 10)
    assert [what for _, _, what, _ in told(course, 9)] == []


def test_nothing_begins_for_a_party_that_will_have_withdrawn_by_then() -> None:
    """The debtor gives notice on day 0 and has withdrawn on day 5: the period of day 4 begins and is over then, that of
    day 8 does not begin."""
    course = Days([an_accord({"radar": obligation(arises=WINDOWS, due=days("window.end", 1), cure="~")}, {})]).signed()
    course.on(0, "a", Notice("test", "withdraw", "", 0))
    begun = (4, "obligation", "due", 2)
    ends = [(5, "party", "withdrawn", 0), (5, "accord", "ended", 0), (5, "obligation", "released", 2)]
    assert [each for each in told(course, 3) if each[2] not in ("late", "breached")] == [begun, *ends]
    assert [each for each in told(course, 6, 9) if each[2] == "due"] == []


def test_what_survives_begins_though_the_accord_ends() -> None:
    leaving = "{suspend: %s, withdraw: %s, survives: [radar]}" % (days("own.notice", 1), days("own.notice", 5))
    rules = {"radar": obligation(arises=WINDOWS, due=days("window.end", 1), cure="~")}
    course = Days([an_accord(rules, {}, participation=leaving)]).signed().on(0, "a", Notice("test", "withdraw", "", 0))
    assert (8, "obligation", "due", 3) in told(course, 4) and (8, "obligation", "due", 3) in told(course, 6)


def test_who_suspends_only_after_withdrawing_is_not_said_to_suspend() -> None:
    slow = "{suspend: %s, withdraw: %s, survives: []}" % (days("own.notice", 9), days("own.notice", 5))
    course = Days([an_accord(participation=slow)]).signed()
    for kind in ("suspend_participation", "withdraw"):
        course.on(0, "a", Notice("test", kind, "", 0))  # type: ignore[arg-type] # one of the kinds of notice
    assert [each for each in told(course, 1, 20) if each[1] == "party"] == [(5, "party", "withdrawn", 0)]


def test_a_notice_that_enough_have_answered_snaps_nothing_back() -> None:
    rule = "{notice_by: [b], takes_effect: %s, stays_if: {need: [a, b], of: 1}}" % days("own.notice", 8)
    course = Days([an_accord({"radar": obligation()}, {"waiver": measure(snapback=rule)})]).signed()
    course.on(1, "b", Grant("test", "waiver", "t1", ""), Grant("test", "waiver", "t2", ""))
    course.on(2, "b", Notice("test", "snapback", "waiver", 0))
    notice = course.said[-1][1].digest
    assert (10, "measure", "snapped_back", 0) in told(course, 3, 10)
    course.on(3, "a", Consent("test", "waiver", notice))
    assert "snapped_back" not in [what for _, _, what, _ in told(course, 3, 10)]


def test_it_looks_as_far_as_it_is_asked() -> None:
    course = Days([an_accord({"radar": obligation()}, {})]).signed()
    assert course.at(2, days=0).upcoming == ()
    assert course.at(2, days=7).upcoming == () and told(course, 2, 8)[0] == (10, "obligation", "late", 1)
    assert course.at(2, days=8).upcoming_until_us == START_US + 10 * DAY_US
    for far in (-1, 3_661):
        with pytest.raises(UsageError):
            course.at(2, days=far)


def histories(verdict: Verdict) -> dict[Rule, tuple[Transition, ...]]:
    found: dict[Rule, tuple[Transition, ...]] = {("measure", each.id, 0): each.history for each in verdict.measures}
    for rule in verdict.obligations:
        found |= {("obligation", rule.id, each.number): each.history for each in rule.occurrences}
    return found


def standing(verdict: Verdict) -> dict[str, tuple[Rule, str]]:
    """What else has states: parties, versions (two drafts may bear one number), the accord."""
    found: dict[str, tuple[Rule, str]] = {
        each.party: (("party", each.party, 0), each.participates) for each in verdict.parties
    }
    found |= {each.digest: (("version", verdict.accord, each.version), each.state) for each in verdict.versions}
    return found | {"": (("accord", verdict.accord, 0), "ended" if verdict.state == "ended" else "goes on")}


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_what_is_foreseen_is_what_silence_brings(first: int) -> None:
    """As an evaluation of its own tells it that comes that far with nothing but a last seal."""
    seen: set[str] = set()
    for seed in range(first, first + 50):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        instants = instants_of(rng, timeline)
        for at_us in (instants[0], instants[-1]):
            logged = Timeline(timeline.appender, tuple(each for each in timeline.batches if each.time_us <= at_us))
            if logged.batches:
                now = evaluate(versions, logged, at_us)
                last = Batch(now.upcoming_until_us, ())
                silent = Timeline(timeline.appender, (*logged.batches, last))
                foreseen_is(now, evaluate(versions, silent, last.time_us))
                seen |= {each.kind for each in now.upcoming}
    assert seen >= {"measure", "obligation", "party", "promise", "version"}


def foreseen_is(now: Verdict, then: Verdict) -> None:
    """Every transition, whoever steps out, every version, and relief that falls due."""
    foreseen: dict[Rule, list[tuple[str, str]]] = defaultdict(list)
    for each in now.upcoming:
        assert now.at_us < each.at_us <= now.upcoming_until_us
        foreseen[each.kind, each.rule, each.occurrence].append((each.what, each.why))
    before = histories(now)
    for rule, history in histories(then).items():
        entered = history[len(before.get(rule, ())) :]
        assert foreseen.pop(rule, []) == [(each.after, each.why) for each in entered], rule
    was, others = standing(now), {rule: states for rule, states in foreseen.items() if rule[0] != "promise"}
    changed = [each for name, each in standing(then).items() if each != was[name]]
    assert {rule for rule, _ in changed} == set(others)
    assert all((state, "") in others[rule] for rule, state in changed)
    delays = [(each.id, delay) for each in then.measures for delay in each.delays]
    owed = [each for each in delays if each[1].over_us is None or each[1].due_us <= each[1].over_us]
    falling = {(name, each.what, each.due_us) for name, each in owed if each.done_us is None}
    promised = {(each.rule, each.what, each.at_us) for each in now.upcoming if each.kind == "promise"}
    assert promised == {each for each in falling if now.at_us < each[2] <= now.upcoming_until_us}
