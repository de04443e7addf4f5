"""Mexican CLABE: bank 3, place 3, account 11, check digit modulo 10 with weights 3 7 1 (Banco de México)."""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "mx_clabe"


def read(text: str) -> Reading:
    """Eighteen digits."""
    value = compact(text)
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if len(value) != 18:
        return Wrong(SCHEME, say.LENGTH, "18", str(len(value)))
    total = sum(int(digit) * (3, 7, 1)[at % 3] % 10 for at, digit in enumerate(value[:17]))
    check = str(-total % 10)
    if check != value[17]:
        return Wrong(SCHEME, say.CHECK, check, value[17])
    return Identifier(SCHEME, value, "MX", True, {"bank": value[:3], "place": value[3:6], "account": value[6:17]})
