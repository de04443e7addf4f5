"""Kernels of weighted least squares in a fixed order of additions: sums, Cholesky, inverse, sums by target."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def _sums() -> list[tuple[object, ...]]:
    error = np.array([[1.0, -2.0], [0.5, 0.25]])
    slope = np.arange(56.0).reshape(2, 2, 14) * 0.01
    return [(error, slope, np.ones(2), np.array([0, 1]), np.array([1, 0]), np.zeros((14, 14)), np.zeros(14))]


@kernel(examples=_sums)
def add_up(
    error: Floats, slope: Floats, weight: Floats, own: Ints, other: Ints, matrix: Floats, vector: Floats
) -> tuple[Floats, Floats]:
    """Adds weight * J'J to `matrix` (lower triangle) and -weight * J'e to `vector`, sample by sample."""
    at = np.empty(14, np.int64)
    last = len(vector) - 2
    for i in range(len(error)):
        if weight[i] == 0.0:
            continue
        for k in range(6):
            at[k] = own[i] * 6 + k
            at[6 + k] = other[i] * 6 + k
        at[12], at[13] = last, last + 1
        for axis in range(2):
            for j in range(14):
                value = slope[i, axis, j] * weight[i]
                if value == 0.0:
                    continue
                vector[at[j]] -= value * error[i, axis]
                for k in range(14):
                    if at[k] <= at[j]:
                        matrix[at[j], at[k]] += value * slope[i, axis, k]
    return matrix, vector


@kernel(examples=lambda: [(np.array([[4.0, 0.0], [2.0, 3.0]]),)])
def cholesky(matrix: Floats) -> Floats:
    """The lower triangle L with L L' = matrix, of which the lower triangle is read; in place."""
    for j in range(len(matrix)):
        for i in range(j, len(matrix)):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            # Parameters that nothing tells of have a prior; a rounding below zero can only be noise.
            matrix[i, j] = math.sqrt(max(total, 1e-300)) if i == j else total / matrix[j, j]
    return matrix


@kernel(examples=lambda: [(np.array([[2.0, 0.0], [1.0, 1.5]]), np.array([1.0, 2.0]))])
def solve(lower: Floats, vector: Floats) -> Floats:
    """x with L L' x = vector; in place."""
    for i in range(len(vector)):
        for k in range(i):
            vector[i] -= lower[i, k] * vector[k]
        vector[i] /= lower[i, i]
    for i in range(len(vector) - 1, -1, -1):
        for k in range(i + 1, len(vector)):
            vector[i] -= lower[k, i] * vector[k]
        vector[i] /= lower[i, i]
    return vector


@kernel(examples=lambda: [(np.array([[2.0, 0.0], [1.0, 1.5]]),)])
def inverse(lower: Floats) -> Floats:
    """(L L')^-1, whole."""
    size = len(lower)
    out = np.zeros((size, size))
    for j in range(size):
        out[j, j] = 1.0
        out[j] = solve(lower, out[j])
    return out


def _grouped() -> list[tuple[object, ...]]:
    error = np.array([[1.0, -2.0], [0.5, 0.25], [0.1, 0.1]])
    slope = np.arange(84.0).reshape(3, 2, 14) * 0.01
    group = np.array([0, 0, 1])
    return [(error, slope, np.ones(3), np.array([0, 1, 0]), np.array([1, 0, 1]), group, np.zeros((14, 14)))]


@kernel(examples=_grouped)
def add_scores(
    error: Floats, slope: Floats, weight: Floats, own: Ints, other: Ints, group: Ints, matrix: Floats
) -> Floats:
    """Adds the outer products of the sums of weight * J'e of each group (rows of a group stand together): how much the
    result owes to whole targets, whose errors are not independent from plot to plot."""
    size = len(matrix)
    score = np.zeros(size)
    for i in range(len(error)):
        for axis in range(2):
            value = weight[i] * error[i, axis]
            for k in range(6):
                score[own[i] * 6 + k] += value * slope[i, axis, k]
                score[other[i] * 6 + k] += value * slope[i, axis, 6 + k]
            score[size - 2] += value * slope[i, axis, 12]
            score[size - 1] += value * slope[i, axis, 13]
        if i + 1 == len(error) or group[i + 1] != group[i]:
            for j in range(size):
                if score[j] != 0.0:
                    for k in range(size):
                        matrix[j, k] += score[j] * score[k]
            score[:] = 0.0
    return matrix
