"""Going dark and answering late: a radar has the echo of a flight without the answers that it has at other times."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.air.flights import SECOND, flight, plots, run
from tests.air.test_unexplained import NIGHT_S, asking, chain, terms
from veedor.air.flying.dark import darkened, late
from veedor.air.routes.rules import UnexplainedRules
from veedor.tables.plots import ADSB, PSR, SSR

RULES = UnexplainedRules()
MINUTE = 60 * SECOND


def answering(silent_s: tuple[int, int], radar: str = "radar-1", mode: int = PSR | SSR) -> list[dict[str, Any]]:
    """An hour of flight by night; between these seconds `radar` has its echo alone."""
    rows = flight(NIGHT_S, 3600, 6.82, -71.35, speed=58.0, altitude=2900.0, mode=mode)
    for second in range(*silent_s, 10):
        rows[second // 10] |= {"mode": PSR, "sensor": radar, "altitude_pressure_mm": None}
    return rows


def leg_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    (leg,) = run(plots(rows))["legs"].to_pylist()
    return dict(leg)


def test_a_transponder_that_falls_silent_before_the_radar_that_had_its_answers_goes_dark() -> None:
    to_the_end = leg_of(answering((1800, 3600)))
    assert (to_the_end["dark_us"], to_the_end["dark_echoes"]) == (1800 * SECOND, 180)
    assert not to_the_end["dark_ended"] and to_the_end["late_us"] == 0
    for_a_while = leg_of(answering((1800, 2400)))
    assert (for_a_while["dark_us"], for_a_while["dark_echoes"]) == (610 * SECOND, 60)
    assert for_a_while["dark_ended"]


@pytest.mark.parametrize(
    "rows",
    [
        answering((1800, 2080)),  # less than five minutes
        answering((1800, 3600), radar="radar-2"),  # which never had its answers
        answering((1800, 3600), mode=ADSB),  # which no radar asked for
        answering((3600, 3600)),
    ],
    ids=["short", "another radar", "broadcasts alone", "answers throughout"],
)
def test_no_other_silence_is_dark(rows: list[dict[str, Any]]) -> None:
    assert [leg_of(rows)[name] for name in ("dark_us", "dark_echoes", "dark_ended", "late_us")] == [0, 0, False, 0]


def test_one_that_answers_after_minutes_is_late_and_one_that_answers_soon_is_not() -> None:
    leg = leg_of(answering((0, 900)))
    assert (leg["late_us"], leg["late_echoes"], leg["dark_us"]) == (900 * SECOND, 90, 0)
    assert leg_of(answering((0, 240)))["late_us"] == 0
    assert leg_of(answering((0, 900), radar="radar-2"))["late_us"] == 0


@pytest.mark.parametrize(
    ("silent_s", "term", "weight"),
    [((1800, 3600), "went_dark", RULES.went_dark), ((0, 900), "answered_late", RULES.answered_late)],
)
def test_a_flight_that_hides_for_a_part_of_its_way_is_no_open_one(
    silent_s: tuple[int, int], term: str, weight: int
) -> None:
    _, found = chain(asking(NIGHT_S), answering(silent_s))
    (row,) = [row for row in found if terms(row).get(term) is not None]
    assert terms(row)[term] == weight and "transponder" not in terms(row)
    assert chain(asking(NIGHT_S), answering((3600, 3600)))[1] == []


def test_of_two_dark_times_the_longer_is_told_whichever_comes_first() -> None:
    for one, other in (((600, 1800), (2100, 2700)), ((600, 1200), (1500, 2700))):
        rows = answering(one)
        for second in range(*other, 10):
            rows[second // 10] |= {"mode": PSR, "altitude_pressure_mm": None}
        assert leg_of(rows)["dark_us"] == 1210 * SECOND


def test_the_answers_of_another_flight_make_no_echo_of_this_one_dark() -> None:
    """Radar 1 asks the flight before and after; of this one only receiver 0 ever had an answer."""
    of = np.array([0] + [1] * 8 + [2])
    mode = np.array([SSR, ADSB, *([PSR] * 6), ADSB, SSR])
    sensor, time = np.ones(10, np.int64), np.arange(10) * 2 * MINUTE
    assert darkened(of, time, mode, sensor, np.zeros(10, np.bool_), 5 * MINUTE, 5) == []
    assert late(of[2:], time[2:], mode[2:], sensor[2:], 5 * MINUTE, 5) == []


@pytest.mark.parametrize(("ground", "dark"), [((), 1), ((0,), 0), ((7,), 0), ((3,), 1)])
def test_what_fell_silent_or_came_back_on_the_ground_is_not_dark(ground: tuple[int, ...], dark: int) -> None:
    mode = np.array([PSR | SSR, *([PSR] * 6), PSR | SSR])
    said = np.isin(np.arange(8), ground)
    found = darkened(np.zeros(8, np.int64), np.arange(8) * MINUTE, mode, np.zeros(8, np.int64), said, 5 * MINUTE, 5)
    assert len(found) == dark


# Of each plot of up to three flights: seconds since the one before, modes, radar, on the ground.
_PLOT = st.tuples(
    st.integers(1, 200), st.sampled_from((PSR, SSR, PSR | SSR, ADSB)), st.integers(0, 1), st.sampled_from((0, 0, 0, 1))
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(_PLOT, min_size=1, max_size=25), min_size=1, max_size=3))
def test_what_is_dark_or_late_is_what_a_reader_of_the_plots_would_say(flights: list[list[Any]]) -> None:
    of = np.array([k for k, rows in enumerate(flights) for _ in rows])
    steps, mode, sensor, ground = (np.array([plot[k] for rows in flights for plot in rows]) for k in range(4))
    time = np.cumsum(steps) * SECOND
    expected_dark, expected_late, begin = [], [], 0
    for rows in flights:
        plots_of = range(begin, begin + len(rows))
        begin += len(rows)
        answers = [k for k in plots_of if mode[k] & (SSR | ADSB)]
        for at, a in enumerate(answers):
            heard = {int(sensor[k]) for k in plots_of if a - 20 <= k <= a and mode[k] & SSR}
            last = at + 1 == len(answers)
            b = plots_of[-1] + 1 if last else answers[at + 1]
            echoes = [k for k in range(a + 1, b) if int(sensor[k]) in heard]
            if len(echoes) >= 5 and not ground[a] and (last or not ground[b]):
                end = echoes[-1] if last else b
                if time[end] - time[a] >= 5 * MINUTE:
                    expected_dark.append((a, end, len(echoes)))
        if answers:
            first = answers[0]
            heard = {int(sensor[k]) for k in plots_of if first <= k <= first + 20 and mode[k] & SSR}
            echoes = [k for k in range(plots_of[0], first) if int(sensor[k]) in heard]
            if len(echoes) >= 5 and time[first] - time[echoes[0]] >= 5 * MINUTE:
                expected_late.append((echoes[0], first, len(echoes)))
    assert darkened(of, time, mode, sensor, ground != 0, 5 * MINUTE, 5) == expected_dark
    assert late(of, time, mode, sensor, 5 * MINUTE, 5) == expected_late
