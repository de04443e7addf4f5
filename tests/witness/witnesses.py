"""Witnesses for tests: a store made in place, and whole processes with their own keys, state and clocks."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.witness.forked_log import ORIGIN, SIGNER
from veedor.log.cosignature import CosignerSigner
from veedor.log.ed25519 import SigningKey
from veedor.log_folder.files import DiskFiles
from veedor.witness.decision import Answer
from veedor.witness.http import WitnessApp, serve
from veedor.witness.store import WitnessStore, init_witness

WITNESS = CosignerSigner(f"{ORIGIN}/witness/apure", SigningKey(b"\x22" * 32))
TIME_S = 1_764_150_000

_HOUSE = Path(__file__).resolve().parents[2]


def new_store(folder: Path, witness: CosignerSigner = WITNESS) -> WitnessStore:
    """A witness that knows the one log."""
    init_witness(DiskFiles(), folder, witness.verifier)
    store = WitnessStore(DiskFiles(), folder)
    store.watch(ORIGIN, [SIGNER.verifier])
    return store


@dataclass(frozen=True)
class Running:
    """A witness that runs as a process of its own."""

    process: subprocess.Popen[str]
    port: int

    def send(self, method: str, path: str, body: bytes = b"") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body)
            response = connection.getresponse()
            return Answer(response.status, response.headers["Content-Type"], response.read())

    def add(self, body: bytes) -> Answer:
        return self.send("POST", "/add-checkpoint", body)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def running(folder: Path, witness: CosignerSigner = WITNESS, clock_s: int | Path = TIME_S) -> Iterator[Running]:
    """A process that serves the witness of this folder; its clock stands for ever, or is what a file says."""
    command = [sys.executable, "-m", "tests.witness.witnesses", str(folder), witness.name, witness.key.seed().hex()]
    process = subprocess.Popen(
        [*command, str(clock_s)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_HOUSE,
        env=os.environ | {"PYTHONPATH": str(_HOUSE)},
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline()
        yield Running(process, int(address.rpartition(":")[2]))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main(folder: str, name: str, seed: str, clock_s: str) -> None:
    witness = CosignerSigner(name, SigningKey(bytes.fromhex(seed)))
    clock = Path(clock_s)
    with WitnessStore(DiskFiles(), Path(folder)) as store:
        now_s = (lambda: int(clock_s)) if clock_s.isdecimal() else (lambda: int(clock.read_text()))
        app = WitnessApp(store, witness, now_s, lambda error: print(error, file=sys.stderr, flush=True))
        serve(app, "127.0.0.1", 0, lambda address: print(address, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
