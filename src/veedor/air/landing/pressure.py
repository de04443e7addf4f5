"""What pressure altitude reads on the ground: learnt, day by day, from flights that stand on listed aerodromes.

Transponders report height by the standard atmosphere; at 1030 hPa the ground reads 140 m too low, which on a glide of
3 degrees is 2.7 km of way. Aircraft that are on the ground at a known elevation give the day's difference.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.arrow import NO_ALTITUDE
from veedor.air.grid import cells_of
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import RegionRules
from veedor.air.scales import DAY_US
from veedor.registers.aerodromes import Aerodromes

Ints = npt.NDArray[np.int64]

_CELL_E7 = 30_000_000  # 3 degrees: over 300 km pressure differs by less than what is read
_KEPT = 1 << 32


def readings(ends: Ends, aerodromes: Aerodromes, rules: RegionRules) -> Ints:
    """For each end what pressure altitude minus height was there on that day (mm), as far as anybody showed it: the
    median over ends on the ground at listed aerodromes, in the same 3 degree cell; 0 where nobody did."""
    offset = np.zeros(len(ends), np.int64)
    if not len(ends):
        return offset
    cell = cells_of(ends.lat_e7, ends.lon_e7, _CELL_E7, np.empty(len(ends), np.int64))
    key = ends.time_us // DAY_US * _KEPT + cell
    stands = ends.on_ground & (ends.altitude_mm != NO_ALTITUDE) & (ends.aerodrome_mm <= rules.stands_at_mm)
    row = ends.aerodrome[stands]
    elevation = np.asarray(aerodromes.table["elevation_mm"].to_numpy(), np.int64)[row]
    read = ends.altitude_mm[stands] - elevation
    sound = np.abs(read) <= rules.pressure_most_mm
    keys, values = key[stands][sound], read[sound]
    order = np.lexsort((values, keys))
    keys, values = keys[order], values[order]
    names, first, count = np.unique(keys, return_index=True, return_counts=True)
    if not len(names):
        return offset
    middle = values[first + (count - 1) // 2]
    at = np.minimum(np.searchsorted(names, key), len(names) - 1)
    return np.where(names[at] == key, middle[at], 0)
