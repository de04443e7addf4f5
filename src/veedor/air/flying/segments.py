"""Kernels of legs: where a track is cut, and what a leg's two ends and path measure."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.plane import east_m
from veedor.kernel import kernel
from veedor.kernel.exactmath import atan2
from veedor.kernel.sphere import E7_PER_RADIAN, fold_e7, to_int

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNKNOWN = -(1 << 62)


def _cut_examples() -> list[tuple[object, ...]]:
    time = np.array([0, 1, 2, 14, 15, 50, 51, 52, 53, 60, 61, 62], np.int64) * 60_000_000
    altitude = np.array([9, 9, 2, 2, 9, 9, 0, 0, 0, 0, 0, 3], np.int64) * 300_000
    return [(np.zeros(12, np.int64), time, altitude, altitude == 0, 30 * 60_000_000, 600_000_000, 1_000_000,
             300_000_000, np.zeros(12, np.bool_))]  # fmt: skip


@kernel(examples=_cut_examples)
def cut(
    track: Ints, time: Ints, altitude: Ints, ground: Bools, silence_us: int, silence_low_us: int, low_mm: int,
    ground_stop_us: int, starts: Bools,
) -> Bools:  # fmt: skip
    """True where a leg starts. A stop on the ground is cut in its middle, so that both legs keep plots of it."""
    stop = -1  # first plot of the present run on the ground
    for i in range(len(track)):
        if i == 0 or track[i] != track[i - 1]:
            starts[i] = True
            stop = i if ground[i] else -1
            continue
        silence = time[i] - time[i - 1]
        before, after = altitude[i - 1], altitude[i]
        low = before == UNKNOWN or after == UNKNOWN or before < low_mm or after < low_mm
        if silence > silence_us or (low and silence > silence_low_us):
            starts[i] = True
            stop = i if ground[i] else -1
        elif ground[i]:
            if stop < 0:
                stop = i
        elif stop >= 0:
            # Airborne again: a stop long enough, and not the taxiing that began the leg, makes two legs.
            if time[i - 1] - time[stop] >= ground_stop_us and not starts[stop]:
                starts[(stop + i) // 2] = True
            stop = -1
    return starts


def _measure_examples() -> list[tuple[object, ...]]:
    step = np.arange(40, dtype=np.int64)
    altitude = np.where(step % 7 == 0, UNKNOWN, 3_000_000 - step * 20_000)
    return [(np.array([0, 20, 39]), np.array([19, 38, 39]), step * 12_000_000, step * 700.0, step * 1e-5,
             np.full(40, 0.99), altitude, 120_000_000, 10_000_000, np.zeros((3, 12), np.int64))]  # fmt: skip


@kernel(examples=_measure_examples)
def measure(
    first: Ints, last: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, altitude: Ints, window_us: int,
    step_us: int, out: Ints,
) -> Ints:  # fmt: skip
    """Twelve numbers per leg: start and end altitude, start and end climb, start and end speed, end course, length,
    highest, lowest, longest silence, start course; mm, mm/s, 1e-7 degree, microseconds; UNKNOWN where an altitude is
    missing."""
    for k in range(len(first)):
        i, j = first[k], last[k]
        highest, lowest, silence = UNKNOWN, UNKNOWN, 0
        length = 0.0
        at = i
        low_a = low_z = high_a = high_z = -1  # first and last plot with altitude in the first and the last window
        begin_length, begin_at = 0.0, i
        tail_from, tail_length = -1, 0.0
        for n in range(i, j + 1):
            if n > i and time[n] - time[n - 1] > silence:
                silence = time[n] - time[n - 1]
            early = time[n] - time[i] <= window_us
            late = time[j] - time[n] <= window_us
            if altitude[n] != UNKNOWN:
                highest = altitude[n] if highest == UNKNOWN else max(highest, altitude[n])
                lowest = altitude[n] if lowest == UNKNOWN else min(lowest, altitude[n])
                if early:
                    low_a = n if low_a < 0 else low_a
                    low_z = n
                if late:
                    high_a = n if high_a < 0 else high_a
                    high_z = n
            if n > i and (time[n] - time[at] >= step_us or n == j):
                dy = north[n] - north[at]
                dx = east_m(lon[at], lon[n], cosine[at], cosine[n])
                length += math.sqrt(dx * dx + dy * dy)
                at = n
                if early or begin_at == i:
                    begin_at, begin_length = n, length
            if tail_from < 0 and late:
                tail_from, tail_length = at, length
        if j > i and tail_from == j:
            # A single plot in the last window: take the step that leads to it.
            tail_from = j - 1
            dy = north[j] - north[j - 1]
            dx = east_m(lon[j - 1], lon[j], cosine[j - 1], cosine[j])
            tail_length = length - math.sqrt(dx * dx + dy * dy)
        out[k, 0] = altitude[low_a] if low_a >= 0 else UNKNOWN
        out[k, 1] = altitude[high_z] if high_z >= 0 else UNKNOWN
        out[k, 2] = _climb(low_a, low_z, time, altitude, step_us)
        out[k, 3] = _climb(high_a, high_z, time, altitude, step_us)
        out[k, 4] = _speed(begin_length, time[begin_at] - time[i])
        out[k, 5] = _speed(length - tail_length, time[j] - time[tail_from])
        dy = north[j] - north[tail_from]
        dx = east_m(lon[tail_from], lon[j], cosine[tail_from], cosine[j])
        out[k, 6] = fold_e7(to_int(atan2(dx, dy) * E7_PER_RADIAN)) if dx != 0.0 or dy != 0.0 else 0
        dy = north[begin_at] - north[i]
        dx = east_m(lon[i], lon[begin_at], cosine[i], cosine[begin_at])
        out[k, 11] = fold_e7(to_int(atan2(dx, dy) * E7_PER_RADIAN)) if dx != 0.0 or dy != 0.0 else 0
        out[k, 7] = to_int(length * 1000.0)
        out[k, 8], out[k, 9], out[k, 10] = highest, lowest, silence
    return out


@kernel(inline=True, examples=lambda: [(90.0, t) for t in (0, 1_000_000, 12_000_000)])
def _speed(metres: float, span_us: int) -> int:
    """Speed in mm/s, 0 for no time; never beyond what 32 bits hold."""
    if span_us <= 0:
        return 0
    return min(2_000_000_000, to_int(metres * 1e9 / span_us))


@kernel(
    inline=True,
    examples=lambda: [
        (a, 2, np.array([0, 5, 30]) * 1_000_000, np.array([900_000, 0, 60_000]), 10_000_000) for a in (-1, 0, 2)
    ],
)
def _climb(a: int, z: int, time: Ints, altitude: Ints, least_us: int) -> int:
    """Mean climb in mm/s between plots a and z, UNKNOWN where they are too close in time to tell."""
    if a < 0 or time[z] - time[a] < least_us:
        return UNKNOWN
    return max(-2_000_000_000, min(2_000_000_000, to_int((altitude[z] - altitude[a]) * 1e6 / (time[z] - time[a]))))
