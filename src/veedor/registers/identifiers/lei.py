"""LEI (ISO 17442): 18 letters and digits and two check digits modulo 97."""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import mod97
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "lei"


def read(text: str) -> Reading:
    """A legal entity identifier of 20 characters."""
    value = compact(text).removeprefix("LEI")
    if len(value) != 20:
        return Wrong(SCHEME, say.LENGTH, "20", str(len(value)))
    if not say.is_letters_or_digits(value) or not value[18:].isdigit():
        return Wrong(SCHEME, say.CHARACTERS, "18 letters or digits, then two digits", text)
    if mod97(value) != 1:
        return Wrong(SCHEME, say.CHECK, f"{98 - mod97(value[:18] + '00'):02}", value[18:])
    return Identifier(SCHEME, value, None, True)
