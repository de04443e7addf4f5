"""Logs are history: what a target did later tells where it was before, and what was never its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.tracker_scenes import uniform
from benchmarks.tracker_score import table_of
from tests.air.flights import flight, plots, run
from veedor.air.tracking.associate import Associate
from veedor.air.tracking.both_ways import agreed, mirrored
from veedor.air.tracking.sightings import some_plots
from veedor.engine.detector import Owner
from veedor.tables import BIASES

SURE = 50.0


def tracks_of(table: pa.Table) -> pa.Table:
    return run(table)["tracks"]


def count(tracks: pa.Table) -> int:
    return len(tracks["track"].unique())


def together(
    forward: list[int], backward: list[int], forward_score: list[float], backward_score: list[float]
) -> list[int]:
    """Plots of one radar a minute apart, and what both runs say of them."""
    some = some_plots(len(forward), 60_000_000)
    some = some._replace(time=np.arange(len(forward)) * 60_000_000)
    turns = np.array([[5_000_000, 2_500_000]])
    scores = np.array(forward_score), np.array(backward_score)
    return agreed(some, turns, np.array(forward), np.array(backward), *scores, SURE).tolist()


def test_backwards_time_runs_back_in_the_same_windows() -> None:
    some, window = some_plots(), 2_000_000
    back = mirrored(some, window)
    assert (np.diff(back.time) >= 0).all()
    assert back.time[0] >= 0
    ahead = [set(np.flatnonzero(some.time // window == one)) for one in np.unique(some.time // window)]
    behind = [set(59 - np.flatnonzero(back.time // window == one)) for one in np.unique(back.time // window)]
    assert ahead == behind[::-1]
    flown = some._replace(velocity=np.tile(np.array([10.0, -20.0, 4.0]), (60, 1)))
    assert (mirrored(flown, window).velocity == np.array([-10.0, 20.0, 4.0])).all()


def test_of_two_halves_and_a_whole_the_whole_stands() -> None:
    assert together([0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 0], [30.0, 30.0], [70.0]) == [2] * 6
    assert together([0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 0], [40.0, 40.0], [70.0]) == [0, 0, 0, 1, 1, 1]


def test_plots_that_only_the_other_run_has_are_added() -> None:
    """The forward run began late, the backward one ended early: both are right where they were sure."""
    assert together([-1, -1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, -1, -1], [60.0], [60.0]) == [0] * 7


def test_what_only_the_other_run_has_goes_to_the_part_of_its_time() -> None:
    """A target lost and found anew, of which the backward run alone has a late plot: it is the second's, though the
    backward track shares more with the first, for nobody flies on in two places."""
    halves = [0, 0, 0, 0, 0, -1, 1, 1, 1, -1, 1]
    found = together(halves, [0] * 11, [60.0, 60.0], [70.0])
    assert found == [0, 0, 0, 0, 0, -1, 1, 1, 1, 1, 1]
    # Of two parts at the same time it goes to the one with which its track shares most.
    assert together([0, 1, 0, 0, -1, 0, 1], [0] * 7, [60.0, 60.0], [70.0])[4] == 0


def test_where_a_run_began_it_is_not_believed() -> None:
    assert together([0, 0, 0, 0, 0, 0, 0], [-1, -1, 0, 0, 0, 0, 0], [60.0], [50.0]) == [-1, -1, 0, 0, 0, 0, 0]
    assert together([0, 0, 0, 0, 0, -1], [0, 0, 0, 0, 0, 0], [50.0], [60.0]) == [1, 1, 1, 1, 1, -1]


def test_what_only_one_run_makes_is_no_target_unless_it_leaves_no_doubt() -> None:
    assert together([0, 0, 0, 0], [-1, -1, -1, 0], [20.0], [20.0]) == [-1] * 4
    assert together([0, 0, 0, 0], [-1, -1, -1, -1], [80.0], []) == [-1] * 4
    assert together([0, 0, 0, 0, 0], [0, 0, -1, -1, 0], [80.0], [20.0]) == [0] * 5


def test_a_false_plot_after_a_silence_is_not_the_targets() -> None:
    rows = flight(600, 600, 7.0, -69.0)
    last = rows[-1]
    false = last | {"time": last["time"] + 60_000_000, "lat_e7": last["lat_e7"] + 250_000}
    tracks = tracks_of(plots(rows, [false]))
    assert count(tracks) == 1
    assert tracks.num_rows == len(rows)


@pytest.mark.parametrize(
    ("height", "code", "expected"), [(4_000.0, 0o4321, 1), (4_000.0, 0o4322, 2), (12_000.0, 0o4321, 2)]
)
def test_who_turns_in_a_silence_is_known_by_code_and_height(height: float, code: int, expected: int) -> None:
    """Silent for two minutes and a half in a turn to the south, 15 km from where the old course led."""
    one = flight(600, 600, 7.0, -69.0, speed=130.0, mode=3, code_3a=0o4321, altitude=4000.0)
    other = flight(1_340, 600, 6.88, -68.20, speed=130.0, course=180.0, mode=3, code_3a=code, altitude=height)
    assert count(tracks_of(plots(one, other))) == expected


def test_nearly_all_plots_of_a_targets_first_turns_are_its_tracks() -> None:
    """Of one run forward a fifth of them stay outside: it does not know yet which plot goes on from which."""
    got = real = 0
    for seed in (1_001, 1_002, 1_003):
        scene = uniform(seed, 20)
        plots_, sites = table_of(scene)
        associate = Associate()
        pieces = associate.run(
            {"plots": plots_, "sensors": sites, "biases": BIASES.empty()}, Owner(), associate.parameters
        )
        early = (scene.seen.time_s < 2.5 * scene.step_s) & (scene.seen.target >= 0)
        got += int(early[pieces.filter(pieces["owned"])["row"].to_numpy()].sum())
        real += int(early.sum())
    assert got > 0.95 * real
