"""How likely a sensor is to detect a target in a cell and altitude band: from counted opportunities, with an interval.

Bounds are those of Clopper and Pearson (1934) for a binomial share at 95 %, rounded outwards to thousandths: integers
in, integers out, by + - * / alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import Array, ints, texts
from veedor.air.flying.coverage import ALL, CELL_E7
from veedor.air.grid import band_of, cell_of
from veedor.kernel import kernel

Key = tuple[str, int, int]  # sensor, cell, band

_TAIL = 0.025
_NOTHING = 1e-18


@kernel(examples=lambda: [(h, n, p) for h, n in ((0, 5), (3, 5), (5, 5), (40, 90)) for p in (0.001, 0.3, 0.5, 0.999)])
def at_least(hits: int, opportunities: int, chance: float) -> float:
    """Probability of at least `hits` hits; 0 < chance < 1. Sums from the likeliest count outwards, in fixed order."""
    odds = chance / (1.0 - chance)
    mode = min(opportunities, int((opportunities + 1) * chance))
    below, above = 0.0, 0.0
    term, k = 1.0, mode
    while term > _NOTHING:
        if k >= hits:
            above += term
        else:
            below += term
        if k == opportunities:
            break
        term *= odds * (opportunities - k) / (k + 1)
        k += 1
    term, k = 1.0, mode
    while k > 0:
        term *= k / (odds * (opportunities - k + 1))
        k -= 1
        if term <= _NOTHING:
            break
        if k >= hits:
            above += term
        else:
            below += term
    return above / (above + below)


@kernel(examples=lambda: [(0, 0), (0, 5), (5, 5), (3, 5), (900, 1_000)])
def bounds_permille(hits: int, opportunities: int) -> tuple[int, int]:
    """Lower and upper 95 % bound of a detection probability in thousandths; (0, 1000) without any opportunity."""
    low, high = 0, 1000
    if opportunities <= 0:
        return low, high
    if hits > 0:
        first, last = 0, 999  # the largest chance at which so many hits are still unlikely
        while first < last:
            middle = (first + last + 1) // 2
            if at_least(hits, opportunities, middle / 1000.0) <= _TAIL:
                first = middle
            else:
                last = middle - 1
        low = first
    if hits < opportunities:
        first, last = 1, 1000  # the smallest chance at which so few hits are unlikely
        while first < last:
            middle = (first + last) // 2
            if 1.0 - at_least(hits + 1, opportunities, middle / 1000.0) <= _TAIL:
                last = middle
            else:
                first = middle + 1
        high = first
    return low, high


@dataclass(frozen=True)
class Detection:
    """What each sensor detected of targets with a transponder, by cell and altitude band, over all days."""

    counters: Mapping[Key, tuple[int, int]]  # opportunities and hits

    @staticmethod
    def load(coverage: pa.Table) -> Detection:
        some: Array = pc
        rows = coverage.filter(some.and_(some.not_equal(coverage["sensor"], ALL), some.greater(coverage["mode"], 1)))
        rows = rows.group_by(["sensor", "cell", "band"]).aggregate([("opportunities", "sum"), ("hits", "sum")])
        keys = zip(texts(rows["sensor"]), ints(rows["cell"], 0).tolist(), ints(rows["band"], 0).tolist(), strict=True)
        counted = zip(ints(rows["opportunities_sum"], 0).tolist(), ints(rows["hits_sum"], 0).tolist(), strict=True)
        return Detection(dict(zip(keys, counted, strict=True)))

    def of(self, sensor: str, lat_e7: int, lon_e7: int, altitude_mm: int | None) -> tuple[int, int]:
        """(opportunities, hits) of a sensor there; both 0 where nobody flew: unknown."""
        band = band_of(altitude_mm or 0, altitude_mm is not None)
        return self.counters.get((sensor, cell_of(lat_e7, lon_e7, CELL_E7), band), (0, 0))
