"""What an identifier is once read: its scheme, its one spelling, and whether check digits vouch for it; or why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Identifier:
    """`value` is the one spelling by which identifiers are compared. `checked`: check digits were there and hold;
    False where the scheme has none or the writer left them out. `parts` names pieces of the value, such as the bank."""

    scheme: str
    value: str
    country: str | None
    checked: bool
    parts: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True)
class Wrong:
    """Not an identifier of `scheme`. `why` is a message key of words/ (`identifier.…`)."""

    scheme: str
    why: str
    expected: str
    found: str


Reading = Identifier | Wrong
Read = Callable[[str], Reading]

LENGTH = "identifier.length"
CHARACTERS = "identifier.characters"
CHECK = "identifier.check"
COUNTRY = "identifier.country"
KIND = "identifier.kind"
DATE = "identifier.date"
SAME_DIGIT = "identifier.same_digit"

_SEPARATORS = str.maketrans("", "", " \t\u00a0-\u2010\u2011\u2012\u2013./")


def compact(text: str) -> str:
    """Upper case without the separators that people put between groups."""
    return text.translate(_SEPARATORS).upper()


def is_digits(text: str) -> bool:
    """Only 0 to 9: `str.isdigit` also takes superscripts and other scripts."""
    return text.isascii() and text.isdigit()


def is_letters_or_digits(text: str) -> bool:
    return text.isascii() and text.isalnum()
