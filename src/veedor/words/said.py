"""Sentences that are kept as text and can be said again in the language of whoever reads them.

A verdict is made before anybody asks in which language to show it, and its `--json` lines are English for every
program alike. So what a step says is English text that remembers its key in the catalogue.
"""

from __future__ import annotations

from veedor.words.catalogue import Language, Value, known, say

_PHRASE = "phrase."


class Said(str):
    """The English sentence of a key, with the values in it. Equal to its text, like any text."""

    __slots__ = ("key", "values")
    key: str
    values: dict[str, Value]

    def __new__(cls, key: str, **values: Value) -> Said:
        made = super().__new__(cls, say(key, "en", values))
        made.key = key
        made.values = values
        return made


def phrase(text: str) -> str:
    """A sentence that is its own key, such as the problem of an error; as it is where the catalogue lacks it."""
    key = _PHRASE + text
    return Said(key) if known(key) else text


def told(text: str, language: Language) -> str:
    """The text in this language; as it is where it was no sentence of the catalogue."""
    if not isinstance(text, Said):
        return text
    values = {name: told(value, language) if isinstance(value, str) else value for name, value in text.values.items()}
    return say(text.key, language, values)
