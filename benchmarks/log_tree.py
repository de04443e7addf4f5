"""The tree and its proofs at a million leaves: processor time, beside the bare SHA-256 of the same run.

`VEEDOR_BENCH_LEAVES` (default 1,000,000) leaves; entries of 200 bytes where they are written to disk.
"""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.record import Measure
from veedor.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log.proof_file import ProofFile, open_proof_file
from veedor.log.proofs import TileProver
from veedor.log.tiles import TileBuilder
from veedor.log.tree import leaf_hash, verify_consistency, verify_inclusion
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.reader import LogReader
from veedor.log_folder.writer import LogWriter

LEAVES = int(os.environ.get("VEEDOR_BENCH_LEAVES", "1000000"))
PROOFS, BATCH, BATCHES = 1_000, 100_000, 2
RAW = "SHA-256 of 64 bytes (hashlib), same run"


def measure_tree() -> list[Measure]:
    """Appends in memory and to disk; proofs from tiles and their verification."""
    signer = NoteSigner("example.org/bench", SigningKey(b"\x07" * 32))
    entries = [b"%08d" % number for number in range(LEAVES)]
    block = b"x" * 64
    raw_per_s = LEAVES / _cpu(lambda: [hashlib.sha256(block).digest() for _ in range(LEAVES)])
    tree = TileBuilder()
    made = []
    memory_per_s = LEAVES / _cpu(lambda: made.extend(tree.extend([leaf_hash(entry) for entry in entries])))
    durable_per_s, wall_per_s = _durable(signer)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for tile, data in [*made, *tree.partial()]:
            path = folder / tile.path()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        proofs = _proofs(folder, signer, tree.root(), entries, raw_per_s)
    return [
        Measure("append in memory", memory_per_s, "leaves per CPU s", memory_per_s / raw_per_s, f"rate of {RAW}",
                goal="at least 200,000", note=f"{LEAVES:,} leaves; a leaf takes two hashes"),
        Measure(f"append {BATCH:,} entries at once, durable", durable_per_s, "leaves per CPU s",
                durable_per_s / raw_per_s, f"rate of {RAW}", goal="at least 100,000",
                note=f"{wall_per_s:,.0f} leaves/s by the clock: each file of 256 entries is synced on its own"),
        *proofs,
    ]  # fmt: skip


def _durable(signer: NoteSigner) -> tuple[float, float]:
    """Leaves per second of processor time, and by the clock."""
    with tempfile.TemporaryDirectory() as name:
        heads = HeadRecords(Path(name) / "state", DiskFiles())
        with LogWriter.create(Path(name) / "log", DiskFiles(), heads, signer, b"genesis") as writer:
            entries = [b"%08d" % number * 25 for number in range(BATCH)]
            began = time.perf_counter()
            cpu_s = _cpu(lambda: [writer.append(entries) for _ in range(BATCHES)])
            wall_s = time.perf_counter() - began
    return BATCHES * BATCH / cpu_s, BATCHES * BATCH / wall_s


def _proofs(folder: Path, signer: NoteSigner, root: bytes, entries: list[bytes], raw_per_s: float) -> list[Measure]:
    draw = random.Random(7)
    places = [draw.randrange(LEAVES - 1) for _ in range(PROOFS)]
    reader = LogReader(folder, DiskFiles())
    head = sign_checkpoint(Checkpoint(signer.name, LEAVES, root), signer)
    opened = partial(open_checkpoint, origin=signer.name, log_key=signer.verifier)
    # A new prover each time: nothing is kept from the proof before, every tile is read again.
    inclusion = _each(lambda at: TileProver(reader, LEAVES).inclusion(at, LEAVES), places)
    consistency = _each(lambda at: TileProver(reader, LEAVES).consistency(at + 1, LEAVES), places)
    prover = TileProver(reader, LEAVES)
    paths = {at: prover.inclusion(at, LEAVES) for at in places}
    older = {at: (prover.root(at + 1), prover.consistency(at + 1, LEAVES)) for at in places}
    files = {at: ProofFile(at, tuple(path), head).encode() for at, path in paths.items()}
    shown: list[tuple[str, float, str]] = [
        ("inclusion proof from tiles", inclusion, "below 1"),
        ("consistency proof from tiles", consistency, "below 1"),
        (
            "verify an inclusion proof",
            _each(lambda at: verify_inclusion(at, LEAVES, leaf_hash(entries[at]), paths[at], root), places),
            "below 0.1",
        ),
        (
            "verify a consistency proof",
            _each(lambda at: verify_consistency(at + 1, LEAVES, older[at][1], older[at][0], root), places),
            "below 0.1",
        ),
        (
            "verify a proof file with its signed head",
            _each(lambda at: open_proof_file(files[at], leaf_hash(entries[at]), opened), places),
            "",
        ),
    ]
    return [
        Measure(
            what, s * 1000, "CPU ms", s * raw_per_s, f"time of {RAW}", goal, f"{LEAVES:,} leaves, {PROOFS:,} places"
        )
        for what, s, goal in shown
    ]


def _each(work: Callable[[int], object], places: list[int]) -> float:
    return _cpu(lambda: [work(at) for at in places]) / len(places)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
