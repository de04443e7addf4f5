"""A learned order used where nothing was learned: trained on one set, judged on the last payments of another.

Every set gives amount and hour as raw columns here, so that all features mean the same in all sets; one model seed. A
line does not carry over, as suspicious payments are ten times as frequent in one set as in another: what counts is the
order, beside the one that chance would give. synthfin is left out: it would cost more than the three others together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from benchmarks.ranking import NAMES
from benchmarks.ranking_sets import Set, amlgentex, amlsim, plain, simulated
from benchmarks.ranking_trials import Trial, blocks, interval, judged_elsewhere, kinds, split, trial
from benchmarks.record import Measure
from veedor.ranking.training import Parts

# A seed that no figure of ranking_simulator.py is taken from.
SEED = 506


@dataclass(frozen=True)
class Learned:
    """One set: its models by kind of features, and the last payments that others are judged on."""

    given: Set
    parts: Parts
    trials: dict[str, Trial]
    rows: dict[str, np.ndarray]
    last: np.ndarray


def measure() -> Sequence[Measure]:
    sets = [_learned(given) for given in (amlgentex(), amlsim(), simulated(SEED))]
    return [figure for here, there in permutations(sets, 2) for figure in _pair(here, there)]


def _learned(given: Set) -> Learned:
    given = replace(given, raw=plain(given.flows))
    parts, suspicious = split(given), given.suspicious[given.judged]
    rows = dict(kinds(given).rows)
    trials = {kind: trial(each, suspicious, parts, (0,)) for kind, each in rows.items()}
    last = {kind: each[parts.measured] for kind, each in rows.items()}
    return Learned(given, parts, trials, last, suspicious[parts.measured])


def _pair(here: Learned, there: Learned) -> Iterator[Measure]:
    name = f"learned on {here.given.name}, judged on {there.given.name}"
    base = float(there.last.mean())
    judged = {kind: judged_elsewhere(found, there.rows[kind], there.last) for kind, found in here.trials.items()}
    for kind, found in judged.items():
        value = found.mean("average_precision")
        yield Measure(
            f"{name}, {NAMES[kind]}: PR-AUC", value, "", value / base, "by chance",
            note=f"P@100 {found.mean('precision_at_100'):.2f}; learned there: "
            f"{there.trials[kind].mean('average_precision'):.3f}",
        )  # fmt: skip
    if "peer" in judged:
        block = blocks(there.given, there.parts)["accounts"]
        low, high = interval(judged["ours"], judged["peer"], there.last, block)["average_precision"]
        gain = judged["ours"].mean("average_precision") - judged["peer"].mean("average_precision")
        yield Measure(f"{name}: ours less {NAMES['peer']}, PR-AUC", gain, "", goal="interval above 0",
                      note=f"95 % {low:.3f} to {high:.3f}, accounts drawn anew")  # fmt: skip
