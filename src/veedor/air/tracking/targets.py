"""Trackable plots: what of a partition's plots can be a target, as arrays for kernels.

Left out: plots that are never targets (test, field monitor, ghost, impossible position), vessels, plots without time,
and polar plots of a sensor without a site. Addresses that mean nothing (0, 0xFFFFFF) are none. A detection handed in
twice (same time, sensor, place, codes) counts once, with its smallest deposit and row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, NONE, array, ints, ranks, truths
from veedor.air.plane import plane_of
from veedor.air.tracking.correcting import as_if_unbiased
from veedor.air.tracking.measuring import (
    RADAR,
    from_site,
    is_polar,
    noise_and_sight,
    places,
    site_of,
    sites_in_order,
    velocities,
)  # fmt: skip
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import Plots
from veedor.air.tracking.turn_times import stated_turns
from veedor.tables.plots import AIS, NOT_A_TARGET

Ints = npt.NDArray[np.int64]

NEEDED = (
    "sensor", "time", "mode", "flags", "range_mm", "azimuth_e7", "lat_e7", "lon_e7", "var_north_mm2", "var_east_mm2",
    "cov_north_east_mm2", "altitude_pressure_mm", "altitude_geometric_mm", "speed_mm_s", "course_e7", "address",
    "code_3a", "code_3a_valid", "code_3a_garbled", "code_c_garbled", "call_sign", "sensor_track", "deposit", "row",
)  # fmt: skip
SITE_NEEDED = ("sensor", "lat_e7", "lon_e7", "antenna_altitude_mm", "valid_from", "valid_to", "deposit", "row")
_POLAR = ("sensor", "time", "range_mm", "azimuth_e7")


@dataclass(frozen=True)
class Targets:
    """Trackable plots in order of the time they bear, and content. `rows` holds their columns as they go into pieces,
    as measured, `time` the time they bear; `plots` is what kernels see, less what sensors were off by, times too
    (densities still 0; `sensor` and `sensor_track` are ranks of the ids); `turns` the turn time (us) that the site
    table states for each sensor, else 0."""

    rows: pa.Table
    time: Ints
    plots: Plots
    turns: Ints


def targets_of(plots: pa.Table, sites: pa.Table, biases: pa.Table, rules: AssociationRules) -> Targets:
    """Trackable plots of one partition; `plots` has the columns NEEDED, `sites` measuring.SITE_MEASURED, `biases`
    correcting.BIAS_NEEDED."""
    usable = (ints(plots["flags"], 0) & NOT_A_TARGET) == 0
    usable &= ~truths(plots["time"].is_null()) & (ints(plots["mode"], 0) != AIS)
    if not usable.all():
        plots = plots.filter(array(usable))
    known = sites_in_order(sites)
    site = site_of(plots["sensor"].combine_chunks(), ints(plots["time"], 0), known)
    altitude = _altitude(plots)
    lat, lon, placed = places(plots, site, known, altitude)
    if not placed.all():
        plots = plots.filter(array(placed))
        lat, lon, site, altitude = lat[placed], lon[placed], site[placed], altitude[placed]
    address = ints(plots["address"], NONE)
    address[(address <= 0) | (address >= 0xFFFFFF)] = NONE
    code = ints(plots["code_3a"], NONE)
    bad = truths(plots["code_3a_garbled"]) | truths(pc.invert(plots["code_3a_valid"]))
    code[bad] = NONE
    time = ints(plots["time"], 0)
    sensor = ranks(plots["sensor"])
    order, first = _order(time, lat, lon, altitude, ints(plots["mode"], 0), address, code, sensor, plots)
    order = order[first]
    rows = pa.table(
        {
            "time": plots["time"],
            "sensor": plots["sensor"],
            "mode": plots["mode"],
            "flags": plots["flags"],
            "lat_e7": array(lat.astype(np.int32)),
            "lon_e7": array(lon.astype(np.int32)),
            "altitude_mm": array(altitude, mask=altitude == NO_ALTITUDE),
            "address": array(address.astype(np.int32), mask=address == NONE),
            "code_3a": array(code.astype(np.int16), mask=code == NONE),
            "call_sign": plots["call_sign"],
            "deposit": plots["deposit"],
            "row": plots["row"],
        }
    ).take(array(order))
    measured = plots.select([*_POLAR, "var_north_mm2", "var_east_mm2", "cov_north_east_mm2", "speed_mm_s", "course_e7"])
    measured = measured.take(array(order))
    lat, lon, site, altitude, time = lat[order], lon[order], site[order], altitude[order], time[order]
    true = as_if_unbiased(measured, site, known, biases)
    moved = true.moved & is_polar(measured, site)
    if moved.any():
        from_site(true.range_mm, true.azimuth_e7, true.site, true.sites, altitude, moved, lat, lon)
    plane = plane_of(lat, lon)
    mode = ints(rows["mode"], 0)
    noise, sight = noise_and_sight(measured, plane, mode, true.site, true.sites, rules)
    seen = Plots(
        true.time, plane.north, plane.lon, plane.cosine, altitude, address[order], code[order], sensor[order],
        ranks(plots["sensor_track"])[order], mode & RADAR, noise, sight, velocities(measured, rules),
        np.zeros(len(order)),
    )  # fmt: skip
    return Targets(rows, time, seen, stated_turns(plots["sensor"], known))


def _altitude(plots: pa.Table) -> Ints:
    """Pressure altitude unless garbled, else geometric, else NO_ALTITUDE."""
    pressure = ints(plots["altitude_pressure_mm"], NO_ALTITUDE)
    pressure[truths(plots["code_c_garbled"])] = NO_ALTITUDE
    return np.where(pressure == NO_ALTITUDE, ints(plots["altitude_geometric_mm"], NO_ALTITUDE), pressure)


def _order(
    time: Ints, lat: Ints, lon: Ints, altitude: Ints, mode: Ints, address: Ints, code: Ints, sensor: Ints,
    plots: pa.Table,
) -> tuple[Ints, npt.NDArray[np.bool_]]:  # fmt: skip
    """Total order by time and content, ids last, and which rows in that order are no repetition of the one before."""
    content = (lat, lon, altitude, mode, address, code, sensor)
    order = np.argsort(time, kind="stable")
    sorted_time = time[order]
    same = np.zeros(len(time), np.bool_)
    same[1:] = sorted_time[1:] == sorted_time[:-1]
    tied = same.copy()
    tied[:-1] |= same[1:]
    if tied.any():
        rows = order[tied]
        deposit = ranks(plots["deposit"])
        keys = (ints(plots["row"], 0), deposit, *reversed(content), time)
        order[tied] = rows[np.lexsort(tuple(key[rows] for key in keys))]
    first = np.ones(len(time), np.bool_)
    repeat = same[1:].copy()
    for values in content:
        repeat &= values[order[1:]] == values[order[:-1]]
    first[1:] = ~repeat
    return order, first
