"""IMO ship number (IMO resolution A.1117(30)): six digits, weights 7 to 2, the last digit of the sum follows.

Companies have seven digits of their own series under the same word; they have another check digit and are not read
here. The check does not find every wrong digit: in a place of weight 5, or of even weight, one may leave the last digit
alone.
"""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import weighted
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "imo"
WEIGHTS = (7, 6, 5, 4, 3, 2)


def read(text: str) -> Reading:
    """A ship's number, with or without the letters IMO."""
    value = compact(text).removeprefix("IMO").removeprefix(":")
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if len(value) != 7:
        return Wrong(SCHEME, say.LENGTH, "7", str(len(value)))
    check = str(weighted(value[:6], WEIGHTS) % 10)
    if check != value[6]:
        return Wrong(SCHEME, say.CHECK, check, value[6])
    return Identifier(SCHEME, value, None, True)
