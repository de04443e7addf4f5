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
