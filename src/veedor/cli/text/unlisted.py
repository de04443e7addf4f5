"""Records of lists and rows of tables of names that could not be read, for people: the first few, and how many more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from veedor.cli.text.rejects import quoted
from veedor.registers.sanctions.listed import Unlisted
from veedor.words import Language, say

MOST_ROWS = 5


def unlisted_texts(unlisted: Sequence[Unlisted], language: Language) -> Iterator[str]:
    """A line for each of the first, with place, expected and found."""
    for each in unlisted[:MOST_ROWS]:
        reason = say(each.reason, language)
        texts = {"place": each.place, "expected": each.expected, "found": each.found}
        values = {name: quoted(text, language) for name, text in texts.items()}
        yield say("screen.unlisted", language, {**values, "reason": reason})
    if len(unlisted) > MOST_ROWS:
        yield say("screen.more", language, {"count": len(unlisted) - MOST_ROWS})
