"""How good an order is on payments whose labels are known: shares of the suspicious ones, never of all.

Of payments with equal scores all or none are above a line, so that nothing hangs on how they happened to be sorted.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from veedor.money.columns import Bools
from veedor.ranking.flows import Floats


class Quality(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Figures from 0 to 1 of the payments of a time that the model had not seen. `average_precision`: precision over
    all lengths of the list (PR-AUC); `lift`: how many times as many suspicious ones are among the first hundred as
    among as many by chance; the others at the line that the time before it gave."""

    payments: int
    suspicious: int
    average_precision: float
    precision_at_100: float
    lift_at_100: float
    precision: float
    recall: float
    f1: float
    false_per_10_000: float


def _steps(scores: Floats, suspicious: Bools) -> tuple[Floats, Floats, Floats]:
    """Scores from the top, each once, with suspicious payments and payments at or above it."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(suspicious[order])
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if len(ranked) else np.zeros(0, np.int64)
    return ranked[last], hits[last].astype(np.float64), (last + 1).astype(np.float64)


def average_precision(scores: Floats, suspicious: Bools) -> float:
    """Sum of precision times the recall gained, down the list; 0 where none is suspicious."""
    _, hits, shown = _steps(scores, suspicious)
    if not suspicious.any():
        return 0.0
    return float(np.sum(hits / shown * np.diff(hits, prepend=0.0)) / hits[-1])


def best_line(scores: Floats, suspicious: Bools) -> float:
    """The score from which on F1 is largest; the highest such score."""
    lines, hits, shown = _steps(scores, suspicious)
    f1 = 2 * hits / np.maximum(shown + suspicious.sum(), 1)
    return float(lines[np.argmax(f1)]) if len(lines) else 0.0


def precision_at(scores: Floats, suspicious: Bools, shown: int) -> float:
    """Share of suspicious ones among the first `shown`; those that tie at its end count by their share."""
    shown = min(shown, len(scores))
    if not shown:
        return 0.0
    line = np.sort(scores)[::-1][shown - 1]
    above, at = scores > line, scores == line
    part = (shown - above.sum()) / at.sum()
    return float((suspicious[above].sum() + part * suspicious[at].sum()) / shown)


def quality(scores: Floats, suspicious: Bools, line: float) -> Quality:
    """Figures of these scores; `line` from other payments."""
    shown, true = scores >= line, int(suspicious.sum())
    hits = int((shown & suspicious).sum())
    among = precision_at(scores, suspicious, 100)
    count = max(len(scores), 1)
    return Quality(
        payments=len(scores),
        suspicious=true,
        average_precision=average_precision(scores, suspicious),
        precision_at_100=among,
        lift_at_100=among * count / max(true, 1),
        precision=hits / max(int(shown.sum()), 1),
        recall=hits / max(true, 1),
        f1=2 * hits / max(int(shown.sum()) + true, 1),
        false_per_10_000=10_000 * (int(shown.sum()) - hits) / count,
    )
