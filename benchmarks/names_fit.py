"""A logistic regression small enough to read, with the signs that the field gives; the best threshold of a score."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from veedor.registers.names.features import FEATURES

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
RIDGE = 1.0
# What speaks against is not let speak for, whatever few examples say.
_AGAINST = {"left_out", "may_go", "contradicted", "order", "number", "form", "one_word"}
_EITHER = {"loose", "single"}


def fit(features: Floats, truth: Bools) -> Floats:
    """Weights of the features (natural logarithm), without the constant."""
    wide = np.c_[features, np.ones(len(features))]

    def loss(weights: Floats) -> tuple[float, Floats]:
        value = wide @ weights
        chance = 1 / (1 + np.exp(-value))
        cost = np.logaddexp(0, np.where(truth, -value, value)).sum() + RIDGE * (weights[:-1] ** 2).sum() / 2
        return float(cost), wide.T @ (chance - truth) + RIDGE * np.r_[weights[:-1], 0]

    bounds: list[tuple[float | None, float | None]] = [
        (None, 0.0) if name in _AGAINST else (None, None) if name in _EITHER else (0.0, None) for name in FEATURES
    ]
    found: Any = minimize(loss, np.zeros(wide.shape[1]), jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B")
    return np.asarray(found.x[:-1], np.float64)


def best_threshold(values: Floats, truth: Bools) -> float:
    """Between the last score to call true and the next, where F1 is largest."""
    order = np.argsort(-values, kind="stable")
    true, ordered = np.cumsum(truth[order]), values[order]
    score = 2 * true / (np.arange(1, len(truth) + 1) + truth.sum())
    ends = np.r_[ordered[:-1] != ordered[1:], True]
    at = int(np.argmax(np.where(ends, score, 0)))
    return float(ordered[at] + ordered[at + 1]) / 2 if at + 1 < len(ordered) else float(ordered[at]) - 1


def f1(said: Bools, truth: Bools) -> float:
    """Harmonic mean of precision and recall of the true ones."""
    return 2 * int((said & truth).sum()) / max(1, int(said.sum() + truth.sum()))
