"""Relief when a party steps out: who gives it or has it; both evaluators agree at every half day.

Among a, b and m, b gives a a waiver that lapses on day 21 and is wound down over two days.
"""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import pytest

from tests.accord.courses import grant, granted
from tests.accord.timelines import Days, an_accord, day_of, days, measure, obligation, relief
from tests.page.test_day_by_day import alike
from veedor.accord.bodies import Notice
from veedor.accord.verdict import Verdict

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


def test_what_is_granted_by_a_party_that_is_out_is_suspended_again_at_once() -> None:
    away = course(wind_down="{length: %s, new_business: forbidden}" % days("own.suspended", 9))
    away.on(5, "b", notice("suspend_participation")).on(7, "b", *grant())
    (verdict,) = alike(away, last=12)
    assert moves(verdict)[-2:] == [("active", 7, ""), ("suspended", 7, "b")]


@pytest.mark.parametrize("first, second", ["ab", "ba"])
def test_of_two_sides_that_are_out_the_first_to_be_out_is_named(first: str, second: str) -> None:
    """Also where relief is granted only when both are out."""
    away = course().on(5, first, notice("suspend_participation")).on(6, second, notice("suspend_participation"))
    (verdict,) = alike(away.on(9, "b", *grant()), last=10)
    assert [each for each in moves(verdict) if each[0] == "suspended"] == [
        ("suspended", 5, first),
        ("suspended", 9, first),
    ]


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
