"""Panamanian RUC with its check number DV (DGI, algorithm for the verification digit of the RUC).

Firms: roll, image, file. Persons: province, book, entry, or the letters E (foreigner), N (naturalised), PE. Each digit
is 11 less the remainder of the sum with weights 2, 3, 4, … from the right. Rolls of firms before 1997 have two digits
replaced by a table of the DGI, and the weight 11 comes twice. The forms AV, PI and NT are recognised, not checked.
"""

from __future__ import annotations

import re

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong

SCHEME = "pa_ruc"
_FORM = re.compile(
    r"([0-9]{1,2}(?:AV|PI)|[0-9]{1,10}|E|N|PE)-(NT-)?([0-9]{1,4})-([0-9]{1,6})(?:\s*(?:DV|-)\s*([0-9]{1,2}))?"
)
_LETTERS = {"E": "50", "N": "40", "PE": "75"}
# What replaces the sixth and seventh digit, 10 to 49, of an old firm's number.
_OLD = "1234567891234789234567891234567891234567"


def read(text: str) -> Reading:
    """A RUC such as 2588017-1-831938 DV 20. Without DV it is recognised and stays unchecked."""
    form = _FORM.fullmatch(text.strip().upper().replace("\u2013", "-"))
    if form is None:
        return Wrong(SCHEME, say.CHARACTERS, "three numbers with hyphens between them, then DV and its number", text)
    first, nt, second, third, given = form.groups()
    value = f"{first.lstrip('0')}-{nt or ''}{int(second)}-{int(third)}"
    expected = None if nt or first.endswith(("AV", "PI")) else check_number(first, second, third)
    if given is None or expected is None:
        return Identifier(SCHEME, value, "PA", False)
    if int(expected) != int(given):
        return Wrong(SCHEME, say.CHECK, expected, given)
    return Identifier(SCHEME, value, "PA", True)


def check_number(first: str, second: str, third: str) -> str:
    """The DV of a firm or of a person without AV, PI or NT."""
    if first in _LETTERS or len(first) <= 2:
        letter = _LETTERS.get(first, "00")
        province = "00" if first in _LETTERS else first.zfill(2)
        return _digits(
            "0" * (4 - len(second)) + "0000005" + province + letter + second.zfill(3) + third.zfill(5), False
        )
    number = first.zfill(10) + second.zfill(4) + third.zfill(6)
    old = number[3:5] == "00" and number[5] < "5"
    if old and number[5:7] >= "10":
        number = number[:5] + "0" + _OLD[int(number[5:7]) - 10] + number[7:]
    return _digits(number, old)


def _digits(number: str, old: bool) -> str:
    first = _digit(number, old)
    return first + _digit(number + first, old)


def _digit(number: str, old: bool) -> str:
    weights = [*range(2, 12), *range(11, 30)] if old else range(2, 30)
    total = sum(int(digit) * weight for digit, weight in zip(reversed(number), weights, strict=False))
    left = total % 11
    return str(11 - left) if left > 1 else "0"
