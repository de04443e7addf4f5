"""Plots that bear an address and that no track took: seldom heard aircraft.

A track ends after `silence_us` without a plot, for a course says little about what comes later. A receiver far away
hears an aircraft every few minutes, and an address says which plots are its own: 24 bits do not agree by chance. So
what is left over of one address, where nothing tracked bears it at that time, is one target as far as an aircraft could
have got from plot to plot. Two aircraft that share an address at two places get nothing this way.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.plane import apart_m
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import NONE, Plots, some_plots
from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def with_strays(plots: Plots, track: Ints, rules: AssociationRules) -> Ints:
    """`track` (number by plot, -1: none) with further numbers for the targets among the plots left over."""
    bearing = np.flatnonzero(plots.address != NONE)
    bearing = bearing[np.lexsort((bearing, plots.time[bearing], plots.address[bearing]))]
    free = bearing[(track[bearing] < 0) & ~_followed(plots, bearing, track[bearing] >= 0, rules.silence_us)]
    if not len(free):
        return track
    begins = np.append(True, ~_reached(plots, free[:-1], free[1:], rules))
    group = np.cumsum(begins) - 1
    enough = np.bincount(group) >= rules.plots_at_least
    out = track.copy()
    taken = enough[group]
    out[free[taken]] = int(track.max(initial=-1)) + np.cumsum(enough)[group[taken]]
    return out


def _followed(plots: Plots, rows: Ints, tracked: Bools, within_us: int) -> Bools:
    """Which of `rows`, sorted by address and time, have a `tracked` plot of their address so near in time."""
    place = np.arange(len(rows))
    before = np.maximum.accumulate(np.where(tracked, place, -1))
    after = np.minimum.accumulate(np.where(tracked, place, len(rows))[::-1])[::-1]
    found = np.zeros(len(rows), np.bool_)
    for near in (before, after):
        there = (near >= 0) & (near < len(rows))
        other = rows[np.where(there, near, 0)]
        same = there & (plots.address[other] == plots.address[rows])
        found |= same & (np.abs(plots.time[other] - plots.time[rows]) <= within_us)
    return found


def _reached(plots: Plots, one: Ints, other: Ints, rules: AssociationRules) -> Bools:
    """Whether the other plot bears the address of the one and lies where an aircraft could have got to."""
    return near_enough(
        plots.north, plots.lon, plots.cosine, plots.time, plots.address, one, other, rules.stray_slack_mm / 1e3,
        rules.stray_speed_mm_s / 1e3, np.zeros(len(one), np.bool_),
    )  # fmt: skip


def _examples() -> list[tuple[object, ...]]:
    plots = some_plots()._replace(address=np.arange(60) // 50)
    rows = np.arange(60)
    return [
        (plots.north, plots.lon, plots.cosine, plots.time, plots.address, rows[:-1], rows[1:], slack, 350.0,
         np.zeros(59, np.bool_)) for slack in (0.0, 2_000.0)
    ]  # fmt: skip


@kernel(examples=_examples)
def near_enough(
    north: Floats, lon: Floats, cosine: Floats, time: Ints, address: Ints, one: Ints, other: Ints, slack_m: float,
    speed_m_s: float, out: Bools,
) -> Bools:  # fmt: skip
    for k in range(len(one)):
        i, j = one[k], other[k]
        way = slack_m + speed_m_s * ((time[j] - time[i]) * 1e-6)
        out[k] = address[i] == address[j] and apart_m(north, lon, cosine, i, j) <= way
    return out
