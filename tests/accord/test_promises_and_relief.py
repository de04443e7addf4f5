"""What an accord must show, told as lawyers would ask it: written from what was asked for, not from the evaluator.

Party A owes its radar log and is to have a waiver; party B gives the waiver. Days are counted from 1 January 2026.
"""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.accord.test_three_folders import promise, seal_at, shown
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
from tests.mission.copies import three_copies
from tests.mission.stage import NOON_US
from veedor.accord.bodies import (
    Act,
    Consent,
    Dispute,
    EventSaid,
    Excuse,
    FigureSaid,
    Grant,
    Notice,
    Position,
    SignAccord,
    Withhold,
)
from veedor.accord.dates import DAY_US
from veedor.accord.load import Loaded, read_accord
from veedor.accord.timeline import Fact
from veedor.accord.verdict import Verdict
from veedor.log.canonical_json import canonical_bytes

RUNNING = ("active", "warned")


def grant(*authorities: str) -> tuple[Grant, ...]:
    return tuple(Grant("test", "waiver", each, "") for each in authorities or ("t1", "t2"))


def act(what: str, authority: str = "t1", by_measure: str = "") -> Act:
    return Act("test", "waiver", authority, "", what, by_measure, START_US, "")  # type: ignore[arg-type]


def exports(first: float, last: float, value: str, figure: str = "exports") -> FigureSaid:
    return FigureSaid("test", figure, START_US + int(first * DAY_US), START_US + int(last * DAY_US), value)


def granted(accord: Loaded | None = None, day: float = 1) -> Days:
    """Signed on day 0, granted by two of three authorities on day 1."""
    return Days([accord or an_accord()]).signed(0).on(day, "b", *grant())


def states(course: Days, last: float, step: float = 0.5, name: str = "waiver") -> list[tuple[float, str]]:
    """When the measure changed its state, by looking at it every half day: the first day seen, and the state."""
    found: list[tuple[float, str]] = []
    day = 0.0
    while day <= last:
        state = relief(course.at(day, until=last), name).state
        if not found or found[-1][1] != state:
            found.append((day, state))
        day += step
    return found


def obligation_states(course: Days, last: float, step: float = 0.5) -> list[str]:
    """The states of the radar obligation in their order, seen every half day."""
    seen = [rule(course.at(n * step, until=last)).state for n in range(int(last / step) + 1)]
    return [state for state, _ in itertools.groupby(seen)]


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
    course = granted().deposit(6, 0, 9)
    assert obligation_states(course, 12) == ["due", "met"]
    assert rule(course.at(5.9, until=12)).state == "due"
    assert day_of(rule(course.at(12)).since_us) == 6


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


def test_a_delivery_counts_when_it_is_logged_whatever_period_it_covers() -> None:
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


# --- properties over many courses ---

SAID = st.one_of(
    st.builds(lambda first, n: ("a", "deposit", first, first + n), st.integers(0, 9), st.integers(1, 10)),
    st.sampled_from(["t1", "t2", "t3"]).map(lambda each: ("b", Grant("test", "waiver", each, ""))),
    st.sampled_from(["implemented", "warned", "suspended", "ended", "withdrawn"]).map(lambda each: ("b", act(each))),
    st.sampled_from(["a", "b"]).map(lambda each: (each, Dispute("test", "radar", 1, "open", "none"))),
    st.sampled_from(["a", "b"]).map(lambda each: (each, Withhold("test", "radar", each))),
    st.sampled_from(["suspend_participation", "resume_participation", "withdraw"]).flatmap(
        lambda kind: st.sampled_from(["a", "b"]).map(lambda each: (each, Notice("test", kind, "", 0)))
    ),
    st.builds(
        lambda first, value: ("b", exports(first, first + 1, str(value))), st.integers(0, 30), st.integers(0, 99)
    ),
)
WATCHED = measure(
    cap="{figure: exports, limit: '700'}", watch="{sources: [b], new_business: exports, out_of_scope: []}"
)


@st.composite
def courses(draw: st.DrawFn) -> Days:
    """Signed on day 0; then whatever is said on the thirty days after."""
    course = Days([an_accord(None, {"waiver": WATCHED})]).signed(0)
    for day, what in sorted(draw(st.lists(st.tuples(st.integers(0, 60), SAID), max_size=9)), key=lambda each: each[0]):
        if what[1] == "deposit":
            course.deposit(day / 2, what[2], what[3])  # type: ignore[misc]
        else:
            course.on(day / 2, what[0], what[1])  # type: ignore[arg-type]
    return course


@given(courses())
def test_silence_never_extends_a_measure(course: Days) -> None:
    """Nobody says anything after day 30: whatever was granted by then is over at the end of its term of twenty days and
    of two days of winding down, and stays over."""
    assert relief(course.at(52.5)).state in ("proposed", "lapsed", "snapped_back")
    assert relief(course.at(400)).state == relief(course.at(52.5)).state


@given(courses())
def test_no_state_changes_without_a_statement_or_a_deadline(course: Days) -> None:
    """All courses here speak on half days, and all deadlines fall on half days: nothing ever changes in between."""
    for half in range(0, 120, 3):
        before, after = course.at(half / 2, until=99), course.at(half / 2 + 0.49, until=99)
        assert [each.state for each in before.obligations] == [each.state for each in after.obligations]
        assert (relief(before).history, relief(before).did) == (relief(after).history, relief(after).did)
        changes = [*relief(after).history, *(each for one in rule(after).occurrences for each in one.history)]
        assert all((each.at_us - START_US) % (DAY_US // 2) == 0 for each in changes)


@given(courses(), st.integers(0, 70))
def test_what_was_determined_stays_determined(course: Days, half: int) -> None:
    """A verdict as of a day is the same whether or not the log has gone on since."""
    early = replace(course, said=[each for each in course.said if each[0] <= START_US + half * DAY_US // 2])
    assert msgspec.json.encode(early.at(half / 2)) == msgspec.json.encode(course.at(half / 2, until=80))


@given(courses(), st.integers(0, 70))
def test_parties_swapped_swap_every_verdict(course: Days, half: int) -> None:
    (accord,) = course.versions
    mirrored = _mirror(accord)
    assert mirrored.digest != accord.digest
    other = Days([mirrored], [(at, _mirrored(fact, accord, mirrored)) for at, fact in course.said], course.seals)
    told, back = course.at(half / 2), other.at(half / 2)
    assert _plain(back, mirrored) == _by_party(_swapped(_plain(told, accord)))


def _mirror(accord: Loaded) -> Loaded:
    """The accord in which A owes what B owed, and gives what B gave."""
    swapped = _swapped(msgspec.json.decode(accord.canonical))
    assert isinstance(swapped, dict)
    return read_accord(canonical_bytes(swapped), "swapped.json")


def _swapped(value: object) -> object:
    """The same with `a` and `b` changed for each other wherever a party stands."""
    if isinstance(value, dict):
        return {_swapped(key): _swapped(each) for key, each in value.items()}
    if isinstance(value, list):
        items = [_swapped(each) for each in value]
        return sorted(items) if items and all(each in ("a", "b") for each in items) else items
    return {"a": "b", "b": "a"}.get(value, value) if isinstance(value, str) else value


def _mirrored(fact: Fact, accord: Loaded, mirrored: Loaded) -> Fact:
    body = fact.body
    if isinstance(body, SignAccord):
        body = SignAccord("test", 1, mirrored.digest)
    elif isinstance(body, Withhold):
        body = Withhold("test", body.obligation, {"a": "b", "b": "a"}[body.by])
    return Fact({"a": "b", "b": "a"}[fact.party], fact.digest, body)


def _plain(verdict: Verdict, loaded: Loaded) -> object:
    """The verdict with the digest of its version under one name."""
    return _by_party(msgspec.json.decode(msgspec.json.encode(verdict).replace(loaded.digest.encode(), b"version")))


def _by_party(plain: Any) -> Any:
    """What a verdict lists by party, in the order of their names."""
    plain["parties"].sort(key=lambda each: each["party"])
    for version in plain["versions"]:
        version["signatures"].sort(key=lambda each: each["party"])
    return plain


@pytest.mark.parametrize("silent", ["co", "ve"])
def test_a_party_that_stops_cosigning_cannot_stop_a_lapse(tmp_path: Path, silent: str) -> None:
    """Venezuela, whose waiver it is, or Colombia, who gave it, lets its witness answer no more."""
    stage = three_copies(tmp_path / "stage")
    promise(stage)
    for day in (12, 60):
        seal_at(stage, day, without=(silent,))
    verdict, radar, waiver = shown(stage)
    assert (radar.state, waiver.state) == ("breached", "lapsed")
    assert day_of(verdict.at_us) - day_of(NOON_US) == 60
