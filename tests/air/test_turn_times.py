"""How long a turn takes, from waits between plots of one target: losses, second reports, receivers."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.air.flights import flight, plots
from tests.air.test_tracks import count, tracks_of
from veedor.air.arrow import NONE
from veedor.air.tracking.turn_times import turns_of

SECOND = 1_000_000


def turn_of(times: list[float], stated: int = 0, targets: int = 6) -> int:
    """The turn time (us) of one sensor that reports each of some targets at these times (s), each a little later."""
    time = np.array([int((at + 0.1 * one) * SECOND) for one in range(targets) for at in times], np.int64)
    address = np.repeat(np.arange(1, targets + 1), len(times))
    order = np.argsort(time, kind="stable")
    sensor, number = np.zeros(len(time), np.int64), np.full(len(time), NONE)
    return int(turns_of(sensor, time[order], address[order], number, np.array([stated * SECOND]))[0, 0])


@pytest.mark.parametrize("turn", [4, 5, 10, 12])
@pytest.mark.parametrize("lost", [0.0, 0.1, 0.3])
@pytest.mark.parametrize("twice", [0.0, 0.4, 1.0])
def test_reports_in_twos_and_turns_without_a_plot_change_no_turn_time(turn: int, lost: float, twice: float) -> None:
    """But for the time between two reports, by which the second of one turn is nearer to the first of the next."""
    draw = random.Random(turn)
    times = []
    for at in range(0, 900, turn):
        if draw.random() >= lost:
            times += [at + 0.0] + ([at + draw.uniform(0.8, 1.2)] if draw.random() < twice else [])
    assert abs(turn_of(times) - turn * SECOND) <= 1.2 * SECOND


def test_what_is_heard_every_second_or_at_random_has_no_longer_turn_than_that() -> None:
    draw = random.Random(7)
    often = [at * 1.0 for at in range(900) if draw.random() < 0.9]
    assert turn_of(often) == SECOND
    seldom, at = [], 0.0
    while at < 3_600:
        at += draw.expovariate(1 / 8)
        seldom.append(at)
    assert turn_of(seldom) < 5 * SECOND


def test_a_site_table_is_believed() -> None:
    assert turn_of([0.0, 1.0, 12.0, 13.0], stated=10) == 10 * SECOND


@pytest.mark.parametrize("gap", [0.3, 1.0, 1.5])
@pytest.mark.parametrize("identity", [{"address": 0x0D8001, "mode": 4}, {"sensor_track": "7", "mode": 2}])
def test_an_aircraft_reported_twice_a_turn_is_tracked_with_all_its_plots(
    gap: float, identity: dict[str, object]
) -> None:
    """With an address it is one track; a number alone leaves two within a turn apart, as two of a formation are."""
    first = flight(0, 600, 7.0, -69.0, step=12, altitude=3000.0, **identity)
    again = flight(gap, 600, 7.0, -69.0 + gap * 80 / 110_366, step=12, altitude=3000.0, **identity)
    tracks = tracks_of(plots(first, again))
    assert tracks.num_rows == len(first) + len(again)
    assert count(tracks) <= (1 if "address" in identity else 2)
