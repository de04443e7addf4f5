"""Ends of legs that might be landings or take-offs, each with the region in which the ground would have been reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from veedor.air.rules import StripRules
from veedor.air.targets import NO_ALTITUDE, ints
from veedor.geodesy import destination, distance_mm, shadow_mm
from veedor.registers.aerodromes import Aerodromes
from veedor.tables.plots import SIMULATED

Kind = Literal["landing_away", "takeoff_away"]
_GLIDE_PERMILLE = 50  # descent of 5 %: where no descent was measured
_REACH_MM = 30_000_000  # no region reaches farther than this from the last plot
_BLIND_MM = 150_000  # height assumed where neither height nor site is known
_POSITION_MM = 1_000_000


@dataclass(frozen=True)
class LegEnd:
    """One end of a leg: what was measured there, turned so that a take-off reads like a landing backwards.

    `descent_mm_s` is the climb for landings and minus the climb for take-offs: negative means towards the ground."""

    kind: Kind
    leg: Mapping[str, Any]
    time_us: int
    lat_e7: int
    lon_e7: int
    altitude_mm: int | None
    height_mm: int | None  # above the nearest listed aerodrome's elevation: terrain is not considered
    descent_mm_s: int | None
    speed_mm_s: int
    on_ground: bool
    place: tuple[int, int]
    radius_mm: int
    aerodrome: str
    aerodrome_mm: int  # from the middle of the region
    other_end: tuple[int, int]
    other_aerodrome_mm: int
    simulated: bool


def ends(legs: pa.Table, sites: pa.Table, aerodromes: Aerodromes, rules: StripRules) -> list[LegEnd]:
    """Ends worth judging, in order of kind, time, place: not climbing away, not high, not of too few plots."""
    made: list[LegEnd] = []
    site_rows = sites.to_pylist()
    for kind in ("landing_away", "takeoff_away"):
        side, other = ("end", "start") if kind == "landing_away" else ("start", "end")
        chosen = _possible(legs, side, rules)
        if not chosen.num_rows:
            continue
        lat, lon = ints(chosen[f"{side}_lat_e7"], 0), ints(chosen[f"{side}_lon_e7"], 0)
        near, _ = aerodromes.nearest(lat, lon)
        ground = aerodromes.table["elevation_mm"].take(pa.array(near)).to_pylist()
        _, away_other = aerodromes.nearest(ints(chosen[f"{other}_lat_e7"], 0), ints(chosen[f"{other}_lon_e7"], 0))
        rows = chosen.to_pylist()
        regions = [_region(row, side, ground[k], site_rows) for k, row in enumerate(rows)]
        middle = np.array([region[:2] for region in regions], np.int64)
        found, away = aerodromes.nearest(middle[:, 0], middle[:, 1])
        idents = aerodromes.table["ident"].take(pa.array(found)).to_pylist()
        for k, row in enumerate(rows):
            climb = row[f"{side}_climb_mm_s"]
            altitude = row[f"{side}_altitude_mm"]
            made.append(
                LegEnd(
                    kind=kind,
                    leg=row,
                    time_us=_us(row[side]),
                    lat_e7=row[f"{side}_lat_e7"],
                    lon_e7=row[f"{side}_lon_e7"],
                    altitude_mm=altitude,
                    height_mm=None if altitude is None else altitude - ground[k],
                    descent_mm_s=None if climb is None else (climb if side == "end" else -climb),
                    speed_mm_s=row[f"{side}_speed_mm_s"],
                    on_ground=row[f"{side}s_on_ground"],
                    place=regions[k][:2],
                    radius_mm=regions[k][2],
                    aerodrome=idents[k],
                    aerodrome_mm=int(away[k]),
                    other_end=(row[f"{other}_lat_e7"], row[f"{other}_lon_e7"]),
                    other_aerodrome_mm=int(away_other[k]),
                    simulated=bool(row["flags"] & SIMULATED),
                )
            )
    return sorted(made, key=lambda end: (end.kind, end.time_us, end.lat_e7, end.lon_e7, end.leg["leg"]))


def _possible(legs: pa.Table, side: str, rules: StripRules) -> pa.Table:
    """Legs long enough whose end is neither fast climbing away nor certainly high."""
    start, end = ints(legs["start"], 0), ints(legs["end"], 0)
    climb = ints(legs[f"{side}_climb_mm_s"], NO_ALTITUDE)
    climb = np.where(climb == NO_ALTITUDE, 0, climb if side == "end" else -climb)
    altitude = ints(legs[f"{side}_altitude_mm"], 0)
    keep = (ints(legs["plots"], 0) >= rules.plots_at_least) & (end - start >= rules.duration_us)
    keep &= (climb <= 1_500) & (altitude <= 7_000_000) & (ints(legs[f"{side}_speed_mm_s"], 0) <= 180_000)
    return legs.filter(pa.array(keep))


def _region(
    row: Mapping[str, Any], side: str, ground_mm: int, sites: Sequence[Mapping[str, Any]]
) -> tuple[int, int, int]:
    """Middle and radius of where the ground would be reached, from height, descent and speed at the end."""
    lat, lon, altitude = row[f"{side}_lat_e7"], row[f"{side}_lon_e7"], row[f"{side}_altitude_mm"]
    if row[f"{side}s_on_ground"]:
        return lat, lon, _POSITION_MM
    height = _floor(row["sensors"], lat, lon, sites) if altitude is None else max(0, altitude - ground_mm)
    climb = row[f"{side}_climb_mm_s"]
    sink = None if climb is None else (-climb if side == "end" else climb)
    if sink is not None and sink >= 300:
        reach = height * row[f"{side}_speed_mm_s"] // sink
    else:
        reach = height * 1000 // _GLIDE_PERMILLE
    reach = min(reach, _REACH_MM)
    course = row[f"{side}_course_e7"] if side == "end" else row["start_course_e7"] + 1_800_000_000
    to = destination(lat, lon, course, reach // 2)
    return int(to[0]), int(to[1]), _POSITION_MM + reach // 2


def _floor(sensors: Sequence[str], lat: int, lon: int, sites: Sequence[Mapping[str, Any]]) -> int:
    """Height under which no sensor that saw the leg could see it any longer; an assumption where no site is known."""
    floors = [
        int(shadow_mm(site["antenna_altitude_mm"] or 0, int(distance_mm(site["lat_e7"], site["lon_e7"], lat, lon))))
        for site in sites
        if site["sensor"] in sensors and site["lat_e7"] is not None and site["lon_e7"] is not None
    ]
    return min(floors, default=_BLIND_MM)


def _us(moment: Any) -> int:
    return int(pa.scalar(moment, pa.timestamp("us", tz="UTC")).cast(pa.int64()).as_py())
