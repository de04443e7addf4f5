"""What of the plots may be tracked: targets with a time and a place, each once, in an order that no id decides.

Left out: plots flagged as no target, ships (AIS), plots without time, and polar plots of sensors without a site. Polar
plots get their place from the site table; without height the sea level of the site is assumed. A detection handed in
twice (same time, sensor, place, codes) counts once, with its smallest deposit and row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, NONE, array, ints, ranks, truths
from veedor.air.plane import Plane, plane_of
from veedor.geodesy import from_polar
from veedor.tables.plots import AIS, NOT_A_TARGET

Ints = npt.NDArray[np.int64]

NEEDED = (
    "sensor", "time", "mode", "flags", "range_mm", "azimuth_e7", "lat_e7", "lon_e7", "altitude_pressure_mm",
    "altitude_geometric_mm", "address", "code_3a", "code_3a_valid", "code_3a_garbled", "code_c_garbled", "call_sign",
    "sensor_track", "deposit", "row",
)  # fmt: skip
SITE_NEEDED = ("sensor", "lat_e7", "lon_e7", "antenna_altitude_mm", "valid_from", "valid_to", "deposit", "row")


@dataclass(frozen=True)
class Targets:
    """Trackable plots in order of time and content. `rows` holds their columns as they go into pieces; unknown
    numbers are NONE, unknown altitudes NO_ALTITUDE; `sensor` and `sensor_track` are ranks of the ids."""

    rows: pa.Table
    time: Ints
    plane: Plane
    lat_e7: Ints
    lon_e7: Ints
    altitude: Ints
    address: Ints
    code: Ints
    sensor: Ints
    sensor_track: Ints


def targets_of(plots: pa.Table, sites: pa.Table) -> Targets:
    """Trackable plots of one partition; `plots` has the columns NEEDED, `sites` SITE_NEEDED."""
    usable = (ints(plots["flags"], 0) & NOT_A_TARGET) == 0
    usable &= ~truths(plots["time"].is_null()) & (ints(plots["mode"], 0) != AIS)
    if not usable.all():
        plots = plots.filter(array(usable))
    lat, lon, placed = _places(plots, sites)
    if not placed.all():
        plots, lat, lon = plots.filter(array(placed)), lat[placed], lon[placed]
    altitude = _altitude(plots)
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
    lat, lon = lat[order], lon[order]
    track = ranks(plots["sensor_track"])
    return Targets(
        rows, time[order], plane_of(lat, lon), lat, lon, altitude[order], address[order], code[order],
        sensor[order], track[order],
    )  # fmt: skip


def _altitude(plots: pa.Table) -> Ints:
    """Pressure altitude unless garbled, else geometric, else NO_ALTITUDE."""
    pressure = ints(plots["altitude_pressure_mm"], NO_ALTITUDE)
    pressure[truths(plots["code_c_garbled"])] = NO_ALTITUDE
    return np.where(pressure == NO_ALTITUDE, ints(plots["altitude_geometric_mm"], NO_ALTITUDE), pressure)


def _places(plots: pa.Table, sites: pa.Table) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Latitude, longitude and whether there is a place, from the plot itself or from range, azimuth and site."""
    placed = np.asarray(
        pc.and_(pc.is_valid(plots["lat_e7"]), pc.is_valid(plots["lon_e7"])).to_numpy(zero_copy_only=False), np.bool_
    ).copy()
    lat, lon = ints(plots["lat_e7"], 0), ints(plots["lon_e7"], 0)
    polar = pc.and_(pc.is_valid(plots["range_mm"]), pc.is_valid(plots["azimuth_e7"])).to_numpy(zero_copy_only=False)
    missing = ~placed & np.asarray(polar, np.bool_)
    if not missing.any() or not sites.num_rows:
        return lat, lon, placed
    names = plots["sensor"].combine_chunks()
    time = ints(plots["time"], 0)
    ranges, azimuths = ints(plots["range_mm"], 0), ints(plots["azimuth_e7"], 0)
    altitude = _altitude(plots)
    chosen = sites.sort_by([(name, "ascending") for name in ("sensor", "valid_from", "deposit", "row")])
    # Later rows of the same sensor overwrite earlier ones where both hold: the newest survey counts.
    for site in chosen.to_pylist():
        if site["lat_e7"] is None or site["lon_e7"] is None:
            continue
        here = missing & np.asarray(pc.equal(names, site["sensor"]).to_numpy(zero_copy_only=False), np.bool_)
        if site["valid_from"] is not None:
            here &= time >= _us(site["valid_from"])
        if site["valid_to"] is not None:
            here &= time < _us(site["valid_to"])
        if here.any():
            ground = site["antenna_altitude_mm"] or 0
            height = np.where(altitude[here] == NO_ALTITUDE, ground, altitude[here])
            lat[here], lon[here] = from_polar(
                site["lat_e7"], site["lon_e7"], ground, ranges[here], azimuths[here], height
            )
            placed |= here
    return lat, lon, placed


def _us(moment: object) -> int:
    return int(pa.scalar(moment, pa.timestamp("us", tz="UTC")).cast(pa.int64()).as_py())


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
