"""The biases that make a day's samples agree: robust least squares in a fixed number of rounds, with standard errors.

Each pair of sensors has its own scale (the median of its differences over what the declared noise makes of them), so a
pair that a fault spoils weighs little against the others; within a pair far samples weigh less (Huber 1964), in the
later rounds nothing (Tukey's biweight). What the samples do not tell stays at zero with the spread it was allowed.

Standard errors: the larger of the inverse of the normal matrix and of the sum over targets (Liang and Zeger 1986), for
errors of one aircraft (height, transponder, manoeuvre) repeat from plot to plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.sensing.bias_geometry import COLUMNS, HEIGHTS, PER_SENSOR, apart
from veedor.air.sensing.bias_rules import BiasRules, Spread
from veedor.air.sensing.normal_equations import add_scores, add_up, cholesky, inverse, solve
from veedor.kernel.exactmath import log
from veedor.kernel.sphere import RADIANS_PER_E7

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_HUBER, _TUKEY = 2.0, 6.0
_HUBER_ROUNDS = 5
_MEDIAN = 1.1774100225154747  # of the length of a standard normal vector of two dimensions
_LEAST_SCALE = 0.25


@dataclass(frozen=True)
class Day:
    """The samples of one day, ready for the fit, in order of `group` (target and hour).

    `samples` as bias_geometry reads them; `own`, `other` sensors by number; `own_site`, `other_site` rows of `sites`
    (-1: none); `noise` by sensor; `polar` which sensors are radars, `receivers` which give reports; `pair` the pair of
    sensors of each sample by number, `pairs` its sensors; `share` is 1 over the samples that use the same plot, for its
    noise counts once; `rows` is where each sample stood among those of the day."""

    samples: Ints
    own: Ints
    other: Ints
    own_site: Ints
    other_site: Ints
    sites: Floats
    noise: Floats
    group: Ints
    polar: tuple[bool, ...]
    receivers: tuple[bool, ...]
    pair: Ints
    pairs: tuple[tuple[int, int], ...]
    independent: Floats
    share: Floats
    rows: Ints


@dataclass(frozen=True)
class Fit:
    """`biases` by PER_SENSOR columns and sensor; `model` and `grouped` their covariances; `scale` by pair; `cost` is
    -2 log of the likelihood with the scale of each pair, up to a constant of the day."""

    biases: Floats
    model: Floats
    grouped: Floats
    scale: Floats
    cost: float

    def of(self, sensor: int) -> Floats:
        return self.biases[sensor * PER_SENSOR : (sensor + 1) * PER_SENSOR]

    def error(self, contrast: Floats) -> float:
        """The standard error of a sum of biases with these factors."""
        return float(np.sqrt(max(_quadratic(self.model, contrast), _quadratic(self.grouped, contrast), 0.0)))

    def value(self, contrast: Floats) -> float:
        """The sum of biases with these factors."""
        total = 0.0
        for k in np.flatnonzero(contrast).tolist():
            total += float(contrast[k]) * float(self.biases[k])
        return total


def fit(day: Day, spreads: Sequence[Spread], rules: BiasRules, exchanged: tuple[int, int] | None = None) -> Fit:
    """`spreads` by sensor; a spread of 0 keeps that bias at 0. `exchanged` numbers two sites that change places."""
    size = len(spreads) * PER_SENSOR + HEIGHTS
    precision, held = _precision(day, spreads, rules)
    own_site, other_site = _exchange(day.own_site, exchanged), _exchange(day.other_site, exchanged)
    count = len(day.samples)
    error, slope = np.empty((count, 2)), np.empty((count, 2, COLUMNS))
    model = np.array(
        [rules.sigma_height_mm / 1e3, rules.sigma_time_us / 1e6, rules.sigma_place_mm / 1e3], dtype=np.float64
    )
    biases = np.zeros(size)
    matrix, weight, scale = np.zeros((size, size)), np.zeros(count), np.ones(len(day.pairs))
    for number in range(rules.rounds + 1):
        apart(day.samples, day.own, day.other, own_site, other_site, day.sites, biases, day.noise, model, error, slope)
        length = np.sqrt(error[:, 0] * error[:, 0] + error[:, 1] * error[:, 1])
        scale = _scales(length, day.pair, len(day.pairs))
        weight = _weights(length / scale[day.pair], number < _HUBER_ROUNDS) / (scale * scale)[day.pair] * day.share
        matrix, vector = np.zeros((size, size)), np.zeros(size)
        add_up(error, slope, weight, day.own, day.other, matrix, vector)
        vector -= precision * biases
        for k in range(size):
            matrix[k, k] += precision[k]
            if held[k]:
                matrix[k, :] = 0.0
                matrix[:, k] = 0.0
                matrix[k, k], vector[k] = 1.0, 0.0
        cholesky(matrix)
        if number < rules.rounds:
            biases = biases + solve(matrix, vector)
    model_covariance = inverse(matrix)
    scores = add_scores(error, slope, weight, day.own, day.other, day.group, np.zeros((size, size)))
    scores[held, :] = 0.0
    scores[:, held] = 0.0
    groups = len(np.unique(day.group))
    # Each parameter takes one group's freedom; few groups would else say too little.
    freedom = max(1.0, groups - float(size - int(held.sum())))
    grouped = _product(_product(model_covariance, scores), model_covariance) * (groups / freedom)
    model_covariance[held, held] = 0.0
    return Fit(biases, model_covariance, grouped, scale, _cost(day, scale, precision, biases))


def _precision(day: Day, spreads: Sequence[Spread], rules: BiasRules) -> tuple[Floats, npt.NDArray[np.bool_]]:
    rows = []
    for spread, polar, receiver in zip(spreads, day.polar, day.receivers, strict=True):
        time, place = spread.time_us / 1e6, spread.place_mm / 1e3
        radar = (spread.range_mm / 1e3, spread.scale_e7 / 1e7, spread.azimuth_e7 * RADIANS_PER_E7, time, place, place)
        rows.append(radar if polar else (0.0, 0.0, 0.0, time if receiver else 0.0, 0.0, 0.0))
    sigma = np.array([*(value for row in rows for value in row), rules.pressure_mm / 1e3, rules.pressure_mm / 1e3 * 3])
    held = sigma == 0.0
    safe = np.where(held, 1.0, sigma)
    return np.where(held, 0.0, 1.0 / (safe * safe)), held


def _exchange(site: Ints, exchanged: tuple[int, int] | None) -> Ints:
    if exchanged is None:
        return site
    one, two = exchanged
    return np.where(site == one, two, np.where(site == two, one, site))


def _scales(length: Floats, pair: Ints, pairs: int) -> Floats:
    """The scale of each pair: the lower median of its lengths over that of pure declared noise."""
    order = np.lexsort((length, pair))
    starts = np.searchsorted(pair[order], np.arange(pairs + 1))
    middle = order[(starts[:-1] + np.maximum(starts[1:], starts[:-1] + 1) - 1) // 2]
    return np.maximum(length[middle] / _MEDIAN, _LEAST_SCALE)


def _weights(relative: Floats, early: bool) -> Floats:
    if early:
        return _HUBER / np.maximum(relative, _HUBER)
    share = np.minimum(relative / _TUKEY, 1.0)
    left = 1.0 - share * share
    return left * left


def _cost(day: Day, scale: Floats, precision: Floats, biases: Floats) -> float:
    total = 0.0
    for value, count in zip(scale.tolist(), day.independent.tolist(), strict=True):
        total += 4.0 * count * float(log(value))
    for value, bias in zip(precision.tolist(), biases.tolist(), strict=True):
        total += value * bias * bias
    return total


def _product(left: Floats, right: Floats) -> Floats:
    """Matrix product in a fixed order of additions: no BLAS."""
    out = np.zeros_like(left)
    for k in range(len(left)):
        out = out + left[:, k : k + 1] * right[k : k + 1, :]
    return out


def _quadratic(matrix: Floats, contrast: Floats) -> float:
    total = 0.0
    at = np.flatnonzero(contrast).tolist()
    for i in at:
        for j in at:
            total += float(contrast[i]) * float(contrast[j]) * float(matrix[i, j])
    return total
