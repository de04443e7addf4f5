"""US routing number (ABA): Federal Reserve district and institution, check digit with weights 3 7 1, modulo 10."""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import weighted
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "us_aba"


def read(text: str) -> Reading:
    """Nine digits."""
    value = compact(text)
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if len(value) != 9:
        return Wrong(SCHEME, say.LENGTH, "9", str(len(value)))
    district = int(value[:2])
    if not (district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80):
        return Wrong(SCHEME, say.KIND, "a district 00-12, 21-32, 61-72 or 80", value[:2])
    check = str(-weighted(value[:8], (3, 7, 1, 3, 7, 1, 3, 7)) % 10)
    if check != value[8]:
        return Wrong(SCHEME, say.CHECK, check, value[8])
    return Identifier(SCHEME, value, "US", True, {"district": value[:2]})
