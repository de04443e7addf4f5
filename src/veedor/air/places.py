"""Which other ends of flights lie at the same place: neighbours among the ends, found by tree, decided by integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from veedor.air.leg_ends import LegEnd
from veedor.geodesy import distance_mm
from veedor.kernel.exactmath import cos_array, sin_array
from veedor.kernel.sphere import RADIANS_PER_E7, RADIUS_M

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """All ends of one run, to ask which lie near one of them; numbers are positions in the given sequence."""

    ends: Sequence[LegEnd]
    lat_e7: Ints
    lon_e7: Ints
    tree: cKDTree

    @staticmethod
    def of(ends: Sequence[LegEnd]) -> Places:
        lat_e7 = np.array([end.place[0] for end in ends], np.int64)
        lon_e7 = np.array([end.place[1] for end in ends], np.int64)
        lat, lon = lat_e7 * RADIANS_PER_E7, lon_e7 * RADIANS_PER_E7
        cosine = cos_array(lat)
        units = np.stack([cosine * cos_array(lon), cosine * sin_array(lon), sin_array(lat)], axis=1)
        return Places(ends, lat_e7, lon_e7, cKDTree(units))

    def near(self, number: int, within_mm: int) -> list[int]:
        """Other ends within `within_mm` of the place of end `number`, in order."""
        chord = within_mm / 1000.0 / RADIUS_M * 1.001  # a little more than asked: the integers decide
        found = np.array(sorted(self.tree.query_ball_point(self.tree.data[number], chord)), np.int64)
        found = found[found != number]
        if not len(found):
            return []
        away = distance_mm(self.lat_e7[number], self.lon_e7[number], self.lat_e7[found], self.lon_e7[found])
        return [int(k) for k in found[away <= within_mm]]
