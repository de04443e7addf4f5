"""Heights above the ground at ends of legs: what is expected of them, and how honest their errors are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from veedor.air.arrow import NO_ALTITUDE
from veedor.air.landing.heights import Heights, heights
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import RegionRules
from veedor.registers.aerodromes import listed, make

RULES = RegionRules()
LEARNT = 1  # a millimetre: somebody showed on the ground what pressure altitude read


def end(altitude_m: float, ground_m: float, error_m: float, **columns: np.ndarray) -> Ends:
    """One end by what it says of its altitude and what is known of the ground."""
    given = {name: np.zeros(1, np.int64) for name in Ends.__dataclass_fields__ if name != "legs"}
    given |= {"altitude_mm": np.array([round(altitude_m * 1000)]), "about_mm": np.array([round(ground_m * 1000)]),
              "about_error_mm": np.array([round(error_m * 1000)]), "on_ground": np.zeros(1, np.bool_)}  # fmt: skip
    return Ends(legs=pa.table({"track": [1]}), **(given | columns))


def left(one: Ends, pressure: int = LEARNT, rules: RegionRules = RULES) -> Heights:
    return heights(one, np.array([pressure], np.int64), rules)


def test_where_ground_and_pressure_are_known_the_height_is_their_difference() -> None:
    found = left(end(500.0, 200.0, 0.0))
    assert found.height_mm.tolist() == [299_999] and found.error_mm.tolist() == [0]


def test_an_aircraft_on_its_runway_above_its_neighbours_is_not_taken_for_one_high_above_the_lowest_of_them() -> None:
    """Feuerstein (EDQE) lies at 510 m; the aerodromes around at 252 to 500 m."""
    found = left(end(505.0, 411.0, 134.0))
    assert found.height_mm[0] < 0.6 * 253_000
    assert found.height_mm[0] - 2 * found.error_mm[0] < 0, "that it stood on the ground is not ruled out"


def test_without_anybody_on_the_ground_the_weather_is_an_error() -> None:
    known, unknown = left(end(300.0, 100.0, 20.0)), left(end(300.0, 100.0, 20.0), pressure=0)
    assert unknown.error_mm[0] > 2 * known.error_mm[0]


def test_who_stands_on_the_ground_has_no_height_and_who_says_none_the_height_that_is_hidden() -> None:
    stands = left(end(9_000.0, 0.0, 100.0, on_ground=np.ones(1, np.bool_)))
    unseen = left(end(0.0, 0.0, 100.0, altitude_mm=np.array([NO_ALTITUDE]), hidden_mm=np.array([700_000])))
    assert (stands.height_mm[0], stands.error_mm[0], bool(stands.known[0])) == (0, 0, True)
    assert (unseen.height_mm[0], unseen.error_mm[0], bool(unseen.known[0])) == (700_000, 0, False)


@given(st.floats(-2.0, 4.0), st.floats(10.0, 400.0))
def test_mean_and_error_are_those_of_a_normal_error_cut_off_at_the_ground(sigmas: float, error_m: float) -> None:
    """Against integrals, with hardly any liking for low ends: those only move the middle."""
    found = left(end(sigmas * error_m + 0.001, 0.0, error_m), rules=replace(RULES, usual_height_mm=10**12))
    top = max(0.0, sigmas) + 9.0

    def moment(power: int) -> float:
        value, _ = quad(lambda x: x**power * np.exp(-0.5 * (x - sigmas) ** 2), 0.0, top, points=[max(0.0, sigmas)])
        return float(value)

    mean = moment(1) / moment(0)
    error = (moment(2) / moment(0) - mean * mean) ** 0.5
    assert found.height_mm[0] / 1000 / error_m == pytest.approx(mean, abs=0.25)
    assert found.error_mm[0] / 1000 / error_m == pytest.approx(error, abs=0.15)


def test_aerodromes_around_know_the_elevation_of_others_about_as_well_as_they_say() -> None:
    """Every fortieth aerodrome of the list is hidden, and the others are asked."""
    rows = list(zip(*(column.to_pylist() for column in listed().table.columns), strict=True))
    others = make([row for k, row in enumerate(rows) if k % 40], "without every fortieth")
    lat, lon, elevation = (np.array([row[k] for row in rows[::40]]) for k in (3, 4, 5))
    mean, error = others.about_mm(lat, lon)
    off = np.abs(elevation - mean) / error
    assert 0.6 < np.mean(off < 1.0) < 0.8
    assert 0.85 < np.mean(off < 2.3) < 0.95
    assert np.median(np.abs(elevation - mean)) < 30_000


@given(st.integers(-800_000_000, 800_000_000), st.integers(-1_800_000_000, 1_799_999_999))
def test_elevation_lies_between_those_of_aerodromes_of_the_list(lat: int, lon: int) -> None:
    known = listed().table["elevation_mm"].to_numpy()
    (mean,), (error,) = listed().about_mm(lat, lon)
    assert known.min() <= mean <= known.max()
    assert error > 0
