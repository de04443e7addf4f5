"""A learned order on twelve seeds of AMLGentex that nothing was thought out on (ranking_generated.py).

Seed 0 is the set of `make bench-ranking-amlgentex`, whose results were in sight when features were chosen. These are
its like: the same generator and settings, files `seed-10000.parquet` to `seed-120000.parquet` in the folder that
`VEEDOR_AMLGENTEX` names, made as docs/ranking.md says. Seeds lie 10,000 apart because the generator gives account and
pattern k the random numbers of seed + k: of neighbours nearly every account would spend alike. How many seeds there
are was set before the first was judged.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.ranking import Done
from benchmarks.ranking_generated import figures, taken
from benchmarks.ranking_sets import amlgentex
from benchmarks.record import Measure

SEEDS = tuple(range(10_000, 120_001, 10_000))


def measure() -> Sequence[Measure]:
    files = seed_files("ranking-amlgentex-seeds")
    return figures("amlgentex seeds", SEEDS, lambda seed: _done(seed, files[seed]))


def seed_files(benchmark: str) -> dict[int, Path]:
    """The payments of every seed that is asked for; leaves, saying how to make them, where one is missing."""
    folder = os.environ.get("VEEDOR_AMLGENTEX", "")
    files = {seed: Path(folder) / f"seed-{seed}.parquet" for seed in taken(SEEDS)}
    missing = [file.name for file in files.values() if not file.is_file()]
    if not folder or missing:
        sys.exit(
            f"{benchmark}: VEEDOR_AMLGENTEX must name a folder with AMLGentex's payments of each seed, made "
            f"as docs/ranking.md says under «Seeds of AMLGentex»; not there: {', '.join(missing)}"
        )
    return files


def _done(seed: int, file: Path) -> Done:
    return Done(replace(amlgentex(file), name=f"amlgentex {seed}"), ablation=True)
