"""Sensor state: for each sensor and UTC hour how many plots it gave, how many without a place, how long it was silent.

Silence inside an hour is counted from its start and to its end: what was not handed in is silent too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import Array, array, ints, ranks, truths
from veedor.air.scales import HOUR_US
from veedor.air.sensing.rules import SensorStateRules
from veedor.engine.detector import Owner, Read, Whole
from veedor.tables import PLOTS, SENSOR_STATE, Table

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SensorState:
    """Reducer: PLOTS -> SENSOR_STATE. A stored hour of a sensor is never divided, so partial results only add up."""

    parameters: SensorStateRules = field(default_factory=SensorStateRules)
    name: str = "sensor_state"
    version: int = 2
    writes: Table = SENSOR_STATE

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(PLOTS, Whole(), ("sensor", "time", "lat_e7", "lon_e7")),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: SensorStateRules) -> pa.Table:
        plots = tables["plots"].filter(pc.is_valid(tables["plots"]["time"]))
        if not plots.num_rows:
            return SENSOR_STATE.empty()
        names = pc.unique(plots["sensor"]).sort()
        sensor, time = ranks(plots["sensor"]), ints(plots["time"], 0)
        order = np.lexsort((time, sensor))
        lost: Bools = truths(plots["lat_e7"].is_null()) | truths(plots["lon_e7"].is_null())
        sensor, time, unplaced = sensor[order], time[order], lost[order].astype(np.int64)
        hour = time // HOUR_US
        new = np.ones(len(time), np.bool_)
        new[1:] = (sensor[1:] != sensor[:-1]) | (hour[1:] != hour[:-1])
        first = np.flatnonzero(new)
        last = np.append(first[1:], len(time)) - 1
        step = np.diff(time, prepend=time[0])
        step[first] = time[first] - hour[first] * HOUR_US
        silence = np.maximum(np.maximum.reduceat(step, first), (hour[last] + 1) * HOUR_US - time[last])
        missing = np.add.reduceat(unplaced, first)
        sensors = names.take(array(sensor[first]))
        return _table(sensors, hour[first], last - first + 1, time[first], time[last], silence, missing)

    def merge(self, partial: pa.Table, parameters: SensorStateRules) -> pa.Table:
        if not partial.num_rows:
            return SENSOR_STATE.empty()
        grouped = partial.group_by(["sensor", "hour"]).aggregate(
            [("plots", "sum"), ("first", "min"), ("last", "max"), ("longest_silence_us", "min"), ("unplaced", "sum")]
        )
        rows = grouped.rename_columns(["sensor", "hour", "plots", "first", "last", "longest_silence_us", "unplaced"])
        return SENSOR_STATE.cast(rows).sort_by([("sensor", "ascending"), ("hour", "ascending")])


def _table(sensor: Array, hour: Ints, plots: Ints, first: Ints, last: Ints, silence: Ints, unplaced: Ints) -> pa.Table:
    columns = {
        "sensor": sensor, "hour": hour * HOUR_US, "plots": plots, "first": first, "last": last,
        "longest_silence_us": silence, "unplaced": unplaced,
    }  # fmt: skip
    return SENSOR_STATE.cast(pa.table({name: array(values) for name, values in columns.items()}))
