"""Small courses that both evaluators judge alike at every half day, with what follows stated beforehand.

They hold what generated accords seldom draw: outages that reach over the ends of a deposit, two versions of which each
counts its deadlines from its own signature.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.accord.timelines import START_US, Days, accord_text, an_accord, days, hours, obligation, rule
from tests.page.second import judged
from tests.page.test_same_determinations import plain, told
from veedor.accord.bodies import EventSaid, SignAccord
from veedor.accord.dates import DAY_US, HOUR_US
from veedor.accord.load import read_accord
from veedor.accord.verdict import Verdict
from veedor.accord.whatif import a_deposit
from veedor.mission.statements.bodies import Outage

pytestmark = pytest.mark.page


def alike(*courses: Days, last: int) -> list[Verdict]:
    """The last verdict of each course; both evaluators give it, and that of every half day before, byte for byte."""
    instants = [START_US + half * DAY_US // 2 for half in range(2 * last + 1)]
    requests: list[dict[str, Any]] = [
        {
            "judge": "accord",
            "versions": [{"text": each.canonical.decode(), "digest": each.digest} for each in course.versions],
            "timeline": told(course.timeline(last)),
            "instants": instants,
        }
        for course in courses
    ]
    found = [answer["verdicts"] for answer in judged(requests)]
    wanted = [[course.at(half / 2, until=last) for half in range(2 * last + 1)] for course in courses]
    for at, (theirs, ours) in enumerate(zip(found, wanted, strict=True)):
        for half, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            assert one == plain(msgspec.to_builtins(other)), f"course {at}, day {half / 2}"
    return [each[-1] for each in wanted]


def asked(number: int) -> EventSaid:
    return EventSaid("test", "ask", number, "happened", 0)


OUTAGES = {
    "none": ((), "4/5", "24"),
    "within": (((3, 4),), "7/10", "24"),
    "two that meet": (((3, 4), (4, 5)), "3/5", "48"),
    "one within another": (((3, 6), (4, 5)), "1/2", "72"),
    "begins before the deposit": (((-2, 2),), "7/10", "48"),
    "ends after it": (((7, 12),), "3/5", "72"),
    "lies before it": (((-3, -1),), "4/5", "24"),
    "lies after it": (((9, 11),), "4/5", "24"),
    "ends as it begins": (((0, 1),), "4/5", "24"),
    "begins as it ends": (((9, 10),), "4/5", "24"),
    "all of it": (((0, 12),), "0", "240"),
}


def test_an_outage_takes_from_a_deposit_what_it_covers_and_adds_nothing() -> None:
    """Of a period of ten days the deposit covers days 1 to 9; what it announces as outages is not delivered."""
    wanted = "{test: all, of: [{test: at_least, metric: radar, value: '1'}, {test: at_most, metric: gap, value: '1'}]}"
    metrics = ", ".join(
        f"{name}: {{kind: {kind}, party: a, data_class: plots, outages: not_delivered}}"
        for name, kind in (("radar", "delivered_ratio"), ("gap", "longest_gap_hours"))
    )
    accord = an_accord({"radar": obligation(met_when=wanted, cure="~")}, metrics=f"{{{metrics}}}")
    deposit = a_deposit("a", "plots", START_US + DAY_US, START_US + 9 * DAY_US)
    courses = []
    for outages, *_ in OUTAGES.values():
        spans = tuple(Outage(START_US + first * DAY_US, START_US + last * DAY_US) for first, last in outages)
        courses.append(Days([accord]).signed().on(9.5, "a", replace(deposit, outages=spans)))
    found = [rule(each).occurrences[0].tests for each in alike(*courses, last=11)]
    values = [tuple(test.value for test in tests) for tests in found]
    assert dict(zip(OUTAGES, values, strict=True)) == {name: (share, gap) for name, (_, share, gap) in OUTAGES.items()}


def test_each_version_counts_from_its_own_signature_and_entry_into_force() -> None:
    """The second is signed on day 8 and in force on day 10; what the first began on day 2 is still due by the first."""

    def due(anchor: str) -> dict[str, str]:
        window = f"{{each: window, first: {days('accord.in_force', 0)}, length: {days('window.start', 8)}}}"
        return {"radar": obligation(arises=window, due=days(anchor, 12), met_when="{test: happened, event: access}")}

    first = an_accord(due("accord.in_force"), {}, in_force=days("accord.signed", 2))
    text = accord_text(
        due("accord.signed"), {}, version="2", supersedes=f'"{first.digest}"', in_force=days("accord.signed", 2)
    )
    second = read_accord(text.encode(), "second.yaml")
    course = Days([second, first])
    for day, version in ((0, first), (8, second)):
        for party in "ab":
            course.on(day, party, SignAccord("test", version.accord.version, version.digest))
    last = rule(alike(course, last=24)[-1]).occurrences
    assert [(each.version, (each.begins_us - START_US) // DAY_US) for each in last] == [(1, 2), (2, 10), (2, 18)]
    assert [(each.due_us or 0) - START_US for each in last] == [14 * DAY_US, 20 * DAY_US, 20 * DAY_US]


def test_a_deadline_is_counted_from_what_stands_nearest_to_it() -> None:
    """An obligation that arises with an event is due from that event; its cure from when it was late."""
    due, cure = hours("trigger", 36), f"{{starts: late, within: {hours('own.late', 12)}}}"
    said = obligation(
        arises="{each: event, event: ask}", due=due, met_when="{test: happened, event: access}", cure=cure
    )
    course = Days([an_accord({"radar": said}, {})]).signed()
    for number, day in enumerate((1, 1.5, 4), start=1):
        course.on(day, "b", asked(number))
    found = rule(alike(course, last=8)[-1]).occurrences
    assert [(each.due_us or 0) - START_US for each in found] == [60 * HOUR_US, 72 * HOUR_US, 132 * HOUR_US]
    assert [each.since_us - START_US for each in found] == [72 * HOUR_US, 84 * HOUR_US, 144 * HOUR_US]
