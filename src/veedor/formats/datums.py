"""Datums in which radars of the region were surveyed, and the way from each to WGS84.

A position in the wrong datum is off by hundreds of metres. The operations are fixed here, with the numbers of the EPSG
dataset (version 12), instead of being chosen by whichever database a machine has: every copy must store the same site.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyproj import Transformer


@dataclass(frozen=True)
class Datum:
    """`to_wgs84` is the PROJ step between geocentric coordinates on `ellipsoid` and WGS84; `accuracy_mm` is what EPSG
    states of operation `epsg`."""

    name: str
    ellipsoid: str
    to_wgs84: str
    accuracy_mm: int
    epsg: int


def _shift(name: str, ellipsoid: str, x: float, y: float, z: float, accuracy_m: int, epsg: int) -> Datum:
    return Datum(name, ellipsoid, f"+proj=helmert +x={x} +y={y} +z={z}", accuracy_m * 1000, epsg)


_VENEZUELA = (
    "+proj=molobadekas +convention=coordinate_frame +x=-270.933 +y=115.599 +z=-360.226 +rx=-5.266 +ry=-1.238 +rz=2.381 "
    "+s=-5.109 +px=2464351.59 +py=-5783466.61 +pz=974809.81"
)
DATUMS: tuple[Datum, ...] = (
    Datum("WGS84", "WGS84", "", 0, 0),
    _shift("SIRGAS", "GRS80", 0, 0, 0, 1, 15894),
    _shift("SIRGAS 1995", "GRS80", 0, 0, 0, 2, 1581),
    _shift("MAGNA-SIRGAS", "GRS80", 0, 0, 0, 1, 15738),
    _shift("REGVEN", "GRS80", 0, 0, 0, 1, 1768),
    Datum("La Canoa", "intl", _VENEZUELA, 15_000, 1096),
    Datum("PSAD56 Venezuela", "intl", _VENEZUELA, 15_000, 1095),
    _shift("PSAD56 Bolivia", "intl", -270, 188, -388, 19, 1202),
    _shift("PSAD56 Colombia", "intl", -282, 169, -371, 26, 1205),
    _shift("PSAD56 Ecuador", "intl", -278, 171, -367, 7, 1206),
    _shift("PSAD56 Guyana", "intl", -298, 159, -369, 17, 1207),
    _shift("PSAD56 Peru", "intl", -279, 175, -379, 16, 1208),
    _shift("PSAD56", "intl", -288, 175, -376, 42, 1201),
    _shift("Bogota 1975", "intl", 307, 304, -318, 10, 1125),
    _shift("SAD69 Brazil", "aust_SA", -67.35, 3.88, -38.22, 5, 5882),
    _shift("SAD69 Colombia", "aust_SA", -44, 6, -36, 10, 1869),
    _shift("SAD69 Peru", "aust_SA", -58, 0, -44, 9, 1874),
    _shift("SAD69 Venezuela", "aust_SA", -45, 8, -33, 8, 1876),
    _shift("SAD69", "aust_SA", -57, 1, -41, 19, 1864),
    _shift("Corrego Alegre", "intl", -206.05, 168.28, -3.82, 5, 6194),
    _shift("NAD27 Caribbean", "clrk66", -3, 142, 183, 16, 1170),
    _shift("NAD27 Central America", "clrk66", 0, 125, 194, 10, 1171),
)
BY_NAME = {datum.name.lower(): datum for datum in DATUMS}


def to_wgs84(datum: Datum, lat_e7: int, lon_e7: int) -> tuple[int, int]:
    """(latitude, longitude) in WGS84 of a place in `datum`, all in 1e-7 degree, the height on the ellipsoid."""
    if not datum.to_wgs84:
        return lat_e7, lon_e7
    lon, lat, _ = _transformer(datum.ellipsoid, datum.to_wgs84).transform(lon_e7 / 1e7, lat_e7 / 1e7, 0.0)
    return round(lat * 1e7), round(lon * 1e7)


@cache
def _transformer(ellipsoid: str, step: str) -> Transformer:
    from pyproj import Transformer  # only where a site stands in another datum: 7 MB and a tenth of a second

    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart +ellps={ellipsoid} +step {step} +step +inv +proj=cart +ellps=WGS84 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
