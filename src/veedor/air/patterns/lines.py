"""Lines: straight pieces of a flight, and runs of them flown one against the other, as in searching or surveying."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.patterns.steps import Steps
from veedor.air.plane import TWO_PI, east_m
from veedor.kernel import kernel
from veedor.kernel.exactmath import sincos
from veedor.kernel.sphere import to_int

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Columns of a run: leg, first and last point, lines, distinct tracks among them, mean distance between neighbours mm,
# mean length mm.
LEG, FIRST, LAST, LINES, TRACKS_APART, SPACING_MM, LENGTH_MM = range(7)
COLUMNS = 7
MOST_LINES = 256  # of one run that are compared with each other; a longer run begins anew


def runs_of(
    steps: Steps, turn: float, least_mm: int, pause_us: int, apart_mm: int, widest_mm: int, lines_at_least: int
) -> Ints:
    """All runs of at least `lines_at_least` lines against each other, in order of leg and time, one row each.

    A line keeps within `turn` radians of its mean course for `least_mm`. The next one runs within `turn` of the
    opposite course, at most `widest_mm` beside it, overlaps it by half, and begins within `pause_us`. A line is a track
    of its own where all earlier ones of the run are `apart_mm` from it and a third of the way to its neighbour."""
    plane = steps.plane
    # Who turns back at every step flies as many lines as steps.
    lines = np.zeros((int(steps.counts.sum()), 3), np.int64)
    number = find_lines(
        steps.begins, steps.counts, steps.at, steps.course, plane.north, plane.lon, plane.cosine, turn,
        least_mm / 1000.0, lines,
    )  # fmt: skip
    out = np.zeros((number + 1, COLUMNS), np.int64)
    count = find_runs(
        lines[:number], steps.time, plane.north, plane.lon, plane.cosine, turn, pause_us, apart_mm / 1000.0,
        widest_mm / 1000.0, lines_at_least, np.zeros(MOST_LINES), out,
    )  # fmt: skip
    return out[:count]


def _mower(lines: int = 6, points: int = 12) -> tuple[Floats, Floats, Floats]:
    """North, longitude and unwound course of a lawn-mower flight of `lines` lines, for examples."""
    north = np.tile(np.arange(points) * 800.0, lines)
    for line in range(1, lines, 2):
        north[line * points : (line + 1) * points] = north[line * points : (line + 1) * points][::-1]
    lon = np.repeat(np.arange(lines) * 1e-4, points)
    return north, lon, np.repeat(np.arange(lines) % 2 * (TWO_PI / 2), points)


def _line_examples() -> list[tuple[object, ...]]:
    north, lon, course = _mower()
    count = len(north)
    return [(np.array([0]), np.array([count]), np.arange(count), course, north, lon, np.ones(count), 0.35, least,
             np.zeros((count, 3), np.int64)) for least in (2000.0, 90_000.0)]  # fmt: skip


@kernel(examples=_line_examples)
def find_lines(
    begins: Ints, counts: Ints, at: Ints, course: Floats, north: Floats, lon: Floats, cosine: Floats, turn: float,
    least_m: float, out: Ints,
) -> int:  # fmt: skip
    """Leg, first and last point of every line; how many there are."""
    found = 0
    for k in range(len(begins)):
        base = begins[k]
        start, total, number = 0, 0.0, 0
        for n in range(1, counts[k] + 1):
            straight = n < counts[k] and (number == 0 or abs(course[base + n] - total / number) <= turn)
            if straight:
                total += course[base + n]
                number += 1
                continue
            i, j = at[base + start], at[base + n - 1]
            dy = north[j] - north[i]
            dx = east_m(lon[i], lon[j], cosine[i], cosine[j])
            if math.sqrt(dx * dx + dy * dy) >= least_m:
                out[found, 0], out[found, 1], out[found, 2] = k, i, j
                found += 1
            if n < counts[k]:
                start, total, number = n - 1, course[base + n], 1
    return found


def _run_examples() -> list[tuple[object, ...]]:
    north, lon, _ = _mower()
    lines = np.array([[0, 12 * k, 12 * k + 11] for k in range(6)], np.int64)
    return [(lines, np.arange(len(north)) * 10_000_000, north, lon, np.ones(len(north)), 0.35, 600_000_000, 60.0,
             widest, 4, np.zeros(MOST_LINES), np.zeros((7, COLUMNS), np.int64))
            for widest in (5000.0, 300.0)]  # fmt: skip


@kernel(examples=_run_examples)
def find_runs(
    lines: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, turn: float, pause_us: int, apart_m: float,
    widest_m: float, lines_at_least: int, offsets: Floats, out: Ints,
) -> int:  # fmt: skip
    """Runs of lines against each other; how many there are. `offsets`: scratch for the distinct tracks of a run."""
    found = 0
    _, least_cosine = sincos(turn)
    start, number, apart = 0, 0, 0
    beside = 0.0
    spacing = length = origin_x = origin_y = axis_x = axis_y = 0.0
    for n in range(len(lines) + 1):
        joins = False
        if n < len(lines):
            i, j = lines[n, 1], lines[n, 2]
            here_y = north[j] - north[i]
            here_x = east_m(lon[i], lon[j], cosine[i], cosine[j])
            size = math.sqrt(here_x * here_x + here_y * here_y)
            if number > 0 and number < len(offsets) and lines[n, 0] == lines[n - 1, 0]:
                p, q = lines[n - 1, 1], lines[n - 1, 2]
                last_y = north[q] - north[p]
                last_x = east_m(lon[p], lon[q], cosine[p], cosine[q])
                before = math.sqrt(last_x * last_x + last_y * last_y)
                against = (last_x * here_x + last_y * here_y) / (before * size)
                start_y, start_x = north[i] - north[p], east_m(lon[p], lon[i], cosine[p], cosine[i])
                end_y, end_x = start_y + here_y, start_x + here_x
                along_a = (start_x * last_x + start_y * last_y) / before
                along_b = (end_x * last_x + end_y * last_y) / before
                shared = min(before, max(along_a, along_b)) - max(0.0, min(along_a, along_b))
                middle_y, middle_x = (start_y + end_y) * 0.5, (start_x + end_x) * 0.5
                beside = abs(middle_x * last_y - middle_y * last_x) / before
                joins = (
                    against <= -least_cosine
                    and shared * 2.0 >= min(before, size)
                    and beside <= widest_m
                    and time[i] - time[q] <= pause_us
                )
                if joins:
                    spacing += beside
        if not joins:
            if number >= lines_at_least:
                out[found, 0] = lines[start, 0]
                out[found, 1], out[found, 2] = lines[start, 1], lines[start + number - 1, 2]
                out[found, 3], out[found, 4] = number, apart
                out[found, 5] = to_int(spacing * 1000.0 / (number - 1))
                out[found, 6] = to_int(length * 1000.0 / number)
                found += 1
            if n == len(lines):
                break
            start, number, apart, spacing, length, beside = n, 0, 0, 0.0, 0.0, 0.0
            origin_x, origin_y = lon[lines[n, 1]], north[lines[n, 1]]
            axis_x, axis_y = here_x / size, here_y / size
        # Where the line's middle lies across the axis of the run's first line.
        first = lines[start, 1]
        middle_y = (north[i] + north[j]) * 0.5 - origin_y
        middle_x = (
            east_m(origin_x, lon[i], cosine[first], cosine[i]) + east_m(origin_x, lon[j], cosine[first], cosine[j])
        ) * 0.5
        across = middle_x * axis_y - middle_y * axis_x
        new = True
        for m in range(apart):
            if abs(across - offsets[m]) < max(apart_m, beside / 3.0):
                new = False
        if new:
            offsets[apart] = across
            apart += 1
        number += 1
        length += size
    return found
