"""Turns that generated accords seldom take, each as a small course with what follows from it; both evaluators agree."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

import pytest

from tests.accord.courses import act, exports, grant, granted
from tests.accord.timelines import (
    START_US,
    Days,
    accord_text,
    an_accord,
    days,
    hours,
    measure,
    obligation,
    relief,
    rule,
)
from tests.page.test_day_by_day import alike, asked
from veedor.accord.bodies import Act, Consent, Dispute, EventSaid, Excuse, Grant, Notice, SignAccord, Withhold
from veedor.accord.dates import DAY_US, HOUR_US
from veedor.accord.load import Loaded, read_accord

pytestmark = pytest.mark.page

ACCESS = "{test: happened, event: access}"


def at(day: float) -> int:
    return START_US + int(day * DAY_US)


def signed_on(*when: tuple[float, Loaded]) -> Days:
    """Versions, each signed by both parties on its day."""
    course = Days([version for _, version in when])
    for day, version in when:
        for party in "ab":
            course.on(day, party, SignAccord("test", version.accord.version, version.digest))
    return course


def test_evidence_at_the_very_end_of_a_period() -> None:
    """A deposit that begins where the period ends is no evidence; a figure that ends there is; an inspection that is
    asked for there is of the next period."""
    metrics = (
        "{radar: {kind: delivered_ratio, party: a, data_class: plots, outages: delivered}, "
        "exported: {kind: figure, figure: exports, source: a}, "
        "apart: {kind: figure_disagreement, figure: exports, sources: [a, b]}, "
        "waits: {kind: answer_hours, asked: ask, answered: access}}"
    )
    figures = (
        "{test: all, of: [{test: at_most, metric: exported, value: '5'}, {test: at_most, metric: apart, value: '0'}]}"
    )
    rules = {
        "radar": obligation(),
        "figures": obligation(met_when=figures),
        "waits": obligation(
            arises="{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 10)),
            due=days("window.end", 2),
            met_when="{test: at_most, metric: waits, value: '24'}",
        ),
    }
    course = Days([an_accord(rules, {}, metrics=metrics)]).signed().deposit(11, 10, 12)
    course.on(10, "a", exports(0, 10, "0")).on(10, "b", exports(0, 10, "0"), asked(1))
    (verdict,) = alike(course, last=12)
    assert rule(verdict, "radar").occurrences[0].tests[0].evidence == ()
    assert [each.value for each in rule(verdict, "figures").occurrences[0].tests] == ["0", "0"]
    assert rule(verdict, "figures").state == "met", "two that attest nothing at all agree"
    assert rule(verdict, "waits").occurrences[0].tests[0].value == "0"


def test_an_excuse_lasts_as_long_as_the_accord_lets_it() -> None:
    excuses = "{grounds: [flood], notice: %s, longest: %s}" % (days("own.since", 2), days("own.since", 3))
    accord = an_accord({"radar": obligation(excuses=excuses, cure="~")}, {})
    spans = {"over": (6, 20), "just": (7, 20), "nothing": (9, 9), "within": (9, 10)}
    courses = [
        Days([accord]).signed().on(first + 0.5, "a", Excuse("test", "radar", "flood", at(first), at(last)))
        for first, last in spans.values()
    ]
    found = alike(*courses, last=12)
    states = dict(zip(spans, (rule(each).state for each in found), strict=True))
    assert states == {"over": "breached", "just": "excused", "nothing": "breached", "within": "excused"}
    assert [each.reason for each in found[2].ignored] == ["times_run_backwards"]


def test_what_was_late_before_anybody_asked_is_late_from_when_it_began() -> None:
    """An obligation that arises on day 5 for a period since day 2, due then: late on day 5, after a grant on day 3."""
    said = obligation(
        arises="{each: once, since: %s}" % days("event.ask", -3),
        due=days("accord.in_force", 2),
        met_when=ACCESS,
        cure="~",
    )
    relief_said = measure(ladder="{warn: %s, suspend: %s}" % (days("own.late", 1), days("own.breached", 3)))
    course = granted(an_accord({"radar": said}, {"waiver": relief_said}), day=3).on(5, "b", asked(1))
    (verdict,) = alike(course, last=12)
    assert [(each.after, each.at_us) for each in relief(verdict).history[2:4]] == [
        ("warned", at(5)),
        ("suspended", at(8)),
    ]


def test_a_breach_that_was_disputed_in_between_counts_from_when_it_was() -> None:
    """Breached on day 10, disputed from 10.5 to 14.5 without a result: suspended five days after the breach."""
    ladder = "{warn: %s, suspend: %s}" % (days("own.late", 0), days("own.breached", 5))
    accord = an_accord({"radar": obligation(cure="~")}, {"waiver": measure(ladder=ladder)})
    course = granted(accord).on(10.5, "a", Dispute("test", "radar", 1, "open", "none"))
    settled = granted(accord).on(10.5, "a", Dispute("test", "radar", 1, "open", "none"))
    for party in "ab":
        settled.on(11, party, Dispute("test", "radar", 1, "settle", "met"))
    unresolved, met = alike(course, settled, last=18)
    assert (relief(unresolved).state, relief(unresolved).since_us) == ("lapsed", at(17))
    assert (relief(unresolved).history[-2].after, relief(unresolved).history[-2].at_us) == ("suspended", at(15))
    (ended,) = alike(settled, last=12)
    assert {each.kind for each in ended.upcoming} == {"measure"} and rule(met).state == "met"


def test_what_both_have_agreed_on_stands_when_its_deadline_passes_and_its_cure_ends() -> None:
    """Nobody delivers. Agreed on day 5 to be met: on day 10 it does not fall late for a moment, nor warn the relief."""
    course = granted(an_accord()).on(4, "a", Dispute("test", "radar", 1, "open", "none"))
    for party in "ab":
        course.on(5, party, Dispute("test", "radar", 1, "settle", "met"))
    (verdict,) = alike(course, last=30)
    (radar,) = rule(verdict).occurrences
    assert [each.after for each in radar.history] == ["due", "met"]
    assert (radar.state, radar.since_us, radar.beneath) == ("met", at(5), "breached")
    assert "warned" not in [each.after for each in relief(verdict).history]


def test_what_a_dispute_held_up_is_foreseen_for_when_it_ends() -> None:
    """To be suspended two days after the breach of day 10, but a dispute from 10.5 to 14.5 leaves it unchanged:
    it is suspended when that ends, not before anybody could know, and has the two days of its wind-down."""
    ladder = "{warn: %s, suspend: %s}" % (days("own.late", 0), days("own.breached", 2))
    accord = an_accord({"radar": obligation(cure="~")}, {"waiver": measure(ladder=ladder)})
    course = granted(accord).on(10.5, "a", Dispute("test", "radar", 1, "open", "none"))
    during, after = (alike(course, last=day)[0] for day in (13, 17))
    assert [each.at_us for each in during.upcoming if each.what == "suspended"] == [at(14.5)]
    last = [(each.after, each.at_us) for each in relief(after).history[-2:]]
    assert last == [("suspended", at(14.5)), ("lapsed", at(16.5))]


def test_a_notice_of_snapback_stands_with_who_gave_it_and_who_consents() -> None:
    """By the version of the grant that runs: where that has no snapback, nobody can keep the measure any more."""
    snapback = "{notice_by: [b], takes_effect: %s, stays_if: {need: [a, b], of: 2}}" % days("own.notice", 9)
    course = granted(an_accord(None, {"waiver": measure(snapback=snapback)})).deposit(2, 0, 10)
    course.on(3, "b", Notice("test", "snapback", "waiver", 0))
    told = course.said[-1][1].digest
    course.on(5, "a", Consent("test", "waiver", told), Consent("test", "waiver", told))
    (verdict,) = alike(course, last=6)
    (notice,) = relief(verdict).notices
    assert (notice.party, notice.since_us, notice.takes_effect_us) == ("b", at(3), at(12))
    assert (notice.consents, notice.needed, notice.evidence) == (("a",), 2, told)


@pytest.mark.parametrize(("unit", "used", "left"), [("barrels", "1300", "-600"), ("barrels_per_day", "700", "0")])
def test_amounts_of_several_periods_add_up_and_rates_do_not(unit: str, used: str, left: str) -> None:
    watched = measure(cap="{figure: exports, limit: '700'}", watch="{sources: [a], new_business: '', out_of_scope: []}")
    figures = "{exports: {text: {en: exports, es: exportaciones}, unit: %s}}" % unit
    course = granted(an_accord(None, {"waiver": watched}, figures=figures))
    course.on(5, "a", exports(1, 3, "600"), exports(3, 5, "700"))
    (verdict,) = alike(course, last=6)
    assert [(each.used, each.left) for each in relief(verdict).uses] == [(used, left)]


def test_of_two_that_fall_late_at_once_the_first_by_name_is_told() -> None:
    rules = {"radar": obligation(), "alpha": obligation()}
    (verdict,) = alike(granted(an_accord(rules, {"waiver": measure(requires="[radar, alpha]")})), last=11)
    assert relief(verdict).history[-1].about == "alpha.1"


def test_who_is_warned_is_not_to_be_warned_again() -> None:
    """Warned for what was late on day 10 and cured since; what falls late on day 14 would warn on day 15."""
    rules = {"radar": obligation(), "talks": obligation(due=days("accord.in_force", 14), met_when=ACCESS)}
    ladder = "{warn: %s, suspend: %s}" % (days("own.late", 1), days("own.breached", 3))
    course = granted(an_accord(rules, {"waiver": measure(requires="[radar, talks]", ladder=ladder)})).deposit(12, 0, 10)
    course.seals.add(at(14.5))
    (verdict,) = alike(course, last=14)
    assert relief(verdict).state == "warned" and rule(verdict).state == "cured"
    follows = [(each.at_us, each.kind, each.what) for each in verdict.upcoming]
    assert (at(14), "obligation", "late") not in follows and (at(15), "measure", "warned") not in follows
    assert "warned" not in [what for _, kind, what in follows if kind == "measure"] and follows


SNAPBACK = "{notice_by: [b], takes_effect: %s, stays_if: {need: [a, b], of: 2}}" % days("own.notice", 6)


def test_one_consent_does_not_keep_what_was_renewed_without_snapback() -> None:
    """Notice on day 2, one of two consents; on day 4 a version without snapback, renewed under it: it snaps back."""
    one = an_accord({"radar": obligation()}, {"waiver": measure(snapback=SNAPBACK)})
    text = accord_text({"radar": obligation()}, {"waiver": measure()}, version="2", supersedes=f'"{one.digest}"')
    course = signed_on((0, one), (4, read_accord(text.encode(), "second.yaml"))).on(1, "b", *grant())
    course.on(2, "b", Notice("test", "snapback", "waiver", 0))
    course.on(3, "a", Consent("test", "waiver", course.said[-1][1].digest)).on(5, "b", *grant())
    (verdict,) = alike(course, last=9)
    assert (relief(verdict).state, relief(verdict).since_us) == ("snapped_back", at(8))


def test_a_quota_counts_to_its_last_and_never_below_nothing() -> None:
    """Two of two inspections used, a third is beyond; a version that allows none leaves nothing, not less."""
    quota = "{asks: {event: ask, party: b, windows: {each: window, first: %s, length: %s}, most: %d}}"
    many, none = (quota % (days("accord.in_force", 0), days("window.start", 20), most) for most in (2, 0))
    one = an_accord({"radar": obligation()}, {}, quotas=many)
    text = accord_text({"radar": obligation()}, {}, quotas=none, version="2", supersedes=f'"{one.digest}"')
    course = signed_on((0, one), (6, read_accord(text.encode(), "second.yaml")))
    course.on(1, "b", asked(1), asked(2), asked(3))
    before, after = alike(course, last=5)[0], alike(course, last=8)[0]
    assert [(each.used, each.beyond, each.left) for each in before.quotas] == [(2, 1, 0)]
    assert [(each.used, each.beyond, each.left) for each in after.quotas] == [(2, 1, 0)]


def test_a_second_version_that_supersedes_nothing_never_counts() -> None:
    one = an_accord({"radar": obligation()}, {})
    stray = read_accord(accord_text({"radar": obligation()}, {}, version="2").encode(), "stray.yaml")
    (verdict,) = alike(signed_on((0, one), (1, stray)), last=4)
    assert [(each.version, each.state) for each in verdict.versions] == [(1, "in_force"), (2, "draft")]


def test_windows_that_passed_while_a_party_was_out_do_not_begin_when_it_is_back() -> None:
    """Periods of a day since day 1 come to be known on day 10, when the debtor is out; it is back on day 12."""
    window = "{each: window, first: %s, length: %s}" % (days("event.ask", -9), days("window.start", 1))
    said = obligation(arises=window, due=days("window.end", 1), met_when=ACCESS)
    course = Days([an_accord({"radar": said}, {})]).signed().on(5, "a", Notice("test", "suspend_participation", "", 0))
    course.on(10, "b", asked(1)).on(12.5, "a", Notice("test", "resume_participation", "", 0))
    (verdict,) = alike(course, last=15)
    assert rule(verdict).occurrences[0].begins_us == at(13)


def test_new_business_counts_until_the_wind_down_ends() -> None:
    """Suspended on day 11, wound down until day 13: what begins at the end of it is no new business in it."""
    watch = "{sources: [a], new_business: exports, out_of_scope: []}"
    ladder = "{warn: %s, suspend: %s}" % (days("own.late", 0), days("own.breached", 1))
    accord = an_accord({"radar": obligation(cure="~")}, {"waiver": measure(watch=watch, ladder=ladder)})
    course = granted(accord).on(12, "a", exports(11, 12, "7"), exports(13, 14, "9"))
    (verdict,) = alike(course, last=12)
    assert relief(verdict).state == "suspended"
    assert [each.new_business for each in relief(verdict).uses] == ["7"]


def test_a_promise_of_relief_is_held_against_the_version_of_the_first_grant() -> None:
    """Promised for day 2 and granted on day 3; an amendment that promises it for day 30 takes no delay back."""
    late = measure(grant="{need: [t1, t2, t3], of: 2, by: %s}" % days("accord.in_force", 30))
    one = an_accord({"radar": obligation()}, {"waiver": measure()})
    text = accord_text({"radar": obligation()}, {"waiver": late}, version="2", supersedes=f'"{one.digest}"')
    course = signed_on((0, one), (5, read_accord(text.encode(), "second.yaml"))).on(3, "b", *grant())
    (verdict,) = alike(course.on(4, "b", act("implemented")), last=8)
    promised = relief(verdict).delays[0]
    assert (promised.what, promised.due_us, promised.age_us) == ("grant", at(2), 24 * HOUR_US)


@pytest.mark.parametrize("named", [True, False])
def test_a_rule_may_be_called_constructor_and_what_is_not_called_so_is_unknown(named: bool) -> None:
    """A word that every JavaScript object knows is a name like any other, in an accord and in what is said under it."""
    name = "constructor" if named else "plain"
    said = obligation(arises="{each: event, event: %s}" % name, due=hours("trigger", 24), met_when=ACCESS, cure="~")
    events = "{%s: {text: {en: e, es: e}, by: [b]}, access: {text: {en: e, es: e}, by: [a]}}" % name
    figures = "{%s: {text: {en: f, es: f}, unit: barrels}}" % name
    authorities = "{%s: {party: b, name: {en: T, es: T}, key: ''}}" % name
    promised = "{need: [%s], of: 1, by: %s}" % (name, days("accord.in_force", 2))
    sections = {"events": events, "figures": figures, "authorities": authorities, "metrics": "{}"}
    accord = an_accord({name: said}, {name: measure(grant=promised, requires="[%s]" % name)}, **sections)
    course = Days([accord]).signed().on(1, "b", Grant("test", "constructor", "constructor", ""))
    course.on(2, "b", Act("test", "constructor", "constructor", "", "superseded", "constructor", 0, ""))
    course.on(3, "b", EventSaid("test", "constructor", 1, "happened", 0), exports(0, 1, "5", "constructor"))
    course.on(3, "b", Notice("test", "snapback", "constructor", 0), Withhold("test", "constructor", "constructor"))
    course.on(3, "a", Excuse("test", "constructor", "constructor", at(2), 0))
    (verdict,) = alike(course, last=6)
    assert (rule(verdict, name).state, relief(verdict, name).state) == (
        ("breached", "suspended") if named else ("pending", "proposed")
    )
    assert {each.reason for each in verdict.ignored} >= ({"no_such_ground"} if named else {"unknown_rule"})
