"""How fast plots become samples and samples biases, per second of processor time on one thread."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from benchmarks.record import Measure
from tests.air.bias_sky import RADARS, RECEIVERS, Sky, given, plots_of, sites_of
from veedor.air.sensing.bias_samples import BiasSamples
from veedor.air.sensing.biases import Biases
from veedor.engine.detector import Owner
from veedor.kernel.sorting import sorted_by

SEED, FLIGHTS, DAYS = 9_001, 900, 2
GOAL = 1_000_000


def measure() -> Sequence[Measure]:
    """All plots identified (the dearest case), stored order; then with nine of ten plots primary ones and clutter."""
    sky = Sky(RADARS, RECEIVERS, flights=FLIGHTS)
    plots = pa.concat_tables([plots_of(sky, SEED + day, day) for day in range(DAYS)])
    samples, biases, sites = BiasSamples(), Biases(), sites_of(sky)
    tables = {"plots": sorted_by(given(plots, samples, "plots"), ("time", "sensor", "deposit", "row"))}
    tables["sensors"] = given(sites, samples, "sensors")
    made, seconds = _chunks(samples, tables)
    mixed = _mixed(tables["plots"])
    _, sparse_s = _chunks(samples, {**tables, "plots": mixed})
    rows, day_s = _timed(biases, {"bias_samples": made, "sensors": given(sites, biases, "sensors")}, Owner())
    count = plots.num_rows
    both = count / (seconds + day_s)
    return (
        Measure("plots to samples, all identified", count / seconds, "plots per CPU s", count / seconds / GOAL,
                "goal", f"{GOAL:,}", f"{count:,} plots, {made.num_rows:,} samples"),
        Measure("plots to samples, one in ten identified", mixed.num_rows / sparse_s, "plots per CPU s",
                mixed.num_rows / sparse_s / GOAL, "goal", f"{GOAL:,}"),
        Measure("a day of samples to biases", day_s / DAYS, "CPU s a day", note=f"{rows.num_rows} rows; bounded by "
                "600 samples per pair of sensors, whatever the plots"),
        Measure("both together", both, "plots per CPU s", both / GOAL, "goal", f"{GOAL:,}"),
    )  # fmt: skip


def _chunks(samples: BiasSamples, tables: dict[str, pa.Table]) -> tuple[pa.Table, float]:
    """All samples, chunk by chunk with halos as the engine calls the detector, and the processor time of all calls."""
    chunk, halo = samples.parameters.chunk_us, samples.parameters.bracket_us
    time_us = tables["plots"]["time"].cast(pa.int64()).to_numpy()
    parts, seconds = [], 0.0
    for start in range(int(time_us[0]) // chunk * chunk, int(time_us[-1]) + 1, chunk):
        first, last = time_us.searchsorted([start - halo, start + chunk + halo]).tolist()
        part = {**tables, "plots": tables["plots"].slice(first, last - first).combine_chunks()}
        made, spent = _timed(samples, part, Owner(start_us=start, end_us=start + chunk))
        parts.append(made)
        seconds += spent
    return pa.concat_tables(parts), seconds


def _timed(detector: Any, tables: dict[str, pa.Table], owner: Owner) -> tuple[pa.Table, float]:
    """What a detector makes, and the least processor time of three runs (the first may compile)."""
    best, made = float("inf"), pa.table({})
    for _ in range(3):
        started = time.process_time()
        made = detector.run(tables, owner, detector.parameters)
        best = min(best, time.process_time() - started)
    return made, best


def _mixed(plots: pa.Table) -> pa.Table:
    """The same plots with the identity of nine in ten taken away."""
    place = pa.array(range(plots.num_rows), pa.int64())
    kept = pa.compute.equal(pa.compute.subtract(place, pa.compute.multiply(pa.compute.divide(place, 10), 10)), 0)
    for name in ("address", "code_3a"):
        number = plots.schema.get_field_index(name)
        nothing = pa.nulls(plots.num_rows, plots.schema.field(name).type)
        values = pa.compute.if_else(kept, plots[name].combine_chunks(), nothing)
        plots = plots.set_column(number, plots.schema.field(name), values)
    return plots
