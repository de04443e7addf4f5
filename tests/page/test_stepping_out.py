"""Relief when a party steps out: who gives it or has it; both evaluators agree at every half day.

Among a, b and m, b gives a a waiver that lapses on day 21 and is wound down over two days.
"""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import pytest

from tests.accord.courses import exports, grant, granted
from tests.accord.timelines import Days, an_accord, day_of, days, measure, obligation, relief, rule
from tests.page.test_day_by_day import alike
from veedor.accord.bodies import Notice
from veedor.accord.dates import DAY_US
from veedor.accord.verdict import Verdict
from veedor.accord.whatif import a_document

pytestmark = pytest.mark.page

THREE = "{a: {name: {en: A, es: A}}, b: {name: {en: B, es: B}}, m: {name: {en: M, es: M}}}"
AT_ONCE = "{suspend: %s, withdraw: %s, survives: [waiver]}" % (days("own.notice", 0), days("own.notice", 0))


def course(participation: str = AT_ONCE, **waiver: str) -> Days:
    rules = {"radar": obligation(due=days("accord.in_force", 30))}
    accord = an_accord(rules, {"waiver": measure(**waiver)}, parties=THREE, participation=participation)
    return granted(accord)


def notice(kind: str) -> Notice:
    return Notice("test", kind, "", 0)  # type: ignore[arg-type]


def moves(verdict: Verdict) -> list[tuple[str, float, str]]:
    """Each state after the grant became active, its day, and who is named."""
    return [(each.after, day_of(each.at_us), each.about) for each in relief(verdict).history[2:]]


@pytest.mark.parametrize("kind", ["suspend_participation", "withdraw"])
@pytest.mark.parametrize("party", ["a", "b"])
def test_relief_is_wound_down_when_either_of_its_sides_is_out(party: str, kind: str) -> None:
    """Though two parties remain and the accord goes on; `survives` speaks of the end of the accord."""
    (verdict,) = alike(course().on(5, party, notice(kind)), last=12)
    assert moves(verdict) == [("suspended", 5, party), ("lapsed", 7, "")]
    assert verdict.state == "in_force"


def test_relief_between_those_that_remain_goes_on() -> None:
    (verdict,) = alike(course().on(5, "m", notice("withdraw")), last=12)
    assert (moves(verdict), relief(verdict).state) == ([], "active")


def test_a_notice_moves_nothing_before_it_takes_effect_nor_when_it_is_taken_back_in_time() -> None:
    slow = "{suspend: %s, withdraw: %s, survives: []}" % (days("own.notice", 3), days("own.notice", 6))
    suspended, withdrawn, stayed = alike(
        course(slow).on(2, "b", notice("suspend_participation")),
        course(slow).on(2, "b", notice("withdraw")),
        course(slow).on(2, "b", notice("suspend_participation")).on(4, "b", notice("resume_participation")),
        last=12,
    )
    assert moves(suspended)[0] == ("suspended", 5, "b")
    assert moves(withdrawn)[0] == ("suspended", 8, "b")
    assert moves(stayed) == []


def test_who_gives_relief_and_comes_back_brings_none_back_but_may_grant_anew() -> None:
    away = course().on(5, "b", notice("suspend_participation")).on(6, "b", notice("resume_participation"))
    (verdict,) = alike(away, last=12)
    assert moves(verdict) == [("suspended", 5, "b"), ("lapsed", 7, "")]
    (verdict,) = alike(away.on(6.5, "b", *grant()), last=12)
    assert moves(verdict)[1:] == [("granted", 6.5, "t1, t2"), ("active", 6.5, "")]


WAITS = {"radar": obligation(due=days("accord.in_force", 30))}, {"waiver": measure(starts_when="[radar]")}


@pytest.mark.parametrize("kind", ["suspend_participation", "withdraw"])
@pytest.mark.parametrize("party", ["a", "b"])
def test_relief_that_was_granted_and_has_not_begun_when_a_side_is_out_never_begins(party: str, kind: str) -> None:
    """It starts once the log is delivered, which comes too late: nothing is wound down, as nothing was begun."""
    accord = an_accord(*WAITS, parties=THREE, participation=AT_ONCE)
    told = granted(accord).on(5, party, notice(kind)).deposit(30, 0, 30)
    if kind == "suspend_participation":
        told.on(6, party, notice("resume_participation"))
    (verdict,) = alike(told, last=31)
    (change,) = relief(verdict).history[1:]
    assert (change.before, change.after, change.why) == ("granted", "lapsed", "participation_suspended")
    assert (day_of(change.at_us), change.about) == (5, party)


def test_relief_that_was_granted_and_has_not_begun_when_the_accord_ends_never_begins() -> None:
    for survives, expected in (("", ["granted", "lapsed"]), ("radar, waiver", ["granted", "active"])):
        leaving = "{suspend: %s, withdraw: %s, survives: [%s]}" % (
            days("own.notice", 0),
            days("own.notice", 3),
            survives,
        )
        accord = an_accord(*WAITS, participation=leaving)
        (verdict,) = alike(granted(accord).on(2, "b", notice("withdraw")).deposit(30, 0, 30), last=31)
        assert [each.after for each in relief(verdict).history] == expected
        assert survives or relief(verdict).history[-1].why == "accord_ended"


@pytest.mark.parametrize("first, second", ["ab", "ba"])
def test_relief_that_is_granted_when_a_side_is_out_never_begins(first: str, second: str) -> None:
    """Of two that are out the first to be is named. The grant is the one that was promised, so the promise is kept."""
    accord = an_accord({"radar": obligation(due=days("accord.in_force", 30))}, parties=THREE, participation=AT_ONCE)
    told = Days([accord]).signed().on(3, first, notice("suspend_participation"))
    (verdict,) = alike(told.on(4, second, notice("suspend_participation")).on(6, "b", *grant()), last=9)
    assert [(each.after, day_of(each.at_us)) for each in relief(verdict).history] == [("granted", 6), ("lapsed", 6)]
    assert relief(verdict).history[-1].about == first
    (promise,) = relief(verdict).delays
    assert (day_of(promise.done_us or 0), promise.age_us) == (6, 4 * DAY_US)
    (verdict,) = alike(told.on(7, "a", notice("resume_participation")).on(7, "b", notice("resume_participation"))
                       .on(8, "b", *grant()), last=9)  # fmt: skip
    assert relief(verdict).state == "active", "who is back grants anew"


def test_no_grant_cuts_the_winding_down_short_while_a_side_is_out() -> None:
    away = course(wind_down="{length: %s, new_business: forbidden}" % days("own.suspended", 4))
    away.on(5, "b", notice("suspend_participation")).on(7, "b", *grant())
    (verdict,) = alike(away, last=12)
    assert moves(verdict) == [("suspended", 5, "b"), ("lapsed", 9, "")]
    assert [each.reason for each in verdict.ignored] == ["granted_already"] * 2


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_of_two_sides_out_at_one_instant_who_has_the_relief_is_named(order: str) -> None:
    for by, to in ("ba", "ab"):
        authorities = "{%s}" % ", ".join("t%d: {party: %s, name: {en: T, es: T}, key: ''}" % (n, by) for n in (1, 2, 3))
        accord = an_accord(
            {"radar": obligation(due=days("accord.in_force", 30))}, {"waiver": measure(by=by, to=to)},
            parties=THREE, participation=AT_ONCE, authorities=authorities,
        )  # fmt: skip
        away = Days([accord]).signed().on(1, by, *grant())
        for party in order:
            away.on(5, party, notice("suspend_participation"))
        (verdict,) = alike(away, last=6)
        assert moves(verdict) == [("suspended", 5, to)]


# --- what was owed and promised before ---


def fate(verdict: Verdict) -> list[tuple[str, float, str]]:
    """Each state of the obligation after it fell due, its day, and who is named."""
    return [(each.after, day_of(each.at_us), each.about) for each in rule(verdict).occurrences[0].history[1:]]


@pytest.mark.parametrize("party", ["a", "b"])
def test_what_is_not_due_when_its_debtor_or_creditor_withdraws_is_no_longer_owed(party: str) -> None:
    """What is handed in all the same is noted, and changes nothing."""
    away = course().on(5, party, notice("withdraw"))
    silent, given = alike(away, course().on(5, party, notice("withdraw")).deposit(8, 0, 30), last=40)
    assert fate(silent) == fate(given) == [("released", 5, party)]
    assert rule(silent).state == "released"
    assert [rule(each).occurrences[0].performed_us for each in (silent, given)] == [None, None]


def test_what_a_released_party_performs_is_noted() -> None:
    papers = obligation(due=days("accord.in_force", 30), met_when="{test: at_least, metric: papers, value: '1'}")
    accord = an_accord({"radar": papers}, parties=THREE, participation=AT_ONCE)
    (verdict,) = alike(granted(accord).on(5, "b", notice("withdraw")).on(9, "a", a_document("court_document")), last=12)
    assert fate(verdict) == [("released", 5, "b")]
    assert day_of(rule(verdict).occurrences[0].performed_us or 0) == 9


def test_nobody_is_released_by_suspending_its_participation_or_by_a_third_that_withdraws() -> None:
    for party, kind in (("a", "suspend_participation"), ("b", "suspend_participation"), ("m", "withdraw")):
        (verdict,) = alike(course().on(5, party, notice(kind)), last=40)
        assert [state for state, _, _ in fate(verdict)] == ["late", "in_cure", "breached"]


@pytest.mark.parametrize("party", ["a", "b"])
@pytest.mark.parametrize("day", [30, 33])
def test_what_was_late_when_a_side_withdrew_goes_on(party: str, day: float) -> None:
    """Nobody ends by withdrawal what had come about before, a deadline that passed at the very instant included."""
    away = [course().on(day, party, notice("withdraw")) for _ in range(2)]
    silent, cured = alike(away[0], away[1].deposit(34, 0, 30), last=40)
    assert [state for state, _, _ in fate(silent)] == ["late", "in_cure", "breached"]
    assert [state for state, _, _ in fate(cured)] == ["late", "in_cure", "cured"]


def test_of_what_cannot_be_told_the_answer_still_counts_after_a_withdrawal() -> None:
    apart = obligation(due=days("accord.in_force", 3), met_when="{test: at_most, metric: apart, value: 1/10}")
    accord = an_accord({"radar": apart}, parties=THREE, participation=AT_ONCE)
    told = granted(accord).on(2, "a", exports(0, 3, "100")).on(5, "a", notice("withdraw"))
    (verdict,) = alike(told.on(7, "b", exports(0, 3, "95")), last=9)
    assert [state for state, _, _ in fate(verdict)] == ["undetermined", "met"]


@pytest.mark.parametrize("survives", [True, False])
def test_who_ends_the_accord_by_leaving_still_owes_what_survives_it(survives: bool) -> None:
    leaving = "{suspend: %s, withdraw: %s, survives: [%s]}" % (
        days("own.notice", 1), days("own.notice", 3), "radar" if survives else "",
    )  # fmt: skip
    (verdict,) = alike(granted(an_accord(participation=leaving)).on(2, "a", notice("withdraw")), last=20)
    after = [("late", 10, ""), ("in_cure", 10, ""), ("breached", 15, "")]
    assert fate(verdict) == (after if survives else [("released", 5, "")])
    assert survives or rule(verdict).occurrences[0].history[-1].why == "accord_ended"


def test_what_survives_is_not_owed_by_who_had_left_before_the_end() -> None:
    """Windows of ten days between a and b; m leaves first and its own are over; the end changes nothing of that."""
    windows = "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 10))
    both = {"radar": obligation(arises=windows, due=days("window.end", 1)),
            "talks": obligation(arises=windows, due=days("window.end", 1), creditor="m")}  # fmt: skip
    leaving = "{suspend: %s, withdraw: %s, survives: [radar, talks]}" % (days("own.notice", 0), days("own.notice", 0))
    accord = an_accord(both, parties=THREE, participation=leaving)
    told = Days([accord]).signed().on(5, "m", notice("withdraw")).on(15, "b", notice("withdraw"))
    (verdict,) = alike(told, last=32)
    assert verdict.state == "ended"
    assert [each.state for each in rule(verdict, "talks").occurrences] == ["released"]
    assert [each.state for each in rule(verdict).occurrences] == ["breached", "breached", "in_cure", "due"]


@pytest.mark.parametrize("party", ["a", "b"])
def test_relief_is_promised_no_longer_once_a_side_has_withdrawn(party: str) -> None:
    """The grant was promised for day 2: what was late by then stays as late as it was, what was not is never late."""
    accord = an_accord({"radar": obligation(due=days("accord.in_force", 30))}, parties=THREE, participation=AT_ONCE)
    for day, late in ((1, 0), (2, 0), (5, 3)):
        told = Days([accord]).signed().on(day, party, notice("withdraw"))
        (verdict,) = alike(told, last=9)
        (delay,) = relief(verdict).delays
        assert (day_of(delay.over_us or 0), delay.done_us, delay.age_us) == (day, None, late * DAY_US)
    (verdict,) = alike(Days([accord]).signed().on(5, party, notice("withdraw")).on(7, "b", *grant()), last=9)
    assert relief(verdict).delays[0].age_us == 3 * DAY_US, "a grant that comes after the promise ended keeps none"


def test_who_suspends_its_participation_is_still_held_to_its_promise() -> None:
    accord = an_accord(parties=THREE, participation=AT_ONCE)
    (verdict,) = alike(Days([accord]).signed().on(1, "b", notice("suspend_participation")), last=9)
    (delay,) = relief(verdict).delays
    assert (delay.over_us, delay.age_us) == (None, 7 * DAY_US)


def test_relief_that_is_wound_down_is_not_to_be_put_into_effect_any_more() -> None:
    """It was to be in effect on day 2; on day 5 the giver is out, and nothing is owed but the winding down."""
    (verdict,) = alike(course().on(5, "b", notice("withdraw")), last=12)
    implementation = relief(verdict).delays[1]
    assert (day_of(implementation.over_us or 0), implementation.age_us) == (5, 3 * DAY_US)


@pytest.mark.parametrize("leaves", [2, 4, 6])
def test_what_falls_due_before_a_notice_takes_effect_is_foreseen_and_what_falls_due_after_is_not(leaves: int) -> None:
    """The grant is promised for day 4, the log is due on day 10."""
    slow = "{suspend: %s, withdraw: %s, survives: []}" % (days("own.notice", 9), days("own.notice", leaves))
    promised = {"waiver": measure(grant="{need: [t1], of: 1, by: %s}" % days("accord.in_force", 4))}
    accord = an_accord({"radar": obligation()}, promised, parties=THREE, participation=slow)
    (verdict,) = alike(Days([accord]).signed().on(0, "b", notice("withdraw")), last=1)
    coming = [(each.rule, day_of(each.at_us), each.what) for each in verdict.upcoming]
    assert (("waiver", 4, "grant") in coming) == (leaves >= 4)
    assert ("radar", leaves, "released") in coming and ("b", leaves, "withdrawn") in coming
