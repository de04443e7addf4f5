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


# Typologies that show in messages, earlier statements and names: told in a scenario apart, of which banks' files count.
BEYOND = ("wire_stripping", "missing_parties", "missing_beneficiaries", "listed_party", "awakened")


def measure() -> Sequence[Measure]:
    """Per seed and kind: findings, precision, recall, and recall among what the sensors could have seen."""
    return [figure for seed in SEEDS for figure in (*_seed(seed), *beyond(seed))]


def _seed(seed: int) -> Iterator[Measure]:
    for row in _evaluated(seed, ("radar", "bank", "adsb"), ()):
        if row["schema"] == "evaluation-kind/1":
            yield from _kind(seed, row)
        if row["schema"] == "evaluation-place/1":
            what = f"seed {seed}, {row['kind']}: median error of place"
            yield Measure(what, row["median_m"], "m", note=f"90 % within {row['p90_m']:.0f} m, {row['count']} findings")


def beyond(seed: int) -> Iterator[Measure]:
    """The same of the typologies BEYOND, with the innocent look-alikes that findings of their kinds show."""
    typologies = [word for kind in BEYOND for word in ("--typology", kind)]
    rows = _evaluated(seed, ("bank",), typologies)
    fooled = [row for row in rows if row["schema"] == "evaluation-fooled/1"]
    for row in rows:
        if row["schema"] == "evaluation-kind/1" and row["kind"] in BEYOND:
            yield from _kind(seed, row)
            if row["findings"]:
                mine = {each["lookalike"]: each["findings"] for each in fooled if each["kind"] == row["kind"]}
                note = ", ".join(f"{name} {count}" for name, count in sorted(mine.items()))
                what = f"seed {seed}, {row['kind']}: findings of innocent look-alikes"
                yield Measure(what, sum(mine.values()), "", note=note)


def _evaluated(seed: int, kinds: Sequence[str], options: Sequence[str]) -> list[dict[str, Any]]:
    """What `veedor evaluate` says of a scenario of which both parties hand in these folders."""
    with tempfile.TemporaryDirectory(prefix="veedor-quality-") as scratch:
        folder = Path(scratch)
        (folder / "pass").write_text("only for this benchmark", encoding="ascii")
        mission, files = str(folder / "mission"), folder / "files"
        _veedor(folder, "simulate", str(files), "--factor", FACTOR, "--seed", str(seed), "--mission", mission, *options)
        for party in ("ve", "co"):
            for kind in ("radar", "bank"):
                given = [str(file) for file in sorted((files / party / kind).glob("*")) if kind in kinds]
                if given:
                    _veedor(folder, "deposit", mission, *given, "--party", party, "--open", "--yes")
        for file in sorted((files / "co" / "adsb").glob("*")) if "adsb" in kinds else ():
            sensor = "-".join(file.stem.split("-")[1:3])
            _veedor(folder, "deposit", mission, str(file), "--sensor", sensor, "--party", "co", "--open", "--yes")
        _veedor(folder, "run", mission)
        return _veedor(folder, "evaluate", mission, "--truth", str(files / "truth"))


def _kind(seed: int, row: dict[str, Any]) -> Iterator[Measure]:
    name, note = f"seed {seed}, {row['kind']}", f"{row['true']} of {row['findings']} findings"
    if row["again"]:
        note += f", {row['again']} more show the same again"
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
