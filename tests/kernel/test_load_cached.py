"""A process that forks workers can load what the disk cache holds before it forks, and compiles nothing then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from veedor.air.tracking.unite import root_of, unite
from veedor.kernel.compile import load_cached
load_cached()
print(len(root_of.overloads) + len(unite.overloads), end=" ")
for made in (root_of, unite):
    for arguments in made.examples():
        made(*arguments)
print(sum(sum(made.stats.cache_misses.values()) for made in (root_of, unite)))
"""


def loaded_and_compiled(cache: Path) -> tuple[int, int]:
    """Overloads that `load_cached` loaded, and how many had to be compiled afterwards."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded, compiled = done.stdout.split()
    return int(loaded), int(compiled)


def test_what_is_in_the_cache_is_loaded_and_nothing_is_compiled_again(tmp_path: Path) -> None:
    assert loaded_and_compiled(tmp_path) == (0, 2)
    assert loaded_and_compiled(tmp_path) == (2, 0)
