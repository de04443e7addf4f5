"""Two forks of one log shown to two witnesses are found out, and what is kept convinces a stranger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.witness.forked_log import ORIGIN, SIGNER, ForkedLog
from tests.witness.witnesses import TIME_S, WITNESS, new_store
from veedor.errors import VerifyError
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner, parse_note, parse_vkey
from veedor.witness.decision import write_request
from veedor.witness.evidence import Evidence, SignedHead, check_evidence, compare, read_evidence, signed_head
from veedor.witness.store import MOST_UNPROVEN

TRUE, FORK = ForkedLog(), ForkedLog(fork=3)
KEYS = [SIGNER.verifier]
OTHER = CosignerSigner(f"{ORIGIN}/witness/vichada", SigningKey(b"\x23" * 32))


def head(log: ForkedLog, size: int) -> SignedHead:
    return signed_head(parse_note(log.signed(size)), KEYS)


def test_a_split_view_between_two_witnesses_is_found_by_comparing_their_heads(tmp_path: Path) -> None:
    with new_store(tmp_path / "one") as one, new_store(tmp_path / "two", OTHER) as two:
        for size in (3, 5):
            old = {3: 0, 5: 3}[size]
            assert one.answer(TRUE.request(old, size), WITNESS, TIME_S).status == 200
            assert two.answer(FORK.request(old, size), OTHER, TIME_S).status == 200
        # Each is content with what it was shown. Now somebody carries the head of one to the other.
        shown = two.cosigned(TRUE.log_id)
        assert shown is not None
        assert one.answer(write_request(5, [], shown), WITNESS, TIME_S).status == 409
        (kept,) = one.evidence()
        assert one.logs()[0].latest == head(TRUE, 5)
    stranger = read_evidence(kept.data())
    fork = check_evidence(stranger, [parse_vkey(SIGNER.verifier.text())])
    assert fork.kind == "two roots"
    assert {fork.older, fork.newer} == {TRUE.head(5), FORK.head(5)}


def test_a_fork_that_grew_past_the_witness_is_shown_by_its_own_proof(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        store.answer(TRUE.request(0, 5), WITNESS, TIME_S)
        assert store.answer(FORK.request(5, 9), WITNESS, TIME_S).status == 422
        (kept,) = store.evidence()
    fork = check_evidence(read_evidence(kept.data()), KEYS)
    assert (fork.kind, fork.older, fork.newer) == ("another beginning", TRUE.head(5), FORK.head(9))


def test_after_a_handover_a_fork_from_what_the_old_key_signed_is_proven_and_says_who_signed_what(
    tmp_path: Path,
) -> None:
    new = NoteSigner(ORIGIN, SigningKey(b"\x12" * 32))
    with new_store(tmp_path) as store:
        store.answer(TRUE.request(0, 5), WITNESS, TIME_S)
        store.watch(ORIGIN, [new.verifier])
        fork = write_request(5, FORK.proof(5, 9), sign_checkpoint(FORK.head(9), new))
        assert store.answer(fork, WITNESS, TIME_S).status == 422
        assert store.compare(TRUE.signed(5)) is True, "the old key's heads can still be compared"
        assert store.compare(FORK.signed(5)) is False
        assert store.answer(TRUE.request(5, 9), WITNESS, TIME_S).status == 403
        (log,) = store.logs()
        assert (log.keys, log.former) == ((new.verifier,), (SIGNER.verifier,))
        found = {check_evidence(kept, log.keys + log.former) for kept in store.evidence()}
    old_signer, new_signer = (f"{ORIGIN}+{key.verifier.key_hash.hex()}" for key in (SIGNER, new))
    assert {(fork.kind, fork.signers) for fork in found} == {
        ("another beginning", (old_signer, new_signer)),
        ("two roots", (old_signer, old_signer)),
    }


def test_a_head_smaller_than_the_latest_is_compared_with_what_was_cosigned_at_its_size(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        for old, size in ((0, 5), (5, 9)):
            store.answer(TRUE.request(old, size), WITNESS, TIME_S)
        assert store.answer(TRUE.request(0, 5), WITNESS, TIME_S).status == 409
        assert store.evidence() == ()
        assert store.answer(FORK.request(0, 5), WITNESS, TIME_S).body == b"9\n"
        (kept,) = store.evidence()
    assert check_evidence(kept, KEYS).kind == "two roots"


def test_a_made_up_proof_accuses_nobody(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        store.answer(TRUE.request(0, 5), WITNESS, TIME_S)
        for proof in ([], [b"\1" * 32], [b"\2" * 32] * 4, TRUE.proof(5, 9)[:-1]):
            assert store.answer(write_request(5, proof, TRUE.signed(9)), WITNESS, TIME_S).status == 422
        (kept,) = store.evidence()  # one row for two heads, whatever was made up between them
        with pytest.raises(VerifyError, match="no proof that they contradict") as refused:
            check_evidence(kept, KEYS)
        assert "consistency proof" in str(refused.value.next_step)
        # The log clears itself.
        assert store.answer(TRUE.request(5, 9), WITNESS, TIME_S).status == 200


def test_proof_replaces_no_suspicion_but_stands_before_it(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        store.answer(TRUE.request(0, 5), WITNESS, TIME_S)
        store.answer(write_request(5, [], FORK.signed(9)), WITNESS, TIME_S)
        store.answer(FORK.request(5, 9), WITNESS, TIME_S)
        proven, suspicion = store.evidence()
    assert check_evidence(proven, KEYS).kind == "another beginning"
    with pytest.raises(VerifyError):
        check_evidence(suspicion, KEYS)


def test_suspicions_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_UNPROVEN == 1000
    monkeypatch.setattr("veedor.witness.store.MOST_UNPROVEN", 3)
    with new_store(tmp_path) as store:
        store.answer(TRUE.request(0, 5), WITNESS, TIME_S)
        for size in range(6, 15):
            store.answer(write_request(5, [], TRUE.signed(size)), WITNESS, TIME_S)
        assert len(store.evidence()) == 3
        store.answer(write_request(5, [], FORK.signed(5)), WITNESS, TIME_S)
        assert len(store.evidence()) == 4


def test_a_request_that_the_log_did_not_sign_leaves_no_evidence(tmp_path: Path) -> None:
    thief = NoteSigner(ORIGIN, SigningKey(b"\x66" * 32))
    with new_store(tmp_path) as store:
        store.answer(TRUE.request(0, 5), WITNESS, TIME_S)
        store.answer(write_request(5, [], sign_checkpoint(FORK.head(5), thief)), WITNESS, TIME_S)
        assert store.evidence() == ()


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 40))
def test_a_sound_log_is_never_accused_and_a_fork_always_where_its_proof_tells(one: int, other: int, fork: int) -> None:
    small, large = sorted((one, other))
    for split, guilty in ((10**9, False), (fork, fork < small)):
        forked = ForkedLog(split)
        proof = forked.proof(small, large) if small < large else None
        found = compare(head(TRUE, small), head(forked, large), proof)
        if not guilty:
            assert found is None
        elif small == large or small & (small - 1):
            assert found is not None and check_evidence(found, KEYS).kind in ("two roots", "another beginning")
        else:
            # From a whole subtree the proof does not carry the older root: suspicion only.
            assert found is not None
            with pytest.raises(VerifyError):
                check_evidence(found, KEYS)
            completed = Evidence(found.older, found.newer, found.proof, forked.head(small).root)
            assert check_evidence(completed, KEYS).kind == "another beginning"


def test_innocent_pairs_prove_nothing() -> None:
    five, nine = TRUE.signed(5), TRUE.signed(9)
    proof = tuple(TRUE.proof(5, 9))
    other_log = sign_checkpoint(Checkpoint("example.org/other", 5, b"\1" * 32), SIGNER)
    innocent = [
        Evidence(five, five),
        Evidence(five, nine, proof),
        Evidence(five, nine, proof, TRUE.head(5).root),
        Evidence(five, nine, proof, FORK.head(5).root),
        Evidence(five, FORK.signed(9), proof, FORK.head(5).root),
        Evidence(five, nine, (), FORK.head(5).root),
        Evidence(nine, five, proof, FORK.head(5).root),
        Evidence(five, other_log),
        Evidence(five, sign_checkpoint(FORK.head(5), NoteSigner(ORIGIN, SigningKey(b"\x66" * 32)))),
    ]
    for evidence in innocent:
        with pytest.raises(VerifyError):
            check_evidence(evidence, KEYS)
    with pytest.raises(VerifyError):
        check_evidence(Evidence(five, FORK.signed(5)), [NoteSigner(ORIGIN, SigningKey(b"\x66" * 32)).verifier])


def test_a_proof_longer_than_any_tree_needs_is_not_read() -> None:
    for count, read in ((63, True), (64, False)):
        data = Evidence(TRUE.signed(5), FORK.signed(9), (b"\1" * 32,) * count).data()
        if read:
            assert len(read_evidence(data).proof) == count
        else:
            with pytest.raises(VerifyError, match="not a consistency proof"):
                read_evidence(data)


GUILTY = Evidence(TRUE.signed(5), FORK.signed(9), tuple(FORK.proof(5, 9)), FORK.head(5).root)


def test_any_cut_or_flipped_bit_of_the_file_is_noticed() -> None:
    data = GUILTY.data()
    assert check_evidence(read_evidence(data), KEYS).kind == "another beginning"
    changed = [data[:end] for end in range(len(data))]
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        changed.append(bytes(flipped))
    for damaged in changed:
        with pytest.raises(VerifyError):
            check_evidence(read_evidence(damaged), KEYS)


@given(st.binary(max_size=200))
def test_any_bytes_are_evidence_or_the_house_s_error(data: bytes) -> None:
    with pytest.raises(VerifyError):
        read_evidence(data)


def test_the_file_never_changes() -> None:
    path = Path(__file__).resolve().parents[1] / "golden/evidence-1.json"
    assert GUILTY.data() == path.read_bytes()
    held = json.loads(path.read_bytes())
    assert held["older"].encode() == TRUE.signed(5)  # with other people's tools: a JSON reader and a note verifier
