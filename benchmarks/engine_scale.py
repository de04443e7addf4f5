"""Engine at scale: storing plots, then one stage by time chunks with a halo and one by key; time, memory of the tree.

`VEEDOR_BENCH_ROWS` (default 10 million), `VEEDOR_BENCH_MEMORY` in MiB (6000), `VEEDOR_BENCH_WORKERS` (2).
The stages are toys that cost little themselves: what is measured is reading, cutting, storing, digesting.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.record import Measure
from benchmarks.scale import Peak
from veedor.engine.detector import ByKey, ByTime, Owner, Read
from veedor.engine.execute import execute
from veedor.engine.layout import Layout
from veedor.engine.records import RecordStore
from veedor.kernel.sorting import sorted_by
from veedor.tables import PLOTS, Column, Table
from veedor.tables.declare import TIME, provenance

HOUR = 3_600_000_000
DAYS = 30
ROWS_AT_ONCE = 65_536

POINTS = Table(
    "bench_points",
    1,
    "Plots with an address, each once.",
    (
        Column("address", pa.int32(), "address", nullable=False),
        Column("time", TIME, "time", nullable=False),
        Column("lat_e7", pa.int32(), "latitude", nullable=False),
        Column("lon_e7", pa.int32(), "longitude", nullable=False),
        *provenance(),
    ),
    order=("address", "time", "deposit", "row"),
    key="address",
)
PIECES = Table(
    "bench_legs",
    1,
    "Runs of plots of one address without a gap of ten minutes.",
    (
        Column("address", pa.int32(), "address", nullable=False),
        Column("start", TIME, "first plot", nullable=False),
        Column("end", TIME, "last plot", nullable=False),
        Column("plots", pa.int64(), "plots", nullable=False),
    ),
    order=("address", "start"),
    key="address",
)


@dataclass(frozen=True)
class Gap:
    """Silence that ends a leg."""

    gap_us: int = 600_000_000


@dataclass(frozen=True)
class Points:
    name: str = "bench-points"
    version: int = 1
    writes: Table = POINTS
    parameters: Gap = field(default_factory=Gap)
    reads: tuple[Read, ...] = (Read(PLOTS, ByTime(6 * HOUR, HOUR // 6, HOUR // 6), POINTS.schema.names),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Gap) -> pa.Table:
        times = tables["plots"]["time"].cast(pa.int64()).to_numpy()
        return tables["plots"].filter(pa.array((times >= owner.start_us) & (times < owner.end_us)))


@dataclass(frozen=True)
class Legs:
    name: str = "bench-legs"
    version: int = 1
    writes: Table = PIECES
    parameters: Gap = field(default_factory=Gap)
    reads: tuple[Read, ...] = (Read(POINTS, ByKey(("address",)), POINTS.schema.names),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Gap) -> pa.Table:
        rows = sorted_by(tables["bench_points"], POINTS.order)
        address, times = rows["address"].to_numpy(), rows["time"].cast(pa.int64()).to_numpy()
        new = np.flatnonzero((np.diff(address) != 0) | (np.diff(times) > parameters.gap_us)) + 1
        first, last = np.concatenate([[0], new]), np.concatenate([new, [len(times)]])
        return pa.table(
            {
                "address": address[first],
                "start": pa.array(times[first]).cast(TIME),
                "end": pa.array(times[last - 1]).cast(TIME),
                "plots": last - first,
            }
        )


def plots(rows: int) -> Iterator[pa.Table]:
    """Plots of three radars and three receivers over thirty days, in order of time as a radar writes them."""
    rng = np.random.default_rng(1)
    step = DAYS * 24 * HOUR // rows
    for start in range(0, rows, ROWS_AT_ONCE):
        n = min(ROWS_AT_ONCE, rows - start)
        number = np.arange(start, start + n, dtype=np.int64)
        given = {
            "sensor": pa.DictionaryArray.from_arrays(
                pa.array(rng.integers(0, 6, n), pa.int32()), [f"sensor-{i}" for i in range(6)]
            ).cast(pa.string()),
            "time": pa.array(number * step + rng.integers(0, max(step, 1), n)),
            "mode": pa.array(np.full(n, 4)),
            "lat_e7": pa.array(rng.integers(50_000_000, 120_000_000, n)),
            "lon_e7": pa.array(rng.integers(-750_000_000, -650_000_000, n)),
            "range_mm": pa.array(rng.integers(0, 400_000_000, n)),
            "altitude_pressure_mm": pa.array(rng.integers(0, 12_000_000, n)),
            "address": pa.array(rng.integers(0, max(100, rows // 400), n)),
            "row": pa.array(number),
            "offset": pa.array(number * 90),
        }
        columns = [
            given[one.name].cast(one.type)
            if one.name in given
            else pa.nulls(n, one.type)
            if one.nullable
            else pa.array([bytes(32)] * n, one.type)
            if one.type == pa.binary(32)
            else pa.array(np.zeros(n, np.int64)).cast(one.type)
            for one in PLOTS.schema
        ]
        yield pa.Table.from_arrays(columns, schema=PLOTS.schema)


def measure() -> list[Measure]:
    """Stores and runs in a temporary folder; figures of both steps."""
    rows = int(os.environ.get("VEEDOR_BENCH_ROWS", "10000000"))
    memory = int(os.environ.get("VEEDOR_BENCH_MEMORY", "6000")) << 20
    workers = int(os.environ.get("VEEDOR_BENCH_WORKERS", "2"))
    folder = Path(tempfile.mkdtemp(prefix="veedor-engine-"))
    made: list[Measure] = []
    note = f"{rows:,} plots, {workers} workers, limit {memory >> 20} MiB"
    try:
        layout = Layout()
        for what in ("store", "run"):
            began = time.perf_counter()
            with Peak(os.getpid(), 0.1) as peak:
                if what == "store":
                    store = RecordStore(folder / "records", layout=layout, memory_bytes=memory // 4)
                    store.append("a", PLOTS, plots(rows))
                else:
                    store = RecordStore(folder / "records", layout=layout)
                    done = execute(
                        [Points(), Legs()], store, folder / "out", layout=layout, workers=workers, memory_bytes=memory
                    )
                    made += [Measure(f"{s.detector}: calls", s.seconds, "s", note=note) for s in done.stages]
                    made += [Measure(f"{n}: sorted, stored, digested", t.seconds, "s") for n, t in done.tables.items()]
            wall = time.perf_counter() - began
            made.append(Measure(f"engine {what}", wall, "s", note=note))
            made.append(Measure(f"engine {what}: processor time", peak.spent, "s"))
            made.append(Measure(f"engine {what}: peak memory of the tree", peak.bytes / 2**20, "MiB", note=note))
            made.append(Measure(f"engine {what}: rate", rows / wall, "plots/s", note=note))
        size = sum(path.stat().st_size for path in (folder / "records").rglob("*.parquet"))
        made.append(Measure("records on disk", size / 2**20, "MiB", note=note))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return made


if __name__ == "__main__":
    for one in measure():
        print(f"{one.what:45} {one.value:12.1f} {one.unit}   {one.note}")
