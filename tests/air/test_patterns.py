"""Patterns: what circles, mows and comes back is found, what flies from here to there is not, and what explains it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.patterns_made import flights
from veedor.air.flying.leg_cells import LegCells
from veedor.air.flying.legs import Legs
from veedor.air.patterns.find import Patterns
from veedor.air.patterns.judge import PatternFindings
from veedor.air.patterns.lines import runs_of
from veedor.air.patterns.steps import steps_of
from veedor.air.plane import Plane
from veedor.engine.detector import Owner
from veedor.registers.aerodromes import listed
from veedor.tables import FLIGHT_PLANS, MOVEMENTS, OUTAGES, TRACKS
from veedor.tables.plots import PSR, SSR
from veedor.words import LANGUAGES, known, say

DETECTORS = (Legs(), LegCells(), Patterns())
SEED = 3


NOTHING_SAID = {table.name: table.empty() for table in (FLIGHT_PLANS, MOVEMENTS, OUTAGES)}


def tables(points: pa.Table) -> dict[str, pa.Table]:
    made = {d.writes.name: d.run({"tracks": points}, Owner(), d.parameters) for d in DETECTORS}
    return made | {"tracks": points} | NOTHING_SAID


def judged(points: pa.Table, rules: Any = None) -> list[dict[str, Any]]:
    judge = PatternFindings()
    found: list[dict[str, Any]] = judge.run(tables(points), Owner(), rules or judge.parameters).to_pylist()
    return found


def with_columns(points: pa.Table, **values: Any) -> pa.Table:
    """The same points with these columns set to one value."""
    for name, value in values.items():
        at = points.schema.get_field_index(name)
        field = TRACKS.schema.field(name)
        points = points.set_column(at, field, pa.array([value] * points.num_rows, field.type))
    return points


def shifted(points: pa.Table, lat: float, lon: float) -> pa.Table:
    """The same points moved by degrees."""
    for name, degrees in (("lat_e7", lat), ("lon_e7", lon)):
        at, field = points.schema.get_field_index(name), TRACKS.schema.field(name)
        moved = np.asarray(points[name].to_numpy(), np.int64) + round(degrees * 1e7)
        points = points.set_column(at, field, pa.array(moved.astype(np.int32)))
    return points


@pytest.mark.parametrize("kind", ["orbit", "racetrack", "search_lines", "drop"])
def test_most_of_what_is_looked_for_is_found_as_such(kind: str) -> None:
    found = tables(flights(kind, "receiver", 30, SEED))["patterns"].to_pylist()
    assert len({row["track"] for row in found if row["kind"] == kind}) >= 21


def test_a_patrol_is_found_by_how_long_it_stays_or_by_figures_in_it() -> None:
    found = tables(flights("loiter", "receiver", 30, SEED))["patterns"].to_pylist()
    assert len({row["track"] for row in found}) >= 27
    assert len({row["track"] for row in found if row["kind"] == "loiter"}) >= 15


@pytest.mark.parametrize("kind", ["en_route", "approach", "pleasure"])
def test_flights_from_here_to_there_make_no_pattern(kind: str) -> None:
    found = tables(flights(kind, "near radar", 40, SEED))["patterns"]
    assert len(set(found["track"].to_pylist())) <= 1


def test_nothing_depends_on_the_order_of_rows() -> None:
    points = flights("orbit", "near radar", 5, SEED)
    order = np.random.default_rng(1).permutation(points.num_rows)
    assert tables(points.take(pa.array(order)))["patterns"].equals(tables(points)["patterns"])


def test_a_circle_the_other_way_round_is_the_same_circle() -> None:
    points = flights("orbit", "receiver", 5, SEED)
    mirrored = np.asarray(points["lon_e7"].to_numpy(), np.int64)
    mirrored = (-70_0000000 - (mirrored + 70_0000000)).astype(np.int32)
    at = points.schema.get_field_index("lon_e7")
    other = points.set_column(at, TRACKS.schema.field("lon_e7"), pa.array(mirrored))
    one, two = (tables(made)["patterns"].to_pylist() for made in (points, other))
    assert [(row["kind"], row["times"]) for row in one] == [(row["kind"], row["times"]) for row in two]
    assert [row["times"] - row["right"] for row in one if row["kind"] == "orbit"] == [
        row["right"] for row in two if row["kind"] == "orbit"
    ]


def test_silent_circles_far_from_everything_are_a_finding_and_every_key_has_its_sentence() -> None:
    found = judged(with_columns(flights("orbit", "near radar", 6, SEED), mode=1))
    assert found
    for row in found:
        assert row["kind"] in ("orbit", "racetrack") and row["simulated"]
        total = sum(t["milli_log10"] or 0 for t in row["terms"]) + sum(i["milli_log10"] for i in row["innocent"])
        assert row["score_milli_log10"] == total
        keys = [f"kind.{row['kind']}"] + [t["name"] for t in row["terms"]] + [e["role"] for e in row["evidence"]]
        keys += [f"source.{t['source']}" for t in row["terms"]]
        keys += [part["key"] for name in ("reasons", "innocent", "searched") for part in row[name]]
        assert [key for key in keys if not known(key)] == []
        for language in LANGUAGES:
            for part in (*row["reasons"], *row["innocent"], *row["searched"]):
                values = {v["name"]: v["number"] if v["text"] is None else v["text"] for v in part["values"]}
                assert "{" not in say(part["key"], language, values)


def _verdicts(points: pa.Table, **settings: Any) -> dict[str, set[str]]:
    """Verdicts of each innocent explanation, with a threshold that nothing misses."""
    rules = dataclasses.replace(PatternFindings().parameters, threshold_milli_log10=-100_000, **settings)
    verdicts: dict[str, set[str]] = {}
    for row in judged(points, rules):
        for test in row["innocent"]:
            verdicts.setdefault(test["key"].removeprefix("air.innocent."), set()).add(test["verdict"])
    return verdicts


NAMED = {"address": 0x0D8001, "call_sign": "SURVEY1"}


def _at_an_aerodrome(points: pa.Table) -> pa.Table:
    """Each flight moved so that its middle lies on the list's first aerodrome within 300 km of the place."""
    lat, lon = (np.asarray(points[name].to_numpy(), np.int64) for name in ("lat_e7", "lon_e7"))
    place = listed().table.slice(int(listed().nearest([100_000_000], [-670_000_000])[0][0]), 1).to_pylist()[0]
    return shifted(points, (place["lat_e7"] - int(lat.mean())) / 1e7, (place["lon_e7"] - int(lon.mean())) / 1e7)


def test_each_innocent_explanation_supports_on_some_data_and_contradicts_on_other() -> None:
    silent = _verdicts(with_columns(flights("orbit", "receiver", 3, SEED), mode=1))
    for key in ("survey_flight", "glider", "calibration", "fire_fighting", "training_circuits", "chase", "ambulance"):
        assert silent[key] == {"contradicts"}, key
    level = with_columns(flights("search_lines", "receiver", 4, SEED), **NAMED)
    assert "supports" in _verdicts(level)["survey_flight"]
    assert "cannot_tell" in _verdicts(with_columns(level, altitude_mm=None))["survey_flight"]
    assert (
        "supports" in _verdicts(with_columns(level, **NAMED), helicopter_mm_s=95_000, calibration_mm=10**9)["ambulance"]
    )
    circuits = _at_an_aerodrome(flights("circuits", "receiver", 1, SEED))
    assert "supports" in _verdicts(circuits)["training_circuits"]
    assert "supports" in _verdicts(circuits)["calibration"]  # it answers all along, with or without a name
    assert _verdicts(with_columns(circuits, mode=PSR))["calibration"] == {"contradicts"}
    hold = _at_an_aerodrome(flights("holding", "receiver", 1, SEED))
    assert "supports" in _verdicts(hold, calibration_mm=200_000_000)["holding"]


def test_rounds_that_answer_by_day_are_a_shuttle_and_silent_ones_may_be() -> None:
    rounds = flights("racetrack", "receiver", 6, SEED)
    assert "supports" in _verdicts(rounds, fire_height_mm=10**8)["fire_fighting"]
    assert "supports" not in _verdicts(with_columns(rounds, mode=PSR), fire_height_mm=10**8)["fire_fighting"]
    assert "supports" not in _verdicts(rounds, fire_height_mm=-(10**8))["fire_fighting"]


def test_echoes_slower_than_aeroplanes_make_figures_of_chance() -> None:
    standing = with_columns(flights("orbit", "near radar", 3, SEED), mode=PSR, north_mm_s=6_000, east_mm_s=0)
    assert _verdicts(standing)["slow_echoes"] == {"supports"} and judged(standing) == []
    assert _verdicts(with_columns(standing, mode=PSR | SSR))["slow_echoes"] == {"contradicts"}
    assert _verdicts(with_columns(standing, north_mm_s=60_000))["slow_echoes"] == {"contradicts"}


def test_a_glider_in_thermals_is_told_by_its_tight_slow_climbing_circles() -> None:
    rng = np.random.default_rng(SEED)
    turn = np.arange(0, 1200, 2) / 50.0 * 2 * np.pi
    points = flights("orbit", "receiver", 1, SEED).slice(0, len(turn))
    columns = {
        "lat_e7": (50_000_000 + np.sin(turn) * 27_000 + rng.normal(0, 20, len(turn))).astype(np.int32),
        "lon_e7": (-700_000_000 + np.cos(turn) * 27_000).astype(np.int32),
        "altitude_mm": (1_000_000 + np.arange(len(turn)) * 3_000).astype(np.int64),
    }
    moments = pa.array(1_750_000_000_000_000 + np.arange(len(turn)) * 2_000_000).cast(pa.timestamp("us", "UTC"))
    points = points.set_column(points.schema.get_field_index("time"), TRACKS.schema.field("time"), moments)
    for name, values in columns.items():
        points = points.set_column(points.schema.get_field_index(name), TRACKS.schema.field(name), pa.array(values))
    assert _verdicts(points, glider_speed_mm_s=45_000)["glider"] == {"supports"}
    assert _verdicts(with_columns(points, altitude_mm=None))["glider"] == {"cannot_tell"}


def test_an_interceptor_that_circles_over_a_silent_flight_is_at_work() -> None:
    silent = with_columns(flights("orbit", "near radar", 1, SEED), mode=1)
    state = shifted(with_columns(silent, mode=5, address=0x0D8001, call_sign="AFV01", track=7), 0.002, 0.0)
    both = pa.concat_tables([silent, state])
    found = _verdicts(both)
    assert found["chase"] == {"supports", "contradicts"}


def test_a_flight_that_comes_down_again_and_again_fights_a_fire() -> None:
    one = flights("drop", "receiver", 1, SEED)
    span = 2 * 3600 * 1_000_000
    parts = []
    for number in range(3):
        moments = pa.array(np.asarray(one["time"].cast(pa.int64()).to_numpy()) + number * span)
        part = one.set_column(one.schema.get_field_index("time"), TRACKS.schema.field("time"),
                              moments.cast(pa.timestamp("us", "UTC")))  # fmt: skip
        parts.append(with_columns(part, track=0))
    # One leg: the plain silences between are bridged by this flight's settings.
    rules = dataclasses.replace(Patterns().parameters, silence_us=10**12, silence_low_us=10**12,
                                landing_silence_us=10**12)  # fmt: skip
    points = pa.concat_tables(parts)
    made = {"tracks": points, **NOTHING_SAID}
    leg_rules = {n: getattr(rules, n) for n in Legs().parameters.__dataclass_fields__}
    for detector in DETECTORS:
        own = rules if detector.name == "patterns" else type(detector.parameters)(**leg_rules)
        made[detector.writes.name] = detector.run({"tracks": points}, Owner(), own)
    judge = PatternFindings()
    everything = dataclasses.replace(judge.parameters, threshold_milli_log10=-100_000)
    rows = judge.run(made, Owner(), everything).to_pylist()
    tests = {t["verdict"] for row in rows for t in row["innocent"] if t["key"] == "air.innocent.fire_fighting"}
    assert tests == {"supports"}


def test_settings_of_legs_are_the_same_for_all_who_cut_them() -> None:
    legs = Legs().parameters
    for name in legs.__dataclass_fields__:
        assert getattr(Patterns().parameters, name) == getattr(legs, name)
        assert getattr(LegCells().parameters, name) == getattr(legs, name)


def test_who_turns_back_at_every_step_flies_as_many_lines_as_steps() -> None:
    """Places 5 km apart by turns, some beside the last: every step is a line. There was room for half of them."""
    count = 200
    north = np.where(np.arange(count) % 2 == 0, 0.0, 5_000.0)
    plane = Plane(north, np.arange(count) * 2e-5, np.ones(count))
    first, last = np.array([0]), np.array([count - 1])
    steps = steps_of(first, last, np.arange(count) * 60_000_000, plane, 1_000_000, 1_000_000)
    assert steps.counts.tolist() == [count]
    (run,) = runs_of(steps, 0.5, 4_000_000, 600_000_000, 60_000, 8_000_000, 4).tolist()
    assert (run[1], run[2], run[3]) == (0, count - 1, count - 1)
