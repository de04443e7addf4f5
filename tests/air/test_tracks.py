"""Plots become tracks: identity helps, kinematics decides, and no chunk border changes an answer."""

from __future__ import annotations

import math
import random

import pyarrow as pa
import pytest

from tests.air.flights import flight, plots, run
from veedor.errors import UsageError

HOUR_US = 3_600_000_000


def tracks_of(table: pa.Table, chunk_us: int | None = None) -> pa.Table:
    return run(table, chunk_us)["tracks"]


def count(tracks: pa.Table) -> int:
    return len(tracks["track"].unique())


@pytest.mark.parametrize("identity", [{}, {"address": 0x4B1234}, {"sensor_track": "17"}])
def test_a_target_that_crosses_three_chunks_and_midnight_is_one_track(identity: dict[str, object]) -> None:
    table = plots(flight(22.5 * 3600, 4 * 3600, 7.0, -69.0, step=12, **identity))
    tracks = tracks_of(table, HOUR_US)
    assert count(tracks) == 1
    assert tracks.num_rows == table.num_rows


@pytest.mark.parametrize("hours", [1, 2, 6, 24])
def test_the_length_of_chunks_changes_no_track(hours: int) -> None:
    table = plots(
        flight(5 * 3600, 7200, 7.0, -69.0, step=12),
        flight(5 * 3600 + 4, 7200, 7.3, -68.8, step=12, course=225.0),
        flight(5.5 * 3600, 5400, 6.5, -69.0, step=5, address=0x0D8001, altitude=3000.0),
    )
    assert tracks_of(table, hours * HOUR_US).equals(tracks_of(table))


def test_one_address_at_two_places_that_no_aircraft_joins_is_two_targets() -> None:
    here = flight(0, 1800, 7.0, -69.0, address=0x0D8001)
    there = flight(3, 1800, 11.0, -64.0, address=0x0D8001)
    tracks = tracks_of(plots(here, there))
    assert count(tracks) == 2


def test_a_primary_target_whose_transponder_falls_silent_stays_the_same_track() -> None:
    first = flight(0, 900, 7.0, -69.0, address=0x0D8001, mode=5, altitude=3000.0)
    whole = flight(0, 1800, 7.0, -69.0)
    rest = [row for row in whole if row["time"] > first[-1]["time"]]
    assert count(tracks_of(plots(first, rest))) == 1


def test_crossing_primary_targets_keep_their_courses() -> None:
    east = flight(0, 1200, 7.0, -69.0, course=90.0)
    north = flight(5, 1200, 6.57, -68.57, course=0.0)
    table = plots(east, north)
    tracks = tracks_of(table)
    assert count(tracks) == 2
    assert sorted(len(rows) for rows in _rows_by_track(tracks)) == [len(east), len(north)]


def test_a_plot_handed_in_twice_is_tracked_once() -> None:
    once = flight(0, 600, 7.0, -69.0)
    assert tracks_of(plots(once, once)).num_rows == len(once)


def test_field_monitors_ghosts_and_ships_are_never_tracked() -> None:
    for mark in ({"flags": 5}, {"flags": 9}, {"mode": 32}):
        assert tracks_of(plots(flight(0, 600, 7.0, -69.0, **mark))).num_rows == 0


def test_the_order_of_rows_and_the_names_of_sensors_decide_nothing() -> None:
    rows = flight(0, 3600, 7.0, -69.0) + flight(2, 3600, 7.2, -68.6, course=200.0, sensor="radar-2")
    shuffled = [row | {"sensor": {"radar-1": "z", "radar-2": "a"}[row["sensor"]]} for row in rows]
    random.Random(4).shuffle(shuffled)
    one, other = tracks_of(plots(rows)), tracks_of(plots(shuffled))
    assert _shape(one) == _shape(other)


def test_a_code_that_changes_or_is_misread_cuts_no_track() -> None:
    rows = flight(0, 1200, 7.0, -69.0, mode=3, code_3a=0o4321, altitude=3000.0)
    for number, row in enumerate(rows):
        row["code_3a"] = 0o4301 if number % 17 == 5 else 0o1200 if number > 60 else row["code_3a"]
    assert count(tracks_of(plots(rows))) == 1


def test_one_code_shared_by_two_aircraft_makes_two_tracks() -> None:
    here = flight(0, 1200, 7.0, -69.0, mode=3, code_3a=0o1200, altitude=3000.0)
    there = flight(3, 1200, 7.1, -69.0, mode=3, code_3a=0o1200, altitude=3000.0, course=80.0)
    tracks = tracks_of(plots(here, there))
    assert sorted(rows.num_rows for rows in _rows_by_track(tracks)) == [len(here), len(there)]


def test_two_radars_that_see_one_target_make_one_track() -> None:
    """One of them measures height, the other only how far: 6 km up and 30 km away that is 600 m on the ground."""
    one = flight(0, 1200, 7.0, -69.2, mode=3, altitude=6000.0, sensor="a")
    other = flight(4, 1200, 7.0, -69.2, mode=1, sensor="b", speed=80.0)
    sites = [
        {"sensor": "a", "lat_e7": 68_000_000, "lon_e7": -690_000_000, "antenna_altitude_mm": 0},
        {"sensor": "b", "lat_e7": 67_300_000, "lon_e7": -690_000_000, "antenna_altitude_mm": 0},
    ]
    for row in other:
        north, east = (row["lat_e7"] - 67_300_000) * 0.0110574, (row["lon_e7"] + 690_000_000) * 0.0110490
        ground = math.hypot(north, east)
        row["range_mm"] = round(math.hypot(ground, 6000.0) * 1000)
        row["azimuth_e7"] = round(math.degrees(math.atan2(east, north)) * 1e7)
        del row["lat_e7"], row["lon_e7"]
    tracks = run(plots(one, other), sites=sites)["tracks"]
    assert count(tracks) == 1
    assert tracks.num_rows == len(one) + len(other)


def test_chunks_that_are_no_whole_hours_are_refused() -> None:
    with pytest.raises(UsageError, match="whole blocks"):
        tracks_of(plots(flight(5 * 3600, 7200, 7.0, -69.0)), HOUR_US // 2)


def _rows_by_track(tracks: pa.Table) -> list[pa.Table]:
    return [tracks.filter(pa.compute.equal(tracks["track"], name)) for name in tracks["track"].unique()]


def _shape(tracks: pa.Table) -> set[tuple[tuple[int, int], ...]]:
    return {
        tuple(zip(rows["lat_e7"].to_pylist(), rows["lon_e7"].to_pylist(), strict=True))
        for rows in _rows_by_track(tracks)
    }
