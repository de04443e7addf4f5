"""Each partition can be computed by a process that sees nothing but the files its task names."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pytest
from engine_toys import HOUR, Busy, Followed, Near, Sums, entries, plots, sensors

from veedor.engine.calls import CallResult, Calls
from veedor.engine.detector import Detector
from veedor.engine.execute import execute
from veedor.engine.layout import Layout
from veedor.engine.partition import Feed
from veedor.engine.plan import plan
from veedor.engine.read import derived
from veedor.engine.records import RecordStore
from veedor.engine.snapshot import Snapshot
from veedor.engine.spill import read_segments
from veedor.kernel.digest import TableDigest
from veedor.kernel.sorting import sorted_by
from veedor.tables import ENTRIES, PLOTS, SENSORS

LAYOUT = Layout(buckets=3, chunk_us=6 * HOUR, file_rows=60, call_rows=1)


def moved(feed: Feed, folder: Path) -> Feed:
    """The feed with its files copied into `folder`, the only place the process will find them."""
    for path in feed.paths:
        shutil.copy(path, folder / Path(path).name)
    return replace(
        feed,
        groups=tuple(replace(group, path=str(folder / Path(group.path).name)) for group in feed.groups),
        segments=tuple(replace(segment, path=str(folder / Path(segment.path).name)) for segment in feed.segments),
    )


def run_alone(task: Calls) -> CallResult:
    return task()


def alone(tasks: Sequence[Calls]) -> list[CallResult]:
    """Each task in a process of its own."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["veedor.engine.execute", "engine_toys"])
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as pool:
        return list(pool.map(run_alone, tasks))


@pytest.mark.parametrize(
    ("detector", "most"),
    [(Followed(), 9), (replace(Near(), resolution=3), 6), (Sums(), 3), (Busy(), 3)],
    ids=lambda d: getattr(d, "name", ""),
)
def test_a_partition_needs_only_the_files_its_task_names(tmp_path: Path, detector: Detector, most: int) -> None:
    store = RecordStore(tmp_path / "records", layout=LAYOUT)
    store.append("plots", PLOTS, [plots(4, 200, days=0.7)])
    store.append("entries", ENTRIES, [entries(5, 100)])
    store.append("sensors", SENSORS, [sensors()])
    chain = [Followed(), *([_hours()] if detector.name == "busy" else [])]
    detectors = [*chain, detector] if detector.name == "busy" else [detector]
    expected = execute(detectors, store, tmp_path / "out", layout=LAYOUT).tables[detector.writes.name].digest

    tables: dict[str, Snapshot] = {table.name: store.snapshot(table) for table in (PLOTS, ENTRIES, SENSORS)}
    tables |= {each.writes.name: derived(tmp_path / "out", each.writes) for each in chain if detector.name == "busy"}
    (tmp_path / "shuffled").mkdir()
    found = plan(detector, tables, LAYOUT, 1 << 24, tmp_path / "shuffled", lambda passes: [one() for one in passes])
    tasks = []
    for number, call in enumerate(found.calls):
        folder = tmp_path / f"alone-{number}"
        folder.mkdir()
        feeds = {name: moved(feed, folder) for name, feed in call.feeds.items()}
        fixed = {name: moved(feed, folder) for name, feed in found.broadcast.items()}
        only = Calls(detector, (replace(call, feeds=feeds),), fixed, 3, 1 << 24, tmp_path / f"answer-{number}.arrow")
        tasks.append(only)
    for name in ("records", "out", "shuffled"):
        (tmp_path / name).rename(tmp_path / f"{name}-hidden")

    assert len(tasks) > 1
    # The first ones each in a process of its own; starting one for every small partition would take minutes.
    results = [*alone(tasks[:most]), *(task() for task in tasks[most:])]
    schema = detector.writes.schema
    rows = [
        part.select(schema.names)
        for result in results
        for _, segment in result.segments
        for part in read_segments([segment], pa.ipc.open_file(segment.path).schema)
    ]
    digest = TableDigest(detector.writes)
    digest.add(sorted_by(detector.writes.cast(pa.concat_tables(rows)), detector.writes.order))
    assert digest.hexdigest() == expected


def _hours() -> Detector:
    from engine_toys import Hours

    return Hours()
