"""Where a radar echo lies: slant range, azimuth and altitude to a place on the WGS84 ellipsoid.

On the mean sphere an echo at 400 km would be misplaced by up to 2 km, far more than a radar's error, and two radars
would disagree about one aircraft; so this one conversion is on the ellipsoid. Method: the elevation angle is found such
that the end of the ray has the given height above the ellipsoid (three Newton steps from the solution on the sphere of
the radius of curvature at the site), heights and latitudes by Bowring's formula (1976), which is good to
micrometres at these heights. Straight rays: refraction bends the elevation, not the slant range used here.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel
from veedor.kernel.exactmath import atan2, sincos
from veedor.kernel.sphere import E7_PER_RADIAN, RADIANS_PER_E7, fold_e7, to_int

Ints = npt.NDArray[np.int64]

# WGS84: semi-axes in metres, first and second eccentricity squared.
AXIS_A = 6_378_137.0
AXIS_B = 6_356_752.314245179
ECCENTRICITY_2 = 0.0066943799901413165
SECOND_ECCENTRICITY_2 = 0.006739496742276434


@kernel(
    inline=True,
    examples=lambda: [(6378137.0, 0.0), (4.0e6, 4.9e6), (1e-3, -6.4e6), (6.2e6, -1.1e6)],
)
def vertical(axial: float, z: float) -> tuple[float, float, float]:
    """(sine, cosine of geodetic latitude, height in m) of a point at distance `axial` from the axis and `z` north of
    the equator's plane. Bowring's formula, once."""
    t = z * AXIS_A
    q = axial * AXIS_B
    r = math.sqrt(t * t + q * q)
    sin_reduced, cos_reduced = t / r, q / r
    north = z + SECOND_ECCENTRICITY_2 * AXIS_B * sin_reduced * sin_reduced * sin_reduced
    out = axial - ECCENTRICITY_2 * AXIS_A * cos_reduced * cos_reduced * cos_reduced
    norm = math.sqrt(north * north + out * out)
    sine, cosine = north / norm, out / norm
    return sine, cosine, axial * cosine + z * sine - AXIS_A * math.sqrt(1.0 - ECCENTRICITY_2 * sine * sine)


@kernel(
    inline=True,
    examples=lambda: [
        (0.1, 500.0, 2e5, 1.0, 9000.0),
        (-0.9, 0.0, 0.0, 0.3, 1000.0),
        (0.2, 3000.0, 1500.0, -2.0, 4000.0),
        (0.2, 0.0, 500.0, -2.0, 4000.0),
    ],
)
def from_polar_rad(
    lat_rad: float, site_height_m: float, range_m: float, azimuth_rad: float, height_m: float
) -> tuple[float, float]:
    """(latitude, longitude relative to the site) of an echo; heights above the ellipsoid. An echo nearer than the
    difference in height lies straight above or below the site."""
    if range_m <= 0.0:
        return lat_rad, 0.0
    sin_lat, cos_lat = sincos(lat_rad)
    sin_azimuth, cos_azimuth = sincos(azimuth_rad)
    squared = 1.0 - ECCENTRICITY_2 * sin_lat * sin_lat
    normal = AXIS_A / math.sqrt(squared)
    meridional = normal * (1.0 - ECCENTRICITY_2) / squared
    # Radius of curvature in the direction of the azimuth (Euler).
    radius = normal * meridional / (normal * cos_azimuth * cos_azimuth + meridional * sin_azimuth * sin_azimuth)
    site_axial = (normal + site_height_m) * cos_lat
    site_z = (normal * (1.0 - ECCENTRICITY_2) + site_height_m) * sin_lat
    rise = height_m - site_height_m
    sin_elevation = (rise * (2.0 * radius + height_m + site_height_m) - range_m * range_m) / (
        2.0 * range_m * (radius + site_height_m)
    )
    x, y, z = site_axial, 0.0, site_z
    sine, cosine = sin_lat, cos_lat
    for step in range(4):
        sin_elevation = min(1.0, max(-1.0, sin_elevation))
        level = math.sqrt(1.0 - sin_elevation * sin_elevation) * range_m
        up = sin_elevation * range_m
        north = level * cos_azimuth
        x = site_axial - sin_lat * north + cos_lat * up
        y = level * sin_azimuth
        z = site_z + cos_lat * north + sin_lat * up
        sine, cosine, height = vertical(math.sqrt(x * x + y * y), z)
        if step < 3:
            sin_elevation += (height_m - height) / range_m
    return atan2(sine, cosine), atan2(y, x)


@kernel(
    inline=True,
    examples=lambda: [(100_000_000, 1_799_999_000, 10_000, 100_000_000, 900_000_000, 8_000_000)],
)
def from_polar_e7(
    lat: int, lon: int, site_altitude_mm: int, range_mm: int, azimuth_e7: int, altitude_mm: int
) -> tuple[int, int]:
    """The same on stored integers: (latitude, longitude) in 1e-7 degree, longitude in [-180, 180)."""
    to_lat, turn = from_polar_rad(
        lat * RADIANS_PER_E7,
        site_altitude_mm / 1000.0,
        range_mm / 1000.0,
        azimuth_e7 * RADIANS_PER_E7,
        altitude_mm / 1000.0,
    )
    return to_int(E7_PER_RADIAN * to_lat), fold_e7(lon + to_int(E7_PER_RADIAN * turn))


def _echoes() -> list[tuple[object, ...]]:
    columns = ([7, -8], [-72, 65], [100, 0], [123_456_789, 1_000], [45, -90], [9_000_000, 0])
    scaled = [np.array(values, np.int64) * (10**7 if i in (0, 1, 4) else 1) for i, values in enumerate(columns)]
    return [(*scaled, np.empty(2, np.int64), np.empty(2, np.int64))]


@kernel(examples=_echoes)
def from_polars_e7(
    lat: Ints,
    lon: Ints,
    site_altitude_mm: Ints,
    range_mm: Ints,
    azimuth_e7: Ints,
    altitude_mm: Ints,
    to_lat: Ints,
    to_lon: Ints,
) -> tuple[Ints, Ints]:
    for i in range(len(to_lat)):
        to_lat[i], to_lon[i] = from_polar_e7(
            lat[i], lon[i], site_altitude_mm[i], range_mm[i], azimuth_e7[i], altitude_mm[i]
        )
    return to_lat, to_lon
