"""What occurrences in trouble do to a measure that requires them, and when: the rungs of its ladder.

A measure may require obligations of which thousands of occurrences are in trouble, so the first rung of each effect is
kept as they change, one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from veedor.accord.evaluate.occurrence import TROUBLED, Running
from veedor.accord.evaluate.versions import Version
from veedor.accord.model.measures import Effect, Measure

ASIDE = frozenset({"undetermined", "disputed", "excused"})


@dataclass(frozen=True)
class Rung:
    """What one occurrence does: from when, which, why."""

    at_us: int
    name: str
    why: str
    evidence: tuple[str, ...]


class Rungs:
    """Those of one grant of a measure. `troubled`: the occurrences in trouble when it was given."""

    def __init__(self, troubled: Iterable[Running] = ()) -> None:
        self._changed = dict.fromkeys(troubled)
        self._known: dict[Running, tuple[tuple[Effect, Rung], ...]] = {}
        self._first: dict[Effect, Rung] = {}

    def changed(self, running: Running) -> None:
        """An occurrence that is in trouble, or was, has changed: it is to be weighed anew."""
        self._changed[running] = None

    def first(self, granted_us: int, version: Version, measure: Measure) -> dict[Effect, Rung]:
        """The first rung of each effect, as occurrences stand now."""
        for each in self._changed:
            if each.name in measure.requires:
                self._weigh(each, granted_us, version, measure)
        self._changed = {}
        return self._first

    def _weigh(self, each: Running, granted_us: int, version: Version, measure: Measure) -> None:
        before = self._known.pop(each, ())
        rungs = tuple(_rungs_of(each, granted_us, version, measure)) if each.state in TROUBLED else ()
        if rungs:
            self._known[each] = rungs
        if any(self._first.get(effect) is rung for effect, rung in before):
            self._first, rungs = {}, tuple(rung for known in self._known.values() for rung in known)
        for effect, rung in rungs:
            first = self._first.get(effect)
            if first is None or (rung.at_us, rung.name) < (first.at_us, first.name):
                self._first[effect] = rung


def _rungs_of(each: Running, granted_us: int, version: Version, measure: Measure) -> Iterator[tuple[Effect, Rung]]:
    """When this occurrence warns or suspends the measure. What was so before the grant does not count against it; what
    stood aside counts from the instant at which it no longer does, never before."""
    evidence = each.history[-1].evidence
    if each.state in ASIDE:
        if each.since_us >= granted_us:
            effect: Effect = getattr(measure.when, each.state)
            yield effect, Rung(each.since_us, each.cause, each.state, evidence)
        return
    if each.late_us is not None and each.late_us >= granted_us:
        at_us = version.instants.after(measure.ladder.warn, each.late_us)
        yield "warn", Rung(max(at_us, each.since_us), each.cause, "late", evidence)
    breached_us = each.since_us if each.breached_us is None else each.breached_us
    if each.state == "breached" and breached_us >= granted_us:
        at_us = version.instants.after(measure.ladder.suspend, breached_us)
        yield "warn", Rung(max(breached_us, each.since_us), each.cause, "breached", evidence)
        yield "suspend", Rung(max(at_us, each.since_us), each.cause, "breached", evidence)
