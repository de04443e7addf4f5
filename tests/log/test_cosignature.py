"""A cosignature binds a witness's key and its time to one head; what others signed is judged as they judge it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import nacl.signing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.errors import UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import (
    LATEST_TIME_S,
    CosignerKey,
    CosignerSigner,
    add_cosignatures,
    cosign,
    parse_cosigner_key,
    time_s,
)
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner, SignatureLine, VerifierKey, parse_note, verify_note

LOG = NoteSigner("example.org/corridor", SigningKey(b"\x01" * 32))
HEAD = Checkpoint("example.org/corridor", 7, b"\x05" * 32)
WITNESS = CosignerSigner("example.org/corridor/witness/apure", SigningKey(b"\x02" * 32))
OTHER = CosignerSigner("example.org/corridor/witness/vichada", SigningKey(b"\x03" * 32))
TIME_S = 1_764_150_000


@pytest.fixture(scope="session")
def tlog(shared_data: Path) -> Path:
    return shared_data / "tlog"


def signature_of(line: bytes) -> SignatureLine:
    return parse_note(HEAD.text() + b"\n" + line).signatures[0]


@pytest.mark.parametrize("witness", ["witness", "witness2"])
def test_a_head_that_sunlight_cosigned_verifies_and_is_written_back_byte_for_byte(tlog: Path, witness: str) -> None:
    folder = tlog / "sunlight/cmd/skylight/testdata" / witness
    (vkey,) = json.loads((folder / "witness.v0.json").read_bytes())["verifier_keys"]
    key = parse_cosigner_key(vkey)
    assert key.text() == vkey
    (path,) = (path for path in folder.glob("*/checkpoint") if path.parent.name != "mirror")
    data = path.read_bytes()
    note = parse_note(data)
    (line,) = verify_note(note, [key])
    assert time_s(line) == 1_767_139_200
    assert line.text() in data
    assert add_cosignatures(data, line.text(), [key]) == data


def test_the_time_of_the_go_vector_is_read(tlog: Path) -> None:
    vector = json.loads((tlog / "note-vectors.json").read_bytes())["cosig_v1_timestamp"]
    raw = base64.b64decode(vector["sig_base64"])
    assert time_s(SignatureLine("any", raw[:4], raw[4:])) == vector["unix"]


def test_the_signed_message_is_that_of_the_specification() -> None:
    line = signature_of(cosign(HEAD.text(), WITNESS, TIME_S))
    message = (
        b"cosignature/v1\ntime 1764150000\nexample.org/corridor\n7\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n"
    )
    nacl.signing.VerifyKey(WITNESS.key.public).verify(message, line.signature[8:])
    assert (line.name, line.key_hash, time_s(line)) == (WITNESS.name, WITNESS.verifier.key_hash, TIME_S)


def test_a_cosignature_is_of_one_head_one_time_and_one_key() -> None:
    line = signature_of(cosign(HEAD.text(), WITNESS, TIME_S))
    assert WITNESS.verifier.verify(HEAD.text(), line.signature)
    later = (TIME_S + 1).to_bytes(8, "big") + line.signature[8:]
    assert not WITNESS.verifier.verify(HEAD.text(), later)
    assert not WITNESS.verifier.verify(Checkpoint(HEAD.origin, 8, HEAD.root).text(), line.signature)
    assert not OTHER.verifier.verify(HEAD.text(), line.signature)


@pytest.mark.parametrize("bit", range(0, 72 * 8, 7))
def test_any_flipped_bit_of_a_cosignature_is_noticed(bit: int) -> None:
    signature = bytearray(signature_of(cosign(HEAD.text(), WITNESS, TIME_S)).signature)
    signature[bit // 8] ^= 1 << bit % 8
    assert not WITNESS.verifier.verify(HEAD.text(), bytes(signature))


@pytest.mark.parametrize("length", [0, 7, 8, 64, 71, 73])
def test_a_cosignature_of_another_length_verifies_nothing(length: int) -> None:
    signature = (signature_of(cosign(HEAD.text(), WITNESS, TIME_S)).signature + b"\x00")[:length]
    assert not WITNESS.verifier.verify(HEAD.text(), signature)
    with pytest.raises(VerifyError):
        time_s(SignatureLine(WITNESS.name, WITNESS.verifier.key_hash, signature))


def signed_at(time: int) -> bytes:
    message = b"cosignature/v1\ntime %d\n" % time + HEAD.text()
    return time.to_bytes(8, "big") + WITNESS.key.sign(message)


def test_times_from_0_to_2_to_the_63_less_1_are_read_and_no_later_ones() -> None:
    assert WITNESS.verifier.verify(HEAD.text(), signed_at(0))
    assert WITNESS.verifier.verify(HEAD.text(), signed_at(2**63 - 1))
    assert not WITNESS.verifier.verify(HEAD.text(), signed_at(2**63))
    assert not WITNESS.verifier.verify(HEAD.text(), signed_at(2**64 - 1))


@pytest.mark.parametrize("time", [-1, 0, LATEST_TIME_S + 1])
def test_our_witness_signs_no_time_that_says_nothing(time: int) -> None:
    with pytest.raises(UsageError):
        cosign(HEAD.text(), WITNESS, time)


def test_only_a_checkpoint_is_cosigned() -> None:
    with pytest.raises(VerifyError):
        cosign(b"a text of another kind\n", WITNESS, TIME_S)


def test_a_plain_signature_of_the_same_key_is_no_cosignature_and_the_reverse() -> None:
    plain = WITNESS.key.sign(HEAD.text())
    assert not WITNESS.verifier.verify(HEAD.text(), plain)
    assert not WITNESS.verifier.verify(HEAD.text(), bytes(8) + plain)
    line = signature_of(cosign(HEAD.text(), WITNESS, TIME_S))
    assert not VerifierKey(WITNESS.name, WITNESS.key.public).verify(HEAD.text(), line.signature[8:])


def test_a_log_key_is_not_read_as_a_witness_key() -> None:
    assert parse_cosigner_key(WITNESS.verifier.text()) == WITNESS.verifier
    with pytest.raises(VerifyError, match="not a witness's key"):
        parse_cosigner_key(LOG.verifier.text())


def test_a_line_of_another_algorithm_under_the_same_name_is_that_of_an_unknown_key() -> None:
    key_hash = VerifierKey(WITNESS.name, b"\x09" * 1312, 0x06).key_hash
    quantum = SignatureLine(WITNESS.name, key_hash, bytes(8 + 2420)).text()
    note = sign_checkpoint(HEAD, LOG)
    answer = quantum + cosign(HEAD.text(), WITNESS, TIME_S)
    (line,) = verify_note(parse_note(note + answer), [WITNESS.verifier])
    assert time_s(line) == TIME_S
    assert quantum not in add_cosignatures(note, answer, [WITNESS.verifier])


def test_an_answer_adds_the_known_lines_only_and_a_wrong_known_line_spoils_it() -> None:
    note = sign_checkpoint(HEAD, LOG)
    line = cosign(HEAD.text(), WITNESS, TIME_S)
    stranger = cosign(HEAD.text(), CosignerSigner("stranger", SigningKey(b"\x08" * 32)), TIME_S)
    both = add_cosignatures(note, stranger + line, [WITNESS.verifier, OTHER.verifier])
    assert both == note + line
    assert add_cosignatures(both, cosign(HEAD.text(), OTHER, TIME_S), [WITNESS.verifier, OTHER.verifier]).startswith(
        both
    )
    of_another_head = cosign(Checkpoint(HEAD.origin, 8, HEAD.root).text(), WITNESS, TIME_S)
    for wrong in (of_another_head, line[:-1], b"\n" + line, line + b"\n", b"x\n", b""):
        with pytest.raises(VerifyError):
            add_cosignatures(note, wrong, [WITNESS.verifier])


@given(st.lists(st.tuples(st.sampled_from([WITNESS, OTHER]), st.integers(1, 50)), min_size=1, max_size=6))
def test_the_latest_cosignature_of_each_witness_stays_whatever_the_order(
    answers: list[tuple[CosignerSigner, int]],
) -> None:
    keys = [WITNESS.verifier, OTHER.verifier]
    note = sign_checkpoint(HEAD, LOG)
    for signer, time in answers:
        note = add_cosignatures(note, cosign(HEAD.text(), signer, time), keys)
    found = {line.name: time_s(line) for line in verify_note(parse_note(note), keys)}
    assert found == {signer.name: max(time for other, time in answers if other == signer) for signer, _ in answers}
    assert len(verify_note(parse_note(note), [LOG.verifier])) == 1


def test_a_cosigner_name_is_a_key_name() -> None:
    with pytest.raises(VerifyError):
        CosignerSigner("with space", SigningKey(b"\x02" * 32))
    assert CosignerKey("a", WITNESS.key.public).key_hash != CosignerKey("b", WITNESS.key.public).key_hash
