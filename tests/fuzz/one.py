"""`python -m tests.fuzz.one FOLDER TARGET...`: targets under atheris, each until time is over or an input fails.

Instrumenting what is imported takes four times as long as CI fuzzes a target: it is done once, and each target
runs in a fork of that. The fuzzer ends the fork itself, so what it said lies in FOLDER/TARGET.txt.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback
from pathlib import Path

import atheris

# Imported under instrumentation: the fuzzer sees which lines of these an input reaches.
PARSERS = ("accord", "formats", "log", "log_folder", "mission", "money", "registers", "witness")
INSTRUMENTED = [*(f"veedor.{room}" for room in PARSERS), "rfc8785"]
with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=INSTRUMENTED):  # names each file
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


def fork(name: str, folder: Path) -> int:
    """The process in which that target is fuzzed."""
    if process := os.fork():
        return process
    with (folder / f"{name}.txt").open("wb") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    try:
        fuzz(name, folder)  # which does not come back
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(1)


def report(name: str, folder: Path, code: int) -> None:
    """One line for a target that held; for one that failed everything that was said."""
    said = (folder / f"{name}.txt").read_text(encoding="utf-8", errors="replace")
    inputs = next((line.split()[-1] for line in said.splitlines() if "executed_units" in line), "0")
    print(f"{name}: {'held' if code == 0 else 'FAILED'}, {int(inputs):,} inputs", flush=True)
    if code:
        print(said, flush=True)


def main(folder: Path, names: list[str]) -> int:
    """As many at once as there are processors; the exit code is 0 where every target held."""
    waiting, running, failed = names[::-1], dict[int, str](), False
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            name = waiting.pop()
            running[fork(name, folder)] = name
        process, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        report(running.pop(process), folder, code)
        failed |= code != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
