"""How fast tracks are cut into legs and coverage is counted: the kernels alone, and from one Parquet file to others.

Points are made here, straight flights with a climb and a descent by several radars, since neither tables nor speed ask
for more. Beside the goals stand what reading the same file costs, and what one pass of numpy over the same
columns does.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.record import Measure
from veedor.air.arrow import NO_ALTITUDE, ints
from veedor.air.flying.coverage import Coverage, places
from veedor.air.flying.legs import Legs, cuts_of
from veedor.air.flying.segments import measure as measure_legs
from veedor.air.scales import HOUR_US
from veedor.engine.detector import Detector, Owner
from veedor.tables import BLANKINGS, SENSOR_STATE, SENSOR_TURNS, SENSORS, TRACKS, Table

SEED = 4_001
TRACK_COUNT, POINTS = 2_000, 1_000
TIMES = 5
_STEP_US = 6_000_000


def measure() -> Sequence[Measure]:
    """Best of five, processor time of one thread, everything compiled before."""
    made = tracks(SEED, TRACK_COUNT, POINTS)
    count = made.num_rows
    legs, coverage = Legs(), Coverage()
    others = beside(made)
    for detector in (legs, coverage):
        detector.run(others | {"tracks": made.slice(0, 5_000)}, Owner(), detector.parameters)
    lat, lon, altitude = (ints(made[name], NO_ALTITUDE) for name in ("lat_e7", "lon_e7", "altitude_mm"))
    times = ints(made["time"], 0)
    cuts = cuts_of(made, legs.parameters)
    velocity = [ints(made[name], 0) for name in ("north_mm_s", "east_mm_s", "var_speed_mm2_s2")]
    state, cells = np.zeros((len(cuts.first), 16), np.int64), np.empty(count, np.int64)

    def kernels() -> None:
        again = cuts_of(made, legs.parameters)
        plane, rules = again.plane, legs.parameters
        measure_legs(
            again.first, again.last, again.time, plane.north, plane.lon, plane.cosine, again.altitude,
            again.ground, *velocity, rules.end_window_us, rules.step_us, state,
        )  # fmt: skip
        places(lat, lon, altitude, cells)

    kernel_s = best(kernels)
    numpy_s = best(lambda: _numpy_pass(times, lat, lon))
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "tracks.parquet", Path(folder)
        pq.write_table(made, source, compression="zstd")
        read_s = best(lambda: pq.read_table(source))
        legs_s = best(lambda: _through(source, out, others, legs))
        both_s = best(lambda: _through(source, out, others, legs, coverage))
    rate, note = "points per CPU s", f"{count / 1e6:g} million points, {TRACK_COUNT} tracks"
    reading = "only reading that file (time taken)"
    return (
        Measure("legs and cells: kernels", count / kernel_s, rate, kernel_s / numpy_s,
                "one numpy pass over times and places (time taken)", "at least 2,000,000", note),
        Measure("legs: Parquet to Parquet", count / legs_s, rate, legs_s / read_s, reading, "at least 1,000,000"),
        Measure("legs and coverage: Parquet to Parquet", count / both_s, rate, both_s / read_s, reading,
                "at least 1,000,000"),
    )  # fmt: skip


def best(work: Callable[[], object]) -> float:
    """The least processor time of several times."""
    found = []
    for _ in range(TIMES):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def _numpy_pass(times: npt.NDArray[np.int64], lat: npt.NDArray[np.int64], lon: npt.NDArray[np.int64]) -> object:
    north, east = np.diff(lat).astype(np.float64), np.diff(lon) * np.cos(lat[1:] * 1.7453292519943296e-9)
    return (np.diff(times) > 600_000_000) & (np.sqrt(north * north + east * east) > 1e4)


def _through(source: Path, out: Path, others: Mapping[str, pa.Table], *detectors: Detector) -> None:
    points = pq.read_table(source).cast(TRACKS.schema)
    for detector in detectors:
        done = detector.run({**others, "tracks": points}, Owner(), detector.parameters)
        pq.write_table(done, out / f"{detector.name}.parquet", compression="zstd")


def beside(made: pa.Table) -> dict[str, pa.Table]:
    """What coverage reads beside tracks: sites with a turn time, one with a blanked sector, on in every hour."""
    hours = sorted(set((ints(made["time"], 0) // HOUR_US).tolist()))
    names = sorted(set(made["sensor"].to_pylist()))
    sites = [
        {"sensor": name, "simulated": True, "rotation_ms": 12_000, "deposit": bytes(32), "row": number, "file": 0,
         "offset": 0, "length": 0, "lat_e7": 50_000_000, "lon_e7": -680_000_000, "blanked": "" if number else "10..20"}
        for number, name in enumerate(names)
    ]  # fmt: skip
    nothing = {field.name: None if field.nullable else 0 for field in SENSOR_STATE.schema}
    state = [
        nothing | {"sensor": name, "hour": hour * HOUR_US, "plots": 1, "first": hour * HOUR_US, "last": hour * HOUR_US,
                   "simulated": True}
        for name in names
        for hour in hours
    ]  # fmt: skip
    return {
        "sensors": _rows(SENSORS, sites),
        "sensor_state": _rows(SENSOR_STATE, state),
        "sensor_turns": SENSOR_TURNS.empty(),
        "blankings": BLANKINGS.empty(),
    }


def _rows(table: Table, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    columns = {
        column.name: pa.array(
            [row.get(column.name) for row in rows], pa.int64() if pa.types.is_timestamp(column.type) else column.type
        )
        for column in table.columns
    }
    return table.cast(pa.table(columns))


def tracks(seed: int, count: int, points: int) -> pa.Table:
    """TRACKS of `count` flights with `points` points each, in order, half of a minute of silence here and there."""
    rng = np.random.default_rng(seed)
    number = np.repeat(np.sort(rng.integers(-(2**63), 2**63 - 1, count)), points)
    step = np.tile(np.arange(points), count)
    quiet = np.cumsum(rng.random((count, points)) < 0.01, axis=1).reshape(-1) * 30_000_000
    moment = 1_750_000_000_000_000 + np.repeat(rng.integers(0, 10**12, count), points) + step * _STEP_US + quiet
    course = np.repeat(rng.uniform(0, 2 * np.pi, count), points)
    away = step * 6 * 80.0 / 111_195.0
    lat = np.repeat(rng.uniform(0, 10, count), points) + away * np.cos(course)
    lon = np.repeat(rng.uniform(-75, -60, count), points) + away * np.sin(course)
    columns: dict[str, object] = {
        "track": number,
        "time": pa.array(moment).cast(pa.timestamp("us", "UTC")),
        "sensor": np.array(["radar-1", "radar-2", "radar-3"])[rng.integers(0, 3, count * points)],
        "mode": np.full(count * points, 3, np.uint8),
        "flags": np.ones(count * points, np.uint16),
        "lat_e7": (lat * 1e7).astype(np.int32),
        "lon_e7": (lon * 1e7).astype(np.int32),
        "altitude_mm": np.minimum(step, points - step) * 20_000,
        "address": np.repeat(rng.integers(0, 1 << 24, count), points).astype(np.int32),
        "code_3a": np.full(count * points, 100, np.int16),
        "call_sign": np.repeat(np.array([f"CS{k:04d}" for k in range(count)]), points),
        "deposit": pa.array([b"d" * 32], pa.binary(32)).take(pa.array(np.zeros(count * points, np.int64))),
        "row": np.arange(count * points),
    }
    zeros = np.zeros(count * points, np.int64)
    absent = {
        field.name: pa.nulls(count * points, field.type) if field.nullable else pa.array(zeros)
        for field in TRACKS.schema
        if field.name not in columns
    }
    made = absent | {name: pa.array(values) for name, values in columns.items()}
    return TRACKS.cast(pa.table(made))
