"""The simulator's own sphere: great circles, bearings, slant ranges and a bent-ray horizon, vectorised in floats.

Nothing here is shared with the geodesy of the detectors (DESIGN section 6, rule 12); radius and constants are its own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.simulate.columns import Floats

Numbers = npt.ArrayLike
EARTH_M = 6_371_000.0
BENT_M = EARTH_M * 4.0 / 3.0  # effective radius for radio rays in a standard atmosphere


def separation(lat1: Numbers, lon1: Numbers, lat2: Numbers, lon2: Numbers) -> tuple[Floats, Floats]:
    """Ground distance in metres and initial bearing in degrees [0, 360) from the first point to the second."""
    p1, p2 = np.radians(lat1), np.radians(lat2)
    dl = np.radians(lon2) - np.radians(lon1)
    half = np.sin((p2 - p1) / 2) ** 2 + np.cos(p1) * np.cos(p2) * np.sin(dl / 2) ** 2
    distance = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    y = np.sin(dl) * np.cos(p2)
    x = np.cos(p1) * np.sin(p2) - np.sin(p1) * np.cos(p2) * np.cos(dl)
    return np.asarray(distance), np.asarray(np.degrees(np.arctan2(y, x)) % 360.0)


def apart(lat1: float, lon1: float, lat2: float, lon2: float) -> tuple[float, float]:
    """`separation` of two single points."""
    metres, bearing = separation(lat1, lon1, lat2, lon2)
    return float(metres), float(bearing)


def moved(lat: Numbers, lon: Numbers, bearing: Numbers, metres: Numbers) -> tuple[Floats, Floats]:
    """The point that lies `metres` away in direction `bearing` (degrees)."""
    p, b, a = np.radians(lat), np.radians(bearing), np.divide(metres, EARTH_M)
    q = np.arcsin(np.sin(p) * np.cos(a) + np.cos(p) * np.sin(a) * np.cos(b))
    dl = np.arctan2(np.sin(b) * np.sin(a) * np.cos(p), np.cos(a) - np.sin(p) * np.sin(q))
    east = (np.degrees(np.radians(lon) + dl) + 180.0) % 360.0 - 180.0
    return np.asarray(np.degrees(q)), np.asarray(east)


def point(lat: float, lon: float, bearing: float, metres: float) -> tuple[float, float]:
    """`moved` for a single point."""
    north, east = moved(lat, lon, bearing, metres)
    return float(north), float(east)


def slant(ground: Floats, site_m: float, height: Floats) -> Floats:
    """Slant range in metres between a site and a target at `height`, `ground` metres apart."""
    a, b = EARTH_M + site_m, EARTH_M + height
    return np.asarray(np.sqrt((height - site_m) ** 2 + 4 * a * b * np.sin(ground / (2 * EARTH_M)) ** 2))


def ground_of(slant_m: Floats, site_m: float, height: Floats) -> Floats:
    """Ground distance for a slant range and an (assumed) height: the inverse of `slant`."""
    a, b = EARTH_M + site_m, EARTH_M + height
    squared = np.maximum(slant_m**2 - (height - site_m) ** 2, 0.0)
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(squared / (4 * a * b), 1.0))))


def in_sight(ground: Floats, antenna_over_plain: float, target_over_plain: Floats) -> npt.NDArray[np.bool_]:
    """Whether a smooth bent earth leaves the ray free."""
    reach = np.sqrt(2 * BENT_M * antenna_over_plain) + np.sqrt(2 * BENT_M * np.maximum(target_over_plain, 0.0))
    return np.asarray(ground <= reach)


def elevation(ground: Floats, site_m: float, height: Floats) -> Floats:
    """Elevation angle in degrees of a target as the site sees it, ray bending included."""
    rise = height - site_m - ground**2 / (2 * BENT_M)
    return np.asarray(np.degrees(np.arctan2(rise, np.maximum(ground, 1.0))))
