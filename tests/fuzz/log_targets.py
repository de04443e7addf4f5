"""The parsers of the log room."""

from __future__ import annotations

import contextlib
from typing import Any

from tests.fuzz.target import Target
from tests.log.leaf_prover import LeafProver
from tests.log.signing import sign
from veedor.errors import VerifyError
from veedor.log.canonical_json import canonical_bytes, parse_canonical
from veedor.log.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner, add_cosignatures, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import parse_envelope, seal, statement
from veedor.log.note import NoteSigner, parse_note, parse_vkey, sign_note
from veedor.log.proof_file import ProofFile, open_proof_file, parse_proof_file
from veedor.log.tiles import ENTRIES, Tile, encode_bundle, parse_bundle, parse_tile_path
from veedor.log.tree import leaf_hash
from veedor.mission.state.policy import parse_policy
from veedor.witness.decision import parse_request, write_request
from veedor.witness.evidence import Evidence, check_evidence, read_evidence

KEYS = [SigningKey(bytes([number]) * 32) for number in range(1, 4)]
LOG = NoteSigner("example.org/log", KEYS[0])
WITNESS = CosignerSigner("witness.example/w", KEYS[1])
LEAVES = [leaf_hash(b"%d" % number) for number in range(21)]
PROVER = LeafProver(LEAVES)
HEAD = Checkpoint(LOG.name, 21, PROVER.root(21))
SIGNED = sign_checkpoint(HEAD, LOG)
COSIGNED = SIGNED + cosign(HEAD.text(), WITNESS, 1_700_000_000)
POLICY = f"""# who must have seen it
log {LOG.verifier.text()} https://log.example/
witness w {WITNESS.verifier.text()}
group g any w
quorum g
""".encode()
STATEMENT = statement(
    "https://example.org/test/1", {"thing": "ab" * 32}, {"n": 1, "text": "ñ", "list": [None, True, []]}
)


def text(data: bytes) -> str:
    """As arguments and paths come from the system: bytes that are not UTF-8 as lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def note_bytes(note: Any) -> bytes:
    return note.text + b"\n" + b"".join(line.text() for line in note.signatures)


def read_bundle(data: bytes) -> tuple[int, list[bytes]]:
    # The first byte stands for the width, which in a log is in the file's name.
    if not data:
        raise VerifyError("no width")
    return data[0], parse_bundle(data[1:], data[0])


def bundle_bytes(read: Any) -> bytes:
    width, entries = read
    assert len(entries) == width
    return bytes([width]) + b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_proof_file(data: bytes) -> ProofFile:
    proof = parse_proof_file(data)
    # Opening goes further into the same bytes; a refusal of that is no business of the parser.
    with contextlib.suppress(VerifyError):
        open_proof_file(data, LEAVES[13], parse_policy(POLICY).open)
    return proof


def read_answer(data: bytes) -> bytes:
    """A witness's answer, added to a head: what comes out is a note that takes the same answer again and stays."""
    head = add_cosignatures(SIGNED, data, [WITNESS.verifier])
    assert add_cosignatures(head, data, [WITNESS.verifier]) == head
    return head


def read_evidence_file(data: bytes) -> Evidence:
    evidence = read_evidence(data)
    with contextlib.suppress(VerifyError):
        check_evidence(evidence, [LOG.verifier])
    return evidence


OTHER_LEAVES = [leaf_hash(b"other %d" % number) for number in range(30)]
OTHER = LeafProver(OTHER_LEAVES)
FORK = Evidence(
    SIGNED,
    sign_checkpoint(Checkpoint(LOG.name, 30, OTHER.root(30)), LOG),
    tuple(OTHER.consistency(21, 30)),
    OTHER.root(21),
)

LOG_TARGETS = {
    "note": Target(parse_note, note_bytes, (sign_note(b"uno\n\ndos\n", [LOG]), COSIGNED), VerifyError),
    "checkpoint": Target(
        parse_checkpoint,
        lambda head: head.text(),
        (HEAD.text(), HEAD.text() + b"extension\n", b"a b\n0\n" + HEAD.text()[-45:]),
        VerifyError,
    ),
    "tile_path": Target(
        lambda data: parse_tile_path(text(data)),
        lambda tile: tile.path().encode(),
        (Tile(0, 1_234_067).path().encode(), Tile(ENTRIES, 5, 7).path().encode()),
        VerifyError,
    ),
    "bundle": Target(read_bundle, bundle_bytes, (b"\x03" + encode_bundle([b"a", b"bc", b"d" * 300]),), VerifyError),
    "proof_file": Target(
        read_proof_file,
        lambda proof: proof.encode(),
        (
            ProofFile(13, tuple(PROVER.inclusion(13, 21)), COSIGNED).encode(),
            ProofFile(0, (), SIGNED, b"extra").encode(),
        ),
        VerifyError,
    ),
    "policy": Target(
        parse_policy, lambda policy: policy.text(), (POLICY, b"quorum none\n"), VerifyError, one_spelling=False
    ),
    "vkey": Target(
        lambda data: parse_vkey(text(data)),
        lambda key: key.text().encode(),
        (LOG.verifier.text().encode(), WITNESS.verifier.text().encode()),
        VerifyError,
    ),
    "cosignatures": Target(
        read_answer,
        lambda head: head.partition(b"\n\n")[2],
        (cosign(HEAD.text(), WITNESS, 1_700_000_000),),
        VerifyError,
        one_spelling=False,
    ),
    "witness_request": Target(
        parse_request,
        lambda request: write_request(request.old_size, request.proof, request.note),
        (write_request(0, [], SIGNED), write_request(13, PROVER.consistency(13, 21), COSIGNED)),
        VerifyError,
    ),
    "evidence": Target(
        read_evidence_file,
        lambda evidence: evidence.data(),
        (FORK.data(), Evidence(SIGNED, SIGNED).data()),
        VerifyError,
    ),
    "envelope": Target(
        parse_envelope,
        lambda envelope: seal(envelope.payload, envelope.signatures),
        (sign(STATEMENT, KEYS), sign(STATEMENT, KEYS[:1])),
        VerifyError,
    ),
    "canonical_json": Target(parse_canonical, canonical_bytes, (STATEMENT, b'[[],{},-1,"\\n\xc3\xb1"]'), VerifyError),
}
