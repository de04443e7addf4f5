"""A learned order of payments on our features, beside raw columns and a closed miner's counts: sets that others made.

60, 20 and 20 of a hundred payments by time; the line comes from the middle part; three model seeds; same learner, same
settings (boosting.py), none of them chosen on these sets: they are those of the figures to beat. The miner is snapml's
GraphFeaturePreprocessor, which is in no lock file: `uv pip install snapml` where it may be measured; without it those
figures are left out, and the run says so.

`make bench-ranking` is all parts, each saved as soon as it is done: `bench-ranking-amlgentex`, `-synthfin`, `-amlsim`,
`-simulator` (ranking_simulator.py), `-across` (ranking_across.py), `-alone` (ranking_alone.py). Beside them stands
`bench-ranking-amlgentex-seeds` (ranking_amlgentex.py), whose sets everybody makes himself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks import money_peer, ranking_sets
from benchmarks.ranking_sets import Set
from benchmarks.ranking_trials import Kinds, Trial, blocks, interval, kinds, split, trial
from benchmarks.record import Measure
from veedor.ranking.quality import average_precision

# F1 and PR-AUC of LightGBM with the miner's counts, as measured before by others (docs/ranking.md).
BARS = {"amlgentex": (0.348, 0.288), "synthfin": (0.543, 0.603), "amlsim": (0.788, 0.833)}
NAMES = {"raw": "raw columns", "peer": "raw and GFP", "ours": "ours", "ours without patterns": "ours without patterns"}
Recalls = dict[str, tuple[float, int, float, int]]


class Done:
    """All trials on one set."""

    def __init__(self, given: Set, ablation: bool = False) -> None:
        print(f"bench-ranking: {given.name}, {int(given.judged.sum()):,} payments", file=sys.stderr, flush=True)
        if not money_peer.installed():
            print("bench-ranking: snapml is not installed, so its figures are left out", file=sys.stderr)
        self.given, self.parts = given, split(given)
        self.suspicious = given.suspicious[given.judged]
        self.kinds: Kinds = kinds(given, ablation)
        self.trials: dict[str, Trial] = {
            name: trial(rows, self.suspicious, self.parts) for name, rows in self.kinds.rows.items()
        }
        self.last = self.suspicious[self.parts.measured]


def amlgentex() -> Sequence[Measure]:
    return list(_set(Done(ranking_sets.amlgentex(), ablation=True)))


def synthfin() -> Sequence[Measure]:
    return list(_set(Done(ranking_sets.synthfin())))


def amlsim() -> Sequence[Measure]:
    return list(_set(Done(ranking_sets.amlsim())))


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
    theirs = typologies(done, "peer") if "peer" in done.trials else {}
    yield from recalls(done.given.name, typologies(done), theirs)


def recalls(name: str, ours: Recalls, theirs: Recalls) -> Iterator[Measure]:
    """One figure for each typology, and one for the instances of all."""
    if ours:
        found, instances = sum(each[2] for each in ours.values()), sum(each[3] for each in ours.values())
        beside = f"; raw and GFP {sum(each[2] for each in theirs.values()):.1f}" if theirs else ""
        yield Measure(f"{name}, ours: instances with half of their payments above the line", found / instances, "",
                      note=f"{found:.1f} of {instances}{beside}")  # fmt: skip
    for typology, (above, of, found, instances) in ours.items():
        beside = f"; raw and GFP {theirs[typology][0] / max(of, 1):.2f}" if theirs else ""
        yield Measure(f"{name}, ours: recall of {typology}", above / max(of, 1), "",
                      note=f"{of} payments; {found:.1f} of {instances} instances{beside}")  # fmt: skip


def typologies(done: Done, kind: str = "ours") -> Recalls:
    """By typology, mean over model seeds: payments above the line, of how many; instances with half of them, of how
    many."""
    given, parts = done.given, done.parts
    instance = given.instance[given.judged][parts.measured]
    told: Recalls = {}
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
