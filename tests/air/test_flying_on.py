"""Ends of legs at which the same address is seen to fly on: broken tracks, no landings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.air.landing.flying_on import flies_on
from veedor.air.landing.rules import StripRules
from veedor.geodesy import destination

MINUTE = 60
RULES = StripRules()
HERE = (365_000_000, -1_195_000_000)


def place(east_km: float) -> tuple[int, int]:
    lat, lon = destination(
        np.array([HERE[0]]), np.array([HERE[1]]), np.array([900_000_000 if east_km >= 0 else 2_700_000_000]),
        np.array([round(abs(east_km) * 1e6)]),
    )  # fmt: skip
    return int(lat[0]), int(lon[0])


def leg(
    start_s: float, end_s: float, from_km: float, to_km: float, address: int | None = 7, speed_m_s: float = 80.0,
    starts: bool = False, ends: bool = False, plots: int = 9,
) -> dict[str, object]:  # fmt: skip
    """One leg along a parallel: times in seconds, places in kilometres to the east, whether it stands at either end."""
    (a, b), (c, d) = place(from_km), place(to_km)
    return {"start": round(start_s * 1e6), "end": round(end_s * 1e6), "start_lat_e7": a, "start_lon_e7": b,
            "end_lat_e7": c, "end_lon_e7": d, "address": address, "usual_speed_mm_s": round(speed_m_s * 1000),
            "starts_on_ground": starts, "ends_on_ground": ends, "plots": plots}  # fmt: skip


def legs(*rows: dict[str, object]) -> pa.Table:
    table = pa.Table.from_pylist([{"leg": 100 + k, **row} for k, row in enumerate(rows)])
    return table.set_column(table.column_names.index("address"), "address", table["address"].cast(pa.int32()))


def asked(*rows: dict[str, object], landing: bool = True, rules: StripRules = RULES) -> list[bool]:
    table = legs(*rows)
    return flies_on(table, table, landing, rules).tolist()


LOST = leg(0, 600, -40, 0)


def test_a_track_that_breaks_while_its_aircraft_circles_on_another_is_no_landing() -> None:
    assert asked(LOST, leg(300, 2_400, -20, 15)) == [True, False]


def test_who_comes_by_another_track_as_far_as_it_would_have_flown_did_not_land() -> None:
    assert asked(LOST, leg(720, 1_500, 9, 60)) == [True, False]


def test_who_takes_off_again_near_by_after_minutes_may_have_landed() -> None:
    assert asked(LOST, leg(600 + 8 * MINUTE, 2_400, 3.5, 90)) == [False, False]


def test_who_is_next_seen_after_more_than_a_quarter_of_an_hour_may_have_landed() -> None:
    assert asked(LOST, leg(600 + 15 * MINUTE + 0.5, 4_000, 60, 90)) == [False, False]
    assert asked(LOST, leg(600 + 15 * MINUTE, 4_000, 60, 90)) == [True, False]


def test_a_short_roll_on_another_track_does_not_fly_on() -> None:
    assert asked(LOST, leg(610, 650, 0.6, 1.8, plots=4)) == [False, False]
    assert asked(LOST, leg(605, 900, 0.4, 1.5, speed_m_s=6.0)) == [False, False]
    assert asked(LOST, leg(605, 900, 0.4, 1.5, starts=True)) == [False, False]


def test_who_stands_on_the_ground_has_landed_whatever_else_bears_its_address() -> None:
    assert asked(leg(0, 600, -40, 0, ends=True), leg(300, 2_400, -20, 15)) == [False, False]


def test_a_helicopter_under_way_may_have_set_down_between_two_plots() -> None:
    assert asked(LOST, leg(300, 2_400, -5, 5, speed_m_s=35.0)) == [False, False]


def test_other_addresses_and_none_say_nothing() -> None:
    assert asked(LOST, leg(300, 2_400, -20, 15, address=8)) == [False, False]
    silent = leg(0, 600, -40, 0, address=None)
    assert asked(silent, leg(300, 2_400, -20, 15, address=None)) == [False, False]


def test_the_same_address_where_no_aircraft_could_have_come_from_says_nothing() -> None:
    assert asked(LOST, leg(500, 2_400, 900, 1_000)) == [False, False]
    assert asked(LOST, leg(540, 1_800, 300, 0)) == [False, False]
    assert asked(LOST, leg(0, 700, 0, 300)) == [False, False]
    assert asked(LOST, leg(660, 2_400, 300, 400)) == [False, False]


def test_scraps_of_two_plots_say_nothing() -> None:
    assert asked(LOST, leg(300, 2_400, -20, 15, plots=2)) == [False, False]


@pytest.mark.parametrize("kept", [0, 1])
def test_of_two_tracks_the_one_that_lasts_longer_has_the_landing(kept: int) -> None:
    """Two receivers follow one flight, one of them lower."""
    rows = [leg(0, 600, -40, 0), leg(0, 720, -40, 6)]
    assert asked(*(rows if kept else rows[::-1])) == ([True, False] if kept else [False, True])


times = st.integers(0, 3_600)
flight = st.tuples(times, st.integers(30, 2_000), st.integers(-60, 60), st.integers(-60, 60), st.sampled_from([1, 2]),
                   st.sampled_from([20, 40, 90]), st.booleans(), st.booleans())  # fmt: skip


@given(st.lists(flight, min_size=1, max_size=8))
def test_beginnings_are_ends_of_the_film_run_backwards_and_order_is_nothing(
    some: list[tuple[int, int, int, int, int, int, bool, bool]],
) -> None:
    rows = [leg(at, at + took, a, b, who, speed, up, down) for at, took, a, b, who, speed, up, down in some]
    back = [leg(-at - took, -at, b, a, who, speed, down, up) for at, took, a, b, who, speed, up, down in some]
    assert asked(*rows, landing=True) == asked(*back, landing=False)
    table = legs(*rows)
    mixed = table.take(pa.array(np.random.default_rng(len(rows)).permutation(len(rows))))
    assert flies_on(table, mixed, True, RULES).tolist() == flies_on(table, table, True, RULES).tolist()


def test_a_longer_wait_asked_for_takes_more_legs_in() -> None:
    rows = (LOST, leg(600 + 16 * MINUTE, 4_000, 60, 90))
    assert asked(*rows, rules=replace(RULES, goes_on_us=20 * MINUTE * 1_000_000)) == [True, False]
