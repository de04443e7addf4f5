"""Argentine CBU and CVU: bank 3, branch 4, check digit; account 13, check digit; both modulo 10 with weights 3 1 7 9
from the right (BCRA, Comunicación A 2622)."""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "ar_cbu"


def read(text: str) -> Reading:
    """Twenty-two digits."""
    value = compact(text)
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if len(value) != 22:
        return Wrong(SCHEME, say.LENGTH, "22", str(len(value)))
    expected, found = _digit(value[:7]) + _digit(value[8:21]), value[7] + value[21]
    if expected != found:
        return Wrong(SCHEME, say.CHECK, expected, found)
    return Identifier(SCHEME, value, "AR", True, {"bank": value[:3], "branch": value[3:7], "account": value[8:21]})


def _digit(digits: str) -> str:
    total = sum(int(digit) * (3, 1, 7, 9)[at % 4] for at, digit in enumerate(reversed(digits)))
    return str(-total % 10)
