"""Regions of strips at which all flights fly one circuit and are lost at one height: errors that they have in common.

Circuits are drawn here, and nothing of them is known to what is tested but heights, speeds and courses where flights
were lost.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from veedor.air.landing.gathering import Site, sites
from veedor.air.landing.hypotheses import hypotheses
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import StripRules
from veedor.air.scales import DAY_US

METRES_E7 = 1e7 / 111_195.0
RULES = StripRules()
RUNWAY_M = 900.0


def lost(rng: np.random.Generator, count: int, share: float, ground_m: float = 30.0) -> tuple[Ends, float]:
    """Flights to a runway that begins at (0, 0), all on one side of it, lost where `share` of the way from abeam its
    beginning to the ground is left, each about there; and the azimuth of the runway. The ground is known to
    `ground_m`, and what it is off by is the same for all."""
    side, heading = rng.choice([-1.0, 1.0]), rng.uniform(0.0, 2.0 * math.pi)
    wide, long, high = rng.uniform(800.0, 1_600.0), rng.uniform(900.0, 2_000.0), rng.uniform(250.0, 330.0)
    off = rng.normal(0.0, ground_m)
    rows = []
    for _ in range(count):
        aside, before = wide * rng.normal(1.0, 0.1), long * rng.normal(1.0, 0.1)
        whole = 2.0 * before + aside
        left = whole * min(1.0, max(0.01, share + rng.normal(0.0, 0.05)))
        if left <= before:
            ahead, beside, turned = -left, 0.0, 0.0
        elif left <= before + aside:
            ahead, beside, turned = -before, left - before, -side * math.pi / 2.0
        else:
            ahead, beside, turned = left - whole, aside, math.pi
        beside *= side
        course = heading + turned
        north = ahead * math.cos(heading) - beside * math.sin(heading)
        east = ahead * math.sin(heading) + beside * math.cos(heading)
        speed = rng.normal(45.0, 5.0)
        rows.append((north, east, course, high * left / whole + off, speed, -speed * high / whole))
    north, east, course, height, speed, climb = (np.array(column) for column in zip(*rows, strict=True))
    return ends(north, east, course, height, speed, climb, ground_m), heading


def ends(
    north: np.ndarray, east: np.ndarray, course: np.ndarray, height_m: np.ndarray, speed_m_s: np.ndarray,
    climb_m_s: np.ndarray, ground_m: float,
) -> Ends:  # fmt: skip
    """Landings on a day each, by metres from (0, 0)."""
    count = len(north)
    legs = pa.table({"address": pa.nulls(count, pa.int32()), "track": pa.array(range(count), pa.int64()),
                     "modes": pa.array([1] * count, pa.uint8()), "start": pa.array([0] * count, pa.int64()),
                     "end": pa.array([1_000_000] * count, pa.int64()), "ended_by": pa.array(["silence"] * count),
                     "begun_by": pa.array(["silence"] * count),
                     "length_mm": pa.array([0] * count, pa.int64())})  # fmt: skip
    columns = {name: np.zeros(count, np.int64) for name in Ends.__dataclass_fields__ if name != "legs"}
    columns |= {
        "landing": np.ones(count, np.bool_), "time_us": np.arange(count) * DAY_US,
        "lat_e7": np.rint(north * METRES_E7).astype(np.int64), "lon_e7": np.rint(east * METRES_E7).astype(np.int64),
        "altitude_mm": np.rint(height_m * 1000).astype(np.int64), "hidden_mm": np.full(count, -1),
        "about_error_mm": np.full(count, round(ground_m * 1000)), "on_ground": np.zeros(count, np.bool_),
        "flies_on": np.zeros(count, np.bool_), "course_e7": np.rint(np.degrees(course) * 1e7).astype(np.int64),
        "speed_mm_s": np.rint(speed_m_s * 1000).astype(np.int64),
        "climb_mm_s": np.rint(climb_m_s * 1000).astype(np.int64),
    }  # fmt: skip
    return Ends(legs=legs, **columns)


def strip(found: Ends) -> Site | None:
    """The strip that most of these flights came to."""
    count = len(found)
    given = hypotheses(found, np.ones(count, np.bool_), np.ones(count, np.int64), RULES)
    made = [site for site in sites(given, found, RULES) if count == 1 or len(site.flights) > 1]
    return max(made, key=lambda site: len(site.flights), default=None)


def held(site: Site, heading: float) -> bool:
    """Whether the region holds some of the runway."""
    along = np.linspace(0.0, RUNWAY_M, 41)
    north, east = (
        along * math.cos(heading) - site.lat_e7 / METRES_E7,
        along * math.sin(heading) - site.lon_e7 / METRES_E7,
    )
    angle = math.radians(site.major_azimuth_e7 / 1e7)
    ahead = (east * math.sin(angle) + north * math.cos(angle)) / (site.major_mm / 1000)
    aside = (east * math.cos(angle) - north * math.sin(angle)) / (site.minor_mm / 1000)
    return bool((ahead * ahead + aside * aside <= 1.0).any())


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9])
def test_regions_hold_the_runway_though_all_were_lost_at_one_place_of_its_circuit(count: int) -> None:
    """Anywhere from abeam the beginning of the runway to the ground."""
    rng = np.random.default_rng(70 + count)
    inside = total = 0
    for _ in range(200):
        found, heading = lost(rng, count, rng.uniform(0.0, 1.0))
        site = strip(found)
        total += site is not None
        inside += site is not None and held(site, heading)
    assert total > 190
    assert 0.92 <= inside / total <= 0.995


def test_many_flights_lost_on_base_know_the_runway_no_better_than_a_few() -> None:
    """Nor do they where nobody ever saw one turn to final."""
    rng = np.random.default_rng(90)
    reach = {count: [strip_of(rng, count, 0.5).major_mm / 1e6 for _ in range(20)] for count in (2, 9)}
    assert np.median(reach[9]) > 0.8 * np.median(reach[2])


@pytest.mark.parametrize("count", [1, 3, 5])
def test_flights_seen_to_stand_leave_no_circuit_open(count: int) -> None:
    rng = np.random.default_rng(80 + count)
    found, _ = lost(rng, count, 0.0)
    stood = replace(found, on_ground=np.ones(count, np.bool_), speed_mm_s=np.zeros(count, np.int64))
    site = strip(stood)
    assert site is not None and site.major_mm < 1_000_000


def strip_of(rng: np.random.Generator, count: int, share: float) -> Site:
    found, _ = lost(rng, count, share)
    site = strip(found)
    assert site is not None
    return site
