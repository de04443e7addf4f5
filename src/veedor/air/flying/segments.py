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
_STEPS = 4


# Why a leg begins where it does: with its track, after a silence, after a silence that was a landing, or in a stop.
GOES_ON, TRACK_BEGINS, SILENCE, LANDING, STOP = 0, 1, 2, 3, 4


def _cut_examples() -> list[tuple[object, ...]]:
    time = np.array([0, 1, 2, 14, 15, 50, 51, 52, 53, 60, 61, 62], np.int64) * 60_000_000
    altitude = np.array([9, 9, 2, 2, 9, 9, 0, 0, 0, 0, 0, 3], np.int64) * 300_000
    down = np.array([0, 1, 2, 3, 4, 8, 9, 10, 11, 15, 16, 17], np.int64) * 60_000_000
    still = np.array([0, 5, 9, 12, 14, 14.1, 17, 19, 20, 20.1, 25, 30]) * 1000.0
    high = np.array([60, 50, 40, 30, 20, 20, 22, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 9], np.int64)
    high = np.where(high == UNKNOWN, UNKNOWN, high * 100_000)
    rules = (30 * 60_000_000, 600_000_000, 1_000_000, 300_000_000, 180_000_000, 25_000, 600_000_000, 300_000, 870, 670)
    none, flat, lon = np.zeros(12, np.int64), np.ones(12), np.zeros(12)
    stood = np.array([0, 1, 2, 14, 26, 27, 28, 48, 59, 60, 80, 95], np.int64) * 60_000_000
    alone = np.isin(np.arange(12), (3, 7, 10, 11))
    return [
        (none, stood, still, lon, flat, none, alone, *rules, np.zeros(12, np.int64), none.copy()),
        (none, time, still, lon, flat, altitude, altitude == 0, *rules, np.zeros(12, np.int64), none.copy()),
        (none, down, still, lon, flat, high, none == 1, *rules, np.zeros(12, np.int64), none.copy()),
    ]


@kernel(examples=_cut_examples)
def cut(
    track: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, altitude: Ints, ground: Bools,
    silence_us: int, silence_low_us: int, low_mm: int, ground_stop_us: int, landing_silence_us: int,
    landing_speed_mm_s: int, look_back_us: int, descended_mm: int, slowed_permille: int, slowed_unknown_permille: int,
    starts: Ints, touches: Ints,
) -> Ints:  # fmt: skip
    """Why a leg starts at each point, GOES_ON where none does; `touches` is 1 at the last plot of a touch and go.

    A stop on the ground is cut in its middle, so that both legs keep plots of it; a shorter run on the ground between
    two airborne pieces is a touch and go and cuts nothing; taxiing belongs to the leg that it begins or ends. Plots on
    the ground between two silences are no flight: they belong to the landing or the take-off that is nearer in time.
    """
    stop = -1  # first plot of the present run on the ground
    begin = 0  # first plot of the present leg
    aloft = False  # the present leg has a plot in the air
    for i in range(len(track)):
        if i == 0 or track[i] != track[i - 1]:
            if i > 0 and not aloft and starts[begin] == SILENCE and time[begin] - time[begin - 1] <= silence_us:
                starts[begin] = GOES_ON
            starts[i] = TRACK_BEGINS
            begin = i
            aloft = not ground[i]
            stop = i if ground[i] else -1
            continue
        silence = time[i] - time[i - 1]
        before, after = altitude[i - 1], altitude[i]
        low = before == UNKNOWN or after == UNKNOWN or before < low_mm or after < low_mm
        if silence > silence_us or (low and silence > silence_low_us):
            starts[i] = SILENCE
        elif silence >= landing_silence_us and stop < 0 and not ground[i]:
            dy = north[i] - north[i - 1]
            dx = east_m(lon[i - 1], lon[i], cosine[i - 1], cosine[i])
            if math.sqrt(dx * dx + dy * dy) * 1e9 < landing_speed_mm_s * float(silence) and came_down(
                begin, i - 1, time, north, lon, cosine, altitude, look_back_us, descended_mm, slowed_permille,
                slowed_unknown_permille,
            ):  # fmt: skip
                starts[i] = LANDING
        if starts[i] == SILENCE and not aloft:
            waited = time[begin] - time[begin - 1] if starts[begin] == SILENCE else silence_us + 1
            if waited <= silence_us and waited <= silence:
                starts[begin] = GOES_ON
            elif silence <= silence_us:
                starts[i] = GOES_ON
        if starts[i] != GOES_ON:
            begin = i
            aloft = False
            stop = i if ground[i] else -1
        elif ground[i]:
            if stop < 0:
                stop = i
        elif stop >= 0:
            # Airborne again: not the taxiing that began the leg, but a stop that makes two legs, or a touch and go.
            if starts[stop] == GOES_ON:
                if time[i - 1] - time[stop] >= ground_stop_us:
                    begin = (stop + i) // 2
                    starts[begin] = STOP
                else:
                    touches[i - 1] = 1
            stop = -1
        aloft = aloft or not ground[i]
    if len(track) > 0 and not aloft and starts[begin] == SILENCE and time[begin] - time[begin - 1] <= silence_us:
        starts[begin] = GOES_ON
    return starts


@kernel(
    inline=True,
    examples=lambda: [
        (0, 5, np.arange(6) * 60_000_000, np.array([0, 5, 9, 12, 14, 14.5]) * 1000.0, np.zeros(6), np.ones(6), heights,
         600_000_000, 300_000, 870, 670)
        for heights in (np.arange(6, 0, -1) * 200_000, np.full(6, UNKNOWN), np.full(6, 900_000))
    ],
)  # fmt: skip
def came_down(
    begin: int, last: int, time: Ints, north: Floats, lon: Floats, cosine: Floats, altitude: Ints, look_back_us: int,
    descended_mm: int, slowed_permille: int, slowed_unknown_permille: int,
) -> bool:  # fmt: skip
    """Whether a flight came down and slowed over the last minutes before `last`, as it does to land: the second half of
    its way there is slower than the first. Without altitude it must have slowed more."""
    first = last
    highest = altitude[last]
    while first > begin and time[last] - time[first - 1] <= look_back_us:
        first -= 1
        if altitude[first] != UNKNOWN and altitude[first] > highest:
            highest = altitude[first]
    middle = (first + last + 1) // 2
    if time[middle] <= time[first] or time[last] <= time[middle]:
        return False
    dy = north[middle] - north[first]
    dx = east_m(lon[first], lon[middle], cosine[first], cosine[middle])
    early = math.sqrt(dx * dx + dy * dy) / (time[middle] - time[first])
    dy = north[last] - north[middle]
    dx = east_m(lon[middle], lon[last], cosine[middle], cosine[last])
    late = math.sqrt(dx * dx + dy * dy) / (time[last] - time[middle])
    if altitude[last] == UNKNOWN:
        return bool(late * 1000.0 <= early * slowed_unknown_permille)
    return bool(highest - altitude[last] >= descended_mm and late * 1000.0 <= early * slowed_permille)


def _measure_examples() -> list[tuple[object, ...]]:
    step = np.arange(40, dtype=np.int64)
    altitude = np.where(step % 7 == 0, UNKNOWN, 3_000_000 - step * 20_000)
    return [(np.array([0, 20, 39]), np.array([19, 38, 39]), step * 12_000_000, step * 700.0, step * 1e-5,
             np.full(40, 0.99), altitude, step % 20 > 16, step * 900, 40_000 - step, step * 40_000_000, 120_000_000,
             10_000_000, np.zeros((3, 16), np.int64))]  # fmt: skip


@kernel(examples=_measure_examples)
def measure(
    first: Ints, last: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, altitude: Ints, ground: Bools,
    north_mm_s: Ints, east_mm_s: Ints, var_speed: Ints, window_us: int, step_us: int, out: Ints,
) -> Ints:  # fmt: skip
    """Sixteen numbers per leg: start and end altitude, start and end climb, start and end speed, end course, length,
    highest, lowest, longest silence, start course, start and end interval, the points where it left and met the ground;
    mm, mm/s, 1e-7 degree, microseconds; UNKNOWN where an altitude is missing, -1 where no such point was seen.

    A course is that of the smoothed velocity at the leg's own first and last plot where it stands out of its error,
    else that of the path within the window; so is a speed where the only step at that end is longer than the window.
    An interval is the longest of the four steps between plots at that end."""
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
        out[k, 4] = _speed_at(
            begin_length, time[begin_at] - time[i], window_us, east_mm_s[i], north_mm_s[i], var_speed[i]
        )  # fmt: skip
        out[k, 5] = _speed_at(
            length - tail_length, time[j] - time[tail_from], window_us, east_mm_s[j], north_mm_s[j], var_speed[j]
        )  # fmt: skip
        dy = north[j] - north[tail_from]
        dx = east_m(lon[tail_from], lon[j], cosine[tail_from], cosine[j])
        out[k, 6] = _course(east_mm_s[j], north_mm_s[j], var_speed[j], dx, dy)
        dy = north[begin_at] - north[i]
        dx = east_m(lon[i], lon[begin_at], cosine[i], cosine[begin_at])
        out[k, 11] = _course(east_mm_s[i], north_mm_s[i], var_speed[i], dx, dy)
        out[k, 12] = out[k, 13] = 0
        for n in range(1, min(_STEPS, j - i) + 1):
            out[k, 12] = max(out[k, 12], time[i + n] - time[i + n - 1])
            out[k, 13] = max(out[k, 13], time[j - n + 1] - time[j - n])
        left, met = i, j
        while left < j and ground[left] and ground[left + 1]:
            left += 1
        while met > i and ground[met] and ground[met - 1]:
            met -= 1
        out[k, 14], out[k, 15] = left if ground[i] else -1, met if ground[j] else -1
        out[k, 7] = to_int(length * 1000.0)
        out[k, 8], out[k, 9], out[k, 10] = highest, lowest, silence
    return out


@kernel(inline=True, examples=lambda: [(60_000, -20_000, v, 900.0, 40.0) for v in (0, 4_000_000, 1 << 40)])
def _course(east_mm_s: int, north_mm_s: int, variance: int, east: float, north: float) -> int:
    """Course of a velocity that is more than twice its error, else of a way; 0 where there is none."""
    if east_mm_s * east_mm_s + north_mm_s * north_mm_s > 4 * variance:
        east, north = float(east_mm_s), float(north_mm_s)
    return fold_e7(to_int(atan2(east, north) * E7_PER_RADIAN)) if east != 0.0 or north != 0.0 else 0


@kernel(
    inline=True,
    examples=lambda: [
        (900.0, span, 10_000_000, 60_000, -20_000, v) for span in (9_000_000, 90_000_000) for v in (0, 1 << 40)
    ],
)
def _speed_at(metres: float, span_us: int, window_us: int, east_mm_s: int, north_mm_s: int, variance: int) -> int:
    """Speed in mm/s of the way within the window; where one step is longer, a way that may have been any, that of the
    smoothed velocity if it is more than twice its error."""
    if span_us > window_us:
        squared = east_mm_s * east_mm_s + north_mm_s * north_mm_s
        if squared > 4 * variance:
            return min(2_000_000_000, to_int(math.sqrt(float(squared))))
    return _speed(metres, span_us)


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
