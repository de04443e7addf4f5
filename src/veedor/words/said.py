"""Sentences that are kept as text and can be said again in the language of whoever reads them.

A verdict is made before anybody asks in which language to show it, and its `--json` lines are English for every
program alike. So what a step says is English text that remembers its key in the catalogue.
"""

from __future__ import annotations

import re

from veedor.words.catalogue import Language, Value, known, say
from veedor.words.phrases import PREFIX, find

_NUMBER = re.compile(r"[\d.,]+")


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


def phrase(text: str) -> str:
    """A text of an error that can be told in another language; as it is where the catalogue lacks it."""
    found = find(text)
    if found is None:
        return text
    english, values = found
    return Said(PREFIX + english, **{name: _exact(value) for name, value in values.items()})


def phrase_or_quote(text: str) -> str:
    """The same of what an error found, which may be text of a file: only what is ours word by word, numbers aside."""
    found = find(text)
    quoted = found is not None and any(not _NUMBER.fullmatch(value) for value in found[1].values())
    return text if quoted else phrase(text)


def _exact(value: str) -> str:
    return Said(PREFIX + value) if known(PREFIX + value) else value


def told(text: str, language: Language) -> str:
    """The text in this language; as it is where it was no sentence of the catalogue."""
    if not isinstance(text, Said):
        return text
    values = {name: told(value, language) if isinstance(value, str) else value for name, value in text.values.items()}
    return say(text.key, language, values)
