"""Witnesses for tests: a store made in place, and whole processes with their own keys, state and clocks."""

from __future__ import annotations

from pathlib import Path

from tests.log.forked_log import ORIGIN, SIGNER
from veedor.log.cosignature import CosignerSigner
from veedor.log.ed25519 import SigningKey
from veedor.log.files import DiskFiles
from veedor.log.witness_store import WitnessStore, init_witness

WITNESS = CosignerSigner(f"{ORIGIN}/witness/apure", SigningKey(b"\x22" * 32))
TIME_S = 1_764_150_000


def new_store(folder: Path, witness: CosignerSigner = WITNESS) -> WitnessStore:
    """A witness that knows the one log."""
    init_witness(DiskFiles(), folder, witness.verifier.text())
    store = WitnessStore(DiskFiles(), folder, witness.verifier.text())
    store.add_key(ORIGIN, SIGNER.verifier.text())
    return store
