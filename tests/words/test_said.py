"""What a verdict says can be said in both languages, and is English text for every program alike."""

from __future__ import annotations

import re
from pathlib import Path

from veedor.words import Said, keys, phrase, told

SOURCE = Path(__file__).resolve().parents[2] / "src" / "veedor"
VERIFYING = ("log", "log_folder", "mission/state", "mission/statements", "mission/verification")
FILES = [file for room in VERIFYING for file in sorted((SOURCE / room).rglob("*.py"))]
CODE = {file: file.read_text(encoding="utf-8") for file in (*FILES, SOURCE / "mission/deposits/revealed.py")}


def test_every_sentence_of_a_step_is_in_the_catalogue_and_none_stands_there_for_nothing() -> None:
    used = {key for text in CODE.values() for key in re.findall(r'"(verify\.said\.[a-z_.]+)"', text)}
    answers = {f"verify.said.{each}" for each in ("identical", "same_within_tolerance", "differs", "cannot")}
    standings = {
        f"verify.said.{run}.{each}" for run in ("adopted", "standing") for each in ("adopted", "late", "superseded")
    }
    rows = {f"verify.said.row_{tree}" for tree in ("accepted", "rejected", "findings")}
    assert used | answers | standings | rows == {key for key in keys() if key.startswith("verify.said.")}


def test_a_sentence_is_its_english_text_and_is_said_again_with_all_that_it_holds() -> None:
    inner = Said("verify.said.silent", party="ve", time_s=0, silent_s=7200)
    said = Said("verify.said.and", one=phrase("the log is empty"), other=inner)
    assert said == "the log is empty; ve: silent since 1970-01-01 00:00:00 UTC, for 2.0 h by log time"
    assert told(said, "en") == said
    assert told(said, "es").startswith("el registro está vacío; ve: en silencio desde 1970-01-01 00:00:00 UTC")


def test_text_that_is_no_sentence_of_ours_stays_as_it_is() -> None:
    assert phrase("ve, co") == told("ve, co", "es") == "ve, co"
