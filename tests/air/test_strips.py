"""Strips: what flights of several days add up to, what they do not, and what is said of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.air.flights import SECOND, flight, plots, run
from tests.air.test_announcements import table as papers
from veedor.air.arrow import NO_ALTITUDE
from veedor.air.detectors import DETECTORS
from veedor.air.evidence import Sensors
from veedor.air.landing.customs import Customs
from veedor.air.landing.hypotheses import hypotheses
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import RegionRules, SiteRules, StripRules
from veedor.air.landing.strip_findings import _terms as strip_terms
from veedor.air.landing.strips import _measuring as measuring
from veedor.air.landing.use import state_of
from veedor.air.scales import DAY_US, HOUR_US
from veedor.geodesy import distance_mm
from veedor.registers.aerodromes import listed
from veedor.tables import OUTAGES

FAR = (6.82, -70.40)  # in the llanos, far from any listed aerodrome
DAY = 86_400
OPEN = flight(0, 80 * 3600, 3.0, -62.0, speed=2.0, step=120, address=0x0D8F00, mode=5, altitude=9000.0)


def toward(day: int, place: tuple[float, float], course: float, **columns: Any) -> list[dict[str, Any]]:
    """Half an hour of descent along `course` that ends about 200 m above `place`, on that day."""
    away = 58.0 * 1800 / 111_195.0
    lat = place[0] - away * math.cos(math.radians(course))
    lon = place[1] - away * math.sin(math.radians(course)) / math.cos(math.radians(place[0]))
    given = {"altitude": 4000.0, "climb": -2.1, "mode": 1} | columns
    return flight(3600 + day * DAY, 1800, lat, lon, speed=58.0, course=course, **given)


def strips(*flights: Any, **options: Any) -> list[dict[str, Any]]:
    table: pa.Table = run(plots(*flights, OPEN), **options)["strips"]
    return [row for row in table.to_pylist() if row["lat_e7"] > 40_000_000]  # not where OPEN begins and ends


def shown(*flights: Any) -> list[dict[str, Any]]:
    return [row for row in run(plots(*flights, OPEN))["findings"].to_pylist() if row["kind"] == "strip"]


def metres(row: dict[str, Any], place: tuple[float, float]) -> float:
    return float(distance_mm(row["lat_e7"], row["lon_e7"], round(place[0] * 1e7), round(place[1] * 1e7))) / 1000


def test_descents_of_three_days_to_one_place_are_a_strip() -> None:
    (row,) = strips(*(toward(day, FAR, course) for day, course in enumerate((90.0, 200.0, 310.0))))
    assert (row["days"], row["flights"], row["landings"], row["state"]) == (3, 3, 3, "active")
    assert metres(row, FAR) * 1000 < row["major_mm"] < 5_000_000


def test_a_landing_that_nobody_repeats_is_a_single_event() -> None:
    (row,) = strips(toward(0, FAR, 90.0))
    assert (row["days"], row["state"]) == (1, "single_event")
    assert shown(toward(0, FAR, 90.0)) == []


def test_flights_of_one_day_are_no_strip() -> None:
    later = [row | {"time": row["time"] + 4 * HOUR_US} for row in toward(0, FAR, 200.0)]
    assert {row["state"] for row in strips(toward(0, FAR, 90.0), later)} == {"single_event"}


def test_places_ten_kilometres_apart_stay_two_strips() -> None:
    other = (FAR[0] + 0.12, FAR[1])
    found = strips(*(toward(day, place, 90.0) for day in range(3) for place in ((FAR, other)[day % 2], FAR, other)))
    assert len([row for row in found if row["days"] > 1]) == 2


def test_a_listed_aerodrome_comes_out_as_a_strip_and_is_no_finding_while_it_is_used_openly() -> None:
    register = listed().table
    k = register["ident"].to_pylist().index("SVEZ")
    field = register["lat_e7"][k].as_py() / 1e7, register["lon_e7"][k].as_py() / 1e7
    flights = [toward(day, field, 90.0, mode=5, address=0x0D8001 + day, call_sign="YV1") for day in range(6)]
    (row,) = strips(*flights)
    assert row["aerodrome"] == "SVEZ" and row["named"] == 6
    assert shown(*flights) == []


def test_silent_flights_of_several_days_to_one_place_are_a_finding_with_its_terms() -> None:
    (finding,) = shown(*(toward(day, FAR, 90.0) for day in range(4)))
    assert finding["subject"].startswith("strip:") and finding["evidence_count"] == 4
    terms = {term["name"]: term["milli_log10"] for term in finding["terms"]}
    assert terms["air.site.term.identity"] > 0
    assert finding["score_milli_log10"] == sum(t["milli_log10"] or 0 for t in finding["terms"]) + sum(
        i["milli_log10"] for i in finding["innocent"]
    )


def test_flights_of_announced_work_are_no_finding_and_a_plan_that_was_left_explains_nothing() -> None:
    """A drop zone: airspace above it reserved on every day on which aircraft came down there, or on one day of four."""
    silent = [toward(day, FAR, 90.0 + 60 * day) for day in range(4)]

    def notams(days: int) -> list[dict[str, Any]]:
        start = silent[0][0]["time"] // (DAY * SECOND) * DAY * SECOND
        return [
            {"subject": "SVZM", "subject_kind": "airspace", "state": "other", "action": "new",
             "reference": f"A{day:04d}/25", "starts": start + day * DAY * SECOND,
             "ends": start + (day + 1) * DAY * SECOND - 1, "lat_e7": round(FAR[0] * 1e7),
             "lon_e7": round(FAR[1] * 1e7), "radius_mm": 5_000_000}
            for day in range(days)
        ]  # fmt: skip

    def found(days: int) -> list[dict[str, Any]]:
        given = run(plots(*silent, OPEN), papers={"outages": papers(OUTAGES, *notams(days))})
        return [row for row in given["findings"].to_pylist() if row["kind"] == "strip"]

    assert found(4) == []
    (row,) = found(1)
    (test,) = [one for one in row["innocent"] if one["key"] == "air.site.innocent.announced"]
    assert test["verdict"] == "contradicts" and test["milli_log10"] == 0
    (plain,) = shown(*silent)
    (test,) = [one for one in plain["innocent"] if one["key"] == "air.site.innocent.announced"]
    assert test["verdict"] == "cannot_tell"


def test_nearness_to_an_aerodrome_weighs_and_does_not_filter() -> None:
    register = listed().table
    k = register["ident"].to_pylist().index("SVEZ")
    beside = register["lat_e7"][k].as_py() / 1e7 + 0.03, register["lon_e7"][k].as_py() / 1e7
    flights = [toward(day, beside, 90.0) for day in range(8)]
    (row,) = strips(*flights)
    assert row["aerodrome_mm"] < 5_000_000 and row["days"] == 8
    near, far = shown(*flights), shown(*(toward(day, FAR, 90.0) for day in range(8)))
    assert near and near[0]["score_milli_log10"] < far[0]["score_milli_log10"]


def test_two_receivers_of_one_broadcast_are_one_flight() -> None:
    flights = [toward(day, FAR, 90.0 + 40 * day, mode=4, address=0x0D8001) for day in range(2)]
    again = [[row | {"sensor": "other", "time": row["time"] + 2_000_000} for row in one] for one in flights]
    (row,) = strips(*flights, *again)
    assert row["flights"] == 2


def test_a_report_made_from_a_deposited_radar_adds_no_flight() -> None:
    made = [toward(day, FAR, 90.0, altitude=None) for day in range(2)]
    flights = [toward(day, FAR, 90.0) for day in range(2)]
    report = [[row | {"sensor": "tracker", "mode": 64, "time": row["time"] + 4_000_000} for row in one] for one in made]
    found = strips(*flights, *report)
    assert max(row["flights"] for row in found) == 2


def test_a_report_that_ends_minutes_earlier_makes_no_day_and_no_evidence() -> None:
    flights = [toward(day, FAR, 90.0 + 40 * day) for day in range(2)]
    # The centre that tracks the same radar gives up earlier and further out, and knows a code besides.
    report = [[row | {"sensor": "centre", "mode": 64, "time": row["time"] + 4_000_000} for row in one[:-20]]
              for one in flights]  # fmt: skip
    alone, both = (max(strips(*some), key=lambda row: row["days"]) for some in (flights, [*flights, *report]))
    assert (both["days"], both["evidence_milli_log10"]) == (alone["days"], alone["evidence_milli_log10"])
    assert both["flights"] == alone["flights"]


def test_a_feed_made_from_others_does_not_observe_a_strip() -> None:
    legs = pa.table({"modes": pa.array([1, 64, 65], pa.uint8()),
                     "sensors": pa.array([["radar"], ["centre"], ["centre", "radar"]])})  # fmt: skip
    assert measuring(legs, ["centre", "radar"]) == ["radar"]
    assert measuring(legs.slice(1, 1), ["centre"]) == ["centre"]  # nothing else says whether anybody looked


def test_flights_with_wide_regions_that_only_come_or_only_go_speak_less_for_a_strip() -> None:
    strip: dict[str, Any] = {
        "flights": 6, "days": 6, "silent": 6, "named": 0, "near_named": 0, "same_named": 0, "night": 6, "crossing": 0,
        "aerodrome": "SVEZ", "aerodrome_mm": 40_000_000, "major_mm": 4_000_000,
    }  # fmt: skip

    def ways(landings: int, evidence: int) -> int | None:
        made = strip_terms(strip | {"landings": landings, "evidence_milli_log10": evidence},
                           Customs([], SiteRules()), SiteRules())  # fmt: skip
        return {term.name.rsplit(".", 1)[1]: term.milli_log10 for term in made}["ways"]

    assert ways(6, 6_000) == ways(0, 6_000) == SiteRules().one_way < 0
    assert ways(6, 15_000) == 0  # seen almost to the ground
    assert (ways(3, 6_000) or 0) > ways(5, 6_000) == 0


def test_the_one_named_flight_that_came_by_explains_no_strip_beside_a_listed_aerodrome() -> None:
    strip: dict[str, Any] = {
        "flights": 8, "days": 8, "silent": 8, "named": 0, "night": 6, "crossing": 0, "landings": 4,
        "evidence_milli_log10": 15_000, "aerodrome": "SVEZ", "aerodrome_mm": 400_000, "major_mm": 1_000_000,
    }  # fmt: skip

    def away(named: int) -> int | None:
        made = strip_terms(strip | {"near_named": named, "same_named": named}, Customs([], SiteRules()), SiteRules())
        return {term.name.rsplit(".", 1)[1]: term.milli_log10 for term in made}["away"]

    assert away(0) == away(1) == SiteRules().unused > 0
    assert (away(2) or 0) < 0


def named(day: int, place: tuple[float, float], course: float) -> list[dict[str, Any]]:
    return toward(day, place, course, mode=5, address=0x0D8100 + day, call_sign=f"YV{day}", altitude=4_000.0)


def test_silent_flights_beside_a_used_aerodrome_add_up_apart() -> None:
    register = listed()
    row = register.table.slice(register.table["ident"].to_pylist().index("SVSA"), 1).to_pylist()[0]
    field = (row["lat_e7"] / 1e7, row["lon_e7"] / 1e7)
    beside = (field[0] + 0.04, field[1])  # 4.4 km
    traffic = [named(day, field, 60.0 + 50 * day) for day in range(12)]
    hidden = [toward(day, beside, 90.0 + 35 * day) for day in range(8)]
    found = strips(*traffic, *hidden)
    (apart,) = [row for row in found if row["days"] > 1 and row["silent"]]
    assert apart["silent"] == apart["flights"] == 8 and apart["named"] == 0
    assert apart["near_named"] >= 10 and metres(apart, beside) < metres(apart, field)


def answering(day: int, place: tuple[float, float], course: float, **columns: Any) -> list[dict[str, Any]]:
    """The same by an aircraft that says its address, course and speed."""
    says = {"mode": 8, "address": 0x0D8200 + day, "speed_mm_s": 58_000, "course_e7": round(course * 1e7)}
    return [row | says | columns for row in toward(day, place, course)]


def seldom(rows: list[dict[str, Any]], every: int) -> list[dict[str, Any]]:
    """One plot in so many, the last one among them."""
    return rows[::-1][::every][::-1]


def test_aircraft_heard_every_three_minutes_show_a_strip_too() -> None:
    (row,) = strips(*(seldom(answering(day, FAR, course), 18) for day, course in enumerate((20.0, 80.0, 140.0))))
    assert row["days"] == 3
    assert metres(row, FAR) * 1000 < row["major_mm"] < 5_000_000


def test_how_far_off_the_ground_was_met_goes_by_the_height_left_and_not_by_the_silence() -> None:
    reach = {}
    for name, every, left in (("often", 1, 0), ("seldom", 18, 0), ("higher", 1, 18)):
        flights = (answering(day, FAR, 20.0 + 60.0 * day) for day in range(3))
        (row,) = strips(*(seldom(one[: len(one) - left], every) for one in flights))
        reach[name] = row["major_mm"]
    assert abs(reach["seldom"] / reach["often"] - 1.0) < 0.3
    assert reach["higher"] > 1.5 * max(reach["often"], reach["seldom"])


def test_a_scrap_of_a_flight_in_the_air_is_no_landing() -> None:
    whole = [answering(day, FAR, 20.0 + 60.0 * day) for day in range(3)]
    assert strips(*(one[-8:] for one in whole))
    assert not strips(*(one[-4:] for one in whole))


def test_the_same_whatever_the_order_of_rows() -> None:
    table = plots(*(toward(day, FAR, 90.0 + 30 * day) for day in range(3)), OPEN)
    turned = table.take(pa.array(np.random.default_rng(3).permutation(table.num_rows)))
    assert run(table)["strips"].equals(run(turned)["strips"])


def test_an_aircraft_that_says_it_stands_on_the_ground_is_not_silent_there() -> None:
    """A position on the surface has no height; an echo that stops says nothing of either."""
    legs = pa.table({"modes": pa.array([8, 8, 1], pa.uint8()), "address": pa.array([1, 1, None], pa.int32()),
                     "call_sign": pa.array(["A", "A", None])})  # fmt: skip
    columns = {name: np.zeros(3, np.int64) for name in Ends.__dataclass_fields__ if name != "legs"}
    columns |= {"altitude_mm": np.full(3, NO_ALTITUDE), "on_ground": np.array([True, False, False])}
    assert Ends(legs=legs, **columns).silent.tolist() == [False, True, True]
    assert Ends(legs=legs, **columns).named.tolist() == [True, False, False]


def low_end(speed_mm_s: int, height_mm: int, on_ground: bool) -> Ends:
    """The end of one named flight, by its speed and height."""
    legs = pa.table({"modes": pa.array([8], pa.uint8()), "address": pa.array([1], pa.int32()),
                     "call_sign": pa.array(["A"]), "length_mm": pa.array([90_000_000]), "start": pa.array([0]),
                     "end": pa.array([1_800_000_000]), "plots": pa.array([400], pa.int32()),
                     "ended_by": pa.array(["end"]), "begun_by": pa.array(["track"])})  # fmt: skip
    columns = {name: np.zeros(1, np.int64) for name in Ends.__dataclass_fields__ if name != "legs"}
    columns |= {"altitude_mm": np.full(1, height_mm), "speed_mm_s": np.full(1, speed_mm_s), "landing": np.ones(1, bool),
                "on_ground": np.full(1, on_ground), "other_lat_e7": np.full(1, 5_000_000),
                "climb_mm_s": np.full(1, NO_ALTITUDE)}  # fmt: skip
    return Ends(legs=legs, **columns)


def test_a_low_end_from_which_its_aircraft_flew_on_is_hardly_a_landing() -> None:
    end = low_end(50_000, 120_000, False)
    landed, flew = (
        float(hypotheses(each, np.ones(1, np.bool_), np.ones(1, np.int64), StripRules()).chance.sum())
        for each in (end, replace(end, flies_on=np.ones(1, np.bool_)))
    )
    assert landed > 0.7 and flew < 0.4 * landed


def spread_m(end: Ends) -> float:
    """How wide the region is beside what it allows for an aerodrome's extent, on a day whose pressure is known."""
    rules = StripRules()
    (along,) = hypotheses(end, np.ones(1, np.bool_), np.ones(1, np.int64), rules).along_m
    return math.sqrt(along * along - (rules.extent_mm / 1000) ** 2)


def test_who_stands_on_an_apron_says_less_of_the_runway_than_who_runs_along_it() -> None:
    """Aprons lie hundreds of metres beside runways, and flights of an aerodrome park on the same one."""
    runs, stands, touched = low_end(40_000, 0, False), low_end(2_000, 0, False), low_end(2_000, 0, True)
    assert spread_m(touched) == pytest.approx(spread_m(runs)) and spread_m(runs) < 100
    assert 300 < spread_m(stands) < 600


def test_a_helicopter_at_work_is_no_better_known_to_land_than_an_aeroplane_as_low() -> None:
    assert spread_m(low_end(9_000, 300_000, False)) > spread_m(low_end(50_000, 300_000, False))


def sensors(on_days: int) -> Sensors:
    """One sensor that was on, a plot a minute, for so many of 400 days; another that ends the record."""
    hours = dict.fromkeys(range(24 * on_days), 60_000_000)
    return Sensors(
        {"a": hours, "b": {}}, {"a": on_days * DAY_US, "b": 400 * DAY_US}, {"a": 0, "b": 0}, {"a": 60_000_000}
    )


def test_a_strip_is_inactive_only_where_its_use_would_have_shown() -> None:
    rules = RegionRules()
    assert state_of(390 * DAY_US, 3, ["a"], sensors(400), rules)[0] == "active"
    assert state_of(280 * DAY_US, 3, ["a"], sensors(400), rules)[0] == "unconfirmed"
    assert state_of(100 * DAY_US, 3, ["a"], sensors(400), rules)[0] == "inactive"
    assert state_of(100 * DAY_US, 3, ["a"], sensors(150), rules)[0] == "not_observable"
    assert state_of(100 * DAY_US, 3, ["unknown"], sensors(400), rules)[0] == "not_observable"
    assert state_of(100 * DAY_US, 1, ["a"], sensors(400), rules)[0] == "single_event"


def test_the_detectors_of_strips_stand_in_the_house() -> None:
    assert {"landings", "strips", "strip_findings"} <= {detector.name for detector in DETECTORS}
