"""`python -m tests.fuzz.one TARGET FOLDER`: one target under atheris, until time is over or an input fails.

The fuzzer ends the process itself; whoever starts it removes the folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import atheris

# Imported under instrumentation: the fuzzer sees which lines of these an input reaches.
PARSERS = ("accord", "formats", "log", "log_folder", "mission", "money", "registers", "witness")
with atheris.instrument_imports(include=[*(f"veedor.{room}" for room in PARSERS), "rfc8785"]):
    from tests.fuzz.targets import TARGETS

SECONDS = os.environ.get("VEEDOR_FUZZ_SECONDS", "30")
MEMORY_MB, SLOWEST_S, LONGEST_BYTES = 1024, 20, 60_000


def fuzz(name: str, folder: Path) -> None:
    """Start from the target's seeds; a failing input is printed in base64 with what escaped."""
    target = TARGETS[name]
    corpus = folder / name
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)

    def one(data: bytes) -> None:
        target.check(data)

    limits = [
        f"-max_total_time={SECONDS}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-timeout={SLOWEST_S}",
        f"-max_len={LONGEST_BYTES}",
    ]
    reporting = ["-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
    atheris.Setup([name, str(corpus), "-seed=3", *limits, *reporting], one)
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz(sys.argv[1], Path(sys.argv[2]))
