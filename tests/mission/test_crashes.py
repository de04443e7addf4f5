"""A deposit or a run may die at any operation: the mission opens, verifies, goes on; nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from tests.mission.handing_in import EveryHour, deposit_plots, plots_file, run_all
from tests.mission.stage import found, means
from tests.support.broken_files import MOMENTS, BrokenFiles, Moment, SimulatedCrash, distinct
from veedor.errors import VeedorError
from veedor.log_folder.files import DiskFiles, Files
from veedor.mission.copy.append import open_mission
from veedor.mission.state.kinds import deposits_of, findings_of, runs_of
from veedor.mission.verification.checks import checks
from veedor.mission.verification.verify import verify

EARLIER_ROWS = 3


def start(folder: Path) -> Path:
    """A mission over which one run went, and another file to hand in: the run to come replaces what that one found."""
    folder.mkdir()
    found(folder, given=means(folder, "start"))
    plots_file(folder, rows=4)
    # One worker: the wrapper must see every write; several workers sync their files themselves.
    settings = folder / "mission/mission.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("workers = 2", "workers = 1"), encoding="utf-8")
    with open_mission(folder / "mission", means(folder, "before")) as mission:
        deposit_plots(mission, plots_file(folder, "before.csv", rows=EARLIER_ROWS))
        run_all(mission)
    return folder


def work(folder: Path, files: Files, acknowledged: list[str]) -> None:
    """Hand in and run; what returned is acknowledged."""
    with open_mission(folder / "mission", means(folder, "work", files)) as mission:
        mission.deliver()
        acknowledged.append(deposit_plots(mission, folder / "a.csv").statement)
        done = run_all(mission)
        acknowledged += [done.run.digest, done.findings.digest]


def need_whole(folder: Path, acknowledged: list[str]) -> None:
    """The mission opens and verifies, and holds everything that was acknowledged."""
    given = means(folder, "look")
    with open_mission(folder / "mission", given) as mission:
        state = mission.state
        held = {each.digest for part in (deposits_of(state), runs_of(state), findings_of(state)) for each in part}
        assert set(acknowledged) <= held
        asked = checks(
            given.files,
            lambda: open_mission(folder / "mission", given),
            [EveryHour()],
            rederive=False,
        )
        result = verify(folder / "mission", given.files, state.genesis_digest, asked)
        assert result.verdict == "not agreed", result.failure
        assert not state.void


def crash_and_go_on(folder: Path, at: int, moment: Moment, lose: bool) -> None:
    broken = BrokenFiles(DiskFiles(), [folder])
    broken.break_at(at, moment)
    acknowledged: list[str] = []
    with contextlib.suppress(SimulatedCrash, VeedorError):
        work(folder, broken, acknowledged)
    if lose:
        broken.lose_unsynced()
    need_whole(folder, acknowledged)
    work(folder, DiskFiles(), acknowledged)
    need_whole(folder, acknowledged)
    with open_mission(folder / "mission", means(folder, "look")) as mission:
        assert len(deposits_of(mission.state)) == 2, "a deposit made again after a crash is still one deposit"


def operations(folder: Path) -> list[str]:
    counting = BrokenFiles(DiskFiles(), [folder])
    work(folder, counting, [])
    return counting.operations


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    origin = start(tmp_path_factory.mktemp("crash") / "origin")
    trial = origin.with_name("trial")
    shutil.copytree(origin, trial)
    return origin, operations(trial)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sample_of_crashes_loses_nothing(started: tuple[Path, list[str]], tmp_path: Path, moment: Moment) -> None:
    origin, names = started
    for at in range(MOMENTS.index(moment), len(names), 17):
        folder = tmp_path / f"{at}"
        shutil.copytree(origin, folder)
        crash_and_go_on(folder, at, moment, lose=at % 2 == 0)
        shutil.rmtree(folder)


@pytest.mark.long
@pytest.mark.parametrize("lose", [False, True], ids=["killed", "power lost"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_crash_at_all_loses_anything(
    started: tuple[Path, list[str]], tmp_path: Path, moment: Moment, lose: bool
) -> None:
    origin, names = started
    for at in distinct(names, moment):
        folder = tmp_path / f"{at}"
        shutil.copytree(origin, folder)
        crash_and_go_on(folder, at, moment, lose)
        shutil.rmtree(folder)
