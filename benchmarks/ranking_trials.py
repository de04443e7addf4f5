"""One trial of a learned order: trained on the oldest payments of a set, line drawn on later ones, judged on the last.

An interval is that of the difference between two kinds of features on the same payments: accounts that pay (or days)
are drawn with replacement 200 times, and all their payments with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from benchmarks import money_peer
from benchmarks.money_streams import Stream
from benchmarks.ranking_sets import DAY_US, Set
from veedor.ranking import activity, features
from veedor.ranking.boosting import boost_several
from veedor.ranking.quality import Quality, best_line, quality
from veedor.ranking.training import Parts, parts_of
from veedor.ranking.trees import Packed

MODEL_SEEDS = (0, 1, 2)
DRAWS, DRAW_SEED = 200, 7
BATCH, CYCLE_LENGTH = 2_048, 6


class Kinds(NamedTuple):
    """Rows of features of the judged payments by kind, and processor seconds of the peer for them."""

    rows: Mapping[str, np.ndarray]
    peer_seconds: float


@dataclass(frozen=True)
class Trial:
    """What one kind of features gave on one set, for each model seed: quality and scores of the last payments."""

    qualities: Sequence[Quality]
    scores: Sequence[np.ndarray]
    lines: Sequence[float]
    trees: Sequence[Packed]

    def mean(self, name: str) -> float:
        return float(np.mean([getattr(each, name) for each in self.qualities]))

    def spread(self, name: str) -> float:
        return float(np.std([getattr(each, name) for each in self.qualities], ddof=1))


def kinds(given: Set, ablation: bool = False) -> Kinds:
    """raw, peer (raw beside GraphFeaturePreprocessor, where installed), ours; and ours without patterns."""
    made = features.features(given.flows)[given.judged]
    raw = given.raw[given.judged]
    rows = {"raw": raw, "ours": made}
    if ablation:
        rows["ours without patterns"] = made[:, : len(features.PLAIN) + len(activity.NAMES)]
    seconds = 0.0
    if money_peer.installed():
        counts, seconds = _peer(given)
        rows["peer"] = np.hstack((raw, counts))
    return Kinds(rows, seconds)


def _peer(given: Set) -> tuple[np.ndarray, float]:
    """The peer's columns for each judged payment, in batches in order of time."""
    flows = given.flows
    kept = np.flatnonzero(given.judged)
    amount = flows.amount[kept]
    stream = Stream(flows.payer[kept], flows.payee[kept], flows.known[kept], amount)  # type: ignore[arg-type] # floats
    wanted = dict.fromkeys(money_peer.PATTERNS, given.hours)
    return money_peer.features(stream, wanted, BATCH, given.hours, CYCLE_LENGTH)


def split(given: Set) -> Parts:
    """Parts by time; of a large set one of so many unsuspicious payments teaches; line and judgement take all."""
    known, suspicious = given.flows.known[given.judged], given.suspicious[given.judged]
    parts = parts_of(known, np.ones(len(known), np.bool_))
    teaches = suspicious | (np.arange(len(known)) % given.one_of == 0)
    return parts._replace(learned=parts.learned & teaches)


def trial(rows: np.ndarray, suspicious: np.ndarray, parts: Parts, seeds: Sequence[int] = MODEL_SEEDS) -> Trial:
    """One model for each seed: the mean of several, as shipped."""
    qualities, every, lines, trees = [], [], [], []
    for seed in seeds:
        packed = Packed(
            boost_several(
                rows[parts.learned], suspicious[parts.learned], rows[parts.chosen], suspicious[parts.chosen], seed
            )
        )
        line = best_line(packed.scores(rows[parts.chosen]), suspicious[parts.chosen])
        scores = packed.scores(rows[parts.measured])
        qualities.append(quality(scores, suspicious[parts.measured], line))
        every.append(scores)
        lines.append(line)
        trees.append(packed)
    return Trial(qualities, every, lines, trees)


def judged_elsewhere(found: Trial, rows: np.ndarray, suspicious: np.ndarray) -> Trial:
    """The same trees and lines on the last payments of another set."""
    scores = [packed.scores(rows) for packed in found.trees]
    judged = [quality(each, suspicious, line) for each, line in zip(scores, found.lines, strict=True)]
    return Trial(judged, scores, found.lines, found.trees)


def interval(ours: Trial, other: Trial, suspicious: np.ndarray, block: np.ndarray) -> dict[str, tuple[float, float]]:
    """2.5 % and 97.5 % of (ours - other) in average precision and F1, mean over model seeds, blocks drawn anew."""
    generator = np.random.default_rng(DRAW_SEED)
    block = np.unique(block, return_inverse=True)[1]
    count = int(block.max()) + 1
    sides = [
        [_Ordered(scores, line, suspicious, block) for scores, line in zip(each.scores, each.lines, strict=True)]
        for each in (ours, other)
    ]
    gains = []
    for _ in range(DRAWS):
        weight = np.bincount(generator.integers(0, count, count), minlength=count).astype(np.float64)
        mine, theirs = (np.mean([one.figures(weight) for one in side], axis=0) for side in sides)
        gains.append(mine - theirs)
    low, high = np.percentile(np.array(gains), (2.5, 97.5), axis=0)
    return {name: (float(low[at]), float(high[at])) for at, name in enumerate(("average_precision", "f1"))}


class _Ordered:
    """Scores in order, so that a draw costs one pass; of equal scores all or none are shown."""

    def __init__(self, scores: np.ndarray, line: float, suspicious: np.ndarray, block: np.ndarray) -> None:
        order = np.argsort(-scores, kind="stable")
        self.true, self.block = suspicious[order].astype(np.float64), block[order]
        self.last = np.searchsorted(-scores[order], -scores[order], side="right") - 1
        self.shown = int((scores >= line).sum())

    def figures(self, weight: np.ndarray) -> tuple[float, float]:
        """(average precision, F1) with each payment as often as its block was drawn."""
        often = weight[self.block]
        hits, seen = np.cumsum(often * self.true), np.cumsum(often)
        total = max(hits[-1], 1e-9)
        precise = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)[self.last]
        true = hits[self.shown - 1] if self.shown else 0.0
        shown = seen[self.shown - 1] if self.shown else 0.0
        return float(np.sum(precise * often * self.true) / total), float(2 * true / max(shown + total, 1e-9))


def blocks(given: Set, parts: Parts) -> dict[str, np.ndarray]:
    """What is drawn: accounts that pay, or days."""
    payer, known = (values[given.judged][parts.measured] for values in (given.flows.payer, given.flows.known))
    return {"accounts": payer, "days": known // DAY_US}
