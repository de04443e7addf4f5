"""A measure as people read it: what follows by the accord beside what the authority did, delays of relief, and its use.

The columns are compared here and nowhere else; neither ever changes the other. So are the deadlines of relief: nothing
follows from them, they are held against the granting party.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Literal, cast

from veedor.accord.evaluate.clock import Clock
from veedor.accord.evaluate.measures import Relief, Threat
from veedor.accord.evaluate.record import Record
from veedor.accord.model.accord import Accord
from veedor.accord.model.measures import Measure
from veedor.accord.verdict import Delay, Did, Difference, MeasureState, MeasureVerdict, Snapback, Upcoming, Use

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


def verdict_of(relief: Relief, measure: Measure, accord: Accord, record: Record, clock: Clock) -> MeasureVerdict:
    """Everything about one measure as of now; `accord` is the version by which it is judged."""
    promises = promises_of(relief, clock)
    marks = set(relief.marks)
    if any(each.what == "implementation" and _runs(each) and clock.passed(each.due_us) for each in promises):
        marks.add("never_implemented")
    if any(each.position == "invalid" for each in relief.positions.values()):
        marks.add("contested")
    return MeasureVerdict(
        relief.name,
        measure.by,
        measure.to,
        accord.version,
        relief.state,
        relief.since_us,
        tuple(sorted(relief.given.by)),
        relief.ends_us(),
        relief.did,
        relief.acts[-1][0] if relief.acts else None,
        _difference(relief, clock.now_us),
        tuple(sorted(marks)),
        promises,
        tuple(_use(relief, measure, source, accord, record) for source in measure.watch.sources),
        tuple(relief.positions[party] for party in sorted(relief.positions)),
        tuple(_notice(threat, measure) for threat in relief.threats),
        tuple(relief.history),
    )


def falling_due(relief: Relief, clock: Clock, after_us: int) -> Iterator[Upcoming]:
    """Promises that fall due after an instant and by now, and are neither kept by now nor over before they do."""
    for each in promises_of(relief, clock):
        is_owed = each.done_us is None and (each.over_us is None or each.due_us <= each.over_us)
        if is_owed and after_us < each.due_us <= clock.now_us:
            yield Upcoming(each.due_us, "promise", relief.name, 0, each.what, "")


def promises_of(relief: Relief, clock: Clock) -> tuple[Delay, ...]:
    """Relief that was promised: that it is granted, by the version of the first grant or, before any, by the one that
    governs, until a side has withdrawn; and of each grant that became active, that it is put into effect, until it is
    suspended or over. Held against the granting party; none where what it is counted from is not known yet."""
    rounds, found = relief.rounds, []
    first = (rounds[0].version, rounds[0].measure) if rounds else relief.governing()
    if first is not None:
        version, measure = first
        due_us = clock.known(measure.grant.by, version.instants, version.own)
        if due_us is not None:
            granted_us = rounds[0].granted_us if rounds else None
            found.append(
                _promise("grant", measure.by, due_us, granted_us, relief.released_us(version, measure), clock.now_us)
            )
    for each in rounds:
        due_us = clock.known(each.measure.implemented_by, each.version.instants, each.own)
        if due_us is not None and each.active_us is not None:
            done_us, over_us = each.implemented_us, each.over_us
            found.append(_promise("implementation", each.measure.by, due_us, done_us, over_us, clock.now_us))
    return tuple(found)


def _promise(
    what: Literal["grant", "implementation"],
    party: str,
    due_us: int,
    done_us: int | None,
    over_us: int | None,
    now_us: int,
) -> Delay:
    until_us = min(at_us for at_us in (done_us, over_us, now_us) if at_us is not None)
    return Delay(what, party, due_us, done_us, over_us, max(until_us - due_us, 0))


def _runs(each: Delay) -> bool:
    """Whether a promise is still to be kept."""
    return each.done_us is None and each.over_us is None


def _difference(relief: Relief, now_us: int) -> Difference | None:
    """Since when the columns have differed at every instant, whichever of them moved. What stood at no instant, such as
    a state that was left when it was entered, does not count."""
    follows: MeasureState = "proposed"
    did: Did = "nothing"
    since_us: int | None = None
    moves: list[tuple[int, MeasureState | None, Did | None]] = []
    moves += [(each.at_us, cast(MeasureState, each.after), None) for each in relief.history]
    moves += [(at_us, None, act) for at_us, act in relief.acts]
    for at_us, together in groupby(sorted(moves, key=itemgetter(0)), key=itemgetter(0)):
        for _, state, act in together:
            follows, did = state or follows, act or did
        if did in ANSWERS[follows]:
            since_us = None
        elif since_us is None:
            since_us = at_us
    return None if since_us is None else Difference(follows, did, since_us, now_us - since_us)


def _use(relief: Relief, measure: Measure, source: str, accord: Accord, record: Record) -> Use:
    since_us = relief.rounds[-1].granted_us if relief.rounds else None
    used = left = None
    if measure.cap is not None and since_us is not None:
        total = _total(accord, record, measure.cap.figure, source, since_us, None)
        if total is not None:
            used, left = str(total), str(Fraction(measure.cap.limit) - total)
    new = None
    if measure.watch.new_business and relief.state == "suspended":
        until_us = relief.rounds[-1].wind_down_us
        total = _total(accord, record, measure.watch.new_business, source, relief.since_us, until_us)
        new = None if total is None else str(total)
    outside = sum(
        count
        for kind in measure.watch.out_of_scope
        for at_us, count, _ in record.findings[source, kind]
        if since_us is not None and at_us >= since_us
    )
    return Use(source, used, left, new, outside)


def _notice(threat: Threat, measure: Measure) -> Snapback:
    needed = None if measure.snapback is None else measure.snapback.stays_if.of
    consents = tuple(sorted(threat.consents))
    return Snapback(threat.party, threat.since_us, threat.takes_effect_us, consents, needed, threat.digest)


def _total(
    accord: Accord, record: Record, figure: str, source: str, since_us: int, until_us: int | None
) -> Fraction | None:
    """Over the periods that begin in [since, until), of each what was said last: the sum of an amount, the largest of a
    rate, for barrels a day of two months are not added up."""
    said = {
        (each.start_us, each.end_us): each.value
        for each in record.figures[figure, source]
        if each.start_us >= since_us and (until_us is None or each.start_us < until_us)
    }
    if not said:
        return None
    return max(said.values()) if accord.figures[figure].is_rate else sum(said.values(), Fraction(0))
