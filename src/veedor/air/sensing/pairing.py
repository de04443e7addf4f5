"""Kernel that pairs: for a plot of one sensor, the two plots of another around it in time, of the same target."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MINUTE_US = 60_000_000


def _examples() -> list[tuple[object, ...]]:
    time = np.repeat(np.arange(12) * 10_000_000, 2)
    time[1::2] += 3_000_000
    sensor = np.tile(np.array([0, 1]), 12)
    x = time * 100e-6
    height = np.full(24, 5_000_000)
    out = np.empty((60, 3), np.int64)
    return [
        (np.zeros(24, np.int64), time, sensor, np.ones(24, np.bool_), np.full(24, -1), x, x * 0.0, height, 2, 0,
         np.int64(120_000_000), 30_000_000, 350.0, 3000.0, 400_000, 40_000, True, out),
    ]  # fmt: skip


@kernel(examples=_examples)
def pair(
    key: Ints, time: Ints, sensor: Ints, polar: Bools, address: Ints, x: Floats, y: Floats, height: Ints,
    sensors: int, start: int, end: int, bracket_us: int, speed_m_s: float, slack_m: float, height_mm: int,
    climb_mm_s: int, by_code: bool, out: Ints,
) -> int:  # fmt: skip
    """Fills `out` with (plot, the other's before, the other's after) and returns how many; rows are in order of key
    and time, plots with a time in [start, end) are taken, the first of each key, pair of sensors and minute.

    A plot that is not polar is paired only with others that are not: a radar's plot against a report, not both ways.
    The other's two plots must be such as one aircraft can give. By code, also the heights must agree, and a pair of
    which all have an address is left to that."""
    count = 0
    served = np.full((sensors, sensors), -1, np.int64)
    before = np.full(sensors, -1, np.int64)
    group = 0
    for i in range(len(key)):
        if i == 0 or key[i] != key[i - 1]:
            group = i
            served[:, :] = -1
        if time[i] < start or time[i] >= end:
            continue
        a = sensor[i]
        minute = time[i] // MINUTE_US
        before[:] = -1
        j = i - 1
        while j >= group and time[i] - time[j] <= bracket_us:
            b = sensor[j]
            if before[b] < 0 and time[j] < time[i]:
                before[b] = j
            j -= 1
        j = i
        while j < len(key) and key[j] == key[i] and time[j] - time[i] <= bracket_us:
            b = sensor[j]
            p = before[b]
            if b != a and p >= 0:
                before[b] = -1
                span = time[j] - time[p]
                fits = served[a, b] != minute and span <= bracket_us and polar[p] == polar[j]
                fits = fits and (polar[i] or not polar[p])
                if fits and by_code:
                    fits = address[i] < 0 or address[p] < 0
                if fits:
                    reach = slack_m + speed_m_s * (span * 1e-6)
                    dx, dy = x[j] - x[p], y[j] - y[p]
                    rise = height_mm + climb_mm_s * span // 1_000_000
                    fits = math.sqrt(dx * dx + dy * dy) <= reach and abs(height[j] - height[p]) <= rise
                    if fits and by_code:
                        fits = abs(height[i] - height[p]) <= rise
                if fits and count < len(out):
                    served[a, b] = minute
                    out[count, 0] = i
                    out[count, 1] = p
                    out[count, 2] = j
                    count += 1
            j += 1
    return count
