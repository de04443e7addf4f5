"""Routes of several legs: what goes on from where another ended, and what never joins."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from veedor.air.routes.chains import Chain, chains
from veedor.air.routes.flown import NO_ADDRESS, Flown
from veedor.air.routes.rules import CorridorRules
from veedor.air.scales import DAY_US, HOUR_US
from veedor.tables import STRIPS

RULES = CorridorRules()
A, B, C, FAR = (70_000_000, -690_000_000), (80_000_000, -690_000_000), (150_000_000, -850_000_000), (0, 0)


def leg(
    start_h: int, start: tuple[int, int], end: tuple[int, int], address: int = NO_ADDRESS, **other: int
) -> dict[str, Any]:
    """A leg of two hours; unexplained, of a track of its own, at 70 m/s if not said otherwise."""
    return {"start": start_h * HOUR_US, "place": (*start, *end), "address": address} | other


def flown(*legs: dict[str, Any]) -> Flown:
    start = np.array([each["start"] for each in legs], np.int64)
    place = np.array([each["place"] for each in legs], np.int64).reshape(-1, 4)
    address = np.array([each["address"] for each in legs], np.int64)
    track = np.array([each.get("track", 500 + k) for k, each in enumerate(legs)], np.int64)
    speed = np.array([each.get("speed", 70_000) for each in legs], np.int64)
    out = np.array([each.get("out", 1) for each in legs], np.bool_)
    course = np.array([each.get("course", 0) for each in legs], np.int64)
    airborne = np.array([each.get("airborne", (0, 0)) for each in legs], np.bool_).reshape(-1, 2)
    ids = np.arange(100, 100 + len(legs))
    return Flown(
        ids, ids, track, start, start + 2 * HOUR_US, place, address, speed, out,
        np.stack([course, course], axis=1), airborne,
    )  # fmt: skip


def strips(*landed_and_left: tuple[list[int], list[int]]) -> pa.Table:
    """Strips at which legs (ids) landed and took off."""
    rows = []
    for landed, left in landed_and_left:
        records = [
            {"deposit": b"d" * 32, "row": 0, "landing": down} for down in [True] * len(landed) + [False] * len(left)
        ]
        rows.append({"legs": landed + left, "records": records})
    return pa.Table.from_pylist(rows, pa.schema([STRIPS.schema.field(name) for name in ("legs", "records")]))


def test_a_flight_that_goes_on_within_hours_from_where_one_ended_is_its_next_leg() -> None:
    assert chains(flown(leg(0, A, B), leg(8, B, C)), strips(), RULES) == [Chain((0, 1), 0, 0)]


def test_what_nobody_names_does_not_join_after_days_nor_at_another_speed() -> None:
    assert chains(flown(leg(0, A, B), leg(30, B, C)), strips(), RULES) == []
    assert chains(flown(leg(0, A, B), leg(8, B, C, speed=90_000)), strips(), RULES) == []
    assert chains(flown(leg(0, A, B, 7), leg(30, B, C, 7, speed=90_000)), strips(), RULES) == [Chain((0, 1), 0, 1)]


def test_the_trackers_own_join_holds_wherever_it_was_found_again() -> None:
    assert chains(flown(leg(0, A, B, track=9), leg(30, C, FAR, track=9)), strips(), RULES) == [Chain((0, 1), 0, 0, 1)]


def test_a_leg_that_looks_explained_stands_between_two_unexplained_ones_of_its_aircraft_alone() -> None:
    """Silent to B, openly on to C to refuel, silent back."""
    openly = leg(4, B, C, 7, out=0)
    route = flown(leg(0, A, B, 7), openly, leg(8, C, A, 7))
    assert chains(route, strips(), RULES) == [Chain((0, 1, 2), 0, 2)]
    assert chains(flown(leg(0, A, B, 7), openly, leg(8, C, A, 8)), strips(), RULES) == []
    assert chains(flown(leg(0, A, B), openly | {"address": NO_ADDRESS}, leg(8, C, A)), strips(), RULES) == []
    before = flown(leg(0, FAR, A, 7, out=0), leg(4, A, B, 7), leg(8, B, C, 7), leg(12, C, FAR, 7, out=0))
    assert chains(before, strips(), RULES) == [Chain((1, 2), 0, 1)], "explained legs begin and end no route"


def test_an_aircraft_that_flies_openly_for_days_between_makes_no_route() -> None:
    daily = [leg(4 + 24 * day, B, B, 7, out=0) for day in range(4)]
    assert chains(flown(leg(0, A, B, 7), *daily, leg(100, B, C, 7)), strips(), RULES) == []


def test_one_that_gave_no_address_does_not_join_two_that_gave_others() -> None:
    found = chains(flown(leg(0, A, B, 7), leg(4, B, C), leg(8, C, A, 8)), strips(), RULES)
    assert found == [Chain((0, 1), 0, 0)]


def test_three_legs_make_one_route_in_order_of_time_whatever_the_order_of_rows() -> None:
    legs = flown(leg(12, C, FAR), leg(0, A, B), leg(6, B, C))
    assert chains(legs, strips(), RULES) == [Chain((1, 2, 0), 0, 0)]


def test_too_late_too_far_or_before_it_ended_is_no_next_leg() -> None:
    late = 2 + RULES.onward_us // HOUR_US + 1
    near = (B[0] + 1_000_000, B[1])  # 11 km
    for other in (leg(late, B, C, 7), leg(8, near, C, 7), leg(1, B, C, 7)):
        assert chains(flown(leg(0, A, B, 7), other), strips(), RULES) == []


def test_one_strip_joins_what_was_lost_and_found_again_far_from_it() -> None:
    near = (B[0] + 2_000_000, B[1])
    legs = flown(leg(0, A, B), leg(9, near, C))
    assert chains(legs, strips(([100], [101])), RULES) == [Chain((0, 1), 1, 0)]
    assert chains(legs, strips(([101], [100])), RULES) == [], "it landed where the other took off, not the reverse"


def test_two_addresses_never_join_and_one_address_joins_before_a_stranger() -> None:
    assert chains(flown(leg(0, A, B, 7), leg(30, B, C, 8)), strips(), RULES) == []
    legs = flown(leg(0, A, B, 7), leg(5, B, C), leg(30, B, FAR, 7))
    assert chains(legs, strips(), RULES) == [Chain((0, 2), 0, 1)]


def test_a_flight_goes_on_once() -> None:
    """Two that landed, one that left: it is the next leg of the one that waited least."""
    assert chains(flown(leg(0, A, B), leg(10, C, B), leg(20, B, FAR)), strips(), RULES) == [Chain((1, 2), 0, 0)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 2), st.integers(0, 2), st.integers(-1, 1), st.integers(0, 1)),
        max_size=14,
    )
)
def test_routes_are_ordered_in_time_share_no_leg_and_never_two_addresses(given_legs: list[tuple[int, ...]]) -> None:
    places = (A, B, C)
    legs = flown(*(leg(hour, places[a], places[b], address, out=out) for hour, a, b, address, out in given_legs))
    found = chains(legs, strips(), RULES)
    used = [number for chain in found for number in chain.legs]
    assert len(used) == len(set(used))
    for chain in found:
        out = [bool(legs.unexplained[number]) for number in chain.legs]
        assert out[0] and out[-1] and sum(out) >= 2
        assert len({int(legs.address[number]) for number in chain.legs} - {NO_ADDRESS}) <= 1
    for chain in found:
        for one, other in zip(chain.legs, chain.legs[1:], strict=False):
            assert 0 < legs.start[other] - legs.end[one] <= 3 * DAY_US
            assert legs.address[one] == legs.address[other] or NO_ADDRESS in (legs.address[one], legs.address[other])
    turn = np.random.default_rng(len(given_legs)).permutation(len(given_legs))
    mixed = Flown(*(getattr(legs, each.name)[turn] for each in dataclasses.fields(Flown)))
    again = [tuple(int(turn[k]) for k in chain.legs) for chain in chains(mixed, strips(), RULES)]
    assert again == [chain.legs for chain in found]
