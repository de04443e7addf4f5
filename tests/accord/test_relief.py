"""What an accord must show of relief, its two columns and its use, told as lawyers would ask it.

Written from what was asked for, not from the evaluator. Party A owes its radar log and is to have a waiver; party B
gives the waiver. Days are counted from 1 January 2026.
"""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import pytest

from tests.accord.courses import act, exports, grant, granted, states
from tests.accord.timelines import (
    START_US,
    Days,
    an_accord,
    day_of,
    days,
    measure,
    obligation,
    relief,
    rule,
)
from veedor.accord.bodies import (
    Consent,
    Dispute,
    Excuse,
    Notice,
    Position,
    Withhold,
)
from veedor.accord.dates import DAY_US

RUNNING = ("active", "warned")


# --- a measure ---


def test_a_measure_goes_down_its_ladder_step_by_step() -> None:
    accord = an_accord(
        None, {"waiver": measure(term="{ends: %s, then: lapse, renewal: none}" % days("own.active", 60))}
    )
    assert states(granted(accord), 30) == [
        (0, "proposed"),
        (1, "active"),
        (10, "warned"),  # the log was due on day 10
        (16, "suspended"),  # the cure ended on day 15; suspended one day after the breach
        (18, "lapsed"),  # two days of winding down
    ]


def test_one_authority_that_speaks_twice_is_one_authority() -> None:
    course = Days([an_accord()]).signed(0).on(1, "b", *grant("t1", "t1"))
    assert relief(course.at(5)).state == "proposed"
    assert relief(course.on(6, "b", *grant("t3")).at(6)).state == "active"


def test_a_measure_never_runs_again_without_a_new_signed_grant() -> None:
    course = granted().deposit(20, 0, 10).on(22, "b", act("implemented"))
    assert {state for day, state in states(course, 60) if day >= 16}.isdisjoint(RUNNING)
    assert relief(course.on(30, "b", *grant()).at(30)).state == "active"


def test_a_snapback_takes_effect_unless_those_who_must_agree_that_it_stays_do() -> None:
    own = "{notice_by: [b], takes_effect: %s, stays_if: {need: [a, b], of: 2}}" % days("own.notice", 4)
    accord = an_accord(None, {"waiver": measure(snapback=own, requires="[]")})
    course = granted(accord).on(3, "b", Notice("test", "snapback", "waiver", 0))
    notice = course.said[-1][1].digest
    assert [relief(course.at(day, until=9)).state for day in (6.9, 7)] == ["active", "snapped_back"]
    course.on(4, "a", Consent("test", "waiver", notice))
    assert relief(course.at(7)).state == "snapped_back"
    course.on(5, "b", Consent("test", "waiver", notice))
    assert relief(course.at(7)).state == "active"


def test_what_happens_outside_the_accord_is_marked_and_the_first_column_stays() -> None:
    cases = (("withdrawn", "withdrawn", ""), ("superseded", "superseded", "narrow"))
    for what, mark, by_measure in cases:
        accord = an_accord(None, {"waiver": measure(), "narrow": measure()})
        course = granted(accord).on(2, "b", act("implemented")).on(5, "b", act(what, by_measure=by_measure))
        found = relief(course.at(6))
        assert (found.state, found.did) == ("active", what) and mark in found.marks
        assert found.difference is not None
    never = relief(granted().at(8))
    assert "never_implemented" in never.marks
    contested = (
        granted()
        .on(3, "a", Position("test", "waiver", "invalid", ""))
        .on(4, "b", Position("test", "waiver", "valid", ""))
    )
    assert {(each.party, each.position) for each in relief(contested.at(5)).positions} == {
        ("a", "invalid"),
        ("b", "valid"),
    }
    assert "contested" in relief(contested.at(5)).marks and relief(contested.at(5)).state == "active"


@pytest.mark.parametrize("state", ["undetermined", "disputed", "excused"])
def test_each_measure_says_beforehand_what_stands_aside_does_to_it(state: str) -> None:
    excuses = "{grounds: [storm], notice: %s, longest: %s}" % (days("own.since", 9), days("own.since", 90))
    for effect, expected in (("no_effect", "active"), ("warn", "warned"), ("suspend", "suspended")):
        own = dict.fromkeys(("undetermined", "disputed", "excused"), "no_effect") | {state: effect}
        when = "{%s}" % ", ".join(f"{key}: {value}" for key, value in own.items())
        long = "{length: %s, new_business: forbidden}" % days("own.suspended", 40)
        later = "{warn: %s, suspend: %s}" % (days("own.late", 30), days("own.breached", 30))
        accord = an_accord(
            {"radar": obligation(excuses=excuses)}, {"waiver": measure(when=when, wind_down=long, ladder=later)}
        )
        course = granted(accord)
        if state == "undetermined":
            course.on(2, "b", Withhold("test", "radar", "b"))
        elif state == "disputed":
            course.on(9, "a", Dispute("test", "radar", 1, "open", "none"))
        else:
            course.on(9, "a", Excuse("test", "radar", "storm", START_US + 8 * DAY_US, 0))
        assert rule(course.at(12)).state == state
        assert relief(course.at(12)).state == expected, effect


# --- two columns, and the use of relief ---


def test_the_difference_of_the_two_columns_grows_older_until_the_authority_acts() -> None:
    course = granted().on(2, "b", act("implemented"))
    assert relief(course.at(9, until=30)).difference is None
    for day in (16.5, 17.5):
        found = relief(course.at(day, until=30)).difference
        assert found is not None and (found.follows, found.did) == ("suspended", "implemented")
        assert (day_of(found.since_us), found.age_us / DAY_US) == (10, day - 10), "warned on day 10"
    course.on(17, "b", act("suspended"))
    assert relief(course.at(17.5)).difference is None


def test_the_cap_that_is_used_and_left_is_told_as_each_source_attests_it() -> None:
    watched = measure(
        cap="{figure: exports, limit: '700'}", watch="{sources: [a, b], new_business: '', out_of_scope: []}"
    )
    course = granted(an_accord(None, {"waiver": watched}))
    course.on(5, "a", exports(1, 3, "200"), exports(3, 5, "100")).on(6, "b", exports(1, 5, "750"))
    uses = {each.source: (each.used, each.left) for each in relief(course.at(7)).uses}
    assert uses["a"] == ("300", "400")
    assert uses["b"][0] == "750" and uses["b"][1] in ("0", "-50")


def test_new_business_while_a_measure_is_wound_down_is_shown() -> None:
    watched = measure(watch="{sources: [b], new_business: exports, out_of_scope: []}")
    course = granted(an_accord(None, {"waiver": watched})).on(17, "b", exports(16, 17, "40"))
    found = relief(course.at(17))
    assert (found.state, [each.new_business for each in found.uses]) == ("suspended", ["40"])
    before = granted(an_accord(None, {"waiver": watched})).on(5, "b", exports(2, 3, "40"))
    assert [each.new_business for each in relief(before.at(17)).uses] != ["40"]


def test_each_delay_of_promised_relief_is_held_against_who_gives_it() -> None:
    nothing = Days([an_accord()]).signed(0)
    (delay, *_) = (each for each in relief(nothing.at(9, until=30)).delays if each.what == "grant")
    assert (delay.party, day_of(delay.due_us), delay.done_us, delay.age_us / DAY_US) == ("b", 2, None, 7)
    late = granted(day=6).on(9, "b", act("implemented"))
    told = {each.what: (each.party, each.age_us / DAY_US) for each in relief(late.at(20)).delays}
    assert told == {"grant": ("b", 4), "implementation": ("b", 2)}
    prompt = granted().on(1.5, "b", act("implemented"))
    assert all(each.age_us == 0 for each in relief(prompt.at(9)).delays)
