"""Runs detectors over stored tables on this machine: same tables, same digests, whatever the workers and the layout.

1. order the detectors by what they read and write (`dag`); those that do not wait for each other run side by side;
2. for each: find its partitions (`plan`), setting rows aside first where the stored layout does not fit (`shuffle`),
   once for all detectors that read them alike (`set_aside`);
3. run its calls (`calls`), in processes where there are workers, and merge where it reduces;
4. sort, store and digest what it wrote (`finish`); FINDINGS once all its writers are done;
5. commit each table by one manifest, replacing the one of an earlier run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from veedor.engine.arrange import row_bytes
from veedor.engine.budget import Budget
from veedor.engine.calls import Calls, load_broadcast
from veedor.engine.dag import is_reducer, ordered
from veedor.engine.detector import Detector, Whole
from veedor.engine.files import Files, PlainFiles, empty_folder, make_folders
from veedor.engine.finish import FinishKeyed, FinishOrdered, Merge, Output, keyed_tasks
from veedor.engine.key_digest import DigestKeyed
from veedor.engine.layout import Layout
from veedor.engine.plan import Plan, plan
from veedor.engine.pool import Pool
from veedor.engine.records import RecordStore
from veedor.engine.schedule import run_graph
from veedor.engine.set_aside import SetAside
from veedor.engine.snapshot import Snapshot
from veedor.engine.spill import Segment
from veedor.kernel.digest import parameters_digest
from veedor.tables import Table

DAY_US = 86_400_000_000
# Starting a worker costs seconds (imports, compiled code, registers): so few rows are done in this process sooner.
ALONE_ROWS = 20_000
Inputs = RecordStore | Mapping[str, RecordStore | Snapshot]


@dataclass(frozen=True)
class Progress:
    """How far a run is: step ("partition", "run", "store") of one detector, tasks done of all in this step."""

    detector: str
    stage: int
    stages: int
    step: str
    done: int
    total: int


@dataclass(frozen=True)
class TableResult:
    """One derived table: its digest (hex), its rows, and where it lies."""

    table: Table
    digest: str
    rows: int
    seconds: float


@dataclass(frozen=True)
class StageResult:
    """One detector's run: digests (hex) of the derived tables it read; `skipped` partitions had no own rows;
    `oversized` names tables of which one partition was larger than the share of memory."""

    detector: str
    version: int
    parameters: str
    reads: Mapping[str, str]
    writes: str
    rows: int
    calls: int
    skipped: int
    seconds: float
    oversized: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunResult:
    """What a run made. `withheld` findings ended within the delay before `as_of_us` and were left out."""

    tables: Mapping[str, TableResult]
    stages: tuple[StageResult, ...]
    withheld: int
    seconds: float


def execute(
    detectors: Sequence[Detector],
    inputs: Inputs,
    out_folder: Path,
    *,
    layout: Layout | None = None,
    workers: int = 1,
    memory_bytes: int = 4 << 30,
    files: Files | None = None,
    as_of_us: int | None = None,
    delay_us: int = DAY_US,
    progress: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
    alone_rows: int = ALONE_ROWS,
) -> RunResult:
    """Runs all detectors and stores what they write in `out_folder`, one sub-folder a table. Inputs of less than
    `alone_rows` rows are worked on in this process, whatever the workers.

    Errors name detector and partition (VeedorError), a DAG that cannot run (UsageError), a store that cannot be
    read or written (StoreError); the tables of an earlier run then stay as they were, table by table."""
    run = _Run(inputs, out_folder, layout or Layout(), Budget(memory_bytes, workers), files or PlainFiles(), clock)
    run.progress = progress or (lambda _: None)
    run.end_by_us = None if as_of_us is None else as_of_us - delay_us
    try:
        modules = sorted({type(detector).__module__ for detector in detectors} - {"__main__"})
        order = ordered(detectors, run.given(detectors))
        if sum(snapshot.rows for snapshot in run.known.values()) < alone_rows:
            run.budget = Budget(memory_bytes, 1)
        with Pool(run.budget.processes, modules, run.budget.tight) as pool:
            return run.all(order, pool)
    finally:
        load_broadcast.cache_clear()
        empty_folder(PlainFiles(), run.work)


@dataclass
class _Run:
    inputs: Inputs
    out_folder: Path
    layout: Layout
    budget: Budget
    files: Files
    clock: Callable[[], float]
    progress: Callable[[Progress], None] = lambda _: None
    end_by_us: int | None = None
    tables: dict[str, TableResult] = field(default_factory=dict)
    known: dict[str, Snapshot] = field(default_factory=dict)
    waiting: dict[str, dict[int, list[tuple[int, Segment]]]] = field(default_factory=dict)
    buckets: dict[str, int] = field(default_factory=dict)
    aside: SetAside = field(default_factory=SetAside)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def work(self) -> Path:
        return self.out_folder / "work"

    def given(self, detectors: Sequence[Detector]) -> set[str]:
        """The tables that come from outside; keeps their versions, so that the whole run reads the same ones."""
        written = {detector.writes.name for detector in detectors}
        for read in (read for detector in detectors for read in detector.reads):
            table, source = read.table, self.inputs
            if isinstance(source, RecordStore):
                deposited = "file" in table.schema.names or source.version(table).number
                if table.name not in written and deposited:
                    self.known[table.name] = source.snapshot(table)
            elif table.name in source:
                found = source[table.name]
                self.known[table.name] = found.snapshot(table) if isinstance(found, RecordStore) else found
        return set(self.known)

    def all(self, detectors: Sequence[Detector], pool: Pool) -> RunResult:
        began = self.clock()
        make_folders(self.files, self.work)
        empty_folder(PlainFiles(), self.work)
        writers: dict[str, set[int]] = {}
        for number, detector in enumerate(detectors):
            writers.setdefault(detector.writes.name, set()).add(number)
        self.waiting = {name: {} for name in writers}
        # How large a table that several detectors write will be is not known when the first of them begins.
        self.buckets = {name: 1 for name, numbers in writers.items() if len(numbers) > 1}
        found: dict[int, tuple[StageResult, int]] = {}

        def step(number: int) -> None:
            detector = detectors[number]
            stage = self._stage(detector, number, len(detectors), pool)
            with self.lock:
                found[number] = stage
                last = writers[detector.writes.name] <= found.keys()
            if last:
                self._finish(detector, number, len(detectors), pool)

        needs = {
            number: set().union(*(writers.get(read.table.name, set()) for read in detector.reads))
            for number, detector in enumerate(detectors)
        }
        run_graph(needs, step, pool.workers, pool.stop)
        stages, late = zip(*(found[number] for number in sorted(found)), strict=True)
        return RunResult(dict(self.tables), stages, sum(late), self.clock() - began)

    def _tell(self, detector: Detector, number: int, stages: int, step: str, total: int) -> Callable[[int], None]:
        """What a pool calls with the number of tasks done; one call at a time, whatever runs side by side."""

        def tell(done: int) -> None:
            with self.lock:
                self.progress(Progress(detector.name, number, stages, step, done, total))

        return tell

    def _stage(self, detector: Detector, number: int, stages: int, pool: Pool) -> tuple[StageResult, int]:
        began = self.clock()
        folder = self.work / f"{number:03d}-{detector.name}"
        make_folders(self.files, folder)

        def tell(step: str, total: int) -> Callable[[int], None]:
            told = self._tell(detector, number, stages, step, total)
            told(0)
            return told

        found = plan(
            detector,
            self.known,
            self.layout,
            self.budget.task_bytes,
            folder,
            lambda todo: self.aside.once(todo, lambda: pool.run(todo, tell("partition", len(todo)))),
        )
        tasks = self._tasks(detector, found, folder)
        results = pool.run(tasks, tell("run", len(tasks)), first_alone=True)
        segments = [pair for result in results for pair in result.segments]
        rows = sum(result.rows for result in results)
        if tasks and tasks[0].partial:
            merge = Merge(
                detector,
                tuple(segment for _, segment in segments),
                self.buckets[detector.writes.name],
                self.budget.task_bytes,
                folder / "merged.arrow",
            )
            (done,) = pool.run([merge])
            segments, rows = list(done.segments), done.rows
        self.waiting[detector.writes.name][number] = segments
        reads = {
            read.table.name: self.tables[read.table.name].digest
            for read in detector.reads
            if read.table.name in self.tables
        }
        stage = StageResult(
            detector.name,
            detector.version,
            parameters_digest(detector.parameters).hex(),
            reads,
            detector.writes.name,
            rows,
            sum(result.calls for result in results),
            sum(result.skipped for result in results),
            self.clock() - began,
            found.oversized,
        )
        return stage, sum(result.withheld for result in results)

    def _tasks(self, detector: Detector, found: Plan, folder: Path) -> list[Calls]:
        partial = is_reducer(detector) and any(isinstance(read.partition, Whole) for read in detector.reads)
        tasks = found.tasks(self.budget.processes)
        rows = sum(call.rows for calls in tasks for call in calls)
        buckets = self.buckets.setdefault(detector.writes.name, self.layout.buckets_for(rows))
        return [
            Calls(
                detector,
                calls,
                found.broadcast,
                buckets,
                self.budget.task_bytes,
                folder / f"out-{number:05d}.arrow",
                self.end_by_us,
                partial,
            )
            for number, calls in enumerate(tasks)
        ]

    def _finish(self, detector: Detector, number: int, stages: int, pool: Pool) -> None:
        began = self.clock()
        table = detector.writes
        segments = [pair for _, written in sorted(self.waiting.pop(table.name).items()) for pair in written]
        store = RecordStore(self.out_folder, self.files, self.layout, tables=[table])
        staging, data = store.folders(table)
        batch = f"run-{store.version(table).number + 1}"
        # Worker processes write with plain files; what is named in the manifest is synced either way.
        outside: Files = self.files if pool.workers == 1 else PlainFiles()
        layout = replace(self.layout, buckets=self.buckets[table.name]) if table.key else self.layout
        output = Output(table, layout, staging, data, batch, outside)
        scratch = self.work / f"sort-{table.name}"
        make_folders(self.files, scratch)
        if table.key:
            parts = keyed_tasks(table, segments, self.budget.task_bytes, row_bytes(table, table.schema.names))
            tasks = [
                FinishKeyed(output, some, scratch / f"groups-{place:05d}.arrow") for place, some in enumerate(parts)
            ]
            stored = pool.run(tasks, self._tell(detector, number, stages, "store", len(tasks)))
            added = [file for made, _ in stored for file in made]
            groups = tuple(segment for _, digested in stored for segment in digested)
            ((value, rows),) = pool.run([DigestKeyed(table, groups, self.budget.worker_bytes, scratch)])
        else:
            whole = tuple(segment for _, segment in segments)
            ((added, value, rows),) = pool.run([FinishOrdered(output, whole, self.budget.worker_bytes, scratch)])
        store.replace(table, batch, added)
        store.clean()
        self.known[table.name] = store.snapshot(table)
        self.tables[table.name] = TableResult(table, value, rows, self.clock() - began)
        for path in {segment.path for _, segment in segments}:
            Path(path).unlink(missing_ok=True)
        empty_folder(PlainFiles(), scratch)
