"""Exact amounts in arrays: equal amounts get equal codes, and sums stay exact however amounts were written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from veedor.money import columns

Ints = npt.NDArray[np.int64]

_EXPONENTS = 18


def canonical(units: Ints, exponents: Ints) -> tuple[Ints, Ints]:
    """Trailing zeros cut: 12.50, 12.5 and 1250e-2 become the same pair (125, 1)."""
    units, exponents = units.copy(), exponents.copy()
    for _ in range(2 * _EXPONENTS):
        trim = (units % 10 == 0) & (units != 0) & (exponents > -_EXPONENTS)
        if not trim.any():
            break
        units[trim] //= 10
        exponents[trim] -= 1
    exponents[units == 0] = 0
    return units, exponents


def codes(units: Ints, exponents: Ints) -> Ints:
    """One code per distinct amount; equal amounts share it however they were written."""
    if len(exponents) and (exponents == exponents[0]).all():
        return columns.distinct(units)
    plain, places = canonical(units, exponents)
    return columns.distinct(plain) * (2 * _EXPONENTS + 256) + places + _EXPONENTS + 128


def text(units: int, exponent: int, currency: str) -> str:
    """An exact amount as people write it: `1234.50 USD`, `1234 USD`; zeros that say nothing are cut."""
    sign, digits = ("-" if units < 0 else ""), str(abs(units))
    if exponent <= 0:
        return f"{sign}{digits}{'0' * -exponent if units else ''} {currency}"
    digits = digits.rjust(exponent + 1, "0")
    fraction = digits[-exponent:].rstrip("0")
    return f"{sign}{digits[:-exponent]}{'.' + fraction.ljust(2, '0') if fraction else ''} {currency}"


def permille(part: int, whole: int) -> int:
    """part / whole in thousandths, rounded half up; 0 of 0 is 0."""
    return (2000 * part + whole) // (2 * whole) if whole else 0


def median(values: Sequence[int]) -> int:
    """The lower median: an observed value, so no rounding."""
    return sorted(values)[(len(values) - 1) // 2] if values else 0
