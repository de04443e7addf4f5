"""Whatever stops a witness, it remembers every head that it cosigned, and goes on."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support.traced_writes import Operation, Say, leave, record
from tests.witness.forked_log import ORIGIN, SIGNER, ForkedLog
from tests.witness.witnesses import TIME_S, WITNESS, new_store
from veedor.errors import StoreError
from veedor.log.cosignature import time_s
from veedor.log.note import parse_note, verify_note
from veedor.log_folder.files import DiskFiles
from veedor.witness import store as witness_store
from veedor.witness.evidence import check_evidence
from veedor.witness.store import WitnessStore, init_witness

LOG, FORK = ForkedLog(), ForkedLog(fork=3)
REQUESTS = [
    ("cosigned 1", LOG.request(0, 1)),
    ("cosigned 5", LOG.request(1, 5)),
    ("cosigned 5", LOG.request(5, 5)),
    ("fork", FORK.request(5, 9)),
    ("cosigned 9", LOG.request(5, 9)),
    ("cosigned 100", LOG.request(9, 100)),
]


def work(folder: Path, say: Say) -> None:
    """A witness's life; each line is said when its answer has left."""
    init_witness(DiskFiles(), folder, WITNESS.verifier)
    say("made")
    with WitnessStore(DiskFiles(), folder) as store:
        store.watch(ORIGIN, [SIGNER.verifier])
        say("log known")
        for number, (text, body) in enumerate(REQUESTS):
            answer = store.answer(body, WITNESS, TIME_S + number)
            assert answer.status == (200 if text != "fork" else 422), answer
            say(f"{text} at {TIME_S + number}")


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> list[Operation]:
    folder = tmp_path_factory.mktemp("traced")
    return record(folder, partial(work, folder))


def check_after(folder: Path, said: list[str]) -> None:
    if not said and not (folder / witness_store.DATABASE).exists():
        init_witness(DiskFiles(), folder, WITNESS.verifier)
    with WitnessStore(DiskFiles(), folder) as store:
        logs = store.logs()
        if "log known" in said:
            assert [log.origin for log in logs] == [ORIGIN]
        store.watch(ORIGIN, [SIGNER.verifier])
        (log,) = store.logs()
        held = log.latest.checkpoint.size if log.latest else 0
        answered = [line.split() for line in said if line.startswith("cosigned")]
        if answered:
            size, time = int(answered[-1][1]), int(answered[-1][3])
            assert held >= size, "a head that was cosigned is forgotten"
            note = store.cosigned(LOG.log_id)
            assert note is not None and note.startswith(LOG.signed(held))
            (line,) = verify_note(parse_note(note), [WITNESS.verifier])
            assert time_s(line) >= time, "a cosignature is older than one that has left"
            again = store.answer(LOG.request(held, held), WITNESS, 1)
            assert store.cosigned(LOG.log_id) == LOG.signed(held) + again.body
            assert latest_time_s(store) >= time, "a time that was signed is forgotten"
        if any(line.startswith("fork") for line in said):
            assert [check_evidence(kept, [SIGNER.verifier]).kind for kept in store.evidence()] == ["another beginning"]
        for size in (1, 5, 9, 100):
            if size < held:
                assert store.answer(LOG.request(0, size), WITNESS, 1).body == b"%d\n" % held
        assert store.answer(LOG.request(held, 120), WITNESS, TIME_S).status == 200


def latest_time_s(store: WitnessStore) -> int:
    database = sqlite3.connect(store.path)
    try:
        return int(database.execute("SELECT latest_time_s FROM witness").fetchone()[0])
    finally:
        database.close()


def random_loss(seed: int) -> Callable[[], bool]:
    chance = random.Random(seed)
    return lambda: chance.random() < 0.5


LOSSES = {"killed": lambda: True, "power": lambda: False}


_CONNECT = witness_store._connect


def connect_with(monkeypatch: pytest.MonkeyPatch, pragma: str) -> None:
    def connect(path: Path) -> sqlite3.Connection:
        database = _CONNECT(path)
        database.execute(f"PRAGMA {pragma}")
        return database

    monkeypatch.setattr("veedor.witness.store._connect", connect)


@pytest.fixture
def no_real_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking needs no disk; what is durable was decided when the work was recorded."""
    connect_with(monkeypatch, "synchronous = OFF")


@pytest.mark.usefixtures("no_real_syncs")
@pytest.mark.parametrize("loss", ["killed", "power"])
def test_a_crash_at_every_system_call_forgets_nothing_that_was_answered(
    tmp_path: Path, operations: list[Operation], loss: str
) -> None:
    assert sum(operation.kind == "sync" for operation in operations) > 20
    for at in range(len(operations) + 1):
        folder = tmp_path / str(at)
        folder.mkdir()
        check_after(folder, leave(operations[:at], folder, LOSSES[loss]))


@pytest.mark.long
@pytest.mark.usefixtures("no_real_syncs")
@pytest.mark.parametrize("seed", range(20))
def test_a_crash_that_keeps_some_unsynced_writes_forgets_nothing_either(
    tmp_path: Path, operations: list[Operation], seed: int
) -> None:
    for at in range(len(operations) + 1):
        folder = tmp_path / str(at)
        folder.mkdir()
        check_after(folder, leave(operations[:at], folder, random_loss(seed * 1000 + at)))


def test_the_model_notices_a_witness_that_syncs_too_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain FULL leaves the end of the journal unsynced: a loss of power brings it back and with it the old head."""
    connect_with(monkeypatch, "synchronous = FULL")
    (tmp_path / "traced").mkdir()
    operations = record(tmp_path / "traced", partial(work, tmp_path / "traced"))
    connect_with(monkeypatch, "synchronous = OFF")
    forgotten = 0
    for at in range(len(operations) + 1):
        folder = tmp_path / str(at)
        folder.mkdir()
        try:
            check_after(folder, leave(operations[:at], folder, LOSSES["power"]))
        except AssertionError as error:
            forgotten += "is forgotten" in str(error)
    assert forgotten >= len(REQUESTS) - 1


def test_a_full_disk_is_said_and_nothing_is_cosigned_or_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_store(tmp_path).close()
    pages = (tmp_path / witness_store.DATABASE).stat().st_size // 4096
    connect_with(monkeypatch, f"max_page_count = {pages + 2}")
    size = 0
    with WitnessStore(DiskFiles(), tmp_path) as store:
        with pytest.raises(StoreError, match="full") as refused:
            while True:
                assert store.answer(LOG.request(size, size + 1), WITNESS, TIME_S).status == 200
                size += 1
        assert refused.value.next_step == "free some space, then try again"
        assert size > 5
        assert store.answer(LOG.request(size, size), WITNESS, TIME_S).status == 200
    connect_with(monkeypatch, "max_page_count = 1000")
    with WitnessStore(DiskFiles(), tmp_path) as store:
        assert store.answer(LOG.request(size, size + 1), WITNESS, TIME_S).status == 200
