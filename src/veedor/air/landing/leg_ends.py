"""Ends of legs that might be landings or take-offs, each with the region where the ground would have been reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, array, ints, truths
from veedor.air.landing.flying_on import flies_on
from veedor.air.landing.rules import EndRules
from veedor.air.sensing.sites import nearest_site
from veedor.air.terrain.leg_grounds import NO_TERRAIN, Below
from veedor.geodesy import destination, distance_mm
from veedor.registers.aerodromes import Aerodromes
from veedor.tables.plots import ADSB, MODE_S, SIMULATED, SSR

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Kind = Literal["landing_away", "takeoff_away"]

_GLIDE_PERMILLE = 50  # descent of 5 %: where no height was measured
_SHALLOW_PERMILLE = 30  # a measured descent may become as shallow as 3 %
_REACH_MM = 80_000_000  # no region reaches farther than this from the last plot
_BLIND_MM = 150_000  # height assumed where neither height nor site is known
_POSITION_MM = 1_000_000
_SINK_MM_S = 300  # slower descents say nothing about where they would end
_BACKWARDS_E7 = 1_800_000_000
_OF_LEG = (
    "start", "end", "leg", "track", "plots", "modes", "flags", "sensors", "address", "call_sign", "length_mm",
    "usual_speed_mm_s", "highest_mm", "begun_by", "ended_by", "first_deposit", "first_row", "last_deposit", "last_row",
    "start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7",
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
    height_mm: int | None  # above the ground, without terrain above the lowest listed aerodrome nearby
    spread_mm: int | None  # what the ground varies by around that; None: terrain is not considered
    hidden_mm: int | None
    sensor_mm: int | None  # to the nearest of the leg's sensors of known site
    descent_mm_s: int | None
    speed_mm_s: int
    span_ms: int  # from the leg's first plot to its last, at least 1
    gained_mm: int  # between the same two plots
    on_ground: bool
    place: tuple[int, int]
    radius_mm: int
    aerodrome: str
    aerodrome_mm: int  # from the middle of the region
    other_end: tuple[int, int]
    other_aerodrome_mm: int
    simulated: bool
    silent: bool  # these three as in Ends
    named: bool
    leads: bool
    meeting_days: int | None  # on how many other days courses of silent flights meet its own; None: not sought
    met: bool  # `place` is where they meet

    @property
    def mean_mm_s(self) -> int:
        """Speed along the whole path."""
        return int(self.leg["length_mm"]) * 1_000 // self.span_ms


@dataclass(frozen=True)
class Ends:
    """All ends of a run in columns, in order of kind, time and place: there are two for every leg, few are looked at.

    `climb` is that of LegEnd.descent_mm_s; unknown heights and climbs are NO_ALTITUDE, unknown sites NO_SITE, days of
    meetings that were not sought -1. `aerodrome` is a row of the list. `spread_mm`: what the ground varies
    by, NOT_KNOWN where terrain is not considered, and `ground_mm` is the lowest listed aerodrome nearby. `about_mm`:
    what the ground is likelier to be, with its standard error."""

    legs: pa.Table
    landing: Bools
    time_us: Ints
    lat_e7: Ints
    lon_e7: Ints
    altitude_mm: Ints
    ground_mm: Ints
    spread_mm: Ints
    about_mm: Ints
    about_error_mm: Ints
    hidden_mm: Ints
    sensor_mm: Ints
    climb_mm_s: Ints
    speed_mm_s: Ints
    course_e7: Ints
    on_ground: Bools
    place_lat_e7: Ints
    place_lon_e7: Ints
    radius_mm: Ints
    aerodrome: Ints
    aerodrome_mm: Ints
    other_lat_e7: Ints
    other_lon_e7: Ints
    meeting_days: Ints
    met: Bools
    flies_on: Bools  # the same address is seen to fly on there (flying_on.py)

    def __len__(self) -> int:
        return len(self.time_us)

    @cached_property
    def track(self) -> Ints:
        return ints(self.legs["track"], 0)

    @cached_property
    def addressed(self) -> Bools:
        """The leg has an address."""
        return truths(self.legs["address"].is_valid())

    @cached_property
    def called(self) -> Bools:
        """The leg has an address and a call sign."""
        return self.addressed & truths(self.legs["call_sign"].is_valid())

    @cached_property
    def touched(self) -> Bools:
        """The track itself shows that it stood on the ground there: it went on later, or was seen to stop."""
        why = pc.if_else(array(self.landing), self.legs["ended_by"], self.legs["begun_by"])
        return truths(pc.is_in(why, value_set=pa.array(["landing", "stop"])))

    @cached_property
    def silent(self) -> Bools:
        """No transponder answered at that end: a height comes from a transponder, and so does that it stands on the
        ground (a position on the surface has no height)."""
        answered: Bools = (ints(self.legs["modes"], 0) & (SSR | MODE_S | ADSB)) != 0
        unknown: Bools = (self.altitude_mm == NO_ALTITUDE) & ~self.on_ground
        return unknown | ~answered

    @cached_property
    def named(self) -> Bools:
        """It said at that end who it was, by address and call sign."""
        return ~self.silent & self.called

    @cached_property
    def span_ms(self) -> Ints:
        """From the leg's first plot to its last, at least 1."""
        span_ms: Ints = (ints(self.legs["end"], 0) - ints(self.legs["start"], 0)) // 1_000
        return np.maximum(span_ms, 1)

    @cached_property
    def mean_mm_s(self) -> Ints:
        """Speed along the whole path."""
        return ints(self.legs["length_mm"], 0) * 1_000 // self.span_ms

    @cached_property
    def gained_mm(self) -> Ints:
        """Between the same two plots."""
        return distance_mm(self.lat_e7, self.lon_e7, self.other_lat_e7, self.other_lon_e7)

    def leads(self, slow_mm_s: int) -> Bools:
        """Whether the leg leads somewhere, as that of an aircraft under way does and that of clutter or of work over a
        field does not: at least half of its path gained, faster than `slow_mm_s`."""
        half = 2 * self.gained_mm >= ints(self.legs["length_mm"], 0)
        return half & (self.gained_mm * 1_000 // self.span_ms >= slow_mm_s)

    def at(self, k: int, aerodromes: Aerodromes, rules: EndRules) -> LegEnd:
        """End number `k` alone."""
        leg: dict[str, Any] = self.legs.slice(k, 1).to_pylist()[0]
        row = {name: int(getattr(self, name)[k]) for name in _AS_THEY_ARE}
        altitude, climb = int(self.altitude_mm[k]), int(self.climb_mm_s[k])
        other = int(self.other_lat_e7[k]), int(self.other_lon_e7[k])
        days, hidden, sensor = (int(values[k]) for values in (self.meeting_days, self.hidden_mm, self.sensor_mm))
        spread = int(self.spread_mm[k])
        half = 2 * row["gained_mm"] >= leg["length_mm"]
        return LegEnd(
            **row,
            kind="landing_away" if self.landing[k] else "takeoff_away",
            leg=leg,
            altitude_mm=None if altitude == NO_ALTITUDE else altitude,
            height_mm=None if altitude == NO_ALTITUDE else altitude - int(self.ground_mm[k]),
            spread_mm=None if spread < 0 else spread,
            hidden_mm=None if hidden < 0 else hidden,
            sensor_mm=None if sensor < 0 else sensor,
            descent_mm_s=None if climb == NO_ALTITUDE else climb,
            on_ground=bool(self.on_ground[k]),
            place=(int(self.place_lat_e7[k]), int(self.place_lon_e7[k])),
            aerodrome=str(aerodromes.table["ident"][int(self.aerodrome[k])].as_py()),
            other_end=other,
            other_aerodrome_mm=int(aerodromes.nearest(*other)[1][0]),
            simulated=bool(leg["flags"] & SIMULATED),
            silent=bool(self.silent[k]),
            named=bool(self.named[k]),
            leads=half and row["gained_mm"] * 1_000 // row["span_ms"] >= rules.slow_mm_s,
            meeting_days=None if days < 0 else days,
            met=bool(self.met[k]),
        )


_AS_THEY_ARE = (
    "time_us", "lat_e7", "lon_e7", "speed_mm_s", "span_ms", "gained_mm", "radius_mm", "aerodrome_mm",
)  # fmt: skip


def ends(legs: pa.Table, sites: pa.Table, aerodromes: Aerodromes, rules: EndRules, below: Below = NO_TERRAIN) -> Ends:
    """Ends worth a look: not climbing away, not high, not of too few plots; `below` is the ground beneath them."""
    parts = [_of_side(legs, below, sites.to_pylist(), aerodromes, side, rules) for side in ("end", "start")]
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Ends.__dataclass_fields__
        if name != "legs"
    }
    whole = pa.concat_tables([part.legs for part in parts])
    keys = (ints(whole["leg"], 0), columns["lon_e7"], columns["lat_e7"], columns["time_us"], ~columns["landing"])
    order = np.lexsort(keys)
    return Ends(whole.take(array(order)).combine_chunks(), **{name: values[order] for name, values in columns.items()})


def _of_side(
    legs: pa.Table, below: Below, sites: Sequence[Mapping[str, Any]], aerodromes: Aerodromes, side: str, rules: EndRules
) -> Ends:
    landing = side == "end"
    other = "start" if landing else "end"
    chosen = _possible(legs, side, rules)
    # Where it met (left) the ground, not where it stood later: stands lie beside the runway.
    met = "touched" if landing else "lifted"
    lat, lon = (
        ints(pc.coalesce(chosen[f"{met}_{axis}"], chosen[f"{side}_{axis}"]), 0) for axis in ("lat_e7", "lon_e7")
    )
    count = len(lat)
    ground = aerodromes.ground_mm(lat, lon, rules.ground_mm) if count else lat
    hidden, sensor = nearest_site(chosen["sensors"], lat, lon, ground, sites)
    beneath, spread, behind = below.of(ints(chosen["leg"], 0), side)
    about, error = aerodromes.about_mm(lat, lon) if count else (lat, lat)
    about, error = np.where(spread >= 0, beneath, about), np.where(spread >= 0, spread * 3 // 10, error)
    ground = np.where(spread >= 0, beneath, ground)
    hidden = np.where(behind >= 0, behind, hidden)
    place_lat, place_lon, radius = _regions(chosen, side, lat, lon, ground, hidden)
    found, away = aerodromes.nearest(place_lat, place_lon) if count else (lat, lat)
    climb = ints(chosen[f"{side}_climb_mm_s"], NO_ALTITUDE)
    return Ends(
        legs=chosen.select(_OF_LEG).set_column(0, "start", chosen["start"].cast(pa.int64()))
        .set_column(1, "end", chosen["end"].cast(pa.int64())),
        landing=np.full(count, landing),
        time_us=ints(chosen[side], 0),
        lat_e7=lat,
        lon_e7=lon,
        altitude_mm=ints(chosen[f"{side}_altitude_mm"], NO_ALTITUDE),
        ground_mm=ground,
        spread_mm=spread,
        about_mm=about,
        about_error_mm=error,
        hidden_mm=hidden,
        sensor_mm=sensor,
        climb_mm_s=np.where((climb == NO_ALTITUDE) | landing, climb, -climb),
        speed_mm_s=ints(chosen[f"{side}_speed_mm_s"], 0),
        course_e7=ints(chosen[f"{side}_course_e7"], 0) + (0 if landing else _BACKWARDS_E7),
        on_ground=truths(chosen[f"{side}s_on_ground"]),
        place_lat_e7=place_lat,
        place_lon_e7=place_lon,
        radius_mm=radius,
        aerodrome=found,
        aerodrome_mm=away,
        other_lat_e7=ints(chosen[f"{other}_lat_e7"], 0),
        other_lon_e7=ints(chosen[f"{other}_lon_e7"], 0),
        meeting_days=np.full(count, -1, np.int64),
        met=np.zeros(count, np.bool_),
        flies_on=flies_on(chosen, legs, landing, rules),
    )  # fmt: skip


def _possible(legs: pa.Table, side: str, rules: EndRules) -> pa.Table:
    """Legs long enough whose end is neither fast climbing away nor certainly high."""
    start, end = ints(legs["start"], 0), ints(legs["end"], 0)
    climb = ints(legs[f"{side}_climb_mm_s"], NO_ALTITUDE)
    climb = np.where(climb == NO_ALTITUDE, 0, climb if side == "end" else -climb)
    altitude = ints(legs[f"{side}_altitude_mm"], 0)
    keep = (ints(legs["plots"], 0) >= rules.plots_at_least) & (end - start >= rules.duration_us)
    low = (altitude <= 7_000_000) | truths(legs[f"{side}s_on_ground"])  # on the ground heights are often wrong
    keep &= (climb <= 1_500) & low & (ints(legs[f"{side}_speed_mm_s"], 0) <= 180_000)
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
