"""Argentine CUIT and CUIL: kind 2, number 8, check digit modulo 11 (AFIP). 20 23 24 25 26 27 persons, 30 33 34 firms,
50 51 55 abroad."""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import weighted
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "ar_cuit"
KINDS = ("20", "23", "24", "25", "26", "27", "30", "33", "34", "50", "51", "55")


def read(text: str) -> Reading:
    """Eleven digits, also 20-05536168-2."""
    value = compact(text)
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if len(value) != 11:
        return Wrong(SCHEME, say.LENGTH, "11", str(len(value)))
    if value[:2] not in KINDS:
        return Wrong(SCHEME, say.KIND, " ".join(KINDS), value[:2])
    # A number whose check would be 10 gets another kind instead; "X" matches no digit.
    check = "012345678X9"[-weighted(value[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11]
    if check != value[10]:
        return Wrong(SCHEME, say.CHECK, check, value[10])
    return Identifier(SCHEME, value, "AR", True, {"kind": value[:2]})
