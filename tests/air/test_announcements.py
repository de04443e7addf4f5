"""Plans count as far as they were kept to; logs by name and place; reserved airspace by place and time."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from veedor.air.announcements import Announcements
from veedor.air.routes.rules import UnexplainedRules
from veedor.registers.aerodromes import make
from veedor.tables import FLIGHT_PLANS, MOVEMENTS, OUTAGES, Table

RULES = UnexplainedRules()
MINUTE, HOUR = 60_000_000, 3_600_000_000
NOON = 1_780_000_000_000_000
# Two aerodromes 222 km apart on a meridian.
HERE, THERE = (70_000_000, -700_000_000), (90_000_000, -700_000_000)
AERODROMES = make([("SVHE", "Here", "VE", *HERE, 80_000), ("SVTH", "There", "VE", *THERE, 80_000)], "test")
PLAN = {"kind": "FPL", "call_sign": "YV1234", "registration": "YV1234", "address": 0x0D8123, "departure": "SVHE",
        "destination": "SVTH", "off_block": NOON - 10 * MINUTE, "off_block_raw": "1150",
        "elapsed_s": 3_600}  # fmt: skip


def flight(**changes: Any) -> dict[str, Any]:
    """One that flies from here to there in an hour under its name."""
    return {"start": NOON, "end": NOON + HOUR, "start_lat_e7": HERE[0], "start_lon_e7": HERE[1],
            "end_lat_e7": THERE[0], "end_lon_e7": THERE[1], "call_sign": "YV1234",
            "address": 0x0D8123} | changes  # fmt: skip


def table(kind: Table, *rows: dict[str, Any]) -> pa.Table:
    base = {"deposit": b"p" * 32, "file": 0, "offset": 0, "length": 0, "simulated": True}
    full = [base | {"row": number} | row for number, row in enumerate(rows)]
    types = {c.name: pa.int64() if pa.types.is_timestamp(c.type) else c.type for c in kind.columns}
    return kind.cast(pa.table({n: pa.array([r.get(n) for r in full], t) for n, t in types.items()}))


def said(plans: Any = (), movements: Any = (), outages: Any = ()) -> Announcements:
    return Announcements.load(
        table(FLIGHT_PLANS, *plans), table(MOVEMENTS, *movements), table(OUTAGES, *outages), AERODROMES
    )


def kept(one: dict[str, Any], *plans: dict[str, Any]) -> str | None:
    found = said(plans or (PLAN,)).plan_of(one, RULES)
    return None if found is None else found[1]


def test_a_plan_is_flown_where_its_flight_came_to_its_destination_and_left_where_it_turned_aside() -> None:
    assert kept(flight()) == "flown"
    assert kept(flight(end_lat_e7=80_000_000)) == "on_way"
    aside = flight(end_lat_e7=80_000_000, end_lon_e7=-709_000_000)  # 99 km beside the middle of the way
    assert kept(aside) == "left"
    beyond = flight(end_lat_e7=96_000_000)  # 67 km past its destination
    assert kept(beyond) == "left"


def test_a_plan_is_found_by_registration_or_address_within_hours_and_of_several_the_one_that_was_kept_to() -> None:
    assert kept(flight(call_sign=None)) == "flown"
    other = PLAN | {"call_sign": "SIA77", "address": None}
    assert kept(flight(address=None), other) == "flown"
    assert kept(flight(call_sign="YV9999", address=0x0D8999)) is None
    assert kept(flight(), PLAN | {"off_block": NOON - 24 * HOUR}) is None
    elsewhere = PLAN | {"destination": "ZZZZ", "other": "DEST/0500N07300W"}
    assert kept(flight(), elsewhere) == "left"
    assert kept(flight(), elsewhere, PLAN | {"off_block": NOON - HOUR}) == "flown"


def test_a_field_without_a_name_is_known_by_its_place_in_the_plan() -> None:
    field = PLAN | {"destination": "ZZZZ", "other": "DEST/0900N07000W RMK/FIELD"}
    assert kept(flight(), field) == "flown"
    assert kept(flight(end_lat_e7=96_000_000), field) == "left"
    assert kept(flight(), PLAN | {"destination": "ZZZZ", "other": "RMK/NOWHERE"}) == "on_way"


def test_a_flight_without_a_name_must_agree_at_both_ends_within_the_hour() -> None:
    nameless = {"call_sign": None, "address": None}
    assert kept(flight(**nameless)) == "flown"
    assert kept(flight(**nameless, end_lat_e7=80_000_000)) is None
    assert kept(flight(**nameless, start=NOON + 2 * HOUR, end=NOON + 3 * HOUR)) is None


def move(kind: str, aerodrome: str, time: int, registration: str | None = "YV1234") -> dict[str, Any]:
    return {"kind": kind, "aerodrome": aerodrome, "time": time, "registration": registration}


def test_a_log_agrees_by_place_and_time_and_not_under_another_name() -> None:
    both = (move("take_off", "SVHE", NOON + 5 * MINUTE), move("landing", "SVTH", NOON + HOUR))
    assert set(said(movements=both).logged_of(flight(), RULES)) == {"start", "end"}
    nameless = flight(call_sign=None, address=None)
    assert set(said(movements=both).logged_of(nameless, RULES)) == {"start", "end"}
    assert said(movements=both).logged_of(flight(call_sign="YV7777"), RULES) == {}
    late = (move("take_off", "SVHE", NOON + HOUR),)
    assert said(movements=late).logged_of(flight(), RULES) == {}


def test_a_landing_under_its_name_must_be_where_it_could_go_straight() -> None:
    lost = flight(end_lat_e7=86_000_000)  # 44 km short, at 70 m/s some ten minutes
    ten = (move("landing", "SVTH", NOON + HOUR + 12 * MINUTE),)
    assert said(movements=ten).landed_of(lost, 70_000, RULES) is not None
    later = (move("landing", "SVTH", NOON + 3 * HOUR),)
    assert said(movements=later).landed_of(lost, 70_000, RULES) is None
    other = (move("landing", "SVTH", NOON + HOUR + 12 * MINUTE, "YV7777"),)
    assert said(movements=other).landed_of(lost, 70_000, RULES) is None


RESERVED = {"subject": "SVZM", "subject_kind": "airspace", "state": "other", "starts": NOON, "ends": NOON + HOUR,
            "reference": "A0001/26", "action": "new", "lat_e7": HERE[0], "lon_e7": HERE[1],
            "radius_mm": 20_000_000}  # fmt: skip


def test_airspace_is_reserved_around_a_place_for_a_time_and_until_it_is_cancelled() -> None:
    one = said(outages=(RESERVED,))
    assert one.reserved_at(NOON + MINUTE, *HERE, RULES) is not None
    assert one.reserved_at(NOON - MINUTE, *HERE, RULES) is None
    assert one.reserved_at(NOON + MINUTE, *THERE, RULES) is None
    gone = RESERVED | {"action": "cancel", "reference": "A0002/26", "other_reference": "A0001/26", "radius_mm": None}
    assert said(outages=(RESERVED, gone)).reserved_at(NOON + MINUTE, *HERE, RULES) is None
    sensor = RESERVED | {"subject_kind": "sensor"}
    assert said(outages=(sensor,)).reserved_at(NOON + MINUTE, *HERE, RULES) is None
