"""Ecuadorian RUC: thirteen digits, the last three of an establishment (SRI).

Persons (third digit 0 to 5, lately 6 too): their cédula, check modulo 10. Public bodies (6): modulo 11 at the ninth
place. Firms (9): modulo 11 at the tenth. Since numbers ran out the SRI has issued firms' numbers that do not pass:
they are recognised and stay unchecked, as the SRI itself asks.
"""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import doubled, weighted
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "ec_ruc"


def read(text: str) -> Reading:
    """Thirteen digits."""
    value = compact(text)
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if len(value) != 13:
        return Wrong(SCHEME, say.LENGTH, "13", str(len(value)))
    if not (1 <= int(value[:2]) <= 24 or value[:2] in ("30", "50")):
        return Wrong(SCHEME, say.COUNTRY, "province 01 to 24, 30 or 50", value[:2])
    if value[2] in "78":
        return Wrong(SCHEME, say.KIND, "third digit 0 to 6 or 9", value[2])
    if value[10:] == "000":
        return Wrong(SCHEME, say.KIND, "an establishment from 001", value[10:])
    if value[2] == "6" and weighted(value[:9], (3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0:
        return Identifier(SCHEME, value, "EC", True, {"kind": "public", "root": value[:9]})
    if value[2] <= "6":
        check = str(-doubled(value[:9]) % 10)
        if check != value[9]:
            return Wrong(SCHEME, say.CHECK, check, value[9])
        return Identifier(SCHEME, value, "EC", True, {"kind": "person", "root": value[:10]})
    held = weighted(value[:10], (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    return Identifier(SCHEME, value, "EC", held, {"kind": "firm", "root": value[:10]})
