"""BIC (ISO 9362): four characters of the bank, two of the country, two of the place, three of the branch or none.

No check digit: only the form and the country can be wrong. `XXX` is the head office and is left out of the value, so
that both spellings of a bank are one.
"""

from __future__ import annotations

import re

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.countries import COUNTRIES
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "bic"
_FORM = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


def read(text: str) -> Reading:
    """A BIC of eight or eleven characters."""
    value = compact(text)
    if len(value) not in (8, 11):
        return Wrong(SCHEME, say.LENGTH, "8 or 11", str(len(value)))
    if not _FORM.fullmatch(value):
        return Wrong(SCHEME, say.CHARACTERS, "bank (4), country (2 letters), place (2), branch (3)", text)
    country = value[4:6]
    if country not in COUNTRIES:
        return Wrong(SCHEME, say.COUNTRY, "ISO 3166 code at places 5 and 6", country)
    return Identifier(SCHEME, value.removesuffix("XXX") if len(value) == 11 else value, country, False,
                      {"bank": value[:4]})  # fmt: skip
