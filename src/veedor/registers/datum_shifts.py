"""Where a site stands on the map when its position in an old datum is taken for WGS84: hundreds of metres away.

Shifts to WGS84 as three geocentric translations from the EPSG dataset (operation named in each row; for Venezuela the
translation nearest to operations 1095 and 1096 there), ellipsoid International 1924 unless said. Datums that differ
from WGS84 by less than a bias stage can tell (SIRGAS, MAGNA, REGVEN; SAD69, about 60 m) are not listed.
"""

from __future__ import annotations

from dataclasses import dataclass

from veedor.kernel.ellipsoid import AXIS_A
from veedor.kernel.exactmath import sincos
from veedor.kernel.sphere import RADIANS_PER_E7, to_int


@dataclass(frozen=True)
class Shift:
    """Translations in m; `axis_a` in m and `flattening_1` = 1/f of the old ellipsoid; `sigma_mm`: how well known."""

    name: str
    x: float
    y: float
    z: float
    sigma_mm: int
    source: str
    axis_a: float = 6_378_388.0
    flattening_1: float = 297.0


SHIFTS = (
    Shift("PSAD56 Venezuela / La Canoa", -295.0, 173.0, -371.0, 25_000, "NIMA TR8350.2, Venezuela"),
    Shift("PSAD56 Colombia", -282.0, 169.0, -371.0, 26_000, "EPSG 1205"),
    Shift("PSAD56", -288.0, 175.0, -376.0, 42_000, "EPSG 1201"),
    Shift("Bogota 1975", 307.0, 304.0, -318.0, 15_000, "EPSG 1125"),
    Shift("Corrego Alegre", -206.05, 168.28, -3.82, 15_000, "EPSG 6194"),
    Shift("NAD27 Caribbean", -3.0, 142.0, 183.0, 20_000, "EPSG 1170", 6_378_206.4, 294.978698214),
)
_FLATTENING = 1.0 / 298.257223563


def misplaced_mm(shift: Shift, lat_e7: int, lon_e7: int) -> tuple[int, int]:
    """(north, east) in mm from where a site stands to where the map puts it: the position in the old datum taken for
    WGS84. Abridged Molodensky formulas (NIMA TR8350.2, 7.5), good to a few metres;
    they give angles over radii of curvature, here as lengths."""
    sin_lat, cos_lat = sincos(lat_e7 * RADIANS_PER_E7)
    sin_lon, cos_lon = sincos(lon_e7 * RADIANS_PER_E7)
    bent = 1.0 / shift.flattening_1
    larger, flatter = AXIS_A - shift.axis_a, _FLATTENING - bent
    north = -shift.x * sin_lat * cos_lon - shift.y * sin_lat * sin_lon + shift.z * cos_lat
    north += (shift.axis_a * flatter + bent * larger) * 2.0 * sin_lat * cos_lat
    east = -shift.x * sin_lon + shift.y * cos_lon
    return -to_int(north * 1000.0), -to_int(east * 1000.0)
