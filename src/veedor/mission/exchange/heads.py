"""Heads of this mission's log that come from elsewhere: who may sign them, what is kept of them, and forks as evidence.

The head that holds n entries is signed by the log key in force after folding those n entries: after a handover the new
appender's key signs from the head that holds it. Cosignatures are those of the members' witness keys; lines of others
are left out of what is kept.
"""

from __future__ import annotations

import contextlib
from hashlib import sha256
from pathlib import Path

from veedor.errors import VerifyError
from veedor.log.checkpoint import OpenedCheckpoint, open_checkpoint
from veedor.log.cosignature import CosignerKey
from veedor.log.note import Note, VerifierKey, verify_note
from veedor.log.proofs import Prover
from veedor.log_folder.files import Files, make_folders, write_durable
from veedor.mission.state.fold import State
from veedor.mission.state.heads import log_key, witness_key
from veedor.witness.evidence import Evidence, SignedHead, signed_head


def signed_by_log(note: Note, state: State) -> SignedHead | None:
    """The head, if any log key that a member has, or ever had, signed it: each may have signed heads, before or after a
    handover. None where none did.

    Each key is tried alone: whoever makes a key with the four bytes of another's must not make heads unreadable.
    """
    for use in state.roster.keys.uses.values():
        if use.use == "log":
            with contextlib.suppress(VerifyError):
                return signed_head(note, [VerifierKey(state.genesis.origin, bytes.fromhex(use.key))])
    return None


def witness_keys(state: State) -> dict[str, CosignerKey]:
    """The members' witness keys, by party."""
    origin = state.genesis.origin
    return {party: witness_key(origin, member) for party, member in state.roster.members.items()}


def open_head(data: bytes, state: State, file: str) -> OpenedCheckpoint:
    """A signed head of exactly this state; VerifyError unless the key in force signed it, for this size."""
    opened = open_checkpoint(data, state.genesis.origin, log_key(state.genesis.origin, state.roster), file)
    if opened.checkpoint.size != state.size:
        raise VerifyError(
            "the head is of another size", file=file, expected=str(state.size), found=str(opened.checkpoint.size)
        )
    return opened


def kept_note(opened: OpenedCheckpoint, state: State, file: str) -> bytes:
    """The head with its log's line and the members' cosignatures; VerifyError where one of those lines is wrong."""
    lines = verify_note(opened.note, [log_key(state.genesis.origin, state.roster), *witness_keys(state).values()], file)
    return opened.note.text + b"\n" + b"".join(dict.fromkeys(line.text() for line in lines))


def evidence_of(older: SignedHead, newer: SignedHead, newer_tree: Prover) -> Evidence:
    """Evidence that two signed heads contradict each other, from the tree that the newer one signed."""
    size, last = older.checkpoint.size, newer.checkpoint.size
    if size == last:
        return Evidence(older.note, newer.note)
    return Evidence(older.note, newer.note, tuple(newer_tree.consistency(size, last)), newer_tree.root(size))


def keep_evidence(files: Files, folder: Path, evidence: Evidence) -> Path:
    """Write the evidence into the folder, durably, under the digest of its bytes; says where."""
    data = evidence.data()
    place = folder / f"fork-{sha256(data).hexdigest()[:16]}.json"
    make_folders(files, folder)
    write_durable(files, place, data)
    return place
