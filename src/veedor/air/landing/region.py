"""How far a strip may lie from where its flights put it: the 95 % region of a settled place.

Its error has three parts. What each flight adds of its own averages out. What all have in common (the ground, the
weather, the side they come from) is drawn once for a strip, however many flights show it: it keeps the tails of a
single flight, where the rest has those of a weighted mean. With k flights of which a share s of each one's variance is
common to all, that is k s / (1 + (k - 1) s) of the variance of the place.

Third, what no flight shows: who was lost before the turn to final had the last part of a circuit yet to fly. It is of
one size whatever the height, and flown at one strip on one side, so all have it in common too, and however many flights
are lost on base at one place, none of them says where the runway is. Flights seen low or standing have none of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.landing.hypotheses import Hypotheses
from veedor.air.landing.rules import RegionRules
from veedor.kernel.exactmath import atan2
from veedor.kernel.sphere import E7_PER_RADIAN, to_int

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# 95 % quantile of the squared error of the weighted place of 1, 2, .. regions in its own estimated variances, errors of
# regions drawn from Student's distribution with the rules' freedom of 4 (simulated, 40,000 draws each).
_MEAN_95 = (13.8, 8.5, 8.1, 7.6, 7.5, 7.2, 7.2, 7.1, 7.0)


@dataclass(frozen=True)
class Region:
    """Half axes (mm) and azimuth of the longer one, in [0, 180) degrees."""

    major_mm: int
    minor_mm: int
    major_azimuth_e7: int


def region(covariance: Floats, found: Hypotheses, flights: Ints, rules: RegionRules) -> Region:
    """The 95 % region of the place that `flights` (numbers of `found`) came to, from the covariance of its error (east,
    east-north, north; square metres)."""
    # The flights that are known best make the place, so theirs are its errors.
    extent, count = rules.extent_mm / 1000.0, len(flights)
    along, across, least = found.along_m[flights], found.across_m[flights], rules.common_mm / 1000.0
    weight = 1.0 / np.maximum(2.0 * least * least, along * along + across * across - 2.0 * extent * extent)
    total = math.fsum(weight.tolist())
    share, low, turning = (
        math.fsum((weight * column).tolist()) / total
        for column in (
            found.shared[flights], found.known[flights] * (1.0 - found.turning[flights]), found.turning[flights],
        )
    )  # fmt: skip
    one = (rules.tail_milli_chi2 + low * (rules.tail_low_milli_chi2 - rules.tail_milli_chi2)) / 1000.0
    common = count * share / (1.0 + (count - 1) * share)
    mean = _MEAN_95[min(count, len(_MEAN_95)) - 1] / _MEAN_95[0]
    reach = rules.circuit_mm / 1000.0
    return _ellipse(covariance * one * (common + (1.0 - common) * mean), turning * reach * reach)


def _ellipse(squares: Floats, round_m2: float) -> Region:
    """Of a covariance that is scaled to 95 %, and wider by the same in every direction."""
    east, both, north = (float(value) for value in squares)
    middle, half = (east + north) / 2.0 + round_m2, (east - north) / 2.0
    root = math.sqrt(half * half + both * both)
    major, minor = math.sqrt(middle + root), math.sqrt(max(0.0, middle - root))
    azimuth = to_int(0.5 * atan2(both, -half) * E7_PER_RADIAN)
    return Region(to_int(major * 1000.0), to_int(minor * 1000.0), azimuth % 1_800_000_000)
