"""The check in the documentation, which uses nothing of ours, passes good proofs and no others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.log.leaf_prover import LeafProver
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log.proof_file import ProofFile
from veedor.log.tree import leaf_hash

PAGE = Path(__file__).resolve().parents[2] / "docs/formats/log.md"
SIGNER = NoteSigner("example.org/log", SigningKey(b"\x01" * 32))
ENTRIES = [b"entry %d" % number for number in range(7)]
PROVER = LeafProver([leaf_hash(entry) for entry in ENTRIES])


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert "veedor" not in code
    path = tmp_path / "check.py"
    path.write_text(code, encoding="utf-8")
    return path


def passes(script: Path, key: str, entry: bytes, proof: ProofFile) -> bool:
    (script.parent / "entry").write_bytes(entry)
    (script.parent / "proof").write_bytes(proof.encode())
    command = [sys.executable, "-I", str(script), key, str(script.parent / "entry"), str(script.parent / "proof")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_check_in_the_documentation_agrees_with_ours(script: Path) -> None:
    key = SIGNER.verifier.text()
    head = Checkpoint(SIGNER.name, 7, PROVER.root(7))
    signed = sign_checkpoint(head, SIGNER) + cosign(
        head.text(), CosignerSigner("w.example", SigningKey(b"\x02" * 32)), 7
    )
    for index in (0, 3, 6):
        good = ProofFile(index, tuple(PROVER.inclusion(index, 7)), signed, b"any")
        assert passes(script, key, ENTRIES[index], good)
        assert not passes(script, key, ENTRIES[index] + b" ", good)
        assert not passes(script, key, ENTRIES[index], ProofFile(index + 1, good.hashes, signed))
        assert not passes(script, key, ENTRIES[index], ProofFile(index, good.hashes[:-1], signed))
    forged = sign_checkpoint(head, NoteSigner(SIGNER.name, SigningKey(b"\x03" * 32)))
    assert not passes(script, key, ENTRIES[0], ProofFile(0, tuple(PROVER.inclusion(0, 7)), forged))
    shorter = sign_checkpoint(Checkpoint(SIGNER.name, 6, PROVER.root(6)), SIGNER)
    assert not passes(script, key, ENTRIES[0], ProofFile(0, tuple(PROVER.inclusion(0, 7)), shorter))
