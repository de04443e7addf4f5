"""What of the plots may be compared between sensors: identified, with a time, a place as measured and a height.

Identity is the 24-bit address, else the Mode A code where it stands for one aircraft. Codes that many share are left
out here (`SHARED`); others are compared only where the plots of one sensor make one flight (`pairing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, NONE, ints, truths
from veedor.air.plane import plane_of
from veedor.air.sensing.bias_rules import SampleRules
from veedor.air.sensing.site_rows import NO_SITE, Sites
from veedor.kernel.exactmath import cos_array, sin_array
from veedor.kernel.sphere import RADIANS_PER_E7, RADIUS_M
from veedor.tables.plots import ADSB, AIS, FIELD_MONITOR, NOT_A_TARGET, REPORT, SIMULATED

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

NEEDED = (
    "sensor", "time", "mode", "flags", "range_mm", "azimuth_e7", "lat_e7", "lon_e7", "altitude_pressure_mm",
    "altitude_geometric_mm", "address", "code_3a", "code_3a_valid", "code_3a_garbled", "code_c_garbled", "deposit",
    "row",
)  # fmt: skip
# Conspicuity and emergency codes (ICAO Doc 4444, regional plans): many aircraft at a time.
SHARED = (0, 0o1000, 0o1200, 0o2000, 0o7000, 0o7500, 0o7600, 0o7700, 0o7777)
CODE_BASE = 1 << 24


@dataclass(frozen=True)
class Comparable:
    """Plots by row of the input (`row_of`). `one`, `two` as in bias_samples; `x`, `y` metres on a plane of the sensor's
    own, to tell whether two of its plots can be one flight."""

    row_of: Ints
    sensor: Ints
    time: Ints
    polar: Bools
    one: Ints
    two: Ints
    pressure: Ints
    geometric: Ints
    address: Ints
    code: Ints
    x: Floats
    y: Floats


def comparable(plots: pa.Table, sensor: Ints, names: Sequence[str], sites: Sites, rules: SampleRules) -> Comparable:
    """Plots that may be samples, in the order given; `sensor` is the rank in `names` of each plot's sensor."""
    flags, mode = ints(plots["flags"], 0), ints(plots["mode"], 0)
    time = ints(plots["time"], NO_ALTITUDE)
    address = ints(plots["address"], NONE)
    address[(address <= 0) | (address >= 0xFFFFFF)] = NONE
    code = ints(plots["code_3a"], NONE)
    code[truths(plots["code_3a_garbled"]) | truths(pc.invert(plots["code_3a_valid"])) | np.isin(code, SHARED)] = NONE
    usable = ((flags & NOT_A_TARGET) == 0) & (time != NO_ALTITUDE) & ((mode & (AIS | REPORT)) == 0)
    usable &= (address != NONE) | (code != NONE)
    kept = np.flatnonzero(usable)
    kept, polar, one, two, pressure, geometric = _places(plots, kept, sensor, time, mode, names, sites, rules)
    x, y = _flat(polar, one, two)
    return Comparable(
        kept, sensor[kept], time[kept], polar, one, two, pressure, geometric, address[kept], code[kept], x, y
    )


def monitors(plots: pa.Table, sensor: Ints, names: Sequence[str], sites: Sites) -> tuple[Ints, Ints, Ints, Ints]:
    """(row, range, azimuth, height as said or 0) of plots flagged as a site monitor's, with range and azimuth."""
    flagged = (ints(plots["flags"], 0) & FIELD_MONITOR) != 0
    range_mm, azimuth = ints(plots["range_mm"], NONE), ints(plots["azimuth_e7"], NO_ALTITUDE)
    time = ints(plots["time"], NO_ALTITUDE)
    flagged &= (range_mm > 0) & (azimuth != NO_ALTITUDE) & (time != NO_ALTITUDE)
    rows = np.flatnonzero(flagged)
    rows = rows[sites.of(sensor[rows], time[rows], names) != NO_SITE]
    return rows, range_mm[rows], azimuth[rows], time[rows]


def _places(
    plots: pa.Table, kept: Ints, sensor: Ints, time: Ints, mode: Ints, names: Sequence[str], sites: Sites,
    rules: SampleRules,
) -> tuple[Any, ...]:  # fmt: skip
    pressure = ints(plots["altitude_pressure_mm"], NO_ALTITUDE)[kept]
    pressure[truths(plots["code_c_garbled"])[kept]] = NO_ALTITUDE
    geometric = ints(plots["altitude_geometric_mm"], NO_ALTITUDE)[kept]
    range_mm, azimuth = ints(plots["range_mm"], NONE)[kept], ints(plots["azimuth_e7"], NO_ALTITUDE)[kept]
    lat, lon = ints(plots["lat_e7"], NO_ALTITUDE)[kept], ints(plots["lon_e7"], NO_ALTITUDE)[kept]
    site = sites.of(sensor[kept], time[kept], names)
    ground = np.append(sites.height_mm, 0)[site]  # NO_SITE is the last
    height = np.where(pressure == NO_ALTITUDE, geometric, pressure)
    steep = np.abs(height - ground) * 1000 > range_mm * rules.steep_permille
    polar = (range_mm >= rules.range_least_mm) & (azimuth != NO_ALTITUDE) & (site != NO_SITE) & ~steep
    said = ((mode[kept] & ADSB) != 0) & (lat != NO_ALTITUDE) & (lon != NO_ALTITUDE) & ~(range_mm > 0)
    good = (polar | said) & (height != NO_ALTITUDE)
    one, two = np.where(polar, range_mm, lat), np.where(polar, azimuth, lon)
    return kept[good], polar[good], one[good], two[good], pressure[good], geometric[good]


def _flat(polar: Bools, one: Ints, two: Ints) -> tuple[Floats, Floats]:
    x, y = np.empty(len(one)), np.empty(len(one))
    at = np.flatnonzero(polar)
    angle = two[at] * RADIANS_PER_E7
    x[at], y[at] = one[at] / 1000.0 * sin_array(angle), one[at] / 1000.0 * cos_array(angle)
    at = np.flatnonzero(~polar)
    plane = plane_of(one[at], two[at])
    x[at], y[at] = plane.lon * RADIUS_M * plane.cosine, plane.north
    return x, y


def simulated(plots: pa.Table) -> Bools:
    """Which plots are marked as simulated."""
    marked: Bools = (ints(plots["flags"], 0) & SIMULATED) != 0
    return marked
