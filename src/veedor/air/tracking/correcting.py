"""Measurements as sensors would have given them had they been off by nothing, and the site they were taken from.

Which rows of `biases/1` count, sensor by sensor and UTC day:
1. Values of a plausible sensor, each where it is given: one with too large a standard error is null there.
2. Values of a suspect one too, where the fault lies in clock, range, scale or north: they hold the fault itself.
3. Where a site stands elsewhere, or two are exchanged, values hold only from the place where it seems to stand; plots
   are then taken from there. If something else explains the samples as well, neither place nor values count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import Array, array, ints
from veedor.air.scales import DAY_US
from veedor.air.sensing.bias_faults import EXCHANGED, PLACE
from veedor.air.sensing.corrected import NEEDED, Bias, corrected
from veedor.air.tracking.measuring import Site, site_of
from veedor.kernel.exactmath import cos_array
from veedor.kernel.sphere import E7_PER_RADIAN, RADIUS_M, fold_e7, to_int

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

BIAS_NEEDED = (*NEEDED, "fault", "fault_sensor", "alternatives")


@dataclass(frozen=True)
class Unbiased:
    """By plot: slant range (mm), azimuth (1e-7 degree), time (us), number in `sites`; `moved` where its place changes.
    `sites` are those of the site table, and after them those that seem to stand elsewhere."""

    range_mm: Ints
    azimuth_e7: Ints
    time: Ints
    site: Ints
    sites: Sequence[Site]
    moved: Bools


def as_if_unbiased(plots: pa.Table, site: Ints, sites: Sequence[Site], biases: pa.Table) -> Unbiased:
    """`plots` has sensor, time, range_mm, azimuth_e7; `site` each one's number in `sites`; `biases` BIAS_NEEDED."""
    ranges, azimuths, time = ints(plots["range_mm"], 0), ints(plots["azimuth_e7"], 0), ints(plots["time"], 0)
    usable = biases.filter(array(_usable(biases)))
    if not usable.num_rows or not len(time):
        return Unbiased(ranges, azimuths, time, site, sites, np.zeros(len(time), np.bool_))
    names = plots["sensor"].combine_chunks()
    bias = Bias.of(names, time, usable)
    seen_from, all_sites = _as_seen(names, time, site, sites, usable)
    moved = (bias.range_mm != 0) | (bias.scale_e7 != 0) | (bias.azimuth_e7 != 0) | (seen_from != site)
    return Unbiased(*corrected(ranges, azimuths, time, bias), seen_from, all_sites, moved)


def _usable(biases: pa.Table) -> Bools:
    misplaced = np.isin(np.array(biases["fault"].to_pylist(), object), (PLACE, EXCHANGED))
    in_doubt = np.array([bool(others) for others in biases["alternatives"].to_pylist()], np.bool_)
    return ~(misplaced & in_doubt)


def _as_seen(
    names: Array, time: Ints, site: Ints, sites: Sequence[Site], biases: pa.Table
) -> tuple[Ints, Sequence[Site]]:
    """The site of each plot, and all sites, those of sensors included that seem to stand elsewhere on a day."""
    out, known = site.copy(), list(sites)
    for row in biases.filter(pc.is_valid(biases["fault"])).sort_by("day").to_pylist():
        if row["fault"] not in (PLACE, EXCHANGED):
            continue
        ours = np.asarray(pc.equal(names, row["sensor"]).to_numpy(zero_copy_only=False), np.bool_)
        rows = np.flatnonzero(ours & (time // DAY_US == row["day"]) & (site >= 0))
        stands = site[rows]
        if row["fault"] == EXCHANGED:
            stands = site_of(pa.repeat(row["fault_sensor"], len(rows)), time[rows], sites)
        for own, other in sorted(set(zip(site[rows].tolist(), stands.tolist(), strict=True))):
            if other >= 0:
                place = _moved(sites[other], row["north_mm"] or 0, row["east_mm"] or 0)
                out[rows[(site[rows] == own) & (stands == other)]] = len(known)
                known.append({**sites[own], **{name: place[name] for name in _STANDING}})
    return out, known


_STANDING = ("lat_e7", "lon_e7", "antenna_altitude_mm")


def _moved(site: Site, north_mm: int, east_mm: int) -> Site:
    """The site where it seems to stand: `north_mm`, `east_mm` are how far the table puts it from there."""
    cosine = float(cos_array(np.array([site["lat_e7"] / E7_PER_RADIAN]))[0])
    lat = site["lat_e7"] - to_int(north_mm / 1e3 / RADIUS_M * E7_PER_RADIAN)
    lon = site["lon_e7"] - to_int(east_mm / 1e3 / (RADIUS_M * max(cosine, 0.01)) * E7_PER_RADIAN)
    return {**site, "lat_e7": lat, "lon_e7": fold_e7(lon)}
