"""Bugs that other people's transparency logs really had, as their public threads describe them; ours has none of them.

The seventh, a witness that answers with a size larger than the log (tessera #509), is tested with the witness.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from tests.log import naive_tree
from tests.log.leaf_prover import LeafProver
from tests.support.broken_files import BrokenFiles
from veedor.errors import VerifyError
from veedor.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log.proof_file import ProofFile, open_proof_file
from veedor.log.tree import leaf_hash, root_of, verify_consistency, verify_inclusion
from veedor.log_folder.files import DiskFiles, Files, write_durable
from veedor.mission.state.policy import parse_policy

SIGNER = NoteSigner("example.org/log", SigningKey(b"\x01" * 32))
ENTRIES = [b"entry %d" % number for number in range(40)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
PROVER = LeafProver(LEAVES)


def test_a_proof_from_the_current_tree_does_not_go_with_an_older_checkpoint() -> None:
    """zerkerlabs/treeship #191: every proof failed, because the tree had grown since the head was signed."""
    for old in range(1, 40):
        head = sign_checkpoint(Checkpoint(SIGNER.name, old, PROVER.root(old)), SIGNER)
        opened = partial(open_checkpoint, origin=SIGNER.name, log_key=SIGNER.verifier)
        current = ProofFile(0, tuple(PROVER.inclusion(0, 40)), head)
        with pytest.raises(VerifyError):
            open_proof_file(current.encode(), LEAVES[0], opened)
        # What works is the proof in the tree of the head's own size, made from the same leaves or tiles.
        open_proof_file(ProofFile(0, tuple(PROVER.inclusion(0, old)), head).encode(), LEAVES[0], opened)


def test_an_inner_node_is_no_entry() -> None:
    """treeship #89: leaves and nodes were hashed alike, so two hashes side by side passed for an entry."""
    size = 8
    root = PROVER.root(size)
    forged = LEAVES[0] + LEAVES[1]
    above = PROVER.inclusion(0, size)[1:]

    def alike(data: bytes) -> bytes:
        return sha256(b"\x01" + data).digest()

    # The attack works wherever an entry is hashed as a node is: the path above the pair leads to the root.
    verify_inclusion(0, size // 2, alike(forged), above, root)
    for shown_size in range(1, 2 * size):
        for index in range(shown_size):
            for proof in (above, PROVER.inclusion(0, size)):
                with pytest.raises(VerifyError):
                    verify_inclusion(index, shown_size, leaf_hash(forged), proof, root)


def doubled_root(leaves: list[bytes]) -> bytes:
    """The tree in which an odd last node is paired with itself."""
    row = list(leaves)
    while len(row) > 1:
        row += row[-1:] * (len(row) % 2)
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def test_an_odd_last_node_is_promoted_and_not_doubled() -> None:
    """quantamixsol/graqle #159: doubled "by the convention of Certificate Transparency", which promotes it."""
    for size in range(1, 41):
        power_of_two = size & (size - 1) == 0
        assert (doubled_root(LEAVES[:size]) == root_of(LEAVES[:size])) == power_of_two
        assert root_of(LEAVES[:size]) == naive_tree.root(LEAVES[:size])
    # Where nodes are doubled, a list and the list with its last entry again have one root: a forged entry.
    assert doubled_root(LEAVES[:3]) == doubled_root([*LEAVES[:3], LEAVES[2]])
    with pytest.raises(VerifyError):
        verify_inclusion(3, 4, LEAVES[2], [LEAVES[2], naive_tree.root(LEAVES[:2])], PROVER.root(3))
    # The last leaf of three has one hash beside it, not two.
    assert PROVER.inclusion(2, 3) == [naive_tree.root(LEAVES[:2])]


@pytest.mark.parametrize("size", [1, 2, 3, 2**62, 2**62 + 1, 2**63 - 1, 2**63, 2**64, 10**400, 0, -1, -(2**64)])
def test_a_hostile_proof_never_keeps_the_verifier(size: int) -> None:
    """certificate-transparency-rfcs #57: the algorithm as first published looped for ever on some inputs."""
    began = time.process_time()
    for length in (0, 1, 62, 63, 64, 20_000):
        proof = [b"\x07" * 32] * length
        for index in (0, 1, size - 1, size // 2, size, -1):
            for check in (
                lambda index=index, proof=proof: verify_inclusion(index, size, LEAVES[0], proof, LEAVES[1]),
                lambda index=index, proof=proof: verify_consistency(index, size, proof, LEAVES[0], LEAVES[1]),
            ):
                with pytest.raises(VerifyError):
                    check()
    assert time.process_time() - began < 2


def test_the_signature_of_the_host_that_keeps_the_log_is_no_proof_that_others_saw_it() -> None:
    """tinylabscom/mvm #2423: the root was signed on the log's own host, which detects nothing."""
    others = CosignerSigner("other.example/w", SigningKey(b"\x02" * 32))
    head = sign_checkpoint(Checkpoint(SIGNER.name, 40, PROVER.root(40)), SIGNER)
    named = f"log {SIGNER.verifier.text()}\nwitness other {others.verifier.text()}\n"
    with pytest.raises(VerifyError, match="lacks cosignatures"):
        parse_policy(f"{named}quorum other\n".encode()).open(head)
    # Only who writes down that nobody else need have seen it is content with it.
    assert parse_policy(f"{named}quorum none\n".encode()).open(head)


def renamed_only(files: Files, path: Path, data: bytes) -> None:
    """What the bug did: the new content reaches the disk, its name does not."""
    part = path.with_name(path.name + ".part")
    files.create(part, data)
    files.rename(part, path)


@pytest.mark.parametrize(("write", "kept"), [(write_durable, b"new"), (renamed_only, b"old")])
def test_a_replaced_file_survives_a_loss_of_power(
    tmp_path: Path, write: Callable[[Files, Path, bytes], None], kept: bytes
) -> None:
    """plur #796: a file was written and renamed, and neither it nor its folder was synced."""
    path = tmp_path / "checkpoint"
    write_durable(DiskFiles(), path, b"old")
    files = BrokenFiles(DiskFiles(), [tmp_path])
    write(files, path, b"new")
    assert path.read_bytes() == b"new"
    files.lose_unsynced()
    assert path.read_bytes() == kept
    files.close()
