"""Day or night: the elevation of the sun at a place and time, good to about a quarter of a degree.

Low-precision solar coordinates (Astronomical Almanac, section C: mean longitude, anomaly, ecliptic longitude), on
`exactmath`, so that all machines answer alike. Refraction is not considered.
"""

from __future__ import annotations

from veedor.kernel.exactmath import asin, atan2, cos, sin
from veedor.kernel.sphere import E7_PER_RADIAN, RADIANS_PER_E7, to_int

_J2000_US = 946_728_000_000_000  # 2000-01-01 12:00 UTC
_DAY_US = 86_400_000_000
_RAD = 0.017453292519943295


def elevation_e7(time_us: int, lat_e7: int, lon_e7: int) -> int:
    """Elevation of the sun's centre above the horizon in 1e-7 degree."""
    days = (time_us - _J2000_US) / _DAY_US
    longitude = 280.460 + 0.9856474 * days
    anomaly = (357.528 + 0.9856003 * days) * _RAD
    ecliptic = (longitude + 1.915 * sin(anomaly) + 0.020 * sin(2.0 * anomaly)) * _RAD
    tilt = (23.439 - 0.0000004 * days) * _RAD
    ascension = atan2(cos(tilt) * sin(ecliptic), cos(ecliptic))
    declination = asin(sin(tilt) * sin(ecliptic))
    sidereal = (280.46062 + 360.98564737 * days) * _RAD
    angle = sidereal + lon_e7 * RADIANS_PER_E7 - ascension
    lat = lat_e7 * RADIANS_PER_E7
    return to_int(asin(sin(lat) * sin(declination) + cos(lat) * cos(declination) * cos(angle)) * E7_PER_RADIAN)
