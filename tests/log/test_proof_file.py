"""Proof files are read and written byte for byte as their specification says, and prove one entry offline."""

from __future__ import annotations

import base64
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.log import naive_tree
from tests.log.leaf_prover import LeafProver
from veedor.errors import VerifyError
from veedor.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log.proof_file import LARGEST_PROOF_FILE, ProofFile, open_proof_file, parse_proof_file
from veedor.log.tree import LARGEST_SIZE, MOST_PROOF_HASHES, leaf_hash

SIGNER = NoteSigner("example.org/log", SigningKey(b"\x01" * 32))
LEAVES = [leaf_hash(b"entry %d" % number) for number in range(21)]
PROVER = LeafProver(LEAVES)


def head(size: int, origin: str = SIGNER.name) -> bytes:
    return sign_checkpoint(Checkpoint(origin, size, naive_tree.root(LEAVES[:size])), SIGNER)


def proof_file(index: int, size: int, extra: bytes | None = None) -> ProofFile:
    return ProofFile(index, tuple(PROVER.inclusion(index, size)), head(size), extra)


def opened_by(origin: str):
    return partial(open_checkpoint, origin=origin, log_key=SIGNER.verifier)


OURS = opened_by(SIGNER.name)


@given(st.data())
def test_every_entry_of_every_size_can_be_handed_on(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 21))
    index = data.draw(st.integers(0, size - 1))
    extra = data.draw(st.none() | st.binary(min_size=1, max_size=200))
    made = proof_file(index, size, extra)
    read, opened = open_proof_file(made.encode(), LEAVES[index], OURS)
    assert read == made
    assert opened.checkpoint.size == size


def test_the_only_entry_of_a_log_needs_no_hash() -> None:
    data = proof_file(0, 1).encode()
    assert data.startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nexample.org/log\n1\n")
    assert open_proof_file(data, LEAVES[0], OURS)[0].hashes == ()
    with pytest.raises(VerifyError):
        open_proof_file(data, LEAVES[1], OURS)
    with pytest.raises(VerifyError, match="too short"):
        open_proof_file(ProofFile(0, (), head(2)).encode(), LEAVES[0], OURS)


def test_the_lines_are_those_of_the_specification() -> None:
    lines = proof_file(3, 4, b"\x00\xff").encode().split(b"\n")
    assert lines[:3] == [b"c2sp.org/tlog-proof@v1", b"extra AP8=", b"index 3"]
    assert lines[3] == base64.b64encode(LEAVES[2])
    assert lines[4] == base64.b64encode(naive_tree.root(LEAVES[:2]))
    assert lines[5] == b""
    assert b"\n".join(lines[6:]) == head(4)


def good() -> bytes:
    return proof_file(3, 4, b"xy").encode()


HASH = base64.b64encode(b"\x07" * 32)
WRONG = {
    "another format": (1, good().replace(b"@v1", b"@v2")),
    "nothing": (None, b""),
    "no checkpoint": (None, good().partition(b"\n\n")[0] + b"\n"),
    "no index": (3, good().replace(b"index 3\n", b"")),
    "no index and no proof": (2, b"c2sp.org/tlog-proof@v1\n\n" + head(1)),
    "a negative index": (3, good().replace(b"index 3", b"index -3")),
    "a zero in front": (3, good().replace(b"index 3", b"index 03")),
    "a sign": (3, good().replace(b"index 3", b"index +3")),
    "two spaces": (3, good().replace(b"index 3", b"index  3")),
    "a space behind": (3, good().replace(b"index 3", b"index 3 ")),
    "an index beyond every tree": (3, good().replace(b"index 3", b"index %d" % LARGEST_SIZE)),
    "an index of 5,000 digits": (3, good().replace(b"index 3", b"index " + b"9" * 5_000)),
    "index before extra": (3, good().replace(b"extra eHk=\nindex 3", b"index 3\nextra eHk=")),
    "two extra lines": (3, good().replace(b"index 3", b"extra eHk=\nindex 3")),
    "an empty extra line": (2, good().replace(b"extra eHk=", b"extra ")),
    "extra in another spelling": (2, good().replace(b"eHk=", b"eHl=")),
    "extra without its end": (2, good().replace(b"eHk=", b"eHk")),
    "a hash of 31 bytes": (4, good().replace(b"index 3\n", b"index 3\n" + base64.b64encode(b"\x07" * 31) + b"\n")),
    "a hash of 33 bytes": (4, good().replace(b"index 3\n", b"index 3\n" + base64.b64encode(b"\x07" * 33) + b"\n")),
    "a hash in another spelling": (4, good().replace(b"index 3\n", b"index 3\n" + HASH[:-2] + b"d=\n")),
    "a space after a hash": (4, good().replace(b"index 3\n", b"index 3\n" + HASH + b" \n")),
    "carriage returns": (1, good().replace(b"\n", b"\r\n", 4)),
    "64 hashes": (None, good().replace(b"index 3\n", b"index 3\n" + (HASH + b"\n") * 62)),
    "a byte order mark": (None, b"\xef\xbb\xbf" + good()),
    "too long": (None, proof_file(3, 4, b"x" * LARGEST_PROOF_FILE).encode()),
}


@pytest.mark.parametrize("name", WRONG)
def test_any_other_form_is_refused_with_its_line(name: str) -> None:
    line, data = WRONG[name]
    with pytest.raises(VerifyError) as caught:
        parse_proof_file(data, "one.tlog-proof")
    assert caught.value.file == "one.tlog-proof"
    if line is not None:
        assert caught.value.place == f"line {line}"


def test_sixty_three_hashes_are_read() -> None:
    data = ProofFile(LARGEST_SIZE - 1, (b"\x07" * 32,) * MOST_PROOF_HASHES, head(1)).encode()
    assert len(parse_proof_file(data).hashes) == 63


def test_a_proof_under_a_head_of_another_log_key_or_size_fails() -> None:
    made = proof_file(5, 21)
    for wrong in (head(20), head(21, "example.org/other"), head(21) + head(21), b"", b"text\n\n"):
        with pytest.raises(VerifyError):
            open_proof_file(ProofFile(5, made.hashes, wrong).encode(), LEAVES[5], OURS)
