"""How fast the simulator makes plots and payments as tables, and how fast the same scenario goes to wire files."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from benchmarks.record import Measure
from veedor.simulate.apure import entry_tables, make, plot_tables

SEED = 2_001
PLOT_DAYS, ENTRY_DAYS = 8, 10
_SENSORS = 6


def measure() -> Sequence[Measure]:
    """Rates per second of processor time, one thread, planning of the scenario left out for tables."""
    plots, plot_s = _drained(plot_tables(SEED, 1.0), PLOT_DAYS * _SENSORS)
    entries, entry_s = _drained(entry_tables(SEED, 1.0), ENTRY_DAYS)
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        made = make(Path(folder) / "apure", SEED, 0.1)
        wire_s = time.process_time() - started
        size = sum(path.stat().st_size for path in made.folder.rglob("*") if path.is_file())
    return (
        Measure("plots as tables", plots / plot_s, "plots per CPU s", goal="at least 200,000"),
        Measure("payments as tables", 10_000 * ENTRY_DAYS / entry_s, "payments per CPU s", goal="at least 100,000"),
        Measure("entries as tables", entries / entry_s, "entries per CPU s"),
        Measure("wire files, factor 0.1", size / 1e6 / wire_s, "MB per CPU s", note=f"{size / 1e6:.0f} MB in all"),
    )


def _drained(tables: Iterator[pa.Table], count: int) -> tuple[int, float]:
    """Rows and processor seconds of the `count` tables after the first, before which the scenario is planned."""
    next(tables)
    started, rows = time.process_time(), 0
    for _ in range(count):
        rows += next(tables).num_rows
    return rows, time.process_time() - started
