"""Tracks of one address that lie beside each other in time: one aircraft whose track broke and began anew.

Who circles with a plot every 15 to 30 seconds turns out of one track's gate and begins another before the first is
given up; the first may even go on where the second ends. An address says that they are one aircraft if one aircraft can
have flown them: taken by turns in order of time, no step from the one to the other is longer than it would have got.
Positions that a feed repeats late, reflections and a copied address ask for leaps, and stay tracks of their own.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.plane import apart_m
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import NONE, Plots, some_plots
from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_BRAIDED = 64  # tracks of one address in a block; whose address more bear is no aircraft's


def braided(plots: Plots, track: Ints, rules: AssociationRules) -> Ints:
    """`track` (number by plot, -1: none) with the number of the first for all that one aircraft flew by turns."""
    count = int(track.max(initial=-1)) + 1
    rows = np.flatnonzero((track >= 0) & (plots.address != NONE))
    address, other = np.full(count, NONE), np.full(count, 1 << 62)
    np.maximum.at(address, track[rows], plots.address[rows])
    np.minimum.at(other, track[rows], plots.address[rows])
    address = np.where(address == other, address, NONE)  # who bears two is nobody's
    borne, times = np.unique(address[address != NONE], return_counts=True)
    asked = borne[(times > 1) & (times <= MOST_BRAIDED)]
    rows = np.flatnonzero(track >= 0)
    rows = rows[np.isin(address[track[rows]], asked)]
    if not len(rows):
        return track
    # Address after address, in order of time.
    rows = rows[np.lexsort((rows, address[track[rows]]))]
    begins = np.flatnonzero(np.diff(address[track[rows]], prepend=NONE - 1))
    first, last = np.full(count, len(rows)), np.full(count, -1)
    np.minimum.at(first, track[rows], np.arange(len(rows)))
    np.maximum.at(last, track[rows], np.arange(len(rows)))
    parent = braid(
        plots, rows, track[rows], np.append(begins, len(rows)), first, last, rules.braid_slack_mm / 1e3,
        rules.braid_speed_milli / 1e3, rules.braid_slow_mm_s / 1e3, np.arange(count),
    )  # fmt: skip
    return np.where(track >= 0, parent[track], -1)


def _speed_examples() -> list[tuple[object, ...]]:
    some, rows = some_plots(), np.arange(60)
    return [
        (some._replace(velocity=some.velocity * sign), rows, rows % 3, np.arange(3), 0, 59, group)
        for sign in (-50.0, 1.0)
        for group in (0, 2)
    ]


@kernel(inline=True, examples=_speed_examples)
def _speed_m_s(plots: Plots, rows: Ints, track: Ints, parent: Ints, low: int, high: int, group: int) -> float:
    """How fast the group flew: as it reported, on average, or got on from plot to plot, if that is faster."""
    way, begun, before, said, times = 0.0, -1, -1, 0.0, 0
    for x in range(low, high + 1):
        if parent[track[x]] == group:
            if plots.velocity[rows[x], 2] >= 0.0:
                east, north = plots.velocity[rows[x], 0], plots.velocity[rows[x], 1]
                said += math.sqrt(east * east + north * north)
                times += 1
            if before >= 0:
                way += apart_m(plots.north, plots.lon, plots.cosine, before, rows[x])
            else:
                begun = rows[x]
            before = rows[x]
    seconds: float = max(1.0, (plots.time[before] - plots.time[begun]) * 1e-6)
    return max(said / max(1, times), way / seconds)


@kernel(
    inline=True,
    examples=lambda: [
        (some_plots(), np.arange(60), np.arange(60) % 3, np.arange(3), 0, 59, 0, other, slack, 90.0)
        for other, slack in ((1, 500.0), (2, 500.0), (1, 90_000.0))
    ],
)
def _by_turns(
    plots: Plots, rows: Ints, track: Ints, parent: Ints, low: int, high: int, one: int, other: int, slack_m: float,
    speed_m_s: float,
) -> bool:  # fmt: skip
    """Whether no step from a plot of the one group to the next, of the other, is a leap."""
    before, whose = -1, -1
    for x in range(low, high + 1):
        group = parent[track[x]]
        if group != one and group != other:
            continue
        if before >= 0 and group != whose:
            way = slack_m + speed_m_s * ((plots.time[rows[x]] - plots.time[before]) * 1e-6)
            if apart_m(plots.north, plots.lon, plots.cosine, before, rows[x]) > way:
                return False
        before, whose = rows[x], group
    return True


def _examples() -> list[tuple[object, ...]]:
    plots = some_plots()
    rows = np.arange(60)
    # The first target in three tracks that overlap, the second in one, and noise.
    track = np.select([rows % 3 == 1, rows % 3 == 2, rows < 30, rows % 2 == 0], [3, 4, 0, 1], 2)
    first, last = np.array([0, 30, 33, 1, 2]), np.array([27, 54, 57, 58, 59])
    return [
        (plots, rows, track, np.array([0, 60]), first, last, slack, 1.3, 25.0, np.arange(5))
        for slack in (50.0, 500.0, 90_000.0)
    ]


@kernel(examples=_examples)
def braid(
    plots: Plots, rows: Ints, track: Ints, begins: Ints, first: Ints, last: Ints, slack_m: float, faster: float,
    slow_m_s: float, parent: Ints,
) -> Ints:  # fmt: skip
    """`parent` (start: 0..n-1) becomes the earliest track of each group.

    `rows` are plots, address after address from each of `begins` on, in order of time; `track` whose they are; `first`
    and `last` the places among them of each track's first and last plot, of which `last` grows to the group's."""
    for a in range(len(begins) - 1):
        for x in range(begins[a], begins[a + 1]):
            t = track[x]
            if first[t] != x:
                continue
            # The groups that are under way as this track begins.
            for y in range(begins[a], x):
                s = track[y]
                if first[s] != y or parent[s] != s or last[s] < x:
                    continue
                high = max(last[s], last[t])
                speed = max(
                    _speed_m_s(plots, rows, track, parent, y, last[s], s),
                    _speed_m_s(plots, rows, track, parent, x, last[t], t),
                )
                if _by_turns(plots, rows, track, parent, y, high, s, t, slack_m, faster * max(slow_m_s, speed)):
                    parent[t], last[s] = s, high
                    break
    return parent
