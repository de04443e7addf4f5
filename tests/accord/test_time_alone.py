"""Time alone makes nothing true, and what was said is seen at once: rules that make a verdict independent of how often,
and on whose account, it is asked."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from tests.accord.timelines import START_US, Days, an_accord, day_of, days, measure, obligation, relief, rule
from veedor.accord.bodies import EventSaid, Excuse, Grant, Notice, Withhold
from veedor.accord.dates import DAY_US
from veedor.accord.load import Loaded

METRICS = (
    "{radar: {kind: delivered_ratio, party: a, data_class: plots, outages: delivered}, "
    "gap: {kind: longest_gap_hours, party: a, data_class: plots, outages: delivered}, "
    "wait: {kind: answer_hours, asked: ask, answered: access}}"
)


def one_rule(**changes: str) -> Loaded:
    return an_accord({"radar": obligation(**changes)}, {}, metrics=METRICS)


def test_what_is_not_answered_waits_no_longer_than_to_the_deadline() -> None:
    """At least 12 days of waiting are not reached by waiting on in cure, only by an answer that came so late."""
    told = Days([one_rule(met_when="{test: at_least, metric: wait, value: '288'}")]).signed()
    told.on(1, "b", EventSaid("test", "ask", 1, "happened", 0)).document(14, "b")
    assert rule(told.at(14.5)).state == "in_cure"
    assert rule(told.at(14.5)).occurrences[0].tests[0].value == "216", "nine days, to the deadline"
    assert rule(told.at(16)).state == "breached"
    assert rule(told.on(14, "a", EventSaid("test", "access", 1, "happened", 0)).at(16)).state == "cured"


def test_nothing_is_met_over_a_period_of_which_the_end_is_not_known_yet() -> None:
    """The deadline counts from access: until then there is no last day, however small the gap has been so far."""
    told = Days(
        [one_rule(due=days("event.access", 5), met_when="{test: at_most, metric: gap, value: '48'}")],
    ).signed()
    assert rule(told.deposit(2, 0, 2).at(3)).state == "due"
    told.on(4, "a", EventSaid("test", "access", 1, "happened", 0))
    assert rule(told.at(8)).state == "due"
    assert rule(told.deposit(8, 2, 8).at(8)).state == "met"


def test_whoever_withholds_is_named_at_once() -> None:
    """Radar logs of `a` are owed by `b` to `a`: both say that they withhold evidence, one after the other."""
    metrics = METRICS.replace("{radar: {kind: delivered_ratio, party: a", "{radar: {kind: delivered_ratio, party: c")
    parties = "{a: {name: {en: A, es: A}}, b: {name: {en: B, es: B}}, c: {name: {en: C, es: C}}}"
    text = an_accord({"radar": obligation()}, {}, metrics=metrics, parties=parties)
    told = Days([text]).signed().deposit(5, 0, 1, "c").on(6, "b", Withhold("test", "radar", "b"))
    assert rule(told.at(11)).occurrences[0].withheld_by == ("b",)
    told.on(12, "c", Withhold("test", "radar", "c"))
    assert rule(told.at(12)).occurrences[0].withheld_by == ("b", "c")


def test_the_window_of_a_quota_ends_on_its_day_whoever_asks() -> None:
    window = "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 10))
    text = an_accord(quotas="{asks: {event: ask, party: b, windows: %s, most: 2}}" % window)
    told = Days([text]).signed().on(3, "b", EventSaid("test", "ask", 1, "happened", 0))
    told.on(10, "b", EventSaid("test", "ask", 2, "happened", 0))
    (within,) = told.at(9).quotas
    (after,) = told.at(11).quotas
    assert (within.used, after.used, after.begins_us) == (1, 0, within.ends_us)
    assert told.at(10).ignored == ()
    assert Days(told.versions, told.said).on(10, "b", EventSaid("test", "ask", 3, "happened", 0)).at(10).ignored


def test_what_begins_at_an_instant_begins_after_what_is_logged_at_it() -> None:
    """Notice by `a` of suspending its participation takes effect at once, on the day on which its obligation begins."""
    at_once = an_accord(
        {"radar": obligation(arises="{each: once, since: %s}" % days("accord.in_force", 5))},
        {},
        participation="{suspend: %s, withdraw: %s, survives: []}" % (days("own.notice", 0), days("own.notice", 5)),
    )
    told = Days([at_once]).signed().on(5, "a", Notice("test", "suspend_participation", "", 0))
    assert rule(told.at(6)).occurrences == ()
    told.on(7, "a", Notice("test", "resume_participation", "", 0))
    assert [each.begins_us for each in rule(told.at(8)).occurrences] == [START_US + 5 * DAY_US]


# On the day of the event at six in the morning: before an event at noon.
SIX = "{anchor: %s, amount: 0, unit: calendar_days, zone: UTC, counting: excluded, ends: '06:00'}"


def test_no_measure_is_warned_before_the_obligation_is_late() -> None:
    waiver = measure(
        grant="{need: [t1, t2, t3], of: 1, by: %s}" % days("accord.in_force", 2),
        ladder="{warn: %s, suspend: %s}" % (SIX % "own.late", SIX % "own.breached"),
    )
    told = (
        Days([an_accord({"radar": obligation()}, {"waiver": waiver})])
        .signed(0.5)
        .on(1, "b", Grant("test", "waiver", "t1", ""))
    )
    warned, suspended = (relief(told.at(day)).history[-1] for day in (11, 16))
    assert (warned.after, day_of(warned.at_us)) == ("warned", 10.5)
    assert (suspended.after, day_of(suspended.at_us)) == ("suspended", 15.5)


def test_no_notice_of_an_excuse_is_too_late_before_its_ground_began() -> None:
    excuses = "{grounds: [flood], notice: %s, longest: %s}" % (SIX % "own.since", days("own.since", 30))
    noon_us = START_US + DAY_US // 2
    told = Days([one_rule(excuses=excuses)]).signed().on(0.5, "a", Excuse("test", "radar", "flood", noon_us, 0))
    assert rule(told.at(11)).state == "excused"
