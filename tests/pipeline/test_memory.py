"""At its memory limit the chain goes on: ten times the payments that fit in 600 MB, and four times the plots, which
take longer each.

The limit is on the whole process tree, pages that processes share counted once (proportional set size): interpreter,
Arrow, compiled kernels and registers are within it, not on top.

The input that fits is the largest that the same chain handles within the limit where nothing cuts it: one process, one
bucket, one chunk. That it does fill the limit is measured here before so much more is run.
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
TIMES = {"air": 4, "money": 10}
MAKE = """
import json, sys
from pathlib import Path
from benchmarks import scale
from veedor.engine.records import RecordStore
from veedor.tables import ENTRIES, PLOTS
half, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
made, table = (scale.plots(rows), PLOTS) if half == "air" else (scale.entries(rows), ENTRIES)
count = 0
def counted():
    global count
    for part in made:
        count += part.num_rows
        yield part
RecordStore(folder, memory_bytes=400 << 20).append("made", table, counted())
print(json.dumps({"rows": count}))
"""
RUN = """
import json, sys
from pathlib import Path
from veedor import house
from veedor.engine.execute import execute
from veedor.engine.layout import Layout
from veedor.engine.records import RecordStore
half, limit, records, out = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
detectors = house.AIR if half == "air" else house.MONEY
bounds = {"workers": 2, "memory_bytes": limit}
if not limit:
    whole = Layout(buckets=1, chunk_us=10**10 * 86_400, call_rows=1 << 40)
    bounds = {"workers": 1, "memory_bytes": 1 << 40, "layout": whole}
result = execute(detectors, RecordStore(records), out, **bounds)
print(json.dumps({name: table.rows for name, table in result.tables.items()}))
"""


def in_process(script: str, *arguments: str) -> tuple[dict[str, int], int]:
    """What the script said, and the largest memory of its process tree in bytes."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with Peak(process.pid, 0.05) as peak:
        out, _ = process.communicate(timeout=1800)
    assert process.returncode == 0
    return json.loads(out), peak.bytes


def fits(half: str) -> int:
    """Rows of the first table that fill the limit in one piece: a detector sorts and copies the columns that it reads
    and makes its answer beside them, five times what they take."""
    table, detectors = (PLOTS, AIR) if half == "air" else (ENTRIES, MONEY)
    reads = [read for detector in detectors for read in detector.reads if read.table == table]
    return LIMIT // 5 // max(row_bytes(table, read.columns or table.schema.names) for read in reads)


@pytest.mark.long
@pytest.mark.parametrize("half", ["air", "money"])
def test_many_times_what_fits_in_memory_are_processed_within_the_limit(tmp_path: Path, half: str) -> None:
    few, many = str(tmp_path / "few"), str(tmp_path / "many")
    rows = fits(half)
    in_process(MAKE, half, str(rows), few)
    _, in_one_piece = in_process(RUN, half, "0", few, str(tmp_path / "few-out"))
    assert in_one_piece > 0.9 * LIMIT, f"more than {rows} rows fit: many times them would prove less than is said"
    made, _ = in_process(MAKE, half, str(TIMES[half] * rows), many)
    assert made["rows"] >= TIMES[half] * rows
    tables, peak = in_process(RUN, half, str(LIMIT), many, str(tmp_path / "out"))
    assert tables["tracks" if half == "air" else "payments"] > 0
    assert peak <= LIMIT, f"{peak >> 20} MiB"
