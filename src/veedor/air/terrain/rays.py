"""Rays: how high a sight line from an antenna must rise to pass all ground up to a range, and what that hides.

With refraction as on an earth of 4/3 the radius, ground of height z at distance d stands under the tangent
(z - a) / d - d / (2kR) seen from an antenna of height a (the parabola that `geodesy.shadow_mm` uses too). What lies
behind is hidden up to the height at which the largest tangent so far passes over it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.terrain.ground import Metres, Tiles, example_tiles, height_at
from veedor.kernel import kernel
from veedor.kernel.sphere import RADIUS_M, bearing_e7, destination_e7, distance_e7_mm, to_int

Ints = npt.NDArray[np.int64]

AZIMUTHS = 720
TWO_KR_M = 2.0 * (4.0 / 3.0) * RADIUS_M
NOTHING_MM = -(1 << 50)  # nothing is hidden so near


@kernel(
    examples=lambda: [
        (
            *example_tiles(),
            55_000_000,
            -725_000_000,
            900_000,
            azimuth,
            1_000,
            400,
            20_000,
            10,
            np.empty((2, 60), np.int64),
        )
        for azimuth in (0, 13, 700)
    ]
)
def staircase(
    tiles: Tiles, highest: Metres, lat_e7: int, lon_e7: int, antenna_mm: int, azimuth: int, nearest_m: int,
    step_m: int, reach_m: int, least_e7: int, out: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Writes ranges (m) and tangents (1e-7) at which the ground along an azimuth rises above all before, by at least
    `least_e7`; returns how many, and how many metres of the way lie in no tile: there ground is taken as the sea."""
    count, unknown = 0, 0
    best = -(1 << 40)
    for distance in range(nearest_m, reach_m + 1, step_m):
        lat, lon = destination_e7(lat_e7, lon_e7, azimuth * 5_000_000, distance * 1_000)
        ground = height_at(tiles, highest, lat, lon)
        if ground == -32_768:
            ground = 0
            unknown += step_m
        rise = to_int(1e7 * ((ground - antenna_mm / 1000.0) / distance - distance / TWO_KR_M))
        if rise >= best + least_e7 or count == 0:
            out[0, count], out[1, count] = distance, rise
            best = rise
            count += 1
    return count, unknown


def _stairs() -> tuple[Ints, Ints, Ints]:
    starts = np.arange(721, dtype=np.int64) * 2
    return starts, np.tile(np.array([1_000, 9_000]), 720), np.tile(np.array([-40_000, 120_000]), 720)


@kernel(
    examples=lambda: [
        (*_stairs(), 55_000_000, -725_000_000, 900_000, 500, np.array([55_000_001, 56_000_000, 65_000_000]),
         np.array([-725_000_000, -725_900_000, -715_000_000]), np.empty(3, np.int64))
    ]
)  # fmt: skip
def hidden_below(
    starts: Ints, ranges: Ints, rises: Ints, lat_e7: int, lon_e7: int, antenna_mm: int, cell_m: int, to_lat: Ints,
    to_lon: Ints, out: Ints,
) -> Ints:  # fmt: skip
    """Height above mean sea level (mm) below which places are hidden from one site; NOTHING_MM right beside it.

    Rows `starts[a]` to `starts[a + 1]` of `ranges` and `rises` are the staircase of azimuth a. Ground nearer than
    `cell_m` to the place is the place's own."""
    for i in range(len(to_lat)):
        away = distance_e7_mm(lat_e7, lon_e7, to_lat[i], to_lon[i]) / 1000.0
        turn = bearing_e7(lat_e7, lon_e7, to_lat[i], to_lon[i])
        azimuth = (turn + 2_500_000) // 5_000_000 % 720
        best = -1
        for k in range(starts[azimuth], starts[azimuth + 1]):
            if ranges[k] > away - cell_m:
                break
            best = k
        if best < 0:
            out[i] = -(1 << 50)
        else:
            out[i] = antenna_mm + to_int(1000.0 * (away * (rises[best] / 1e7) + away * away / TWO_KR_M))
    return out
