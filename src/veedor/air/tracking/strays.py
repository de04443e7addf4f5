"""Plots that bear an address and that no track took: seldom heard aircraft.

A track ends after `silence_us` without a plot, for a course says little about what comes later. A receiver far away
hears an aircraft every few minutes, and an address says which plots are its own: 24 bits do not agree by chance. So
what is left over of one address, where nothing tracked bears it at that time, is one target as far as an aircraft could
have got from plot to plot. Two aircraft that share an address at two places get nothing this way.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import NONE, Plots
from veedor.kernel.sphere import RADIUS_M

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_PI = 3.141592653589793


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
    north = plots.north[other] - plots.north[one]
    turn = plots.lon[other] - plots.lon[one]
    turn = np.where(turn > _PI, turn - 2 * _PI, np.where(turn < -_PI, turn + 2 * _PI, turn))
    east = turn * RADIUS_M * ((plots.cosine[one] + plots.cosine[other]) * 0.5)
    way = rules.stray_slack_mm / 1e3 + rules.stray_speed_mm_s / 1e3 * ((plots.time[other] - plots.time[one]) * 1e-6)
    near = north * north + east * east <= way * way
    return np.asarray(near & (plots.address[one] == plots.address[other]))
