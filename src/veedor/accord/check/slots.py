"""Every place in an accord where a deadline stands: its path, what it may be counted from, and how short it may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from veedor.accord.deadlines import Deadline
from veedor.accord.model.accord import Accord
from veedor.accord.model.measures import Measure
from veedor.accord.model.obligations import ByEvent, Obligation, Once, Windows
from veedor.accord.model.parts import GLOBAL_ANCHORS

BEFORE_RULES = ("accord.signed", "date.", "event.")
"""What the coming into force may be counted from: nothing that depends on it."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Slot:
    """`anchors`: allowed ones; those that end in a dot take an id. `least`: smallest amount that makes sense."""

    path: Path
    deadline: Deadline
    anchors: tuple[str, ...]
    least: int | None = None


def slots(accord: Accord) -> Iterator[Slot]:
    """All of them, in the order of the structs."""
    yield Slot(("in_force",), accord.in_force, BEFORE_RULES, 0)
    for name, obligation in accord.obligations.items():
        yield from _of_obligation(("obligations", name), obligation)
    for name, measure in accord.measures.items():
        yield from _of_measure(("measures", name), measure)
    for number, step in enumerate(accord.disputes):
        yield Slot(("disputes", number, "within"), step.within, ("own.step",), 1)
    for name, quota in accord.quotas.items():
        yield from _windows(("quotas", name, "windows"), quota.windows)
    for name, period in accord.periods.items():
        yield Slot(("periods", name, "length"), period.length, ("own.logged",), 0)
    for name, meeting in accord.meetings.items():
        yield Slot(("meetings", name, "at"), meeting.at, GLOBAL_ANCHORS)
    path: Path = ("participation",)
    yield Slot((*path, "suspend"), accord.participation.suspend, ("own.notice",), 0)
    yield Slot((*path, "withdraw"), accord.participation.withdraw, ("own.notice",), 0)


def _of_obligation(path: Path, obligation: Obligation) -> Iterator[Slot]:
    own: tuple[str, ...] = ()
    match obligation.arises:
        case Once() as once:
            yield Slot((*path, "arises", "since"), once.since, GLOBAL_ANCHORS)
        case Windows() as windows:
            own = ("window.start", "window.end")
            yield from _windows((*path, "arises"), windows)
        case ByEvent():
            own = ("trigger",)
    yield Slot((*path, "due"), obligation.due, (*own, *GLOBAL_ANCHORS))
    if obligation.cure is not None:
        yield Slot((*path, "cure", "within"), obligation.cure.within, (f"own.{obligation.cure.starts}",), 1)
    if obligation.excuses is not None:
        yield Slot((*path, "excuses", "notice"), obligation.excuses.notice, ("own.since",), 1)
        yield Slot((*path, "excuses", "longest"), obligation.excuses.longest, ("own.since",), 1)


def _windows(path: Path, windows: Windows) -> Iterator[Slot]:
    yield Slot((*path, "first"), windows.first, GLOBAL_ANCHORS)
    yield Slot((*path, "length"), windows.length, ("window.start",), 1)


def _of_measure(path: Path, measure: Measure) -> Iterator[Slot]:
    yield Slot((*path, "grant", "by"), measure.grant.by, GLOBAL_ANCHORS)
    yield Slot((*path, "implemented_by"), measure.implemented_by, ("own.active",), 0)
    yield Slot((*path, "term", "ends"), measure.term.ends, ("own.active", *GLOBAL_ANCHORS))
    yield Slot((*path, "ladder", "warn"), measure.ladder.warn, ("own.late",), 0)
    yield Slot((*path, "ladder", "suspend"), measure.ladder.suspend, ("own.breached",), 0)
    yield Slot((*path, "wind_down", "length"), measure.wind_down.length, ("own.suspended",), 0)
    if measure.snapback is not None:
        yield Slot((*path, "snapback", "takes_effect"), measure.snapback.takes_effect, ("own.notice",), 0)
