"""Plots of made-up flights for the tests of the air room: straight legs with a sensor's turn time, SIMULATED."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from veedor.air.detectors import DETECTORS
from veedor.engine.dag import ordered
from veedor.engine.detector import ByTime, Owner
from veedor.tables import PLOTS, SENSOR_MESSAGES, SENSORS, TABLES

_COMPARE = {"=": pa.compute.equal, "!=": pa.compute.not_equal, "<": pa.compute.less,
            "<=": pa.compute.less_equal, ">=": pa.compute.greater_equal}  # fmt: skip
DAY = 1_750_000_000_000_000 // 86_400_000_000 * 86_400_000_000
SECOND = 1_000_000
HOUR = 3600 * SECOND


def flight(
    start_s: float, seconds: int, lat: float, lon: float, *, speed: float = 80.0, course: float = 90.0, step: int = 10,
    altitude: float | None = None, climb: float = 0.0, **columns: Any,
) -> list[dict[str, Any]]:  # fmt: skip
    """Plots along a straight course; degrees, metres, seconds after DAY; other columns as given."""
    rows = []
    for second in range(0, seconds, step):
        away = speed * second / 111_195.0
        row: dict[str, Any] = {
            "time": DAY + int((start_s + second) * SECOND),
            "lat_e7": round((lat + away * math.cos(math.radians(course))) * 1e7),
            "lon_e7": round((lon + away * math.sin(math.radians(course)) / math.cos(math.radians(lat))) * 1e7),
            "sensor": "radar-1", "mode": 1, "flags": 1,
        }  # fmt: skip
        if altitude is not None:
            row["altitude_pressure_mm"] = round((altitude + climb * second) * 1000)
        rows.append(row | columns)
    return rows


def plots(*flights: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The rows of all flights as a plots table with provenance."""
    rows = [dict(row) for one in flights for row in one]
    for number, row in enumerate(rows):
        row |= {"deposit": b"d" * 32, "row": row.get("row", number), "file": 0, "offset": 0, "length": 0}
        row["time"] = int(row["time"])
    columns = {
        column.name: pa.array(
            [row.get(column.name) for row in rows], pa.int64() if column.name == "time" else column.type
        )
        for column in PLOTS.columns
    }
    return PLOTS.cast(pa.table(columns))


def sensors(sites: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A site table from the columns given."""
    empty = {
        "deposit": b"s" * 32,
        "file": 0,
        "offset": 0,
        "length": 0,
        "party": "test",
        "kind": "radar",
        "simulated": True,
    }
    rows = [empty | {"row": number} | dict(site) for number, site in enumerate(sites)]
    return SENSORS.cast(
        pa.table({c.name: pa.array([row.get(c.name) for row in rows], c.type) for c in SENSORS.columns})
    )


def said(messages: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Service messages from the columns given; `time` in microseconds."""
    empty = {"deposit": b"m" * 32, "file": 0, "offset": 0, "length": 0, "category": 34, "simulated": True}
    rows = [empty | {"row": number, "sensor": "radar-1"} | dict(one) for number, one in enumerate(messages)]
    return SENSOR_MESSAGES.cast(
        pa.table(
            {
                c.name: pa.array([row.get(c.name) for row in rows], pa.int64() if c.name == "time" else c.type)
                for c in SENSOR_MESSAGES.columns
            }
        )
    )


def run(
    table: pa.Table,
    chunk_us: int | None = None,
    detectors: Sequence[Any] = DETECTORS,
    sites: Sequence[Mapping[str, Any]] = (),
    messages: Sequence[Mapping[str, Any]] = (),
    terrain: pa.Table | None = None,
    papers: Mapping[str, pa.Table] | None = None,
    only: str = "",
    instead: Any = None,
) -> dict[str, pa.Table]:
    """All tables of the chain, or those up to the detector `only`; with `chunk_us` association is called chunk by
    chunk. `papers`: plans, movements, outages by name of table. `instead` takes the place of the detector of its
    name."""
    detectors = [instead if instead is not None and one.name == instead.name else one for one in detectors]
    if only:
        detectors = [one for one in detectors if one.name == only]
    # Records that nobody deposited are tables without rows.
    tables: dict[str, pa.Table] = {one.name: one.empty() for one in TABLES if "file" in one.schema.names}
    tables |= {"plots": table, "sensors": sensors(sites), "sensor_messages": said(messages)}
    tables |= {} if terrain is None else {"terrain": terrain}
    tables |= papers or {}
    findings = []
    for detector in ordered(detectors, set(tables)):
        given = {}
        for read in detector.reads:
            rows = tables[read.table.name]
            for column, operator, value in read.filter:
                compare = _COMPARE[operator]
                rows = rows.filter(compare(rows[column], value))
            given[read.table.name] = rows.select(list(read.columns)) if read.columns else rows
        out = _chunks(detector, given, chunk_us) if chunk_us else detector.run(given, Owner(), detector.parameters)
        if hasattr(detector, "merge"):
            out = detector.merge(out, detector.parameters)
        if detector.writes.name == "findings":
            findings.append(out)
        else:
            tables[detector.writes.name] = out
    return tables | ({"findings": pa.concat_tables(findings)} if findings else {})


def _chunks(detector: Any, given: dict[str, pa.Table], chunk_us: int) -> pa.Table:
    cut, name = detector.reads[0].partition, detector.reads[0].table.name
    if not isinstance(cut, ByTime):
        return detector.run(given, Owner(), detector.parameters)
    times = given[name]["time"].cast(pa.int64()).to_numpy()
    if not len(times):
        return detector.run(given, Owner(), detector.parameters)
    parts = []
    for number in range(int(times.min() // chunk_us), int(times.max() // chunk_us) + 1):
        start, end = number * chunk_us, (number + 1) * chunk_us
        seen = (times >= start - cut.before_us) & (times < end + cut.after_us)
        part = given | {name: given[name].filter(pa.array(seen))}
        parts.append(detector.run(part, Owner(start_us=start, end_us=end), detector.parameters))
    return pa.concat_tables(parts)
