"""What a command says: results on stdout (text, or one JSON object a line), everything else on stderr."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
from msgspec import Struct
from rich.console import Console

from veedor.errors import UsageError, VeedorError
from veedor.words import Language, phrase, phrase_or_quote, say, told

_LABEL: dict[Language, int] = {"en": 10, "es": 15}

progress = Console(stderr=True)


def line(said: Struct) -> None:
    """One JSON object, one of `views.lines.LINES`."""
    print(msgspec.json.encode(said).decode())


def text(sentence: str = "") -> None:
    print(sentence)


def note(sentence: str) -> None:
    """Something beside the result: goes to stderr."""
    print(sentence, file=sys.stderr)


def need_consent(language: Language) -> None:
    """A person at the terminal agrees to sign, in so many letters; UsageError for anything else."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("signing needs your consent", expected="--yes, or a terminal to answer on")
    note(say("proposal.ask", language))
    if sys.stdin.readline().strip() != "SIGN":
        raise UsageError("nothing was signed", expected="SIGN")


def moment(written: str | None) -> int | None:
    """Microseconds since 1970 of a time as a person writes it (ISO 8601, UTC where no zone is given)."""
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise UsageError("this is not a time", expected="such as 2026-03-31T12:00", found=written) from error
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return (found - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def complain(error: VeedorError, language: Language) -> None:
    """An error for people: what, where, expected, found, what to do next; English where the catalogue lacks a part."""
    typed = values_typed(sys.argv[1:])
    print(f"veedor: {told(phrase(error.problem, typed), language)}", file=sys.stderr)
    expected = error.expected and error.expected.removeprefix("" if language == "es" else "Expected ")
    parts = {
        "file": error.file,
        "place": error.place and phrase(error.place, typed),
        "expected": expected and phrase(expected, typed),
        "found": error.found and phrase_or_quote(error.found, typed),
        "next": error.next_step and phrase(error.next_step, typed),
    }
    for name, value in parts.items():
        if value is not None:
            label = say(f"error.{name}", language) + ":"
            print(f"  {label:<{_LABEL[language]}}{told(value, language)}", file=sys.stderr)


def complain_of_command(error: Exception) -> None:
    """In Spanish, what is wrong with a command line; English is told by the library that reads it."""
    print(f"veedor: {told(phrase_or_quote(str(error), values_typed(sys.argv[1:])), 'es')}", file=sys.stderr)


def values_typed(arguments: Sequence[str]) -> frozenset[str]:
    """What stands on a command line, whole and between = , and : where it has parts. It is quoted as it was typed: a
    party may be called as a word of ours is."""
    return frozenset(part for each in arguments for part in (each, *re.split("[=,:]", each)))


def language_asked(arguments: Sequence[str]) -> Language:
    """The language that a command line asks for, also where it cannot be carried out; else English."""
    parts = [part for each in arguments for part in each.split("=", 1)]
    return "es" if ("--language", "es") in pairwise(parts) else "en"
