"""The catalogue: one TOML file per topic beside this file, each key with a sentence per language.

A sentence may hold `{name}` (text as it is, integers with separators), `{name:format}` (formats.py) and
`{n|payment|payments}` (singular for exactly 1). A key that is missing is shown as the key itself, never an error:
findings from a newer version must stay readable.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from veedor.words.formats import render
from veedor.words.phrases import PREFIX, phrases

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
Value = int | str | None
_PLACE = re.compile(r"\{(\w+)(?::(\w+)|\|([^|{}]*)\|([^|{}]*))?\}")


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            for key, sentences in tomllib.loads(file.read_text(encoding="utf-8")).items():
                if key in found:
                    raise ValueError(f"{file.name}: key {key!r} stands in two topics")
                found[key] = sentences
    return found


def keys() -> Mapping[str, Mapping[str, str]]:
    """Every key with its sentences by language; what errors say is apart (phrases.py)."""
    return _sentences()


def known(key: str) -> bool:
    """Whether the catalogue has this key."""
    return _sentence(key, "en") is not None


def _sentence(key: str, language: str) -> str | None:
    if not key.startswith(PREFIX):
        return _sentences().get(key, {}).get(language)
    english = key.removeprefix(PREFIX)
    spanish = phrases().get(english)
    return english if language == "en" and spanish else spanish


def say(key: str, language: str, values: Mapping[str, Value] | None = None) -> str:
    """The sentence of `key` in `language` ("en" or "es") with `values` put in.

    Values carry the units their format names (mm, mm/s, microseconds, 1e-7 degree, per mille).
    """
    sentence = _sentence(key, language)
    if sentence is None:
        return key if not values else key + " " + ", ".join(f"{name}={value}" for name, value in values.items())
    given = values or {}

    def put(match: re.Match[str]) -> str:
        name, form, one, many = match.groups()
        value = given.get(name)
        if one is not None:
            return one if value == 1 else many
        return render(value, form, language)

    return _PLACE.sub(put, sentence)
