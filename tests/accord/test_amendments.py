"""Amendments are new versions signed by all: old periods are judged by the old version, new ones by the new."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from tests.accord.timelines import Days, accord_text, an_accord, day_of, days, measure, obligation, relief, rule
from veedor.accord.bodies import Consent, Grant, Notice, SignAccord
from veedor.accord.evaluate import evaluate
from veedor.accord.load import Loaded, read_accord
from veedor.mission.statements.authority import Adopt


def windows(length: int) -> str:
    return obligation(
        arises="{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", length)),
        due=days("window.end", 2),
        cure="~",
    )


FIRST = an_accord({"radar": windows(10)})


def second(before: Loaded = FIRST, **changes: str) -> Loaded:
    text = accord_text({"radar": windows(5)}, version="2", supersedes=before.digest, **changes)
    return read_accord(text.encode(), "second.yaml")


def sign(told: Days, version: Loaded, day: float, *parties: str) -> Days:
    for party in parties:
        told.on(day, party, SignAccord("test", version.accord.version, version.digest))
    return told


def test_windows_that_began_are_judged_by_the_old_version_and_the_next_begin_where_they_end() -> None:
    new = second()
    told = sign(sign(Days([FIRST, new]), FIRST, 0, "a", "b"), new, 13, "a", "b")
    verdict = told.at(31)
    shown = [(each.version, day_of(each.begins_us), day_of(each.ends_us or 0)) for each in rule(verdict).occurrences]
    assert shown == [(1, 0, 10), (1, 10, 20), (2, 20, 25), (2, 25, 30), (2, 30, 35)]
    assert [(each.version, each.state) for each in verdict.versions] == [(1, "superseded"), (2, "in_force")]


def test_a_version_that_not_all_have_signed_changes_nothing() -> None:
    new = second()
    told = sign(sign(Days([FIRST, new]), FIRST, 0, "a", "b"), new, 13, "a")
    verdict = told.at(31)
    assert {each.version for each in rule(verdict).occurrences} == {1}
    assert (verdict.versions[1].state, verdict.versions[1].missing) == ("draft", ("b",))


def test_a_version_that_supersedes_what_was_never_signed_never_counts() -> None:
    stray = second(an_accord({"radar": windows(7)}))
    told = sign(sign(Days([FIRST, stray]), FIRST, 0, "a", "b"), stray, 3, "a", "b")
    assert told.at(10).versions[1].state == "draft"


def test_in_force_means_the_version_by_which_is_judged_not_an_earlier_one() -> None:
    rules = {"radar": obligation(arises="{each: once, since: %s}" % days("accord.signed", 0))}
    first = an_accord(rules, in_force=days("accord.signed", 20))
    text = accord_text(rules, version="2", supersedes=first.digest, in_force=days("accord.signed", 30))
    new = read_accord(text.encode(), "second.yaml")
    told = sign(sign(Days([first, new]), first, 0, "a", "b"), new, 0, "a", "b")
    assert [day_of(each.since_us) for each in told.at(31).versions] == [30, 30]
    (occurrence,) = rule(told.at(31)).occurrences
    assert (occurrence.version, day_of(occurrence.due_us or 0)) == (2, 40)


def test_a_version_comes_into_force_on_the_day_it_names() -> None:
    new = second(in_force=days("accord.signed", 15))
    told = sign(sign(Days([FIRST, new]), FIRST, 0, "a", "b"), new, 1, "a", "b")
    assert {each.version for each in rule(told.at(11)).occurrences} == {1}
    assert [each.version for each in rule(told.at(21)).occurrences] == [1, 1, 2]
    assert [(each.state, day_of(each.since_us)) for each in told.at(10).versions] == [("in_force", 0), ("signed", 1)]


def test_an_adoption_counts_as_the_signature_of_each_who_signed_it() -> None:
    told = Days([FIRST]).on(0, "a", Adopt("accord", FIRST.digest, 0))
    timeline = told.timeline(5)
    batches = list(timeline.batches)
    fact = batches[0].facts[0]
    signed = type(fact)(fact.party, fact.digest, fact.body, ("a", "b"))
    batches[0] = type(batches[0])(batches[0].time_us, (signed,))
    verdict = evaluate([FIRST], type(timeline)(timeline.appender, tuple(batches)), timeline.time_us)
    assert verdict.state == "in_force"
    assert [each.party for each in verdict.versions[0].signatures] == ["a", "b"]


def test_a_grant_is_judged_by_the_version_under_which_it_was_given() -> None:
    longer = {"waiver": measure(term="{ends: %s, then: lapse, renewal: new_grant}" % days("own.active", 90))}
    text = accord_text({"radar": windows(10)}, longer, version="2", supersedes=FIRST.digest)
    new = read_accord(text.encode(), "second.yaml")
    told = sign(sign(Days([FIRST, new]), FIRST, 0, "a", "b"), new, 5, "a", "b")
    told.deposit(10, 0, 10).deposit(20, 10, 20).on(
        1, "b", Grant("test", "waiver", "t1", ""), Grant("test", "waiver", "t2", "")
    )
    verdict = told.at(30)
    assert relief(verdict).version == 1
    assert [(each.after, day_of(each.at_us)) for each in relief(verdict).history][-1] == ("lapsed", 21)


def test_a_notice_that_is_pending_outlives_a_renewal_under_a_version_without_snapback() -> None:
    """What was threatened under the old text comes; who wants the measure to stay can no longer say so."""
    rule = "{notice_by: [b], takes_effect: %s, stays_if: {need: [a, b], of: 1}}" % days("own.notice", 8)
    first = an_accord({"radar": windows(10)}, {"waiver": measure(snapback=rule)})
    text = accord_text({"radar": windows(10)}, {"waiver": measure()}, version="2", supersedes=first.digest)
    new = read_accord(text.encode(), "second.yaml")
    told = sign(sign(Days([first, new]), first, 0, "a", "b"), new, 3, "a", "b").deposit(4, 0, 60)
    grants = Grant("test", "waiver", "t1", ""), Grant("test", "waiver", "t2", "")
    told.on(1, "b", *grants).on(2, "b", Notice("test", "snapback", "waiver", 0))
    notice = told.said[-1][1].digest
    told.on(5, "b", *grants).on(6, "a", Consent("test", "waiver", notice))
    assert (relief(told.at(9)).state, relief(told.at(9)).version) == ("active", 2)
    assert [each.reason for each in told.at(9).ignored] == ["may_not_say_so"]
    assert [(each.after, day_of(each.at_us)) for each in relief(told.at(30)).history][-1] == ("snapped_back", 10)


def test_no_version_is_in_force_before_it_is_signed_whatever_it_says() -> None:
    dates = "{start: {text: {en: start, es: inicio}, at: 2025-06-01T00:00Z}}"
    early = an_accord({"radar": windows(10)}, in_force=days("date.start", 0), dates=dates)
    verdict = sign(Days([early]), early, 3, "a", "b").at(4)
    assert [(each.state, day_of(each.since_us)) for each in verdict.versions] == [("in_force", 3)]


def test_an_unknown_version_is_told() -> None:
    verdict = Days([FIRST]).on(0, "a", SignAccord("test", 1, "f" * 64)).at(1)
    assert [each.reason for each in verdict.ignored] == ["unknown_version"]
