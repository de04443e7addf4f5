"""What an order learned from labels shows on other seeds of AMLGentex: what can be had there, beside detectors alone.

The first half of the seeds teaches (its last one says when to stop), and all payments of every seed of the second half
are put in order by what it taught. One model seed, nothing tuned. The peer (money_peer.py) is left out where it is not
installed.

An order of payments has no findings, so the rule that makes alerts of it favours it:

1. Payments are flagged from the highest score down; of equal scores the earlier is first.
2. A flagged payment is an alert, unless it belongs to an instance of which another is flagged already: that one is
   free, however many follow. A payment that belongs to none is an alert each time.
3. What comes after the last alert that there is room for is not flagged: twice as many alerts as there are instances.
4. An instance is touched when one of its payments is flagged, and shown when at least half are; `ranking_alone.py`
   counts shown.

Each payment is scored by what was known when it was made; detectors look back from the end.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.ranking import NAMES
from benchmarks.ranking_sets import Set, amlgentex
from benchmarks.ranking_trials import kinds
from benchmarks.record import Measure
from veedor.ranking.boosting import boost_several
from veedor.ranking.trees import Packed

# One to teach, one to stop by, and as many to judge.
FEWEST = 4
MODEL_SEED = 0


class Seed(NamedTuple):
    """The judged payments of one seed: features by kind, whether suspicious, their instances; and what those are."""

    rows: Mapping[str, np.ndarray]
    suspicious: np.ndarray
    instance: np.ndarray
    typology: Mapping[int, str]


def figures(files: Mapping[int, Path], alone: Mapping[int, Sequence[bool]]) -> Iterator[Measure]:
    """Instances touched and shown by each kind of features; `alone`: by seed, whether detectors show each instance."""
    if len(files) < FEWEST:
        print(f"orders learned on other seeds need {FEWEST} of them, so they are left out", file=sys.stderr)
        return
    half = len(files) // 2
    beside = np.concatenate([alone[seed] for seed in [*files][half:]]).mean()
    seeds = [_seed(amlgentex(file)) for file in files.values()]
    for kind in seeds[0].rows:
        order = _order(seeds[:half], kind)
        flagged = [
            (seed, first_flagged(order.scores(seed.rows[kind]), seed.instance, 2 * len(seed.typology)))
            for seed in seeds[half:]
        ]
        yield from _kind(kind, flagged, half, float(beside))


def first_flagged(scores: np.ndarray, instance: np.ndarray, alerts: int) -> np.ndarray:
    """Which payments are flagged while alerts last, by the rule above."""
    order = np.argsort(-scores, kind="stable")
    mine = instance[order]
    first = np.zeros(len(order), np.bool_)
    first[np.unique(mine, return_index=True)[1]] = True
    shown = np.zeros(len(order), np.bool_)
    shown[order] = np.cumsum(first | (mine < 0)) <= alerts
    return shown


def _seed(given: Set) -> Seed:
    judged = given.judged
    return Seed(kinds(given).rows, given.suspicious[judged], given.instance[judged], given.typology)


def _order(seeds: Sequence[Seed], kind: str) -> Packed:
    """Trees from all but the last of the seeds, as many as are best on the last."""
    *teaching, later = seeds
    rows, suspicious = (
        np.concatenate(each) for each in ([one.rows[kind] for one in teaching], [one.suspicious for one in teaching])
    )
    return Packed(boost_several(rows, suspicious, later.rows[kind], later.suspicious, MODEL_SEED))


def _kind(kind: str, flagged: Sequence[tuple[Seed, np.ndarray]], taught: int, beside: float) -> Iterator[Measure]:
    for least, needed in ((0.0, "touched by"), (0.5, "shown in")):
        found, of = Counter[str](), Counter[str]()
        for seed, shown in flagged:
            for number, typology in seed.typology.items():
                share = float(shown[seed.instance == number].mean())
                of[typology] += 1
                found[typology] += share > 0 and share >= least
        value = found.total() / of.total()
        by_typology = ", ".join(f"{typology} {found[typology]}" for typology in sorted(of))
        yield Measure(
            f"amlgentex seeds, order learned on {NAMES[kind]}: instances {needed} twice as many alerts", value, "",
            value / beside, f"windows of weeks on these seeds, {beside:.3f}",
            note=f"has labels, of {taught} other seeds; {found.total()} of {of.total()} on {len(flagged)} seeds: "
            f"{by_typology}; {sum(int(shown.sum()) for _, shown in flagged):,} payments flagged",
        )  # fmt: skip
