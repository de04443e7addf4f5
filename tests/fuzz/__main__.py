"""`make fuzz`: every target for VEEDOR_FUZZ_SECONDS (default 30), as many at once as there are processors.

atheris runs on Python 3.11 on Linux only; pytest runs the same targets on damaged seeds everywhere.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

from tests.fuzz.asterix_targets import ASTERIX_TARGETS
from tests.fuzz.reader_targets import READER_TARGETS
from tests.fuzz.targets import TARGETS


def run(name: str, folder: str) -> tuple[str, int, str]:
    """One target in a process of its own: its name, exit code and output."""
    command = [sys.executable, "-m", "tests.fuzz.one", name, folder]
    # The fuzzer sees into plain Python only; where kernels are not what is fuzzed they may be fast.
    twins = name in ASTERIX_TARGETS or name in READER_TARGETS
    environment = os.environ | ({"VEEDOR_TWINS": "1"} if twins else {})
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return name, done.returncode, done.stdout


def main() -> int:
    """The exit code: 0 where every target held."""
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: it runs on Python 3.11 on Linux (x86_64)", file=sys.stderr)
        return 2
    failed = False
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, code, output in pool.map(run, TARGETS, repeat(folder)):
            inputs = next((line.split()[-1] for line in output.splitlines() if "executed_units" in line), "0")
            print(f"{name}: {'held' if code == 0 else 'FAILED'}, {int(inputs):,} inputs", flush=True)
            if code:
                failed = True
                print(output)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
