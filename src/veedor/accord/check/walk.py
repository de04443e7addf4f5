"""The walk of the state space: what can ever happen under the accord, found by letting everything happen that can.

Beginning with nothing but signatures, everything whose anchor is known may begin, everything that begins may be met,
late or breached, every authority may grant. What has not happened when nothing new happens any more never can: an
obligation that never arises, one whose deadline never comes, a measure that can never be granted, or never run.
"""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.check.conditions import can_hold
from veedor.accord.check.names import Wrong
from veedor.accord.check.slots import Path
from veedor.accord.model.accord import Accord
from veedor.accord.model.measures import Measure
from veedor.accord.model.obligations import ByEvent, Obligation, Once, Windows

OWN = ("own.", "window.", "trigger")


def reachable(accord: Accord, without: str = "") -> frozenset[str]:
    """What could come about if `without`, such as `met.radar`, never did: anchors by their name, and `begins.ID`,
    `due.ID`, `promised.ID`, `ends.ID`."""
    found = {"accord.signed", *(f"date.{name}" for name in accord.dates), *(f"event.{name}" for name in accord.events)}
    while True:
        before = len(found)
        if accord.in_force.anchor in found:
            found.add("accord.in_force")
        for name, obligation in accord.obligations.items():
            found |= _of_obligation(name, obligation, accord, found) - {without}
        for name, measure in accord.measures.items():
            found |= _of_measure(name, measure, accord, found) - {without}
        if len(found) == before:
            return frozenset(found)


def unreachable(accord: Accord) -> Iterator[Wrong]:
    """What the accord says and can never come about."""
    found = reachable(accord)
    if "accord.in_force" not in found:
        yield Wrong(("in_force",), "the accord can never come into force")
    for name, obligation in accord.obligations.items():
        path: Path = ("obligations", name)
        if f"begins.{name}" not in found:
            waits = _waits(_why(obligation), accord, found)
            yield Wrong((*path, "arises"), "this obligation can never arise", found=waits)
        elif f"due.{name}" not in found:
            yield Wrong((*path, "due"), "its deadline can never come", found=obligation.due.anchor)
        elif _depends(obligation.due.anchor, f"met.{name}", f"due.{name}", accord):
            yield Wrong((*path, "due"), "its deadline comes only once it is met: a circle", found=obligation.due.anchor)
    for name, measure in accord.measures.items():
        yield from _measure(("measures", name), name, accord, found)
        if _depends(measure.grant.by.anchor, f"granted.{name}", f"promised.{name}", accord):
            place: Path = ("measures", name, "grant", "by")
            yield Wrong(
                place, "the relief is promised only once it is granted: a circle", found=measure.grant.by.anchor
            )


def _of_obligation(name: str, obligation: Obligation, accord: Accord, found: set[str]) -> set[str]:
    arises = obligation.arises
    match arises:
        case Once():
            begins = arises.since.anchor in found
        case Windows():
            begins = arises.first.anchor in found
        case ByEvent():
            begins = f"event.{arises.event}" in found and "accord.signed" in found
    if not begins:
        return set()
    new = {f"begins.{name}"}
    if obligation.due.anchor in found or obligation.due.anchor.startswith(OWN):
        new.add(f"due.{name}")
    if can_hold(obligation.met_when, accord):
        new.add(f"met.{name}")
    return new


def _of_measure(name: str, measure: Measure, accord: Accord, found: set[str]) -> set[str]:
    promised = {f"promised.{name}"} if measure.grant.by.anchor in found else set()
    if not _grantable(measure, accord):
        return promised
    new = {f"granted.{name}", *promised}
    if f"granted.{name}" in found and all(f"met.{each}" in found for each in measure.starts_when):
        new.add(f"active.{name}")
    if measure.term.ends.anchor in found or (measure.term.ends.anchor.startswith(OWN) and f"active.{name}" in found):
        new.add(f"ends.{name}")
    return new


def _depends(anchor: str, on: str, wanted: str, accord: Accord) -> bool:
    """Whether `wanted` never comes about without `on`, though it does with it."""
    if anchor.partition(".")[0] not in ("met", "granted", "active") or wanted not in reachable(accord):
        return False
    return wanted not in reachable(accord, without=on)


def _grantable(measure: Measure, accord: Accord) -> bool:
    need = [accord.authorities[each] for each in measure.grant.need if each in accord.authorities]
    own = [each for each in need if each.party == measure.by]
    return len(own) >= measure.grant.of


def _measure(path: Path, name: str, accord: Accord, found: frozenset[str]) -> Iterator[Wrong]:
    measure = accord.measures[name]
    if f"granted.{name}" not in found:
        wanted = f"{measure.grant.of} of {len(measure.grant.need)}"
        yield Wrong((*path, "grant"), "this measure can never be granted: too few distinct authorities", found=wanted)
        return
    if f"active.{name}" not in found:
        unmet = (f"met.{each}" for each in measure.starts_when if f"met.{each}" not in found)
        never = "; ".join(_waits(each, accord, found) for each in unmet)
        yield Wrong((*path, "starts_when"), "this measure can never run: these can never be met", found=never)
        return
    if f"promised.{name}" not in found:
        yield Wrong(
            (*path, "grant", "by"), "the day of the promised relief can never come", found=measure.grant.by.anchor
        )
    if f"ends.{name}" not in found:
        yield Wrong((*path, "term", "ends"), "its term can never end", found=measure.term.ends.anchor)


def _waits(anchor: str, accord: Accord, found: frozenset[str]) -> str:
    """An anchor that can never come, what it waits for, what that waits for: to the end, or round a circle."""
    chain = [anchor]
    while (wanted := _waits_for(chain[-1], accord, found)) and chain.count(chain[-1]) == 1:
        chain.append(wanted)
    said = " waits for ".join(chain[:2]) + "".join(f", that for {each}" for each in chain[2:])
    return f"{said}: a circle" if chain.count(chain[-1]) > 1 else said


def _waits_for(anchor: str, accord: Accord, found: frozenset[str]) -> str | None:
    """What keeps an anchor from coming, if that is another anchor that can never come."""
    kind, _, name = anchor.partition(".")
    if kind == "met" and name in accord.obligations and f"begins.{name}" not in found:
        return _why(accord.obligations[name])
    if kind == "active" and name in accord.measures and f"granted.{name}" in found:
        return next((f"met.{each}" for each in accord.measures[name].starts_when if f"met.{each}" not in found), None)
    return None


def _why(obligation: Obligation) -> str:
    match obligation.arises:
        case Once():
            return obligation.arises.since.anchor
        case Windows():
            return obligation.arises.first.anchor
        case ByEvent():
            return obligation.arises.event
