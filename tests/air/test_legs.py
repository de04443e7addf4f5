"""Legs: where a track is cut, and what no cut may change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.air.flights import DAY, SECOND, flight
from veedor.air.flying.legs import Legs
from veedor.engine.detector import Owner
from veedor.tables import LEGS, TRACKS
from veedor.tables.plots import ON_GROUND

LEG = Legs()
CHUNK_S = 6 * 3600


def points(*tracks: list[dict[str, Any]]) -> pa.Table:
    """TRACKS of tracks 0, 1, ... from rows of `flight`."""
    rows = []
    for number, track in enumerate(tracks):
        for row in track:
            given = {name.replace("altitude_pressure_mm", "altitude_mm"): value for name, value in row.items()}
            state = {c.name: 0 for c in TRACKS.columns if not c.nullable}
            rows.append(state | {"track": number, "deposit": b"d" * 32, "row": len(rows)} | given)
    columns = {c.name: pa.array([r.get(c.name) for r in rows], c.type) for c in TRACKS.columns}
    return TRACKS.cast(pa.table(columns))


def legs(*tracks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return LEG.run({"tracks": points(*tracks)}, Owner(), LEG.parameters).sort_by("start").to_pylist()


def landing(silence_s: int, *, climb: float = -4.0, slow: float = 40.0, **columns: Any) -> list[dict[str, Any]]:
    """Ten minutes of flight that slows and comes down, a silence in which it stays there, and ten minutes climbing."""
    height = 3000.0
    first = flight(0, 300, 6.0, -70.0, speed=80.0, altitude=height, climb=climb, **columns)
    lon = first[-1]["lon_e7"] / 1e7
    second = flight(300, 300, 6.0, lon, speed=slow, altitude=height + climb * 300, climb=climb, **columns)
    lon = second[-1]["lon_e7"] / 1e7
    again = flight(590 + silence_s, 600, 6.0, lon, speed=70.0, altitude=height + climb * 600, climb=4.0, **columns)
    return first + second + again


def test_a_short_silence_after_a_descent_that_slows_is_a_landing() -> None:
    found = legs(landing(240, climb=-3.0))
    assert [(leg["begun_by"], leg["ended_by"]) for leg in found] == [("track", "landing"), ("landing", "track")]


def test_a_silence_of_the_same_length_without_descent_or_without_slowing_cuts_nothing() -> None:
    assert len(legs(landing(240, climb=0.0))) == 1
    assert len(legs(landing(240, climb=-3.0, slow=80.0))) == 1


def test_a_silence_in_which_it_flew_on_is_no_landing() -> None:
    whole = landing(240, climb=-3.0)
    for row in whole[60:]:
        row["lon_e7"] += 200_000  # 2.2 km in four minutes stays slow; 22 km does not
    assert len(legs(whole)) == 2
    for row in whole[60:]:
        row["lon_e7"] += 2_000_000
    assert len(legs(whole)) == 1


def test_without_altitude_it_must_have_slowed_to_two_thirds() -> None:
    def unknown(slow: float) -> list[dict[str, Any]]:
        rows = landing(240, slow=slow)
        return [{name: v for name, v in row.items() if name != "altitude_pressure_mm"} for row in rows]

    assert [leg["ended_by"] for leg in legs(unknown(45.0))] == ["landing", "track"]
    assert len(legs(unknown(65.0))) == 1


def _grounded(seconds: int) -> list[dict[str, Any]]:
    rows = flight(0, 600, 6.0, -70.0, altitude=1500.0)
    lon = rows[-1]["lon_e7"] / 1e7
    rows += flight(600, seconds, 6.0, lon, speed=1.0, altitude=100.0, flags=1 | ON_GROUND)
    return rows + flight(600 + seconds, 600, 6.0, lon, altitude=1500.0)


def test_a_touch_and_go_is_counted_and_cuts_nothing_a_stop_cuts_in_its_middle() -> None:
    assert [leg["touches"] for leg in legs(_grounded(60))] == [1]
    stopped = legs(_grounded(600))
    assert [(leg["ended_by"], leg["touches"]) for leg in stopped] == [("stop", 0), ("track", 0)]
    assert stopped[0]["ends_on_ground"] and stopped[1]["starts_on_ground"]


def test_taxiing_belongs_to_the_leg_that_it_begins() -> None:
    taxi = flight(0, 900, 6.0, -70.0, speed=5.0, altitude=100.0, flags=1 | ON_GROUND)
    lon = taxi[-1]["lon_e7"] / 1e7
    assert [leg["touches"] for leg in legs(taxi + flight(900, 900, 6.0, lon, altitude=1500.0))] == [0]


def _stood(before_s: int, after_s: int) -> list[dict[str, Any]]:
    """Ten minutes of flight down to 300 m, one plot on the ground, ten minutes of flight; silences as given."""
    rows = flight(0, 600, 6.0, -70.0, altitude=1500.0, climb=-2.0)
    lon = rows[-1]["lon_e7"] / 1e7
    rows += flight(590 + before_s, 1, 6.0, lon, speed=0.0, altitude=100.0, flags=1 | ON_GROUND)
    return rows + flight(590 + before_s + after_s, 600, 6.0, lon, altitude=300.0, climb=2.0)


def test_a_single_plot_on_the_ground_is_the_landing_or_the_take_off_that_is_nearer_in_time() -> None:
    landed, left = legs(_stood(900, 1_500))
    assert landed["ends_on_ground"] and landed["plots"] == 61 and not left["starts_on_ground"]
    landed, left = legs(_stood(1_500, 900))
    assert not landed["ends_on_ground"] and left["starts_on_ground"] and left["plots"] == 61
    (landed,) = legs(_stood(900, 1_500)[:-60])
    assert landed["ends_on_ground"]


def test_a_plot_on_the_ground_hours_from_any_flight_belongs_to_none() -> None:
    assert [leg["plots"] for leg in legs(_stood(7_200, 7_200))] == [60, 1, 60]


def test_the_course_of_an_end_is_that_of_its_smoothed_velocity() -> None:
    rows = flight(0, 600, 6.0, -70.0, altitude=1500.0, course=90.0)
    rows[-1] |= {"north_mm_s": 50_000, "east_mm_s": 50_000, "var_speed_mm2_s2": 4_000_000}
    rows[0] |= {"north_mm_s": -1_000, "east_mm_s": 0, "var_speed_mm2_s2": 4_000_000}
    (leg,) = legs(rows)
    assert abs(leg["end_course_e7"] - 450_000_000) < 100
    assert abs(leg["start_course_e7"] - 900_000_000) < 1_000_000  # that velocity is lost in its error: the path tells


def test_an_interval_is_the_longest_of_four_steps() -> None:
    rows = flight(0, 600, 6.0, -70.0, altitude=1500.0)
    (leg,) = legs(rows[:3] + rows[5:-6] + rows[-1:])
    assert (leg["start_interval_us"], leg["end_interval_us"]) == (30 * SECOND, 60 * SECOND)


def test_identities_of_a_leg_are_counted() -> None:
    rows = flight(0, 600, 6.0, -70.0, altitude=1500.0, mode=5, address=0x0D8001, call_sign="YV1")
    for row in rows[:3]:
        row |= {"call_sign": "YV9", "address": 0x0D8002}
    rows[5] |= {"mode": 1, "address": None, "call_sign": None}
    (leg,) = legs(rows)
    assert (leg["call_sign"], leg["call_signs"], leg["address"], leg["addresses"]) == ("YV1", 2, None, 2)
    assert leg["answers"] == leg["plots"] - 1


@st.composite
def _tracks(draw: st.DrawFn) -> list[list[dict[str, Any]]]:
    made = []
    for _ in range(draw(st.integers(1, 4))):
        count = draw(st.integers(1, 40))
        gaps = draw(st.lists(st.sampled_from([0, 10, 60, 200, 400, 700, 1900]), min_size=count, max_size=count))
        heights = draw(st.lists(st.sampled_from([None, 100, 900, 2500, 3000]), min_size=count, max_size=count))
        ground = draw(st.lists(st.booleans(), min_size=count, max_size=count))
        at, rows = 0, []
        for gap, height, on_ground in zip(gaps, heights, ground, strict=True):
            at += gap
            row = flight(at, 1, 6.0 + at / 3000, -70.0, flags=1 | ON_GROUND * on_ground)[0]
            rows.append(row | ({} if height is None else {"altitude_pressure_mm": height * 1000}))
        made.append(rows)
    return made


@settings(max_examples=60, deadline=None)
@given(_tracks(), st.randoms(use_true_random=False))
def test_no_point_is_lost_whatever_the_order_and_the_names(tracks: list[list[dict[str, Any]]], random: Any) -> None:
    table = points(*tracks)
    found = LEG.run({"tracks": table}, Owner(), LEG.parameters)
    assert pc.sum(found["plots"]).as_py() == table.num_rows
    assert found.group_by("track").aggregate([("plots", "sum")]).num_rows == len(tracks)
    assert pc.all(pc.less_equal(found["start"], found["end"])).as_py()
    order = list(range(table.num_rows))
    random.shuffle(order)
    shuffled = LEG.run({"tracks": table.take(order)}, Owner(), LEG.parameters)
    assert shuffled.equals(found)

    names = [7_000 - number for number in range(len(tracks))]  # the other way round
    renamed = table.set_column(
        0, TRACKS.schema.field("track"), pa.array([names[n] for n in table["track"].to_pylist()])
    )
    again = LEG.run({"tracks": renamed}, Owner(), LEG.parameters)
    assert _content(again) == _content(found)


@settings(max_examples=30, deadline=None)
@given(_tracks(), st.integers(-50, 50))
def test_a_shift_by_whole_chunks_shifts_times_and_nothing_else(tracks: list[list[dict[str, Any]]], chunks: int) -> None:
    shift = chunks * CHUNK_S * SECOND
    later = [[row | {"time": row["time"] + shift} for row in track] for track in tracks]
    before = LEG.run({"tracks": points(*tracks)}, Owner(), LEG.parameters)
    after = LEG.run({"tracks": points(*later)}, Owner(), LEG.parameters)
    moved = pa.array(np.array(before["start"].cast(pa.int64())) + shift).cast(LEGS.schema.field("start").type)
    assert after["start"].to_pylist() == moved.to_pylist()
    same = [name for name in LEGS.schema.names if name not in ("leg", "start", "end")]
    assert after.select(same).equals(before.select(same))


def _content(found: pa.Table) -> list[Any]:
    """Legs without the ids of track and leg."""
    rows = found.drop_columns(["leg", "track"]).to_pylist()
    return sorted(rows, key=lambda row: (row["first_row"], row["number"]))


def test_times_of_the_tests_lie_in_whole_chunks() -> None:
    assert DAY % (CHUNK_S * SECOND) == 0
