"""Plots of sensors: for each sensor and UTC hour how many it gave, how it saw them, how long it was silent.

Silence inside an hour is counted from its start and to its end: what was not handed in is silent too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import array, ints, ranks, truths
from veedor.air.scales import HOUR_US
from veedor.air.sensing.rules import SensorPlotsRules
from veedor.engine.detector import Owner, Read, Whole
from veedor.tables import PLOTS, SENSOR_PLOTS, Table
from veedor.tables.plots import DUPLICATE, EXTRAPOLATED, MODE_S, PSR, SIMULATED, SSR
from veedor.tables.sensors import SEEN

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# How plots of SEEN were seen, and what a radar does not count among those it sent.
_MODES = (PSR, SSR, PSR | SSR, MODE_S, PSR | MODE_S)
NOT_SENT = DUPLICATE | EXTRAPOLATED


@dataclass(frozen=True)
class SensorPlots:
    """Reducer: PLOTS -> SENSOR_PLOTS. A stored hour of a sensor is never divided, so partial results only add up."""

    parameters: SensorPlotsRules = field(default_factory=SensorPlotsRules)
    name: str = "sensor_plots"
    version: int = 1
    writes: Table = SENSOR_PLOTS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(PLOTS, Whole(), ("sensor", "time", "lat_e7", "lon_e7", "mode", "flags")),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: SensorPlotsRules) -> pa.Table:
        plots = tables["plots"].filter(pc.is_valid(tables["plots"]["time"]))
        if not plots.num_rows:
            return SENSOR_PLOTS.empty()
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
        mode, flags = ints(plots["mode"], 0)[order], ints(plots["flags"], 0)[order]
        columns = {
            "sensor": names.take(array(sensor[first])),
            "hour": array(hour[first] * HOUR_US),
            "plots": array(last - first + 1),
            "first": array(time[first]),
            "last": array(time[last]),
            "longest_silence_us": array(silence),
            "unplaced": array(np.add.reduceat(unplaced, first)),
            **{
                f"seen_{name}": array(
                    np.add.reduceat(((mode == seen) & ((flags & NOT_SENT) == 0)).astype(np.int64), first)
                )
                for name, seen in zip(SEEN, _MODES, strict=True)
            },
            "simulated": array(np.logical_or.reduceat((flags & SIMULATED) != 0, first)),
        }
        return SENSOR_PLOTS.cast(pa.table(columns))

    def merge(self, partial: pa.Table, parameters: SensorPlotsRules) -> pa.Table:
        if not partial.num_rows:
            return SENSOR_PLOTS.empty()
        how: Any = [
            ("plots", "sum"),
            ("first", "min"),
            ("last", "max"),
            ("longest_silence_us", "min"),
            ("unplaced", "sum"),
        ]
        how += [*((f"seen_{name}", "sum") for name in SEEN), ("simulated", "any")]
        grouped = partial.group_by(["sensor", "hour"]).aggregate(how)
        rows = grouped.rename_columns(["sensor", "hour", *(name for name, _ in how)])
        return SENSOR_PLOTS.cast(rows).sort_by([("sensor", "ascending"), ("hour", "ascending")])
