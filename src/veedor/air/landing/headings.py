"""The direction of a strip: what courses of landings and take-offs low over it agree on, taken as an axis."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.arrow import NO_ALTITUDE
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import RegionRules
from veedor.kernel.exactmath import atan2, cos_array, sin_array
from veedor.kernel.sphere import E7_PER_RADIAN, RADIANS_PER_E7, to_int

Ints = npt.NDArray[np.int64]

_HALF_TURN_E7 = 1_800_000_000


def heading(found: Ends, numbers: Ints, rules: RegionRules) -> int | None:
    """Direction in [0, 180) degrees (1e-7) that the courses of these ends share; None where they do not.

    Courses are doubled, so that both directions of a runway are one; their mean must be longer than a share of what it
    could be. Only flights that were low when last (first) seen count: higher ones still had a turn to make."""
    known = found.altitude_mm[numbers] != NO_ALTITUDE
    low = ~known | (found.altitude_mm[numbers] - found.ground_mm[numbers] <= rules.heading_low_mm)
    moving = found.speed_mm_s[numbers] > rules.stopped_mm_s
    used = numbers[low & moving]
    if len(used) < 2:
        return None
    angle = found.course_e7[used] * (2.0 * RADIANS_PER_E7)
    east, north = 0.0, 0.0
    for sine, cosine in zip(sin_array(angle).tolist(), cos_array(angle).tolist(), strict=True):
        east, north = east + sine, north + cosine
    if math.sqrt(east * east + north * north) * 1000.0 < rules.heading_agree_permille * len(used):
        return None
    return to_int(0.5 * atan2(east, north) * E7_PER_RADIAN) % _HALF_TURN_E7
