"""The two ends of groups of plots, and the kernels that say which group goes on in which other.

A group's ends have the smoothed place and velocity of its first and last plot.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.plane import east_m
from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNKNOWN = -(1 << 62)
FASTER = 1.2  # how much faster than at either end a target may have flown in a silence


@dataclass(frozen=True)
class Ends:
    """One row per group, in order of first plot: row numbers of its first and last plot, velocity at both ends."""

    first: Ints
    last: Ints
    entry: Floats  # m/s north, east
    exit: Floats


def ends_of(group: Ints, north_mm_s: Ints, east_mm_s: Ints) -> Ends:
    """Ends of the groups in rows sorted by (group, time, content)."""
    firsts = np.flatnonzero(np.diff(group, prepend=-1))
    lasts = np.append(firsts[1:], len(group)) - 1
    speed = np.stack([north_mm_s, east_mm_s], axis=1) / 1000.0
    return Ends(firsts, lasts, speed[firsts], speed[lasts])


def known_near_ends(ends: Ends, values: Ints, unknown: int, plots: int) -> tuple[Ints, Ints]:
    """The value nearest to the first and to the last row of each group, among its `plots` nearest; else `unknown`."""
    entry, leave = np.full(len(ends.first), unknown), np.full(len(ends.first), unknown)
    for step in range(plots):
        for found, row in ((entry, ends.first + step), (leave, ends.last - step)):
            inside = (row >= ends.first) & (row <= ends.last) & (found == unknown)
            found[inside] = values[row[inside]]
    return entry, leave


def _example() -> list[tuple[object, ...]]:
    step = np.arange(6, dtype=np.int64)
    starts, stops = step * 60_000_000, step * 60_000_000 + 30_000_000
    north, lon, cosine = step * 3_000.0, step * 0.0001, np.ones(6)
    speed = np.full((6, 2), 40.0)
    return [(starts, stops, north, lon, cosine, north + 1_400.0, lon, cosine, step * 0, step * 0 + UNKNOWN,
             step // 2, step // 3, step * 0 - 1, speed, speed, 120_000_000, 40_000_000, 4_000.0, 1_500.0, 600_000,
             40_000, np.full(6, -1), np.full(6, -1)),
            (starts, stops, north, lon, cosine, north + 1_400.0, lon, cosine, step * 0, step * 0, step // 2, step // 2,
             step * 0 - 1, speed, speed, 120_000_000, 40_000_000, 100.0, 1_500.0, 600_000, 40_000, np.full(6, -1),
             np.full(6, -1))]  # fmt: skip


@kernel(examples=_example)
def go_on_by_course(
    start: Ints, stop: Ints, north_in: Floats, lon_in: Floats, cosine_in: Floats, north_out: Floats, lon_out: Floats,
    cosine_out: Floats, height_in: Ints, height_out: Ints, code_in: Ints, code_out: Ints, address: Ints, entry: Floats,
    exit: Floats, longest_us: int, overlap_us: int, gate_m: float, beside_m: float,
    height_mm: int, climb_mm_s: int, following: Ints, before: Ints,
) -> Ints:  # fmt: skip
    """Which group each group goes on in by its course; groups sorted by `start`; mutual nearest, two addresses never.

    The course of the one is carried on to the start of the other, and back; the miss is the mean of both. Two tracks of
    one target may overlap by `overlap_us`, each with some of its plots: then they must meet within `beside_m`. One code
    of its own at one height on both sides of a silence is the same target that turned meanwhile, if it can have come
    there; negative codes say nothing."""
    count = len(start)
    cost_out = np.zeros(count)
    cost_in = np.zeros(count)
    for a in range(count):
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if start[middle] <= stop[a] - overlap_us:
                low = middle + 1
            else:
                high = middle
        for b in range(low, count):
            wait = start[b] - stop[a]
            if wait > longest_us:
                break
            if a == b or (address[a] >= 0 and address[b] >= 0):
                continue
            if start[b] <= start[a] or stop[b] <= stop[a]:
                continue
            dt = wait * 1e-6
            known = height_out[a] != UNKNOWN and height_in[b] != UNKNOWN
            if known and abs(height_in[b] - height_out[a]) > height_mm + climb_mm_s * abs(dt):
                continue
            dy = north_in[b] - north_out[a]
            dx = east_m(lon_out[a], lon_in[b], cosine_out[a], cosine_in[b])
            miss = 0.0
            for side in range(2):
                vy = exit[a, 0] if side == 0 else entry[b, 0]
                vx = exit[a, 1] if side == 0 else entry[b, 1]
                miss += 0.5 * math.sqrt((dx - vx * dt) * (dx - vx * dt) + (dy - vy * dt) * (dy - vy * dt))
            cost = miss + 10.0 * abs(dt)
            if wait > 0 and known and code_out[a] >= 0 and code_out[a] == code_in[b]:
                fastest = max(
                    exit[a, 0] * exit[a, 0] + exit[a, 1] * exit[a, 1],
                    entry[b, 0] * entry[b, 0] + entry[b, 1] * entry[b, 1],
                )
                if math.sqrt(dx * dx + dy * dy) > beside_m + FASTER * math.sqrt(fastest) * dt:
                    continue
                cost *= 0.5
            elif miss > (gate_m if wait > 0 else beside_m):
                continue
            if following[a] < 0 or cost < cost_out[a]:
                following[a], cost_out[a] = b, cost
            if before[b] < 0 or cost < cost_in[b]:
                before[b], cost_in[b] = a, cost
    for a in range(count):
        if following[a] >= 0 and before[following[a]] != a:
            following[a] = -1
    return following


def _same_example() -> list[tuple[object, ...]]:
    values = _example()[0]
    return [(np.arange(6), np.arange(6) % 2, *values[:8], 3_600_000_000, 350.0, 10_000.0,
             np.full(6, -1), np.full(6, -1))]  # fmt: skip


@kernel(examples=_same_example)
def go_on_by_address(
    order: Ints, address: Ints, start: Ints, stop: Ints, north_in: Floats, lon_in: Floats, cosine_in: Floats,
    north_out: Floats, lon_out: Floats, cosine_out: Floats, longest_us: int, speed_m_s: float, slack_m: float,
    following: Ints, before: Ints,
) -> Ints:  # fmt: skip
    """Which group of the same address each group goes on in; `order` sorts groups by (address, start).

    The first later one that an aircraft could have reached, if that one has no nearer predecessor in time."""
    for x in range(len(order)):
        a = order[x]
        for y in range(x + 1, len(order)):
            b = order[y]
            if address[b] != address[a] or start[b] - stop[a] > longest_us:
                break
            if start[b] < stop[a]:
                continue
            dy = north_in[b] - north_out[a]
            dx = east_m(lon_out[a], lon_in[b], cosine_out[a], cosine_in[b])
            if math.sqrt(dx * dx + dy * dy) <= slack_m + speed_m_s * ((start[b] - stop[a]) * 1e-6):
                following[a] = b
                if before[b] < 0 or stop[a] > stop[before[b]]:
                    before[b] = a
                break
    for a in range(len(start)):
        if following[a] >= 0 and before[following[a]] != a:
            following[a] = -1
    return following
