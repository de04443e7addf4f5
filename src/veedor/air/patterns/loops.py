"""Loops: where a flight turned once round in one direction and came back to where it had been.

For each leg the course, unwound, is followed with the least and the greatest value of the last minutes (two queues, so
that every step is looked at a fixed number of times). Once it differs from one of them by a full turn the loop's
beginning is moved up to the latest step from which that still holds, and its end on to where it passes nearest to the
beginning: a racetrack closes on its second straight.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.patterns.steps import Steps
from veedor.air.plane import TWO_PI, east_m
from veedor.kernel import kernel
from veedor.kernel.sphere import to_int

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Columns of a loop: leg, first and last point, direction (1: right), path mm, gap between both ends mm, area as per
# mille of a circle of that path, and its middle: metres north of the equator
# times 1000, and radians of longitude times 1e12.
LEG, FIRST, LAST, RIGHT, PATH_MM, GAP_MM, ROUND_PERMILLE, MIDDLE_NORTH, MIDDLE_LON = range(9)
COLUMNS = 9


def loops_of(steps: Steps, most_us: int, least_path_mm: int, gap_permille: int) -> Ints:
    """All loops in order of leg and time, one row each with the columns above."""
    room = 2 * int(steps.counts.sum()) // 3 + 2 * len(steps.counts) + 2
    out = np.zeros((room, COLUMNS), np.int64)
    size = int(steps.counts.max(initial=1))
    plane = steps.plane
    count = find_loops(
        steps.begins, steps.counts, steps.at, steps.course, steps.time, plane.north, plane.lon, plane.cosine, most_us,
        least_path_mm / 1000.0, gap_permille, np.zeros((4, size), np.int64), out,
    )  # fmt: skip
    found = out[:count]
    return found[np.lexsort((found[:, LAST], found[:, FIRST], found[:, LEG]))]


def _examples() -> list[tuple[object, ...]]:
    turn = np.arange(90) * 0.3
    north, lon = np.sin(turn) * 2000.0, (np.cos(turn) * 2000.0 + turn * 30.0) / 6_371_008.8
    back = np.concatenate([turn[:45], turn[45] - turn[:45]])
    return [
        (np.array([0]), np.array([90]), np.arange(90), course, np.arange(90) * 10_000_000, north, lon, np.ones(90),
         1_800_000_000, 500.0, 200, np.zeros((4, 90), np.int64), np.zeros((64, COLUMNS), np.int64))
        for course in (turn, -turn, back)
    ]  # fmt: skip


@kernel(examples=_examples)
def find_loops(
    begins: Ints, counts: Ints, at: Ints, course: Floats, time: Ints, north: Floats, lon: Floats, cosine: Floats,
    most_us: int, least_m: float, gap_permille: int, queues: Ints, out: Ints,
) -> int:  # fmt: skip
    """Number of loops written to `out`. `queues`: scratch, rows 0 and 1 the two queues."""
    found = 0
    for k in range(len(begins)):
        base = begins[k]
        low_head = low_tail = high_head = high_tail = 0
        b = 1
        while b < counts[k]:
            here = course[base + b]
            while low_tail > low_head and course[base + queues[0, low_tail - 1]] >= here:
                low_tail -= 1
            queues[0, low_tail] = b
            low_tail += 1
            while high_tail > high_head and course[base + queues[1, high_tail - 1]] <= here:
                high_tail -= 1
            queues[1, high_tail] = b
            high_tail += 1
            now = time[at[base + b]]
            while now - time[at[base + queues[0, low_head]]] > most_us:
                low_head += 1
            while now - time[at[base + queues[1, high_head]]] > most_us:
                high_head += 1
            right = here - course[base + queues[0, low_head]] >= TWO_PI
            left = course[base + queues[1, high_head]] - here >= TWO_PI
            if not right and not left:
                b += 1
                continue
            sign = 1.0 if right else -1.0
            a = queues[0, low_head] if right else queues[1, high_head]
            for n in range(a + 1, b):
                if (here - course[base + n]) * sign >= TWO_PI:
                    a = n
            end = _closes(base, a, b, counts[k], at, course, time, north, lon, cosine, most_us)
            if _measure(base, a, end, at, north, lon, cosine, least_m, gap_permille, out, found):
                out[found, 0] = k
                out[found, 1], out[found, 2] = at[base + a - 1], at[base + end]
                out[found, 3] = 1 if right else 0
                found += 1
            # The next loop begins where this one ended.
            low_head = low_tail = high_head = high_tail = 0
            queues[0, 0] = queues[1, 0] = end
            low_tail = high_tail = 1
            b = end + 1
    return found


def _closes_example() -> list[tuple[object, ...]]:
    turn = np.arange(40) * 0.3
    return [(0, 1, 22, 40, np.arange(40), turn, np.arange(40) * 10_000_000, np.sin(turn) * 2000.0,
             np.cos(turn) * 3e-4, np.ones(40), 1_800_000_000)]  # fmt: skip


@kernel(examples=_closes_example)
def _closes(
    base: int, a: int, b: int, count: int, at: Ints, course: Floats, time: Ints, north: Floats, lon: Floats,
    cosine: Floats, most_us: int,
) -> int:  # fmt: skip
    """The step between a quarter turn before b and one after it that ends nearest to where the loop began.

    Before b too: where steps are long, the one that completes the turn has gone past the beginning."""
    i = at[base + a - 1]
    best, nearest = b, 1e18
    first = b
    while first - 1 > a and abs(course[base + first - 1] - course[base + a]) >= TWO_PI * 0.75:
        first -= 1
    for n in range(first, count):
        j = at[base + n]
        if n > b and (abs(course[base + n] - course[base + b]) > TWO_PI / 4.0 or time[j] - time[i] > most_us):
            break
        dy = north[j] - north[i]
        dx = east_m(lon[i], lon[j], cosine[i], cosine[j])
        away = dx * dx + dy * dy
        if away < nearest:
            best, nearest = n, away
    return best


def _measure_example() -> list[tuple[object, ...]]:
    turn = np.arange(40) * 0.3
    return [(0, 1, 21, np.arange(40), np.sin(turn) * 2000.0, np.cos(turn) * 3e-4, np.ones(40), 500.0, gap,
             np.zeros((2, COLUMNS), np.int64), 1) for gap in (200, 0)]  # fmt: skip


@kernel(examples=_measure_example)
def _measure(
    base: int, a: int, end: int, at: Ints, north: Floats, lon: Floats, cosine: Floats, least_m: float,
    gap_permille: int, out: Ints, row: int,
) -> bool:  # fmt: skip
    """Whether steps a to `end` close and are long enough; then path, gap, roundness and middle go to `out[row]`."""
    i = at[base + a - 1]
    path = twice_area = sum_x = sum_y = 0.0
    x = y = 0.0
    for n in range(a, end + 1):
        j = at[base + n]
        next_y = north[j] - north[i]
        next_x = east_m(lon[i], lon[j], cosine[i], cosine[j])
        path += math.sqrt((next_x - x) * (next_x - x) + (next_y - y) * (next_y - y))
        twice_area += x * next_y - next_x * y
        sum_x += next_x
        sum_y += next_y
        x, y = next_x, next_y
    gap = math.sqrt(x * x + y * y)
    if path < least_m or gap * 1000.0 > path * gap_permille:
        return False
    number = end - a + 1
    out[row, 4], out[row, 5] = to_int(path * 1000.0), to_int(gap * 1000.0)
    # 4 pi area / path^2: 1 for a circle, pi / 4 for a square, less the longer the straights.
    out[row, 6] = to_int(1000.0 * abs(twice_area) * TWO_PI / (path * path))
    out[row, 7] = to_int((north[i] + sum_y / number) * 1000.0)
    out[row, 8] = to_int((lon[i] + sum_x / number / (6_371_008.8 * cosine[i])) * 1e12)
    return True
