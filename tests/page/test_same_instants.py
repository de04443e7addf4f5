"""Both evaluators reckon the same instant for a deadline, also at the very ends of the tables of an accord."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

import msgspec
import pytest

from tests.accord.any_accord import CALENDARS, DAY_US, HOUR_US, short_zones, zones
from tests.page.second import judged
from veedor.accord.calendars import CalendarTable, calendar_of
from veedor.accord.dates import END_US, instant_us_of
from veedor.accord.deadlines import Deadline
from veedor.accord.evaluate.instants import Instants
from veedor.accord.zones import ZoneTable, zone_of

pytestmark = pytest.mark.page

ENDS = ("24:00", "00:00", "00:01", "17:30")
AROUND_US = (-DAY_US, -1, 0, 1, HOUR_US, DAY_US)


def deadlines(names: tuple[str, ...]) -> Iterator[Deadline]:
    """Every kind of deadline, and some that no `accord check` lets pass."""
    for zone, amount, counting, ends in product(("UTC", *names), range(-3, 4), ("excluded", "included"), ENDS):
        yield Deadline("own.since", amount, "calendar_days", zone, counting, ends)
        for calendar in CALENDARS:
            yield Deadline("own.since", amount, "business_days", zone, counting, ends, calendar)
    for amount in (-(10**6), -1, 0, 1, 10**6, 10**9):
        yield Deadline("own.since", amount, "hours", "UTC", "elapsed", "instant")
        yield Deadline("own.since", amount, "calendar_days", "UTC", "excluded", "24:00")
    yield Deadline("own.since", 1, "calendar_days", "UTC", "elapsed", "instant")
    yield Deadline("own.since", 1, "calendar_days", "Nowhere/Else", "excluded", "24:00")
    yield Deadline("own.since", 1, "business_days", "UTC", "excluded", "24:00", "nowhere")


@pytest.mark.parametrize("seed", range(4))
def test_a_deadline_falls_at_the_same_instant_also_where_a_table_ends(seed: int) -> None:
    tables = zones() if seed == 0 else short_zones(Random(seed))
    known = {name: zone_of(name, msgspec.convert(table, ZoneTable)) for name, table in tables.items()}
    calendars = {name: calendar_of(name, msgspec.convert(table, CalendarTable)) for name, table in CALENDARS.items()}
    edges = {0, END_US, *(instant_us_of(f"{year}-01-01T00:00Z", "") for year in (2025, 2026, 2027))}
    for table in tables.values():
        edges |= {instant_us_of(at, "") for at in (table["from"], table["until"], *(c["at"] for c in table["changes"]))}
    anchors = sorted({edge + apart for edge in edges for apart in AROUND_US})
    asked = [(each, at_us) for each in deadlines(tuple(tables)) for at_us in anchors]
    instants = Instants(known, calendars)
    (answer,) = judged(
        [
            {
                "judge": "instants",
                "tables": {"zones": tables, "calendars": CALENDARS},
                "asked": [(msgspec.to_builtins(each), at_us) for each, at_us in asked],
            }
        ]
    )
    found = list(zip(asked, answer["at"], (instants.at(each, at_us) for each, at_us in asked), strict=True))
    assert [each for each in found if each[1] != each[2]][:3] == []
    ends = {instant_us_of(table["until"], "") for table in tables.values()}
    assert sum(at_us in ends for (_, at_us), *_ in found) > 500


MADE_UP = {
    "from": "2026-01-01T00:00Z",
    "until": "2027-01-01T00:00Z",
    "offset": "-04:00",
    "changes": [
        {"at": "2026-01-10T04:01Z", "offset": "-05:00"},  # at 00:01 of the 10th back to 23:01 of the 9th
        {"at": "2026-02-10T05:00Z", "offset": "-06:00"},  # at 00:00, before anybody saw the 10th, back to 23:00
        {"at": "2026-03-10T06:00Z", "offset": "-05:00"},  # at 00:00 on to 01:00: 00:30 of the 10th is skipped
    ],
}
AT_CHANGES = {
    "a day that clocks have shown does not come twice": ("2026-01-10T04:30Z", 0, "24:00", "2026-01-11T05:00Z"),
    "nor before they were put back": ("2026-01-10T04:00Z", 0, "24:00", "2026-01-11T05:00Z"),
    "a day that nobody saw yet has not begun": ("2026-02-10T05:30Z", 0, "24:00", "2026-02-10T06:00Z"),
    "a time that is shown twice is the later": ("2026-01-09T12:00Z", 0, "23:30", "2026-01-10T04:30Z"),
    "a time that is skipped is that of the change": ("2026-03-09T12:00Z", 1, "00:30", "2026-03-10T06:00Z"),
    "what falls after the skip is not moved": ("2026-03-09T12:00Z", 1, "01:30", "2026-03-10T06:30Z"),
}


def test_where_clocks_change_at_midnight_both_find_the_instant_that_the_rule_names() -> None:
    table = msgspec.convert(MADE_UP, ZoneTable)
    instants = Instants({"Made/Up": zone_of("Made/Up", table)}, {})
    asked = [
        (Deadline("own.since", amount, "calendar_days", "Made/Up", "excluded", ends), instant_us_of(at, ""))
        for at, amount, ends, _ in AT_CHANGES.values()
    ]
    (answer,) = judged(
        [
            {
                "judge": "instants",
                "tables": {"zones": {"Made/Up": MADE_UP}, "calendars": {}},
                "asked": [(msgspec.to_builtins(each), at_us) for each, at_us in asked],
            }
        ]
    )
    wanted = {name: instant_us_of(at, "") for name, (*_, at) in AT_CHANGES.items()}
    assert dict(zip(wanted, answer["at"], strict=True)) == wanted
    assert dict(zip(wanted, (instants.at(each, at_us) for each, at_us in asked), strict=True)) == wanted
