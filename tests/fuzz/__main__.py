"""`make fuzz`: every target for VEEDOR_FUZZ_SECONDS (default 30), as many at once as there are processors.

atheris runs on Python 3.11 on Linux only; pytest runs the same targets on damaged seeds everywhere.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile

from tests.fuzz.asterix_targets import ASTERIX_TARGETS
from tests.fuzz.reader_targets import READER_TARGETS
from tests.fuzz.targets import TARGETS


def run(names: list[str], environment: dict[str, str]) -> int:
    """Those targets in processes that share one instrumented import: 0 where every one held."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.fuzz.one", folder, *names]
        return subprocess.run(command, env=os.environ | environment, check=False).returncode


def main() -> int:
    """The exit code: 0 where every target held."""
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: it runs on Python 3.11 on Linux (x86_64)", file=sys.stderr)
        return 2
    # The fuzzer sees into plain Python only; where kernels are not what is fuzzed they may be fast.
    twins = [name for name in TARGETS if name in ASTERIX_TARGETS or name in READER_TARGETS]
    return max(run([name for name in TARGETS if name not in twins], {}), run(twins, {"VEEDOR_TWINS": "1"}))


if __name__ == "__main__":
    sys.exit(main())
