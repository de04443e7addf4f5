"""Which other ends of flights lie at the same place: neighbours among the ends, found by tree, decided by integers.

An aerodrome has thousands of ends beside each: what is asked of them is kept in arrays, and nothing here walks through
them one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from veedor.air.landing.leg_ends import Ends
from veedor.air.scales import DAY_US
from veedor.geodesy import distance_mm
from veedor.kernel.exactmath import cos_array, sin_array
from veedor.kernel.sphere import RADIANS_PER_E7, RADIUS_M

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """All ends of one run, to ask which lie near one of them; numbers are those of the ends."""

    ends: Ends
    tree: cKDTree
    by_time: Ints  # numbers in order of time
    day: Ints
    counts: Bools  # silent at that end, and of a leg that leads somewhere

    @staticmethod
    def of(ends: Ends, slow_mm_s: int) -> Places:
        """`slow_mm_s`: what gets on more slowly leads nowhere."""
        lat, lon = ends.place_lat_e7 * RADIANS_PER_E7, ends.place_lon_e7 * RADIANS_PER_E7
        cosine = cos_array(lat)
        units = np.stack([cosine * cos_array(lon), cosine * sin_array(lon), sin_array(lat)], axis=1)
        by_time = np.argsort(ends.time_us, kind="stable")
        return Places(ends, cKDTree(units), by_time, ends.time_us // DAY_US, ends.silent & ends.leads(slow_mm_s))

    @cached_property
    def times(self) -> Ints:
        """Times of the ends in order."""
        return self.ends.time_us[self.by_time]

    def near(self, number: int, within_mm: int) -> Ints:
        """Ends of other tracks within `within_mm` of the place of end `number`, in order."""
        chord = within_mm / 1000.0 / RADIUS_M * 1.001  # a little more than asked: the integers decide
        found = np.array(self.tree.query_ball_point(self.tree.data[number], chord, return_sorted=True), np.int64)
        return self._within(number, found, within_mm)

    def at_once(self, number: int, within_mm: int, within_us: int) -> Ints:
        """Ends of other tracks that near in place and in time."""
        moment = self.ends.time_us[number]
        first = np.searchsorted(self.times, moment - within_us, side="left")
        last = np.searchsorted(self.times, moment + within_us, side="right")
        return self._within(number, np.sort(self.by_time[first:last]), within_mm)

    def among(self, number: int, others: Ints, within_mm: int) -> Ints:
        """Those of `others` whose place is within `within_mm` of that of end `number`."""
        lat, lon = self.ends.place_lat_e7, self.ends.place_lon_e7
        away = distance_mm(lat[number], lon[number], lat[others], lon[others])
        return others[away <= within_mm]

    def tracks(self, numbers: Ints) -> int:
        """How many tracks these ends belong to."""
        return len(np.unique(self.ends.track[numbers]))

    def _within(self, number: int, found: Ints, within_mm: int) -> Ints:
        found = found[self.ends.track[found] != self.ends.track[number]]
        return self.among(number, found, within_mm) if len(found) else found
