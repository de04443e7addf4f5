"""The log: durable appends, checking it from its bytes, proofs, records, each beside what the machine itself can do.

`VEEDOR_BENCH_ENTRIES` (default 100,000) entries of about 1,500 bytes, as statements are.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.log_records import measure_records
from benchmarks.log_tree import measure_tree
from benchmarks.record import Measure
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import digest, pae, parse_envelope, signed_by_exactly, statement
from veedor.log.note import NoteSigner
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.verify import verify_log
from veedor.log_folder.writer import LogWriter
from veedor.mission.statements.chain import signed

ENTRIES = int(os.environ.get("VEEDOR_BENCH_ENTRIES", "100000"))
SINGLES, BATCH, ENVELOPES, ENTRY_BYTES = 200, 256, 5_000, 1_500
# Bundle, tile, head record and checkpoint: files and their folders, each synced once.
SYNCS_PER_APPEND = 8


def measure() -> Sequence[Measure]:
    """Single appends, batches, verification of all entries, envelopes, the tree and its proofs."""
    seed = b"\x07" * 32
    key = SigningKey(seed)
    signer = NoteSigner("example.org/bench", key)
    genesis = signed(statement("https://example.org/genesis/1", {"bench": "00" * 32}, {}), [key])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        heads = HeadRecords(folder / "state", DiskFiles())
        with LogWriter.create(folder / "log", DiskFiles(), heads, signer, genesis) as writer:
            single_s = _wall(lambda: [writer.append([_entry(i)]) for i in range(SINGLES)])
            sync_s = _wall(lambda: _syncs(folder / "limit", SINGLES * SYNCS_PER_APPEND))
            rest = range(SINGLES, ENTRIES)
            batch_s = _wall(
                lambda: [writer.append([_entry(i) for i in rest[at : at + BATCH]]) for at in range(0, len(rest), BATCH)]
            )
        verify_s = _cpu(lambda: _need_sound(folder / "log", signer, genesis))
    hash_s = _cpu(lambda: [hashlib.sha256(_entry(i)).digest() for i in range(ENTRIES)])
    return [
        Measure("append one entry, durable", SINGLES / single_s, "entries/s", single_s / sync_s,
                f"time of {SYNCS_PER_APPEND} synced small files each"),
        Measure(f"append {BATCH} entries at once, durable", len(rest) / batch_s, "entries/s"),
        Measure("verify a log from its bytes", ENTRIES / verify_s, "entries per CPU s", verify_s / hash_s,
                "time of SHA-256 of the entries alone", note=f"{ENTRIES:,} entries"),
        _envelopes(key, seed),
        *measure_tree(),
        measure_records(),
    ]  # fmt: skip


def _envelopes(key: SigningKey, seed: bytes) -> Measure:
    """Opening an envelope (parsing, canonical form, screening, signature) beside the bare signature check."""
    payload = {"text": "x" * 900}
    made = [signed(statement("https://example.org/note/1", {"bench": f"{i:064x}"}, payload), [key]) for i in range(100)]
    named = [key.public.hex()]
    opened_s = _cpu(lambda: [signed_by_exactly(parse_envelope(made[i % 100]), named) for i in range(ENVELOPES)])
    bare = Ed25519PrivateKey.from_private_bytes(seed)
    public, message = bare.public_key(), pae(b"x" * 1_200)
    signature = bare.sign(message)
    bare_s = _cpu(lambda: [public.verify(signature, message) for _ in range(ENVELOPES)])
    return Measure(
        "open and verify an envelope", ENVELOPES / opened_s, "envelopes per CPU s", opened_s / bare_s,
        "time of the bare Ed25519 check (cryptography)",
    )  # fmt: skip


def _entry(number: int) -> bytes:
    return (b"%08d" % number) * (ENTRY_BYTES // 8)


def _need_sound(folder: Path, signer: NoteSigner, genesis: bytes) -> None:
    verdict = verify_log(folder, DiskFiles(), signer.name, signer.verifier, digest(genesis))
    assert verdict.ok, verdict.steps[-1]


def _syncs(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        with (folder / f"{number}").open("wb") as file:
            file.write(b"x" * 512)
            file.flush()
            os.fsync(file.fileno())


def _wall(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
