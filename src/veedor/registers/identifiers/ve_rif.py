"""Venezuelan RIF: a letter for the kind of taxpayer, eight digits, one check digit modulo 11 (SENIAT).

V person, E foreigner, J company, G public body, P passport, C communal council.
"""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import weighted
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "ve_rif"
KINDS = {"V": 4, "E": 8, "J": 12, "C": 12, "P": 16, "G": 20}
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def read(text: str) -> Reading:
    """A RIF such as J-00002967-9; the zeros before a short number may be missing."""
    value = compact(text)
    kind, digits = value[:1], value[1:]
    if kind not in KINDS or not say.is_digits(digits):
        return Wrong(SCHEME, say.CHARACTERS, "one of V E J G P C, then digits", text)
    if not 7 <= len(digits) <= 9:
        return Wrong(SCHEME, say.LENGTH, "8 digits and a check digit", str(len(digits)))
    digits = digits.zfill(9)
    check = "00987654321"[(KINDS[kind] + weighted(digits[:8], _WEIGHTS)) % 11]
    if check != digits[8]:
        return Wrong(SCHEME, say.CHECK, check, digits[8])
    return Identifier(SCHEME, kind + digits, "VE", True, {"kind": kind})
