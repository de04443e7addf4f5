"""Conditions that can hold and can fail: a threshold nobody can reach, or nobody can miss, is a mistake or a trick."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from veedor.accord.check.names import Wrong
from veedor.accord.check.slots import Path
from veedor.accord.model.accord import Accord
from veedor.accord.model.conditions import All, AnyOf, AtLeast, AtMost, Condition, Happened, NOf
from veedor.accord.model.metrics import DeliveredRatio, FigureDisagreement

_AT_MOST_ONE = (DeliveredRatio, FigureDisagreement)


def wrong_conditions(accord: Accord) -> Iterator[Wrong]:
    """Conditions that can never hold, and single tests that always do."""
    for name, obligation in accord.obligations.items():
        path: Path = ("obligations", name, "met_when")
        if not can_hold(obligation.met_when, accord):
            yield Wrong(path, "this condition can never hold")
        yield from _always(path, obligation.met_when, accord)


def can_hold(condition: Condition, accord: Accord) -> bool:
    """Whether some values of its metrics make it true."""
    match condition:
        case All():
            return all(can_hold(each, accord) for each in condition.of) and _together(condition.of)
        case AnyOf():
            return any(can_hold(each, accord) for each in condition.of)
        case NOf():
            return sum(can_hold(each, accord) for each in condition.of) >= condition.n
        case AtLeast():
            bounded = isinstance(accord.metrics.get(condition.metric), _AT_MOST_ONE)
            return not bounded or Fraction(condition.value) <= 1
        case AtMost() | Happened():
            return True


def _together(parts: tuple[Condition, ...]) -> bool:
    """Whether bounds of the same metric leave anything between them."""
    least: dict[str, Fraction] = {}
    most: dict[str, Fraction] = {}
    for each in parts:
        if isinstance(each, AtLeast):
            least[each.metric] = max(least.get(each.metric, Fraction(0)), Fraction(each.value))
        elif isinstance(each, AtMost):
            known = most.get(each.metric)
            most[each.metric] = Fraction(each.value) if known is None else min(known, Fraction(each.value))
    return all(least[name] <= most[name] for name in least if name in most)


def _always(path: Path, condition: Condition, accord: Accord) -> Iterator[Wrong]:
    match condition:
        case All() | AnyOf() | NOf():
            for number, each in enumerate(condition.of):
                yield from _always((*path, "of", number), each, accord)
        case AtLeast() if Fraction(condition.value) == 0:
            yield Wrong((*path, "value"), "this test always holds", found="at least 0")
        case AtMost() if (
            isinstance(accord.metrics.get(condition.metric), _AT_MOST_ONE) and Fraction(condition.value) >= 1
        ):
            yield Wrong((*path, "value"), "this test always holds", found=f"at most {condition.value} of a share")
