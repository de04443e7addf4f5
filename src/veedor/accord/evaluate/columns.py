"""A measure as people read it: what follows by the accord beside what the authority did, delays of relief, and its use.

The columns are compared here and nowhere else; neither ever changes the other.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from veedor.accord.evaluate.measures import RUNNING, Relief
from veedor.accord.evaluate.record import Record
from veedor.accord.model.measures import Measure
from veedor.accord.verdict import Delay, Did, Difference, MeasureState, MeasureVerdict, Upcoming, Use

ANSWERS: dict[MeasureState, frozenset[Did]] = {
    "proposed": frozenset({"nothing", "ended", "withdrawn", "superseded"}),
    "granted": frozenset({"nothing", "implemented", "ended", "withdrawn", "superseded"}),
    "active": frozenset({"implemented"}),
    "warned": frozenset({"warned"}),
    "suspended": frozenset({"suspended"}),
    "lapsed": frozenset({"nothing", "ended", "withdrawn", "superseded"}),
    "snapped_back": frozenset({"nothing", "ended", "withdrawn", "superseded"}),
}
"""Acts that answer each state; any other is a difference."""


def verdict_of(relief: Relief, measure: Measure, version: int, record: Record, now_us: int) -> MeasureVerdict:
    """Everything about one measure at `now_us`."""
    running = relief.rounds[-1] if relief.rounds else None
    state = relief.state
    marks = set(relief.marks)
    if (
        running is not None
        and state in (*RUNNING, "suspended")
        and _overdue(running.implement_by_us, running.implemented_us, now_us)
    ):
        marks.add("never_implemented")
    if any(each.position == "invalid" for each in relief.positions.values()):
        marks.add("contested")
    return MeasureVerdict(
        relief.name,
        measure.by,
        measure.to,
        version,
        state,
        relief.since_us,
        tuple(sorted(relief.given.by)),
        relief.causes if state in RUNNING else (),
        _ends(relief),
        relief.did,
        relief.did_us,
        _difference(relief, now_us),
        tuple(sorted(marks)),
        _delays(relief, measure, now_us),
        tuple(_use(relief, measure, source, record) for source in measure.watch.sources),
        tuple(relief.positions[party] for party in sorted(relief.positions)),
        tuple(relief.history),
    )


def upcoming_of(relief: Relief, now_us: int) -> list[Upcoming]:
    """Deadlines of the measure that run."""
    found: list[tuple[int | None, str]] = []
    if not relief.rounds:
        found.append((relief.promised_us, "grant_due"))
    else:
        running = relief.rounds[-1]
        if relief.state in ("granted", *RUNNING):
            found.append((running.ends_us, "term_ends"))
        if relief.state in RUNNING and running.implemented_us is None:
            found.append((running.implement_by_us, "implementation_due"))
        if relief.state == "suspended":
            found.append((relief.suspended_until_us, "lapses"))
        if relief.state in ("granted", *RUNNING, "suspended"):
            found += [(each.takes_effect_us, "snaps_back") for each in relief.threats]
    return [Upcoming(at, relief.name, 0, what) for at, what in found if at is not None and at > now_us]


def _ends(relief: Relief) -> int | None:
    if relief.state == "suspended":
        return relief.suspended_until_us
    return relief.rounds[-1].ends_us if relief.rounds and relief.state in ("granted", *RUNNING) else None


def _difference(relief: Relief, now_us: int) -> Difference | None:
    if relief.did in ANSWERS[relief.state]:
        return None
    since_us = max(relief.since_us, relief.did_us or 0)
    return Difference(relief.state, relief.did, since_us, max(now_us - since_us, 0))


def _delays(relief: Relief, measure: Measure, now_us: int) -> tuple[Delay, ...]:
    found = []
    if relief.promised_us is not None:
        found.append(_delay("grant", measure.by, relief.promised_us, relief.first_granted_us, now_us))
    for each in relief.rounds:
        if each.implement_by_us is not None:
            until_us = now_us if each.over_us is None else each.over_us
            found.append(_delay("implementation", measure.by, each.implement_by_us, each.implemented_us, until_us))
    return tuple(found)


def _delay(
    what: Literal["grant", "implementation"], party: str, due_us: int, done_us: int | None, now_us: int
) -> Delay:
    until_us = now_us if done_us is None else done_us
    return Delay(what, party, due_us, done_us, max(until_us - due_us, 0))


def _overdue(due_us: int | None, done_us: int | None, now_us: int) -> bool:
    return due_us is not None and done_us is None and due_us <= now_us


def _use(relief: Relief, measure: Measure, source: str, record: Record) -> Use:
    since_us = relief.rounds[-1].granted_us if relief.rounds else None
    used = left = None
    if measure.cap is not None and since_us is not None:
        total = _total(record, measure.cap.figure, source, since_us, None)
        if total is not None:
            used, left = str(total), str(Fraction(measure.cap.limit) - total)
    new = None
    if measure.watch.new_business and relief.state == "suspended":
        total = _total(record, measure.watch.new_business, source, relief.since_us, relief.suspended_until_us)
        new = None if total is None else str(total)
    outside = sum(
        count
        for kind in measure.watch.out_of_scope
        for at_us, count, _ in record.findings[source, kind]
        if since_us is not None and at_us >= since_us
    )
    return Use(source, used, left, new, outside)


def _total(record: Record, figure: str, source: str, since_us: int, until_us: int | None) -> Fraction | None:
    """The sum over the periods that begin in [since, until); what was said last about a period counts."""
    said = {
        (each.start_us, each.end_us): each.value
        for each in record.figures[figure, source]
        if each.start_us >= since_us and (until_us is None or each.start_us < until_us)
    }
    return sum(said.values(), Fraction(0)) if said else None
