"""At its memory limit the chain goes on: ten times the input that fits in 600 MB, for plots and for payments.

What fits is what the engine would hand to one call if it had all of the limit for it: a fifth of it in rows of the
columns that the first detector reads, for it sorts and copies them and makes its answer beside them. The limit is on
the process tree with shared pages counted once; interpreter, Arrow, numba and the registers are there before the first
row: their size is measured here, by a run over a few rows, and comes on top.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.scale import Peak
from veedor.engine.arrange import row_bytes
from veedor.house import AIR, MONEY
from veedor.tables import ENTRIES, PLOTS

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 600 << 20
TIMES = 10
MAKE = """
import json, sys
from pathlib import Path
from benchmarks import scale
from veedor.engine.records import RecordStore
from veedor.tables import ENTRIES, PLOTS
half, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
made, table = (scale.plots(rows), PLOTS) if half == "air" else (scale.entries(rows), ENTRIES)
few, count = [], 0
def counted():
    global count
    for part in made:
        if not few:
            few.append(part.slice(0, 500))
        count += part.num_rows
        yield part
RecordStore(folder / "many", memory_bytes=400 << 20).append("many", table, counted())
RecordStore(folder / "few").append("few", table, few)
print(json.dumps({"rows": count}))
"""
RUN = """
import json, sys
from pathlib import Path
from veedor import house
from veedor.engine.execute import execute
from veedor.engine.records import RecordStore
half, records, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
detectors = house.AIR if half == "air" else house.MONEY
result = execute(detectors, RecordStore(records), out, workers=2, memory_bytes=600 << 20)
print(json.dumps({name: table.rows for name, table in result.tables.items()}))
"""


def in_process(script: str, *arguments: str) -> tuple[dict[str, int], int]:
    """What the script said, and the largest memory of its process tree in bytes."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with Peak(process.pid, 0.05) as peak:
        out, _ = process.communicate(timeout=900)
    assert process.returncode == 0
    return json.loads(out), peak.bytes


def fits(half: str) -> int:
    """Rows of the first table that fill the limit in one call."""
    table, detectors = (PLOTS, AIR) if half == "air" else (ENTRIES, MONEY)
    reads = [read for detector in detectors for read in detector.reads if read.table == table]
    return LIMIT // 5 // max(row_bytes(table, read.columns or table.schema.names) for read in reads)


@pytest.mark.unmet
@pytest.mark.parametrize("half", ["air", "money"])
def test_ten_times_what_fits_in_memory_is_processed_within_the_limit(tmp_path: Path, half: str) -> None:
    rows = TIMES * fits(half)
    made, _ = in_process(MAKE, half, str(rows), str(tmp_path))
    assert made["rows"] >= rows
    _, baseline = in_process(RUN, half, str(tmp_path / "few"), str(tmp_path / "few-out"))
    tables, peak = in_process(RUN, half, str(tmp_path / "many"), str(tmp_path / "out"))
    assert tables["tracks" if half == "air" else "payments"] > 0
    assert peak <= LIMIT + baseline, f"{peak >> 20} MiB over a baseline of {baseline >> 20} MiB"
