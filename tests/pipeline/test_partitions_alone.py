"""Each partition of each detector, computed where no file can be found but those its feeds name, gives the same."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pytest

from tests.pipeline.conftest import Ran
from veedor.engine.calls import CallResult, Calls, merged
from veedor.engine.dag import is_reducer
from veedor.engine.detector import Detector, Whole
from veedor.engine.partition import Feed
from veedor.engine.plan import plan
from veedor.engine.spill import read_segments
from veedor.house import DETECTORS
from veedor.kernel.sorting import sorted_by
from veedor.tables import FINDINGS

MEMORY = 1 << 26
QUICK = {"strips", "payments"}


def moved(feed: Feed, folder: Path) -> Feed:
    """The feed with its files copied into `folder`; paths are relative to it."""
    for path in feed.paths:
        shutil.copy(path, folder / Path(path).name)
    return replace(
        feed,
        groups=tuple(replace(group, path=Path(group.path).name) for group in feed.groups),
        segments=tuple(replace(segment, path=Path(segment.path).name) for segment in feed.segments),
    )


def in_folder(task: Calls, folder: str) -> CallResult:
    os.chdir(folder)
    return task()


@pytest.mark.parametrize(
    "detector",
    [pytest.param(d, id=d.name, marks=() if d.name in QUICK else pytest.mark.long) for d in DETECTORS],
)
def test_a_partition_needs_only_the_files_its_feeds_name(tmp_path: Path, ran: Ran, detector: Detector) -> None:
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    found = plan(detector, ran.tables, ran.layout, MEMORY, shuffled, lambda passes: [one() for one in passes])
    partial = is_reducer(detector) and any(isinstance(read.partition, Whole) for read in detector.reads)
    tasks = []
    for number, call in enumerate(found.calls):
        folder = tmp_path / f"alone-{number}"
        folder.mkdir()
        feeds = {name: moved(feed, folder) for name, feed in call.feeds.items()}
        fixed = {name: moved(feed, folder) for name, feed in found.broadcast.items()}
        answer = tmp_path / f"answer-{number}.arrow"
        call = replace(call, feeds=feeds)
        only = Calls(detector, (call,), fixed, ran.layout.buckets, MEMORY, answer, None, partial)
        tasks.append((only, str(folder)))
    hidden = [ran.folder, shuffled]
    for folder in hidden:
        folder.rename(folder.with_name(f"{folder.name}-hidden"))
    try:
        results = alone(tasks)
    finally:
        for folder in hidden:
            folder.with_name(f"{folder.name}-hidden").rename(folder)

    schema = detector.writes.schema
    rows = [
        part.select(schema.names)
        for result in results
        for _, segment in result.segments
        for part in read_segments([segment], pa.ipc.open_file(segment.path).schema)
    ]
    whole = pa.concat_tables(rows).combine_chunks() if rows else schema.empty_table()
    if partial:
        whole = merged(detector, whole)
    expected = ran.found[detector.writes.name]
    if detector.writes == FINDINGS:
        expected = expected.filter(pa.compute.equal(expected["detector"], detector.name))
    assert expected.num_rows, f"{detector.name} found nothing: this data would prove nothing about it"
    assert sorted_by(detector.writes.cast(whole), detector.writes.order).equals(expected)


def alone(tasks: list[tuple[Calls, str]]) -> list[CallResult]:
    """Each task in a process of its own, started in the folder of its files."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["veedor.house"])
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as pool:
        return list(pool.map(in_folder, *zip(*tasks, strict=True)))
