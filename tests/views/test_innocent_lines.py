"""Explanations without effect do not bury those that count, and none of them is silently left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.views.findings_made import finding, table
from veedor.air.routes.unexplained import EXPLANATIONS
from veedor.engine.findings import Innocent
from veedor.views.finding import finding_views
from veedor.views.needs import NEEDS
from veedor.words import LANGUAGES, keys, known, say


def verdicts() -> list[Innocent]:
    """All explanations of a leg: one supports, every third cannot tell, the others are contradicted."""
    found = []
    for number, one in enumerate(EXPLANATIONS):
        key = f"air.explained.{one.key}"
        verdict = "supports" if number == 4 else "cannot_tell" if number % 3 == 0 else "contradicts"
        found.append(Innocent(key, verdict, {}, -400 if number == 4 else 0))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_thirty_explanations_without_effect_are_two_lines_that_name_them_all(language: str) -> None:
    (view,) = finding_views(table(replace(finding(), innocent=verdicts())), language)
    assert len(view.innocent) == 3
    one, against, unsure = view.innocent
    assert one.verdict == "supports" and one.milli_log10 == -400
    assert (against.verdict, unsure.verdict) == ("contradicts", "cannot_tell")
    said = {"contradicts": against.sentence, "cannot_tell": unsure.sentence}
    for test in verdicts():
        if test.verdict != "supports":
            assert say(f"short.{test.key}", language) in said[test.verdict]


def test_every_explanation_of_a_leg_has_a_short_name() -> None:
    assert [one.key for one in EXPLANATIONS if not known(f"short.air.explained.{one.key}")] == []


def test_every_explanation_has_a_short_name_and_says_what_would_decide_it() -> None:
    """Those of silent flights say so among what was searched (test_explaining)."""
    told = {key for key in keys() if ".innocent." in f".{key}" and key.startswith(("innocent.", "air."))}
    verdicts = {"innocent.supports", "innocent.contradicts", "innocent.cannot_tell", "innocent.further"}
    told -= verdicts | {"innocent.unjudged", "innocent.unjudged.needs"}
    assert told == set(NEEDS)
    assert [key for key in told if not known(f"short.{key}") or not known(f"needs.{NEEDS[key]}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_data_cannot_decide_is_one_line_that_names_each_need_once(language: str) -> None:
    judged = [
        Innocent("innocent.payroll", "cannot_tell", {"share_permille": 0, "observed_days": 3}, 0),
        Innocent("innocent.treasury", "contradicts", {"share_permille": 0, "named_permille": 1000}, 0),
        Innocent("innocent.collection", "cannot_tell", {"share_permille": 0, "observed_days": 3}, 0),
        Innocent("innocent.agent", "contradicts", {}, 150),
        Innocent("innocent.remittances", "cannot_tell", {}, 0),
    ]
    (view,) = finding_views(table(replace(finding(), innocent=judged)), language)
    assert [test.verdict for test in view.innocent] == ["contradicts", "contradicts", "cannot_tell"]
    unsure = view.innocent[-1]
    for key, need in (("payroll", "longer"), ("collection", "longer"), ("remittances", "countries")):
        assert say(f"short.innocent.{key}", language) in unsure.sentence
        assert unsure.sentence.count(say(f"needs.{need}", language)) == 1


def test_an_explanation_that_the_data_support_keeps_its_line_even_without_effect() -> None:
    only = [Innocent("air.explained.vfr", "supports", {"mean_mm_s": 60_000}, 0)]
    (view,) = finding_views(table(replace(finding(), innocent=only)), "en")
    assert [test.verdict for test in view.innocent] == ["supports"]


@pytest.mark.parametrize(("language", "word"), [("en", "unknown"), ("es", "desconocid")])
def test_what_is_not_known_reads_as_unknown_and_not_as_nothing_or_zero(language: str, word: str) -> None:
    plan = say("air.unexplained.term.plan", language, {"call_sign": ""})
    flight = say("air.explained.vfr", language, {"mean_mm_s": 60_000})
    assert word in plan and word in flight and "0 m" not in flight
