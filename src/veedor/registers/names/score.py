"""The score of two names with everything that made it: terms that add up to the total, and which words met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.registers.names.compare import compare, compare_many, scratch
from veedor.registers.names.features import COUNT, FEATURES
from veedor.registers.names.prepare import PreparedName
from veedor.registers.names.table import NameTable, name_table
from veedor.registers.names.weights import WEIGHTS

_WEIGHT = np.array([WEIGHTS[name][0] for name in FEATURES], np.int64)
_UNIT = np.array([WEIGHTS[name][1] for name in FEATURES], np.int64)


@dataclass(frozen=True)
class NameTerm:
    """One part of a score, in thousandths of log10. `amount` is the mass or the number that it was given for."""

    name: str
    milli_log10: int
    amount: int
    source: str


@dataclass(frozen=True)
class Met:
    """Words that were held together; `how` is one of FEATURES. Two words of one side are joined by a space."""

    one: str
    other: str
    how: str


@dataclass(frozen=True)
class NameScore:
    """`milli_log10` is the sum of `terms`. Equal names of many rare letters score higher than short or common ones:
    there is no upper end."""

    milli_log10: int
    terms: tuple[NameTerm, ...]
    met: tuple[Met, ...]


def score(one: PreparedName, other: PreparedName) -> NameScore:
    """Compares two names and says why."""
    space = scratch()
    features = np.zeros(COUNT, np.int32)
    found = compare(name_table([one]), 0, name_table([other]), 0, *space, features)
    parts = terms_of(features)
    worth = [
        NameTerm(f"name.{name}", int(part), int(amount), WEIGHTS[name][2])
        for name, part, amount in zip(FEATURES, parts, features, strict=True)
        if amount
    ]
    met = tuple(sorted((int(a), int(b), int(kind), int(side)) for a, b, kind, side in space[2][:found]))
    return NameScore(
        int(parts.sum()),
        tuple(worth),
        tuple(Met(_said(one, a, side == 1), _said(other, b, side == 2), FEATURES[kind]) for a, b, kind, side in met),
    )


def scores(
    left: NameTable, ones: Sequence[int] | npt.NDArray[np.int64], right: NameTable, others: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Totals of many pairs: name `ones[i]` of `left` with name `others[i]` of `right`."""
    features = np.zeros((len(others), COUNT), np.int32)
    firsts = np.asarray(ones, np.int64)
    compare_many(left, firsts, right, np.asarray(others, np.int64), features, *scratch())
    return np.asarray(terms_of(features).sum(axis=1), np.int64)


def terms_of(features: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """What each count is worth; whole numbers, rounded toward minus infinity."""
    return np.asarray(features.astype(np.int64) * _WEIGHT // _UNIT, np.int64)


def _said(name: PreparedName, at: int, joined: bool) -> str:
    return " ".join(word.text for word in name.words[at : at + 1 + joined])
