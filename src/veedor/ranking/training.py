"""Learning an order from the past: the oldest payments teach, later ones say when to stop, the latest how good it is.

Nothing is learned from what came after what it is tried on. The model that was measured is the one that is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from veedor.errors import UsageError
from veedor.money import columns
from veedor.money.columns import Bools, Ints
from veedor.ranking import boosting, features
from veedor.ranking.flows import Flows
from veedor.ranking.labels import CLEARED, DISPUTED, SUSPICIOUS, UNNAMED, Applied
from veedor.ranking.model import RankingModel, Trained
from veedor.ranking.quality import best_line, precision_at, quality
from veedor.ranking.trees import Packed
from veedor.version import VERSION

LEARNED_PERCENT, CHOSEN_PERCENT = 60, 80
LEAST_SUSPICIOUS = 5


class Parts(NamedTuple):
    """Which payments teach, which say when to stop and where the line lies, which measure: in order of time."""

    learned: Bools
    chosen: Bools
    measured: Bools


def parts_of(known: Ints, used: Bools) -> Parts:
    """60, 20 and 20 of a hundred of the payments that are `used`; payments of one moment stay together."""
    ordered = np.sort(known[used])
    first, second = (int(ordered[(len(ordered) - 1) * share // 100]) for share in (LEARNED_PERCENT, CHOSEN_PERCENT))
    return Parts(used & (known <= first), used & (known > first) & (known <= second), used & (known > second))


class Reviewed(NamedTuple):
    """What was decided: the labels on payments, their file, and the time that all alerts of were looked at."""

    applied: Applied
    labels: int
    sha256: str
    from_us: int
    until_us: int


def learn(flows: Flows, reviewed: Reviewed, seed: int = 0) -> RankingModel:
    """A model from the payments of the reviewed time. UsageError where too few suspicious ones lie in a part of it, or
    LightGBM is not installed."""
    verdict = reviewed.applied.verdict
    used = (flows.known >= reviewed.from_us) & (flows.known <= reviewed.until_us) & (verdict != DISPUTED)
    suspicious = verdict == SUSPICIOUS
    boosting.library()
    if not (suspicious & used).any():
        raise _too_few("none")
    parts = parts_of(flows.known, used)
    counts = [int((suspicious & part).sum()) for part in parts]
    if min(counts) < LEAST_SUSPICIOUS:
        raise _too_few(", ".join(str(count) for count in counts))
    rows = features.features(flows)
    trees = boosting.boost_several(
        rows[parts.learned], suspicious[parts.learned], rows[parts.chosen], suspicious[parts.chosen], seed
    )
    packed = Packed(trees)
    line = best_line(packed.scores(rows[parts.chosen]), suspicious[parts.chosen])
    scores = packed.scores(rows[parts.measured])
    spans = [(int(flows.known[part].min()), int(flows.known[part].max())) for part in parts]
    return RankingModel(
        veedor=VERSION,
        library=f"lightgbm {boosting.library().__version__}",
        seed=seed,
        features=features.NAMES,
        line=line,
        trained=Trained(
            labels=reviewed.labels,
            labels_sha256=reviewed.sha256,
            idle=len(reviewed.applied.idle),
            suspicious=int((suspicious & used).sum()),
            cleared=int(((verdict == CLEARED) & used).sum()),
            others=int(((verdict == UNNAMED) & used).sum()),
            disputed=int((verdict == DISPUTED).sum()),
            learned_us=spans[0],
            chosen_us=spans[1],
            measured_us=spans[2],
            simulated=bool(columns.flags(flows.payments["simulated"])[used].any()),
        ),
        measured=quality(scores, suspicious[parts.measured], line),
        amount_alone=precision_at(flows.amount[parts.measured], suspicious[parts.measured], 100),
        trees=trees,
    )


def _too_few(found: str) -> UsageError:
    return UsageError(
        "too few suspicious payments to learn from",
        expected=f"at least {LEAST_SUSPICIOUS} in each of the first 60, the next 20 and the last 20 of a hundred "
        "payments of the reviewed time",
        found=found,
        next_step="label more, over a longer time; say with --from and --until which time was reviewed",
    )
