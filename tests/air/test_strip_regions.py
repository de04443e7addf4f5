"""Regions of landings that add up to a strip: how honest they are, what shares them, and what met by chance."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veedor.air.landing.coincidence import Coincidence
from veedor.air.landing.gathering import Site, sites
from veedor.air.landing.hypotheses import Hypotheses
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import RegionRules
from veedor.air.plane import plane_of
from veedor.air.scales import DAY_US


def made(
    places: np.ndarray, along: np.ndarray, across: np.ndarray, angle: np.ndarray, shared: float = 0.4
) -> Hypotheses:  # fmt: skip
    """Hypotheses with these middles (1e-7 degree) and shapes, one a day; `shared` of their variance is in common."""
    count = len(along)
    lat, lon = places[:, 0], places[:, 1]
    return Hypotheses(
        np.arange(count), np.arange(count), lat, lon, plane_of(lat, lon), along, across, np.sin(angle), np.cos(angle),
        np.full(count, 0.9), np.full(count, shared), np.zeros(count, np.bool_), np.zeros(count),
    )  # fmt: skip


def ends_of(count: int) -> Ends:
    legs = pa.table({"address": pa.nulls(count, pa.int32()), "track": pa.array(range(count), pa.int64()),
                     "modes": pa.array([1] * count, pa.uint8())})  # fmt: skip
    columns = {name: np.zeros(count, np.int64) for name in Ends.__dataclass_fields__ if name != "legs"}
    columns |= {"landing": np.ones(count, np.bool_), "time_us": np.arange(count) * DAY_US}
    return Ends(legs=legs, **columns)


def drawn(rng: np.random.Generator, count: int) -> tuple[Hypotheses, float]:
    """Regions whose middles are off the true place (0, 0) as their shapes say; and the share of them in common."""
    angle, along = rng.uniform(0, 2 * math.pi, count), rng.uniform(800, 3_000, count)
    across = along * rng.uniform(0.3, 1.0, count)
    u, v = rng.normal(0, along), rng.normal(0, across)
    north, east = u * np.cos(angle) - v * np.sin(angle), u * np.sin(angle) + v * np.cos(angle)
    places = np.stack([-north / 111_195.0 * 1e7, -east / 111_195.0 * 1e7], axis=1).round().astype(np.int64)
    return made(places, along, across, angle, 0.0), 0.0


@pytest.mark.parametrize("count", [2, 3, 5])
def test_regions_hold_the_truth_about_as_often_as_they_say(count: int) -> None:
    """Errors drawn as the shapes say, without any share in common: regions allow for one, so they hold it oftener."""
    rng = np.random.default_rng(count)
    rules = replace(RegionRules(), common_mm=0, extent_mm=0)
    inside = total = 0
    for _ in range(400):
        hypotheses, _ = drawn(rng, count)
        found = [site for site in sites(hypotheses, ends_of(count), rules) if len(site.flights) == count]
        if found:
            total += 1
            inside += held(found[0])
    assert total > 300
    assert 0.88 <= inside / total <= 0.995


def test_thin_regions_that_cross_name_the_crossing() -> None:
    angle = np.radians(np.array([0.0, 60.0, 120.0]))
    middle = np.stack([-np.cos(angle), -np.sin(angle)], axis=1) * 5_000 / 111_195.0 * 1e7
    crossing = made(middle.round().astype(np.int64), np.full(3, 5_000.0), np.full(3, 800.0), angle)
    (site,) = [site for site in sites(crossing, ends_of(3), RegionRules()) if len(site.flights) > 1]
    assert math.hypot(site.lat_e7, site.lon_e7) / 1e7 * 111_195.0 < 600
    (alone, *_) = sites(made(middle[:1].round().astype(np.int64), np.full(1, 5_000.0), np.full(1, 800.0), angle[:1]),
                        ends_of(1), RegionRules())  # fmt: skip
    assert site.major_mm < alone.major_mm


def test_errors_that_all_flights_have_in_common_do_not_average_out() -> None:
    """Where the ground lies higher than anybody knows, every flight is taken for higher than it was."""
    places, sigma = np.zeros((5, 2), np.int64), np.full(5, 1_500.0)
    reach = {}
    for shared in (0.0, 0.4, 1.0):
        (site,) = sites(made(places, sigma, sigma, np.zeros(5), shared), ends_of(5), RegionRules())
        (first, *_) = sites(made(places[:2], sigma[:2], sigma[:2], np.zeros(2), shared), ends_of(2), RegionRules())
        reach[shared] = (first.major_mm, site.major_mm)
    assert reach[0.0][1] < reach[0.4][1] < reach[1.0][1]
    assert reach[0.0][1] < 0.7 * reach[0.0][0] and reach[1.0][1] > 0.9 * reach[1.0][0]


@pytest.mark.parametrize("aside_m", [1_500.0, 2_500.0])
def test_a_strip_of_two_runways_lies_on_the_one_that_most_used_and_not_between_them(aside_m: float) -> None:
    """Flights seen to touch down: three on one runway, two on another, along which they are spread."""
    east = np.array([0.0, 40.0, -30.0, aside_m, aside_m + 20.0])
    north = np.array([-60.0, 80.0, 10.0, 0.0, 50.0])
    places = np.stack([north, east], axis=1) / 111_195.0 * 1e7
    extent_m = math.hypot(RegionRules().extent_mm, RegionRules().sigma_mm) / 1000
    sigma = np.full(5, extent_m)
    (site,) = sites(made(places.round().astype(np.int64), sigma, sigma, np.zeros(5)), ends_of(5), RegionRules())
    assert len(site.flights) == 5, "an aerodrome, as before"
    assert abs(site.lon_e7) / 1e7 * 111_195.0 < 100
    assert site.major_mm < 1_000_000


def meeting(places_m: list[tuple[float, float]], sigma_m: float = 600.0) -> Hypotheses:
    """Flights of a day each that came down about these places (metres east and north of 0, 0)."""
    places = np.array([[north, east] for east, north in places_m]) / 111_195.0 * 1e7
    sigma = np.full(len(places), math.hypot(sigma_m, RegionRules().extent_mm / 1000))
    return made(places.round().astype(np.int64), sigma, 0.9 * sigma, np.arange(len(places)) * 1.1)


def shared_strips(flights: Hypotheses) -> list[Site]:
    return [site for site in sites(flights, ends_of(len(flights)), RegionRules()) if len(site.flights) > 1]


def test_two_that_met_where_flights_come_down_everywhere_met_by_chance() -> None:
    """Two flights 300 m apart are a strip in the wilderness, and none among eighteen that came down all around, each
    12 km from the next."""
    two = [(0.0, 0.0), (300.0, 0.0)]
    rings = [(6, 12_000.0), (12, 23_500.0)]
    others = [
        (radius * math.sin(2 * math.pi * n / count), radius * math.cos(2 * math.pi * n / count))
        for count, radius in rings
        for n in range(count)
    ]
    assert [site.flights.tolist() for site in shared_strips(meeting(two, 1_500.0))] == [[0, 1]]
    assert shared_strips(meeting(others, 1_500.0)) == []
    assert shared_strips(meeting(two + others, 1_500.0)) == []


def test_an_aerodrome_that_all_use_is_not_chance_however_many_they_are() -> None:
    rng = np.random.default_rng(6)
    every = meeting([(e, n) for e, n in rng.normal(0.0, 300.0, (60, 2)).tolist()])
    assert Coincidence.of(every, RegionRules()).ways(0, 0, np.arange(60), np.ones(60, np.bool_)) == 0.0
    (site,) = shared_strips(every)
    assert len(site.flights) == 60


def test_chance_counts_the_days_of_others_and_of_one_day_the_flights() -> None:
    """Of four days two agree, in six ways; in three where a landing is explained; a second flight of such a day could
    have been taken in its place."""
    flights = meeting([(0.0, 0.0), (0.0, 0.0), (9_000.0, 0.0), (-9_000.0, 0.0), (90_000.0, 0.0)])
    chance, free = Coincidence.of(flights, RegionRules()), np.ones(5, np.bool_)
    assert chance.ways(0, 0, np.array([0, 1]), free) == pytest.approx(math.log10(6.0))
    assert chance.ways(0, 0, np.array([0, 1]), free & (np.arange(5) != 2)) == pytest.approx(math.log10(3.0))
    twice = Coincidence.of(replace(flights, day=np.array([0, 1, 2, 0, 4])), RegionRules())
    assert twice.ways(0, 0, np.array([0, 1]), free) == pytest.approx(math.log10(3.0 * 2.0))


def held(site: Site) -> bool:
    """Whether the region holds the true place (0, 0)."""
    angle = math.radians(site.major_azimuth_e7 / 1e7)
    east, north = -site.lon_e7 / 1e7 * 111_195.0, -site.lat_e7 / 1e7 * 111_195.0
    along = (east * math.sin(angle) + north * math.cos(angle)) / (site.major_mm / 1000)
    across = (east * math.cos(angle) - north * math.sin(angle)) / (site.minor_mm / 1000)
    return along * along + across * across <= 1.0


@pytest.mark.parametrize("count", [2, 3, 5])
def test_regions_hold_the_truth_though_one_flight_in_ten_came_down_elsewhere(count: int) -> None:
    """Errors of heavy tails (Student, 4 degrees of freedom), four tenths of their variance in common, for nine in ten,
    anywhere within 7 km for the tenth, and whoever flew there came from one side."""
    rng = np.random.default_rng(40 + count)
    inside = total = 0
    for _ in range(300):
        angle, along = rng.normal(0.0, 0.3, count), 700.0 * np.exp(rng.normal(0.0, 0.4, count))
        own, common = (rng.normal(size=(2, n)) / np.sqrt(rng.chisquare(4, (2, n)) / 4) for n in (count, 1))
        u, v = (math.sqrt(0.6) * own + math.sqrt(0.4) * common) * [along, 0.6 * along]
        north, east = u * np.cos(angle) - v * np.sin(angle), u * np.sin(angle) + v * np.cos(angle)
        astray = rng.random(count) < 0.1
        off = np.where(astray, rng.uniform(-7_000, 7_000, (2, count)), [north, east])
        extent = RegionRules().extent_mm / 1000
        flights = made((off.T / 111_195.0 * 1e7).round().astype(np.int64), np.hypot(along, extent),
                       np.hypot(0.6 * along, extent), angle)  # fmt: skip
        near = [site for site in shared_strips(flights) if math.hypot(site.lat_e7, site.lon_e7) / 1e7 * 111_195 < 5_000]
        total += bool(near)
        inside += bool(near) and held(near[0])
    assert total > 200
    assert 0.92 <= inside / total <= 0.995


def test_two_flights_that_disagree_leave_both_places_open() -> None:
    """Seen to touch down two kilometres apart: either may be the runway, and the region says so."""
    extent = math.hypot(RegionRules().extent_mm, RegionRules().sigma_mm) / 1000
    places = np.array([[0.0, 0.0], [0.0, 2_000.0]]) / 111_195.0 * 1e7
    (site,) = shared_strips(made(places.round().astype(np.int64), np.full(2, extent), np.full(2, extent), np.zeros(2)))
    reach = [abs(site.lon_e7 / 1e7 * 111_195.0 - east) for east in (0.0, 2_000.0)]
    assert min(reach) < 100 and max(reach) < site.major_mm / 1000


@settings(max_examples=20)
@given(st.integers(0, 1_000))
def test_every_flight_is_used_at_most_once(seed: int) -> None:
    hypotheses, _ = drawn(np.random.default_rng(seed), 7)
    used = [k for site in sites(hypotheses, ends_of(7), RegionRules()) for k in site.flights.tolist()]
    assert len(used) == len(set(used))
