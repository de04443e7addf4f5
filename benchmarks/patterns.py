"""Patterns: how fast they are found, how often on simulated flights of each kind, and what real files give.

Thresholds were set on seed 1 of the simulated flights and frozen before a real file was looked at; seed 2 is
measured here. The label of a real file is its folder and name, not checked flight by flight. A track is all plots of
one address: the tracker is not what is measured.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.legs import best, tracks
from benchmarks.patterns_made import DRAWN, flights
from benchmarks.record import ROOT, Measure
from veedor.air.flying.leg_cells import LegCells
from veedor.air.flying.legs import Legs
from veedor.air.patterns.find import Patterns
from veedor.air.patterns.judge import PatternFindings
from veedor.air.tracking.smoothed import STATE_COLUMNS
from veedor.engine.detector import Owner
from veedor.formats import FileSource, Options
from veedor.formats.receivers.traffic_json import TrafficJson
from veedor.simulate.flying.manoeuvres import LOOKALIKES, LOOKS, PLAIN
from veedor.tables import FLIGHT_PLANS, MOVEMENTS, OUTAGES, TRACKS
from veedor.tables.plots import PSR

SEED, COUNT = 2, 150
KINDS = ("orbit", "racetrack", "search_lines", "drop", "loiter")
FOLDERS = ("surveillance", "surveys", "gliders", "calibration", "firefighting", "ambulances", "collections")
REAL = ROOT.parent / "shared" / "data" / "air" / "traffic"
# What traffic 2.13 reached with its holding net on one core (docs/detectors/air.md), published beside 10 flights.
HOLDING_NET = 2_720.0


def measure() -> Sequence[Measure]:
    """Speed, simulated flights, real flights where the folder is there."""
    return (*_speed(), *_simulated(), *(_real() if REAL.is_dir() else ()))


def _speed() -> Iterator[Measure]:
    patterns = Patterns()
    straight = tracks(4_002, 1_000, 1_000)
    busy = pa.concat_tables([flights(kind, "receiver", 40, SEED) for kind in ("orbit", "racetrack", "search_lines")])
    busy = busy.set_column(0, TRACKS.schema.field("track"), pa.array(_renumbered(busy)))
    for what, made in (("straight flights", straight), ("flights full of patterns", busy)):
        patterns.run({"tracks": made}, Owner(), patterns.parameters)
        rate = made.num_rows / best(lambda points=made: patterns.run({"tracks": points}, Owner(), patterns.parameters))
        yield Measure(f"patterns, {what}: rows to rows", rate, "points per CPU s", rate / HOLDING_NET,
                      "traffic 2.13, holding net, as published", "at least 1,000,000",
                      f"{made.num_rows:,} points")  # fmt: skip


def _renumbered(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Tracks numbered on where several tables that each begin at 0 were put together."""
    numbers = np.asarray(table["track"].to_numpy(), np.int64)
    return np.cumsum(np.append(0, np.diff(numbers) != 0)).astype(np.int64)


def _simulated() -> Iterator[Measure]:
    patterns = Patterns()
    for kind in DRAWN:
        for look in LOOKS:
            found = patterns.run({"tracks": flights(kind, look, COUNT, SEED)}, Owner(), patterns.parameters)
            seen = {name: _tracks_with(found, name) for name in KINDS}
            said = "; ".join(f"{name} {number}" for name, number in seen.items() if number) or "nothing"
            wanted = kind if kind in KINDS else None
            right = seen[wanted] if wanted else len(set(found["track"].to_pylist()))
            low, high = interval(right, COUNT)
            against = "lookalike" if kind in LOOKALIKES else "plain flight" if kind in PLAIN else ""
            what = f"simulated {kind}, {look}: " + ("found as such" if wanted else "any pattern found")
            yield Measure(what, right / COUNT, "of flights", None, against, "",
                          f"{right} of {COUNT} (95 %: {low:.3f} to {high:.3f}); {said}")  # fmt: skip


def _tracks_with(found: pa.Table, kind: str) -> int:
    return len({row["track"] for row in found.select(["track", "kind"]).to_pylist() if row["kind"] == kind})


def _real() -> Iterator[Measure]:
    for folder in FOLDERS:
        for path in sorted((REAL / folder).glob("*.json.gz")):
            yield real_file(folder, path)


def real_file(folder: str, path: Path) -> Measure:
    """Legs of at least ten minutes with a pattern, and findings, of one file; and findings had nobody answered."""
    points = real_tracks(path)
    tables, found = judged(points)
    _, hidden = judged(silent(points))
    long = [row for row in tables["legs"].to_pylist() if (row["end"] - row["start"]).total_seconds() >= 600]
    by_leg: dict[int, set[str]] = {}
    for row in tables["patterns"].to_pylist():
        by_leg.setdefault(row["leg"], set()).add(row["kind"])
    counted = sum(row["leg"] in by_leg for row in long)
    kinds = "; ".join(
        f"{kind} in {number} legs" for kind in KINDS if (number := sum(kind in found for found in by_leg.values()))
    )
    low, high = interval(counted, len(long))
    note = f"{counted} of {len(long)} (95 %: {low:.2f} to {high:.2f}); {kinds or 'nothing'}; "
    note += f"{found.num_rows} findings, {hidden.num_rows} were they silent"
    return Measure(f"real, {folder}/{path.name.split('.')[0]}: legs with a pattern",
                   counted / len(long) if long else 0.0, "of legs", None, "", "", note)  # fmt: skip


def judged(points: pa.Table) -> tuple[dict[str, pa.Table], pa.Table]:
    """Legs and patterns of these points, and the findings."""
    tables = {"tracks": points, **{table.name: table.empty() for table in (FLIGHT_PLANS, MOVEMENTS, OUTAGES)}}
    for detector in (Legs(), LegCells(), Patterns()):
        tables[detector.writes.name] = detector.run({"tracks": points}, Owner(), detector.parameters)
    judge = PatternFindings()
    return tables, judge.run(tables, Owner(), judge.parameters)


def silent(points: pa.Table) -> pa.Table:
    """The same points as primary echoes that keep their height, as a height finder beside the radar would give it."""
    for name, values in (
        ("mode", pa.array(np.full(points.num_rows, PSR, np.uint8))),
        ("address", pa.nulls(points.num_rows, pa.int32())),
        ("call_sign", pa.nulls(points.num_rows, pa.string())),
    ):
        points = points.set_column(points.schema.get_field_index(name), TRACKS.schema.field(name), values)
    return points


def real_tracks(path: Path) -> pa.Table:
    """Plots of a file of `traffic` as TRACKS, one track an address."""
    rows = pa.concat_tables([batch.rows for batch in TrafficJson().read(FileSource(path), Options())])
    rows = rows.filter(pa.compute.and_(rows["address"].is_valid(), rows["lat_e7"].is_valid()))
    rows = rows.filter(rows["time"].is_valid())
    height = pa.compute.coalesce(rows["altitude_pressure_mm"], rows["altitude_geometric_mm"])
    columns = {name: rows[name] for name in TRACKS.schema.names if name in rows.schema.names}
    columns |= {
        "track": rows["address"].cast(pa.int64()),
        "altitude_mm": height,
        "deposit": pa.array([b"r" * 32] * rows.num_rows, pa.binary(32)),
    } | dict.fromkeys(STATE_COLUMNS, pa.array(np.zeros(rows.num_rows, np.int64)))
    return TRACKS.cast(pa.table({name: columns[name] for name in TRACKS.schema.names}))


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle, spread = share + z * z / (2 * of), z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5
    return max(0.0, middle - spread) / (1 + z * z / of), min(1.0, (middle + spread) / (1 + z * z / of))


if __name__ == "__main__":
    started = time.process_time()
    for one in measure():
        print(one.what, f"{one.value:.3g}", one.note)
    print(f"{time.process_time() - started:.0f} s")
