"""Blankings: windows that a radar itself says it blanks or filters (034 type 3 with 100 and 110, 002 types 8 and 9).

An hour keeps when each window was said to hold and to end. Messages that name neither a window nor what they hold back
tell nothing of where the radar looks away; `sensor_turns` counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import Array, array, ints
from veedor.air.scales import HOUR_US
from veedor.air.sensing.rules import BlankingsRules
from veedor.engine.detector import Owner, Read, Whole
from veedor.tables import BLANKINGS, SENSOR_MESSAGES, Table

NO_END_MM = 1 << 40
UNNAMED = "unnamed"
_WINDOW = ("azimuth_from_e7", "azimuth_to_e7", "range_from_mm", "range_to_mm")
_KEYS = ("sensor", "hour", "filter", *_WINDOW)
_KEPT: Any = [("first_on", "min"), ("last_on", "max"), ("first_off", "min"), ("last_off", "max"), ("simulated", "any")]


@dataclass(frozen=True)
class Blankings:
    """Reducer: SENSOR_MESSAGES -> BLANKINGS."""

    parameters: BlankingsRules = field(default_factory=BlankingsRules)
    name: str = "blankings"
    version: int = 1
    writes: Table = BLANKINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("sensor", "time", "kind", "filter", *_WINDOW, "simulated")
        # Nearly all messages are of these two kinds: they need not be read.
        others = (("kind", "!=", "sector"), ("kind", "!=", "north_marker"))
        return (Read(SENSOR_MESSAGES, Whole(), columns, filter=others),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: BlankingsRules) -> pa.Table:
        said = tables["sensor_messages"]
        some: Array = pc
        kinds = some.is_in(said["kind"], array(["filter", "filter_on", "filter_off"]))
        windowed = some.or_(said["azimuth_from_e7"].is_valid(), said["range_from_mm"].is_valid())
        told = some.and_(some.or_(windowed, said["filter"].is_valid()), some.and_(kinds, said["time"].is_valid()))
        said = said.filter(told)
        if not said.num_rows:
            return BLANKINGS.empty()
        time = said["time"].cast(pa.int64()).combine_chunks()
        off = some.equal(said["kind"], pa.scalar("filter_off")).combine_chunks()
        on_time, off_time = some.if_else(off, None, time), some.if_else(off, time, None)
        half = said["azimuth_from_e7"].is_null().to_numpy() | said["azimuth_to_e7"].is_null().to_numpy()
        columns: dict[str, Array] = {
            "sensor": said["sensor"],
            "hour": array(ints(time, 0) // HOUR_US * HOUR_US),
            "filter": some.if_else(
                some.equal(said["kind"], pa.scalar("filter")), some.fill_null(said["filter"], UNNAMED), ""
            ),
            **{name: array(np.where(half, 0, ints(said[name], 0))) for name in _WINDOW[:2]},
            "range_from_mm": array(ints(said["range_from_mm"], 0)),
            "range_to_mm": array(ints(said["range_to_mm"], NO_END_MM)),
            "first_on": on_time, "last_on": on_time, "first_off": off_time, "last_off": off_time,
            "simulated": said["simulated"],
        }  # fmt: skip
        return self.merge(BLANKINGS.cast(pa.table(columns)), parameters)

    def merge(self, partial: pa.Table, parameters: BlankingsRules) -> pa.Table:
        if not partial.num_rows:
            return BLANKINGS.empty()
        grouped = partial.group_by(list(_KEYS), use_threads=False).aggregate(_KEPT)
        named = grouped.rename_columns([*_KEYS, *(name for name, _ in _KEPT)])
        return BLANKINGS.cast(named).sort_by([(name, "ascending") for name in _KEYS])
