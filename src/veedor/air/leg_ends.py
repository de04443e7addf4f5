"""Ends of legs that might be landings or take-offs, each with the region where the ground would have been reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import array, texts, truths
from veedor.air.rules import StripRules
from veedor.air.sites import nearest_site
from veedor.air.targets import NO_ALTITUDE, ints
from veedor.geodesy import destination, distance_mm
from veedor.registers.aerodromes import Aerodromes
from veedor.tables.plots import ADSB, MODE_S, SIMULATED, SSR

Ints = npt.NDArray[np.int64]
Kind = Literal["landing_away", "takeoff_away"]
KINDS: tuple[Kind, Kind] = ("landing_away", "takeoff_away")

_GLIDE_PERMILLE = 50  # descent of 5 %: where no height was measured
_SHALLOW_PERMILLE = 30  # a measured descent may become as shallow as 3 %
_REACH_MM = 80_000_000  # no region reaches farther than this from the last plot
_BLIND_MM = 150_000  # height assumed where neither height nor site is known
_POSITION_MM = 1_000_000
_SINK_MM_S = 300  # slower descents say nothing about where they would end
_BACKWARDS_E7 = 1_800_000_000
_OF_LEG = (
    "leg", "track", "plots", "modes", "flags", "sensors", "address", "call_sign", "length_mm", "highest_mm",
    "first_deposit", "first_row", "last_deposit", "last_row",
)  # fmt: skip


@dataclass(frozen=True)
class LegEnd:
    """One end of a leg: what was measured there, turned so that a take-off reads like a landing backwards.

    `descent_mm_s` is the climb for landings and minus the climb for take-offs: negative means towards the ground.
    `hidden_mm` is the height above the ground under which none of the leg's sensors of known site can see there."""

    kind: Kind
    leg: Mapping[str, Any]  # some of its columns, `start` and `end` in microseconds
    time_us: int
    lat_e7: int
    lon_e7: int
    altitude_mm: int | None
    height_mm: int | None  # above the lowest listed aerodrome nearby: terrain is not considered
    hidden_mm: int | None
    sensor_mm: int | None  # to the nearest of the leg's sensors of known site
    descent_mm_s: int | None
    speed_mm_s: int
    span_ms: int  # from the leg's first plot to its last, at least 1
    gained_mm: int  # between the same two plots
    on_ground: bool
    course_e7: int  # of flight, for a take-off backwards: towards where it came from
    place: tuple[int, int]
    radius_mm: int
    aerodrome: str
    aerodrome_mm: int  # from the middle of the region
    other_end: tuple[int, int]
    other_aerodrome_mm: int
    simulated: bool
    meeting_days: int | None = None  # on how many other days courses of silent flights meet its own; None: not sought
    met: bool = False  # `place` is where they meet

    def gets_on(self, slow_mm_s: int) -> bool:
        """Whether the leg leads somewhere, as that of an aircraft under way does and that of clutter or of work over a
        field does not: at least half of its path gained, faster than `slow_mm_s`."""
        return 2 * self.gained_mm >= self.leg["length_mm"] and self.gained_mm * 1_000 // self.span_ms >= slow_mm_s

    @property
    def mean_mm_s(self) -> int:
        """Speed along the whole path."""
        return int(self.leg["length_mm"]) * 1_000 // self.span_ms

    @property
    def named(self) -> bool:
        """Whether it said at that end who it was, by address and call sign."""
        return not self.silent and self.leg["address"] is not None and self.leg["call_sign"] is not None

    @property
    def silent(self) -> bool:
        """Whether no transponder answered at that end: a height comes from a transponder."""
        return self.altitude_mm is None or not self.leg["modes"] & (SSR | MODE_S | ADSB)


def ends(legs: pa.Table, sites: pa.Table, aerodromes: Aerodromes, rules: StripRules) -> list[LegEnd]:
    """Ends worth judging, in order of kind, time, place: not climbing away, not high, not of too few plots."""
    made = [end for kind in KINDS for end in _of_kind(legs, sites.to_pylist(), aerodromes, kind, rules)]
    return sorted(made, key=lambda end: (end.kind, end.time_us, end.lat_e7, end.lon_e7, end.leg["leg"]))


def _of_kind(
    legs: pa.Table, sites: Sequence[Mapping[str, Any]], aerodromes: Aerodromes, kind: Kind, rules: StripRules
) -> list[LegEnd]:
    landing = kind == "landing_away"
    side, other = ("end", "start") if landing else ("start", "end")
    chosen = _possible(legs, side, rules)
    if not chosen.num_rows:
        return []
    lat, lon = ints(chosen[f"{side}_lat_e7"], 0), ints(chosen[f"{side}_lon_e7"], 0)
    ground = aerodromes.ground_mm(lat, lon, rules.ground_mm)
    hidden, sensor_away = nearest_site(chosen["sensors"], lat, lon, ground, sites)
    middle_lat, middle_lon, radius = _regions(chosen, side, lat, lon, ground, hidden)
    found, away = aerodromes.nearest(middle_lat, middle_lon)
    idents = texts(aerodromes.table["ident"].take(array(found)))
    _, away_other = aerodromes.nearest(ints(chosen[f"{other}_lat_e7"], 0), ints(chosen[f"{other}_lon_e7"], 0))
    start, end = ints(chosen["start"], 0), ints(chosen["end"], 0)
    times = (end if landing else start).tolist()
    span = np.maximum((end - start) // 1_000, 1).tolist()
    gained = distance_mm(lat, lon, ints(chosen[f"{other}_lat_e7"], 0), ints(chosen[f"{other}_lon_e7"], 0)).tolist()
    made = []
    for k, row in enumerate(_rows(chosen, side, other, start, end)):
        climb, altitude = row[f"{side}_climb_mm_s"], row[f"{side}_altitude_mm"]
        made.append(
            LegEnd(
                kind=kind,
                leg=row,
                time_us=times[k],
                lat_e7=int(lat[k]),
                lon_e7=int(lon[k]),
                altitude_mm=altitude,
                height_mm=None if altitude is None else altitude - int(ground[k]),
                hidden_mm=None if hidden[k] < 0 else int(hidden[k]),
                sensor_mm=None if sensor_away[k] < 0 else int(sensor_away[k]),
                descent_mm_s=None if climb is None else (climb if landing else -climb),
                speed_mm_s=row[f"{side}_speed_mm_s"],
                span_ms=span[k],
                gained_mm=gained[k],
                on_ground=row[f"{side}s_on_ground"],
                course_e7=row[f"{side}_course_e7"] + (0 if landing else _BACKWARDS_E7),
                place=(int(middle_lat[k]), int(middle_lon[k])),
                radius_mm=int(radius[k]),
                aerodrome=idents[k],
                aerodrome_mm=int(away[k]),
                other_end=(row[f"{other}_lat_e7"], row[f"{other}_lon_e7"]),
                other_aerodrome_mm=int(away_other[k]),
                simulated=bool(row["flags"] & SIMULATED),
            )
        )
    return made


def _rows(legs: pa.Table, side: str, other: str, start: Ints, end: Ints) -> list[dict[str, Any]]:
    """What is asked of each leg, times in microseconds: whole rows cost several times as much."""
    sides = (f"{side}_{name}" for name in ("climb_mm_s", "altitude_mm", "speed_mm_s", "course_e7"))
    wanted = (*_OF_LEG, *sides, f"{side}s_on_ground", f"{other}_lat_e7", f"{other}_lon_e7")
    rows: list[dict[str, Any]] = legs.select(wanted).to_pylist()
    for row, first, last in zip(rows, start.tolist(), end.tolist(), strict=True):
        row["start"], row["end"] = first, last
    return rows


def _possible(legs: pa.Table, side: str, rules: StripRules) -> pa.Table:
    """Legs long enough whose end is neither fast climbing away nor certainly high."""
    start, end = ints(legs["start"], 0), ints(legs["end"], 0)
    climb = ints(legs[f"{side}_climb_mm_s"], NO_ALTITUDE)
    climb = np.where(climb == NO_ALTITUDE, 0, climb if side == "end" else -climb)
    altitude = ints(legs[f"{side}_altitude_mm"], 0)
    keep = (ints(legs["plots"], 0) >= rules.plots_at_least) & (end - start >= rules.duration_us)
    keep &= (climb <= 1_500) & (altitude <= 7_000_000) & (ints(legs[f"{side}_speed_mm_s"], 0) <= 180_000)
    return legs.filter(array(keep))


def _regions(
    legs: pa.Table, side: str, lat: Ints, lon: Ints, ground: Ints, hidden: Ints
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    """Middle and radius of where the ground would be reached, from height, descent and speed at the end."""
    altitude = ints(legs[f"{side}_altitude_mm"], NO_ALTITUDE)
    climb = ints(legs[f"{side}_climb_mm_s"], NO_ALTITUDE)
    speed, course = ints(legs[f"{side}_speed_mm_s"], 0), ints(legs[f"{side}_course_e7"], 0)
    on_ground = truths(legs[f"{side}s_on_ground"])
    unseen = np.where(hidden < 0, _BLIND_MM, hidden)
    height = np.maximum(0, altitude - ground)
    sink = np.where(climb == NO_ALTITUDE, 0, -climb if side == "end" else climb)
    steady = np.where(sink >= _SINK_MM_S, height * speed // np.maximum(sink, _SINK_MM_S), 0)
    reach = np.where(
        altitude == NO_ALTITUDE,
        unseen * 1000 // _GLIDE_PERMILLE,
        np.maximum(steady, height * 1000 // _SHALLOW_PERMILLE),
    )
    reach = np.where(on_ground, 0, np.minimum(reach, _REACH_MM))
    if side == "start":
        course = course + _BACKWARDS_E7
    to_lat, to_lon = destination(lat, lon, course, reach // 2)
    still = reach == 0
    return np.where(still, lat, to_lat), np.where(still, lon, to_lon), _POSITION_MM + reach // 2
