"""Legs: tracks cut into continuous pieces of flight, each with the state it begins and ends in.

A leg ends at a silence longer than 30 minutes, or longer than 10 minutes when the target was below 1 km of pressure
altitude on either side or its altitude is not known (the rule of OPDI 0.0.2, opdi.aero); at a shorter silence into
which it came down, slowing, and in which it hardly moved: it had landed unseen; and at a stop on the ground.
Speeds and lengths are taken over steps of at least ten seconds, so that the noise of many radars does not add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, NONE, Array, array, ints, ranks
from veedor.air.flying.dark import TRANSPONDER, darkened, late
from veedor.air.flying.rules import LegRules
from veedor.air.flying.segments import TRACK_BEGINS, cut, measure
from veedor.air.plane import Plane, plane_of
from veedor.engine.detector import ByKey, Owner, Read
from veedor.kernel.hashing import id64
from veedor.tables import LEGS, TRACKS, Table
from veedor.tables.plots import ON_GROUND

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FASTEST_MM_S = (1 << 31) - 1
_WHY = pa.array(["", "track", "silence", "landing", "stop"])  # by the number of `segments`


@dataclass(frozen=True)
class Legs:
    """Detector: TRACKS by track -> LEGS."""

    parameters: LegRules = field(default_factory=LegRules)
    name: str = "legs"
    version: int = 6
    writes: Table = LEGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(TRACKS, ByKey(("track",))),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: LegRules) -> pa.Table:
        points = in_order(tables["tracks"])
        if not points.num_rows:
            return LEGS.empty()
        cuts = cuts_of(points, parameters)
        state = measure(
            cuts.first, cuts.last, cuts.time, cuts.plane.north, cuts.plane.lon, cuts.plane.cosine, cuts.altitude,
            cuts.ground, ints(points["north_mm_s"], 0), ints(points["east_mm_s"], 0),
            ints(points["var_speed_mm2_s2"], 0), parameters.end_window_us, parameters.step_us,
            np.zeros((len(cuts.first), 16), np.int64),
        )  # fmt: skip
        return _table(points, cuts, state, parameters)


@dataclass(frozen=True)
class Cuts:
    """Points cut into legs: columns as arrays, and of each leg its first and last point, why it begins, its touches."""

    track: Ints
    time: Ints
    plane: Plane
    altitude: Ints
    ground: Bools
    first: Ints
    last: Ints
    why: Ints
    touches: Ints


def cuts_of(points: pa.Table, rules: LegRules) -> Cuts:
    """Where legs begin and end among points `in_order`, of which there is at least one."""
    track, time = ints(points["track"], 0), ints(points["time"], 0)
    plane = plane_of(ints(points["lat_e7"], 0), ints(points["lon_e7"], 0))
    altitude = ints(points["altitude_mm"], NO_ALTITUDE)
    ground = (ints(points["flags"], 0) & ON_GROUND) != 0
    touches = np.zeros(len(track), np.int64)
    starts = cut(
        track, time, plane.north, plane.lon, plane.cosine, altitude, ground, rules.silence_us, rules.silence_low_us,
        rules.low_mm, rules.ground_stop_us, rules.landing_silence_us, rules.landing_speed_mm_s, rules.look_back_us,
        rules.descended_mm, rules.slowed_permille, rules.slowed_unknown_permille,
        np.zeros(len(track), np.int64), touches,
    )  # fmt: skip
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(track)) - 1
    return Cuts(track, time, plane, altitude, ground, first, last, starts[first], np.add.reduceat(touches, first))


def in_order(points: pa.Table) -> pa.Table:
    """Track points sorted by track and time, ids last."""
    track, time = ints(points["track"], 0), ints(points["time"], 0)
    if bool(np.all((track[1:] > track[:-1]) | ((track[1:] == track[:-1]) & (time[1:] > time[:-1])))):
        return points  # as stored, and no two plots of a track at one moment: nothing left to sort
    return points.take(pc.sort_indices(points, [(name, "ascending") for name in TRACKS.order]))


def leg_ids(heads: pa.Table) -> Ints:
    """Ids of legs from their first points."""
    return id64(b"veedor/leg/1\0", heads, ("track", "time", "sensor", "lat_e7", "lon_e7"))


def _table(points: pa.Table, cuts: Cuts, state: Ints, rules: LegRules) -> pa.Table:
    track, first, last = cuts.track, cuts.first, cuts.last
    heads, tails = points.take(array(first)), points.take(array(last))
    length = last - first + 1
    leg = np.repeat(np.arange(len(first)), length)
    number = np.arange(len(first)) - np.searchsorted(track[first], track[first], side="left")
    optional = {
        name: array(state[:, column], mask=state[:, column] == NO_ALTITUDE)
        for name, column in (
            ("start_altitude_mm", 0),
            ("end_altitude_mm", 1),
            ("start_climb_mm_s", 2),
            ("end_climb_mm_s", 3),
            ("highest_mm", 8),
            ("lowest_mm", 9),
        )
    }
    for name, column in (("lifted", 14), ("touched", 15)):
        some = state[:, column]
        for axis in ("lat_e7", "lon_e7"):
            where = ints(points[axis], 0)[np.maximum(some, 0)].astype(np.int32)
            optional[f"{name}_{axis}"] = array(where, mask=some < 0)
    address, addresses = _address(points, leg, len(first))
    call_sign, call_signs = _call_sign(points, leg, len(first))
    mode = ints(points["mode"], 0)
    dark = _dark(points, leg, len(first), cuts, rules)
    after = np.append(cuts.why[1:], TRACK_BEGINS)
    columns = optional | {
        "leg": array(leg_ids(heads)),
        "track": heads["track"],
        "number": array(number.astype(np.int32)),
        "start": heads["time"],
        "end": tails["time"],
        "plots": array(length.astype(np.int32)),
        "start_lat_e7": heads["lat_e7"],
        "start_lon_e7": heads["lon_e7"],
        "end_lat_e7": tails["lat_e7"],
        "end_lon_e7": tails["lon_e7"],
        "start_speed_mm_s": array(state[:, 4]),
        "end_speed_mm_s": array(state[:, 5]),
        "start_course_e7": array(state[:, 11]),
        "end_course_e7": array(state[:, 6]),
        "start_interval_us": array(state[:, 12]),
        "end_interval_us": array(state[:, 13]),
        "length_mm": array(state[:, 7]),
        "usual_speed_mm_s": array(_usual_speed(points, leg, first, length).astype(np.int32)),
        "longest_silence_us": array(state[:, 10]),
        "ends_on_ground": _on_ground(tails),
        "starts_on_ground": _on_ground(heads),
        "begun_by": _WHY.take(array(cuts.why)),
        "ended_by": _WHY.take(array(after)),
        "touches": array(cuts.touches.astype(np.int32)),
        "answers": array(np.add.reduceat((mode & TRANSPONDER) != 0, first, dtype=np.int64).astype(np.int32)),
        "dark_us": array(dark[:, 0]),
        "dark_echoes": array(dark[:, 1].astype(np.int32)),
        "dark_ended": array(dark[:, 2] != 0),
        "late_us": array(dark[:, 3]),
        "late_echoes": array(dark[:, 4].astype(np.int32)),
        "addresses": array(addresses.astype(np.int32)),
        "call_signs": array(call_signs.astype(np.int32)),
        "modes": array(np.bitwise_or.reduceat(mode, first)),
        "flags": array(np.bitwise_or.reduceat(ints(points["flags"], 0), first)),
        "sensors": sensors_of(points, leg, len(first)),
        "address": address,
        "call_sign": call_sign,
        "first_deposit": heads["deposit"],
        "first_row": heads["row"],
        "last_deposit": tails["deposit"],
        "last_row": tails["row"],
    }
    return pa.table({name: columns[name] for name in LEGS.schema.names}).cast(LEGS.schema)


def _dark(points: pa.Table, leg: Ints, count: int, cuts: Cuts, rules: LegRules) -> Ints:
    """Of each leg the longest time in which it went dark, the first of equal ones, the echoes in it, and whether it
    answered again; the time until it answered at all, where that was late, and the echoes before."""
    mode, sensor = ints(points["mode"], 0), ranks(points["sensor"])
    least = rules.dark_us, rules.dark_echoes
    dark = np.zeros((count, 5), np.int64)
    for a, b, echoes in darkened(leg, cuts.time, mode, sensor, cuts.ground, *least):
        if cuts.time[b] - cuts.time[a] > dark[leg[a], 0]:
            dark[leg[a], :3] = cuts.time[b] - cuts.time[a], echoes, (mode[b] & TRANSPONDER) != 0
    for a, b, echoes in late(leg, cuts.time, mode, sensor, *least):
        dark[leg[a], 3:] = cuts.time[b] - cuts.time[a], echoes
    return dark


def _usual_speed(points: pa.Table, leg: Ints, first: Ints, length: Ints) -> Ints:
    """The median of the smoothed speed at the plots of each leg, of an even number the lower of the middle two. The
    path from plot to plot is longer the noisier they are; this is not."""
    north, east = ints(points["north_mm_s"], 0).astype(np.float64), ints(points["east_mm_s"], 0).astype(np.float64)
    speed = np.minimum(np.sqrt(north * north + east * east), _FASTEST_MM_S).astype(np.int64)
    # One sort of whole numbers: speeds of a leg stay where its plots are.
    ordered = np.sort(leg * (_FASTEST_MM_S + 1) + speed)
    usual: Ints = ordered[first + (length - 1) // 2] % (_FASTEST_MM_S + 1)
    return usual


def _on_ground(points: pa.Table) -> Array:
    return array((ints(points["flags"], 0) & ON_GROUND) != 0)


def sensors_of(points: pa.Table, leg: Ints, count: int) -> Array:
    """The distinct sensors of each leg (or other piece) of the `count` that `leg` numbers, sorted."""
    rank = ranks(points["sensor"])
    distinct: Array = pc.unique(points["sensor"]).sort()
    pairs = np.unique(leg * (len(distinct) + 1) + rank)
    owner = pairs // (len(distinct) + 1)
    offsets = np.searchsorted(owner, np.arange(count + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(array(offsets), distinct.take(array(pairs % (len(distinct) + 1))))


def _address(points: pa.Table, leg: Ints, count: int) -> tuple[Array, Ints]:
    """The address where there is only one, and how many there are."""
    address = ints(points["address"], NONE)
    legs, values, _ = _counted(leg, address)
    number = np.bincount(legs, minlength=count)
    only = np.zeros(count, np.int64)
    only[legs] = values
    return array(only, mask=number != 1), number


def _call_sign(points: pa.Table, leg: Ints, count: int) -> tuple[Array, Ints]:
    """The most frequent call sign, ties by the smallest, and how many there are."""
    legs, values, times = _counted(leg, ranks(points["call_sign"]))
    number = np.bincount(legs, minlength=count)
    if not len(legs):
        nothing: Array = pa.nulls(count, pa.string())
        return nothing, number
    names = pc.unique(points["call_sign"].drop_null()).sort()
    order = np.lexsort((-values, times, legs))
    best = np.full(count, NONE)
    best[legs[order]] = values[order]  # the last of each leg is its most frequent
    return names.take(array(best, mask=best < 0)), number


def _counted(leg: Ints, values: Ints) -> tuple[Ints, Ints, Ints]:
    """Leg, value and number of points of each pair of them, in order; NONE is no value. Runs are counted first: of one
    value there are few, and sorting points is what would cost."""
    starts = np.flatnonzero(np.append(True, (leg[1:] != leg[:-1]) | (values[1:] != values[:-1])))
    runs = np.diff(np.append(starts, len(leg)))
    said = values[starts] != NONE
    starts, runs = starts[said], runs[said]
    order = np.lexsort((values[starts], leg[starts]))
    starts, runs = starts[order], runs[order]
    if not len(starts):
        return starts, starts, runs
    legs, which = leg[starts], values[starts]
    new = np.flatnonzero(np.append(True, (legs[1:] != legs[:-1]) | (which[1:] != which[:-1])))
    return legs[new], which[new], np.add.reduceat(runs, new)
