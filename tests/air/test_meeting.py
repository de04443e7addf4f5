"""Courses of silent flights that meet name a place that no radar saw, and clutter names none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tests.air.flights import flight, plots, run

# A strip in the llanos far from any listed aerodrome, behind a rise that hides it from the radar for 10 km around.
STRIP = (6.82, -70.40)
LOST_M, FLOWN_M, SPEED_M_S = 10_000.0, 90_000.0, 60.0
SITE = {"sensor": "radar-1", "lat_e7": 64_000_000, "lon_e7": -700_000_000, "antenna_altitude_mm": 400_000}
TRAFFIC = flight(0, 220 * 3600, 3.0, -62.0, speed=2.0, step=120, address=0x0D8F00, mode=5, altitude=9000.0)


def inbound(day: int, course: float, aim: float = 0.0) -> list[dict[str, Any]]:
    """A silent flight by night that makes for STRIP (missing the course to it by `aim` degrees) and is lost 10 km
    before it."""
    way = (LOST_M + FLOWN_M) / 111_195.0
    back = math.radians(course + 180.0)
    lat, lon = STRIP[0] + way * math.cos(back), STRIP[1] + way * math.sin(back) / math.cos(math.radians(STRIP[0]))
    return flight(
        day * 86_400 + 7_200, int(FLOWN_M / SPEED_M_S), lat, lon, speed=SPEED_M_S, course=course + aim, mode=1
    )


def landings(*flights: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found = run(plots(*flights, TRAFFIC), sites=[SITE])["findings"].to_pylist()
    return [row for row in found if row["kind"] == "landing_away"]


def away_m(row: dict[str, Any]) -> float:
    north = (row["lat_e7"] / 1e7 - STRIP[0]) * 111_195.0
    east = (row["lon_e7"] / 1e7 - STRIP[1]) * 111_195.0 * math.cos(math.radians(STRIP[0]))
    return math.hypot(north, east)


def keys(row: dict[str, Any]) -> list[str]:
    return [reason["key"] for reason in row["reasons"]]


def term(row: dict[str, Any], name: str) -> int | None:
    return next(t["milli_log10"] for t in row["terms"] if t["name"] == f"air.strip.term.{name}")


def test_flights_of_four_days_lost_behind_a_rise_name_the_strip_they_made_for() -> None:
    found = landings(*(inbound(day, course) for day, course in enumerate((20.0, 75.0, 160.0, 280.0))))
    assert len(found) == 4
    for row in found:
        assert away_m(row) < 1_000
        assert row["radius_mm"] < 3_000_000
        assert "air.strip.reason.meeting" in keys(row)
        assert (term(row, "repeated") or 0) > 0


def test_courses_that_miss_by_some_degrees_still_name_the_place() -> None:
    # Four degrees past over the last 100 km would be 7 km: whoever is to land there has corrected most of it by then.
    aimed = ((20.0, 0.8), (75.0, -0.7), (160.0, 0.6), (280.0, -0.8))
    found = landings(*(inbound(day, course, aim) for day, (course, aim) in enumerate(aimed)))
    assert found
    assert all(away_m(row) < row["radius_mm"] / 1000 + 1_500 for row in found)


def test_one_flight_alone_and_two_on_one_course_name_no_meeting() -> None:
    for flights in ([inbound(0, 75.0)], [inbound(0, 75.0), inbound(1, 75.0)]):
        assert all("air.strip.reason.meeting" not in keys(row) for row in landings(*flights))


def test_clutter_that_comes_back_to_its_place_every_day_is_no_landing() -> None:
    wandering = [
        flight(day * 86_400 + 7_200 + part * 120, 120, STRIP[0], STRIP[1], speed=25.0, course=part * 90.0, mode=1)
        for day in range(8)
        for part in range(8)
    ]
    assert landings(*wandering) == []


def test_slowing_down_speaks_for_a_landing_and_cruise_to_the_last_plot_against() -> None:
    steady = landings(*(inbound(day, course) for day, course in enumerate((20.0, 75.0, 160.0, 280.0))))
    assert {term(row, "slowing") for row in steady} == {-250}


def test_an_aerodrome_in_open_use_explains_what_an_unused_one_does_not() -> None:
    # Both near SVEZ (Elorza): the second sky has flights with address and call sign that land there.
    elorza = (7.060, -69.497)

    def score(named: int) -> int:
        def to_elorza(day: int, course: float, **columns: Any) -> list[dict[str, Any]]:
            way = 80_000.0 / 111_195.0
            back = math.radians(course + 180.0)
            lat, lon = elorza[0] + way * math.cos(back), elorza[1] + way * math.sin(back)
            return flight(day * 86_400 + 7_200, 1_330, lat, lon, speed=60.0, course=course, **columns)

        silent = [to_elorza(day, 40.0 + 70.0 * day, mode=1) for day in range(4)]
        open_ = [
            to_elorza(day, 10.0 + 50.0 * day, mode=5, address=0x0D8100 + day, call_sign=f"YV{day}", altitude=3_000.0,
                      climb=-2.1)
            for day in range(named)
        ]  # fmt: skip
        return sum(row["score_milli_log10"] for row in landings(*silent, *open_))

    assert score(0) > 0
    assert score(4) < score(0)
