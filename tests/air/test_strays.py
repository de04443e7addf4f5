"""Aircraft heard every few minutes: their address says which plots are theirs, and kinematics may forbid it."""

from __future__ import annotations

import pytest

from tests.air.flights import flight, plots, run

HOUR_US = 3_600_000_000
HEARD = {"mode": 8, "sensor": "receiver-1", "altitude": 9_000.0, "speed": 200.0, "address": 0x0D8001}


def test_an_aircraft_heard_every_four_minutes_is_one_track() -> None:
    table = plots(flight(5 * 3600 + 300, 3_000, 7.0, -69.0, step=240, **HEARD))
    tracks = run(table)["tracks"]
    assert tracks.num_rows == table.num_rows
    assert len(tracks["track"].unique()) == 1


@pytest.mark.parametrize("hours", [1, 3])
def test_over_several_hours_and_any_chunks_too(hours: int) -> None:
    table = plots(flight(4.2 * 3600, 3 * 3600, 7.0, -69.0, step=240, **HEARD))
    tracks = run(table, hours * HOUR_US)["tracks"]
    assert tracks.num_rows == table.num_rows
    assert len(tracks["track"].unique()) == 1


def test_without_an_address_nothing_says_that_they_are_one() -> None:
    table = plots(flight(5 * 3600 + 300, 3_000, 7.0, -69.0, step=240, **(HEARD | {"address": None})))
    assert not run(table)["tracks"].num_rows


def test_one_address_by_turns_at_two_places_is_no_target() -> None:
    here = flight(5 * 3600 + 300, 3_000, 7.0, -69.0, step=240, **HEARD)
    there = flight(5 * 3600 + 420, 3_000, 12.0, -62.0, step=240, **HEARD)
    assert not run(plots(here, there))["tracks"].num_rows


def test_two_plots_are_too_few() -> None:
    assert not run(plots(flight(5 * 3600 + 300, 480, 7.0, -69.0, step=240, **HEARD)))["tracks"].num_rows


def test_beside_a_tracked_target_of_that_address_nothing_is_made_of_what_is_left_over() -> None:
    """Positions that jump, as where satellite navigation is disturbed."""
    whole = flight(5 * 3600, 3_000, 7.0, -69.0, **HEARD)
    jumped = flight(5 * 3600 + 305, 2_400, 7.4, -69.0, step=240, **HEARD)
    tracks = run(plots(whole, jumped))["tracks"]
    assert len(tracks["track"].unique()) == 1
    assert tracks.num_rows == len(whole)


def test_over_a_silence_a_target_is_believed_what_it_says_of_its_course_and_speed() -> None:
    """It circles between plots: from one to the next it hardly gets on, and flies east at 70 m/s all the same."""
    says = HEARD | {"speed_mm_s": 70_000, "course_e7": 900_000_000, "speed": 2.0}
    rows = flight(5 * 3600 + 300, 3_000, 7.0, -69.0, step=240, course=0.0, **says)
    (leg,) = run(plots(rows))["legs"].to_pylist()
    for side in ("start", "end"):
        assert abs(leg[f"{side}_course_e7"] - 900_000_000) < 20_000_000
        assert abs(leg[f"{side}_speed_mm_s"] - 70_000) < 2_000


def test_a_target_that_says_nothing_of_its_speed_has_that_of_its_way() -> None:
    (leg,) = run(plots(flight(5 * 3600 + 300, 3_000, 7.0, -69.0, step=240, **HEARD)))["legs"].to_pylist()
    assert abs(leg["end_speed_mm_s"] - 200_000) < 4_000
