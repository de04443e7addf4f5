"""How an obligation stands, day by day: what is in time, what is late, what cannot be told and who withheld it."""

# ruff: noqa: UP031, E501 # the text of accords is full of braces
from __future__ import annotations

import msgspec
import pytest

from tests.accord.timelines import START_US, Days, an_accord, day_of, days, numbered, obligation, relief, rule
from veedor.accord.bodies import Dispute, EventSaid, Excuse, FigureSaid, Notice, Withhold
from veedor.accord.check import problems
from veedor.accord.dates import DAY_US
from veedor.accord.whatif import a_deposit
from veedor.mission.statements.authority import Receipt
from veedor.mission.statements.bodies import Outage

RADAR = an_accord()


def us(day: float) -> int:
    return START_US + int(day * DAY_US)


def steps(verdict, name: str = "radar", number: int = 1) -> list[tuple[str, float]]:
    return [(each.after, day_of(each.at_us)) for each in rule(verdict, name).occurrences[number - 1].history]


def test_the_sample_accord_has_no_problems() -> None:
    assert problems(RADAR) == ()


def test_what_is_delivered_in_time_is_met_when_enough_is_there() -> None:
    told = Days([RADAR]).signed().deposit(5, 0, 5).deposit(9, 5, 9)
    assert steps(told.at(8.5)) == [("due", 0)]
    assert steps(told.at(9.5)) == [("due", 0), ("met", 9)]


def test_what_came_after_a_deposit_was_logged_is_not_in_it_whatever_it_says() -> None:
    """Ten days that are promised whole on day 4 are four; those of a period that has not begun are none."""
    told = Days([RADAR]).signed().deposit(4, 0, 10).deposit(4, 5, 10)
    (test,) = rule(told.at(9)).occurrences[0].tests
    assert (test.value, test.evidence) == ("2/5", (numbered(3),))
    assert steps(told.at(11)) == [("due", 0), ("late", 10), ("in_cure", 10)]
    assert steps(told.restate(12, 3, 0, 10).at(12)) == steps(told.at(11)), "nor does a later word put it there"


def test_what_is_logged_at_the_very_instant_of_the_deadline_is_in_time() -> None:
    assert steps(Days([RADAR]).signed().deposit(10, 0, 10).at(10)) == [("due", 0), ("met", 10)]


def test_a_deadline_falls_on_its_day_whenever_the_next_seal_comes() -> None:
    told = Days([RADAR]).signed().deposit(13, 0, 10)
    assert steps(told.at(14)) == [("due", 0), ("late", 10), ("in_cure", 10), ("cured", 13)]
    # Without a seal after it, no deadline has passed in logged time.
    assert steps(Days([RADAR]).signed().at(99, until=9.5)) == [("due", 0)]


def test_without_performance_it_is_breached_when_the_cure_ends_and_later_performance_changes_nothing() -> None:
    verdict = Days([RADAR]).signed().deposit(16, 0, 10).at(17)
    assert steps(verdict)[-1] == ("breached", 15)
    assert rule(verdict).occurrences[0].performed_us == us(16)


def test_an_outage_that_is_delivered_after_all_is_met_on_that_day() -> None:
    metric = "{radar: {kind: delivered_ratio, party: a, data_class: plots, outages: not_delivered}}"
    said = msgspec.structs.replace(a_deposit("a", "plots", us(0), us(10)), outages=(Outage(us(4), us(6)),))
    told = Days([an_accord(metrics=metric)]).signed().on(9.5, "a", said).deposit(9.75, 0, 5.5)
    assert steps(told.at(9.9)) == [("due", 0), ("met", 9.75)]


def test_a_period_without_length_can_be_told_once_a_deposit_is_about_its_instant() -> None:
    metric = "{radar: {kind: delivered_ratio, party: b, data_class: plots, outages: delivered}}"
    at_once = obligation(due=days("accord.in_force", 0), cure="~")
    told = Days([an_accord({"radar": at_once}, metrics=metric)]).signed()
    assert steps(told.at(2)) == [("due", 0), ("undetermined", 0)]
    assert steps(told.deposit(3, -1, 1, "b").at(4))[2:] == [("late", 3), ("breached", 3)]


def test_a_deposit_that_does_not_say_that_it_is_complete_covers_nothing_and_a_gap_leaves_it_short() -> None:
    told = Days([RADAR]).signed().deposit(5, 0, 5).deposit(9, 6, 9)
    assert rule(told.at(9.5)).state == "due"
    test = rule(told.at(9.5)).occurrences[0].tests[0]
    assert (test.value, test.wanted, test.holds) == ("4/5", "9/10", False)


def test_no_cure_means_breached_at_once() -> None:
    accord = an_accord({"radar": obligation(cure="~")})
    assert steps(Days([accord]).signed().at(11)) == [("due", 0), ("late", 10), ("breached", 10)]


def test_a_cure_that_starts_with_notice_waits_for_the_creditor() -> None:
    accord = an_accord({"radar": obligation(cure="{starts: notice, within: %s}" % days("own.notice", 3))})
    told = Days([accord]).signed().on(12, "a", Notice("test", "cure", "radar", 1))
    assert rule(told.at(13)).state == "late", "the debtor cannot give notice to itself"
    told.on(14, "b", Notice("test", "cure", "radar", 1))
    assert steps(told.at(20)) == [("due", 0), ("late", 10), ("in_cure", 14), ("breached", 17)]


def test_a_source_that_does_not_attest_makes_it_undetermined_and_is_named() -> None:
    accord = an_accord({"radar": obligation(met_when="{test: at_most, metric: apart, value: 1/10}")})
    own = FigureSaid("test", "exports", us(0), us(10), "700")
    told = Days([accord]).signed().on(9, "a", own)
    (occurrence,) = rule(told.at(11)).occurrences
    assert (occurrence.state, occurrence.withheld_by) == ("undetermined", ("b",))
    told.on(12, "b", FigureSaid("test", "exports", us(0), us(10), "650"))
    assert steps(told.at(13)) == [("due", 0), ("undetermined", 10), ("met", 12)]
    far = Days([accord]).signed().on(9, "a", own).on(12, "b", FigureSaid("test", "exports", us(0), us(10), "500"))
    assert steps(far.at(13))[1:] == [("undetermined", 10), ("late", 12), ("in_cure", 12)]


def test_what_the_debtor_itself_does_not_attest_is_late_not_undetermined() -> None:
    accord = an_accord({"radar": obligation(met_when="{test: at_most, metric: apart, value: 1/10}")})
    told = Days([accord]).signed().on(9, "b", FigureSaid("test", "exports", us(0), us(10), "700"))
    assert rule(told.at(11)).state == "in_cure"


def test_a_deposit_that_is_all_outage_is_evidence_that_nothing_was_delivered() -> None:
    metrics = "{radar: {kind: delivered_ratio, party: b, data_class: plots, outages: not_delivered}}"
    accord = an_accord(measures={}, metrics=metrics)
    silent = rule(Days([accord]).signed().at(11)).occurrences[0]
    assert (silent.state, silent.withheld_by) == ("undetermined", ("b",))
    said = a_deposit("b", "plots", us(0), us(10))
    dark = msgspec.structs.replace(said, outages=(Outage(us(0), us(10)),))
    told = rule(Days([accord]).signed().on(5, "b", dark).at(11)).occurrences[0]
    assert (told.state, told.withheld_by, told.tests[0].value) == ("in_cure", (), "0")


def test_only_a_creditor_or_a_source_can_withhold_and_nobody_for_somebody_else() -> None:
    for party, by, state in (
        ("b", "b", "undetermined"),
        ("a", "a", "in_cure"),
        ("a", "b", "in_cure"),
        ("m", "m", "in_cure"),
    ):
        told = Days([RADAR]).signed().on(5, party, Withhold("test", "radar", by))
        assert rule(told.at(11)).state == state, (party, by)


def test_an_appender_that_holds_back_a_statement_of_the_debtor_makes_it_undetermined_until_it_is_logged() -> None:
    accord = an_accord({"radar": obligation(debtor="b", creditor="a", met_when="{test: at_least, metric: deep, value: 9/10}")},
                       {}, metrics="{deep: {kind: delivered_ratio, party: b, data_class: plots, outages: delivered}}")  # fmt: skip
    told = Days([accord]).signed()
    told.deposit(12, 0, 10, "b")
    digest = told.said[-1][1].digest
    told.on(9, "m", Receipt("b", 1, digest, us(9)))
    (occurrence,) = rule(told.at(11, until=11)).occurrences
    assert (occurrence.state, occurrence.withheld_by) == ("undetermined", ("a",))
    assert steps(told.at(13))[-1] == ("met", 12)


EXCUSED = an_accord(
    {
        "radar": obligation(
            excuses="{grounds: [flood], notice: %s, longest: %s}" % (days("own.since", 2), days("own.since", 4))
        )
    }
)


@pytest.mark.parametrize(
    ("logged", "since", "until", "by", "state"),
    [
        (10, 9, 0, "a", "excused"),
        (11.5, 9, 0, "a", "in_cure"),  # later than two days after it began
        (10, 9, 9.5, "a", "in_cure"),  # it ended before the deadline
        (7, 5.5, 0, "a", "in_cure"),  # it lasts four days at most
        (10, 9, 0, "b", "in_cure"),  # not the debtor
    ],
)
def test_an_excuse_counts_if_claimed_in_time_for_as_long_as_it_may_last(
    logged: float, since: float, until: float, by: str, state: str
) -> None:
    told = (
        Days([EXCUSED]).signed().on(logged, by, Excuse("test", "radar", "flood", us(since), us(until) if until else 0))
    )
    assert rule(told.at(12)).state == state


def test_a_dispute_ends_at_the_end_of_its_ladder_and_cannot_be_opened_again() -> None:
    told = Days([RADAR]).signed().on(11, "a", Dispute("test", "radar", 1, "open", "none"))
    assert rule(told.at(12)).state == "disputed"
    told.on(15.5, "a", Dispute("test", "radar", 1, "open", "none"))
    verdict = told.at(16)
    assert rule(verdict).state == "breached"
    assert [each.reason for each in verdict.ignored] == ["disputed_already"]


def test_a_dispute_is_settled_when_both_say_the_same() -> None:
    told = Days([RADAR]).signed().on(11, "b", Dispute("test", "radar", 1, "open", "none"))
    told.on(12, "b", Dispute("test", "radar", 1, "settle", "met"))
    assert rule(told.at(13)).state == "disputed"
    told.on(13.5, "a", Dispute("test", "radar", 1, "settle", "met"))
    assert rule(told.at(20)).state == "met"


WINDOWS = an_accord(
    {
        "radar": obligation(
            arises="{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 10)),
            due=days("window.end", 2),
        )
    }
)


def test_windows_follow_each_other_and_each_is_judged_for_itself() -> None:
    verdict = Days([WINDOWS]).signed().deposit(11, 0, 10).deposit(23, 10, 20).at(34)
    radar = rule(verdict)
    assert [each.state for each in radar.occurrences] == ["met", "cured", "in_cure", "due"]
    assert [day_of(each.begins_us) for each in radar.occurrences] == [0, 10, 20, 30]
    assert radar.state == "in_cure"


INSPECTIONS = an_accord(
    {
        "radar": obligation(
            arises="{each: event, event: ask}",
            due=days("trigger", 1),
            met_when="{test: happened, event: access}",
            cure="~",
        )
    },
    quotas="{asks: {event: ask, party: b, windows: {each: window, first: %s, length: %s}, most: 2}}"
    % (days("accord.in_force", 0), days("window.start", 30)),
)


def asked(instance: int, event: str = "ask", outcome: str = "happened") -> EventSaid:
    return EventSaid("test", event, instance, outcome, 0)  # type: ignore[arg-type]


def test_each_request_has_its_own_deadline_and_its_own_answer() -> None:
    told = Days([INSPECTIONS]).signed().on(3, "b", asked(7)).on(3.5, "b", asked(8)).on(4, "a", asked(8, "access"))
    radar = rule(told.at(6))
    assert [(each.state, day_of(each.begins_us)) for each in radar.occurrences] == [("breached", 3), ("met", 3.5)]


def test_requests_beyond_the_quota_or_by_others_or_failed_give_rise_to_nothing() -> None:
    told = Days([INSPECTIONS]).signed()
    for number in (1, 2, 3):
        told.on(number, "b", asked(number))
    told.on(4, "a", asked(4)).on(5, "b", asked(5, outcome="failed")).on(6, "b", asked(1))
    verdict = told.at(7)
    assert len(rule(verdict).occurrences) == 2
    assert [each.reason for each in verdict.ignored] == ["beyond_quota", "may_not_say_so", "said_already"]
    (quota,) = verdict.quotas
    assert (quota.used, quota.left, quota.beyond) == (2, 0, 1)


def test_extradite_or_prosecute_is_met_by_either() -> None:
    either = "{test: any, of: [{test: at_least, metric: papers, value: '1'}, {test: happened, event: access}]}"
    accord = an_accord({"radar": obligation(met_when=either)})
    assert rule(Days([accord]).signed().document(5).at(6)).state == "met"
    assert rule(Days([accord]).signed().on(5, "a", asked(1, "access")).at(6)).state == "met"
    assert rule(Days([accord]).signed().document(5, party="b").at(6)).state == "due"


def test_before_all_have_signed_nothing_arises_and_what_is_said_has_no_effect() -> None:
    verdict = Days([RADAR]).on(1, "b", asked(1)).at(30)
    assert (verdict.state, rule(verdict).state, relief(verdict).state) == ("draft", "pending", "proposed")
    assert [each.reason for each in verdict.ignored] == ["no_accord_yet"]


def test_what_a_source_says_last_about_a_period_counts_in_whatever_order_periods_are_attested() -> None:
    accord = an_accord({"radar": obligation(met_when="{test: at_most, metric: apart, value: 1/10}")})
    said = {"a": [(4, 6, "900"), (0, 5, "700"), (8, 20, "1")], "b": [(0, 5, "200"), (5, 9, "900"), (0, 5, "690")]}
    told = Days([accord]).signed()
    for party, figures in said.items():
        for number, (first, last, value) in enumerate(figures):
            told.on(7 + number / 8, party, FigureSaid("test", "exports", us(first), us(last), value))
    (test,) = rule(told.at(11)).occurrences[0].tests
    assert (test.value, test.holds) == ("1/70", True)
