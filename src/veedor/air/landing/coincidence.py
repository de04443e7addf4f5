"""What chance alone would say for one place: in how many ways flights around could have met there.

Evidence for a place adds up days that agree and passes over those that do not, and the best of all places is taken. So
where flights meet the ground all over a country, some of them always meet. Of n days on which anybody came down around,
k that agree can be chosen in C(n, k) ways, and on each of them one flight among all of that day: by so much the
evidence is less. Where all that came down around came down there, nothing is taken off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.landing.hypotheses import Hypotheses
from veedor.air.landing.rules import RegionRules
from veedor.geodesy import distance_mm
from veedor.kernel.exactmath import log10

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_PI = 3.141592653589793
_MM_PER_E7 = 11  # of latitude, rounded down: no flight within reach is left out


@dataclass(frozen=True)
class Coincidence:
    """All hypotheses that may meet, in order of latitude, and sums of log10 of 1 to n."""

    found: Hypotheses
    northward: Ints
    lat_e7: Ints  # in that order
    reach_mm: int  # around a place lies as large an area as a flight may else have come down in
    factorials: list[float]

    @staticmethod
    def of(found: Hypotheses, rules: RegionRules) -> Coincidence:
        order = np.argsort(found.lat_e7, kind="stable")
        factorials = [0.0]
        for n in range(1, len(np.unique(found.day)) + 1):
            factorials.append(factorials[-1] + log10(float(n)))
        reach = round(math.sqrt(rules.elsewhere_km2 / _PI) * 1_000_000)
        return Coincidence(found, order, found.lat_e7[order], reach, factorials)

    def ways(self, lat_e7: int, lon_e7: int, flights: Ints, free: Bools) -> float:
        """log10 of the number of ways in which as many flights around this place as `flights`, each of a day of its
        own, could have been chosen among those that are `free`: whose landing nothing else explains."""
        band = self.reach_mm // _MM_PER_E7
        low, high = np.searchsorted(self.lat_e7, [lat_e7 - band, lat_e7 + band + 1])
        near = self.northward[low:high]
        away = distance_mm(lat_e7, lon_e7, self.found.lat_e7[near], self.found.lon_e7[near])
        near = np.setdiff1d(near[(away <= self.reach_mm) & free[near]], flights)
        used = np.unique(self.found.day[flights])
        days = len(np.union1d(used, self.found.day[near]))
        agree = len(used)
        total = self.factorials[days] - self.factorials[agree] - self.factorials[days - agree]
        _, others = np.unique(self.found.day[near][np.isin(self.found.day[near], used)], return_counts=True)
        for count in others.tolist():
            total += log10(1.0 + count)
        return total
