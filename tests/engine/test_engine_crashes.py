"""A run may die at any operation, and two processes may write at once: tables are whole, old or new, and go on."""

from __future__ import annotations

import contextlib
import shutil
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from engine_toys import FOLLOWED, HOURS, Followed, Hours, plots

from veedor.engine.execute import execute
from veedor.engine.files import Files
from veedor.engine.read import derived
from veedor.engine.records import RecordStore
from veedor.log_folder.files import DiskFiles
from veedor.tables import PLOTS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from broken_files import MOMENTS, BrokenFiles, Moment, SimulatedCrash, distinct


def work(folder: Path, files: Files) -> dict[str, str]:
    run = execute([Hours(), Followed()], RecordStore(folder / "records"), folder / "out", files=files)
    return {name: table.digest for name, table in run.tables.items()}


def prepared(folder: Path, rows: int = 40) -> Path:
    folder.mkdir(parents=True)
    RecordStore(folder / "records").append("a", PLOTS, [plots(1, rows, days=0.02)])
    return folder


def crash_and_run_again(origin: Path, folder: Path, at: int, moment: Moment, lose: bool, right: dict[str, str]) -> None:
    """`origin` holds a finished run: what its tables held must be whole after a crash of the next one."""
    shutil.copytree(origin, folder)
    before = {table.name: derived(folder / "out", table).rows for table in (HOURS, FOLLOWED)}
    broken = BrokenFiles(DiskFiles(), [folder])
    broken.break_at(at, moment)
    with contextlib.suppress(SimulatedCrash):
        work(folder, broken)
    if lose:
        broken.lose_unsynced()
    broken.close()
    for table in (HOURS, FOLLOWED):
        assert RecordStore(folder / "out", tables=[table]).damaged(table) == ()
        assert derived(folder / "out", table).rows == before[table.name]
    assert work(folder, DiskFiles()) == right
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], dict[str, str]]:
    origin = prepared(tmp_path_factory.mktemp("crashes") / "origin")
    right = work(origin, DiskFiles())
    trial = origin.with_name("trial")
    shutil.copytree(origin, trial)
    counting = BrokenFiles(DiskFiles(), [trial])
    assert work(trial, counting) == right
    counting.close()
    return origin, counting.operations, right


def test_a_sample_of_crashes_of_a_run_leaves_every_table_whole(
    finished: tuple[Path, list[str], dict[str, str]], tmp_path: Path
) -> None:
    origin, names, right = finished
    assert len(names) > 10
    assert derived(origin / "out", FOLLOWED).rows
    assert derived(origin / "out", HOURS).rows
    for at in range(0, len(names), 7):
        crash_and_run_again(origin, tmp_path / "run", at, MOMENTS[at % len(MOMENTS)], at % 2 == 0, right)


@pytest.mark.long
@pytest.mark.parametrize("lose", [False, True], ids=["killed", "power lost"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_crash_of_a_run_leaves_a_table_torn(
    finished: tuple[Path, list[str], dict[str, str]], tmp_path: Path, moment: Moment, lose: bool
) -> None:
    origin, names, right = finished
    for at in distinct(names, moment):
        crash_and_run_again(origin, tmp_path / "run", at, moment, lose, right)


def append_some(folder: Path, writer: int, batches: int) -> None:
    store = RecordStore(folder)
    for number in range(batches):
        store.append(f"{writer}-{number}", PLOTS, [plots(writer * 100 + number, 20)])


def test_two_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    context = get_context("forkserver")
    context.set_forkserver_preload(["veedor.engine.execute", "engine_toys"])
    writers = [context.Process(target=append_some, args=(tmp_path, writer, 6)) for writer in range(2)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
    assert [process.exitcode for process in writers] == [0, 0]
    store = RecordStore(tmp_path)
    assert store.version(PLOTS).batches == {f"{writer}-{number}" for writer in range(2) for number in range(6)}
    assert store.snapshot(PLOTS).rows == 2 * 6 * 20
    assert store.damaged(PLOTS) == ()
