"""Distances inside kernels: metres between nearby places held as metres of latitude, radians of longitude and cosine.

The flat formula (longitude scaled by the mean cosine) errs by less than 0.1 % below 60 km outside the polar caps, which
is the reach of every gate here; it costs a square root where the great circle costs six polynomials.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.kernel.exactmath import cos
from veedor.kernel.sphere import RADIANS_PER_E7, RADIUS_M

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PI, TWO_PI = 3.141592653589793, 6.283185307179586


@dataclass(frozen=True)
class Plane:
    """Places ready for kernels: `north` in metres, `lon` in radians, `cosine` of the latitude."""

    north: Floats
    lon: Floats
    cosine: Floats


def plane_of(lat_e7: Ints, lon_e7: Ints) -> Plane:
    """Places in 1e-7 degree as a Plane."""
    count = len(lat_e7)
    return Plane(*_fill(lat_e7, lon_e7, np.empty(count), np.empty(count), np.empty(count)))


@kernel(
    examples=lambda: [
        (np.array([0, 70_000_000]), np.array([5, -670_000_000]), np.empty(2), np.empty(2), np.empty(2)),
    ]
)
def _fill(lat_e7: Ints, lon_e7: Ints, north: Floats, lon: Floats, cosine: Floats) -> tuple[Floats, Floats, Floats]:
    for i in range(len(lat_e7)):
        lat = lat_e7[i] * RADIANS_PER_E7
        north[i] = lat * RADIUS_M
        lon[i] = lon_e7[i] * RADIANS_PER_E7
        cosine[i] = cos(lat)
    return north, lon, cosine


@kernel(inline=True, examples=lambda: [(0.1, 0.2, 0.9, 0.95), (3.1, -3.1, 0.5, 0.5), (-3.1, 3.1, 1.0, 1.0)])
def east_m(lon_from: float, lon_to: float, cosine_from: float, cosine_to: float) -> float:
    """Metres to the east from one longitude to another, the short way round."""
    turn = lon_to - lon_from
    if turn > PI:
        turn -= TWO_PI
    elif turn < -PI:
        turn += TWO_PI
    return turn * RADIUS_M * ((cosine_from + cosine_to) * 0.5)


def _example() -> list[tuple[object, ...]]:
    plane = plane_of(np.array([0, 70_000_000]), np.array([5, -3_000_000]))
    return [(plane.north, plane.lon, plane.cosine, 0, 1)]


@kernel(inline=True, examples=_example)
def apart_m(north: Floats, lon: Floats, cosine: Floats, i: int, j: int) -> float:
    """Metres between places i and j."""
    dy = north[j] - north[i]
    dx = east_m(lon[i], lon[j], cosine[i], cosine[j])
    return math.sqrt(dx * dx + dy * dy)
