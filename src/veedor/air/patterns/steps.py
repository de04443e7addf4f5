"""Legs as steps long enough to have a course, with the course unwound: a full turn to the right adds a full turn."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.plane import PI, TWO_PI, Plane, east_m
from veedor.kernel import kernel
from veedor.kernel.exactmath import atan2

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Steps:
    """Steps of all legs. Those of leg k are `begins[k]` to `begins[k] + counts[k]` in the arrays `at` (number of the
    point a step ends at) and `course` (radians, unwound); the first of a leg is its first point."""

    begins: Ints
    counts: Ints
    at: Ints
    course: Floats
    time: Ints
    plane: Plane


def steps_of(first: Ints, last: Ints, time: Ints, plane: Plane, least_us: int, least_mm: int) -> Steps:
    """Steps of at least `least_us` and `least_mm` of each leg `first[k]` to `last[k]`."""
    counts, at, course = np.zeros(len(first), np.int64), np.zeros(len(time), np.int64), np.zeros(len(time))
    take_steps(first, last, time, plane.north, plane.lon, plane.cosine, least_us, least_mm / 1000.0, counts, at, course)
    return Steps(first, counts, at, course, time, plane)


def _examples() -> list[tuple[object, ...]]:
    turn = np.arange(60) * 0.2
    north, east = np.sin(turn) * 2000.0, np.cos(turn) * 2000.0
    return [
        (np.array([0, 30]), np.array([29, 59]), np.arange(60) * 5_000_000, north, east / 6_371_008.8, np.ones(60),
         4_000_000, 150.0, np.zeros(2, np.int64), np.zeros(60, np.int64), np.zeros(60)),
    ]  # fmt: skip


@kernel(examples=_examples)
def take_steps(
    first: Ints, last: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, least_us: int, least_m: float,
    counts: Ints, at: Ints, course: Floats,
) -> Ints:  # fmt: skip
    """Fills `at` and `course` from `first[k]` on, and `counts`."""
    for k in range(len(first)):
        i = first[k]
        base = i
        number = 1
        at[base] = i
        before = 0.0
        for n in range(i + 1, last[k] + 1):
            if time[n] - time[i] < least_us:
                continue
            dy = north[n] - north[i]
            dx = east_m(lon[i], lon[n], cosine[i], cosine[n])
            if math.sqrt(dx * dx + dy * dy) < least_m:
                continue
            angle = atan2(dx, dy)
            if number == 1:
                course[base] = angle
                before = angle
            turn = angle - before
            # `before` is unwound: take off its full turns, then the short way round.
            turn -= TWO_PI * math.floor((turn + PI) / TWO_PI)
            before += turn
            at[base + number] = n
            course[base + number] = before
            number += 1
            i = n
        counts[k] = number
    return counts
