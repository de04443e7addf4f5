"""How several things are said in a row, and how small words run together: rules of a language, not of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

_WORD = {"and": {"en": "and", "es": "y"}, "or": {"en": "or", "es": "o"}}
# Before the sound i, "y" becomes "e" (not before the diphthongs hia, hie, hio); before the sound o, "o" becomes "u".
_BEFORE_I = re.compile(r"[«“(]?(?:i(?![aeo])|hi(?![aeo])|í|hí)", re.IGNORECASE)
_BEFORE_O = re.compile(r"[«“(]?(?:h?[oó]|8)", re.IGNORECASE)
_CONTRACTED = re.compile(r"\b(de|a|De|A) el\b")


def joined(items: Sequence[str], word: Literal["and", "or"], language: str) -> str:
    """`a, b and c`; `a, b e infraestructura`. Empty for nothing."""
    if len(items) < 2:
        return "".join(items)
    link = _WORD[word][language]
    if language == "es" and word == "and" and _BEFORE_I.match(items[-1]):
        link = "e"
    if language == "es" and word == "or" and _BEFORE_O.match(items[-1]):
        link = "u"
    return f"{', '.join(items[:-1])} {link} {items[-1]}"


def contracted(sentence: str, language: str) -> str:
    """Spanish `de el` and `a el` as `del` and `al`; the article of a name (`de El Salvador`) stays."""
    return _CONTRACTED.sub(lambda match: match[1] + "l", sentence) if language == "es" else sentence


def quoted(text: str, language: str) -> str:
    """The text in the quotation marks of the language."""
    return f"«{text}»" if language == "es" else f"“{text}”"
