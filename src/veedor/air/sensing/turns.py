"""Turns: for each sensor and UTC hour what its service messages say: that it ran, how it turned, what it counted.

Message counts (I034/070, I002/070) are the radar's own: what it sent in the turn before. The same message by two lines,
or in two deposits, counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import Array, array, ints, ranks, truths
from veedor.air.scales import HOUR_US
from veedor.air.sensing.rules import SensorTurnsRules
from veedor.engine.detector import Owner, Read, Whole
from veedor.tables import SENSOR_MESSAGES, SENSOR_TURNS, Table
from veedor.tables.sensors import SEEN

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_COUNTED = tuple(f"counted_{name}" for name in SEEN)
_SUMS = (
    "messages",
    "turns",
    "rotations",
    "rotation_sum_us",
    "counting",
    *_COUNTED,
    "filters",
    "overloads",
    "off",
    "unsure",
)


@dataclass(frozen=True)
class SensorTurns:
    """Reducer: SENSOR_MESSAGES -> SENSOR_TURNS."""

    parameters: SensorTurnsRules = field(default_factory=SensorTurnsRules)
    name: str = "sensor_turns"
    version: int = 1
    writes: Table = SENSOR_TURNS

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = (
            "sensor", "time", "kind", "simulated", "rotation_us", "operational", "overloaded", "time_valid", "filter",
            "lat_e7", "lon_e7", *_COUNTED, "deposit", "row",
        )  # fmt: skip
        return (Read(SENSOR_MESSAGES, Whole(), columns),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: SensorTurnsRules) -> pa.Table:
        said = tables["sensor_messages"].filter(pc.is_valid(tables["sensor_messages"]["time"]))
        if not said.num_rows:
            return SENSOR_TURNS.empty()
        names = pc.unique(said["sensor"]).sort()
        sensor, time, deposit = ranks(said["sensor"]), ints(said["time"], 0), ranks(said["deposit"])
        kind: Ints = ranks(said["kind"])
        counted = np.column_stack([ints(said[name], -1) for name in _COUNTED])
        order = np.lexsort((ints(said["row"], 0), deposit, *counted.T, kind, time, sensor))
        said, sensor, time, kind = said.take(array(order)), sensor[order], time[order], kind[order]
        counted = counted[order]
        # The same message by two lines or in two deposits.
        again = np.zeros(len(time), np.bool_)
        again[1:] = (sensor[1:] == sensor[:-1]) & (time[1:] == time[:-1]) & (kind[1:] == kind[:-1])
        again[1:] &= (counted[1:] == counted[:-1]).all(axis=1)
        once = ~again
        hour = time // HOUR_US
        new = np.ones(len(time), np.bool_)
        new[1:] = (sensor[1:] != sensor[:-1]) | (hour[1:] != hour[:-1])
        first = np.flatnonzero(new)
        last = np.append(first[1:], len(time)) - 1

        def added(values: Ints | Bools) -> Ints:
            found: Ints = np.add.reduceat(np.where(once, values, 0).astype(np.int64), first)
            return found

        rotation = ints(said["rotation_us"], 0)
        north = truths(pc.equal(said["kind"], pa.scalar("north_marker")))
        counts: Bools = np.asarray((counted >= 0).any(axis=1), np.bool_)
        filtered = truths(said["filter"].is_valid()) | truths(pc.is_in(said["kind"], array(["filter", "filter_on"])))
        step = np.diff(time, prepend=time[0])
        step[first] = time[first] - hour[first] * HOUR_US
        columns = {
            "sensor": names.take(array(sensor[first])),
            "hour": array(hour[first] * HOUR_US),
            "messages": array(added(once)),
            "turns": array(added(north)),
            "rotations": array(added(rotation > 0)),
            "rotation_sum_us": array(added(rotation)),
            "message_silence_us": array(
                np.maximum(np.maximum.reduceat(step, first), (hour[last] + 1) * HOUR_US - time[last])
            ),
            "first_message": array(time[first]),
            "last_message": array(time[last]),
            "counting": array(added(counts)),
            **{name: array(added(np.maximum(counted[:, place], 0))) for place, name in enumerate(_COUNTED)},
            "filters": array(added(filtered)),
            "overloads": array(added(truths(said["overloaded"]))),
            "off": array(added(truths(pc.equal(said["operational"], pa.scalar(False))))),
            "unsure": array(added(truths(pc.equal(said["time_valid"], pa.scalar(False))))),
            "said_lat_e7": _place(said["lat_e7"], first),
            "said_lon_e7": _place(said["lon_e7"], first),
            "simulated": array(np.logical_or.reduceat(truths(said["simulated"]), first)),
            **_first_count(said, counts, first),
        }
        return SENSOR_TURNS.cast(pa.table(columns))

    def merge(self, partial: pa.Table, parameters: SensorTurnsRules) -> pa.Table:
        if not partial.num_rows:
            return SENSOR_TURNS.empty()
        ordered = partial.sort_by(
            [("sensor", "ascending"), ("hour", "ascending"), ("deposit", "ascending"), ("row", "ascending")]
        )
        how: Any = [(name, "sum") for name in _SUMS] + [
            ("message_silence_us", "min"), ("first_message", "min"), ("last_message", "max"), ("said_lat_e7", "min"),
            ("said_lon_e7", "min"), ("simulated", "any"), ("deposit", "first"), ("row", "first"),
        ]  # fmt: skip
        grouped = ordered.group_by(["sensor", "hour"], use_threads=False).aggregate(how)
        named = grouped.rename_columns(["sensor", "hour", *(name for name, _ in how)])
        return SENSOR_TURNS.cast(named.select(SENSOR_TURNS.schema.names)).sort_by(
            [("sensor", "ascending"), ("hour", "ascending")]
        )


def _place(column: Array, first: Ints) -> Array:
    """The least value in each group, null where none says it."""
    least = np.minimum.reduceat(ints(column, 1 << 40), first)
    return array(np.where(least == 1 << 40, 0, least), least == 1 << 40)


def _first_count(said: pa.Table, counts: Bools, first: Ints) -> dict[str, Array]:
    """The first message of each group that counts, as evidence; else its first message."""
    places = np.where(counts, np.arange(len(counts)), len(counts))
    least = np.minimum.reduceat(places, first)
    which = array(np.where(least < len(counts), least, first))
    return {name: said[name].take(which).combine_chunks() for name in ("deposit", "row")}
