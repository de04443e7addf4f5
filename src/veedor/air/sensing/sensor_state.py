"""Sensor state: for each sensor and UTC hour the plots that were deposited beside what the radar says of itself.

Hours come from either side: a radar that says it ran and gave no plots stands here with none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.air.arrow import array, ints, truths
from veedor.air.scales import HOUR_US
from veedor.air.sensing.rules import SensorStateRules
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.geodesy import distance_mm
from veedor.tables import SENSOR_PLOTS, SENSOR_STATE, SENSOR_TURNS, SENSORS, Table

SITE = ("sensor", "lat_e7", "lon_e7", "valid_from", "valid_to", "rotation_ms")


@dataclass(frozen=True)
class SensorState:
    """Detector: SENSOR_PLOTS, SENSOR_TURNS, SENSORS, all whole -> SENSOR_STATE."""

    parameters: SensorStateRules = field(default_factory=SensorStateRules)
    name: str = "sensor_state"
    version: int = 3
    writes: Table = SENSOR_STATE

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(SENSOR_PLOTS, Broadcast()), Read(SENSOR_TURNS, Broadcast()), Read(SENSORS, Broadcast(), SITE))

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: SensorStateRules) -> pa.Table:
        both = tables["sensor_plots"].join(
            tables["sensor_turns"], ["sensor", "hour"], join_type="full outer", right_suffix="_said"
        )
        if not both.num_rows:
            return SENSOR_STATE.empty()
        both = both.sort_by([("sensor", "ascending"), ("hour", "ascending")])
        sites = tables["sensors"].to_pylist()
        expected, away = [], []
        for row in both.select(
            [
                "sensor",
                "hour",
                "rotations",
                "rotation_sum_us",
                "first_message",
                "last_message",
                "said_lat_e7",
                "said_lon_e7",
            ]
        ).to_pylist():
            site = _site(sites, row)
            expected.append(_expected(row, site))
            away.append(_away(row, site))
        names = SENSOR_STATE.schema.names
        columns: dict[str, Any] = {name: both[name] for name in names if name in both.column_names}
        for name in names:
            column = SENSOR_STATE.schema.field(name)
            if name in columns and not column.nullable and pa.types.is_integer(column.type):
                columns[name] = array(ints(columns[name], HOUR_US if name == "longest_silence_us" else 0))
        columns["simulated"] = array(truths(both["simulated"]) | truths(both["simulated_said"]))
        columns["turns_expected"] = pa.array(expected, pa.int64())
        columns["off_site_mm"] = pa.array(away, pa.int64())
        return SENSOR_STATE.cast(pa.table({name: columns[name] for name in names}))


def _site(sites: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The site of the row's sensor that holds at its hour: the latest begun, the smallest position among equals."""
    found = [
        site
        for site in sites
        if site["sensor"] == row["sensor"]
        and (site["valid_from"] is None or site["valid_from"] <= row["hour"])
        and (site["valid_to"] is None or row["hour"] < site["valid_to"])
    ]
    return min(found, key=_order) if found else None


def _order(site: Mapping[str, Any]) -> tuple[float, int, int, int]:
    since = 0.0 if site["valid_from"] is None else -site["valid_from"].timestamp()
    return since, site["lat_e7"] or 0, site["lon_e7"] or 0, site["rotation_ms"] or 0


def _expected(row: Mapping[str, Any], site: Mapping[str, Any] | None) -> int | None:
    """Turns between the hour's first and last message, both counted: by what the radar says, else by its site."""
    if row["first_message"] is None:
        return None
    turn_us = row["rotation_sum_us"] // row["rotations"] if row["rotations"] else 0
    turn_us = turn_us or ((site or {}).get("rotation_ms") or 0) * 1000
    if not turn_us:
        return None
    span = (row["last_message"] - row["first_message"]).total_seconds()
    return int((round(span * 1_000_000) + turn_us // 2) // turn_us) + 1


def _away(row: Mapping[str, Any], site: Mapping[str, Any] | None) -> int | None:
    """How far its own position is from that of the site table."""
    if site is None or None in (site["lat_e7"], site["lon_e7"], row["said_lat_e7"], row["said_lon_e7"]):
        return None
    places = ((site["lat_e7"],), (site["lon_e7"],), (row["said_lat_e7"],), (row["said_lon_e7"],))
    return int(distance_mm(*(np.array(place) for place in places))[0])
