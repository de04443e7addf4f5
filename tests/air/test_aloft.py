"""Pieces of one flight, lost and found again in the air: what is taken for one flight, and what never is."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.air.test_chains import strips
from veedor.air.routes.aloft import flights
from veedor.air.routes.chains import Chain, chains
from veedor.air.routes.flown import NO_ADDRESS, Flown
from veedor.air.routes.rules import AloftRules, CorridorRules
from veedor.air.scales import HOUR_US, MINUTE_US

RULES = CorridorRules()
# At the equator, eastwards: a degree is 111,195 m, half an hour at 70 m/s 1.1331 degrees.
SPEED_MM_S, HALF_HOUR_E7 = 70_000, 11_331_000


def piece(begins_min: int, at_e7: int, **other: Any) -> dict[str, Any]:
    """Half an hour eastwards along the equator, begun and ended in the air by nobody known, unexplained."""
    return {
        "start": begins_min * MINUTE_US, "end": (begins_min + 30) * MINUTE_US, "track": 900 + begins_min,
        "place": (0, at_e7, 0, at_e7 + HALF_HOUR_E7), "address": NO_ADDRESS, "speed": SPEED_MM_S, "out": True,
        "course": (900_000_000, 900_000_000), "airborne": (True, True),
    } | other  # fmt: skip


def flown(*pieces: dict[str, Any]) -> Flown:
    names = ("track", "start", "end", "place", "address", "speed", "out", "course", "airborne")
    columns = (np.array([each[name] for each in pieces]) for name in names)
    ids = np.arange(100, 100 + len(pieces))
    legs = Flown(ids, ids, *columns)
    flight = ids.copy()
    for numbers in flights(legs, legs.address == NO_ADDRESS, AloftRules()):
        flight[numbers] = ids[numbers[0]]
    return dataclasses.replace(legs, flight=flight)


# Away for 20 minutes, then found where it would be; and what leaves four hours later from where that ended.
LOST, FOUND = piece(0, 0), piece(50, 5 * HALF_HOUR_E7 // 3)
END_E7 = FOUND["place"][3]
NEXT = piece(320, END_E7, airborne=(False, True))


def routes(*pieces: dict[str, Any]) -> list[Chain]:
    return chains(flown(*pieces), strips(), RULES)


def test_what_is_lost_and_found_straight_on_is_one_flight_and_no_route_by_itself() -> None:
    assert routes(LOST, FOUND) == []
    (route,) = routes(LOST, FOUND, NEXT)
    assert route == Chain((0, 1, 2), 0, 0, 0, aloft=(1,)) and route.flights == [(0, 1), (2,)]


def test_a_piece_that_looks_explained_belongs_to_its_flight() -> None:
    (route,) = routes(LOST | {"out": False}, FOUND, NEXT)
    assert route.flights == [(0, 1), (2,)]
    assert routes(LOST | {"out": False}, FOUND | {"out": False}, NEXT) == []


def test_another_course_speed_or_hour_is_another_flight() -> None:
    """Each of these alone leaves the piece before the stop out of the route."""
    turned = (650_000_000, 650_000_000)
    for other in (
        FOUND | {"course": turned},
        piece(50, 4 * HALF_HOUR_E7 // 3),  # half of the way in that time
        piece(50, 13 * HALF_HOUR_E7 // 6),  # far more than it flies
        FOUND | {"speed": 90_000},
        piece(95, 19 * HALF_HOUR_E7 // 6),  # 65 minutes on
        FOUND | {"place": (3_200_000, *FOUND["place"][1:])},  # 36 km beside the way, 23 degrees
    ):
        end_e7 = other["place"][3]
        next_one = NEXT | {"place": (0, end_e7, 0, end_e7 + HALF_HOUR_E7), "speed": other["speed"]}
        (route,) = routes(LOST, other, next_one)
        assert route.flights == [(1,), (2,)], other


def test_what_ended_or_began_on_the_ground_was_not_in_the_air_between() -> None:
    for one, other in ((LOST | {"airborne": (True, False)}, FOUND), (LOST, FOUND | {"airborne": (False, True)})):
        (route,) = routes(one, other, NEXT)
        assert route.flights == [(1,), (2,)]


def test_two_addresses_are_two_flights_also_at_the_ends_of_one_that_gives_none() -> None:
    first, last = LOST | {"address": 7}, piece(100, 10 * HALF_HOUR_E7 // 3, address=8)
    (route,) = routes(first, FOUND, NEXT)
    assert route.flights == [(0, 1), (2,)]
    assert [each.flights for each in routes(first, FOUND | {"address": 8}, NEXT)] == [[(1,), (2,)]]
    end = last["place"][3]
    (route,) = routes(first, FOUND, last, piece(400, end, airborne=(False, True), address=8))
    assert route.flights == [(2,), (3,)], "the piece between goes with the one before it, by the smaller number"


def test_at_least_one_of_two_pieces_gave_no_address_at_all() -> None:
    """A piece that gave several has none of its own, and is not taken for one that gave none."""
    legs = flown(LOST, FOUND | {"address": 8})
    assert flights(legs, np.array([True, False]), AloftRules()) == [[0, 1]]
    assert flights(legs, np.array([False, False]), AloftRules()) == []


def test_of_two_that_could_go_on_the_straighter_is_taken_and_each_goes_on_once() -> None:
    beside = FOUND | {"place": (300_000, *FOUND["place"][1:]), "track": 77}
    (route,) = routes(LOST, beside, FOUND, NEXT)
    assert route.flights[0] == (0, 2)


def test_the_tracks_of_one_flight_are_one_aircraft() -> None:
    """Two days later and far away the tracker goes on with the track of one of the pieces: the same aircraft."""
    for track in (LOST["track"], FOUND["track"]):
        (route,) = routes(LOST, FOUND, piece(2 * 24 * 60, 800_000_000, track=track, airborne=(False, True)))
        assert route.flights == [(0, 1), (2,)] and route.by_track == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 12), st.integers(0, 30), st.integers(-1, 1), st.booleans(), st.booleans(), st.booleans()
        ),
        max_size=12,
    )
)
def test_flights_share_no_piece_are_in_order_give_one_address_and_hang_on_no_order_of_rows(
    given_pieces: list[tuple[int, int, int, bool, bool, bool]],
) -> None:
    rows = [
        piece(10 * slot, at * HALF_HOUR_E7 // 3, track=500 + k, address=address, out=out, airborne=(begins, ends))
        for k, (slot, at, address, out, begins, ends) in enumerate(given_pieces)
    ]
    if not rows:
        return
    legs = flown(*rows)
    found = chains(legs, strips(), RULES)
    used = [number for chain in found for number in chain.legs]
    assert len(used) == len(set(used))
    for chain in found:
        assert all(legs.unexplained[list(chain.flights[at])].any() for at in (0, -1)) and len(chain.flights) >= 2
        assert len({int(legs.address[number]) for number in chain.legs} - {NO_ADDRESS}) <= 1
        for pieces in chain.flights:
            for one, other in pairwise(pieces):
                assert 0 < legs.start[other] - legs.end[one] <= HOUR_US
    turn = np.random.default_rng(len(rows)).permutation(len(rows))
    mixed = Flown(*(getattr(legs, each.name)[turn] for each in dataclasses.fields(Flown)))
    again = [tuple(int(turn[k]) for k in chain.legs) for chain in chains(mixed, strips(), RULES)]
    assert again == [chain.legs for chain in found]
    of_mixed = [[int(turn[k]) for k in pieces] for pieces in flights(mixed, mixed.address == NO_ADDRESS, AloftRules())]
    assert sorted(of_mixed) == sorted(flights(legs, legs.address == NO_ADDRESS, AloftRules()))
