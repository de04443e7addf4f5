"""A change of keys may die at any operation: a usable key is always there, and the mission goes on and verifies."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from tests.mission.stage import NOON_US, PASSPHRASE, a_run, found, means
from tests.support.broken_files import MOMENTS, BrokenFiles, Moment, SimulatedCrash, distinct
from veedor.errors import VeedorError
from veedor.log_folder.files import DiskFiles, Files
from veedor.mission.acts.change_keys import recover, rotate
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.key_store import find_key
from veedor.mission.copy.keys import open_key
from veedor.mission.statements.types import RUN
from veedor.mission.statements.vocabulary import KEY_ROLES
from veedor.mission.verification.verify import verify

CHANGED = ("statement", "log", "recovery")


def say_something(mission: Mission) -> None:
    private = mission.confidential.collect(share=False)
    mission.publish(RUN, a_run(private), NOON_US, private)


def change_keys(folder: Path, files: Files) -> None:
    """Replace the statement and the log key, recover the recovery key, and say something in between."""
    with open_mission(folder / "mission", means(folder, "work", files)) as mission:
        mission.deliver()
        rotate(mission, "statement", NOON_US)
        rotate(mission, "log", NOON_US)
        recover(mission, "ve", "recovery", NOON_US, author="ve")
        say_something(mission)


def need_usable(folder: Path) -> None:
    """Every key that the log knows is here and opens; the log verifies and holds nothing void."""
    given = means(folder, "look")
    with open_mission(folder / "mission", given) as mission:
        for state in (mission.state, mission.pending()):
            for role in KEY_ROLES:
                public = getattr(state.roster.members["ve"].keys, role)
                assert find_key(mission.folder, "ve", role, public, PASSPHRASE).public == public
        result = verify(folder / "mission", given.files, mission.state.genesis_digest)
        assert result.verdict == "not agreed", result.failure
        assert not mission.state.void


def crash_and_go_on(model: Path, place: Path, at: int, moment: Moment, lose: bool) -> None:
    shutil.copytree(model, place)
    with contextlib.closing(BrokenFiles(DiskFiles(), [place])) as broken:
        broken.break_at(at, moment)
        with contextlib.suppress(SimulatedCrash, VeedorError):
            change_keys(place, broken)
        if lose:
            broken.lose_unsynced()
    need_usable(place)
    change_keys_again(place)
    shutil.rmtree(place)


def change_keys_again(folder: Path) -> None:
    """The work once more, with other randomness: new keys are new."""
    with open_mission(folder / "mission", means(folder, "again")) as mission:
        mission.deliver()
        for role in ("statement", "log"):
            rotate(mission, role, NOON_US)
        recover(mission, "ve", "recovery", NOON_US, author="ve")
        say_something(mission)
        for role in CHANGED:
            file = mission.folder.key_file("ve", role)
            assert open_key(file.read_bytes(), PASSPHRASE, file).public == mission.keys.of(role).public
    need_usable(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("keys") / "model"
    folder.mkdir()
    found(folder, given=means(folder, "start"))
    trial = folder.with_name("trial")
    shutil.copytree(folder, trial)
    counting = BrokenFiles(DiskFiles(), [trial])
    change_keys(trial, counting)
    return folder, counting.operations


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sample_of_crashes_leaves_a_usable_copy(
    model: tuple[Path, list[str]], tmp_path: Path, moment: Moment
) -> None:
    folder, names = model
    assert len(names) > 60
    for at in range(MOMENTS.index(moment), len(names), 11):
        crash_and_go_on(folder, tmp_path / f"{at}", at, moment, lose=at % 2 == 0)


@pytest.mark.long
@pytest.mark.parametrize("lose", [False, True], ids=["killed", "power lost"])
def test_no_crash_at_all_leaves_a_copy_without_its_keys(
    model: tuple[Path, list[str]], tmp_path: Path, lose: bool
) -> None:
    folder, names = model
    for moment in MOMENTS:
        for at in distinct(names, moment):
            crash_and_go_on(folder, tmp_path / f"{at}-{moment}", at, moment, lose)
