"""A crash anywhere in sealing loses no seal, makes no second one of the same head, and the log goes on."""

from __future__ import annotations

import contextlib
import random
import shutil
from pathlib import Path

import pytest

from tests.mission.log_in_memory import START_S
from tests.mission.stage import found, means
from tests.mission.test_sealing import hands_in, sealed, store_of, travels
from tests.support.broken_files import MOMENTS, BrokenFiles, Moment, SimulatedCrash, distinct
from veedor.log_folder.files import DiskFiles, Files
from veedor.mission.copy.append import open_mission
from veedor.mission.exchange.seal import Sealing
from veedor.mission.state.fold import State
from veedor.mission.state.seals import seals_of
from veedor.mission.verification.verify import verify

ALL = ("co", "qa", "ve")


def one_call(folder: Path, files: Files) -> tuple[Sealing, State]:
    with open_mission(folder / "mission", means(folder, "crash", files)) as mission:
        return sealed(mission, str(folder / "stick")), mission.state


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A mission whose requests have come back, and the operations of the next call of `seal`."""
    folder = tmp_path_factory.mktemp("answered") / "start"
    folder.mkdir()
    found(folder)
    for party in ALL:
        store_of(folder, party)
    with open_mission(folder / "mission", means(folder, "work")) as mission:
        hands_in(mission)
        sealed(mission, str(folder / "stick"))
    for party in ALL:
        travels(folder, party, folder / "stick", START_S)
    counted = folder.with_name("counted")
    shutil.copytree(folder, counted)
    with contextlib.closing(BrokenFiles(DiskFiles(), [counted])) as files:
        done, _ = one_call(counted, files)
        assert done.published is not None
        return folder, files.operations


def crash_and_go_on(start: Path, folder: Path, at: int, moment: Moment, power: bool) -> None:
    shutil.copytree(start, folder)
    with contextlib.closing(BrokenFiles(DiskFiles(), [folder])) as files:
        files.break_at(at, moment)
        with pytest.raises(SimulatedCrash):
            one_call(folder, files)
        if power:
            files.lose_unsynced()
    _, state = one_call(folder, DiskFiles())
    assert [each.size for each in seals_of(state).sealed] == [2], f"one seal of the head of two entries, at {at}"
    assert not state.void
    assert verify(folder / "mission", DiskFiles(), state.genesis_digest).verdict == "not agreed"
    for party in ALL:
        travels(folder, party, folder / "stick", START_S + 60)
    done, state = one_call(folder, DiskFiles())
    assert done.agreed or done.published is not None, "the next journey goes on"
    shutil.rmtree(folder)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sample_of_crashes_makes_one_seal(answered: tuple[Path, list[str]], tmp_path: Path, moment: Moment) -> None:
    start, operations = answered
    assert len(operations) > 20
    for at in random.Random(moment).sample(range(len(operations)), 4):
        crash_and_go_on(start, tmp_path / "run", at, moment, power=at % 2 == 0)


@pytest.mark.long
@pytest.mark.parametrize("power", [False, True])
@pytest.mark.parametrize("moment", MOMENTS)
def test_every_crash_makes_one_seal(
    answered: tuple[Path, list[str]], tmp_path: Path, moment: Moment, power: bool
) -> None:
    start, operations = answered
    for at in distinct(operations, moment):
        crash_and_go_on(start, tmp_path / "run", at, moment, power)
