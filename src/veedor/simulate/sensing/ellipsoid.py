"""The simulator's own ellipsoid: what a radar measures of a target, and where its extractor puts what it measured.

Earth-centred coordinates and their turn into the site's east, north and up; no formula or code of the detectors'
geodesy (DESIGN section 6, rule 12). The axes are WGS84's, which is what positions of all parties are in.
"""

from __future__ import annotations

import numpy as np

from veedor.simulate.columns import Floats
from veedor.simulate.sphere import Numbers, ground_of, moved

_AXIS_M = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_SQUASH = _FLATTENING * (2 - _FLATTENING)


def _earth(lat: Numbers, lon: Numbers, height: Numbers) -> tuple[Floats, Floats, Floats]:
    """Earth-centred coordinates in metres."""
    p, q, height = np.radians(lat), np.radians(lon), np.asarray(height, dtype=np.float64)
    vertical = _AXIS_M / np.sqrt(1 - _SQUASH * np.sin(p) ** 2)
    across = (vertical + height) * np.cos(p)
    return across * np.cos(q), across * np.sin(q), (vertical * (1 - _SQUASH) + height) * np.sin(p)


def sighted(
    lat0: float, lon0: float, site_m: float, lat: Numbers, lon: Numbers, height: Numbers
) -> tuple[Floats, Floats]:
    """Slant range in metres and azimuth in degrees [0, 360) of targets from a site."""
    origin = _earth(lat0, lon0, site_m)
    x, y, z = (part - start for part, start in zip(_earth(lat, lon, height), origin, strict=True))
    p, q = np.radians(lat0), np.radians(lon0)
    outward = np.cos(q) * x + np.sin(q) * y
    east = np.cos(q) * y - np.sin(q) * x
    north = np.cos(p) * z - np.sin(p) * outward
    return np.sqrt(x * x + y * y + z * z), np.degrees(np.arctan2(east, north)) % 360.0


def extracted(
    lat0: float, lon0: float, site_m: float, slant_m: Floats, azimuth: Floats, height: Floats
) -> tuple[Floats, Floats]:
    """Where a target of this slant range, azimuth and (assumed) height lies: the inverse of `sighted`.

    Found by asking where it seems to lie from a place on the sphere, and moving by what is missing, three times.
    What is nearer than its height lies at the site."""
    way, turned = ground_of(slant_m, site_m, height), np.asarray(azimuth, dtype=np.float64)
    steep = slant_m < 1.2 * np.abs(height - site_m)
    lat, lon = moved(lat0, lon0, turned, way)
    for _ in range(3):
        seen_m, seen = sighted(lat0, lon0, site_m, lat, lon, height)
        missing = (slant_m - seen_m) * slant_m / np.maximum(way, 1.0)
        way = np.where(steep, way, np.maximum(way + missing, 0.0))
        turned = np.where(steep, turned, turned + (azimuth - seen + 180.0) % 360.0 - 180.0)
        lat, lon = moved(lat0, lon0, turned, way)
    return lat, lon
