"""Cyrillic, Greek, Arabic and Hebrew letters in Latin ones: small tables, made for finding and not for writing.

Cyrillic follows ICAO Doc 9303 where languages agree. Arabic and Hebrew write few vowels, and the letters for the long
ones stand for consonants too, so these tables give skeletons: names in them are compared by consonants alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from veedor.registers.names.vocabulary import DATA, pairs

_TABLES = {script: pairs(text) for script, text in DATA["letters"].items()}
LETTERS: Mapping[str, str] = MappingProxyType(
    {key: value.strip("_") for table in _TABLES.values() for key, value in table.items()}
)
_SKELETONS = frozenset(_TABLES["arabic"]) | frozenset(_TABLES["hebrew"])
_ARTICLE = "ال"
_SERVANT = "عبد"
_LONG_ENOUGH = 5


def is_skeleton(text: str) -> bool:
    """Whether a word is written in a script that leaves vowels out."""
    return not text.isascii() and any(each in _SKELETONS for each in text)


def without_article(word: str) -> str:
    """An Arabic word without the article that is written as one with it (الرزاق), which Latin spellings part."""
    return word[len(_ARTICLE) :] if word.startswith(_ARTICLE) and len(word) >= _LONG_ENOUGH else word


def compound(word: str) -> tuple[str, ...]:
    """The "servant of the …" written as one word (عبدالرحمن) in its two parts, as most Latin spellings have it."""
    begins = word.startswith(_SERVANT + _ARTICLE) and len(word) > len(_SERVANT) + _LONG_ENOUGH
    return (_SERVANT, word[len(_SERVANT) :]) if begins else (word,)
