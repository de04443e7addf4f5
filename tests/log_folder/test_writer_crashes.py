"""Whatever cuts an append short, nothing acknowledged is lost, nothing is forked, and the log goes on."""

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

from tests.log.signing import sign
from tests.support.broken_files import MOMENTS, BrokenFiles, Moment, SimulatedCrash, distinct
from veedor.errors import StoreError, VerifyError
from veedor.log.checkpoint import Checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import digest, statement
from veedor.log.note import NoteSigner
from veedor.log.tree import leaf_hash, root_of
from veedor.log_folder.files import DiskFiles, Files
from veedor.log_folder.head import Head, HeadRecords
from veedor.log_folder.reader import LogReader
from veedor.log_folder.verify import verify_log
from veedor.log_folder.writer import LogWriter

KEY = SigningKey(b"\x07" * 32)
SIGNER = NoteSigner("example.org/corridor", KEY)
GENESIS = sign(statement("https://example.org/genesis/1", {"corridor": "00" * 32}, {}), [KEY])
BATCHES = [
    [b"first"],
    [b"second %d" % i for i in range(253)],
    [b"fills the tile"],
    [b"over two tiles %d" % i for i in range(300)],
]


def create(folder: Path, files: Files) -> LogWriter:
    return LogWriter.create(folder / "log", files, HeadRecords(folder / "state", files), SIGNER, GENESIS)


def reopen(folder: Path, files: Files | None = None) -> LogWriter:
    files = files or DiskFiles()
    return LogWriter.open(folder / "log", files, HeadRecords(folder / "state", files), SIGNER, digest(GENESIS))


def verified(folder: Path) -> Checkpoint:
    verdict = verify_log(folder / "log", DiskFiles(), SIGNER.name, SIGNER.verifier, digest(GENESIS))
    assert verdict.ok, verdict.steps[-1]
    return verdict.need()


def work(folder: Path, files: Files, acknowledged: list[Checkpoint]) -> None:
    with create(folder, files) as writer:
        acknowledged.append(writer.checkpoint)
        for batch in BATCHES:
            acknowledged.append(writer.append(batch))


def operations_of_the_work(folder: Path) -> list[str]:
    with contextlib.closing(BrokenFiles(DiskFiles(), [folder])) as files:
        work(folder, files, [])
        return files.operations


def check_after(folder: Path, acknowledged: list[Checkpoint], signed: list[Checkpoint]) -> None:
    """What must hold after any crash; `signed` collects every head ever seen in public."""
    head = HeadRecords(folder / "state", DiskFiles()).read(digest(GENESIS))
    if head is None:
        assert not acknowledged
        create(folder, DiskFiles()).close()
    with reopen(folder) as writer:
        now = writer.checkpoint
        assert now.size >= (acknowledged[-1].size if acknowledged else 1)
        reader = LogReader(folder / "log", DiskFiles())
        assert reader.checkpoint() == now
        leaves = [leaf_hash(entry) for entry in reader.entries()]
        for older in [*acknowledged, *signed]:
            assert root_of(leaves[: older.size]) == older.root, "two roots for one size"
        writer.append([b"after the crash"])
    verdict = verify_log(folder / "log", DiskFiles(), SIGNER.name, SIGNER.verifier, digest(GENESIS))
    assert verdict.ok, verdict.steps[-1]
    assert verdict.steps[-1].found.endswith(" 0 files outside the tree")


ALL_CRASHES = [(loss, moment) for loss in ("killed", "power", "some names survive") for moment in MOMENTS]
QUICK_CRASHES = [("killed", "during"), ("power", "before"), ("some names survive", "during")]


@pytest.mark.parametrize(
    ("loss", "moment"),
    [pytest.param(*case, marks=[] if case in QUICK_CRASHES else pytest.mark.long) for case in ALL_CRASHES],
)
def test_the_log_survives_a_crash_at_every_operation(tmp_path: Path, loss: str, moment: Moment) -> None:
    (tmp_path / "count").mkdir()
    operations = operations_of_the_work(tmp_path / "count")
    assert len(operations) > 60
    chance = random.Random(5)
    for at in distinct(operations, moment):
        folder = tmp_path / "run"
        folder.mkdir()
        acknowledged: list[Checkpoint] = []
        with contextlib.closing(BrokenFiles(DiskFiles(), [folder])) as files:
            files.break_at(at, moment)
            with pytest.raises(SimulatedCrash):
                work(folder, files, acknowledged)
            seen = []
            with contextlib.suppress(VerifyError):
                seen = [LogReader(folder / "log", DiskFiles()).checkpoint()]
            if loss == "power":
                files.lose_unsynced()
            elif loss == "some names survive":
                files.lose_unsynced(keep=lambda path: chance.random() < 0.5)
        check_after(folder, acknowledged, seen)
        shutil.rmtree(folder)


def test_a_crash_during_recovery_is_recovered_from(tmp_path: Path) -> None:
    (tmp_path / "count").mkdir()
    swap = max(i for i, name in enumerate(operations_of_the_work(tmp_path / "count")) if name.endswith(".head"))
    for at in range(40):
        folder = tmp_path / f"run-{at}"
        folder.mkdir()
        acknowledged: list[Checkpoint] = []
        with contextlib.closing(BrokenFiles(DiskFiles(), [folder])) as files:
            files.break_at(swap + 1, "after")
            with pytest.raises(SimulatedCrash):
                work(folder, files, acknowledged)
            files.lose_unsynced()
        with contextlib.closing(BrokenFiles(DiskFiles(), [folder])) as files:
            files.break_at(at, "during")
            try:
                reopen(folder, files).close()
                done = True
            except SimulatedCrash:
                done = False
            files.lose_unsynced()
        check_after(folder, acknowledged, [])
        if done:
            assert at > 3
            return
    pytest.fail("recovery never ended")


def test_a_full_disk_stops_the_writer_and_the_log_goes_on_after_reopening(tmp_path: Path) -> None:
    (tmp_path / "count").mkdir()
    operations = operations_of_the_work(tmp_path / "count")
    for at in range(0, len(operations), 3):
        folder = tmp_path / "run"
        folder.mkdir()
        acknowledged: list[Checkpoint] = []
        with contextlib.closing(BrokenFiles(DiskFiles(), [folder])) as files:
            files.break_at(at, "fails")
            with pytest.raises(StoreError):
                work(folder, files, acknowledged)
        check_after(folder, acknowledged, [])
        shutil.rmtree(folder)


def test_a_failed_writer_refuses_to_go_on(tmp_path: Path) -> None:
    with contextlib.closing(BrokenFiles(DiskFiles(), [tmp_path])) as files, create(tmp_path, files) as writer:
        files.break_at(len(files.operations) + 2, "fails")
        with pytest.raises(StoreError):
            writer.append([b"lost"])
        with pytest.raises(StoreError, match="open the log again"):
            writer.append([b"must not come"])


def test_a_second_writer_is_refused_while_the_first_is_open(tmp_path: Path) -> None:
    with create(tmp_path, DiskFiles()) as writer:
        with pytest.raises(StoreError, match="another process"):
            reopen(tmp_path)
        writer.append([b"undisturbed"])
    with reopen(tmp_path) as writer:
        assert writer.checkpoint.size == 2


def test_a_head_record_that_another_writer_moved_stops_this_one(tmp_path: Path) -> None:
    heads = HeadRecords(tmp_path / "state", DiskFiles())
    with create(tmp_path, DiskFiles()) as writer:
        old = heads.read(digest(GENESIS))
        heads.compare_and_swap(digest(GENESIS), old, Head(SIGNER.name, 9, b"\x01" * 32))
        before = (tmp_path / "log/checkpoint").read_bytes()
        with pytest.raises(StoreError, match="another writer"):
            writer.append([b"x"])
        assert (tmp_path / "log/checkpoint").read_bytes() == before


def test_a_head_never_goes_back_and_never_has_two_roots(tmp_path: Path) -> None:
    heads = HeadRecords(tmp_path, DiskFiles())
    name, head = "ab" * 32, Head("o", 5, b"\x01" * 32)
    heads.compare_and_swap(name, None, head)
    heads.compare_and_swap(name, head, head)
    for new in (Head("o", 4, b"\x01" * 32), Head("o", 5, b"\x02" * 32), Head("other", 6, b"\x01" * 32)):
        with pytest.raises(StoreError):
            heads.compare_and_swap(name, head, new)
    assert heads.read(name) == head


def test_a_restored_backup_is_refused_with_advice(tmp_path: Path) -> None:
    with create(tmp_path, DiskFiles()) as writer:
        writer.append([b"one"])
        shutil.copytree(tmp_path / "log", tmp_path / "backup")
        writer.append([b"two"])
    shutil.rmtree(tmp_path / "log")
    shutil.move(tmp_path / "backup", tmp_path / "log")
    with pytest.raises(StoreError, match="restored backup") as refused:
        reopen(tmp_path)
    assert refused.value.next_step is not None and "fetch the log" in refused.value.next_step


def test_a_recorded_head_is_not_published_over_other_entries_of_the_same_number(tmp_path: Path) -> None:
    create(tmp_path, DiskFiles()).close()
    shutil.copytree(tmp_path, tmp_path.with_name("other"))
    before = (tmp_path / "log/checkpoint").read_bytes()
    for folder, entry in ((tmp_path, b"one"), (tmp_path.with_name("other"), b"two")):
        with reopen(folder) as writer:
            writer.append([entry])
    shutil.rmtree(tmp_path / "log")
    shutil.copytree(tmp_path.with_name("other") / "log", tmp_path / "log")
    (tmp_path / "log/checkpoint").write_bytes(before)
    with pytest.raises(StoreError, match="another root"):
        reopen(tmp_path)
    assert (tmp_path / "log/checkpoint").read_bytes() == before


def test_a_rolled_back_head_record_is_refused(tmp_path: Path) -> None:
    with create(tmp_path, DiskFiles()) as writer:
        shutil.copytree(tmp_path / "state", tmp_path / "old")
        writer.append([b"one"])
    shutil.rmtree(tmp_path / "state")
    shutil.move(tmp_path / "old", tmp_path / "state")
    with pytest.raises(StoreError, match="not the one that was recorded"):
        reopen(tmp_path)


def test_a_copy_without_a_head_record_cannot_append_but_can_be_verified(tmp_path: Path) -> None:
    create(tmp_path, DiskFiles()).close()
    shutil.rmtree(tmp_path / "state")
    with pytest.raises(StoreError, match="no head record"):
        reopen(tmp_path)
    assert verified(tmp_path).size == 1


def test_a_log_is_created_once(tmp_path: Path) -> None:
    create(tmp_path, DiskFiles()).close()
    with pytest.raises(StoreError, match="exists here already"):
        create(tmp_path, DiskFiles())
    with pytest.raises(StoreError, match="exists here already"):
        LogWriter.create(
            tmp_path / "elsewhere", DiskFiles(), HeadRecords(tmp_path / "state", DiskFiles()), SIGNER, GENESIS
        )


def test_another_key_or_a_forged_checkpoint_is_refused(tmp_path: Path) -> None:
    create(tmp_path, DiskFiles()).close()
    heads = HeadRecords(tmp_path / "state", DiskFiles())
    other = NoteSigner(SIGNER.name, SigningKey(b"\x08" * 32))
    with pytest.raises(StoreError, match="cannot be trusted"):
        LogWriter.open(tmp_path / "log", DiskFiles(), heads, other, digest(GENESIS))


CHILD = """
import sys
from pathlib import Path
from tests.log_folder.test_writer_crashes import reopen
with reopen(Path(sys.argv[1])) as writer:
    while True:
        head = writer.append([b"entry %d" % i for i in range(37)])
        print(head.size, head.root.hex(), flush=True)
"""


def kill_and_check(folder: Path, kills: int, seed: int) -> None:
    create(folder, DiskFiles()).close()
    chance = random.Random(seed)
    acknowledged: list[Checkpoint] = []
    house = Path(__file__).resolve().parents[2]
    for _ in range(kills):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=house,
            env=os.environ | {"PYTHONPATH": str(house)},
        )
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(chance.uniform(0, 0.25))
        child.send_signal(signal.SIGKILL)
        for line in (first + child.stdout.read()).splitlines(keepends=True):
            if line.endswith("\n"):
                size, root = line.split()
                acknowledged.append(Checkpoint(SIGNER.name, int(size), bytes.fromhex(root)))
        child.wait()
        child.stdout.close()
    assert len(acknowledged) >= kills
    check_after(folder, acknowledged, [])


def test_ten_kills_at_random_lose_nothing(tmp_path: Path) -> None:
    kill_and_check(tmp_path, 10, 1)


@pytest.mark.long
def test_fifty_kills_at_random_lose_nothing(tmp_path: Path) -> None:
    kill_and_check(tmp_path, 50, 2)
