"""What a command says: results on stdout (text, or one JSON object a line), everything else on stderr."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct
from rich.console import Console

from veedor.errors import UsageError, VeedorError

progress = Console(stderr=True)


def line(said: Struct) -> None:
    """One JSON object, one of `views.lines.LINES`."""
    print(msgspec.json.encode(said).decode())


def text(sentence: str = "") -> None:
    print(sentence)


def note(sentence: str) -> None:
    """Something beside the result: goes to stderr."""
    print(sentence, file=sys.stderr)


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


def complain(error: VeedorError) -> None:
    """An error for people: what, where, expected, found, what to do next."""
    print(f"veedor: {error.problem}", file=sys.stderr)
    for label, value in (
        ("file", error.file),
        ("at", error.place),
        ("expected", error.expected),
        ("found", error.found),
        ("next", error.next_step),
    ):
        if value is not None:
            print(f"  {label + ':':<10}{value}", file=sys.stderr)
