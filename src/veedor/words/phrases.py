"""What errors say, in Spanish: one TOML file per room in errors/, each line an English text and the same in Spanish.

The English stands where the error is raised and is the key. A text made with values stands here with `{name}` where
each value comes in; the values are read back from the text that was made. Loaded when the first error is told.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

PREFIX = "phrase."
VALUE = re.compile(r"\{(\w+)\}")
AT_PLACE = "{place}: {problem}"
# A problem with the place of an accord before it: few texts are told by so little of their own, so what the problem
# is made from counts, or `{n} of {all}` would have any that says "of".
_PLACED = re.compile(r"(?P<place>[\w.]+): (?P<problem>.+)", re.DOTALL)


@cache
def phrases() -> Mapping[str, str]:
    """Every text of an error, English to Spanish."""
    found: dict[str, str] = {}
    rooms = [item for item in (resources.files(__package__) / "errors").iterdir() if item.name.endswith(".toml")]
    for file in sorted(rooms, key=lambda item: item.name):
        for english, spanish in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if english in found:
                raise ValueError(f"{file.name}: {english!r} stands in two rooms")
            found[english] = spanish
    return found


def find(text: str) -> tuple[str, dict[str, str]] | None:
    """The entry that a text was made from and the values in it; none where the catalogue lacks it."""
    whole = _made_from(text)
    if placed := _PLACED.fullmatch(text):
        problem = _made_from(placed["problem"])
        if problem is not None and (whole is None or _fixed(whole[0]) < _fixed(problem[0])):
            return AT_PLACE, placed.groupdict()
    return whole


def _made_from(text: str) -> tuple[str, dict[str, str]] | None:
    if text in phrases():
        return text, {}
    for pattern, english in _patterns():
        if made := pattern.fullmatch(text):
            return english, made.groupdict()
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts with values, those of most fixed words first: `at most {n} bytes` before `{n} bytes`."""
    made = [english for english in phrases() if VALUE.search(english)]
    made.sort(key=lambda english: (-_fixed(english), english))
    return tuple((re.compile(_pattern(english), re.DOTALL), english) for english in made)


def _fixed(english: str) -> int:
    """How many letters of an entry stand fixed."""
    return len(VALUE.sub("", english))


def _pattern(english: str) -> str:
    fixed_and_names = VALUE.split(english)
    return "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(fixed_and_names))
