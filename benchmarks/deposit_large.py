"""Long files handed in by `veedor deposit`: processor time from file to stored, committed records, and the memory it
takes.

`VEEDOR_LARGE_RECORDS` records of CAT048 (default 10 million) for time; a recording and a bank statement of
`VEEDOR_LARGE_MB` (default 1,000) for memory, by a copy that may use `memory_mib = 256`. Each runs in a process of its
own, after nothing: imports and loading compiled kernels are in the figures. Memory is the peak of all that is resident,
libraries and pages of the file included.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.deposit_large_files import of_size, recording, statement
from benchmarks.deposit_large_run import MEMORY_MIB
from benchmarks.record import Measure
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.keys import Work
from veedor.mission.copy.means import Means
from veedor.mission.founding.founding import found_simulated, invitations, terms_of

RECORDS = int(os.environ.get("VEEDOR_LARGE_RECORDS", "10000000"))
MEGABYTES = int(os.environ.get("VEEDOR_LARGE_MB", "1000"))
NOW_US = 1_790_000_000_000_000
PASSPHRASE = b"only for this benchmark"


def measure() -> Sequence[Measure]:
    """The deposits' time and memory, and those of reading alone, beside one pass of SHA-256 over the same bytes."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="veedor-bench-large-") as scratch:
        folder = Path(scratch)
        figures.append(_timed(deposited(folder / "ten", recording(folder / "ten", RECORDS)), RECORDS))
        for what, make in (("CAT048", recording), ("camt.053", statement)):
            file, records = of_size(make, folder / what, MEGABYTES)
            figures += _remembered(what, records, _run("read", str(file)) | _hashed(file))
            figures += _remembered(what, records, deposited(folder / what, file))
    return figures


def _timed(handed: dict[str, float], records: int) -> Measure:
    return Measure(
        f"deposit of {records:,} CAT048 records, end to end", handed["seconds"], "CPU s",
        handed["hash"] / handed["seconds"], "SHA-256 of the same bytes", "at most 100 s on 2 cores",
        f"{handed['bytes'] / 1e6:.0f} MB, {records / handed['seconds']:,.0f} records per CPU s",
    )  # fmt: skip


def _remembered(what: str, records: int, found: dict[str, float]) -> list[Measure]:
    stored = "stored" in found
    does = "deposit of" if stored else "reading"
    of = f"{does} {found['bytes'] / 1e6:,.0f} MB of {what}"
    limit = f"memory_mib = {MEMORY_MIB}, the least that a copy may be given; " if stored else ""
    return [
        Measure(of, found["seconds"], "CPU s", found["hash"] / found["seconds"], "SHA-256 of the same bytes",
                note=f"{records:,} records" + ("" if stored else " to rows, not stored")),
        Measure(f"memory of that {does.split()[0]} at its peak", found["peak"] / 1e6, "MB", goal="under 300 MB",
                note=f"{limit}{found['begun'] / 1e6:.0f} MB are interpreter and libraries before the first record"),
    ]  # fmt: skip


def deposited(folder: Path, file: Path) -> dict[str, float]:
    """The figures of `veedor deposit` of the file, which is gone afterwards."""
    means = Means(DiskFiles(), folder / "state", os.urandom, PASSPHRASE, Work(n=2, r=1, p=1))
    terms = terms_of(
        mission="bench", origin="veedor.example/bench", invited=invitations("ve", ()), appender="ve",
        created_us=NOW_US, simulated=True,
    )  # fmt: skip
    found_simulated(folder / "mission", terms, means)
    settings = folder / "mission" / "mission.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("memory_mib = 2048", f"memory_mib = {MEMORY_MIB}"), encoding="utf-8")
    secret = folder / "passphrase"
    secret.write_bytes(PASSPHRASE)
    secret.chmod(0o600)
    found = _run("deposit", str(folder / "mission"), str(secret), str(file), state=folder / "state")
    found |= _hashed(file) | {"stored": 1}
    file.unlink()
    return found


def _run(*arguments: str, state: Path | None = None) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.deposit_large_run", *arguments]
    environment = os.environ | ({} if state is None else {"VEEDOR_STATE": str(state)})
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _hashed(file: Path) -> dict[str, float]:
    started = time.process_time()
    with file.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")
    return {"bytes": file.stat().st_size, "hash": time.process_time() - started}
