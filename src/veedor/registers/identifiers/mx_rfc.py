"""Mexican RFC: three (firm) or four (person) letters, a date, two letters or digits, a check character modulo 11 (SAT).

About 1 in 70 numbers in use has another check character than the rule gives, so a wrong one leaves the number unchecked
and does not refuse it. Without the last three characters it is the short form that people write.
"""

from __future__ import annotations

import re
from datetime import date

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "mx_rfc"
_FORM = re.compile(r"([A-Z&Ñ]{3,4})([0-9]{6})([A-Z0-9]{2}[0-9A])?")
_ORDER = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"


def read(text: str) -> Reading:
    """Ten to thirteen characters."""
    value = compact(text)
    form = _FORM.fullmatch(value)
    if form is None:
        return Wrong(SCHEME, say.CHARACTERS, "3 or 4 letters, 6 digits of a date, 3 characters", text)
    letters, day, end = form.groups()
    # The century is not written: a date of either is one.
    if not any(_is_date(century + day) for century in ("19", "20")):
        return Wrong(SCHEME, say.DATE, "YYMMDD", day)
    if end is None and len(letters) == 3:
        return Wrong(SCHEME, say.LENGTH, "12 for a firm", str(len(value)))
    kind = "person" if len(letters) == 4 else "firm"
    return Identifier(SCHEME, value, "MX", end is not None and check_character(value[:-1]) == value[-1],
                      {"kind": kind})  # fmt: skip


def check_character(text: str) -> str:
    """The last character that the rule gives for the eleven or twelve before it."""
    total = sum(_ORDER.index(character) * (13 - at) for at, character in enumerate(text.rjust(12)))
    left = total % 11
    return "0" if left == 0 else "A" if left == 1 else str(11 - left)


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
