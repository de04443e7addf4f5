"""Legs: tracks cut into continuous pieces of flight, each with the state it begins and ends in.

A leg ends at a silence longer than 30 minutes, or longer than 10 minutes when the target was below 1 km of pressure
altitude on either side or its altitude is not known (the rule of OPDI 0.0.2, opdi.aero), and at a stop on the ground.
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
from veedor.air.flying.rules import LegRules
from veedor.air.flying.segments import cut, measure
from veedor.air.plane import plane_of
from veedor.engine.detector import ByKey, Owner, Read
from veedor.kernel.hashing import id64
from veedor.tables import LEGS, TRACKS, Table
from veedor.tables.plots import ON_GROUND

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Legs:
    """Detector: TRACKS by track -> LEGS."""

    parameters: LegRules = field(default_factory=LegRules)
    name: str = "legs"
    version: int = 1
    writes: Table = LEGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(TRACKS, ByKey(("track",))),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: LegRules) -> pa.Table:
        points = in_order(tables["tracks"])
        if not points.num_rows:
            return LEGS.empty()
        track, time = ints(points["track"], 0), ints(points["time"], 0)
        lat, lon = ints(points["lat_e7"], 0), ints(points["lon_e7"], 0)
        altitude = ints(points["altitude_mm"], NO_ALTITUDE)
        ground = (ints(points["flags"], 0) & ON_GROUND) != 0
        starts = cut(
            track, time, altitude, ground, parameters.silence_us, parameters.silence_low_us, parameters.low_mm,
            parameters.ground_stop_us, np.zeros(len(track), np.bool_),
        )  # fmt: skip
        first = np.flatnonzero(starts)
        last = np.append(first[1:], len(track)) - 1
        plane = plane_of(lat, lon)
        state = measure(
            first, last, time, plane.north, plane.lon, plane.cosine, altitude, parameters.end_window_us,
            parameters.step_us, np.zeros((len(first), 12), np.int64),
        )  # fmt: skip
        return _table(points, track, first, last, state)


def in_order(points: pa.Table) -> pa.Table:
    """Track points sorted by track and time, ids last."""
    return points.take(pc.sort_indices(points, [(name, "ascending") for name in TRACKS.order]))


def _table(points: pa.Table, track: Ints, first: Ints, last: Ints, state: Ints) -> pa.Table:
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
    address, call_sign = _identity(points, leg, len(first))
    columns = optional | {
        "leg": array(id64(b"veedor/leg/1\0", heads, ("track", "time", "sensor", "lat_e7", "lon_e7"))),
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
        "length_mm": array(state[:, 7]),
        "longest_silence_us": array(state[:, 10]),
        "ends_on_ground": _on_ground(tails),
        "starts_on_ground": _on_ground(heads),
        "modes": array(np.bitwise_or.reduceat(ints(points["mode"], 0), first)),
        "flags": array(np.bitwise_or.reduceat(ints(points["flags"], 0), first)),
        "sensors": _sensors(points, leg, len(first)),
        "address": address,
        "call_sign": call_sign,
        "first_deposit": heads["deposit"],
        "first_row": heads["row"],
        "last_deposit": tails["deposit"],
        "last_row": tails["row"],
    }
    return pa.table({name: columns[name] for name in LEGS.schema.names}).cast(LEGS.schema)


def _on_ground(points: pa.Table) -> Array:
    return array((ints(points["flags"], 0) & ON_GROUND) != 0)


def _sensors(points: pa.Table, leg: Ints, count: int) -> Array:
    """The distinct sensors of each leg, sorted."""
    rank = ranks(points["sensor"])
    distinct: Array = pc.unique(points["sensor"]).sort()
    pairs = np.unique(leg * (len(distinct) + 1) + rank)
    owner = pairs // (len(distinct) + 1)
    offsets = np.searchsorted(owner, np.arange(count + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(array(offsets), distinct.take(array(pairs % (len(distinct) + 1))))


def _identity(points: pa.Table, leg: Ints, count: int) -> tuple[Array, Array]:
    """The address where there is only one, and the most frequent call sign, ties by the smallest."""
    address = ints(points["address"], NONE)
    has = address >= 0
    low, high = np.full(count, 1 << 40), np.full(count, NONE)
    np.minimum.at(low, leg[has], address[has])
    np.maximum.at(high, leg[has], address[has])
    only = low == high
    signs = ranks(points["call_sign"])
    said = signs >= 0
    best = np.full(count, NONE)
    call_sign: Array = pa.nulls(count, pa.string())
    if said.any():
        names = pc.unique(points["call_sign"].drop_null()).sort()
        pairs, times = np.unique(leg[said] * len(names) + signs[said], return_counts=True)
        order = np.lexsort((-(pairs % len(names)), times, pairs // len(names)))
        best[pairs[order] // len(names)] = pairs[order] % len(names)  # the last of each leg is its most frequent
        call_sign = names.take(array(best, mask=best < 0))
    return array(np.where(only, low, 0), mask=~only), call_sign
