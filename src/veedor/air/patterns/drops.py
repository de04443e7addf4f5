"""Drops: a flight comes down, passes low and slow, climbs and goes back where it came from, without having landed."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.plane import Plane, east_m
from veedor.kernel import kernel
from veedor.kernel.sphere import to_int

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNKNOWN = -(1 << 62)
# Columns of a low pass: leg, point, first and last point looked at, speed there as per mille of that on the way in,
# cosine of the angle between the way in and the way out (thousandths; -1000: straight back), lengths of both mm.
LEG, AT, FIRST, LAST, SLOWED_PERMILLE, BACK, IN_MM, OUT_MM = range(8)
COLUMNS = 8


def low_passes(
    first: Ints, last: Ints, time: Ints, plane: Plane, altitude: Ints, ground: Bools, down_mm: int, up_mm: int,
    around_us: int, pass_us: int,
) -> Ints:  # fmt: skip
    """Every valley of altitude at least `down_mm` below what was before and `up_mm` below what comes after, each with
    what the `around_us` before and after it measure; none that touches the ground."""
    room = len(time) // 2 + len(first) + 1
    out = np.zeros((room, COLUMNS), np.int64)
    count = find_passes(
        first, last, time, plane.north, plane.lon, plane.cosine, altitude, ground, down_mm, up_mm, around_us, pass_us,
        out,
    )  # fmt: skip
    return out[:count]


def _examples() -> list[tuple[object, ...]]:
    count = 80
    altitude = (np.abs(np.arange(count) - 40) * 50_000 + 200_000).astype(np.int64)
    altitude[::9] = UNKNOWN
    north = 40_000.0 - np.abs(np.arange(count) - 40) * 800.0
    return [
        (np.array([0]), np.array([count - 1]), np.arange(count) * 10_000_000, north, np.zeros(count), np.ones(count),
         altitude, on_ground, 500_000, 300_000, 300_000_000, 30_000_000, np.zeros((count, COLUMNS), np.int64))
        for on_ground in (np.zeros(count, np.bool_), np.arange(count) == 41)
    ]  # fmt: skip


@kernel(examples=_examples)
def find_passes(
    first: Ints, last: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, altitude: Ints, ground: Bools,
    down_mm: int, up_mm: int, around_us: int, pass_us: int, out: Ints,
) -> int:  # fmt: skip
    """Number of passes written to `out`."""
    found = 0
    for k in range(len(first)):
        peak = UNKNOWN
        lowest, at = UNKNOWN, -1
        for n in range(first[k], last[k] + 1):
            height = altitude[n]
            if height == UNKNOWN:
                continue
            if peak == UNKNOWN:
                peak, lowest, at = height, height, n
            elif height < lowest:
                lowest, at = height, n
            elif height - lowest >= up_mm:
                if peak - lowest >= down_mm and _pass(
                    first[k], last[k], at, time, north, lon, cosine, ground, around_us, pass_us, out, found
                ):
                    out[found, 0], out[found, 1] = k, at
                    found += 1
                # Up again: from here on what counts is how far it comes down next.
                peak, lowest, at = height, height, n
            elif peak - lowest < down_mm and height > peak:
                peak, lowest, at = height, height, n
    return found


def _pass_example() -> list[tuple[object, ...]]:
    north = 40_000.0 - np.abs(np.arange(80) - 40) * 800.0
    return [(0, 79, at, np.arange(80) * 10_000_000, north, np.zeros(80), np.ones(80), np.zeros(80, np.bool_),
             300_000_000, 30_000_000, np.zeros((1, COLUMNS), np.int64), 0) for at in (40, 1)]  # fmt: skip


@kernel(examples=_pass_example)
def _pass(
    first: int, last: int, at: int, time: Ints, north: Floats, lon: Floats, cosine: Floats, ground: Bools,
    around_us: int, pass_us: int, out: Ints, row: int,
) -> bool:  # fmt: skip
    """Measures around the pass at `at` into `out[row]`; false where it is near an end of the leg or on the ground."""
    a = near_a = at
    while a > first and time[at] - time[a - 1] <= around_us:
        a -= 1
        if time[at] - time[a] <= pass_us:
            near_a = a
        if ground[a]:
            return False
    z = near_z = at
    while z < last and time[z + 1] - time[at] <= around_us:
        z += 1
        if time[z] - time[at] <= pass_us:
            near_z = z
        if ground[z]:
            return False
    if ground[at] or near_a == near_z or a == near_a or z == near_z:
        return False
    in_y, in_x = north[at] - north[a], east_m(lon[a], lon[at], cosine[a], cosine[at])
    out_y, out_x = north[z] - north[at], east_m(lon[at], lon[z], cosine[at], cosine[z])
    length_in, length_out = math.sqrt(in_x * in_x + in_y * in_y), math.sqrt(out_x * out_x + out_y * out_y)
    if length_in < 1.0 or length_out < 1.0:
        return False
    # Straight from end to end: along the points, the noise of a distant radar would add up.
    slow = _apart(near_a, near_z, north, lon, cosine) / (time[near_z] - time[near_a])
    usual = _apart(a, near_a, north, lon, cosine) / (time[near_a] - time[a])
    if usual <= 0.0:
        return False
    out[row, 2], out[row, 3] = a, z
    out[row, 4] = to_int(min(slow / usual, 1000.0) * 1000.0)
    out[row, 5] = to_int((in_x * out_x + in_y * out_y) / (length_in * length_out) * 1000.0)
    out[row, 6], out[row, 7] = to_int(length_in * 1000.0), to_int(length_out * 1000.0)
    return True


@kernel(inline=True, examples=lambda: [(1, 4, np.arange(6) * 100.0, np.zeros(6), np.ones(6))])
def _apart(i: int, j: int, north: Floats, lon: Floats, cosine: Floats) -> float:
    """Metres between points i and j."""
    dy = north[j] - north[i]
    dx = east_m(lon[i], lon[j], cosine[i], cosine[j])
    return math.sqrt(dx * dx + dy * dy)
