"""`make fuzz`: every target for VEEDOR_FUZZ_SECONDS (default 30) under atheris, or `python -m tests.fuzz TARGET`.

A failure prints the input (also in base64) and what escaped. To add a room's parsers, add its targets to `TARGETS`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit(
        "atheris is not installed here: it runs on Python 3.11 on Linux (x86_64); the targets run in pytest anyway"
    )

# Imported under instrumentation: the fuzzer sees which lines of the house an input reaches.
with atheris.instrument_imports(include=["veedor", "rfc8785"]):
    from tests.fuzz.targets import TARGETS

SECONDS = os.environ.get("VEEDOR_FUZZ_SECONDS", "30")
MEMORY_MB, SLOWEST_S, LONGEST_BYTES = 1024, 5, 60_000


def fuzz(name: str, folder: Path) -> None:
    """Run one target in this process until the time is over, or an input fails."""
    target = TARGETS[name]
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)

    def one(data: bytes) -> None:
        target.check(data)

    atheris.Setup(
        [
            name,
            str(corpus),
            f"-max_total_time={SECONDS}",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-timeout={SLOWEST_S}",
            f"-max_len={LONGEST_BYTES}",
            "-seed=3",
            "-verbosity=0",
            "-print_final_stats=1",
            f"-artifact_prefix={folder}/",
        ],
        one,
    )
    atheris.Fuzz()


def run(name: str) -> tuple[str, int, str]:
    """One target in its own process."""
    done = subprocess.run([sys.executable, "-m", "tests.fuzz", name], capture_output=True, text=True, check=False)
    return name, done.returncode, done.stdout + done.stderr


def main() -> None:
    if sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            fuzz(sys.argv[1], Path(folder))
        return
    failed = False
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, code, output in pool.map(run, TARGETS):
            runs = next((line.split()[-1] for line in output.splitlines() if "number_of_executed_units" in line), "?")
            print(f"{name}: {'ok' if code == 0 else 'FAILED'}, {runs} inputs in {SECONDS} s")
            if code:
                failed = True
                print(output)
    sys.exit(1 if failed else 0)


main()
