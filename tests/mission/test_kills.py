"""A process that hands in and runs is killed at a random moment: the mission opens, verifies, and goes on.

The killed process is a real one (SIGKILL, no exit handler runs), forked off a server that has imported everything. It
sends every digest that was acknowledged to it; nothing that was sent may be missing afterwards.
"""

from __future__ import annotations

import os
import random
import signal
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

import pytest

from tests.mission.handing_in import AT_US, EveryHour, hand_in, plots_file
from tests.mission.stage import CHEAP, PASSPHRASE
from tests.mission.test_crashes import EARLIER_ROWS, need_whole, start
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.means import Means
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit
from veedor.mission.deposits.records import record_store
from veedor.mission.runs.run import run_detectors
from veedor.mission.state.kinds import deposits_of
from veedor.tables import PLOTS

pytestmark = pytest.mark.skipif("forkserver" not in get_all_start_methods(), reason="needs POSIX processes")

BEGUN = "begun"


def own_means(folder: Path) -> Means:
    """Real randomness: a process that comes after a killed one must not draw the same salts again."""
    return Means(DiskFiles(), folder / "state", os.urandom, PASSPHRASE, CHEAP)


def work(folder: Path, number: int, told: Connection) -> None:
    """Hand in file `number` and run; every digest is sent once it is acknowledged."""
    told.send(BEGUN)
    with open_mission(folder / "mission", own_means(folder)) as mission:
        mission.deliver()
        file = plots_file(folder, f"{number}.csv", rows=4 + number)
        told.send(deposit(mission, hand_in(file), SIMULATED_COVER, "open", AT_US, os.urandom).statement)
        done = run_detectors(mission, [EveryHour()], "common", AT_US, lambda: AT_US)
        told.send(done.run.digest)
        told.send(done.findings.digest)


def kill_after(folder: Path, number: int, seconds: float | None) -> tuple[list[str], bool]:
    """What the process was told before it was killed (None: it is left alone), and whether it came to its end."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(folder, number, there))
    process.start()
    there.close()
    assert here.recv() == BEGUN
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), "the process failed by itself"
    heard = []
    try:
        while True:
            heard.append(here.recv())
    except EOFError:
        here.close()
    return heard, process.exitcode == 0


def kill_often(folder: Path, kills: int, seed: int) -> None:
    start(folder)
    chosen = random.Random(seed)
    acknowledged, ended = kill_after(folder, 0, None)
    assert ended
    number, killed, usual = 1, 0, None
    while killed < kills:
        began = perf_counter()
        more, ended = kill_after(folder, number, usual and chosen.uniform(0, usual))
        # A run that came to its end says anew how long one takes: the first may have found the machine busier.
        usual = perf_counter() - began if ended else usual
        acknowledged += more
        killed += not ended
        number += ended
        need_whole(folder, acknowledged)
    more, ended = kill_after(folder, number, None)
    assert ended
    need_whole(folder, [*acknowledged, *more])
    with open_mission(folder / "mission", own_means(folder)) as mission:
        assert len(deposits_of(mission.state)) == number + 2, "a deposit made again after a kill is still one"
        store = record_store(mission)
        assert store.damaged(PLOTS) == ()
        assert store.snapshot(PLOTS).rows == EARLIER_ROWS + sum(4 + each for each in range(number + 1))


def test_five_kills_lose_nothing(tmp_path: Path) -> None:
    kill_often(tmp_path / "killed", 5, seed=1)


@pytest.mark.long
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    """Five in each of four missions: each verification after a kill reads all that the mission has come to hold."""
    for seed in range(2, 6):
        kill_often(tmp_path / f"killed-{seed}", 5, seed)
