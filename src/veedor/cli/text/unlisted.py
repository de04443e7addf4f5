"""Records of lists and rows of tables of names that could not be read, for people: the first few, and how many more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from veedor.cli.text.rejects import quoted
from veedor.registers.sanctions.listed import Unlisted
from veedor.words import Language, Said, phrase_or_quote, say, told

MOST_ROWS = 5


def unlisted_texts(unlisted: Sequence[Unlisted], language: Language) -> Iterator[str]:
    """A line for each of the first, with place, expected and found."""
    for each in unlisted[:MOST_ROWS]:
        reason = say(each.reason, language)
        texts = {"expected": each.expected, "found": each.found}
        values = {name: quoted(text, language) for name, text in texts.items()}
        yield say("screen.unlisted", language, {"place": _placed(each.place, language), **values, "reason": reason})
    if len(unlisted) > MOST_ROWS:
        yield say("screen.more", language, {"count": len(unlisted) - MOST_ROWS})


def _placed(place: str, language: Language) -> str:
    """Where it stands, in this language: behind the name of the file, which may hold commas, come row and line."""
    parts = place.split(", ")
    at = len(parts)
    while at > 1 and isinstance(where := phrase_or_quote(parts[at - 1]), Said):
        at -= 1
        parts[at] = told(where, language)
    return ", ".join(parts)
