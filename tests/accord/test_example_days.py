"""The course of each example, in a file that a lawyer can read: python -m tests.accord.test_example_days writes them.

That the days are right is proved elsewhere, against the instruments (test_examples); here that the words stay.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from veedor.accord.dates import instant_us_of
from veedor.accord.evaluate import evaluate
from veedor.accord.examples import example_accord, example_statements
from veedor.accord.explain.speaker import Speaker
from veedor.accord.verdict import MeasureVerdict, Verdict
from veedor.export.accord_html import accord_section
from veedor.views.accord_days import accord_days
from veedor.views.accord_shown import accord_shown
from veedor.views.accord_status import did_line, difference_line, follows_line, measure_notes
from veedor.words import LANGUAGES, Language

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "accord"
UNTIL = {
    "challenge_inspection": "2026-05-01T00:00Z",
    "doha": "2026-12-31T00:00Z",
    "resolution_2231": "2025-12-31T00:00Z",
    "venezuela_licences": "2024-06-30T00:00Z",
}
CASES = [(name, language) for name in UNTIL for language in LANGUAGES]


@cache
def verdict_at(name: str, at_us: int) -> Verdict:
    return evaluate([example_accord(name)], example_statements(name).timeline(at_us), at_us)


def course(name: str, language: Language) -> str:
    until_us = instant_us_of(UNTIL[name], "test")
    accord, statements = example_accord(name).accord, example_statements(name)
    return accord_days(accord, statements, lambda at_us: verdict_at(name, at_us), until_us, language)


def measure_at(name: str, measure: str, at: str) -> MeasureVerdict:
    return next(each for each in verdict_at(name, instant_us_of(at, "test")).measures if each.id == measure)


@pytest.mark.parametrize(("name", "language"), CASES)
def test_the_course_of_an_example_reads_as_written(name: str, language: Language) -> None:
    assert course(name, language) == (GOLDEN / f"{name}.{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "language"), CASES)
def test_no_state_and_no_reason_is_without_words(name: str, language: Language) -> None:
    shown = course(name, language)
    at_us = instant_us_of(UNTIL[name], "test")
    timeline = example_statements(name).timeline(at_us)
    page = accord_shown(example_accord(name).accord, verdict_at(name, at_us), timeline, language)
    for text in (shown, accord_section(page)):
        assert not re.search(r"accord\.[a-z]", text), "a key that the catalogue lacks"
        assert "unknown" not in text and "desconocido" not in text


def test_the_two_columns_stay_two() -> None:
    """On 17 April 2024 the authority had suspended what was only warned by the accord: both are shown, with age."""
    speaker = Speaker(example_accord("venezuela_licences").accord, "en")
    licence = measure_at("venezuela_licences", "gl44", "2024-04-17T20:00Z")
    assert follows_line(licence, speaker) == "active, warned, since 30 January 2024, 18:00 UTC"
    assert did_line(licence, speaker) == "suspended, since 17 April 2024, 16:00 UTC"
    assert difference_line(licence.difference, speaker) == (
        "The two columns have differed for 4 hours, since 17 April 2024, 16:00 UTC: by the accord it is active, "
        "warned; by the authority, suspended."
    )


def test_a_delay_of_relief_is_held_against_who_promised_it() -> None:
    languages: tuple[tuple[Language, str], ...] = (
        ("en", "Party B promised the grant for 1 September 2026, 04:00 UTC and gave it 2 days late."),
        (
            "es",
            "La Parte B prometió la concesión para el 1 de septiembre de 2026, 04:00 UTC "
            "y la dio con 2 días de retraso.",
        ),
    )
    waiver = measure_at("doha", "oil_waiver", "2026-09-10T12:00Z")
    for language, expected in languages:
        assert expected in measure_notes(waiver, Speaker(example_accord("doha").accord, language))


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for each, spoken in CASES:
        (GOLDEN / f"{each}.{spoken}.txt").write_text(course(each, spoken), encoding="utf-8")
