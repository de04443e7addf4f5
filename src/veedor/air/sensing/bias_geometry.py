"""Kernels: how far apart two sensors put one target, given their biases, and how that depends on each bias.

Range and azimuth are corrected before they become a place (`from_polar_rad`, WGS84), times before the other's two plots
are brought to the plot's; so large biases are as exact as small ones, and only the steps between rounds are linear.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.kernel.ellipsoid import AXIS_A, ECCENTRICITY_2, from_polar_rad
from veedor.kernel.exactmath import sincos
from veedor.kernel.sphere import RADIANS_PER_E7

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Of each sensor in this order: range m, scale, azimuth rad, time s, north m, east m.
PER_SENSOR = 6
RANGE, SCALE, AZIMUTH, TIME, NORTH, EAST = range(PER_SENSOR)
# Behind those of all sensors: what pressure altitudes are off by, m, and that per 10 km of height.
HEIGHTS = 2
COLUMNS = 2 * PER_SENSOR + HEIGHTS
# Columns of a sample: times in us from any moment, measurements as in bias_samples.
(_TIME, _SHAPE, _OWN_1, _OWN_2, _OWN_H, _T1, _B1_1, _B1_2, _B1_H, _T2, _B2_1, _B2_2, _B2_H) = range(13)
SAMPLE = (
    "time", "shape", "own_1", "own_2", "own_height_mm", "before", "before_1", "before_2", "before_height_mm", "after",
    "after_1", "after_2", "after_height_mm",
)  # fmt: skip
_OWN_POLAR, _OTHER_POLAR, _OWN_PRESSURE, _OTHER_PRESSURE = 1, 2, 4, 8


@kernel(
    inline=True,
    examples=lambda: [
        (True, 80_000_000, 450_000_000, 9e3, 0.1, -1.2, 100.0, 50.0, 1e-4, 1e-3),
        (False, 70_000_000, -720_000_000, 9e3, 0.1, -1.2, 100.0, 0.0, 0.0, 0.0),
    ],
)
def placed(
    polar: bool, one: int, two: int, height: float, lat: float, lon: float, ground: float, off_range: float,
    off_scale: float, off_azimuth: float,
) -> tuple[float, float, float, float, float, float, float]:  # fmt: skip
    """(latitude, longitude, north and east of the ray there, slant range, ground range, rise), radians and metres."""
    if not polar:
        return one * RADIANS_PER_E7, two * RADIANS_PER_E7, 1.0, 0.0, 1.0, 1.0, 0.0
    slant = (one / 1000.0 - off_range) / (1.0 + off_scale)
    if slant < 100.0:
        slant = 100.0
    azimuth = two * RADIANS_PER_E7 - off_azimuth
    to_lat, turn = from_polar_rad(lat, ground, slant, azimuth, height)
    sine, _ = sincos((lat + to_lat) * 0.5)
    east, north = sincos(azimuth + turn * sine)
    rise = height - ground
    level = math.sqrt(max(slant * slant - rise * rise, slant * slant * 0.25))
    return to_lat, lon + turn, north, east, slant, level, rise


def _examples() -> list[tuple[object, ...]]:
    polar = [0, 3, 90_000_000, 300_000_000, 8_000_000, -4_000_000, 70_000_000, -900_000_000, 8_000_000,
             6_000_000, 71_000_000, -890_000_000, 8_100_000]  # fmt: skip
    report = [0, 1, 90_000_000, 300_000_000, 8_000_000, -4_000_000, 75_000_000, -700_000_000, 8_000_000,
              6_000_000, 75_100_000, -700_000_000, 8_100_000]  # fmt: skip
    samples = np.array([polar, report])
    sites = np.array([[0.12, -1.22, 100.0], [0.12, -1.21, 50.0]])
    return [
        (samples, np.array([0, 0]), np.array([1, 1]), np.array([0, 0]), np.array([1, -1]), sites,
         np.full(14, 1e-3), np.full((2, 3), 1e-3), np.array([60.0, 0.05, 15.0, 50.0]), np.empty((2, 2)),
         np.empty((2, 2, COLUMNS))),
    ]  # fmt: skip


@kernel(examples=_examples)
def apart(
    samples: Ints, own: Ints, other: Ints, own_site: Ints, other_site: Ints, sites: Floats, biases: Floats,
    noise: Floats, model: Floats, error: Floats, slope: Floats,
) -> None:  # fmt: skip
    """Fills `error` (n, 2) with own minus other place, in standard deviations, and `slope` (n, 2, COLUMNS) with its
    derivatives by the biases of own, of other, and of the heights.

    `sites` holds latitude, longitude (rad), height (m) by number; `noise` by sensor range (m), azimuth (rad), place
    (m); `model` the sigmas of height (m), time (s), of what is left (m)."""
    heights = len(biases) - 2
    for i in range(len(samples)):
        a, b = own[i] * 6, other[i] * 6
        shape = samples[i, 1]
        mine, theirs = (shape & 1) != 0, (shape & 2) != 0
        lat = lon = ground = 0.0
        if own_site[i] >= 0:
            lat, lon, ground = sites[own_site[i], 0], sites[own_site[i], 1], sites[own_site[i], 2]
        drop = 0.0
        height = samples[i, 4] / 1000.0
        if (shape & 4) != 0:
            drop = biases[heights] + biases[heights + 1] * height * 1e-4
        lat0, lon0, n0, e0, s0, g0, h0 = placed(
            mine, samples[i, 2], samples[i, 3], height + drop, lat, lon, ground,
            biases[a], biases[a + 1], biases[a + 2],
        )  # fmt: skip
        if other_site[i] >= 0:
            lat, lon, ground = sites[other_site[i], 0], sites[other_site[i], 1], sites[other_site[i], 2]
        height1, height2 = samples[i, 8] / 1000.0, samples[i, 12] / 1000.0
        drop1 = drop2 = 0.0
        if (shape & 8) != 0:
            drop1 = biases[heights] + biases[heights + 1] * height1 * 1e-4
            drop2 = biases[heights] + biases[heights + 1] * height2 * 1e-4
        lat1, lon1, n1, e1, s1, g1, h1 = placed(
            theirs, samples[i, 6], samples[i, 7], height1 + drop1, lat, lon, ground,
            biases[b], biases[b + 1], biases[b + 2],
        )  # fmt: skip
        lat2, lon2, n2, e2, s2, g2, h2 = placed(
            theirs, samples[i, 10], samples[i, 11], height2 + drop2, lat, lon, ground,
            biases[b], biases[b + 1], biases[b + 2],
        )  # fmt: skip
        span = (samples[i, 9] - samples[i, 5]) * 1e-6
        share = ((samples[i, 0] - samples[i, 5]) * 1e-6 - biases[a + 3] + biases[b + 3]) / span
        sine, cosine = sincos(lat1)
        squared = 1.0 - ECCENTRICITY_2 * sine * sine
        normal = AXIS_A / math.sqrt(squared)
        per_north, per_east = normal * (1.0 - ECCENTRICITY_2) / squared, normal * cosine
        north = (lat0 - lat1 - share * (lat2 - lat1)) * per_north - biases[a + 4] + biases[b + 4]
        # Places of one target are compared: neither lies half a turn from the other but for a fault of a site.
        east = (lon0 - lon1 - share * (lon2 - lon1)) * per_east - biases[a + 5] + biases[b + 5]
        vn, ve = (lat2 - lat1) * per_north / span, (lon2 - lon1) * per_east / span
        within = min(1.0, max(0.0, share))
        nb, eb = n1 + within * (n2 - n1), e1 + within * (e2 - e1)
        sb, gb, hb = s1 + within * (s2 - s1), g1 + within * (g2 - g1), h1 + within * (h2 - h1)
        # Covariance of the difference: noise of own, of the interpolated other, of clocks, of what the model leaves.
        rest = model[2] * model[2]
        nn, ne, ee = rest + model[1] * model[1] * vn * vn, model[1] * model[1] * vn * ve, rest
        ee += model[1] * model[1] * ve * ve
        for side in range(2):
            sensor, polar, un, ue, s, g, h, part = own[i], mine, n0, e0, s0, g0, h0, 1.0
            if side == 1:
                sensor, polar, un, ue, s, g, h = other[i], theirs, nb, eb, sb, gb, hb
                part = within * within + (1.0 - within) * (1.0 - within)
            if polar:
                along = noise[sensor, 0] * s / g
                up = model[0] * h / g
                across = noise[sensor, 1] * g
                va, vc = (along * along + up * up) * part, across * across * part
                nn += va * un * un + vc * ue * ue
                ne += (va - vc) * un * ue
                ee += va * ue * ue + vc * un * un
            else:
                nn += noise[sensor, 2] * noise[sensor, 2] * part
                ee += noise[sensor, 2] * noise[sensor, 2] * part
        # Lower triangle L of the covariance; what follows is L^-1 times each column.
        l11 = math.sqrt(nn)
        l21 = ne / l11
        l22 = math.sqrt(ee - l21 * l21)
        error[i, 0] = north / l11
        error[i, 1] = (east - l21 * error[i, 0]) / l22
        for k in range(14):
            slope[i, 0, k] = slope[i, 1, k] = 0.0
        if mine:
            stretch = s0 / g0 / (1.0 + biases[a + 1])
            slope[i, 0, 0], slope[i, 1, 0] = -n0 * stretch, -e0 * stretch
            slope[i, 0, 1], slope[i, 1, 1] = -n0 * stretch * s0, -e0 * stretch * s0
            slope[i, 0, 2], slope[i, 1, 2] = e0 * g0, -n0 * g0
            slope[i, 0, 4] = slope[i, 1, 5] = -1.0
        slope[i, 0, 3], slope[i, 1, 3] = vn, ve
        if theirs:
            stretch = sb / gb / (1.0 + biases[b + 1])
            slope[i, 0, 6], slope[i, 1, 6] = nb * stretch, eb * stretch
            slope[i, 0, 7], slope[i, 1, 7] = nb * stretch * sb, eb * stretch * sb
            slope[i, 0, 8], slope[i, 1, 8] = -eb * gb, nb * gb
            slope[i, 0, 10] = slope[i, 1, 11] = 1.0
        slope[i, 0, 9], slope[i, 1, 9] = -vn, -ve
        if mine and (shape & 4) != 0:
            lift = -h0 / g0
            slope[i, 0, 12], slope[i, 1, 12] = lift * n0, lift * e0
            slope[i, 0, 13], slope[i, 1, 13] = lift * n0 * height * 1e-4, lift * e0 * height * 1e-4
        if theirs and (shape & 8) != 0:
            lift = hb / gb
            slope[i, 0, 12] += lift * nb
            slope[i, 1, 12] += lift * eb
            slope[i, 0, 13] += lift * nb * height1 * 1e-4
            slope[i, 1, 13] += lift * eb * height1 * 1e-4
        for k in range(14):
            slope[i, 0, k] = slope[i, 0, k] / l11
            slope[i, 1, k] = (slope[i, 1, k] - l21 * slope[i, 0, k]) / l22
