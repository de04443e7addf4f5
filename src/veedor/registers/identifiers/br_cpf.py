"""Brazilian CPF of a person: nine digits and two check digits modulo 11 (Receita Federal)."""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import weighted
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "br_cpf"


def read(text: str) -> Reading:
    """Eleven digits, also 390.533.447-05."""
    value = compact(text)
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if len(value) != 11:
        return Wrong(SCHEME, say.LENGTH, "11", str(len(value)))
    if len(set(value)) == 1:
        return Wrong(SCHEME, say.SAME_DIGIT, "different digits", value)
    first = _digit(value[:9])
    expected = first + _digit(value[:9] + first)
    if expected != value[9:]:
        return Wrong(SCHEME, say.CHECK, expected, value[9:])
    return Identifier(SCHEME, value, "BR", True)


def _digit(digits: str) -> str:
    left = weighted(digits, range(len(digits) + 1, 1, -1)) % 11
    return "0" if left < 2 else str(11 - left)
