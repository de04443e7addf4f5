"""How high above the ground a leg ended, and how well that is known.

Without terrain the ground is known from listed aerodromes around alone, and without anybody who stands on one of them
pressure altitude is off by what the weather does. Both leave an error of a height that cannot be below nothing: where
the lowest aerodrome around lies 250 m lower, an aircraft seen on its runway would else be taken for one in the air.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.arrow import NO_ALTITUDE
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import RegionRules

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_MILLS = 2.55  # squared: twice the mean of a standard normal error known to be positive, 2 * 0.798


@dataclass(frozen=True)
class Heights:
    """For each end the height above the ground (mm) that is expected, its error, and whether it was measured at all."""

    height_mm: Ints
    error_mm: Ints
    known: Bools

    @property
    def widest_mm(self) -> Ints:
        """Root of the mean square of what the height may be."""
        high, error = self.height_mm.astype(np.float64), self.error_mm.astype(np.float64)
        return np.sqrt(high * high + error * error).astype(np.int64)


def heights(ends: Ends, pressure: Ints, rules: RegionRules) -> Heights:
    """`pressure`: what pressure altitude read on the ground (pressure.py), 0 where nobody showed it. An unknown height
    is taken as what none of the leg's sensors can see there, without an error of its own.

    Low ends are likelier than high ones (an exponential of `usual_height_mm`), and none is below the ground: the mean
    of a normal error cut off at 0, in closed form (within a quarter of that error)."""
    known = (ends.altitude_mm != NO_ALTITUDE) | ends.on_ground
    measured = known & ~ends.on_ground
    weather = np.where(pressure == 0, float(rules.pressure_error_mm), 0.0)
    error = ends.about_error_mm.astype(np.float64)
    variance = error * error + weather * weather
    above = np.where(measured, ends.altitude_mm - pressure - ends.about_mm, 0) - variance / rules.usual_height_mm
    high = (above + np.sqrt(above * above + _MILLS * variance)) / 2.0
    squares = high * high
    spread = np.sqrt(variance * squares / np.maximum(1.0, squares + variance))
    unseen = np.where(known, 0, np.maximum(0, ends.hidden_mm))
    return Heights(
        np.where(measured, np.rint(high).astype(np.int64), unseen),
        np.where(measured, np.rint(spread).astype(np.int64), 0),
        known,
    )
