"""What people read is complete in both languages and says numbers as each language does."""

from __future__ import annotations

import re

import pytest

from veedor.words import LANGUAGES, keys, say
from veedor.words.catalogue import _PLACE
from veedor.words.formats import FORMATS, decimal, render


def _places(sentence: str) -> set[str]:
    return {match.group(1) for match in _PLACE.finditer(sentence)}


@pytest.mark.parametrize("key", sorted(keys()))
def test_every_sentence_stands_in_both_languages_with_the_same_values(key: str) -> None:
    sentences = keys()[key]
    assert set(sentences) == set(LANGUAGES)
    assert _places(sentences["en"]) == _places(sentences["es"])
    for sentence in sentences.values():
        assert sentence.strip() == sentence != ""
        assert not re.search(r"[{}]", _PLACE.sub("", sentence)), "a brace that is no placeholder"
        for match in _PLACE.finditer(sentence):
            assert match.group(2) in (None, *FORMATS)


def test_numbers_follow_the_language() -> None:
    assert render(1_234_567_000, "km", "en") == "1235 km"
    assert render(12_345_678, "integer", "es") == "12.345.678"
    assert render("1234567.50 USD", "money", "es") == "1.234.567,50 USD"
    assert decimal(-1_500, 1_000, 0, "en") == "-2"


def test_an_unknown_key_is_shown_as_itself() -> None:
    assert say("no.such.key", "en", {"n": 2}) == "no.such.key n=2"
