"""What one document or one event can do twice: meet two obligations, or two periods of one.

Whoever owes the same act under two articles has performed both by doing it once, unless the text says otherwise; an
accord that wants two acts names two events, or counts (`at_least`, value "2"). So it counts for each, and both
`accord check` and `accord explain` say where that can happen, for people to agree to or to draft away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from veedor.accord.model.accord import Accord
from veedor.accord.model.conditions import All, AnyOf, AtLeast, Condition, Happened, NOf
from veedor.accord.model.metrics import DocumentsAttested, EventsCounted
from veedor.accord.model.obligations import Obligation, Windows


class Shared(Struct, frozen=True):
    """`obligation` asks for something that also meets `others`; `overlaps`: what comes between the end of a period and
    its deadline also counts for the next period."""

    obligation: str
    others: tuple[str, ...]
    overlaps: bool


def shared(accord: Accord) -> tuple[Shared, ...]:
    """Every obligation that something else is met by too, by id."""
    asked: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, obligation in accord.obligations.items():
        for each in _asked(obligation.met_when, accord):
            asked[each].add(name)
    found = []
    for name, obligation in sorted(accord.obligations.items()):
        keys = list(_asked(obligation.met_when, accord))
        others = sorted({other for each in keys for other in asked[each]} - {name})
        overlaps = bool(keys) and _due_in_the_next(obligation)
        if others or overlaps:
            found.append(Shared(name, tuple(others), overlaps))
    return tuple(found)


def _asked(condition: Condition, accord: Accord) -> Iterator[tuple[str, ...]]:
    """The documents and events that a condition can be met by."""
    for each in _elements(condition):
        if isinstance(each, Happened):
            yield ("event", each.event)
        elif isinstance(each, AtLeast):
            metric = accord.metrics.get(each.metric)
            if isinstance(metric, DocumentsAttested):
                yield ("document", metric.party, metric.document)
            elif isinstance(metric, EventsCounted):
                yield ("event", metric.event)


def _elements(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All | AnyOf | NOf):
        for each in condition.of:
            yield from _elements(each)
    else:
        yield condition


def _due_in_the_next(obligation: Obligation) -> bool:
    if not isinstance(obligation.arises, Windows):
        return False
    due, length = obligation.due, obligation.arises.length
    if due.anchor == "window.end":
        return due.amount > 0
    return due.anchor == "window.start" and due.unit == length.unit and due.amount > length.amount
