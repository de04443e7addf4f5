"""Deadlines that can be computed and do not contradict each other.

Contradictions are found by computing: each rule is laid out from a few sample days, so whatever units, zones and
calendars say, an end that comes before its beginning shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.calendars import Calendar, calendar_of
from veedor.accord.check.names import Wrong
from veedor.accord.check.slots import Slot, slots
from veedor.accord.dates import DAY_US, instant_us_of
from veedor.accord.deadlines import MOST_HOURS, Deadline, check_deadline, instant_of
from veedor.accord.model.accord import Accord
from veedor.accord.model.measures import Measure
from veedor.accord.model.obligations import Obligation, Once, Windows
from veedor.accord.zones import Zone, zone_of
from veedor.errors import InputError

MOST_DAYS = MOST_HOURS // 24

Tables = tuple[dict[str, Zone], dict[str, Calendar]]


def tables_of(accord: Accord) -> tuple[Tables, list[Wrong]]:
    """The zones and calendars, and what is wrong with their tables."""
    zones: dict[str, Zone] = {}
    calendars: dict[str, Calendar] = {}
    wrong: list[Wrong] = []
    for name, table in accord.zones.items():
        try:
            zones[name] = zone_of(name, table)
        except InputError as error:
            wrong.append(_from(("zones", name), error))
    for name, each in accord.calendars.items():
        try:
            calendars[name] = calendar_of(name, each)
        except InputError as error:
            wrong.append(_from(("calendars", name), error))
    return (zones, calendars), wrong


def wrong_times(accord: Accord) -> Iterator[Wrong]:
    """Deadlines that cannot be computed, begin with the wrong anchor, or contradict each other."""
    (zones, calendars), wrong = tables_of(accord)
    yield from wrong
    for name, date in accord.dates.items():
        try:
            instant_us_of(date.at, "")
        except InputError as error:
            yield _from(("dates", name, "at"), error)
    sound = not wrong
    for slot in slots(accord):
        found = list(_slot(slot, accord))
        try:
            check_deadline(slot.deadline, zones, calendars, ".".join(map(str, slot.path)))
        except InputError as error:
            found.append(_from(slot.path, error))
        yield from found
        sound = sound and not found
    if sound:
        for name, obligation in accord.obligations.items():
            yield from _obligation(name, obligation, (zones, calendars))
        for name, measure in accord.measures.items():
            yield from _measure(name, measure, (zones, calendars))


def _slot(slot: Slot, accord: Accord) -> Iterator[Wrong]:
    anchor = slot.deadline.anchor
    kind, dot, name = anchor.partition(".")
    if anchor in slot.anchors:
        pass
    elif f"{kind}." not in slot.anchors or not dot:
        expected = ", ".join(f"{each}ID" if each.endswith(".") else each for each in slot.anchors)
        yield Wrong((*slot.path, "anchor"), "this is not what it can be counted from", expected=expected, found=anchor)
    elif name not in _table(kind, accord):
        yield Wrong((*slot.path, "anchor"), "this name leads nowhere", expected=f"{kind}.ID", found=anchor)
    if slot.least is not None and slot.deadline.amount < slot.least:
        found = str(slot.deadline.amount)
        yield Wrong(
            (*slot.path, "amount"), "this deadline is too short", expected=f"at least {slot.least}", found=found
        )
    if slot.deadline.unit != "hours" and abs(slot.deadline.amount) > MOST_DAYS:
        expected, found = f"at most {MOST_DAYS} days, which are 200 years", str(slot.deadline.amount)
        yield Wrong((*slot.path, "amount"), "this deadline is too long", expected=expected, found=found)


def _table(kind: str, accord: Accord) -> set[str]:
    tables = {
        "date": set(accord.dates),
        "event": set(accord.events),
        "met": set(accord.obligations),
        "granted": set(accord.measures),
        "active": set(accord.measures),
    }
    return tables[kind]


def _samples(tables: Tables) -> list[int]:
    """Days from which every table can be used: seven in a row, a year into what they cover."""
    zones, calendars = tables
    starts = [zone.starts_us[0] for zone in zones.values()]
    starts += [calendar.first_day * DAY_US for calendar in calendars.values()]
    base_us = max([*starts, 56 * 365 * DAY_US]) + 30 * DAY_US
    return [base_us + day * DAY_US + 12 * 3_600_000_000 for day in range(7)]


def _obligation(name: str, obligation: Obligation, tables: Tables) -> Iterator[Wrong]:
    due = obligation.due
    for sample_us in _samples(tables):
        begins_us, due_us = sample_us, None
        match obligation.arises:
            case Once() as once if once.since.anchor == due.anchor:
                begins_us, due_us = _at(once.since, sample_us, tables), _at(due, sample_us, tables)
            case Windows() as windows:
                ends_us = _at(windows.length, sample_us, tables)
                if ends_us - begins_us < DAY_US:
                    path = ("obligations", name, "arises", "length")
                    yield Wrong(path, "a window is shorter than a day", expected="at least a day")
                    return
                own = {"window.start": begins_us, "window.end": ends_us}
                if due.anchor in own:
                    due_us = _at(due, own[due.anchor], tables)
            case _ if due.anchor == "trigger":
                due_us = _at(due, sample_us, tables)
        if due_us is not None and due_us <= begins_us:
            yield Wrong(("obligations", name, "due"), "it is due before it begins, or at once")
            return


def _measure(name: str, measure: Measure, tables: Tables) -> Iterator[Wrong]:
    for sample_us in _samples(tables):
        if measure.term.ends.anchor != "own.active":
            return
        ends_us = _at(measure.term.ends, sample_us, tables)
        if ends_us <= sample_us:
            yield Wrong(("measures", name, "term", "ends"), "its term ends before it begins, or at once")
            return
        if _at(measure.implemented_by, sample_us, tables) > ends_us:
            yield Wrong(("measures", name, "implemented_by"), "it need not be implemented before its term ends")
            return


def _at(deadline: Deadline, anchor_us: int, tables: Tables) -> int:
    try:
        return instant_of(deadline, anchor_us, *tables)
    except InputError:
        # Beyond the tables nothing can be said here; the evaluator then counts days of 24 hours.
        unit_us = DAY_US // 24 if deadline.unit == "hours" else DAY_US
        return anchor_us + deadline.amount * unit_us


def _from(path: tuple[str | int, ...], error: InputError) -> Wrong:
    return Wrong(path, error.problem, expected=error.expected, found=error.found)
