"""Tracks of one address beside each other are one aircraft's where one aircraft can have flown them by turns."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.air.flights import HOUR, flight, plots, run
from veedor.air.plane import plane_of
from veedor.air.tracking.braids import MOST_BRAIDED, braided
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import NONE, Plots, some_plots

Ints = npt.NDArray[np.int64]

BY_METRE_E7 = 1e7 / 111_195.0
RULES = AssociationRules()


def heard(seconds: list[float], north_m: list[float], east_m: list[float]) -> Plots:
    """Plots of one address near the equator, in order of time, that report 70 m/s."""
    lat, lon = (np.round(np.array(metres) * BY_METRE_E7).astype(np.int64) for metres in (north_m, east_m))
    plane = plane_of(lat, lon)
    count = len(seconds)
    return some_plots(count)._replace(
        time=np.round(np.array(seconds) * 1e6).astype(np.int64), north=plane.north, lon=plane.lon, cosine=plane.cosine,
        address=np.full(count, 0x0D8001), velocity=np.tile([70.0, 0.0, 9.0], (count, 1)),
    )  # fmt: skip


def circling(count: int = 12, radius_m: float = 900.0, step_s: float = 20.0, speed_m_s: float = 70.0) -> Plots:
    turned = [speed_m_s * step_s * k / radius_m for k in range(count)]
    seconds = [step_s * k for k in range(count)]
    return heard(seconds, [radius_m * math.sin(a) for a in turned], [radius_m * math.cos(a) for a in turned])


def groups(track: Ints) -> list[list[int]]:
    return sorted(np.flatnonzero(track == one).tolist() for one in np.unique(track[track >= 0]))


def test_a_circle_that_two_tracks_hold_by_turns_is_flown_by_one() -> None:
    assert groups(braided(circling(), np.arange(12) % 2, RULES)) == [list(range(12))]


def test_one_that_begins_before_the_other_was_given_up() -> None:
    track = np.array([0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1])
    assert groups(braided(circling(), track, RULES)) == [list(range(12))]


def test_one_that_lies_in_the_silence_of_the_other_and_a_third_that_lies_in_its() -> None:
    track = np.array([0, 0, 1, 1, 2, 2, 2, 1, 1, 0, 0, -1])
    assert groups(braided(circling(), track, RULES)) == [list(range(11))]


@pytest.mark.parametrize("seed", range(5))
def test_how_tracks_are_numbered_decides_nothing(seed: int) -> None:
    """Two aircraft at two places by turns, each in two tracks, and one of the first in a third that leaps."""
    seconds = [10.0 * k for k in range(24)]
    east = [60_000.0 * (k % 2) + (20_000.0 if k in (8, 12, 16) else 0.0) for k in range(24)]
    both = heard(seconds, [70.0 * at for at in seconds], east)
    track = np.array([4 if k in (8, 12, 16) else 2 * (k // 2 % 2) + k % 2 for k in range(24)])
    found = groups(braided(both, track, RULES))
    assert [len(group) for group in found] == [9, 12, 3]
    assert groups(braided(both, np.random.default_rng(seed).permutation(5)[track], RULES)) == found


def test_one_that_begins_when_the_first_is_over_and_the_second_is_not() -> None:
    track = np.array([0, 0, 0, 1, 0, 1, 1, 2, 1, 2, 2, 2])
    assert groups(braided(circling(), track, RULES)) == [list(range(12))]


def test_tracks_one_after_the_other_are_left_to_joining() -> None:
    track = np.arange(12) // 6
    assert (braided(circling(), track, RULES) == track).all()


def test_one_address_at_two_places_is_not_one_aircraft() -> None:
    seconds = [10.0 * k for k in range(20)]
    there = heard(seconds, [70.0 * at for at in seconds], [30_000.0 * (k % 2) for k in range(20)])
    track = np.arange(20) % 2
    assert (braided(there, track, RULES) == track).all()


def test_both_places_keep_their_own_broken_tracks_together() -> None:
    seconds = [10.0 * k for k in range(24)]
    both = heard(seconds, [70.0 * at for at in seconds], [60_000.0 * (k % 2) for k in range(24)])
    track = np.array([2 * (k // 2 % 2) + k % 2 for k in range(24)])
    assert groups(braided(both, track, RULES)) == [list(range(0, 24, 2)), list(range(1, 24, 2))]


def test_positions_that_a_feed_repeats_late_are_no_part_of_the_way() -> None:
    seconds = [10.0 * k for k in range(20)]
    late = [70.0 * (at - (30.0 if k % 2 else 0.0)) for k, at in enumerate(seconds)]
    track = np.arange(20) % 2
    assert (braided(heard(seconds, late, [0.0] * 20), track, RULES) == track).all()


@pytest.mark.parametrize("second", [0x0D8002, NONE])
def test_without_one_address_nothing_says_that_they_are_one(second: int) -> None:
    alone = circling()._replace(address=np.where(np.arange(12) % 2 == 0, 0x0D8001, second))
    track = np.arange(12) % 2
    assert (braided(alone, track, RULES) == track).all()


def test_a_track_that_bears_two_addresses_is_nobodys() -> None:
    some = circling()
    some.address[4] = 0x0D8000
    track = np.arange(12) % 2
    assert (braided(some, track, RULES) == track).all()


def test_an_address_that_very_many_bear_says_nothing() -> None:
    for tracks, one in ((MOST_BRAIDED, True), (MOST_BRAIDED + 1, False)):
        some = circling(count=3 * tracks, step_s=1.0)
        found = braided(some, np.arange(3 * tracks) % tracks, RULES)
        assert (len(np.unique(found)) == 1) == one


def orbits(**columns: Any) -> list[dict[str, Any]]:
    """Twenty minutes of circles that are too tight for the plots, 25 s apart, to show."""
    rows = flight(5 * 3600 + 300, 1_200, 7.0, -69.0, step=25, altitude=600.0, speed=0.0, address=0x0D8001, **columns)
    for k, row in enumerate(rows):
        turned = 75.0 * 25 * k / 700.0
        row["course_e7"] = round(((math.degrees(turned) + 270) % 360 - 180) * 1e7)
        row["lat_e7"] += round(700.0 * math.cos(turned) * BY_METRE_E7)
        row["lon_e7"] += round(700.0 * math.sin(turned) * BY_METRE_E7)
    return rows


@pytest.mark.parametrize("hours", [1, 3])
def test_an_aircraft_that_circles_tightly_and_is_seldom_heard_is_one_flight(hours: int) -> None:
    rows = orbits(mode=8, sensor="receiver-1", speed_mm_s=75_000)
    tracks = run(plots(rows), hours * HOUR)["tracks"]
    assert len(tracks["track"].unique()) == 1
    assert tracks.num_rows > 0.9 * len(rows)
