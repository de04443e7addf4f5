"""With four times the rows that fit into it, the memory limit holds for the whole process tree: for the engine alone,
as tests/pipeline asks it of the whole chain."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MIB = 600
# A plot takes about 350 bytes in memory.
ROWS = 4 * (LIMIT_MIB << 20) // 350


@pytest.mark.long
def test_four_times_the_rows_that_fit_stay_within_the_limit() -> None:
    given = {"VEEDOR_BENCH_ROWS": str(ROWS), "VEEDOR_BENCH_MEMORY": str(LIMIT_MIB), "VEEDOR_BENCH_WORKERS": "2"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine_scale"],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=True,
    )
    peaks = {
        what: float(mib)
        for what, mib in re.findall(r"engine (\w+): peak memory of the tree +([\d.]+) MiB", done.stdout)
    }
    assert set(peaks) == {"store", "run"}
    assert max(peaks.values()) <= LIMIT_MIB, peaks
