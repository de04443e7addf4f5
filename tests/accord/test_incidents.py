"""Accounts of an incident side by side: as precise as their sources, answered or not, contradictions shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.accord.bodies import Answer, Claim
from veedor.accord.dates import DAY_US, HOUR_US, date_of, instant_of_us, instant_us_of, weekday_of
from veedor.accord.examples import example_accord
from veedor.accord.incidents import FindingSpan, Incident, incidents
from veedor.accord.precision import when_of
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.accord.zones import zone_from_database, zone_of
from veedor.errors import UsageError, VeedorError
from veedor.views.accord_incident import incident_view
from veedor.words import LANGUAGES


def us(text: str) -> int:
    return instant_us_of(text, "test")


SAID = us("2026-05-20T15:00Z")  # a Wednesday


@pytest.mark.parametrize(
    ("words", "precision", "start", "end"),
    [
        ("Monday", "weekday", "2026-05-18T00:00:00Z", "2026-05-19T00:00:00Z"),
        ("el lunes", "weekday", "2026-05-18T00:00:00Z", "2026-05-19T00:00:00Z"),
        ("on Wednesday", "weekday", "2026-05-20T00:00:00Z", "2026-05-21T00:00:00Z"),
        ("jueves", "weekday", "2026-05-14T00:00:00Z", "2026-05-15T00:00:00Z"),
        ("15 May", "day", "2026-05-15T00:00:00Z", "2026-05-16T00:00:00Z"),
        ("15 de mayo", "day", "2026-05-15T00:00:00Z", "2026-05-16T00:00:00Z"),
        ("21 May", "day", "2025-05-21T00:00:00Z", "2025-05-22T00:00:00Z"),
        ("29 February", "day", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"),
        ("15 de mayo de 2024", "day", "2024-05-15T00:00:00Z", "2024-05-16T00:00:00Z"),
        ("2026-05-15", "day", "2026-05-15T00:00:00Z", "2026-05-16T00:00:00Z"),
        ("May 2026", "month", "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"),
        ("diciembre de 2025", "month", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("within 48 hours", "span", "2026-05-20T15:00:00Z", "2026-05-22T15:00:00Z"),
        ("en las últimas 48 horas", "span", "2026-05-18T15:00:00Z", "2026-05-20T15:00:00Z"),
        ("2026-05-15T06Z", "hour", "2026-05-15T06:00:00Z", "2026-05-15T07:00:00Z"),
        ("2026-05-15T06:30Z", "instant", "2026-05-15T06:30:00Z", "2026-05-15T06:30:00.000001Z"),
    ],
)
def test_words_mean_a_span_and_no_more(words: str, precision: str, start: str, end: str) -> None:
    when = when_of(words, SAID)
    assert (when.precision, instant_of_us(when.from_us), instant_of_us(when.until_us)) == (precision, start, end)


def test_a_day_is_a_day_of_the_zone() -> None:
    caracas = zone_of("America/Caracas", zone_from_database("America/Caracas", 2020, 2030))
    when = when_of("Monday", us("2026-05-19T02:00Z"), caracas)  # Monday evening there
    assert instant_of_us(when.from_us) == "2026-05-18T04:00:00Z"


@pytest.mark.parametrize(
    "words", ["", "soon", "31 April", "29 February 2025", "15 mayonnaise", "2026-13-01", "yesterday"]
)
def test_words_that_name_no_time_are_refused_not_guessed(words: str) -> None:
    with pytest.raises(UsageError):
        when_of(words, SAID)


@given(st.text(max_size=40), st.integers(us("1950-01-01T00:00Z"), us("2150-01-01T00:00Z")))
def test_any_words_give_a_span_or_a_clear_refusal(words: str, said_us: int) -> None:
    try:
        when = when_of(words, said_us)
    except VeedorError:
        return
    assert when.from_us < when.until_us


@given(st.integers(us("1950-01-01T00:00Z"), us("2150-01-01T00:00Z")), st.integers(0, 6))
def test_a_weekday_is_the_last_one_that_was_not_later(said_us: int, weekday: int) -> None:
    name = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[weekday]
    day = when_of(name, said_us).from_us // DAY_US
    assert weekday_of(day) == weekday
    assert 0 <= said_us // DAY_US - day <= 6, date_of(day)


def claim(
    number: int, words: str, says: str = "happened", source: str = "own_forces", subject: str = "strike"
) -> Claim:
    when = when_of(words, SAID)
    return Claim("doha", "river", number, subject, says, source, when.precision, when.from_us, when.until_us, "")  # type: ignore[arg-type]


def log(*said: tuple[str, str, Claim | Answer]) -> Timeline:
    """One seal a day from SAID on; (party, digest, body)."""
    batches = (Batch(SAID + day * DAY_US, (Fact(party, name, body),)) for day, (party, name, body) in enumerate(said))
    return Timeline("a", tuple(batches))


def told(timeline: Timeline, findings: tuple[FindingSpan, ...] = ()) -> Incident:
    (found,) = incidents(timeline, "doha", ("a", "b", "mediator"), timeline.time_us, findings)
    return found


def answer(of: str, what: str) -> Answer:
    return Answer("doha", of, what, "")  # type: ignore[arg-type]


def test_a_claim_is_agreed_only_when_all_others_agree() -> None:
    first = [("a", "c1", claim(1, "Monday")), ("b", "x1", answer("c1", "agreed"))]
    assert told(log(*first)).claims[0].standing == "unanswered"
    assert told(log(*first, ("mediator", "x2", answer("c1", "agreed")))).claims[0].standing == "agreed"
    assert told(log(*first, ("mediator", "x2", answer("c1", "disputed")))).claims[0].standing == "disputed"


def test_silence_is_no_agreement() -> None:
    assert [each.standing for each in told(log(("a", "c1", claim(1, "Monday")))).claims[0].answers] == [
        "unanswered"
    ] * 2


def test_the_last_answer_counts_and_the_earlier_one_stays_to_be_seen() -> None:
    found = told(
        log(("a", "c1", claim(1, "Monday")), ("b", "x1", answer("c1", "disputed")), ("b", "x2", answer("c1", "agreed")))
    )
    (of_b, _) = found.claims[0].answers
    assert (of_b.party, of_b.standing, of_b.before) == ("b", "agreed", ("disputed",))


def test_dates_of_one_source_that_cannot_meet_are_shown_and_not_resolved() -> None:
    found = told(log(("a", "c1", claim(1, "Monday")), ("a", "c2", claim(2, "15 May"))))
    assert [(each.kind, each.first, each.second) for each in found.contradictions] == [("dates", "c1", "c2")]
    assert [each.standing for each in found.claims] == ["unanswered", "unanswered"]


def test_dates_that_can_meet_contradict_nothing() -> None:
    assert told(log(("a", "c1", claim(1, "Monday")), ("a", "c2", claim(2, "May 2026")))).contradictions == ()


def test_another_source_or_another_author_may_date_it_otherwise() -> None:
    assert (
        told(log(("a", "c1", claim(1, "Monday")), ("a", "c2", claim(2, "15 May", source="press")))).contradictions == ()
    )
    assert told(log(("a", "c1", claim(1, "Monday")), ("b", "c2", claim(1, "15 May")))).contradictions == ()


def test_who_says_that_it_happened_and_that_it_did_not_contradicts_itself() -> None:
    found = told(log(("a", "c1", claim(1, "Monday")), ("a", "c2", claim(2, "May 2026", says="did_not_happen"))))
    assert [each.kind for each in found.contradictions] == ["denial"]


def test_findings_bear_on_a_claim_when_their_times_meet() -> None:
    monday = us("2026-05-18T00:00Z")
    found = told(
        log(("a", "c1", claim(1, "Monday"))),
        (
            FindingSpan("f1", "leg.unexplained", monday - HOUR_US, monday),
            FindingSpan("f2", "leg.unexplained", monday - 2 * HOUR_US, monday - HOUR_US),
            FindingSpan("f3", "gap", monday + DAY_US, monday + DAY_US),
        ),
    )
    assert found.claims[0].findings == ("f1",)


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (("a", "c2", claim(1, "15 May")), "number_used"),
        (("a", "x1", answer("c1", "agreed")), "own_claim"),
    ],
)
def test_what_has_no_effect_is_listed_with_its_reason(extra: tuple[str, str, Claim | Answer], reason: str) -> None:
    found = told(log(("a", "c1", claim(1, "Monday")), extra))
    assert [each.reason for each in found.ignored] == [reason]
    assert len(found.claims) == 1 and found.claims[0].standing == "unanswered"


def test_an_answer_to_nothing_makes_no_incident() -> None:
    assert incidents(log(("b", "x1", answer("c9", "agreed"))), "doha", ("a", "b"), SAID) == ()


def test_a_prefix_of_the_log_knows_nothing_of_what_comes() -> None:
    timeline = log(("a", "c1", claim(1, "Monday")), ("b", "x1", answer("c1", "disputed")))
    (before,) = incidents(timeline, "doha", ("a", "b"), SAID)
    (after,) = incidents(timeline, "doha", ("a", "b"), SAID + DAY_US)
    assert (before.claims[0].standing, after.claims[0].standing) == ("unanswered", "disputed")


def test_an_incident_reads_in_both_languages() -> None:
    accord = example_accord("doha").accord
    found = told(
        log(
            ("a", "c1", claim(1, "Monday")),
            ("a", "c2", claim(2, "15 May")),
            ("b", "x1", answer("c1", "disputed")),
            ("b", "c3", claim(1, "within 48 hours", says="did_not_happen", subject="coordination")),
        )
    )
    english, spanish = (incident_view(found, accord, language) for language in LANGUAGES)
    assert english.title == "Incident “river”: 3 claims, 0 agreed, 1 disputed, 2 unanswered."
    assert english.claims[0].text == (
        "Claim 1 of Party A: the strike, happened, on a weekday (18 May 2026, 00:00 UTC to 19 May 2026, 00:00 UTC); "
        "source: its own forces."
    )
    assert english.contradictions == (
        "Party A dates the same thing otherwise by the same source: claims 1 and 2 cannot both be right; neither is "
        "taken.",
    )
    assert spanish.claims[0].answers == (
        "la Parte B: rechazada, desde el 22 de mayo de 2026, 15:00 UTC",
        "el mediador: sin respuesta",
    )
    assert "accord." not in str((english, spanish)).replace("accord-incident", "")
