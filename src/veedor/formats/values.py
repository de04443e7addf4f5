"""One column from source values to stored integers: units, ranges, times, codes; what does not fit fails its row.

Columns come as Arrow strings (CSV) or numbers (Parquet, JSON). A scaled value is value x numerator / denominator,
rounded half to even, in double precision and this order, so that every machine stores the same integer.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, Real, Whole, one_piece, pc
from veedor.formats.checks import Checks

# Unit -> (numerator, denominator) to the stored unit, by the ending of the stored column.
UNITS: dict[str, dict[str, tuple[float, float]]] = {
    "_mm": {
        "mm": (1, 1), "m": (1000, 1), "km": (1_000_000, 1), "ft": (304.8, 1), "NM": (1_852_000, 1), "FL": (30_480, 1),
    },
    "_mm_s": {
        "mm/s": (1, 1), "m/s": (1000, 1), "km/h": (1_000_000, 3600), "kt": (1_852_000, 3600), "ft/min": (304.8, 60),
    },
    "_e7": {"deg": (10_000_000, 1), "e7": (1, 1)},
    "_mdbm": {"dBm": (1000, 1), "mdBm": (1, 1)},
    "_mm2": {"m2": (1_000_000, 1), "mm2": (1, 1)},
}  # fmt: skip
# Stored column -> (least, most, what is expected), in stored units. Outside is a reject, never a guess.
_ALTITUDE = (-1_000_000, 40_000_000, "-1000 m to 40000 m")
_TURN = (-3_600_000_000, 3_600_000_000, "-360 to 360 degrees")
RANGES: dict[str, tuple[int, int, str]] = {
    "lat_e7": (-900_000_000, 900_000_000, "-90 to 90 degrees"),
    "sensor_lat_e7": (-900_000_000, 900_000_000, "-90 to 90 degrees"),
    "lon_e7": (-1_800_000_000, 1_800_000_000, "-180 to 180 degrees"),
    "sensor_lon_e7": (-1_800_000_000, 1_800_000_000, "-180 to 180 degrees"),
    "elevation_e7": (-900_000_000, 900_000_000, "-90 to 90 degrees"),
    "azimuth_e7": _TURN,
    "course_e7": _TURN,
    "altitude_pressure_mm": _ALTITUDE,
    "altitude_geometric_mm": _ALTITUDE,
    "sensor_altitude_mm": _ALTITUDE,
    "speed_mm_s": (0, 1_500_000, "0 to 1500 m/s"),
    "climb_mm_s": (-1_500_000, 1_500_000, "-1500 to 1500 m/s"),
    "doppler_mm_s": (-1_500_000, 1_500_000, "-1500 to 1500 m/s"),
    "range_mm": (0, 2_000_000_000, "0 to 2000 km"),
    "amplitude_mdbm": (-300_000, 300_000, "-300 to 300 dBm"),
    "address": (0, 0xFFFFFF, "a 24-bit address"),
    "mmsi": (0, 999_999_999, "nine digits"),
    "error_mm": (0, 1_000_000_000, "0 to 1000 km"),
    "error_percent": (1, 99, "1 to 99"),
    "radius_mm": (0, 2_000_000_000, "0 to 2000 km"),
    "length_mm": (0, 100_000_000, "0 to 100 km"),
    "heading_e7": _TURN,
    "lower_mm": _ALTITUDE,
    "upper_mm": _ALTITUDE,
    "level_mm": _ALTITUDE,
    "on_board": (0, 1_000, "0 to 1000 persons"),
    "code_1": (0, 31, "the five bits of a Mode 1 code"),
    "code_2": (0, 0o7777, "four octal digits"),
    "code_3a": (0, 0o7777, "four octal digits"),
    "adsb_version": (0, 7, "a version of ADS-B"),
    "nic": (0, 11, "a category from 0 to 11"),
    "nac_p": (0, 11, "a category from 0 to 11"),
    "nac_v": (0, 9, "a category from 0 to 9"),
    "nic_baro": (0, 1, "0 or 1"),
    "sil": (0, 3, "a level from 0 to 3"),
    "sil_supplement": (0, 1, "0 (per hour) or 1 (per sample)"),
    "sda": (0, 3, "a level from 0 to 3"),
    "gva": (0, 3, "a category from 0 to 3"),
    "pic": (0, 15, "a category from 0 to 15"),
}
_REASONS = {"lat": "position", "lon": "position", "sensor": "position", "speed": "speed", "altitude": "altitude"}
_FOLDED = ("lon_e7", "sensor_lon_e7", "azimuth_e7", "course_e7", "heading_e7")
_HALF, _FULL = 1_800_000_000, 3_600_000_000
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_INT64 = 9.2e18


def ending(column: str) -> str | None:
    """Which family of units a stored column has, by its name; None: it has no unit."""
    return next((end for end in ("_mm_s", "_mm2", "_mdbm", "_mm", "_e7") if column.endswith(end)), None)


def reals(values: Array, checks: Checks, place: str) -> tuple[Real, Mask]:
    """Values as doubles, with a mask of those present. Text that is no number, NaN and infinities fail the row."""
    array = one_piece(values)
    present: Mask = pc.is_valid(array).to_numpy(zero_copy_only=False)
    if pa.types.is_string(array.type):
        try:
            numbers = pc.cast(array, pa.float64())
        except pa.ArrowInvalid:
            good = pc.fill_null(pc.match_substring_regex(array, _NUMBER), True)
            checks.fail(~good.to_numpy(zero_copy_only=False), "reject.number", place, "a number", array)
            numbers = pc.cast(pc.if_else(good, array, None), pa.float64())
    else:
        numbers = pc.cast(array, pa.float64(), safe=False)
    found: Real = pc.fill_null(numbers, 0.0).to_numpy(zero_copy_only=False)
    finite = np.isfinite(found)
    if not finite.all():
        checks.fail(present & ~finite, "reject.not_finite", place, "a finite number", array)
        found = np.where(finite, found, 0.0)
    return found, present


def measure(
    values: Array, unit: tuple[float, float], column: str, kind: pa.DataType, checks: Checks, place: str
) -> Array:
    """A measured column in stored units, range-checked, angles folded to [-180, 180)."""
    numbers, present = reals(values, checks, place)
    scaled = np.rint(numbers * unit[0] / unit[1] if unit[1] != 1 else numbers * unit[0])
    least, most, expected = RANGES.get(column, (-(2**62), 2**62, "a number that fits"))
    outside = present & ((scaled < least) | (scaled > most))
    if outside.any():
        reason = "reject." + _REASONS.get(column.split("_")[0], "range")
        checks.fail(outside, reason, place, expected, one_piece(values))
    whole: Whole = np.where(outside, 0, scaled).astype(np.int64)
    if column in _FOLDED:
        whole = (whole + _HALF) % _FULL - _HALF
    return pc.cast(pa.array(whole, mask=~present), kind)


def whole(values: Array, column: str, kind: pa.DataType, checks: Checks, place: str) -> Array:
    """A column of whole numbers."""
    numbers, present = reals(values, checks, place)
    least, most, expected = RANGES.get(column, (-(2**53), 2**53, "a whole number"))
    outside = present & ((numbers < least) | (numbers > most) | (numbers != np.rint(numbers)))
    checks.fail(outside, "reject.range", place, expected, one_piece(values))
    return pc.cast(pa.array(np.where(outside, 0, numbers).astype(np.int64), mask=~present), kind)


def coded(values: Array, base: int, column: str, kind: pa.DataType, checks: Checks, place: str) -> Array:
    """Hexadecimal addresses and octal codes, spelled out once per distinct value; `1174.0` counts as 1174."""
    array = pc.cast(one_piece(values), pa.string())
    words = pc.dictionary_encode(array)
    least, most, expected = RANGES[column]
    numbers: list[int | None] = []
    for word in words.dictionary.to_pylist():
        try:
            number = int(word.strip().removesuffix(".0"), base)
        except ValueError:
            number = -1
        # int() also takes underscores and the digits of every script.
        numbers.append(number if least <= number <= most and "_" not in word and word.isascii() else None)
    found = pa.array(numbers, kind).take(words.indices)
    broken = pc.and_(pc.is_valid(array), pc.is_null(found)).to_numpy(zero_copy_only=False)
    checks.fail(broken, "reject.code", place, expected, array)
    return found


def bits(values: Array, names: tuple[tuple[str, int], ...], kind: pa.DataType, checks: Checks, place: str) -> Array:
    """`PSR+SSR` as the sum of its bits; empty or absent is 0."""
    array = pc.fill_null(pc.cast(one_piece(values), pa.string()), "")
    words = pc.dictionary_encode(array)
    known = dict(names)
    sums: list[int | None] = []
    for word in words.dictionary.to_pylist():
        parts = [part for part in word.split("+") if part]
        sums.append(sum({known[part] for part in parts}) if all(part in known for part in parts) else None)
    found = pa.array(sums, kind).take(words.indices)
    checks.fail(
        pc.is_null(found).to_numpy(zero_copy_only=False), "reject.code", place, "+ between " + " ".join(known), array
    )
    return pc.fill_null(found, 0)


def truth(values: Array, checks: Checks, place: str) -> Array:
    """true/false, 1/0, yes/no in any case."""
    array = one_piece(values)
    if pa.types.is_boolean(array.type):
        return array
    words = pc.utf8_lower(pc.utf8_trim_whitespace(pc.cast(array, pa.string())))
    yes = pc.is_in(words, value_set=pa.array(["true", "1", "yes", "1.0", "t"]))
    no = pc.is_in(words, value_set=pa.array(["false", "0", "no", "0.0", "f"]))
    neither = pc.and_(pc.is_valid(array), pc.invert(pc.or_(yes, no))).to_numpy(zero_copy_only=False)
    checks.fail(neither, "reject.code", place, "true or false", array)
    return pc.if_else(pc.is_valid(array), yes, pa.scalar(None, pa.bool_()))
