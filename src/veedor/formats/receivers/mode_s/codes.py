"""Altitude and identity codes of Mode S as tables over all 13-bit values: a look-up instead of a decoder.

Bits from the first sent: C1 A1 C2 A2 C4 A4 (X or M) B1 D1 or Q B2 D2 B4 D4. Altitudes: ICAO Annex 10, Volume IV,
3.1.2.6.5.4 (25 ft steps where Q is set) and appendix 1 to chapter 3 (100 ft steps, Gillham code). Metric altitudes
(M set) are reserved and read as none.
"""

from __future__ import annotations

import numpy as np

from veedor.formats.arrow import Whole

NONE = -(2**62)
"""Stands for "not said" in the whole-number columns of this room."""
_M, _Q = 0x40, 0x10
_MM_PER_25_FT = 7_620


def _octal(code: int) -> int:
    """The four octal digits A B C D of a 13-bit field as one number 0..4095."""
    bit = [code >> (12 - place) & 1 for place in range(13)]
    c1, a1, c2, a2, c4, a4, _, b1, d1, b2, d2, b4, d4 = bit
    digits = (a4 << 2 | a2 << 1 | a1, b4 << 2 | b2 << 1 | b1, c4 << 2 | c2 << 1 | c1, d4 << 2 | d2 << 1 | d1)
    return digits[0] << 9 | digits[1] << 6 | digits[2] << 3 | digits[3]


def _gray(bits: tuple[int, ...]) -> int:
    value, before = 0, 0
    for bit in bits:
        before ^= bit
        value = value << 1 | before
    return value


def _hundreds(code: int) -> int | None:
    """Hundreds of feet by Gillham's code; None for a code that no altitude has."""
    bit = [code >> (12 - place) & 1 for place in range(13)]
    c1, a1, c2, a2, c4, a4, _, b1, d1, b2, d2, b4, d4 = bit
    five_hundreds = _gray((d1, d2, d4, a1, a2, a4, b1, b2, b4))
    step = _gray((c1, c2, c4))
    # C counts 1, 2, 3, 4, 7 (for 5) up and down again in turn.
    if step == 7:
        step = 5
    elif step in (0, 5, 6):
        return None
    if five_hundreds % 2:
        step = 6 - step
    found = five_hundreds * 5 + step - 13
    return found if found >= -12 and not d1 else None


def _altitude(code: int) -> int:
    if code == 0 or code & _M:
        return NONE
    if code & _Q:
        return ((code & 0x1F80) >> 2 | (code & 0x20) >> 1 | code & 0xF) * _MM_PER_25_FT - 304_800
    hundreds = _hundreds(code)
    return NONE if hundreds is None else hundreds * 4 * _MM_PER_25_FT


ALTITUDE_MM: Whole = np.array([_altitude(code) for code in range(1 << 13)], np.int64)
"""Pressure altitude in mm of each 13-bit altitude code; NONE where it says none."""
IDENTITY: Whole = np.array([_octal(code) for code in range(1 << 13)], np.int64)
"""Mode A code (0..4095) of each 13-bit identity field."""


def with_m(twelve: Whole) -> Whole:
    """The 13-bit code of a 12-bit altitude field of an extended squitter, which leaves out M."""
    return (twelve & 0xFC0) << 1 | twelve & 0x3F


_SURFACE_STEPS = (
    # First movement code, speed there and per code, in eighths of a knot.
    (2, 1, 1), (9, 8, 2), (13, 16, 4), (39, 120, 8), (94, 560, 16), (109, 800, 40),
)  # fmt: skip


def _movement(code: int) -> int:
    if code == 1:
        return 0
    if not 2 <= code <= 124:
        return NONE
    first, eighths, step = next(row for row in reversed(_SURFACE_STEPS) if row[0] <= code)
    return ((eighths + (code - first) * step) * 1_852_000 + 14_400) // 28_800


SURFACE_MM_S: Whole = np.array([_movement(code) for code in range(128)], np.int64)
"""Ground speed in mm/s (the lower bound of the step) of each movement code on the surface (Doc 9871, A.2.3.3.1)."""
LETTERS = "?ABCDEFGHIJKLMNOPQRSTUVWXYZ????? ???????????????0123456789??????"


def call_sign(packed: int) -> str | None:
    """The eight six-bit characters of an identification, blanks cut; None where one is none or all are blank."""
    text = "".join(LETTERS[packed >> (42 - 6 * place) & 63] for place in range(8)).rstrip()
    return text if text and "?" not in text else None
