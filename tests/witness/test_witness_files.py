"""A witness without a line reads requests and writes answers as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.witness.forked_log import SIGNER, ForkedLog
from tests.witness.witnesses import TIME_S, WITNESS, new_store
from veedor.errors import UsageError
from veedor.log.cosignature import CosignerSigner, add_cosignatures
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner, parse_note, sign_note, verify_note
from veedor.log_folder.files import DiskFiles
from veedor.witness.files import Checked, check_path
from veedor.witness.store import WitnessStore

LOG, FORK = ForkedLog(), ForkedLog(fork=3)
HASH = WITNESS.verifier.key_hash.hex()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WitnessStore]:
    with new_store(tmp_path / "witness") as store:
        yield store


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def check(store: WitnessStore, path: Path, witness: CosignerSigner = WITNESS) -> list[Checked]:
    return list(check_path(DiskFiles(), path, store, witness, TIME_S))


def test_requests_in_a_folder_are_answered_in_the_order_of_their_names(store: WitnessStore, stick: Path) -> None:
    (stick / "2.request").write_bytes(LOG.request(5, 9))
    (stick / "1.request").write_bytes(LOG.request(0, 5))
    (stick / "3.request").write_bytes(FORK.request(9, 12))
    (stick / "readme.txt").write_bytes(b"not for the witness")
    assert [each.answer.status for each in check(store, stick) if each.answer] == [200, 200, 422]
    assert sorted(path.name for path in stick.iterdir()) == [
        "1.request",
        f"1.request.{HASH}.answer",
        "2.request",
        f"2.request.{HASH}.answer",
        "3.request",
        f"3.request.{HASH}.refused",
        "readme.txt",
    ]
    note = add_cosignatures(LOG.signed(9), (stick / f"2.request.{HASH}.answer").read_bytes(), [WITNESS.verifier])
    assert len(verify_note(parse_note(note), [SIGNER.verifier, WITNESS.verifier])) == 2
    assert (stick / f"3.request.{HASH}.refused").read_bytes().startswith(b"422\nbad consistency proof")


def test_a_file_that_cannot_be_read_does_not_stop_the_others(store: WitnessStore, stick: Path) -> None:
    (stick / "1.request").mkdir()
    (stick / "2.request").write_bytes(LOG.request(0, 5))
    assert [each.answer.status for each in check(store, stick) if each.answer] == [400, 200]


def test_a_second_answer_replaces_the_first(store: WitnessStore, stick: Path) -> None:
    file = stick / "ask.request"
    file.write_bytes(LOG.request(3, 5))
    (first,) = check(store, file)
    assert first.written == stick / f"ask.request.{HASH}.refused"
    assert first.written.read_bytes() == b"409\n0\n"
    file.write_bytes(LOG.request(0, 5))
    (second,) = check(store, file)
    assert sorted(path.name for path in stick.iterdir()) == ["ask.request", f"ask.request.{HASH}.answer"]
    assert second.written is not None and second.answer is not None
    assert second.written.read_bytes() == second.answer.body


def test_two_witnesses_answer_side_by_side(tmp_path: Path, store: WitnessStore, stick: Path) -> None:
    other = CosignerSigner("other", SigningKey(b"\x24" * 32))
    (stick / "ask.request").write_bytes(LOG.request(0, 5))
    with new_store(tmp_path / "other", other) as second:
        check(store, stick)
        check(second, stick, other)
    note = LOG.signed(5)
    for answer in stick.glob("*.answer"):
        note = add_cosignatures(note, answer.read_bytes(), [WITNESS.verifier, other.verifier])
    assert len(verify_note(parse_note(note), [WITNESS.verifier, other.verifier])) == 2


def test_heads_are_compared_and_nothing_is_written(store: WitnessStore, stick: Path) -> None:
    store.answer(LOG.request(0, 5), WITNESS, TIME_S)
    thief = NoteSigner(SIGNER.name, SigningKey(b"\x31" * 32))
    for name, note in {
        "1-same": LOG.signed(5),
        "2-fork": FORK.signed(5),
        "3-later": LOG.signed(9),
        "4-forged": sign_note(FORK.head(5).text(), [thief]),
        "5-junk": b"junk",
    }.items():
        (stick / f"{name}.head").write_bytes(note)
    found = check(store, stick)
    assert [each.same for each in found] == [True, False, None, None, None]
    assert [each.answer.status if each.answer else None for each in found] == [None, None, None, 403, 403]
    assert len(list(stick.iterdir())) == 5
    assert len(store.evidence()) == 1


def test_a_folder_without_requests_is_said(store: WitnessStore, stick: Path) -> None:
    with pytest.raises(UsageError, match="nothing to check"):
        check(store, stick)
