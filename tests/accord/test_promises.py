"""What an accord must show of what was promised, told as lawyers would ask it.

Written from what was asked for, not from the evaluator. Party A owes its radar log and is to have a waiver; party B
gives the waiver. Days are counted from 1 January 2026.
"""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import pytest

from tests.accord.courses import exports, grant, granted, obligation_states, states
from tests.accord.timelines import (
    START_US,
    Days,
    an_accord,
    day_of,
    days,
    obligation,
    relief,
    rule,
)
from veedor.accord.bodies import (
    Dispute,
    EventSaid,
    Excuse,
    Notice,
    SignAccord,
    Withhold,
)
from veedor.accord.dates import DAY_US

RUNNING = ("active", "warned")


# --- an accord comes into force, parties step out, it ends ---


def test_an_accord_is_a_draft_until_all_have_signed_and_in_force_when_its_text_says() -> None:
    accord = an_accord(in_force=days("accord.signed", 3))
    course = Days([accord]).on(0, "a", SignAccord("test", 1, accord.digest))
    assert (course.at(1).state, course.at(1).versions[0].missing) == ("draft", ("b",))
    course.on(2, "b", SignAccord("test", 1, accord.digest))
    assert [course.at(day, until=9).state for day in (1.9, 2, 4.9, 5, 9)] == [
        *("draft", "signed", "signed", "in_force", "in_force")
    ]


def test_a_party_that_suspends_its_participation_loses_its_relief_and_gets_it_back_only_by_a_grant() -> None:
    course = granted().on(3, "a", Notice("test", "suspend_participation", "", 0))
    assert relief(course.at(3.9, until=30)).state == "active"
    assert relief(course.at(4, until=30)).state == "suspended"
    course.on(5, "a", Notice("test", "resume_participation", "", 0))
    assert relief(course.at(5.5, until=30)).state != "active"
    assert {state for day, state in states(course, 30) if day > 5}.isdisjoint(RUNNING)
    course.on(12, "b", *grant())
    assert relief(course.at(12, until=30)).state == "active"


@pytest.mark.parametrize(("survives", "arises"), [("radar", True), ("", False)])
def test_an_accord_that_ended_goes_on_only_where_it_says_so(survives: str, arises: bool) -> None:
    windows = "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 10))
    leaving = "{suspend: %s, withdraw: %s, survives: [%s]}" % (days("own.notice", 1), days("own.notice", 5), survives)
    rules = {"radar": obligation(arises=windows, due=days("window.end", 1))}
    course = granted(an_accord(rules, participation=leaving)).on(2, "b", Notice("test", "withdraw", "", 0))
    assert course.at(6.9, until=40).state == "in_force"
    ended = course.at(40)
    assert (ended.state, day_of(ended.since_us)) == ("ended", 7)
    assert (len(rule(ended).occurrences) > 1) == arises
    assert relief(ended).state == "lapsed"


# --- an obligation ---


def test_an_obligation_that_is_kept_is_due_and_then_met_when_its_delivery_is_logged() -> None:
    course = granted().deposit(9, 0, 9)
    assert obligation_states(course, 12) == ["due", "met"]
    assert rule(course.at(8.9, until=12)).state == "due"
    assert day_of(rule(course.at(12)).since_us) == 9


def test_an_obligation_may_have_to_wait_for_its_event() -> None:
    rules = {
        "radar": obligation(
            arises="{each: once, since: %s}" % days("event.ask", 0),
            due=days("event.ask", 4),
        )
    }
    course = granted(an_accord(rules)).on(5, "b", EventSaid("test", "ask", 1, "happened", START_US))
    assert obligation_states(course, 20)[:3] == ["pending", "due", "in_cure"]


@pytest.mark.parametrize(("delivered", "expected"), [(12, ["in_cure", "cured"]), (16, ["in_cure", "breached"])])
def test_what_is_late_is_cured_in_time_or_breached(delivered: float, expected: list[str]) -> None:
    course = granted().deposit(delivered, 0, 10)
    assert obligation_states(course, 20)[-2:] == expected


def test_a_cure_that_starts_by_notice_waits_for_the_creditor_and_late_stays_late() -> None:
    own = {"radar": obligation(cure="{starts: notice, within: %s}" % days("own.notice", 3))}
    course = granted(an_accord(own)).on(12, "b", Notice("test", "cure", "radar", 1))
    assert [rule(course.at(day, until=20)).state for day in (9, 10, 12, 15)] == ["due", "late", "in_cure", "breached"]


def test_a_delivery_counts_when_it_is_logged() -> None:
    """The whole period, in a file that reaches the log a moment after the deadline."""
    in_time, too_late = granted().deposit(10, 0, 10), granted().deposit(10.001, 0, 10)
    assert (rule(in_time.at(11)).state, rule(too_late.at(11)).state) == ("met", "cured")
    assert [each.after for each in rule(too_late.at(11)).occurrences[0].history][-2:] == ["in_cure", "cured"]


def test_an_excuse_counts_only_if_it_was_claimed_in_time_and_stands_aside() -> None:
    excuses = "{grounds: [storm], notice: %s, longest: %s}" % (days("own.since", 2), days("own.since", 8))
    accord = an_accord({"radar": obligation(excuses=excuses)})
    for said_on, expected in ((9, "excused"), (11.5, "breached")):
        course = granted(accord).on(said_on, "a", Excuse("test", "radar", "storm", START_US + 8 * DAY_US, 0))
        assert rule(course.at(15.5)).state == expected, said_on
    of_another = granted(accord).on(9, "b", Excuse("test", "radar", "storm", START_US + 8 * DAY_US, 0))
    assert rule(of_another.at(15.5)).state == "breached"


def test_a_dispute_stands_aside_and_ends_with_its_ladder() -> None:
    course = granted().on(12, "a", Dispute("test", "radar", 1, "open", "none"))
    assert [rule(course.at(day, until=30)).state for day in (11, 12, 15.9, 16)] == [
        *("in_cure", "disputed", "disputed", "breached")
    ]


def test_what_cannot_be_told_names_who_withheld() -> None:
    """Two sources attest one figure; B gives none: nobody can say whether they agree, and B is named."""
    rules = {"radar": obligation(met_when="{test: at_most, metric: apart, value: 1/10}")}
    course = granted(an_accord(rules)).on(3, "a", exports(0, 10, "100"))
    held = rule(course.at(20))
    assert (held.state, held.occurrences[0].withheld_by) == ("undetermined", ("b",))
    course.on(18, "b", exports(0, 10, "95"))
    assert rule(course.at(20)).state in ("met", "cured")


def test_a_debtor_cannot_make_its_own_duty_untellable() -> None:
    course = granted().on(2, "a", Withhold("test", "radar", "a"))
    assert rule(course.at(20)).state == "breached"
    assert rule(granted().on(2, "b", Withhold("test", "radar", "b")).at(20)).state == "undetermined"
