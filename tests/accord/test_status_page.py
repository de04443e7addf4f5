"""What people see of an accord: the page, the figures, the calendar."""

from __future__ import annotations

import itertools
import re

import pytest
from lxml import etree, html

from tests.accord.timelines import Days, an_accord, days, obligation
from veedor.accord.dates import DAY_US, instant_us_of
from veedor.accord.evaluate import evaluate
from veedor.accord.examples import NAMES, example_accord, example_statements
from veedor.accord.load import read_accord
from veedor.export.accord_html import accord_page
from veedor.export.accord_svg import WIDTH, course_svg
from veedor.views.accord_calendar import AccordCalendar
from veedor.views.accord_course import MeasureCourse
from veedor.views.accord_shown import accord_shown
from veedor.views.accord_status import deciding
from veedor.words import LANGUAGES, Language


def shown(name: str, at: str, language: Language) -> tuple[str, tuple[MeasureCourse, ...], AccordCalendar]:
    accord, statements, at_us = example_accord(name), example_statements(name), instant_us_of(at, "test")
    timeline = statements.timeline(at_us)
    found = accord_shown(accord.accord, evaluate([accord], timeline, at_us), timeline, language)
    return accord_page([found]), found.courses, found.calendar


AT = {
    "challenge_inspection": "2026-04-09T00:00Z",
    "doha": "2026-10-20T12:00Z",
    "resolution_2231": "2025-09-20T00:00Z",
    "venezuela_licences": "2024-05-10T12:00Z",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_whole_and_asks_for_nothing(name: str, language: Language) -> None:
    page, _, _ = shown(name, AT[name], language)
    text = "\n".join(html.fromstring(page).itertext())
    assert not re.search(r"accord\.[a-z_]+\.[a-z]", text), "a key that the catalogue lacks"
    assert "unknown" not in text and "desconocido" not in text
    assert not re.search(r"<script|https?://|url\(", page)
    accord = example_accord(name).accord
    for rule in (*accord.obligations, *accord.measures):
        assert rule in text


def test_the_deadline_that_is_shown_is_that_of_the_occurrence_whose_state_is_shown() -> None:
    """Two periods breached: state, since when and deadline are of the last of them, and it is named."""
    said = {"arises": f"{{each: window, first: {days('accord.in_force', 0)}, length: {days('window.start', 4)}}}"}
    said |= {"due": days("window.end", 1), "cure": "~"}
    course = Days([an_accord({"radar": obligation(**said)}, {})]).signed()
    verdict, accord = course.at(9.5), course.versions[0].accord
    first, last, _ = verdict.obligations[0].occurrences
    assert (first.state, last.state, last.since_us) == ("breached", "breached", verdict.obligations[0].since_us)
    assert deciding(verdict.obligations[0]) == last
    page = accord_page([accord_shown(accord, verdict, course.timeline(9.5), "en")])
    assert "breached, since 10 January 2026, 00:00 UTC" in page and "no. 2: 10 January 2026, 00:00 UTC" in page


def test_words_of_an_accord_cannot_become_markup() -> None:
    accord = example_accord("doha")
    text = accord.canonical.replace(b"Doha accord on transparent", b"<img src=x onerror=y>")
    hostile = read_accord(text, "hostile.json")
    at_us = instant_us_of(AT["doha"], "test")
    timeline = example_statements("doha").timeline(at_us)
    verdict = evaluate([hostile], timeline, at_us)
    page = accord_page([accord_shown(hostile.accord, verdict, timeline, "en")])
    assert "<img" not in page and "&lt;img" in page


@pytest.mark.parametrize("name", ["doha", "resolution_2231", "venezuela_licences"])
def test_the_spans_of_a_course_touch_and_reach_the_day(name: str) -> None:
    _, courses, _ = shown(name, AT[name], "en")
    assert courses
    for course in courses:
        for row in (course.follows, course.did):
            assert row[-1].end_us == instant_us_of(AT[name], "test")
            for before, after in itertools.pairwise(row):
                assert before.end_us == after.start_us and before.state != after.state


def test_a_course_is_drawn_to_scale_within_its_frame() -> None:
    _, courses, _ = shown("venezuela_licences", AT["venezuela_licences"], "en")
    course = next(each for each in courses if each.id == "gl44")
    assert [span.state for span in course.follows] == ["active", "warned", "suspended"]
    assert [span.state for span in course.did] == ["implemented", "warned", "suspended"]
    svg = etree.fromstring(course_svg(course).encode())
    bars = [(float(each.get("x", "")), float(each.get("width", ""))) for each in svg.iter("rect")]
    assert all(left >= 0 and left + width <= WIDTH for left, width in bars)
    per_day = bars[0][1] / ((course.follows[0].end_us - course.follows[0].start_us) / DAY_US)
    for span, (_, width) in zip((*course.follows, *course.did), bars, strict=True):
        assert width == pytest.approx(per_day * (span.end_us - span.start_us) / DAY_US, abs=0.2)


def lines(name: str, at: str, language: Language = "en") -> list[tuple[str, str]]:
    _, _, calendar = shown(name, at, language)
    return [(line.kind, f"{line.when}: {line.text}") for line in calendar.lines]


def test_the_calendar_shows_what_is_late_then_what_comes() -> None:
    said = lines("doha", "2026-09-20T12:00Z")
    assert said[1] == (
        "late",
        "14 September 2026, 00:00 UTC: The obligation “radar” (no. 5) of Party A has been late, in cure for 6 days.",
    )
    assert ("date", "24 September 2026, 13:00 UTC: Outside date: “Summit”.") in said
    assert ("date", "15 October 2026, 15:00 UTC: Outside date: “Vote in the parliament of B”.") in said
    assert (
        "deadline",
        "29 September 2026, 00:00 UTC: The obligation “radar” (no. 5) of Party A is then breached: "
        "the time for cure ended without performance.",
    ) in said
    kinds = [kind for kind, _ in said]
    assert kinds[:2] == ["late", "late"] and "late" not in kinds[2:]
    assert kinds[-1] == "held"


def test_a_lapse_stands_in_the_calendar_thirty_days_before() -> None:
    at = "31 May 2024, 04:01 UTC"
    lapse = ("deadline", f"{at}: The measure “gl44” of the United States is then lapsed: its wind-down ended.")
    assert lapse in lines("venezuela_licences", "2024-05-02T00:00Z")
    assert lapse not in lines("venezuela_licences", "2024-04-30T00:00Z")
    assert (
        "deadline",
        "31 de mayo de 2024, 04:01 UTC: La medida «gl44» de Estados Unidos está entonces caducada: "
        "terminó su liquidación ordenada.",
    ) in lines("venezuela_licences", "2024-05-02T00:00Z", "es")


def test_before_an_accord_is_in_force_the_calendar_says_who_has_not_signed_and_when_one_meets() -> None:
    draft = lines("doha", "2026-04-02T00:00Z")
    assert (
        "step",
        "2 April 2026, 00:00 UTC: Before version 1 is in force: the mediator has not signed it.",
    ) in draft
    signed = lines("doha", "2026-04-03T00:00Z")
    assert (
        "meeting",
        "7 April 2026, 09:00 UTC: Meeting “preparation” in Doha: “list of radar sites and banks”.",
    ) in signed


def test_a_meeting_that_was_held_shows_who_came_and_who_did_not() -> None:
    held = [text for kind, text in lines("doha", "2026-09-20T12:00Z") if kind == "held"]
    assert held[-1] == (
        "14 September 2026, 09:00 UTC: Meeting “review” in Doha was held on 14 September 2026, 09:00 UTC; present: "
        "Party A and Party B; absent: the mediator."
    )


def test_relief_that_is_promised_and_does_not_come_is_late_in_the_calendar() -> None:
    said = [text for kind, text in lines("doha", "2026-09-02T12:00Z") if kind == "late"]
    assert said == [
        "1 September 2026, 04:00 UTC: Party B is 32 hours late with what it promised about the measure “oil_waiver”: "
        "its grant."
    ]
