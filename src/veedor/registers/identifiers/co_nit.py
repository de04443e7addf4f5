"""Colombian NIT: up to 15 digits and a check digit modulo 11 over prime weights (DIAN, Orden Administrativa 4 of 1989).

Where the check digit is not set apart by a hyphen nobody can tell whether it is there: then the reading that its last
digit confirms is taken.
"""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "co_nit"
_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)


def read(text: str) -> Reading:
    """A NIT with its check digit."""
    value = compact(text).removeprefix("NIT")
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if not 8 <= len(value) <= 16:
        return Wrong(SCHEME, say.LENGTH, "8 to 16 digits with the check digit", str(len(value)))
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, reversed(value[:-1]), strict=False))
    check = "01987654321"[total % 11]
    if check != value[-1]:
        return Wrong(SCHEME, say.CHECK, check, value[-1])
    return Identifier(SCHEME, value, "CO", True)
