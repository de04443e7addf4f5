"""Every error can be told in Spanish: each text that the source gives to an error has its Spanish, and no other has."""

from __future__ import annotations

import re

from tests.words.error_texts import TOLD, shape, texts
from veedor.words import phrase, phrase_or_quote, told
from veedor.words.phrases import VALUE, find, phrases

NAMED = re.compile(r"--[a-z-]+|docs/[\w/]+\.md|veedor (?!flights|money)[a-z]+ |\w+\.toml|[a-z]+_[a-z_]+")
SHAPES = {shape(english): english for english in phrases()}


def is_sentence(text: str) -> bool:
    """Not a name that stays as it is in every language, such as `accord/1` or --party."""
    return " " in text or text.isalpha()


def test_every_text_of_an_error_has_its_spanish() -> None:
    told_texts = {each for each in texts() if each.field in TOLD and is_sentence(each.text)}
    assert len(told_texts) > 1000
    assert sorted((each.where, each.text) for each in told_texts if shape(each.text) not in SHAPES) == []


def test_no_spanish_stands_there_for_nothing() -> None:
    used = {shape(each.text) for each in texts()}
    assert sorted(english for made, english in SHAPES.items() if made not in used) == []


def test_a_text_and_its_spanish_hold_the_same_values_options_and_papers() -> None:
    for english, spanish in phrases().items():
        names = VALUE.findall(english)
        assert sorted(VALUE.findall(spanish)) == sorted(set(names)) == sorted(names), english
        assert spanish.strip() == spanish != "", english
        assert sorted(NAMED.findall(spanish)) == sorted(NAMED.findall(english)), english


def test_a_text_made_with_values_is_told_with_them() -> None:
    assert told(phrase("the log was forked: no such thing"), "es") == "the log was forked: no such thing"
    assert told(phrase("ve is not a member of this mission"), "es") == "ve no es miembro de esta misión"
    assert told(phrase("not a bundle that will be opened: too many files"), "es").endswith(": demasiados archivos")
    assert told(phrase("line 3, column 7"), "es") == "línea 3, columna 7"
    assert find("at most 12 bytes") == ("at most {most} bytes", {"most": "12"})


def test_a_text_made_with_values_keeps_every_word_when_it_is_told_in_english() -> None:
    for english in phrases():
        made = VALUE.sub("<17>", english)
        assert phrase(made) == told(phrase(made), "en") == made


def test_what_an_error_found_in_a_file_is_quoted_as_it_is() -> None:
    assert told(phrase_or_quote("one of us"), "es") == "one of us"
    assert told(phrase_or_quote("7 bytes without an end"), "es") == "7 bytes sin fin"
    assert told(phrase_or_quote("none"), "es") == "ninguno"
