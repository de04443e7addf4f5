"""What a witness decides on a request (c2sp.org/tlog-witness): a pure function of the request and what it remembers.

Requests and answers, and in `decide` the checks, in the order of the specification; the status is that of HTTP:

1. The request reads as the specification says; else 400.
2. The log is known; else 404.
3. A key of the log signed the head, and no line of such a key is wrong; else 403.
4. The old size is not above the head's size; else 400.
5. The old size is that of the latest head cosigned here (0 before the first); else 409 with that size.
6. From old size 0: the proof is empty. From the same size: it is empty too, and the roots are the same; else 422, 409.
7. From a smaller size: the consistency proof holds; else 422.

Only then may the head be recorded and, once that is durable, its cosignature given out. Whatever the status, a head
that the log signed and that does not fit to one that was cosigned here is handed out as evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from veedor.errors import VerifyError
from veedor.log.checkpoint import Checkpoint, parse_checkpoint
from veedor.log.note import VerifierKey, parse_note
from veedor.log.proof_file import read_hashes, write_hashes
from veedor.log.tree import LARGEST_SIZE, empty_root, verify_consistency
from veedor.witness.evidence import Evidence, SignedHead, compare, signed_head

LARGEST_REQUEST = 2**18
"""Bytes; a head may carry many cosignatures, also of algorithms with long signatures."""
PLAIN = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True)
class Request:
    """An add-checkpoint request as read; nothing in it is verified."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: bytes


def write_request(old_size: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of an add-checkpoint request for a signed head, which the witness last saw at the old size."""
    return f"old {old_size}\n{write_hashes(proof)}\n".encode() + note


def parse_request(body: bytes, file: str | None = None) -> Request:
    """Read a request but for its signatures; VerifyError where a byte is not as the specification says."""
    if len(body) > LARGEST_REQUEST:
        raise VerifyError("a request is too long", file=file, expected=f"up to {LARGEST_REQUEST} bytes")
    head, _, note = body.partition(b"\n\n")
    try:
        first, *rest = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise VerifyError("a request is not ASCII", file=file, place=f"byte {error.start}") from None
    old = _OLD.fullmatch(first)
    if old is None or int(old[1]) > LARGEST_SIZE:
        raise VerifyError("a request begins with another line", file=file, expected="old SIZE", found=first[:40])
    proof = read_hashes(rest, 2, file)
    text, gap, _ = note.rpartition(b"\n\n")
    if not gap:
        raise VerifyError("a request holds no signed head", file=file, expected="text, empty line, signature lines")
    return Request(int(old[1]), proof, parse_checkpoint(text + b"\n", file), note)


@dataclass(frozen=True)
class Known:
    """What a witness remembers of one log: its keys, the latest head it cosigned, and that of the size in question."""

    keys: Sequence[VerifierKey]
    latest: SignedHead | None = None
    same_size: SignedHead | None = None


@dataclass(frozen=True)
class Answer:
    """Status, media type and body, as HTTP carries them."""

    status: int
    media: str
    body: bytes


@dataclass(frozen=True)
class Decision:
    """Either a head to record and cosign, or a refusal; and evidence, where there is some."""

    head: SignedHead | None
    refusal: Answer | None
    evidence: Evidence | None = None


def refuse(status: int, problem: str) -> Answer:
    """A refusal with one line for people."""
    return Answer(status, PLAIN, f"{problem}\n".encode())


def decide(request: Request, known: Known) -> Decision:
    """What to do with a request that reads; the steps from 2 on, as numbered above."""
    if not known.keys:  # 2
        return Decision(None, refuse(404, "unknown log"))
    try:  # 3
        head = signed_head(parse_note(request.note), known.keys)
    except VerifyError as error:
        return Decision(None, refuse(403, f"invalid signature: {error.problem}"))
    evidence = compare(known.same_size, head) if known.same_size else None
    size, latest = head.checkpoint.size, known.latest
    if request.old_size > size:  # 4
        return Decision(None, refuse(400, "the old size is above that of the head"), evidence)
    recorded = latest.checkpoint.size if latest else 0
    if request.old_size != recorded:  # 5
        return Decision(None, Answer(409, SIZE, b"%d\n" % recorded), evidence)
    root = latest.checkpoint.root if latest else empty_root()
    if request.old_size == size or request.old_size == 0:  # 6
        if request.proof:
            return Decision(None, refuse(422, "a consistency proof from 0 or from the same size is empty"), evidence)
        if request.old_size == size and root != head.checkpoint.root:
            return Decision(None, refuse(409, "another root is known for this size"), evidence)
        return Decision(head, None)
    try:  # 7
        verify_consistency(request.old_size, size, request.proof, root, head.checkpoint.root)
    except VerifyError as error:
        found = compare(latest, head, request.proof) if latest else None
        return Decision(None, refuse(422, f"bad consistency proof: {error.problem}"), found)
    return Decision(head, None)
