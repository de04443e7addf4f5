"""Coverage: what counts as an opportunity, what as a hit, and how sure a share of hits is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from tests.air.flights import DAY, flight, plots, run, sensors
from veedor.air.flying.coverage import Coverage
from veedor.air.flying.detection import Detection, bounds_permille
from veedor.engine.detector import Owner
from veedor.tables.plots import ADSB, PSR, SSR

PLACE = (6.0, -69.0)
ADDRESS = 0x0D8001


def seen(seconds: int = 3600, **columns: Any) -> list[dict[str, Any]]:
    return flight(3600, seconds, *PLACE, speed=100.0, altitude=6000.0, **({"mode": 4, "address": ADDRESS} | columns))


def counted(*flights: Sequence[Any], sites: Sequence[Any] = (), **where: Any) -> tuple[int, int]:
    """Opportunities and hits of the rows with these values."""
    rows = run(plots(*flights), sites=sites)["coverage"].to_pylist()
    some = [row for row in rows if all(row[name] == value for name, value in where.items())]
    return sum(row["opportunities"] for row in some), sum(row["hits"] for row in some)


def test_a_target_detected_at_every_turn_gives_as_many_hits_as_turns() -> None:
    assert counted(seen(), sensor="radar-1", mode=SSR) == (360, 360)


def test_turns_in_which_another_sensor_shows_the_target_are_missed_ones() -> None:
    every_third = [row for k, row in enumerate(seen()) if k % 3]
    other = seen(step=5, sensor="receiver", mode=ADSB)
    opportunities, hits = counted(every_third, other, sites=[{"sensor": "radar-1", "rotation_ms": 10_000}],
                                  sensor="radar-1", mode=SSR)  # fmt: skip
    assert hits == len(every_third)
    assert abs(opportunities - 360) <= 1


def test_a_silence_of_all_sensors_is_nobodys_opportunity() -> None:
    whole = seen()
    broken = whole[:100] + whole[140:]
    assert counted(broken, sensor="radar-1", mode=SSR) == (320, 320)


def test_a_short_fade_between_two_answers_is_a_miss_though_no_other_sensor_saw_it() -> None:
    whole = seen()
    assert counted(whole[:100] + whole[103:], sensor="radar-1", mode=SSR) == (360, 357)


def test_a_sensor_that_was_off_had_no_opportunities() -> None:
    long = seen(4 * 3600)
    off = [row for k, row in enumerate(long) if not 360 <= k < 720]
    other = seen(4 * 3600, step=5, sensor="receiver", mode=ADSB)
    opportunities, hits = counted(off, other, sensor="radar-1", mode=SSR)
    assert opportunities - hits <= 31, "five minutes after the last answer before and before the first after"


def test_primary_coverage_is_the_share_of_answers_that_came_with_an_echo() -> None:
    rows = [row | {"mode": 4 + (k % 4 != 0)} for k, row in enumerate(seen())]
    assert counted(rows, sensor="radar-1", mode=PSR) == (360, 270)


def test_echoes_alone_say_nothing_of_coverage() -> None:
    assert counted(seen(mode=1, address=None), sensor="radar-1") == (0, 0)


def test_cells_that_nobody_flew_in_are_unknown() -> None:
    found = Detection.load(run(plots(seen()))["coverage"])
    assert found.of("radar-1", 60_000_000, -690_000_000, 6_000_000)[0] > 0
    assert found.of("radar-1", 90_000_000, -690_000_000, 6_000_000) == (0, 0)
    assert found.of("radar-1", 60_000_000, -690_000_000, 1_500_000) == (0, 0)


def test_each_day_is_counted_for_itself() -> None:
    later = [row | {"time": row["time"] + 86_400_000_000} for row in seen()]
    rows = run(plots(seen(), later))["coverage"].to_pylist()
    assert {row["day"] for row in rows if row["sensor"] == "radar-1"} == {DAY // 86_400_000_000 + k for k in (0, 1)}


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_partial_results_merge_to_the_whole(parts: list[int]) -> None:
    flights = [
        flight(600 * k, 1800, PLACE[0] + 0.3 * k, PLACE[1], speed=90.0, altitude=3000.0, mode=5, address=ADDRESS + k)
        for k in range(4)
    ]
    tables = run(plots(*flights))
    detector = Coverage()
    names = {read.name: list(read.columns) for read in detector.reads}
    given = {"sensors": sensors([]).select(names["sensors"]), "sensor_state": tables["sensor_state"]}
    track = tables["tracks"]["track"].to_pylist()
    groups = {name: parts[k] for k, name in enumerate(sorted(set(track)))}
    results = [
        detector.run(given | {"tracks": tables["tracks"].filter(pa.array([groups[t] == part for t in track]))
                     .select(names["tracks"])}, Owner(), detector.parameters)
        for part in (2, 0, 1)
    ]  # fmt: skip
    assert detector.merge(pa.concat_tables(results), detector.parameters).equals(tables["coverage"])


@pytest.mark.parametrize("opportunities", [1, 5, 20, 100, 1_000, 30_000])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.93, 1.0])
def test_bounds_are_those_of_clopper_and_pearson_rounded_outwards(opportunities: int, share: float) -> None:
    hits = round(share * opportunities)
    low, high = bounds_permille(hits, opportunities)
    below = beta.ppf(0.025, hits, opportunities - hits + 1) * 1000 if hits else 0.0
    above = beta.ppf(0.975, hits + 1, opportunities - hits) * 1000 if hits < opportunities else 1000.0
    assert below - 1 <= low <= below + 1e-6
    assert above - 1e-6 <= high <= above + 1
