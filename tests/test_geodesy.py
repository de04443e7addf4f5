"""Distances and bearings agree with an outside library on the sphere; radar echoes with the ellipsoid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from veedor import geodesy
from veedor.kernel.sphere import RADIUS_M

SPHERE = Geod(a=RADIUS_M, b=RADIUS_M)
ELLIPSOID = Geod(ellps="WGS84")
DEGREE = 10_000_000

LAT = st.integers(-90 * DEGREE, 90 * DEGREE)
LON = st.integers(-180 * DEGREE, 180 * DEGREE - 1)


def e7(degrees: np.ndarray | list[float]) -> np.ndarray:
    return np.rint(np.asarray(degrees) * DEGREE).astype(np.int64)


def random_places(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    return e7(chance.uniform(-90, 90, count)), e7(chance.uniform(-180, 180, count))


def off(first: np.ndarray, second: np.ndarray) -> float:
    """Largest difference of two arrays of angles in 1e-7 degree, round the circle."""
    return float(np.max(np.abs((first - second + 180 * DEGREE) % (360 * DEGREE) - 180 * DEGREE)))


def test_distances_and_bearings_agree_with_proj_on_the_sphere_to_a_millimetre() -> None:
    (lat1, lon1), (lat2, lon2) = random_places(2000, 1), random_places(2000, 2)
    bearing, _, metres = SPHERE.inv(lon1 / DEGREE, lat1 / DEGREE, lon2 / DEGREE, lat2 / DEGREE)
    assert np.max(np.abs(geodesy.distance_mm(lat1, lon1, lat2, lon2) - metres * 1000)) <= 1
    assert off(geodesy.bearing_e7(lat1, lon1, lat2, lon2), bearing * DEGREE) <= 1


def test_destinations_agree_with_proj_on_the_sphere_to_a_hundred_millionth_of_a_degree_or_so() -> None:
    lat, lon = random_places(2000, 3)
    chance = np.random.default_rng(4)
    bearing, distance = e7(chance.uniform(-180, 180, 2000)), chance.integers(0, 5_000_000_000, 2000)
    to_lon, to_lat, _ = SPHERE.fwd(lon / DEGREE, lat / DEGREE, bearing / DEGREE, distance / 1000)
    found_lat, found_lon = geodesy.destination(lat, lon, bearing, distance)
    metres = SPHERE.inv(found_lon / DEGREE, found_lat / DEGREE, to_lon, to_lat)[2]
    assert np.max(metres) < 0.009  # half of 1e-7 degree in both coordinates


@given(LAT, LON)
def test_equal_places_are_zero_apart_and_the_bearing_between_them_is_zero(lat: int, lon: int) -> None:
    assert geodesy.distance_mm(lat, lon, lat, lon) == 0
    assert geodesy.bearing_e7(lat, lon, lat, lon) == 0
    assert [int(v) for v in geodesy.destination(lat, lon, 123_456_789, 0)] == [lat, lon]


@settings(max_examples=50)
@given(LAT, LON, LAT, LON)
def test_distance_is_symmetric_and_at_most_half_the_circumference(lat1: int, lon1: int, lat2: int, lon2: int) -> None:
    there = int(geodesy.distance_mm(lat1, lon1, lat2, lon2))
    assert there == int(geodesy.distance_mm(lat2, lon2, lat1, lon1))
    assert 0 <= there <= 20_015_114_442


def test_the_antimeridian_is_no_border() -> None:
    east, west = 180 * DEGREE - 5, -180 * DEGREE + 5
    assert geodesy.distance_mm(0, east, 0, west) == geodesy.distance_mm(0, 0, 0, 10)
    assert geodesy.bearing_e7(0, east, 0, west) == 90 * DEGREE
    lat, lon = geodesy.destination(0, east, 90 * DEGREE, geodesy.distance_mm(0, 0, 0, 10))
    assert (int(lat), int(lon)) == (0, west)


def test_at_the_poles_longitude_does_not_matter_and_every_way_leads_south() -> None:
    pole, quarter = 90 * DEGREE, 10_007_557_221
    assert geodesy.distance_mm(pole, 0, pole, 123 * DEGREE) == 0
    assert geodesy.distance_mm(pole, 77 * DEGREE, 0, -5 * DEGREE) == quarter
    assert geodesy.distance_mm(pole, 0, -pole, 0) == 20_015_114_442
    lat, _ = geodesy.destination(0, 0, 0, quarter)
    assert abs(int(lat) - pole) <= 1
    assert int(geodesy.destination(pole, 0, 0, quarter)[0]) == 0


def test_arguments_broadcast_and_floats_are_refused() -> None:
    assert geodesy.distance_mm(0, 0, [[0, 1]], [[0], [1]]).shape == (2, 2)
    with pytest.raises(TypeError, match="integers"):
        geodesy.distance_mm(0.5, 0, 0, 0)


def echoes(count: int) -> tuple[np.ndarray, ...]:
    """Radars and targets on the ellipsoid, and what the radar measures, by way of PROJ's geocentric coordinates."""
    chance = np.random.default_rng(5)
    lat, lon, azimuth = (
        chance.uniform(-80, 80, count),
        chance.uniform(-180, 180, count),
        chance.uniform(-180, 180, count),
    )
    ground, site_m, target_m = (chance.uniform(low, high, count) for low, high in ((2e4, 4.5e5), (0, 3e3), (0, 1.5e4)))
    to_lon, to_lat, _ = ELLIPSOID.fwd(lon, lat, azimuth, ground)
    geocentric = Transformer.from_crs(4979, 4978, always_xy=True)
    ray = np.array(geocentric.transform(to_lon, to_lat, target_m)) - np.array(geocentric.transform(lon, lat, site_m))
    phi, lam = np.radians(lat), np.radians(lon)
    east = -np.sin(lam) * ray[0] + np.cos(lam) * ray[1]
    north = -np.sin(phi) * (np.cos(lam) * ray[0] + np.sin(lam) * ray[1]) + np.cos(phi) * ray[2]
    slant = np.sqrt(np.sum(ray * ray, axis=0))
    return lat, lon, site_m, slant, np.degrees(np.arctan2(east, north)), target_m, to_lat, to_lon


def test_a_radar_echo_is_placed_on_the_ellipsoid_to_five_centimetres_up_to_450_km() -> None:
    lat, lon, site_m, slant, azimuth, target_m, to_lat, to_lon = echoes(1000)
    mm = [np.rint(v * 1000).astype(np.int64) for v in (site_m, slant, target_m)]
    found_lat, found_lon = geodesy.from_polar(e7(lat), e7(lon), mm[0], mm[1], e7(azimuth), mm[2])
    miss = ELLIPSOID.inv(to_lon, to_lat, found_lon / DEGREE, found_lat / DEGREE)[2]
    assert np.max(miss) < 0.05


def test_an_echo_nearer_than_its_height_lies_above_the_radar_and_one_at_zero_range_on_it() -> None:
    lat, lon = geodesy.from_polar(7 * DEGREE, -70 * DEGREE, 0, [0, 3_000_000], 45 * DEGREE, 9_000_000)
    assert lat.tolist() == [7 * DEGREE] * 2 and lon.tolist() == [-70 * DEGREE] * 2


def test_the_radar_horizon_is_the_familiar_one() -> None:
    """h[ft] = (d[NM] / 1.23)^2 for an antenna on the ground."""
    for feet in (100, 1000, 5000, 35000):
        miles = 1.23 * feet**0.5
        assert abs(int(geodesy.horizon_mm(0, round(feet * 304.8))) / 1_852_000 - miles) < 0.002 * miles


@given(st.integers(0, 3_000_000), st.integers(1, 20_000_000))
def test_a_target_at_the_horizon_is_at_the_edge_of_the_shadow(antenna: int, target: int) -> None:
    horizon = int(geodesy.horizon_mm(antenna, target))
    assert abs(int(geodesy.shadow_mm(antenna, horizon)) - target) <= 2
    assert int(geodesy.shadow_mm(antenna, int(geodesy.horizon_mm(antenna, 0)))) == 0
    assert int(geodesy.horizon_mm(-5, target)) == int(geodesy.horizon_mm(0, target))
