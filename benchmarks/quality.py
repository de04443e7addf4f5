"""Findings against the truth of seeds nobody tuned on, with shipped defaults, through the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.record import Measure

SEEDS = (101, 102, 103)
FACTOR = os.environ.get("VEEDOR_QUALITY_FACTOR", "0.2")
VEEDOR = Path(sys.executable).with_name("veedor")


def measure() -> Sequence[Measure]:
    """Per seed and kind: findings, precision, recall, and recall among what the sensors could have seen."""
    return [figure for seed in SEEDS for figure in _seed(seed)]


def _seed(seed: int) -> Iterator[Measure]:
    with tempfile.TemporaryDirectory(prefix="veedor-quality-") as scratch:
        folder = Path(scratch)
        (folder / "pass").write_text("only for this benchmark", encoding="ascii")
        mission, files = str(folder / "mission"), folder / "files"
        _veedor(folder, "simulate", str(files), "--factor", FACTOR, "--seed", str(seed), "--mission", mission)
        for party in ("ve", "co"):
            for kind in ("radar", "bank"):
                given = [str(file) for file in sorted((files / party / kind).glob("*"))]
                _veedor(folder, "deposit", mission, *given, "--party", party, "--open", "--yes")
        for file in sorted((files / "co" / "adsb").glob("*")):
            sensor = "-".join(file.stem.split("-")[1:3])
            options = ["--sensor", sensor, "--party", "co", "--open", "--yes"]
            _veedor(folder, "deposit", mission, str(file), *options)
        _veedor(folder, "run", mission)
        said = _veedor(folder, "evaluate", mission, "--truth", str(files / "truth"))
    for row in said:
        if row["schema"] == "evaluation-kind/1":
            yield from _kind(seed, row)
        if row["schema"] == "evaluation-place/1":
            what = f"seed {seed}, {row['kind']}: median error of place"
            yield Measure(what, row["median_m"], "m", note=f"90 % within {row['p90_m']:.0f} m, {row['count']} findings")


def _kind(seed: int, row: dict[str, Any]) -> Iterator[Measure]:
    name, note = f"seed {seed}, {row['kind']}", f"{row['true']} of {row['findings']} findings"
    if row["findings"]:
        yield Measure(f"{name}: precision", row["true"] / row["findings"], "", note=note)
    for of, found in (("truths", "found"), ("seen", "found_seen")):
        if row[of]:
            what = "recall" if of == "truths" else "recall of what could be seen"
            yield Measure(f"{name}: {what}", row[found] / row[of], "", note=f"{row[found]} of {row[of]}")


def _veedor(folder: Path, *command: str) -> list[dict[str, Any]]:
    environment = {
        **os.environ,
        "VEEDOR_STATE": str(folder / "state"),
        "VEEDOR_PASSPHRASE_FILE": str(folder / "pass"),
    }
    done = subprocess.run(
        [str(VEEDOR), *command, "--json"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 3):
        raise RuntimeError(f"veedor {command[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]
