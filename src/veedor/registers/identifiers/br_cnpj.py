"""Brazilian CNPJ of a firm: twelve letters or digits and two check digits modulo 11.

Letters came with Instrução Normativa RFB 2.229 of 2024, issued from July 2026; a letter counts as its ASCII code less
48.
"""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "br_cnpj"


def read(text: str) -> Reading:
    """Fourteen characters, also 16.727.230/0001-97 and 12.ABC.345/01DE-35."""
    value = compact(text)
    if len(value) != 14:
        return Wrong(SCHEME, say.LENGTH, "14", str(len(value)))
    if not say.is_letters_or_digits(value) or not say.is_digits(value[12:]):
        return Wrong(SCHEME, say.CHARACTERS, "12 letters or digits, then two digits", text)
    if len(set(value)) == 1:
        return Wrong(SCHEME, say.SAME_DIGIT, "different digits", value)
    first = _digit(value[:12])
    expected = first + _digit(value[:12] + first)
    if expected != value[12:]:
        return Wrong(SCHEME, say.CHECK, expected, value[12:])
    return Identifier(SCHEME, value, "BR", True, {"root": value[:8], "branch": value[8:12]})


def _digit(text: str) -> str:
    total = sum((ord(character) - 48) * (2 + at % 8) for at, character in enumerate(reversed(text)))
    left = total % 11
    return "0" if left < 2 else str(11 - left)
