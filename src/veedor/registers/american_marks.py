"""The 24-bit address that belongs to an American registration: the one large state that computes one from the other.

All marks from N1 to N99999 in the order in which they are read (a mark before those that begin with it, letters before
digits), one address each from A00001 (FAA, Aircraft Registration Branch: Mode S codes are assigned by N-number). Other
states keep tables, which this house does not have: for them it cannot be told.
"""

from __future__ import annotations

import re

FIRST, LAST = 0xA00001, 0xADF7C7
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which look like digits
_MARK = re.compile(r"N([1-9][0-9]{0,4})([A-HJ-NP-Z]{0,2})")
_LONGEST = 5


def _marks_from(digits: int) -> int:
    """How many marks begin with one of so many digits, itself included."""
    letters = len(_LETTERS)
    left = _LONGEST - digits
    endings = 1 + (letters if left >= 1 else 0) + (letters * letters if left >= 2 else 0)
    return endings + (10 * _marks_from(digits + 1) if left else 0)


_BLOCK = tuple(_marks_from(digits) for digits in range(1, _LONGEST + 1))


def address_of_mark(registration: str) -> int | None:
    """The address of a mark such as N628TS; None where it is no American mark."""
    found = _MARK.fullmatch(registration.strip().upper().replace("-", ""))
    if found is None or len(found[1]) + len(found[2]) > _LONGEST:
        return None
    digits, ending = found[1], found[2]
    address = FIRST + (int(digits[0]) - 1) * _BLOCK[0]
    for place, digit in enumerate(digits[1:], 1):
        address += _endings(place) + int(digit) * _BLOCK[place]
    if ending:
        each = 1 + (len(_LETTERS) if len(digits) + 2 <= _LONGEST else 0)
        address += 1 + _LETTERS.index(ending[0]) * each
        address += 1 + _LETTERS.index(ending[1]) if len(ending) == 2 else 0
    return address


def _endings(digits: int) -> int:
    """Marks of exactly these digits, with and without letters."""
    return _BLOCK[digits - 1] - 10 * _BLOCK[digits] if digits < _LONGEST else 1
