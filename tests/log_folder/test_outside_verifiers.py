"""Our log under verifiers that others wrote: sigstore-python for heads and inclusion, securesystemslib for DSSE.

sigstore's verifier is made for Rekor: an entry is handed to it in the shape that it expects, and what it computes
(leaf, path and root; text and signature of the head) is its own code throughout.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from veedor.log.ed25519 import key_id
from veedor.log.envelope import PAYLOAD_TYPE
from veedor.log.note import VerifierKey
from veedor.log.proofs import TileProver
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.chain import opened

GOLDEN = Path(__file__).parents[1] / "golden"
MISSIONS = sorted(path for path in GOLDEN.glob("mission-*") if (path / "log").is_dir())
pytestmark = pytest.mark.outsiders
WHY = "`make test-outsiders` installs what others wrote"


def read(mission: Path) -> tuple[LogReader, list[bytes], State]:
    reader = LogReader(mission / "log", DiskFiles())
    entries = list(reader.entries())
    return reader, entries, fold(entries, KINDS)


def rekor_entry(entry: bytes, index: int, size: int, hashes: list[bytes], root: bytes) -> Any:
    proof = SimpleNamespace(log_index=index, tree_size=size, hashes=hashes, root_hash=root)
    return SimpleNamespace(_inner=SimpleNamespace(inclusion_proof=proof, canonicalized_body=entry))


@pytest.mark.parametrize("mission", MISSIONS, ids=lambda path: path.name)
def test_sigstore_finds_every_entry_under_every_head(mission: Path) -> None:
    merkle = pytest.importorskip("sigstore._internal.merkle", reason=WHY)
    errors = pytest.importorskip("sigstore.errors", reason=WHY)
    reader, entries, _ = read(mission)
    prover = TileProver(reader, len(entries))
    for size in range(1, len(entries) + 1):
        root = prover.root(size)
        for index in range(size):
            hashes = list(prover.inclusion(index, size))
            merkle.verify_merkle_inclusion(rekor_entry(entries[index], index, size, hashes, root))
            lies = [
                rekor_entry(entries[index] + b" ", index, size, hashes, root),
                rekor_entry(entries[index], index, size, hashes, bytes(32)),
                rekor_entry(entries[index], index, size, [*hashes, bytes(32)], root),
            ]
            for lie in lies:
                with pytest.raises(errors.VerificationError):
                    merkle.verify_merkle_inclusion(lie)


@pytest.mark.parametrize("mission", MISSIONS, ids=lambda path: path.name)
def test_sigstore_reads_the_head_and_its_signature(mission: Path) -> None:
    checkpoint = pytest.importorskip("sigstore._internal.rekor.checkpoint", reason=WHY)
    trust = pytest.importorskip("sigstore._internal.trust", reason=WHY)
    models = pytest.importorskip("sigstore_models.common.v1", reason=WHY)
    errors = pytest.importorskip("sigstore.errors", reason=WHY)
    reader, entries, state = read(mission)
    public = bytes.fromhex(state.roster.members[state.roster.appender].keys.log)
    der = Ed25519PublicKey.from_public_bytes(public).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    details = models.PublicKeyDetails.PKIX_ED25519
    keyring = trust.Keyring([models.PublicKey(raw_bytes=base64.b64encode(der), key_details=details)])
    key_hash = VerifierKey(state.genesis.origin, public).key_hash
    note = reader.checkpoint_bytes().decode()
    read_head = checkpoint.SignedCheckpoint.from_text(note)
    read_head.signed_note.verify(keyring, key_hash)
    head = reader.checkpoint()
    said = (read_head.checkpoint.origin, read_head.checkpoint.log_size, read_head.checkpoint.log_hash)
    assert said == (state.genesis.origin, len(entries), head.root.hex())
    forged = checkpoint.SignedCheckpoint.from_text(note.replace(f"\n{len(entries)}\n", f"\n{len(entries) + 1}\n", 1))
    with pytest.raises(errors.VerificationError):
        forged.signed_note.verify(keyring, key_hash)


@pytest.mark.parametrize("mission", MISSIONS, ids=lambda path: path.name)
def test_securesystemslib_verifies_the_signatures_of_every_statement(mission: Path) -> None:
    dsse = pytest.importorskip("securesystemslib.dsse", reason=WHY)
    signer = pytest.importorskip("securesystemslib.signer", reason=WHY)
    exceptions = pytest.importorskip("securesystemslib.exceptions", reason=WHY)
    _, entries, state = read(mission)
    keys = sorted(state.roster.keys.uses)
    void = {each.index for each in state.void}
    judged = 0
    for index, entry in enumerate(entries):
        if index in void:
            continue
        chain = opened(entry)[1].chain
        signers = [member.keys.statement for member in state.genesis.members] if chain is None else list(chain.signers)
        named = [signer.SSlibKey(_name(key), "ed25519", "ed25519", {"public": key}) for key in signers]
        envelope = dsse.Envelope.from_dict(json.loads(entry))
        assert envelope.payload_type == PAYLOAD_TYPE
        assert set(envelope.verify(named, len(named))) == {_name(key) for key in signers}
        strangers = [key for key in keys if key not in signers][:1]
        others = [signer.SSlibKey(_name(key), "ed25519", "ed25519", {"public": key}) for key in strangers]
        for broken, by in ((dsse.Envelope.from_dict(json.loads(entry)), others), (envelope, named)):
            if broken is envelope:
                broken.payload = broken.payload.replace(b'"party"', b'"pArty"', 1)
            with pytest.raises((exceptions.VerificationError, ValueError)):
                broken.verify(by, 1)
        judged += 1
    assert judged > 1


def _name(key: str) -> str:
    return key_id(bytes.fromhex(key))
