"""Exact amounts in arrays: equal amounts get equal codes, and sums stay exact however amounts were written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_SAFE = 2**62
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
    plain, places = canonical(units, exponents)
    distinct = np.unique(plain, return_inverse=True)[1].astype(np.int64)
    return distinct * (2 * _EXPONENTS + 256) + places + _EXPONENTS + 128


def aligned(units: Ints, exponents: Ints) -> tuple[npt.NDArray[np.object_] | Ints, int]:
    """All amounts in units of the smallest written place: (units, exponent).

    int64 where the sum of all stays below 2^62, else Python integers in an object array: kernels take the first,
    their plain-Python twins both, so no sum can overflow.
    """
    if not len(units):
        return units, 0
    exponent = int(exponents.max())
    shifts = exponent - exponents
    largest = 0
    for shift in np.unique(shifts):
        largest = max(largest, int(np.abs(units[shifts == shift]).max()) * 10 ** int(shift))
    if largest * len(units) < _SAFE:
        return units * 10**shifts, exponent
    wide = np.empty(len(units), dtype=object)
    for at, (unit, shift) in enumerate(zip(units.tolist(), shifts.tolist(), strict=True)):
        wide[at] = unit * 10**shift
    return wide, exponent


def text(units: int, exponent: int, currency: str) -> str:
    """An exact amount as people write it: `1234.50 USD`; at least two decimals unless it was written without any."""
    sign, digits = ("-" if units < 0 else ""), str(abs(units))
    if exponent <= 0:
        return f"{sign}{digits}{'0' * -exponent if units else ''} {currency}"
    digits = digits.rjust(exponent + 1, "0")
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]} {currency}"


def permille(part: int, whole: int) -> int:
    """part / whole in thousandths, rounded half up; 0 of 0 is 0."""
    return (2000 * part + whole) // (2 * whole) if whole else 0


def median(values: Sequence[int]) -> int:
    """The lower median: an observed value, so no rounding."""
    return sorted(values)[(len(values) - 1) // 2] if values else 0
