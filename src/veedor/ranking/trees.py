"""A learned order as plain numbers: trees of yes-or-no questions, judged here and not by the library that made them.

So a model can be used where that library is not installed, its file cannot make anybody's memory unsafe, and each score
is the sum of what every question added, which is how it explains itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from msgspec import Struct

from veedor.errors import InputError
from veedor.kernel import kernel
from veedor.money.columns import Ints
from veedor.ranking.flows import Floats

MOST_NODES = 1_000_000


class Tree(Struct, frozen=True, forbid_unknown_fields=True):
    """Nodes from the root (0) down: at node n, `feature[n]` not above `threshold[n]` leads to `lower[n]`, else to
    `higher[n]`; a leaf has -1 for both. `value` (log-odds) is the score on reaching a node."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    lower: tuple[int, ...]
    higher: tuple[int, ...]
    value: tuple[float, ...]


class Packed:
    """All trees in one row of arrays, children numbered through."""

    def __init__(self, trees: Sequence[Tree]) -> None:
        starts = [0, *accumulate(len(tree.value) for tree in trees)]
        self.roots: Ints = np.array(starts[:-1], np.int64)
        self.feature: Ints = np.array([value for tree in trees for value in tree.feature], np.int64)
        self.threshold: Floats = np.array([value for tree in trees for value in tree.threshold], np.float64)
        self.value: Floats = np.array([value for tree in trees for value in tree.value], np.float64)
        self.lower = _numbered([tree.lower for tree in trees], starts)
        self.higher = _numbered([tree.higher for tree in trees], starts)

    def scores(self, rows: Floats) -> Floats:
        """The score of each row: log-odds, higher is more like what was labelled suspicious."""
        return np.asarray(
            score_rows(rows, self.roots, self.feature, self.threshold, self.lower, self.higher, self.value)
        )

    def parts(self, rows: Floats) -> Floats:
        """What each feature added to the score of each row; the last column is where every row begins."""
        return np.asarray(
            score_parts(rows, self.roots, self.feature, self.threshold, self.lower, self.higher, self.value)
        )


def _numbered(sides: Sequence[Sequence[int]], starts: Sequence[int]) -> Ints:
    """Children of all trees, counted from the first node of the first."""
    every = [at + start if at >= 0 else -1 for side, start in zip(sides, starts, strict=False) for at in side]
    return np.array(every, np.int64)


def check(trees: Sequence[Tree], features: int, file: str) -> None:
    """InputError where a tree asks for what is not there or would lead round in a circle."""
    if sum(len(tree.value) for tree in trees) > MOST_NODES:
        raise _broken(file, "trees", f"at most {MOST_NODES:,} nodes", "more")
    for number, tree in enumerate(trees):
        size, sides = len(tree.value), (tree.feature, tree.threshold, tree.lower, tree.higher)
        if not size or any(len(side) != size for side in sides):
            raise _broken(file, f"tree {number}", "as many of each as nodes, at least one", "another number")
        if not all(abs(value) < 1e300 for value in (*tree.threshold, *tree.value)):
            raise _broken(file, f"tree {number}", "finite numbers", "another")
        for node, (feature, low, high) in enumerate(zip(tree.feature, tree.lower, tree.higher, strict=True)):
            leaf = low == high == -1
            if not leaf and not (node < low < size and node < high < size and 0 <= feature < features):
                raise _broken(file, f"tree {number}, node {node}", "children after it and a known feature", "another")


def _broken(file: str, place: str, expected: str, found: str) -> InputError:
    return InputError(
        "this ranking model is damaged", file=file, place=place, expected=expected, found=found,
        next_step="train it again with `veedor ranking train`",
    )  # fmt: skip


def _examples() -> list[tuple[object, ...]]:
    rows = np.array([[0.0, 5.0], [2.0, -1.0], [1.0, 3.0]])
    packed = (
        np.array([0, 3], np.int64), np.array([0, 0, 0, 1, 0, 0], np.int64), np.array([1.0, 0, 0, 2.5, 0, 0]),
        np.array([1, -1, -1, 4, -1, -1], np.int64), np.array([2, -1, -1, 5, -1, -1], np.int64),
        np.array([0.1, -0.4, 0.7, 0.0, 0.25, -0.3]),
    )  # fmt: skip
    return [(rows, *packed), (rows[:0], *packed)]


@kernel(examples=_examples)
def score_rows(
    rows: Floats, roots: Ints, feature: Ints, threshold: Floats, lower: Ints, higher: Ints, value: Floats
) -> Floats:
    """Sum of the leaves that each row reaches, tree after tree."""
    out = np.zeros(len(rows))
    for row in range(len(rows)):
        for root in roots:
            node = root
            while lower[node] >= 0:
                node = lower[node] if rows[row, feature[node]] <= threshold[node] else higher[node]
            out[row] += value[node]
    return out


@kernel(examples=_examples)
def score_parts(
    rows: Floats, roots: Ints, feature: Ints, threshold: Floats, lower: Ints, higher: Ints, value: Floats
) -> Floats:
    """The same sum by feature: a question adds how much the score on reaching the next node differs from this one."""
    out = np.zeros((len(rows), rows.shape[1] + 1))
    for row in range(len(rows)):
        for root in roots:
            node = root
            out[row, rows.shape[1]] += value[node]
            while lower[node] >= 0:
                asked = feature[node]
                then = lower[node] if rows[row, asked] <= threshold[node] else higher[node]
                out[row, asked] += value[then] - value[node]
                node = then
    return out
