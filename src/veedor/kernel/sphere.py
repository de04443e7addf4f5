"""Distances, bearings and destinations on the mean Earth sphere, as scalar kernels for other kernels to call.

Radius 6,371,008.8 m (IUGG mean radius R1 of the WGS84 ellipsoid): distances differ from those on the ellipsoid by up to
0.56 %, which no threshold of a detector is finer than. Radians and metres as float64; conversions from and to the
stored integers (1e-7 degree, mm) stand here too, so that all round alike: to the nearest, halves away from zero.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel
from veedor.kernel.exactmath import atan2, sincos

Ints = npt.NDArray[np.int64]

RADIUS_M = 6_371_008.8
RADIANS_PER_E7 = 1.7453292519943296e-09  # pi / 180 / 1e7
E7_PER_RADIAN = 572957795.1308233
_HALF_TURN, _FULL_TURN = 1_800_000_000, 3_600_000_000

_PLACES = (0.0, 0.0), (0.1, -1.2), (-0.7, 3.1), (1.5707963267948966, 0.3), (-1.5707963267948966, -2.0), (0.7, -0.04)
_PAIRS = [(*a, *b) for a in _PLACES for b in _PLACES]


@kernel(inline=True, examples=lambda: [(x,) for x in (0.0, 0.5, -0.5, 1.49, -2.51, 1e15)])
def to_int(x: float) -> int:
    """Nearest integer, halves away from zero."""
    return int(x + 0.5) if x >= 0.0 else int(x - 0.5)


@kernel(
    inline=True, examples=lambda: [(e7,) for e7 in (0, 1, -1_800_000_000, 1_799_999_999, 1_800_000_000, 5_400_000_000)]
)
def fold_e7(angle_e7: int) -> int:
    """An angle in 1e-7 degree folded to [-180, 180) degrees."""
    return (angle_e7 + _HALF_TURN) % _FULL_TURN - _HALF_TURN


@kernel(inline=True, examples=lambda: _PAIRS)
def distance_m(lat1_rad: float, lon1_rad: float, lat2_rad: float, lon2_rad: float) -> float:
    """Great-circle distance; good to a micrometre at any distance, zero and antipodes included."""
    sin1, cos1 = sincos(lat1_rad)
    sin2, cos2 = sincos(lat2_rad)
    sin_turn, cos_turn = sincos(lon2_rad - lon1_rad)
    east = cos2 * sin_turn
    north = cos1 * sin2 - sin1 * cos2 * cos_turn
    return RADIUS_M * atan2(math.sqrt(east * east + north * north), sin1 * sin2 + cos1 * cos2 * cos_turn)


@kernel(inline=True, examples=lambda: _PAIRS)
def bearing_rad(lat1_rad: float, lon1_rad: float, lat2_rad: float, lon2_rad: float) -> float:
    """Initial bearing from true north, clockwise, in [-pi, pi]; 0 between equal places."""
    sin1, cos1 = sincos(lat1_rad)
    sin2, cos2 = sincos(lat2_rad)
    sin_turn, cos_turn = sincos(lon2_rad - lon1_rad)
    return atan2(cos2 * sin_turn, cos1 * sin2 - sin1 * cos2 * cos_turn)


@kernel(inline=True, examples=lambda: [(*p, b, d) for p in _PLACES for b, d in ((0.0, 0.0), (1.0, 5e5), (-3.0, 1.9e7))])
def destination_rad(lat_rad: float, lon_rad: float, bearing: float, distance: float) -> tuple[float, float]:
    """(latitude, longitude) reached after `distance` metres on the great circle that starts with `bearing` radians.
    Longitude is not folded."""
    sin_lat, cos_lat = sincos(lat_rad)
    sin_way, cos_way = sincos(distance / RADIUS_M)
    sin_bearing, cos_bearing = sincos(bearing)
    # The target as a vector in the frame of the start: along the start's meridian plane, east of it, along the axis.
    outward = cos_lat * cos_way - sin_lat * sin_way * cos_bearing
    east = sin_way * sin_bearing
    axis = sin_lat * cos_way + cos_lat * sin_way * cos_bearing
    return atan2(axis, math.sqrt(outward * outward + east * east)), lon_rad + atan2(east, outward)


@kernel(inline=True, examples=lambda: [(1, 2, 3, 4), (100_000_000, 1_799_999_990, -50_000_000, -1_799_999_990)])
def distance_e7_mm(lat1: int, lon1: int, lat2: int, lon2: int) -> int:
    """Great-circle distance in mm between two places in 1e-7 degree."""
    return to_int(
        1000.0 * distance_m(lat1 * RADIANS_PER_E7, 0.0, lat2 * RADIANS_PER_E7, fold_e7(lon2 - lon1) * RADIANS_PER_E7)
    )


@kernel(inline=True, examples=lambda: [(1, 2, 3, 4), (100_000_000, 1_799_999_990, -50_000_000, -1_799_999_990)])
def bearing_e7(lat1: int, lon1: int, lat2: int, lon2: int) -> int:
    """Initial bearing in 1e-7 degree, [-180, 180); 0 between equal places."""
    turn = fold_e7(lon2 - lon1) * RADIANS_PER_E7
    return fold_e7(to_int(E7_PER_RADIAN * bearing_rad(lat1 * RADIANS_PER_E7, 0.0, lat2 * RADIANS_PER_E7, turn)))


@kernel(inline=True, examples=lambda: [(1, 2, 3, 4), (100_000_000, 1_799_999_990, 900_000_000, 10**9)])
def destination_e7(lat: int, lon: int, bearing: int, distance_mm: int) -> tuple[int, int]:
    """(latitude, longitude) in 1e-7 degree, longitude in [-180, 180)."""
    to_lat, turn = destination_rad(lat * RADIANS_PER_E7, 0.0, bearing * RADIANS_PER_E7, distance_mm / 1000.0)
    return to_int(E7_PER_RADIAN * to_lat), fold_e7(lon + to_int(E7_PER_RADIAN * turn))


def _four() -> list[tuple[object, ...]]:
    rows = [np.array(v, np.int64) for v in ([0, 70_000_000], [1, -720_000_000], [5, 80_000_000], [9, 650_000_000])]
    return [(*rows, np.empty(2, np.int64))]


@kernel(examples=_four)
def distances_mm(lat1: Ints, lon1: Ints, lat2: Ints, lon2: Ints, out: Ints) -> Ints:
    for i in range(len(out)):
        out[i] = distance_e7_mm(lat1[i], lon1[i], lat2[i], lon2[i])
    return out


@kernel(examples=_four)
def bearings_e7(lat1: Ints, lon1: Ints, lat2: Ints, lon2: Ints, out: Ints) -> Ints:
    for i in range(len(out)):
        out[i] = bearing_e7(lat1[i], lon1[i], lat2[i], lon2[i])
    return out


@kernel(examples=lambda: [(*_four()[0], np.empty(2, np.int64))])
def destinations_e7(
    lat: Ints, lon: Ints, bearing: Ints, distance_mm: Ints, to_lat: Ints, to_lon: Ints
) -> tuple[Ints, Ints]:
    for i in range(len(to_lat)):
        to_lat[i], to_lon[i] = destination_e7(lat[i], lon[i], bearing[i], distance_mm[i])
    return to_lat, to_lon
