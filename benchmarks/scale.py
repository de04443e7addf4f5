"""The whole chain at scale: records as deposited to findings written, in a cold process, for plots and for payments.

`make bench-scale-air`, `bench-scale-money`, `bench-scale` for both. `VEEDOR_SCALE` (default 1: 100 million plots, 20
million payments; 0.01 for a trial), `VEEDOR_SCALE_MEMORY` in MiB (5700), `VEEDOR_SCALE_WORKERS` (2),
`VEEDOR_SCALE_FOLDER` (a place with room: stores made there by an earlier run, `air/` and `money/`, are taken as they
are, and kept).

The same is done with a quarter of the rows: what a further million costs, and what does not grow, comes from both.

Records come from the simulator, month after month with a new seed at the largest factor that makes sense for one sky
and one country's banks; making them is not counted. Memory is that of the process tree, pages
that several processes share counted once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa

from benchmarks.record import Measure

PLOTS_GOAL, PAYMENTS_GOAL = 100_000_000, 20_000_000
# Entries that the simulator's banks book for one payment, measured by the run itself; only for how many to make.
ENTRIES_PER_PAYMENT = 1.7
LARGEST_FACTOR = 5.0
DAY_US = 86_400_000_000
MONTH_US = 30 * DAY_US
CODES = {"air": "AIR", "money": "MONEY"}


def air() -> Sequence[Measure]:
    """Plots to findings."""
    return _half("air", PLOTS_GOAL, 10)


def money() -> Sequence[Measure]:
    """Entries to findings."""
    return _half("money", PAYMENTS_GOAL, 5)


def _half(half: str, goal: int, minutes: int) -> list[Measure]:
    rows = round(goal * float(os.environ.get("VEEDOR_SCALE", "1")))
    given = os.environ.get("VEEDOR_SCALE_FOLDER")
    folder = Path(given) / half if given else Path(tempfile.mkdtemp(prefix="veedor-scale-"))
    try:
        less, _ = _chain(half, rows // 4, folder / "quarter")
        ran, stored = _chain(half, rows, folder)
        disk = sum(path.stat().st_size for path in (folder / "records").rglob("*") if path.is_file())
    finally:
        if not given:
            shutil.rmtree(folder)
    what = "plots" if half == "air" else "payments"
    size = f"{ran.rows / 1e6:.4g} million {what}"
    slower = ran.seconds / (minutes * 60 * ran.rows / goal)
    longest = sorted(ran.said["stages"].items(), key=lambda pair: -pair[1])[:6]
    marginal = (ran.processor - less.processor) / (ran.rows - less.rows) * 1e6
    return [
        Measure(f"{what}: deposit", stored["rows"] / stored["seconds"], "rows/s", note=f"{size}; no decoding"),
        Measure(f"{what}: disk", disk / stored["rows"], "bytes/row"),
        Measure(
            f"{what}: records to findings, cold process", ran.seconds, "s", slower,
            f"the goal in proportion to {size}", f"{goal / 1e6:g} million in {minutes} min",
            "; ".join(f"{name} {seconds:.1f} s" for name, seconds in longest),
        ),
        Measure(f"{what}: processor time", ran.processor, "s", ran.processor / ran.seconds, "wall time"),
        Measure(
            f"{what}: processor time, each further million", marginal, "s",
            note=f"beside {less.processor:.4g} s for {less.rows / 1e6:.4g} million; what does not grow: "
            f"{less.processor - marginal * less.rows / 1e6:.1f} s",
        ),
        Measure(
            f"{what}: memory of the process tree", ran.peak / 2**20, "MiB", ran.peak / 6e9, "6 GB", "6 GB",
            f"{less.peak / 2**20:,.0f} MiB for a quarter",
        ),
        Measure(f"{what}: findings", ran.said["tables"]["findings"], "findings"),
    ]  # fmt: skip


def _chain(half: str, rows: int, folder: Path) -> tuple[Ran, dict[str, float]]:
    """What the chain took over so many rows or a few more; and what storing them took, now or earlier."""
    said = folder / "stored.json"
    try:
        if not said.exists():
            folder.mkdir(parents=True, exist_ok=True)
            said.write_text(json.dumps(_in_process("store", half, str(rows), str(folder)).said), encoding="utf-8")
        stored = json.loads(said.read_text(encoding="utf-8"))
        ran = _in_process("run", half, str(rows), str(folder))
    finally:
        shutil.rmtree(folder / "out", ignore_errors=True)
    return replace(ran, rows=stored["rows"] if half == "air" else ran.said["tables"]["payments"]), stored


@dataclass(frozen=True)
class Ran:
    """A process tree that ended: what it said, its wall and processor seconds, its largest memory in bytes; how many
    plots or payments it went through."""

    said: dict
    seconds: float
    processor: float
    peak: int
    rows: float = 0


def _in_process(step: str, half: str, rows: str, folder: str) -> Ran:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.scale", step, half, rows, folder],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with Peak(process.pid) as peak:
        out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{step} {half} ended with {process.returncode}")
    return Ran(json.loads(out), time.perf_counter() - began, peak.spent, peak.bytes)


@dataclass
class Peak:
    """Samples a process tree: memory as proportional set size, so that shared pages count once, and processor seconds
    by process (workers are children of a server that nobody waits for, so the system does not add them up)."""

    pid: int
    every_s: float = 0.2
    bytes: int = 0
    processor: dict[int, float] = field(default_factory=dict)
    _before: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def spent(self) -> float:
        """Processor seconds of the tree since the block began."""
        return sum(self.processor.values()) - self._before

    def __enter__(self) -> Peak:
        used = psutil.Process(self.pid).cpu_times()
        self._before = used.user + used.system
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(self.every_s):
            total = 0
            try:
                root = psutil.Process(self.pid)
                for process in (root, *root.children(recursive=True)):
                    try:
                        total += process.memory_full_info().pss
                        times = process.cpu_times()
                        self.processor[process.pid] = times.user + times.system
                    except psutil.Error:
                        continue
            except psutil.Error:
                return
            self.bytes = max(self.bytes, total)


def plots(rows: int) -> Iterator[pa.Table]:
    """`rows` plots or a few more, a day and sensor at a time."""
    from veedor.simulate.apure import plot_tables

    # 188 thousand plots a day at factor 1, 30 days.
    factor = min(LARGEST_FACTOR, max(0.1, rows / 5_640_000))
    yield from _months(rows, lambda seed: plot_tables(seed, factor))


def entries(rows: int) -> Iterator[pa.Table]:
    """`rows` entries or a few more, a day at a time."""
    from veedor.simulate.apure import entry_tables

    factor = min(20.0, max(0.1, rows / 520_000))
    yield from _months(rows, lambda seed: entry_tables(seed, factor))


def _months(rows: int, make: Callable[[int], Iterator[pa.Table]]) -> Iterator[pa.Table]:
    made = month = 0
    while made < rows:
        for table in make(1 + month):
            yield _shifted(table, month, made)
            made += table.num_rows
            if made >= rows:
                return
        month += 1


def _shifted(table: pa.Table, month: int, first: int) -> pa.Table:
    """The same rows so many months later, with ordinals that go on."""
    kind = table.schema.field("time").type
    times = table["time"].cast(pa.int64()).to_numpy() + month * MONTH_US
    for name, values, of in (
        ("time", times, kind),
        ("row", first + np.arange(table.num_rows), pa.int64()),
    ):
        at = table.column_names.index(name)
        table = table.set_column(at, table.schema.field(name), pa.array(values, pa.int64()).cast(of))
    return table


def _store(half: str, rows: int, folder: Path) -> dict[str, float]:
    from veedor.engine.records import RecordStore
    from veedor.tables import ENTRIES, PLOTS

    table = PLOTS if half == "air" else ENTRIES
    store = RecordStore(folder / "records", memory_bytes=2 << 30)
    made = plots(rows) if half == "air" else entries(round(rows * ENTRIES_PER_PAYMENT))
    spent = [0.0, 0.0]

    def timed() -> Iterator[pa.Table]:
        while True:
            before = time.perf_counter()
            part = next(made, None)
            spent[0] += time.perf_counter() - before
            if part is None:
                return
            spent[1] += part.num_rows
            yield part

    began = time.perf_counter()
    store.append("scale", table, timed())
    return {"rows": spent[1], "seconds": time.perf_counter() - began - spent[0], "making": spent[0]}


def _run(half: str, folder: Path) -> dict[str, object]:
    from veedor import house
    from veedor.engine.execute import execute
    from veedor.engine.records import RecordStore

    detectors = getattr(house, CODES[half])
    result = execute(
        detectors,
        RecordStore(folder / "records"),
        folder / "out",
        workers=int(os.environ.get("VEEDOR_SCALE_WORKERS", "2")),
        memory_bytes=int(os.environ.get("VEEDOR_SCALE_MEMORY", "5700")) << 20,
    )
    stages = {stage.detector: round(stage.seconds, 2) for stage in result.stages}
    stages |= {f"store {name}": round(table.seconds, 2) for name, table in result.tables.items()}
    return {"stages": stages, "tables": {name: table.rows for name, table in result.tables.items()}}


def main() -> None:
    step, half, rows, folder = sys.argv[1:]
    said = _store(half, int(rows), Path(folder)) if step == "store" else _run(half, Path(folder))
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
