"""A sync may die at any operation: the head stays old or is new and whole, nothing acknowledged is lost, it goes on."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.mission.copies import (
    fill,
    genesis_of,
    head_of,
    log_signer,
    means_of,
    opened,
    synced,
    three_copies,
)
from tests.mission.handing_in import deposit_plots, plots_file
from tests.mission.stage import ORIGIN
from tests.support.broken_files import MOMENTS, BrokenFiles, Moment, SimulatedCrash, distinct
from veedor.errors import StoreError
from veedor.log_folder.files import DiskFiles, Files
from veedor.log_folder.verify import verify_log
from veedor.mission.deposits.held import held_deposits
from veedor.mission.exchange.share import share
from veedor.mission.exchange.source import FolderSource
from veedor.mission.exchange.sync import sync

ENTRIES = 2 * 256 + 40


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`co` is behind: the log went on by two tiles and an open deposit, and a statement of `qa` is on its way."""
    stage = three_copies(tmp_path_factory.mktemp("model") / "stage")
    fill(stage, 250)
    synced(stage, "co", stage / "ve")
    with opened(stage, "ve") as mission:
        deposit_plots(mission, plots_file(stage))
    fill(stage, ENTRIES)
    synced(stage, "qa", stage / "ve")
    with opened(stage, "ve") as mission, mission.alone():
        share(mission, stage / "stick")
    with opened(stage, "qa") as mission:
        mission.publish(*receipt_of(stage))
        with mission.alone():
            share(mission, stage / "stick")
    return stage


def receipt_of(stage: Path):
    from tests.mission.stage import NOON_US
    from veedor.mission.statements.authority import Receipt
    from veedor.mission.statements.types import RECEIPT

    return RECEIPT, Receipt("co", 1, "ab" * 32, NOON_US), NOON_US


def trial_of(model: Path, name: str) -> Path:
    """A stage of its own with the party `co`; the stick is the model's."""
    trial = model.with_name(name)
    shutil.rmtree(trial, ignore_errors=True)
    trial.mkdir()
    for part in ("co", "ve"):
        shutil.copytree(model / part, trial / part, copy_function=os.link if part == "ve" else shutil.copy2)
    return trial


def need_whole(trial: Path, sizes: set[int]) -> None:
    verdict = verify_log(trial / "co/log", DiskFiles(), ORIGIN, log_signer(trial).verifier, genesis_of(trial))
    assert verdict.ok, verdict.steps[-1]
    assert verdict.need().size in sizes


def need_done(trial: Path, model: Path) -> None:
    """All that the stick had is here, and whole."""
    need_whole(trial, {head_of(model / "ve").size})
    with opened(trial, "co") as mission:
        (held,) = held_deposits(mission.folder, mission.files, mission.state)
        assert all(each.place.is_file() for each in held.files)
        assert [each.party for each in mission.outbox.names()] == ["qa"]


def operations_of(model: Path) -> list[str]:
    trial = trial_of(model, "count")
    with contextlib.closing(BrokenFiles(DiskFiles(), [trial / "co"])) as files:
        synced(trial, "co", model / "stick", files=files)
        return files.operations


ALL = [(loss, moment) for loss in ("killed", "power", "some names survive") for moment in MOMENTS]
QUICK = [("power", "after"), ("some names survive", "during")]


@pytest.mark.parametrize(
    ("loss", "moment"), [pytest.param(*case, marks=[] if case in QUICK else pytest.mark.long) for case in ALL]
)
def test_a_sync_survives_a_crash_at_every_operation(model: Path, loss: str, moment: Moment) -> None:
    names = operations_of(model)
    assert len(names) > 40
    chance = random.Random(3)
    old, new = head_of(model / "co").size, head_of(model / "ve").size
    for at in distinct(names, moment) if (loss, moment) not in QUICK else range(0, len(names), 2):
        trial = trial_of(model, "trial")
        with contextlib.closing(BrokenFiles(DiskFiles(), [trial / "co"])) as files:
            files.break_at(at, moment)
            with pytest.raises(SimulatedCrash):
                synced(trial, "co", model / "stick", files=files)
            if loss == "power":
                files.lose_unsynced()
            elif loss == "some names survive":
                files.lose_unsynced(keep=lambda path: chance.random() < 0.5)
        assert head_of(trial / "co").size in (old, new)
        if head_of(trial / "co").size == new:
            need_whole(trial, {new})
        synced(trial, "co", model / "stick")
        need_done(trial, model)


def test_what_a_sync_acknowledged_survives_a_loss_of_power(model: Path) -> None:
    trial = trial_of(model, "trial")
    with contextlib.closing(BrokenFiles(DiskFiles(), [trial / "co"])) as files:
        synced(trial, "co", model / "stick", files=files)
        files.lose_unsynced()
    need_done(trial, model)


class NamesNotSynced(BrokenFiles):
    """The bug of other logs: content is synced and renamed, but never its name."""

    def sync_folder(self, folder: Path) -> None:
        self._need_alive()


def test_a_rename_without_a_sync_of_its_folder_would_be_seen(model: Path) -> None:
    trial = trial_of(model, "trial")
    with contextlib.closing(NamesNotSynced(DiskFiles(), [trial / "co"])) as files:
        synced(trial, "co", model / "stick", files=files)
        files.lose_unsynced()
    assert head_of(trial / "co").size == head_of(model / "co").size < head_of(model / "ve").size


def test_a_resumed_sync_makes_durable_what_an_earlier_one_only_named(model: Path) -> None:
    """The crash came before a folder was synced: the next sync finds the name and must not trust that it stays."""
    chance = random.Random(9)
    for at in range(0, len(operations_of(model)), 5):
        trial = trial_of(model, "trial")
        with contextlib.closing(BrokenFiles(DiskFiles(), [trial / "co"])) as files:
            files.break_at(at, "after")
            with pytest.raises(SimulatedCrash):
                synced(trial, "co", model / "stick", files=files)
            # The process died; the machine did not. What it had not synced is still unsynced for the next one.
            files.dead = False
            files.break_at(10**9, "after")
            synced(trial, "co", model / "stick", files=files)
            files.lose_unsynced(keep=lambda path: chance.random() < 0.3)
        need_whole(trial, {head_of(model / "ve").size})


def test_a_full_disk_is_an_error_and_the_next_sync_goes_on(model: Path) -> None:
    old, new = head_of(model / "co").size, head_of(model / "ve").size
    for at in range(0, len(operations_of(model)), 3):
        trial = trial_of(model, "trial")
        with contextlib.closing(BrokenFiles(DiskFiles(), [trial / "co"])) as files:
            files.break_at(at, "fails")
            with pytest.raises(StoreError):
                synced(trial, "co", model / "stick", files=files)
        assert head_of(trial / "co").size in (old, new)
        synced(trial, "co", model / "stick")
        need_done(trial, model)


def test_a_share_survives_a_crash_at_every_operation(model: Path) -> None:
    def shared(to: Path, files: Files) -> None:
        with opened(model, "ve", files) as mission, mission.alone():
            share(mission, to)

    count = 0
    while True:
        stick = model.with_name("shared")
        shutil.rmtree(stick, ignore_errors=True)
        with contextlib.closing(BrokenFiles(DiskFiles(), [model.parent])) as files:
            files.break_at(count, "during")
            try:
                shared(stick, files)
                break
            except SimulatedCrash:
                files.close()
        shared(stick, DiskFiles())
        trial = trial_of(model, "trial")
        synced(trial, "co", stick)
        need_whole(trial, {head_of(model / "ve").size})
        count += 3
    assert count > 30


CHILD = """
import sys
from pathlib import Path
from tests.mission.copies import synced
print("begun", flush=True)
print(synced(Path(sys.argv[1]), "co", Path(sys.argv[2])).log.after, flush=True)
"""


def kill_often(model: Path, kills: int, seed: int) -> None:
    """A log of many bundles is synced by a process that is killed again and again."""
    house = Path(__file__).resolve().parents[2]
    trial = trial_of(model, "killed")
    shutil.rmtree(trial / "ve")
    source = three_copies(model.with_name("source"))
    shutil.rmtree(trial / "co")
    shutil.copytree(source / "co", trial / "co")
    chance, killed, resumed = random.Random(seed), 0, 0
    command = [sys.executable, "-c", CHILD, str(trial), str(source / "ve")]
    environment = os.environ | {"PYTHONPATH": str(house)}
    while killed < kills:
        fill(source, 1500)
        before = head_of(trial / "co").size
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=house, env=environment)
        assert child.stdout is not None and child.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, 0.15))
        child.send_signal(signal.SIGKILL)
        told = child.stdout.read()
        child.wait()
        child.stdout.close()
        killed += child.returncode == -signal.SIGKILL
        now = head_of(trial / "co").size
        assert now in (before, head_of(source / "ve").size)
        if told:
            assert now == int(told)
        if chance.random() < 0.2:
            done = sync(trial / "co", FolderSource(source / "ve"), means_of(trial, "co"))
            resumed += done.log.resumed
            assert head_of(trial / "co") == head_of(source / "ve")
            verdict = verify_log(trial / "co/log", DiskFiles(), ORIGIN, log_signer(source).verifier, genesis_of(source))
            assert verdict.ok, verdict.steps[-1]
    sync(trial / "co", FolderSource(source / "ve"), means_of(trial, "co"))
    assert head_of(trial / "co") == head_of(source / "ve")


def test_five_kills_lose_nothing(tmp_path: Path, model: Path) -> None:
    shutil.copytree(model, tmp_path / "model")
    kill_often(tmp_path / "model", 5, 1)


@pytest.mark.long
def test_twenty_kills_lose_nothing(tmp_path: Path, model: Path) -> None:
    shutil.copytree(model, tmp_path / "model")
    kill_often(tmp_path / "model", 20, 2)
