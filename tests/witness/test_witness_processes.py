"""Witnesses as processes of their own: over HTTP, at once, with wrong clocks, and killed at any moment."""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.witness.forked_log import HEAD_SIZES, ORIGIN, SIGNER, ForkedLog
from tests.witness.transcripts import LITEWITNESS, transcript
from tests.witness.witnesses import TIME_S, WITNESS, Running, new_store, running
from veedor.errors import UsageError
from veedor.log.cosignature import CosignerSigner, add_cosignatures, time_s
from veedor.log.ed25519 import SigningKey
from veedor.log.note import parse_note, verify_note
from veedor.log_folder.files import DiskFiles
from veedor.witness.decision import LARGEST_REQUEST, SIZE, Answer
from veedor.witness.evidence import check_evidence
from veedor.witness.http import WitnessApp, serve
from veedor.witness.store import WitnessStore, init_witness

LOG, FORK = ForkedLog(), ForkedLog(fork=3)
OTHER = CosignerSigner(f"{ORIGIN}/witness/vichada", SigningKey(b"\x23" * 32))


def test_the_call_of_the_specification_over_http(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    with running(tmp_path) as witness:
        old = 0
        for size in HEAD_SIZES:
            answer = witness.add(LOG.request(old, size))
            assert answer.status == 200
            note = add_cosignatures(LOG.signed(size), answer.body, [WITNESS.verifier])
            assert len(verify_note(parse_note(note), [SIGNER.verifier, WITNESS.verifier])) == 2
            old = size
        assert witness.add(LOG.request(3, 5)) == Answer(409, SIZE, b"100\n")
        assert witness.add(b"x").status == 400
        assert witness.add(LOG.request(100, 110).replace(b"\n110\n", b"\n111\n")).status == 403
        assert witness.add(LOG.request(0, 1).replace(ORIGIN.encode(), b"example.org/other")).status == 404
        assert witness.add(FORK.request(100, 110)).status == 422
        assert witness.add(LOG.request(0, 1) + b"x" * LARGEST_REQUEST).status == 413


def test_the_transcript_of_litewitness_ends_as_told_over_http(shared_data: Path, tmp_path: Path) -> None:
    told, origin, key = transcript(shared_data, "litewitness")
    init_witness(DiskFiles(), tmp_path, LITEWITNESS.verifier)
    with WitnessStore(DiskFiles(), tmp_path) as store:
        store.watch(origin, [key])
    with running(tmp_path, LITEWITNESS) as witness:
        for step in told:
            answer = witness.add(step.body)
            assert (answer.status, step.agrees(answer.body)) == (step.status, True), step


def test_what_was_cosigned_can_be_fetched_and_compared(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    with running(tmp_path) as witness:
        assert witness.send("GET", "/").body.decode() == f"{WITNESS.verifier.text()}\n"
        assert witness.send("GET", f"/{LOG.log_id}/checkpoint").status == 404
        answer = witness.add(LOG.request(0, 5))
        assert witness.send("GET", f"/{LOG.log_id}/checkpoint").body == LOG.signed(5) + answer.body
        for method, path, status in [
            ("GET", "/add-checkpoint", 405),
            ("POST", "/", 405),
            ("GET", "/other", 404),
            ("GET", f"/{LOG.log_id}/checkpoint/", 404),
            ("GET", "/" + "0" * 64 + "/checkpoint", 404),
            ("GET", "/../witness.sqlite", 404),
        ]:
            assert witness.send(method, path).status == status, path


def test_each_witness_says_the_time_of_its_own_clock(tmp_path: Path) -> None:
    new_store(tmp_path / "one").close()
    new_store(tmp_path / "two", OTHER).close()
    keys = [WITNESS.verifier, OTHER.verifier]
    with running(tmp_path / "one") as one, running(tmp_path / "two", OTHER, TIME_S - 7200) as two:
        note = LOG.signed(5)
        for witness in (one, two):
            note = add_cosignatures(note, witness.add(LOG.request(0, 5)).body, keys)
    assert [time_s(line) for line in verify_note(parse_note(note), keys)] == [TIME_S, TIME_S - 7200]


def test_a_split_view_between_two_processes_is_proven_from_what_they_publish(tmp_path: Path) -> None:
    new_store(tmp_path / "one").close()
    new_store(tmp_path / "two", OTHER).close()
    with running(tmp_path / "one") as one, running(tmp_path / "two", OTHER) as two:
        assert one.add(LOG.request(0, 5)).status == two.add(FORK.request(0, 5)).status == 200
        published = two.send("GET", f"/{LOG.log_id}/checkpoint").body
        assert one.add(b"old 5\n\n" + published).status == 409
    with WitnessStore(DiskFiles(), tmp_path / "one") as store:
        (kept,) = store.evidence()
    assert check_evidence(kept, [SIGNER.verifier]).kind == "two roots"


def test_two_processes_on_one_database_never_roll_back(tmp_path: Path) -> None:
    """By mistake, or while one replaces the other: each request is judged on what the other has recorded."""
    new_store(tmp_path).close()
    with running(tmp_path) as one, running(tmp_path) as two, ThreadPoolExecutor(6) as pool:
        old = 0
        for _ in range(25):
            sizes = range(old + 1, old + 7)
            asked = [
                pool.submit(witness.add, LOG.request(old, size))
                for witness, size in zip([one, two] * 3, sizes, strict=True)
            ]
            answers = [future.result() for future in asked]
            won = [size for size, answer in zip(sizes, answers, strict=True) if answer.status == 200]
            assert len(won) == 1, answers
            assert [answer.body for answer in answers if answer.status == 409] == [b"%d\n" % won[0]] * 5
            old = won[0]


def test_a_client_that_never_ends_its_request_does_not_stop_the_others(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    with running(tmp_path) as witness, socket.create_connection(("127.0.0.1", witness.port)) as slow:
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nold 0\n")
        assert witness.add(LOG.request(0, 5)).status == 200
        slow.shutdown(socket.SHUT_WR)
        assert witness.add(LOG.request(5, 9)).status == 200


def test_a_witness_told_to_stop_ends_by_itself(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    with running(tmp_path) as witness:
        assert witness.add(LOG.request(0, 5)).status == 200
        witness.process.send_signal(signal.SIGTERM)
        witness.process.wait(20)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["witness.sqlite"]


def test_an_address_that_is_taken_is_said(tmp_path: Path) -> None:
    with new_store(tmp_path) as store, socket.create_server(("127.0.0.1", 0)) as taken:
        app = WitnessApp(store, WITNESS, lambda: TIME_S, lambda error: None)
        with pytest.raises(UsageError, match="cannot listen"):
            serve(app, "127.0.0.1", taken.getsockname()[1], lambda address: None)


def ask_until_killed(witness: Running, old: int, answered: list[int]) -> None:
    with contextlib.suppress(OSError, HTTPException):
        while True:
            answer = witness.add(LOG.request(old, old + 1))
            if answer.status == 200:
                old += 1
                answered.append(old)
            else:
                assert answer.status == 409
                old = int(answer.body)
                # What the crash left recorded but unanswered is cosigned when asked for again.
                assert witness.add(LOG.request(old, old)).status == 200


def kill_and_check(folder: Path, kills: int, seed: int) -> None:
    new_store(folder).close()
    chance = random.Random(seed)
    answered: list[int] = []
    for _ in range(kills):
        before = len(answered)
        with running(folder) as witness:
            asking = threading.Thread(target=ask_until_killed, args=(witness, 0, answered))
            asking.start()
            while len(answered) == before:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.1))
            witness.kill()
            asking.join()
        with WitnessStore(DiskFiles(), folder) as store:
            (log,) = store.logs()
            assert log.latest is not None
            assert log.latest.checkpoint.size >= answered[-1]
            assert log.latest.note == LOG.signed(log.latest.checkpoint.size)
            assert store.answer(LOG.request(0, answered[-1]), WITNESS, TIME_S).status == 409
    assert answered == sorted(set(answered))


@pytest.mark.long
def test_fifty_kills_at_random_forget_nothing_that_was_answered(tmp_path: Path) -> None:
    kill_and_check(tmp_path, 50, 3)


def test_three_kills_at_random_forget_nothing_that_was_answered(tmp_path: Path) -> None:
    kill_and_check(tmp_path, 3, 4)


def test_a_restored_backup_cosigns_a_fork_which_only_others_can_show(tmp_path: Path) -> None:
    """What the documentation says of backups: the witness cannot know; its own cosignatures in other hands prove it."""
    with new_store(tmp_path / "now") as store:
        store.answer(LOG.request(0, 3), WITNESS, TIME_S)
        shutil.copytree(tmp_path / "now", tmp_path / "restored")
        before = store.answer(LOG.request(3, 9), WITNESS, TIME_S)
    with WitnessStore(DiskFiles(), tmp_path / "restored") as store:
        after = store.answer(FORK.request(3, 9), WITNESS, TIME_S)
    keys = [WITNESS.verifier]
    for log, answer in ((LOG, before), (FORK, after)):
        assert verify_note(parse_note(log.head(9).text() + b"\n" + answer.body), keys)
