"""Every single-bit flip and every truncation of good bytes fails, or lies in bytes that nobody authenticates.

What each format leaves unauthenticated is listed here in full: if a change of the code leaves more, these tests fail.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.log.leaf_prover import LeafProver
from tests.log.signing import sign
from veedor.errors import VerifyError
from veedor.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import digest, parse_envelope, signed_by_exactly, statement
from veedor.log.note import NoteSigner, parse_note, sign_note, verify_note
from veedor.log.proof_file import ProofFile, open_proof_file
from veedor.log.proofs import TileProver
from veedor.log.tiles import Tile
from veedor.log.tree import leaf_hash, verify_consistency
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.reader import LogReader
from veedor.log_folder.verify import verify_log
from veedor.log_folder.writer import LogWriter
from veedor.mission.state.policy import Policy, parse_policy

KEYS = [SigningKey(bytes([number]) * 32) for number in range(1, 6)]
SIGNER = NoteSigner("example.org/log", KEYS[0])
WITNESSES = [CosignerSigner("a.example/w", KEYS[1]), CosignerSigner("b.example/w", KEYS[2])]
STRANGER = CosignerSigner("stranger.example/w", KEYS[3])
ENTRIES = [b"entry %d" % number for number in range(21)]
PROVER = LeafProver([leaf_hash(entry) for entry in ENTRIES])
HEAD = Checkpoint(SIGNER.name, 21, PROVER.root(21))


def policy(rule: str) -> Policy:
    witnesses = "".join(f"witness {key.name} {key.verifier.text()}\n" for key in WITNESSES)
    group = f"group both {rule} {' '.join(key.name for key in WITNESSES)}\nquorum both\n"
    return parse_policy(f"log {SIGNER.verifier.text()}\n{witnesses}{group}".encode())


def line(signer: CosignerSigner) -> bytes:
    return cosign(HEAD.text(), signer, 1_700_000_000)


def damaged(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every flip, with the position of its byte."""
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit // 8, bytes(changed)


def need_all_damage_found(
    data: bytes,
    open_bytes: Callable[[bytes], object],
    unauthenticated: Sequence[bytes] = (),
    shorter: Sequence[int] = (),
) -> None:
    """Damage raises VerifyError; in the unauthenticated parts, or cut to these lengths, it may open to the same."""
    good = open_bytes(data)
    for end in range(len(data)):
        if end in shorter:
            assert open_bytes(data[:end]) == good
        else:
            with pytest.raises(VerifyError):
                open_bytes(data[:end])
    passed: set[int] = set()
    for at, wrong in damaged(data):
        with contextlib.suppress(VerifyError):
            assert open_bytes(wrong) == good, at
            passed.add(at)
    for part in unauthenticated:
        assert data.count(part) == 1
        free = set(range(data.index(part), data.index(part) + len(part)))
        assert passed & free, part  # the list names nothing that is authenticated after all
        passed -= free
    assert not passed, sorted(passed)


def test_a_signed_checkpoint_has_no_byte_that_may_change() -> None:
    data = sign_checkpoint(HEAD, SIGNER)
    need_all_damage_found(data, lambda wrong: open_checkpoint(wrong, HEAD.origin, SIGNER.verifier).checkpoint)


def test_in_a_note_only_the_line_of_an_unknown_key_may_change() -> None:
    signers = [NoteSigner(f"{name}.example/key", key) for name, key in zip("abc", KEYS, strict=False)]
    known = [signers[0].verifier, signers[2].verifier]
    data = sign_note("Dos líneas\n\ny una tercera\n".encode(), signers)

    def opened(wrong: bytes) -> object:
        note = parse_note(wrong)
        lines = verify_note(note, known)
        if len(lines) != 2:
            raise VerifyError("both keys are needed")
        return note.text, lines

    need_all_damage_found(data, opened, [data.split(b"\n")[-3]])


def under(rule: Policy) -> Callable[[bytes], object]:
    def opened(data: bytes) -> object:
        found = rule.open(data)
        return found.checkpoint, rule.names(found.verified)

    return opened


def test_in_a_cosigned_head_only_the_line_of_an_unknown_witness_may_change_or_go() -> None:
    data = sign_checkpoint(HEAD, SIGNER) + line(WITNESSES[0]) + line(WITNESSES[1]) + line(STRANGER)
    need_all_damage_found(data, under(policy("all")), [line(STRANGER)], [len(data) - len(line(STRANGER))])


def test_where_one_witness_is_enough_damage_can_hide_the_other_but_change_nothing() -> None:
    rule = policy("any")
    data = sign_checkpoint(HEAD, SIGNER) + line(WITNESSES[0]) + line(WITNESSES[1])
    hidden = 0
    for _, wrong in damaged(data):
        with contextlib.suppress(VerifyError):
            opened = rule.open(wrong)
            assert opened.checkpoint == HEAD
            assert len(rule.names(opened.verified)) == 1  # a line whose key is no longer known
            hidden += 1
    assert hidden


def test_in_a_proof_file_only_extra_bytes_and_unknown_lines_may_change() -> None:
    head = sign_checkpoint(HEAD, SIGNER) + line(WITNESSES[0]) + line(STRANGER) + line(WITNESSES[1])
    data = ProofFile(13, tuple(PROVER.inclusion(13, 21)), head, b"nobody signs this").encode()
    rule = policy("all")

    def opened(wrong: bytes) -> object:
        proof, found = open_proof_file(wrong, leaf_hash(ENTRIES[13]), rule.open)
        return proof.index, proof.hashes, found.checkpoint, rule.names(found.verified)

    extra = data.split(b"\n")[1].removeprefix(b"extra ")
    need_all_damage_found(data, opened, [extra, line(STRANGER)])


class Instead(DiskFiles):
    """Reads one file as these bytes."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path, self.data = path, data

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        return self.data[:at_most] if path == self.path else super().read(path, at_most)


def test_a_tile_has_no_bit_that_may_change() -> None:
    path = Path("log") / Tile(0, 0, 21).path()

    def opened(data: bytes) -> object:
        root = TileProver(LogReader(Path("log"), Instead(path, data)), 21).root(21)
        verify_consistency(21, 21, [], HEAD.root, root)
        return root

    need_all_damage_found(b"".join(PROVER.node(0, index) for index in range(21)), opened)


def test_no_file_of_a_log_has_a_bit_that_may_change(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    heads = HeadRecords(tmp_path / "state", DiskFiles())
    with LogWriter.create(folder, DiskFiles(), heads, SIGNER, b"genesis") as writer:
        writer.append([b"a", b"bc"])
    current = [folder / name for name in ("checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3")]
    older = [folder / name for name in ("tile/0/000.p/1", "tile/entries/000.p/1")]
    assert sorted([*current, *older]) == sorted(path for path in folder.rglob("*") if path.is_file())
    for path in [*current, *older]:

        def opened(data: bytes, path: Path = path) -> object:
            files = Instead(path, data)
            return verify_log(folder, files, SIGNER.name, SIGNER.verifier, digest(b"genesis")).need()

        need_all_damage_found(path.read_bytes(), opened)


def test_an_envelope_has_no_bit_that_may_change() -> None:
    data = sign(statement("https://example.org/test/1", {"thing": "ab" * 32}, {"n": 1, "text": "ñ"}), KEYS[:2])

    def opened(wrong: bytes) -> object:
        envelope = parse_envelope(wrong)
        if not signed_by_exactly(envelope, [key.public.hex() for key in KEYS[:2]]):
            raise VerifyError("not signed by exactly its two signers")
        return envelope

    need_all_damage_found(data, opened)
