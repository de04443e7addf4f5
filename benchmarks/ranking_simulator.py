"""A learned order on our own simulator: five generator seeds, three model seeds each, nothing tuned on them.

What a seed gave is kept in bench/ under the commit that made it, so that a run that was stopped goes on where it was.
`VEEDOR_RANKING_SEEDS` (2 to 5) takes so many of them; the figures say how many.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.ranking import NAMES, Done, Recalls, recalls, typologies
from benchmarks.ranking_sets import simulated
from benchmarks.record import ROOT, Measure, commit

# 505 has no exchange house abroad for a typology that needs one, and 506 teaches in ranking_across.py.
SEEDS = (501, 502, 503, 504, 507)[: int(os.environ.get("VEEDOR_RANKING_SEEDS", "5"))]
# Student's t of 95 % by the number of seeds.
STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}
FIGURES = (
    ("F1", "f1"), ("PR-AUC", "average_precision"), ("P@100", "precision_at_100"), ("recall", "recall"),
    ("false per 10,000", "false_per_10_000"),
)  # fmt: skip
Seed = Mapping[str, Any]


def measure() -> Sequence[Measure]:
    """Means over seeds, the gain of every seed over others' features, recall by typology."""
    seeds = [_kept(seed) for seed in SEEDS]
    kinds = [kind for kind in ("raw", "peer", "ours") if kind in seeds[0]["means"]]
    return [
        *_means(seeds, kinds),
        *_gains(seeds, kinds),
        *recalls("simulator", *(_summed(seeds, kind) for kind in ("ours", "peer"))),
    ]


def _kept(seed: int) -> Seed:
    file = ROOT / "bench" / "ranking" / f"{commit()}-{seed}.json"
    if not file.exists():
        done = Done(simulated(seed))
        made = {
            "means": {kind: {name: trial.mean(name) for _, name in FIGURES} for kind, trial in done.trials.items()},
            "recalls": {kind: typologies(done, kind) for kind in done.trials},
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(made), encoding="utf-8")
    read: Seed = json.loads(file.read_text(encoding="utf-8"))
    return read


def _means(seeds: Sequence[Seed], kinds: Sequence[str]) -> Iterator[Measure]:
    for kind in kinds:
        for what, figure in FIGURES:
            values = [seed["means"][kind][figure] for seed in seeds]
            note = f"sd {np.std(values, ddof=1):.3f} over {len(seeds)} generator seeds, 3 model seeds each"
            yield Measure(f"simulator, {NAMES[kind]}: {what}", float(np.mean(values)), "", note=note)


def _gains(seeds: Sequence[Seed], kinds: Sequence[str]) -> Iterator[Measure]:
    for other in (kind for kind in kinds if kind != "ours"):
        for what, figure in FIGURES[:2]:
            gains = np.array([seed["means"]["ours"][figure] - seed["means"][other][figure] for seed in seeds])
            half = STUDENT[len(gains)] * gains.std(ddof=1) / np.sqrt(len(gains))
            yield Measure(
                f"simulator: ours less {NAMES[other]}, {what}", float(gains.mean()), "", goal="interval above 0",
                note=f"95 % {gains.mean() - half:.3f} to {gains.mean() + half:.3f}, {len(gains)} generator seeds",
            )  # fmt: skip


def _summed(seeds: Sequence[Seed], kind: str) -> Recalls:
    """Counts of all seeds together."""
    told: Recalls = {}
    for seed in seeds:
        for typology, counts in seed["recalls"].get(kind, {}).items():
            before = told.get(typology, (0.0, 0, 0.0, 0))
            above, of, found, instances = (mine + more for mine, more in zip(before, counts, strict=True))
            told[typology] = above, of, found, instances
    return dict(sorted(told.items()))
