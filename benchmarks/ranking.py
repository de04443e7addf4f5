"""`make bench-ranking`: a learned order of payments on our features, beside raw columns and a closed miner's counts.

60, 20 and 20 of a hundred payments by time; the line comes from the middle part; three model seeds; same learner, same
settings (boosting.py), none of them chosen on these sets: they are those of the figures to beat. The miner is snapml's
GraphFeaturePreprocessor, which is in no lock file: `uv pip install snapml` where it may be measured; without it those
figures are left out, and the run says so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from benchmarks import money_peer, ranking_alone
from benchmarks.ranking_sets import Set, amlgentex, amlsim, simulated, synthfin
from benchmarks.ranking_trials import Kinds, Trial, blocks, interval, judged_elsewhere, kinds, split, trial
from benchmarks.record import Measure
from veedor.ranking.quality import average_precision
from veedor.ranking.training import Parts

SEEDS = (501, 502, 503, 504, 505)
# F1 and PR-AUC of LightGBM with the miner's counts, as measured before by others (docs/ranking.md).
BARS = {"amlgentex": (0.348, 0.288), "synthfin": (0.543, 0.603), "amlsim": (0.788, 0.833)}
NAMES = {"raw": "raw columns", "peer": "raw and GFP", "ours": "ours", "ours without patterns": "ours without patterns"}


class Done:
    """All trials on one set."""

    def __init__(self, given: Set, ablation: bool = False) -> None:
        print(f"bench-ranking: {given.name}, {int(given.judged.sum()):,} payments", file=sys.stderr, flush=True)
        self.given, self.parts = given, split(given)
        self.suspicious = given.suspicious[given.judged]
        self.kinds: Kinds = kinds(given, ablation)
        self.trials: dict[str, Trial] = {
            name: trial(rows, self.suspicious, self.parts) for name, rows in self.kinds.rows.items()
        }
        self.last = self.suspicious[self.parts.measured]


def measure() -> Sequence[Measure]:
    """Every set, every kind of features; one learned on one set and tried on another; detectors alone."""
    if not money_peer.installed():
        print("bench-ranking: snapml is not installed, so its figures are left out", file=sys.stderr)
    others = [Done(amlgentex(), ablation=True), Done(synthfin()), Done(amlsim())]
    own = [Done(simulated(seed)) for seed in SEEDS]
    figures = [figure for done in others for figure in _set(done)]
    figures += _own(own)
    figures += [figure for pair in permutations(others, 2) for figure in _cross(*pair)]
    return (*figures, *ranking_alone.measure())


def _set(done: Done) -> Iterator[Measure]:
    name = done.given.name
    counts = [f"{int(done.suspicious[part].sum()):,} of {int(part.sum()):,}" for part in done.parts]
    yield Measure(f"{name}: suspicious payments to learn from", int(done.suspicious[done.parts.learned].sum()), "",
                  note=f"learned {counts[0]}, line {counts[1]}, judged {counts[2]}")  # fmt: skip
    for kind, found in done.trials.items():
        yield from _quality(name, kind, found, done.trials.get("raw"))
    yield from _gains(done)
    yield from _strangers(done)
    yield from _instances(done)


def _quality(name: str, kind: str, found: Trial, raw: Trial | None) -> Iterator[Measure]:
    bar = BARS.get(name, (None, None)) if kind == "ours" else (None, None)
    others = (
        f"P@100 {found.mean('precision_at_100'):.2f}, recall {found.mean('recall'):.2f}, "
        f"{found.mean('false_per_10_000'):.0f} false per 10,000"
    )
    for what, figure, goal, note in (("F1", "f1", bar[0], others), ("PR-AUC", "average_precision", bar[1], "")):
        spread = f"sd {found.spread(figure):.3f} over {len(found.qualities)} model seeds"
        ratio = None if raw is None else found.mean(figure) / max(raw.mean(figure), 1e-9)
        yield Measure(f"{name}, {NAMES[kind]}: {what}", found.mean(figure), "", ratio, "raw columns",
                      "" if goal is None else f"> {goal}", "; ".join(filter(None, (spread, note))))  # fmt: skip


def _gains(done: Done) -> Iterator[Measure]:
    """Ours less the peer, with the interval of the difference by accounts and by days."""
    for other in ("peer", "raw"):
        if other not in done.trials:
            continue
        ours, theirs = done.trials["ours"], done.trials[other]
        for unit, block in blocks(done.given, done.parts).items():
            found = interval(ours, theirs, done.last, block)
            for what, figure in (("F1", "f1"), ("PR-AUC", "average_precision")):
                low, high = found[figure]
                yield Measure(
                    f"{done.given.name}: ours less {NAMES[other]}, {what}", ours.mean(figure) - theirs.mean(figure), "",
                    goal="interval above 0", note=f"95 % {low:.3f} to {high:.3f}, {unit} drawn anew",
                )  # fmt: skip


def _strangers(done: Done) -> Iterator[Measure]:
    """PR-AUC where neither account had a suspicious payment before: what is not known by the account."""
    flows, judged, parts = done.given.flows, done.given.judged, done.parts
    payer, payee = flows.payer[judged], flows.payee[judged]
    before = done.suspicious & (parts.learned | parts.chosen)
    known = np.union1d(payer[before], payee[before])
    new = ~np.isin(payer[parts.measured], known) & ~np.isin(payee[parts.measured], known)
    for kind in ("raw", "peer", "ours"):
        if kind in done.trials and done.last[new].any():
            figures = [average_precision(scores[new], done.last[new]) for scores in done.trials[kind].scores]
            yield Measure(
                f"{done.given.name}, {NAMES[kind]}: PR-AUC among accounts without suspicious payments before",
                float(np.mean(figures)), "", note=f"{int(done.last[new].sum())} suspicious of {int(new.sum()):,}",
            )  # fmt: skip


def _instances(done: Done) -> Iterator[Measure]:
    """By typology: payments above the line, and instances of whose judged payments half are."""
    for typology, (above, of, found, instances) in _typologies(done).items():
        yield Measure(f"{done.given.name}, ours: recall of {typology}", above / max(of, 1), "",
                      note=f"{of} payments; {found:.1f} of {instances} instances")  # fmt: skip


def _typologies(done: Done, kind: str = "ours") -> dict[str, tuple[float, int, float, int]]:
    given, parts = done.given, done.parts
    instance = given.instance[given.judged][parts.measured]
    told: dict[str, tuple[float, int, float, int]] = {}
    found = done.trials[kind]
    for typology in sorted(set(given.typology.values())):
        mine = [number for number, name in given.typology.items() if name == typology and (instance == number).any()]
        here = np.isin(instance, mine)
        above, whole = [], []
        for scores, line in zip(found.scores, found.lines, strict=True):
            shown = scores >= line
            above.append(int((shown & here).sum()))
            whole.append(sum(2 * int(shown[instance == number].sum()) >= (instance == number).sum() for number in mine))
        if mine:
            told[typology] = float(np.mean(above)), int(here.sum()), float(np.mean(whole)), len(mine)
    return told


def _own(done: Sequence[Done]) -> Iterator[Measure]:
    """Our simulator: mean over generator seeds of the mean over model seeds, and the gain of every seed."""
    for kind in ("raw", "peer", "ours"):
        if kind not in done[0].trials:
            continue
        for what, figure in (("F1", "f1"), ("PR-AUC", "average_precision"), ("P@100", "precision_at_100")):
            values = [one.trials[kind].mean(figure) for one in done]
            note = f"sd {np.std(values, ddof=1):.3f} over {len(done)} generator seeds x 3 model seeds"
            yield Measure(f"simulator, {NAMES[kind]}: {what}", float(np.mean(values)), "", note=note)
    for other in ("peer", "raw"):
        if other not in done[0].trials:
            continue
        for what, figure in (("F1", "f1"), ("PR-AUC", "average_precision")):
            gains = np.array([one.trials["ours"].mean(figure) - one.trials[other].mean(figure) for one in done])
            # Student's t for five seeds.
            half = 2.776 * gains.std(ddof=1) / np.sqrt(len(gains))
            yield Measure(
                f"simulator: ours less {NAMES[other]}, {what}", float(gains.mean()), "", goal="interval above 0",
                note=f"95 % {gains.mean() - half:.3f} to {gains.mean() + half:.3f}, {len(gains)} generator seeds",
            )  # fmt: skip
    told = [_typologies(one) for one in done]
    for typology in sorted({name for one in told for name in one}):
        rows = [one[typology] for one in told if typology in one]
        above, of, found, instances = (sum(values) for values in zip(*rows, strict=True))
        yield Measure(f"simulator, ours: recall of {typology}", above / max(of, 1), "",
                      note=f"{of} payments; {found:.1f} of {instances} instances")  # fmt: skip


def _cross(here: Done, there: Done) -> Iterator[Measure]:
    """Learned on one set, judged on the last payments of another."""
    parts: Parts = there.parts
    base = float(there.last.mean())
    for kind in ("raw", "peer", "ours"):
        if kind not in here.trials:
            continue
        rows = there.kinds.rows[kind][parts.measured]
        mine = here.kinds.rows[kind]
        if mine.shape[1] != rows.shape[1]:
            continue
        found = judged_elsewhere(here.trials[kind], rows, there.last)
        value = float(np.mean([each.average_precision for each in found]))
        f1 = float(np.mean([each.f1 for each in found]))
        yield Measure(
            f"learned on {here.given.name}, judged on {there.given.name}, {NAMES[kind]}: PR-AUC", value, "",
            value / base, "by chance", note=f"F1 {f1:.3f} at the line of where it was learned",
        )  # fmt: skip
