"""Evidence of a fork: two heads that one log signed and that cannot both be heads of an append-only log.

Anybody can check it who knows the log's key; nothing else need be trusted, least of all who hands it over. There are
two kinds:

- `two roots`: two signed heads of one size with different roots.
- `another beginning`: a consistency proof leads to the signed root of the newer head, but from a root for the older
  size that is not the one signed for it. The hashes of that proof are then nodes of the newer tree, which therefore
  begins with other entries.

A third thing is kept but proves nothing yet: two signed heads of different sizes and a consistency proof that leads
nowhere. The sender may have made it up, or the log has forked; the log can clear itself by giving a good proof.

The file is canonical JSON, `evidence/1`: `older` and `newer` (signed heads with the log's lines only), `proof` (base64)
and `beginning` (base64 or empty: the older root that the proof leads to).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from veedor.errors import VerifyError
from veedor.log.canonical_json import canonical_bytes, parse_object
from veedor.log.checkpoint import Checkpoint, parse_checkpoint
from veedor.log.note import Note, NoteVerifier, decode_base64, encode_base64, parse_note, verify_note
from veedor.log.tree import MOST_PROOF_HASHES, roots_of_consistency, verify_consistency

LARGEST_EVIDENCE = 2**20

Kind = Literal["two roots", "another beginning"]


@dataclass(frozen=True)
class SignedHead:
    """A head whose signature by a key of its log is verified; `note` holds its text and the log's lines only."""

    checkpoint: Checkpoint
    note: bytes


def signed_head(note: Note, keys: Sequence[NoteVerifier], file: str | None = None) -> SignedHead:
    """The head in a note; VerifyError unless one of these keys of the log signed it and none of their lines is wrong.

    What others wrote under it is left out, so that no foreign line is ever kept.
    """
    checkpoint = parse_checkpoint(note.text, file)
    lines = verify_note(note, keys, file)
    if not lines:
        raise VerifyError(
            "the head is not signed by a key of the log", file=file, expected=", ".join(key.name for key in keys)
        )
    # A key that signed twice signed the same bytes twice.
    texts = dict.fromkeys(line.text() for line in lines)
    return SignedHead(checkpoint, note.text + b"\n" + b"".join(texts))


@dataclass(frozen=True)
class Evidence:
    """Two signed heads and what was given to connect them; says nothing before `check_evidence`."""

    older: bytes
    newer: bytes
    proof: tuple[bytes, ...] = ()
    beginning: bytes | None = None

    def data(self) -> bytes:
        """The file."""
        return canonical_bytes(
            {
                "schema": "evidence/1",
                "older": self.older.decode(),
                "newer": self.newer.decode(),
                "proof": [encode_base64(value) for value in self.proof],
                "beginning": encode_base64(self.beginning or b""),
            }
        )

    def heads(self) -> tuple[Checkpoint, Checkpoint]:
        """The older and the newer head, *not verified*."""
        older, newer = (parse_checkpoint(parse_note(data).text) for data in (self.older, self.newer))
        return older, newer

    def digest(self) -> str:
        """SHA-256 of the file, hex: what to call it."""
        return sha256(self.data()).hexdigest()


def read_evidence(data: bytes, file: str | None = None) -> Evidence:
    """Evidence from its file, nothing in it verified; VerifyError where the form is another."""
    held = parse_object(data, largest=LARGEST_EVIDENCE, file=file)
    older, newer, proof, beginning = (held.get(name) for name in ("older", "newer", "proof", "beginning"))
    named = held.get("schema") == "evidence/1" and len(held) == 5 and isinstance(proof, list)
    if not (named and isinstance(older, str) and isinstance(newer, str) and isinstance(beginning, str)):
        raise VerifyError("not a file of evidence", file=file, expected="evidence/1")
    assert isinstance(proof, list)  # `named` says so
    hashes = [decode_base64(value) for value in proof if isinstance(value, str)]
    if len(hashes) != len(proof) or len(hashes) > MOST_PROOF_HASHES:
        raise VerifyError("not a consistency proof", file=file, expected=f"up to {MOST_PROOF_HASHES} hashes")
    return Evidence(older.encode(), newer.encode(), tuple(hashes), decode_base64(beginning) or None)


def compare(one: SignedHead, other: SignedHead, proof: Sequence[bytes] | None = None) -> Evidence | None:
    """What two signed heads of one log, and a consistency proof between them, give as evidence; None where they agree.

    Heads of different sizes without a proof are never evidence. Where the proof leads nowhere the result is the kind
    that proves nothing yet.
    """
    older, newer = sorted((one, other), key=lambda head: (head.checkpoint.size, head.note))
    if older.checkpoint.size == newer.checkpoint.size:
        return None if older.checkpoint.root == newer.checkpoint.root else Evidence(older.note, newer.note)
    if proof is None or older.checkpoint.size == 0:
        return None
    sizes = older.checkpoint.size, newer.checkpoint.size
    try:
        beginning, root = roots_of_consistency(*sizes, proof, older.checkpoint.root)
    except VerifyError:
        return Evidence(older.note, newer.note, tuple(proof))
    if root != newer.checkpoint.root:
        return Evidence(older.note, newer.note, tuple(proof))
    return None if beginning == older.checkpoint.root else Evidence(older.note, newer.note, tuple(proof), beginning)


@dataclass(frozen=True)
class Fork:
    """What checked evidence shows."""

    kind: Kind
    older: Checkpoint
    newer: Checkpoint
    signers: tuple[str, str]
    """The keys (NAME+HASH) that signed the older and the newer head: after a handover they may differ."""


def check_evidence(evidence: Evidence, keys: Sequence[NoteVerifier], file: str | None = None) -> Fork:
    """The fork that this evidence proves against whoever holds these keys of one log; VerifyError where it proves none.

    1. Both heads are signed by one of the keys. 2. They are heads of one origin. 3. Of one size: the roots differ.
    4. Of two sizes: the proof leads from another older root to the newer root that was signed.
    """
    notes = [parse_note(data, file) for data in (evidence.older, evidence.newer)]
    older, newer = (signed_head(note, keys, file).checkpoint for note in notes)
    if older.origin != newer.origin:
        raise VerifyError("the heads are of two logs", file=file, expected=older.origin, found=newer.origin)
    one, other = (verify_note(note, keys, file)[0] for note in notes)
    signers = (f"{one.name}+{one.key_hash.hex()}", f"{other.name}+{other.key_hash.hex()}")
    if older.size == newer.size:
        if older.root == newer.root:
            raise VerifyError("the heads are one and the same: no fork", file=file, found=f"size {older.size}")
        return Fork("two roots", older, newer, signers)
    beginning = evidence.beginning
    if beginning is None or beginning == older.root:
        raise VerifyError(
            "two signed heads, but no proof that they contradict each other",
            file=file,
            found=f"sizes {older.size} and {newer.size}",
            next_step="ask the log for a consistency proof between them; a sound log can always give one",
        )
    verify_consistency(older.size, newer.size, evidence.proof, beginning, newer.root)
    return Fork("another beginning", older, newer, signers)
