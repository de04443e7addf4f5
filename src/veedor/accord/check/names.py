"""Every name leads somewhere: parties, authorities, events, figures, metrics, rules; none stands twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from veedor.accord.check.slots import Path
from veedor.accord.model.accord import Accord
from veedor.accord.model.conditions import All, AnyOf, AtLeast, AtMost, Condition, Happened, NOf
from veedor.accord.model.measures import Measure
from veedor.accord.model.metrics import (
    MISSING_TYPES,
    AnswerTime,
    EventsCounted,
    FigureDisagreement,
    FigureValue,
    Metric,
)
from veedor.accord.model.obligations import ByEvent


@dataclass(frozen=True)
class Wrong:
    """A problem before it has a line and column."""

    path: Path
    problem: str
    expected: str | None = None
    found: str | None = None


def wrong_names(accord: Accord) -> Iterator[Wrong]:
    """Names that lead nowhere, lists that name twice, metrics that nothing in the log can answer yet."""
    parties = accord.parties
    if (accord.version == 1) != (accord.supersedes == ""):
        yield Wrong(("supersedes",), "version 1 supersedes nothing, and each later one the digest of the one before")
    keys: dict[str, str] = {}
    for name, authority in accord.authorities.items():
        yield from _known(("authorities", name, "party"), [authority.party], parties, "a party")
        if authority.key and authority.key in keys:
            yield Wrong(
                ("authorities", name, "key"),
                "two authorities with one key would count as two",
                found=f"{keys[authority.key]} has it too",
            )
        keys.setdefault(authority.key, name)
    for name, metric in accord.metrics.items():
        yield from _metric(("metrics", name), name, metric, accord)
    for name, obligation in accord.obligations.items():
        path: Path = ("obligations", name)
        yield from _known((*path, "debtor"), [obligation.debtor], parties, "a party")
        yield from _known((*path, "creditor"), [obligation.creditor], parties, "a party")
        if obligation.debtor == obligation.creditor:
            yield Wrong((*path, "creditor"), "nobody owes himself", found=obligation.creditor)
        if isinstance(obligation.arises, ByEvent):
            yield from _known((*path, "arises", "event"), [obligation.arises.event], accord.events, "an event")
        yield from _condition((*path, "met_when"), obligation.met_when, accord)
    for name, measure in accord.measures.items():
        yield from _measure(("measures", name), measure, accord)
    for name, quota in accord.quotas.items():
        yield from _known(("quotas", name, "event"), [quota.event], accord.events, "an event")
        stated_by = accord.events[quota.event].by if quota.event in accord.events else ()
        yield from _known(("quotas", name, "party"), [quota.party], stated_by, "one who may state the event")
    both = set(accord.obligations) & set(accord.measures)
    for name in sorted(both):
        yield Wrong(("measures", name), "an obligation has this id too", found=name)
    rules = {*accord.obligations, *accord.measures}
    yield from _known(("participation", "survives"), accord.participation.survives, rules, "an obligation or measure")


def _metric(path: Path, name: str, metric: Metric, accord: Accord) -> Iterator[Wrong]:
    if type(metric) in MISSING_TYPES:
        yield Wrong(
            (*path, "kind"),
            f"the metric {name} asks for statements of the type {MISSING_TYPES[type(metric)]}, which do not exist yet",
            expected="a metric over statements that can be logged",
        )
    match metric:
        case FigureValue():
            yield from _known((*path, "figure"), [metric.figure], accord.figures, "a figure")
            yield from _known((*path, "source"), [metric.source], accord.parties, "a party")
        case FigureDisagreement():
            yield from _known((*path, "figure"), [metric.figure], accord.figures, "a figure")
            yield from _known((*path, "sources"), metric.sources, accord.parties, "a party")
        case AnswerTime():
            yield from _known((*path, "asked"), [metric.asked], accord.events, "an event")
            yield from _known((*path, "answered"), [metric.answered], accord.events, "an event")
        case EventsCounted():
            yield from _known((*path, "event"), [metric.event], accord.events, "an event")
        case _:
            yield from _known((*path, "party"), [metric.party], accord.parties, "a party")


def _condition(path: Path, condition: Condition, accord: Accord) -> Iterator[Wrong]:
    match condition:
        case All() | AnyOf() | NOf():
            for number, each in enumerate(condition.of):
                yield from _condition((*path, "of", number), each, accord)
        case Happened():
            yield from _known((*path, "event"), [condition.event], accord.events, "an event")
        case AtLeast() | AtMost():
            yield from _known((*path, "metric"), [condition.metric], accord.metrics, "a metric")


def _measure(path: Path, measure: Measure, accord: Accord) -> Iterator[Wrong]:
    yield from _known((*path, "by"), [measure.by], accord.parties, "a party")
    yield from _known((*path, "to"), [measure.to], accord.parties, "a party")
    if measure.by == measure.to:
        yield Wrong((*path, "to"), "nobody gives himself relief", found=measure.to)
    own = {name for name, authority in accord.authorities.items() if authority.party == measure.by}
    yield from _known((*path, "grant", "need"), measure.grant.need, own, f"an authority of {measure.by}")
    yield from _known((*path, "starts_when"), measure.starts_when, accord.obligations, "an obligation")
    yield from _known((*path, "requires"), measure.requires, accord.obligations, "an obligation")
    if measure.snapback is not None:
        place: Path = (*path, "snapback")
        yield from _known((*place, "notice_by"), measure.snapback.notice_by, accord.parties, "a party")
        yield from _known((*place, "stays_if", "need"), measure.snapback.stays_if.need, accord.parties, "a party")
        if measure.snapback.stays_if.of > len(measure.snapback.stays_if.need):
            yield Wrong((*place, "stays_if", "of"), "more must consent than are asked")
    if measure.cap is not None:
        yield from _known((*path, "cap", "figure"), [measure.cap.figure], accord.figures, "a figure")
    if measure.watch.new_business:
        place = (*path, "watch", "new_business")
        yield from _known(place, [measure.watch.new_business], accord.figures, "a figure")
    yield from _known((*path, "watch", "sources"), measure.watch.sources, accord.parties, "a party")


def _known(path: Path, names: Iterable[str], known: Collection[str], expected: str) -> Iterator[Wrong]:
    seen: set[str] = set()
    for name in names:
        if name not in known:
            yield Wrong(path, "this name leads nowhere", expected=expected, found=name)
        if name in seen:
            yield Wrong(path, "a name stands twice in a list", found=name)
        seen.add(name)
