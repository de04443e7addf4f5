"""Kernel of coverage: the turns of each sensor during which a track says where its target was, and what they gave.

A turn counts only where the target's place is known without the turn itself: between two detections, of whichever
sensor, that are close in time. Where nothing says where the target was, there is no opportunity and no miss.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.grid import band_of, cell_of
from veedor.air.sensing.blanked import PRIMARY, SECONDARY, hides
from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

UNKNOWN = -(1 << 62)
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
# One event as a number: day (15 bits), sensor (10), mode (3), cell (30), band + 1 (3).
SENSORS_MOST = 1 << 10
_PSR, _OTHERS = 0, (2, 8, 16, 32, 64)
HOURS_KEPT = 1 << 24


@kernel(inline=True, examples=lambda: [(m,) for m in (1, 2, 3, 5, 8, 16, 32, 64, 72)])
def mode_of(mode: int) -> int:
    """Number of the detection mode by which a plot came: 0 PSR alone, 1 SSR or Mode S, 2 ADSB, 3 MLAT, 4 AIS, 5
    REPORT."""
    if mode & 6:
        return 1
    for number in range(5):
        if mode & _OTHERS[number]:
            return number + 1
    return 0


@kernel(inline=True, examples=lambda: [(20_000, 3, 1, 900 << 20, 5)])
def event_of(day: int, sensor: int, mode: int, cell: int, band: int) -> int:
    """An event as one number."""
    return ((((day * SENSORS_MOST + sensor) * 8 + mode) << 30) + cell) * 8 + band + 1


@kernel(inline=True, examples=lambda: [(np.array([3, 5, 9]), k) for k in (2, 3, 5, 10)])
def place_of(keys: Ints, key: int) -> int:
    """Where a sorted array holds a number; -1 where it does not."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < len(keys) and keys[low] == key else -1


@kernel(inline=True, examples=lambda: [(np.array([3, 5, 9]), k) for k in (2, 3, 5, 10)])
def holds(keys: Ints, key: int) -> bool:
    """Whether a sorted array holds a number."""
    return bool(place_of(keys, key) >= 0)


def _track() -> tuple[Ints, ...]:
    time = np.array([0, 10, 20, 30, 60, 70, 80, 85, 95, 110, 120, 130], np.int64) * 1_000_000
    sensor = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1], np.int64)
    mode = np.array([3, 3, 2, 3, 3, 2, 3, 8, 8, 1, 8, 8], np.int64)
    step = np.arange(12, dtype=np.int64)
    return time, 70_000_000 + step * 9_000, -670_000_000 + step, step * 90_000, sensor, mode


def _windows() -> tuple[Ints, Ints]:
    """The first sensor looks away from the north-east, of no end, and never looked; the second has no windows."""
    window = [0, 75_000_000, 0, 90 * 10**7, 0, 1 << 40, 69_000_000, -670_000_000, SECONDARY]
    return np.array([0, 1, 1]), np.array([window])


@kernel(
    examples=lambda: [
        (np.array([0, 12]), *_track(), np.array([0, 5_000_000]), np.array([[0], [4_000_000]]),
         np.array([0, HOURS_KEPT]), *_windows(), 2_000_000, 60_000_000,
         300_000_000, np.full(2, -1), np.zeros((2, 16), np.int64), np.zeros((2, 200), np.int64))
    ]
)  # fmt: skip
def turns(
    limits: Ints, time: Ints, lat: Ints, lon: Ints, altitude: Ints, sensor: Ints, mode: Ints, rotation_us: Ints,
    said: Ints, on: Ints, limits_of: Ints, windows: Ints, cell_e7: int, between_us: int, beyond_us: int, marks: Ints,
    scratch: Ints, out: Ints,
) -> int:  # fmt: skip
    """Writes every opportunity of every track as an event with 1 for a hit, 0 for a miss, and returns how many there
    are; beyond the width of `out` they are counted only, so that whoever calls can make room.

    Track k is rows `limits[k]` to `limits[k + 1]`, in order of time; `altitude` is UNKNOWN where it is. Turns come
    from `said`, two rows: sorted numbers sensor * HOURS_KEPT + hour and the turn time that the sensor's messages give
    for it; else from `rotation_us` by sensor, 0 where it is not known; else they are the lower quartile of its own
    intervals on the track. `on`: sorted numbers as in `said` in which a sensor was on. `limits_of`, `windows`: where it
    looks away (`Blanked`). The target's place is known between plots at most `between_us` apart; a sensor is asked up
    to `beyond_us` before its first and after its last answer of a track. `marks`: -1 for
    every sensor; `scratch`: two rows of as many as the longest track."""
    count = 0
    for k in range(len(limits) - 1):
        first, last = limits[k], limits[k + 1] - 1
        for start in range(first, last + 1):
            s = sensor[start]
            if marks[s] == k:
                continue
            marks[s] = k
            count = _of_sensor(
                s, start, first, last, time, lat, lon, altitude, sensor, mode, rotation_us[s], said, on, limits_of[s],
                limits_of[s + 1], windows, cell_e7, between_us, beyond_us, scratch, out, count,
            )  # fmt: skip
    return count


@kernel(
    examples=lambda: [
        (0, 0, 0, 11, *_track(), turn, np.array([[hour], [4_000_000]]), np.array([0, HOURS_KEPT]), 0, 1, _windows()[1],
         2_000_000, 60_000_000, 300_000_000, np.zeros((2, 16), np.int64), np.zeros((2, 200), np.int64), 0)
        for turn in (0, 10_000_000) for hour in (0, 1)
    ]
)  # fmt: skip
def _of_sensor(
    s: int, start: int, first: int, last: int, time: Ints, lat: Ints, lon: Ints, altitude: Ints, sensor: Ints,
    mode: Ints, rotation_us: int, said: Ints, on: Ints, w: int, w_end: int, windows: Ints, cell_e7: int,
    between_us: int, beyond_us: int, scratch: Ints, out: Ints, count: int,
) -> int:  # fmt: skip
    """The opportunities of sensor `s`, whose first plot of the track is row `start`."""
    answers, kind = 0, 0
    intervals, before = 0, start
    for n in range(start, last + 1):
        if sensor[n] != s:
            continue
        if time[n] - time[before] > 0:
            scratch[1, intervals] = time[n] - time[before]
            intervals += 1
        before = n
        if mode[n] & ~1:
            kind = mode_of(mode[n]) if answers == 0 else kind
            scratch[0, answers] = n
            answers += 1
    turn = rotation_us
    if answers:
        place = place_of(said[0], s * HOURS_KEPT + time[scratch[0, 0]] // HOUR_US)
        if place >= 0:
            turn = said[1, place]
    if turn == 0 and intervals >= 4:
        some = np.sort(scratch[1, :intervals])
        turn = some[intervals // 4]
    if turn <= 0 or answers == 0:
        return count  # primary echoes alone say nothing of how often echoes are missed
    earliest = max(time[first], time[scratch[0, 0]] - beyond_us)
    moment = time[scratch[0, 0]] - turn
    while moment >= earliest:
        count = _missed(s, kind, moment, first, last, time, lat, lon, altitude, on, w, w_end, windows, cell_e7,
                        between_us, out, count)  # fmt: skip
        moment -= turn
    counted = -1
    for a in range(answers):
        n = scratch[0, a]
        if counted >= 0:
            gap = time[n] - time[counted]
            if 2 * gap < turn:
                continue
            steps = (2 * gap + turn) // (2 * turn)
            for m in range(1, steps):
                count = _missed(s, kind, time[counted] + gap * m // steps, first, last, time, lat, lon, altitude, on,
                                w, w_end, windows, cell_e7, between_us, out, count)  # fmt: skip
        counted = n
        if not holds(on, s * HOURS_KEPT + time[n] // HOUR_US):
            continue
        day, cell = time[n] // DAY_US, cell_of(lat[n], lon[n], cell_e7)
        band = band_of(altitude[n], altitude[n] != UNKNOWN)
        if not hides(windows, w, w_end, SECONDARY, time[n], lat[n], lon[n]):
            if count < out.shape[1]:
                out[0, count], out[1, count] = event_of(day, s, kind, cell, band), 1
            count += 1
        if kind == 1 and not hides(windows, w, w_end, PRIMARY, time[n], lat[n], lon[n]):
            if count < out.shape[1]:
                out[0, count], out[1, count] = event_of(day, s, 0, cell, band), mode[n] & 1
            count += 1
    latest = min(time[last], time[counted] + beyond_us)
    moment = time[counted] + turn
    while moment <= latest:
        count = _missed(s, kind, moment, first, last, time, lat, lon, altitude, on, w, w_end, windows, cell_e7,
                        between_us, out, count)  # fmt: skip
        moment += turn
    return count


@kernel(
    inline=True,
    examples=lambda: [
        (0, 1, moment, 0, 11, *_track()[:4], np.array([0, HOURS_KEPT]), 0, 1, _windows()[1], 2_000_000, 20_000_000,
         np.zeros((2, 4), np.int64), 0)
        for moment in (15_000_000, 45_000_000, 90_000_000)
    ],
)  # fmt: skip
def _missed(
    s: int, kind: int, moment: int, first: int, last: int, time: Ints, lat: Ints, lon: Ints, altitude: Ints, on: Ints,
    w: int, w_end: int, windows: Ints, cell_e7: int, between_us: int, out: Ints, count: int,
) -> int:  # fmt: skip
    """A turn that gave nothing, if the target's place then is known and the sensor was on and looked there."""
    low, high = first, last
    while high - low > 1:
        middle = (low + high) // 2
        if time[middle] <= moment:
            low = middle
        else:
            high = middle
    span = time[high] - time[low]
    if span > between_us or moment < time[low] or moment > time[high]:
        return count
    if not holds(on, s * HOURS_KEPT + moment // HOUR_US):
        return count
    near = low if 2 * (moment - time[low]) <= span else high
    y, x = lat[near], lon[near]
    if span > 0 and abs(lon[high] - lon[low]) < 1_800_000_000:
        y = lat[low] + (lat[high] - lat[low]) * (moment - time[low]) // span
        x = lon[low] + (lon[high] - lon[low]) * (moment - time[low]) // span
    if hides(windows, w, w_end, SECONDARY, moment, y, x):
        return count
    if count < out.shape[1]:
        band = band_of(altitude[near], altitude[near] != UNKNOWN)
        out[0, count], out[1, count] = event_of(moment // DAY_US, s, kind, cell_of(y, x, cell_e7), band), 0
    return count + 1
