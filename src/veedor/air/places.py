"""Which other ends of flights lie at the same place: neighbours among the ends, found by tree, decided by integers.

An aerodrome has thousands of ends beside each: what is asked of them is kept in arrays, and nothing here walks through
them one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from veedor.air.leg_ends import LegEnd
from veedor.air.rules import DAY_US
from veedor.geodesy import distance_mm
from veedor.kernel.exactmath import cos_array, sin_array
from veedor.kernel.sphere import RADIANS_PER_E7, RADIUS_M

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """All ends of one run, to ask which lie near one of them; numbers are positions in the given sequence."""

    ends: Sequence[LegEnd]
    lat_e7: Ints
    lon_e7: Ints
    tree: cKDTree
    time_us: Ints
    by_time: Ints  # numbers in order of time
    day: Ints
    track: Ints
    counts: Bools  # silent at that end, and of a leg that leads somewhere
    addressed: Bools  # the leg has an address
    called: Bools  # and a call sign

    @staticmethod
    def of(ends: Sequence[LegEnd], slow_mm_s: int) -> Places:
        """`slow_mm_s`: what gets on more slowly leads nowhere."""
        lat_e7 = np.array([end.place[0] for end in ends], np.int64)
        lon_e7 = np.array([end.place[1] for end in ends], np.int64)
        lat, lon = lat_e7 * RADIANS_PER_E7, lon_e7 * RADIANS_PER_E7
        cosine = cos_array(lat)
        units = np.stack([cosine * cos_array(lon), cosine * sin_array(lon), sin_array(lat)], axis=1)
        time = np.array([end.time_us for end in ends], np.int64)
        addressed = np.array([end.leg["address"] is not None for end in ends], np.bool_)
        return Places(
            ends, lat_e7, lon_e7, cKDTree(units), time, np.argsort(time, kind="stable"), time // DAY_US,
            np.array([end.leg["track"] for end in ends], np.int64),
            np.array([end.silent and end.gets_on(slow_mm_s) for end in ends], np.bool_),
            addressed, addressed & np.array([end.leg["call_sign"] is not None for end in ends], np.bool_),
        )  # fmt: skip

    def near(self, number: int, within_mm: int) -> Ints:
        """Ends of other tracks within `within_mm` of the place of end `number`, in order."""
        chord = within_mm / 1000.0 / RADIUS_M * 1.001  # a little more than asked: the integers decide
        found = np.array(self.tree.query_ball_point(self.tree.data[number], chord, return_sorted=True), np.int64)
        return self._within(number, found, within_mm)

    def at_once(self, number: int, within_mm: int, within_us: int) -> Ints:
        """Ends of other tracks that near in place and in time."""
        times = self.time_us[self.by_time]
        first = np.searchsorted(times, self.time_us[number] - within_us, side="left")
        last = np.searchsorted(times, self.time_us[number] + within_us, side="right")
        return self._within(number, np.sort(self.by_time[first:last]), within_mm)

    def among(self, number: int, others: Ints, within_mm: int) -> Ints:
        """Those of `others` whose place is within `within_mm` of that of end `number`."""
        away = distance_mm(self.lat_e7[number], self.lon_e7[number], self.lat_e7[others], self.lon_e7[others])
        return others[away <= within_mm]

    def tracks(self, numbers: Ints) -> int:
        """How many tracks these ends belong to."""
        return len(np.unique(self.track[numbers]))

    def _within(self, number: int, found: Ints, within_mm: int) -> Ints:
        found = found[self.track[found] != self.track[number]]
        return self.among(number, found, within_mm) if len(found) else found
