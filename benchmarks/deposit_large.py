"""A long recording handed in: processor time from file to stored, committed records, and how much memory that takes.

CAT048 from our encoder, `VEEDOR_LARGE_RECORDS` records (default 10 million) for a whole deposit by a copy that may use
`memory_mib = 256`, and a file of `VEEDOR_LARGE_MB` (default 1,000) read without being stored. Each runs in a process of
its own, after nothing: imports and loading compiled kernels are in the figures. Memory is the peak of all that is
resident, libraries and pages of the file included.
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

from benchmarks.deposit_files import write
from benchmarks.deposit_large_run import MEMORY_MIB
from benchmarks.record import Measure

RECORDS = int(os.environ.get("VEEDOR_LARGE_RECORDS", "10000000"))
MEGABYTES = int(os.environ.get("VEEDOR_LARGE_MB", "1000"))
SAMPLE = 100_000


def measure() -> Sequence[Measure]:
    """The deposit's time and memory, and those of reading alone, beside one pass of SHA-256 over the same bytes."""
    with tempfile.TemporaryDirectory(prefix="veedor-bench-large-") as scratch:
        folder = Path(scratch)
        sample = write("ASTERIX CAT048", folder / "sample", SAMPLE)[0].stat().st_size
        handed = _child("deposit", folder, RECORDS)
        read = _child("read", folder, MEGABYTES * 1_000_000 * SAMPLE // sample)
    return [
        Measure(f"deposit of {RECORDS:,} CAT048 records, end to end", handed["seconds"], "CPU s",
                handed["hash"] / handed["seconds"], "SHA-256 of the same bytes", "at most 100 s on 2 cores",
                f"{handed['bytes'] / 1e6:.0f} MB, {RECORDS / handed['seconds']:,.0f} records per CPU s"),
        Measure("memory of that deposit at its peak", handed["peak"] / 2**20, "MiB", goal="under 300 MB for 1 GB",
                note=f"memory_mib = {MEMORY_MIB}, the least that a copy may be given; "
                     f"{handed['begun'] / 2**20:.0f} MiB before the first record"),
        Measure(f"reading {read['bytes'] / 1e6:,.0f} MB of CAT048", read["seconds"], "CPU s",
                read["hash"] / read["seconds"], "SHA-256 of the same bytes",
                note=f"{read['rows']:,} records to rows of plots, not stored"),
        Measure("memory of that reading at its peak", read["peak"] / 2**20, "MiB", goal="under 300 MB",
                note=f"{read['begun'] / 2**20:.0f} MiB before the first record"),
    ]  # fmt: skip


def _child(what: str, folder: Path, records: int) -> dict[str, float]:
    (file,) = write("ASTERIX CAT048", folder / what, records)
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.deposit_large_run", what, str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout) | {"bytes": file.stat().st_size}
    started = time.process_time()
    with file.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")
    found["hash"] = time.process_time() - started
    file.unlink()
    return found
