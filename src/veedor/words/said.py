"""Sentences that are kept as text and can be said again in the language of whoever reads them.

A verdict is made before anybody asks in which language to show it, and its `--json` lines are English for every
program alike. So what a step says is English text that remembers its key in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Set

from veedor.words.catalogue import Language, Value, say
from veedor.words.phrases import PREFIX, VALUE, find

_NUMBER = re.compile(r"[\d.,]+")
# What errors say in one word where a value might stand; any other word there is a name or a cell of a file.
OWN_WORDS = ("another", "both", "more", "none", "nothing")
# Letters that stand fixed in a text: nobody's file says by chance what has as many in common with ours.
_OURS = 9


class Said(str):
    """The English sentence of a key, with the values in it. Equal to its text, like any text."""

    __slots__ = ("key", "values")
    key: str
    values: dict[str, Value]

    def __new__(cls, key: str, /, **values: Value) -> Said:
        made = super().__new__(cls, say(key, "en", values))
        made.key = key
        made.values = values
        return made


def phrase(text: str, typed: Set[str] = frozenset()) -> str:
    """A text of an error that can be told in another language; as it is where the catalogue lacks it, and of what was
    `typed` by whoever asks, which is a value whatever it says."""
    found = None if text in typed else find(text)
    if found is None:
        return text
    english, values = found
    return Said(PREFIX + english, **{name: phrase_or_quote(value, typed) for name, value in values.items()})


def phrase_or_quote(text: str, typed: Set[str] = frozenset()) -> str:
    """The same of what may be text of a file or a name: only what is ours beyond doubt, by its fixed words."""
    if text.isalpha() and text not in OWN_WORDS:
        return text
    found = find(text)
    if found is None or len(VALUE.sub("", found[0])) >= _OURS or all(map(_NUMBER.fullmatch, found[1].values())):
        return phrase(text, typed)
    return text


def told(text: str, language: Language) -> str:
    """The text in this language; as it is where it was no sentence of the catalogue."""
    if not isinstance(text, Said):
        return text
    values = {name: told(value, language) if isinstance(value, str) else value for name, value in text.values.items()}
    return say(text.key, language, values)
