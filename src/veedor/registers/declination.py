"""Magnetic declination: by how much a radar aligned by compass is turned from true north.

World Magnetic Model 2025 (NOAA/NCEI and BGS, December 2024, public domain), degrees 1 to 6 of 12: with what is left out
it errs by up to about a degree, which is what a compass alignment and years of drift leave open too. Valid 2025 to
2030; before and after it is carried on linearly, so what it says of other decades is rough.
"""

from __future__ import annotations

import math

from veedor.kernel.exactmath import atan2, sincos
from veedor.kernel.sphere import E7_PER_RADIAN, RADIANS_PER_E7, to_int

EPOCH_US = 1_735_689_600_000_000  # 2025-01-01
_YEAR_US = 31_557_600_000_000
SIGMA_E7 = 15_000_000  # degrees 7 to 12, drift since the alignment, the compass
_DEGREES = 6
# Degree, order, g, h in nT, and their change in nT a year.
_MODEL: tuple[tuple[int, int, float, float, float, float], ...] = (
    (1, 0, -29351.8, 0.0, 12.0, 0.0),
    (1, 1, -1410.8, 4545.4, 9.7, -21.5),
    (2, 0, -2556.6, 0.0, -11.6, 0.0),
    (2, 1, 2951.1, -3133.6, -5.2, -27.7),
    (2, 2, 1649.3, -815.1, -8.0, -12.1),
    (3, 0, 1361.0, 0.0, -1.3, 0.0),
    (3, 1, -2404.1, -56.6, -4.2, 4.0),
    (3, 2, 1243.8, 237.5, 0.4, -0.3),
    (3, 3, 453.6, -549.5, -15.6, -4.1),
    (4, 0, 895.0, 0.0, -1.6, 0.0),
    (4, 1, 799.5, 278.6, -2.4, -1.1),
    (4, 2, 55.7, -133.9, -6.0, 4.1),
    (4, 3, -281.1, 212.0, 5.6, 1.6),
    (4, 4, 12.1, -375.6, -7.0, -4.4),
    (5, 0, -233.2, 0.0, 0.6, 0.0),
    (5, 1, 368.9, 45.4, 1.4, -0.5),
    (5, 2, 187.2, 220.2, 0.0, 2.2),
    (5, 3, -138.7, -122.9, 0.6, 0.4),
    (5, 4, -142.0, 43.0, 2.2, 1.7),
    (5, 5, 20.9, 106.1, 0.9, 1.9),
    (6, 0, 64.4, 0.0, -0.2, 0.0),
    (6, 1, 63.8, -18.4, -0.4, 0.3),
    (6, 2, 76.9, 16.8, 0.9, -1.6),
    (6, 3, -115.7, 48.8, 1.2, -0.4),
    (6, 4, -40.9, -59.8, -0.9, 0.9),
    (6, 5, 14.9, 10.9, 0.3, 0.7),
    (6, 6, -60.7, 72.7, 0.9, 0.9),
)


def declination_e7(lat_e7: int, lon_e7: int, time_us: int) -> int:
    """Declination in 1e-7 degree, east positive, at sea level. On the sphere: geocentric for geodetic latitude errs
    far less than the degrees left out."""
    years = (time_us - EPOCH_US) / _YEAR_US
    sin_lat, cos_lat = sincos(lat_e7 * RADIANS_PER_E7)
    cos_lat = max(cos_lat, 1e-6)
    legendre, slope = _schmidt(sin_lat, cos_lat)
    north = east = 0.0
    for degree, order, g, h, g_year, h_year in _MODEL:
        sine, cosine = sincos(order * lon_e7 * RADIANS_PER_E7)
        g_now, h_now = g + years * g_year, h + years * h_year
        along = g_now * cosine + h_now * sine
        north += along * slope[degree][order]
        east += order * (g_now * sine - h_now * cosine) * legendre[degree][order] / cos_lat
    return to_int(atan2(east, north) * E7_PER_RADIAN)


def _schmidt(cos_colat: float, sin_colat: float) -> tuple[list[list[float]], list[list[float]]]:
    """Schmidt quasi-normal Legendre functions by degree and order, and their slopes by colatitude."""
    value = [[0.0] * (_DEGREES + 1) for _ in range(_DEGREES + 1)]
    slope = [[0.0] * (_DEGREES + 1) for _ in range(_DEGREES + 1)]
    value[0][0] = 1.0
    for n in range(1, _DEGREES + 1):
        # Unnormalised recursion in Schmidt's scaling (Langel 1987, eq. 22 to 27).
        factor = 1.0 if n == 1 else _root((2 * n - 1) / (2.0 * n))
        value[n][n] = factor * sin_colat * value[n - 1][n - 1]
        slope[n][n] = factor * (cos_colat * value[n - 1][n - 1] + sin_colat * slope[n - 1][n - 1])
        for m in range(n):
            a, b = (2 * n - 1) / _root(float(n * n - m * m)), 0.0
            before = before_slope = 0.0
            if n > 1 and m <= n - 2:
                b = _root(float((n - 1) * (n - 1) - m * m)) / _root(float(n * n - m * m))
                before, before_slope = value[n - 2][m], slope[n - 2][m]
            value[n][m] = a * cos_colat * value[n - 1][m] - b * before
            slope[n][m] = a * (cos_colat * slope[n - 1][m] - sin_colat * value[n - 1][m]) - b * before_slope
    return value, slope


def _root(value: float) -> float:
    return math.sqrt(value)
