"""What follows for a measure, what its authority did, and what happens when the two part."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import pytest

from tests.accord.timelines import START_US, Days, an_accord, day_of, days, measure, obligation, relief
from veedor.accord.bodies import Act, Consent, Dispute, FigureSaid, Grant, Notice, Position, Withhold
from veedor.accord.dates import DAY_US
from veedor.accord.load import Loaded
from veedor.accord.verdict import Verdict
from veedor.errors import InputError

KEY = "ab" * 32
PLAIN = an_accord()


def us(day: float) -> int:
    return START_US + int(day * DAY_US)


def grant(authority: str, key: str = "") -> Grant:
    return Grant("test", "waiver", authority, key)


def act(what: str, authority: str = "t1", by: str = "") -> Act:
    return Act("test", "waiver", authority, "", what, by, 0, "")  # type: ignore[arg-type]


def granted(accord: Loaded = PLAIN, day: float = 1) -> Days:
    return Days([accord]).signed().on(day, "b", grant("t1"), grant("t2"))


def steps(verdict: Verdict) -> list[tuple[str, float]]:
    return [(each.after, day_of(each.at_us)) for each in relief(verdict).history]


def test_it_is_granted_by_as_many_distinct_authorities_as_the_accord_says() -> None:
    told = Days([PLAIN]).signed().on(1, "b", grant("t1"), grant("t1")).on(1.5, "a", grant("t2"))
    verdict = told.on(1.6, "b", grant("nobody")).at(2)
    assert (relief(verdict).state, relief(verdict).granted_by) == ("proposed", ("t1",))
    assert [each.reason for each in verdict.ignored] == ["may_not_say_so", "not_its_authority"]
    assert steps(told.on(3, "b", grant("t3")).at(4)) == [("granted", 3), ("active", 3)]


def test_an_authority_with_a_key_of_its_own_is_not_spoken_for_by_its_party() -> None:
    authorities = "{%s}" % ", ".join(
        "t%d: {party: b, name: {en: T, es: T}, key: '%s'}" % (n, KEY if n == 1 else "") for n in (1, 2, 3)
    )
    accord = an_accord(authorities=authorities)
    told = Days([accord]).signed().on(1, "b", grant("t1"), grant("t2"))
    assert (relief(told.at(2)).state, told.at(2).ignored[0].reason) == ("proposed", "another_key")
    assert relief(told.on(3, "b", grant("t1", KEY)).at(4)).state == "active"


def test_what_was_made_good_warns_no_more_and_the_next_in_trouble_does() -> None:
    papers = obligation(met_when="{test: at_least, metric: papers, value: 1}", due=days("accord.in_force", 12))
    ladder = "{warn: %s, suspend: %s}" % (days("own.late", 3), days("own.breached", 99))
    waiver = measure(requires="[radar, papers]", ladder=ladder)
    told = granted(an_accord({"papers": papers, "radar": obligation()}, {"waiver": waiver}))
    assert steps(told.at(14))[-1] == ("warned", 13)
    assert steps(told.deposit(11, 0, 10).at(16))[1:] == [("active", 1), ("warned", 15)]


def test_late_warns_breach_suspends_and_the_end_of_the_wind_down_lapses() -> None:
    told = granted()
    assert steps(told.at(40)) == [("granted", 1), ("active", 1), ("warned", 10), ("suspended", 16), ("lapsed", 18)]


def test_a_warning_stays_when_its_cause_is_cured_and_the_term_ends_on_its_day() -> None:
    told = granted().deposit(12, 0, 10)
    assert relief(told.at(13)).state == "warned"
    assert steps(told.at(40))[-1] == ("lapsed", 21)


def test_silence_never_extends_it_and_only_a_new_signed_grant_renews_it() -> None:
    told = granted().deposit(10, 0, 10)
    assert steps(told.at(40)) == [("granted", 1), ("active", 1), ("lapsed", 21)]
    told.on(20, "b", grant("t2"), grant("t3"))
    assert steps(told.at(41)) == [("granted", 1), ("active", 1), ("granted", 20), ("active", 20), ("lapsed", 40)]
    again = granted().deposit(10, 0, 10).on(30, "b", grant("t1"), grant("t2"))
    assert steps(again.at(31))[-2:] == [("granted", 30), ("active", 30)]


def test_a_breach_before_the_grant_does_not_count_against_it() -> None:
    assert steps(granted(day=16).at(30)) == [("granted", 16), ("active", 16)]


def test_it_starts_only_when_what_it_starts_on_was_met() -> None:
    accord = an_accord(None, {"waiver": measure(starts_when="[radar]")})
    told = granted(accord).deposit(9.5, 0, 10)
    assert steps(told.at(9)) == [("granted", 1)]
    assert steps(told.at(9.75)) == [("granted", 1), ("active", 9.5)]


def test_at_the_end_of_its_term_it_may_be_wound_down() -> None:
    term = "{ends: %s, then: wind_down, renewal: none}" % days("own.active", 20)
    told = granted(an_accord(None, {"waiver": measure(term=term)})).deposit(10, 0, 10)
    assert steps(told.at(30))[-2:] == [("suspended", 21), ("lapsed", 23)]
    verdict = told.on(31, "b", grant("t1"), grant("t2")).at(32)
    assert relief(verdict).state == "lapsed" and {each.reason for each in verdict.ignored} == {"granted_already"}


SNAPBACK = an_accord(
    None,
    {
        "waiver": measure(
            snapback="{notice_by: [b], takes_effect: %s, stays_if: {need: [a, b], of: 2}}" % days("own.notice", 5)
        )
    },
)


def test_snapback_takes_effect_unless_enough_consent() -> None:
    told = granted(SNAPBACK).deposit(10, 0, 10)
    told.on(6, "a", Notice("test", "snapback", "waiver", 0)).on(7, "b", Notice("test", "snapback", "waiver", 0))
    verdict = told.at(13)
    assert [each.reason for each in verdict.ignored] == ["may_not_say_so"]
    assert steps(verdict)[-1] == ("snapped_back", 12)
    notice = told.said[-1][1].digest
    one = told.on(8, "a", Consent("test", "waiver", notice))
    assert steps(one.at(13))[-1] == ("snapped_back", 12)
    both = one.on(12.5, "b", Consent("test", "waiver", notice))
    assert steps(both.at(13))[-1] == ("snapped_back", 12), "consent after it took effect is too late"
    assert [each.reason for each in both.at(13).ignored] == ["may_not_say_so", "no_such_notice"]
    in_time = granted(SNAPBACK).deposit(10, 0, 10).on(7, "b", Notice("test", "snapback", "waiver", 0))
    notice = in_time.said[-1][1].digest
    in_time.on(11, "b", Consent("test", "waiver", notice)).on(12, "a", Consent("test", "waiver", notice))
    assert steps(in_time.at(13))[-1] == ("active", 1)


@pytest.mark.parametrize(("effect", "state"), [("no_effect", "active"), ("warn", "warned"), ("suspend", "suspended")])
@pytest.mark.parametrize("aside", ["undetermined", "disputed"])
def test_each_measure_says_what_cannot_be_told_and_disputes_do_to_it(aside: str, effect: str, state: str) -> None:
    whens = {"undetermined": "no_effect", "disputed": "no_effect", "excused": "no_effect"} | {aside: effect}
    when = "{%s}" % ", ".join(f"{key}: {value}" for key, value in whens.items())
    ladder = "{warn: %s, suspend: %s}" % (days("own.late", 9), days("own.breached", 9))
    told = granted(an_accord(None, {"waiver": measure(when=when, ladder=ladder)}))
    if aside == "undetermined":
        told.on(5, "b", Withhold("test", "radar", "b"))
    else:
        told.on(10.5, "a", Dispute("test", "radar", 1, "open", "none"))
    assert relief(told.at(11.5)).state == state


def test_the_two_columns_part_and_the_difference_has_an_age() -> None:
    told = granted()
    difference = relief(told.at(3)).difference
    assert difference is not None and (difference.follows, difference.did, day_of(difference.since_us)) == (
        "active",
        "nothing",
        1,
    )
    assert relief(told.on(3.5, "b", act("implemented")).at(4)).difference is None
    late = relief(told.at(17)).difference
    assert late is not None and (late.follows, late.did, late.age_us) == ("suspended", "implemented", 7 * DAY_US)
    assert relief(told.on(17.5, "b", act("suspended")).at(17.9)).difference is None


def differs_since(told: Days, day: float) -> tuple[str, str, float] | None:
    difference = relief(told.at(day)).difference
    if difference is None:
        return None
    assert difference.age_us == us(day) - difference.since_us
    return difference.follows, difference.did, day_of(difference.since_us)


def test_a_difference_keeps_its_age_while_either_column_moves_and_they_never_agree() -> None:
    """Warned on day 10, suspended on day 16, lapsed on day 18; the authority has implemented, and does not follow."""
    told = granted().on(2, "b", act("implemented"))
    assert [differs_since(told, day) for day in (9, 10.5, 16.5, 18.5)] == [
        None,
        ("warned", "implemented", 10),
        ("suspended", "implemented", 10),
        ("lapsed", "implemented", 10),
    ]
    # An act that answers nothing changes neither, and one that answers in between begins another difference.
    assert differs_since(told.on(17, "b", act("warned")), 17.5) == ("suspended", "warned", 10)
    told.on(17.5, "b", act("suspended"))
    assert [differs_since(told, day) for day in (17.6, 18.5)] == [None, ("lapsed", "suspended", 18)]


def test_what_stood_at_no_instant_does_not_end_a_difference() -> None:
    """A renewal is granted and active at one instant: nothing was done about the first grant, nor about this one."""
    told = granted().deposit(10, 0, 10).on(8, "b", grant("t1"), grant("t2"))
    assert steps(told.at(9))[-2:] == [("granted", 8), ("active", 8)]
    assert differs_since(told, 9) == ("active", "nothing", 1)


def test_an_act_outside_the_accord_moves_nothing_in_the_other_column() -> None:
    told = granted().deposit(10, 0, 10).on(2, "b", act("implemented")).on(8, "b", act("withdrawn"))
    waiver = relief(told.at(9))
    assert (waiver.state, waiver.did, waiver.marks) == ("active", "withdrawn", ("withdrawn",))
    assert waiver.difference is not None and day_of(waiver.difference.since_us) == 8
    other = granted().deposit(10, 0, 10).on(8, "a", act("withdrawn"))
    assert relief(other.at(9)).did == "nothing"


def test_delay_in_the_promised_relief_is_held_against_who_promised_it() -> None:
    told = granted(day=5).on(9, "b", act("implemented"))
    delays = [(each.what, each.party, each.age_us // DAY_US, each.done_us) for each in relief(told.at(9)).delays]
    assert delays == [("grant", "b", 3, us(5)), ("implementation", "b", 3, us(9))]
    open_still = relief(Days([PLAIN]).signed().at(7)).delays
    assert [(each.what, each.age_us // DAY_US, each.done_us) for each in open_still] == [("grant", 5, None)]
    assert "never_implemented" in relief(granted().at(3)).marks


def test_its_use_is_watched_by_each_source_side_by_side() -> None:
    watch = "{sources: [a, b], new_business: exports, out_of_scope: []}"
    accord = an_accord(None, {"waiver": measure(cap="{figure: exports, limit: '1000'}", watch=watch)})
    told = granted(accord)
    told.on(
        5, "a", FigureSaid("test", "exports", us(2), us(4), "300"), FigureSaid("test", "exports", us(4), us(5), "0.5")
    )
    told.on(5, "b", FigureSaid("test", "exports", us(2), us(4), "1200"))
    told.on(6, "a", FigureSaid("test", "exports", us(2), us(4), "400"))
    uses = [(each.source, each.used, each.left) for each in relief(told.at(7)).uses]
    assert uses == [("a", "801/2", "1199/2"), ("b", "1200", "-200")]
    told.on(17, "b", FigureSaid("test", "exports", us(16), us(17), "50"))
    assert [each.new_business for each in relief(told.at(17.5)).uses] == [None, "50"]


def test_who_steps_out_keeps_no_relief_and_nothing_arises_for_it() -> None:
    told = granted().deposit(10, 0, 10).on(5, "a", Notice("test", "suspend_participation", "", 0))
    assert steps(told.at(7))[-1] == ("suspended", 6)
    back = told.on(7.5, "a", Notice("test", "resume_participation", "", 0))
    assert steps(back.at(20))[-1] == ("lapsed", 8), "stepping back in gives no grant back"


def test_relief_by_who_steps_out_is_wound_down_and_nothing_but_a_new_grant_brings_it_back() -> None:
    told = granted().deposit(10, 0, 10).on(5, "b", Notice("test", "suspend_participation", "", 0))
    assert steps(told.at(7))[-1] == ("suspended", 6)
    assert (relief(told.at(7)).history[-1].about, relief(told.at(7)).ends_us) == ("b", us(8))
    back = told.on(7, "b", Notice("test", "resume_participation", "", 0))
    assert steps(back.at(20))[-1] == ("lapsed", 8)
    assert steps(back.on(7.5, "b", grant("t1"), grant("t2")).at(20))[-2:] == [("granted", 7.5), ("active", 7.5)]


def test_withdrawal_ends_an_accord_of_two_and_only_what_survives_goes_on() -> None:
    arises = "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 4))
    rules = {name: obligation(arises=arises, due=days("window.end", 1)) for name in ("radar", "files")}
    survives = "{suspend: %s, withdraw: %s, survives: [files]}" % (days("own.notice", 1), days("own.notice", 5))
    accord = an_accord(rules, participation=survives)
    verdict = granted(accord).on(2, "a", Notice("test", "withdraw", "", 0)).at(30)
    assert (verdict.state, day_of(verdict.since_us)) == ("ended", 7)
    assert {each.id: len(each.occurrences) for each in verdict.obligations} == {"files": 8, "radar": 2}
    assert ("suspended", 7) in steps(verdict)


def test_who_has_withdrawn_does_not_come_back_by_an_older_notice_of_suspension() -> None:
    leaving = "{suspend: %s, withdraw: %s, survives: []}" % (days("own.notice", 10), days("own.notice", 5))
    told = granted(an_accord(participation=leaving)).on(2, "a", Notice("test", "suspend_participation", "", 0))
    told = told.on(3, "a", Notice("test", "withdraw", "", 0)).on(13, "a", Notice("test", "resume_participation", "", 0))
    for day in (9, 12.5, 14):
        (party, _) = told.at(day).parties
        assert (party.party, party.participates, day_of(party.since_us)) == ("a", "withdrawn", 8)
    assert [each.reason for each in told.at(14).ignored] == ["not_a_party"]


def test_positions_on_its_validity_stand_side_by_side() -> None:
    told = (
        granted()
        .on(3, "a", Position("test", "waiver", "invalid", ""))
        .on(4, "b", Position("test", "waiver", "valid", ""))
    )
    waiver = relief(told.at(5))
    assert [(each.party, each.position) for each in waiver.positions] == [("a", "invalid"), ("b", "valid")]
    assert "contested" in waiver.marks and waiver.state == "active"


def test_a_text_that_nobody_checked_and_requires_what_it_lacks_is_refused_by_name() -> None:
    accord = an_accord(None, {"waiver": measure(requires="[radar, papers]")})
    with pytest.raises(InputError) as refused:
        granted(accord).at(3)
    assert (refused.value.place, refused.value.found) == ("measures.waiver.requires", "papers")
    assert refused.value.expected == "an obligation"
