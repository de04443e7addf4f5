"""A learned order over several seeds of one generator: means, the gain of every seed over others' features, recall.

One data set of one seed is the unit: what differs between seeds is chance, so Student's t over their gains says within
what the gain of the generator lies. Three model seeds each, nothing tuned on any of them. What a seed gave is kept in
bench/ranking/ under the commit that made it, so that a run that was stopped goes on where it was.
`VEEDOR_RANKING_SEEDS` (2 or more) takes the first so many; the figures say how many.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.ranking import NAMES, Done, Recalls, recalls, typologies
from benchmarks.record import ROOT, Measure, commit

# Student's t of 95 % by the number of seeds.
STUDENT = dict(
    enumerate(
        (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
         2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093),
        start=2,
    )
)  # fmt: skip
FIGURES = (
    ("F1", "f1"), ("PR-AUC", "average_precision"), ("P@100", "precision_at_100"), ("recall", "recall"),
    ("false per 10,000", "false_per_10_000"),
)  # fmt: skip
KINDS = ("raw", "peer", "ours without patterns", "ours")
Seed = Mapping[str, Any]


def taken(seeds: Sequence[int]) -> Sequence[int]:
    return seeds[: int(os.environ.get("VEEDOR_RANKING_SEEDS", len(seeds)))]


def figures(name: str, seeds: Sequence[int], done: Callable[[int], Done]) -> Sequence[Measure]:
    """All figures of a generator; `done` makes the set of one seed and its trials."""
    made = [_kept(name, seed, done) for seed in taken(seeds)]
    kinds = [kind for kind in KINDS if kind in made[0]["means"]]
    return [
        _judged(name, made),
        *_means(name, made, kinds),
        *_gains(name, made, kinds),
        *recalls(name, *(_summed(made, kind) for kind in ("ours", "peer"))),
    ]


def interval(gains: Sequence[float]) -> tuple[float, float]:
    """Within what the mean gain of all seeds lies, 95 %, by the gains of some."""
    half = STUDENT[len(gains)] * np.std(gains, ddof=1) / np.sqrt(len(gains))
    return float(np.mean(gains) - half), float(np.mean(gains) + half)


def _kept(name: str, seed: int, done: Callable[[int], Done]) -> Seed:
    file = ROOT / "bench" / "ranking" / f"{commit()}-{name}-{seed}.json"
    if not file.exists():
        found = done(seed)
        made = {
            "judged": (int(found.last.sum()), len(found.last)),
            "means": {kind: {name: trial.mean(name) for _, name in FIGURES} for kind, trial in found.trials.items()},
            "recalls": {kind: typologies(found, kind) for kind in found.trials},
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(made), encoding="utf-8")
    read: Seed = json.loads(file.read_text(encoding="utf-8"))
    return read


def _judged(name: str, seeds: Sequence[Seed]) -> Measure:
    suspicious, payments = zip(*(seed["judged"] for seed in seeds), strict=True)
    note = f"{min(suspicious)} to {max(suspicious)} a seed, of {sum(payments):,} payments, {len(seeds)} generator seeds"
    return Measure(f"{name}: suspicious payments judged", sum(suspicious), "", note=note)


def _means(name: str, seeds: Sequence[Seed], kinds: Sequence[str]) -> Iterator[Measure]:
    for kind in kinds:
        for what, figure in FIGURES:
            values = [seed["means"][kind][figure] for seed in seeds]
            note = f"sd {np.std(values, ddof=1):.3f} over {len(seeds)} generator seeds, 3 model seeds each"
            yield Measure(f"{name}, {NAMES[kind]}: {what}", float(np.mean(values)), "", note=note)


def _gains(name: str, seeds: Sequence[Seed], kinds: Sequence[str]) -> Iterator[Measure]:
    for other in (kind for kind in kinds if kind != "ours"):
        for what, figure in FIGURES[:3]:
            gains = [seed["means"]["ours"][figure] - seed["means"][other][figure] for seed in seeds]
            low, high = interval(gains)
            yield Measure(
                f"{name}: ours less {NAMES[other]}, {what}", float(np.mean(gains)), "", goal="interval above 0",
                note=f"95 % {low:.3f} to {high:.3f}, {len(gains)} generator seeds, "
                f"ours higher on {sum(gain > 0 for gain in gains)}",
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
