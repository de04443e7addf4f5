"""Exact decimals between text and integers: `1234.50` is 123450 units with exponent 2, never a float.

Also scaled integers as text (millimetres written as metres), without leaving integer arithmetic.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, one_piece, pc

MOST_PLACES = 36
# What a plain decimal looks like; more than 18 digits may not fit into int64 and is looked at one by one.
_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)$"
_SHORT = 18
# Powers of ten as statistics programs write round numbers; bounded, so that no text unfolds to thousands of digits.
_POWER = r"^[+-]?\d{1,17}(\.\d{1,17})?[eE][+-]?\d{1,2}$"


def scaled_text(values: Array, places: int) -> Array:
    """Integers as decimals with the point `places` from the right: 1500 with 3 places is `1.500`; null stays null."""
    array = pc.cast(one_piece(values), pa.int64())
    if places == 0:
        return pc.cast(array, pa.string())
    # The sign goes aside: -0.5 has no digit that could carry it.
    digits = pc.utf8_lpad(pc.replace_substring(pc.cast(array, pa.string()), "-", ""), places + 1, "0")
    sign = pc.if_else(pc.less(array, 0), "-", "")
    whole, part = pc.utf8_slice_codeunits(digits, 0, -places), pc.utf8_slice_codeunits(digits, -places)
    return pc.binary_join_element_wise(sign, whole, ".", part, "") if len(array) else pa.array([], pa.string())


def amount_text(units: int, exponent: int) -> str:
    """One exact amount as text: (123450, 2) is `1234.50`; a negative exponent gives trailing zeros."""
    if exponent <= 0:
        return str(units * 10**-exponent)
    digits = str(abs(units)).zfill(exponent + 1)
    return ("-" if units < 0 else "") + digits[:-exponent] + "." + digits[-exponent:]


def amounts_text(units: Array, exponents: Array) -> Array:
    """Amounts as text, row by row with its own exponent; null where units are null."""
    ones, places = one_piece(units), one_piece(exponents)
    kinds = [kind for kind in pc.unique(places).to_pylist() if kind is not None]
    if len(kinds) == 1 and kinds[0] >= 0:
        return scaled_text(ones, kinds[0])
    return pa.array(
        [
            None if unit is None else amount_text(unit, place)
            for unit, place in zip(ones.to_pylist(), places.to_pylist(), strict=True)
        ],
        pa.string(),
    )


def parse_amounts(text: Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int8], Mask, Mask]:
    """Decimal text to (units, exponent, readable, fits int64); null counts as readable and fits, with units 0.

    Digits are kept as written: `10.50` has exponent 2, `10.5` has 1. `2e+05` is 200000, exponent 0.
    """
    filled = pc.fill_null(text, "0")
    powers = pc.match_substring_regex(filled, _POWER)
    if pc.any(powers).as_py():
        words = pc.dictionary_encode(pc.if_else(powers, filled, "0"))
        plain = [format(Decimal(word), "f") for word in words.dictionary.to_pylist()]
        filled = pc.if_else(powers, pa.array(plain).take(words.indices), filled)
    readable = pc.match_substring_regex(filled, _PLAIN).to_numpy(zero_copy_only=False)
    safe = pc.if_else(pa.array(readable), filled, "0")
    point = pc.find_substring(safe, ".").to_numpy(zero_copy_only=False)
    length = pc.binary_length(safe).to_numpy(zero_copy_only=False)
    places = np.where(point < 0, 0, length - point - 1)
    long = length > _SHORT
    digits = pc.replace_substring(pc.replace_substring(safe, ".", ""), "+", "")
    units = pc.cast(pc.if_else(pa.array(long), "0", digits), pa.int64()).to_numpy(zero_copy_only=False).copy()
    fits = np.ones(len(units), np.bool_)
    for row in np.flatnonzero(long):
        units[row], places[row], fits[row] = _exact(safe[int(row)].as_py())
    fits &= places <= MOST_PLACES
    return units, places.astype(np.int8), readable, fits


def _exact(text: str) -> tuple[int, int, bool]:
    """A long decimal; zeros behind the point that would not fit are given up only when nothing is lost."""
    whole, _, part = text.partition(".")
    units, places = int(whole + part or "0"), len(part)
    while places and units % 10 == 0 and (abs(units) >= 2**63 or places > MOST_PLACES):
        units, places = units // 10, places - 1
    fits = -(2**63) < units < 2**63 and places <= MOST_PLACES
    return (units, places, True) if fits else (0, 0, False)


def shortest_text(values: npt.NDArray[np.float64]) -> list[str]:
    """Floats as the shortest decimal that reads back the same (how amounts in a float column were once written)."""
    return [format(Decimal(repr(float(value))), "f") if np.isfinite(value) else str(value) for value in values]
