"""Disturbed satellite navigation: told by several aircraft that broadcast wrong positions at once, by nothing else."""

from __future__ import annotations

import math
import random
from typing import Any

import pyarrow as pa
import pytest

from tests.air.flights import DAY, HOUR, SECOND, flight, plots, run
from veedor.air.flying.broadcasts import Broadcasts
from veedor.air.flying.gaps import Gaps
from veedor.air.flying.navigation import Navigation
from veedor.air.flying.rules import GapRules, NavigationRules
from veedor.engine.detector import Owner
from veedor.tables import BIASES, BROADCASTS, SENSORS
from veedor.tables.plots import ADSB, MODE_S, SSR

RULES = NavigationRules()
PLACE = (6.0, -69.0)
ALL_DAY = 8 * 3600


def sound(number: int, start_s: float = ALL_DAY, seconds: int = 3600, **columns: Any) -> list[dict[str, Any]]:
    """One of several that fly side by side through the place, a few kilometres apart, and broadcast where they are."""
    given = {"mode": ADSB, "sensor": "receiver", "address": 0x0D9000 + number, "altitude": 6000.0} | columns
    return flight(start_s, seconds, PLACE[0] + 0.05 * number, PLACE[1] - 1.0, speed=90.0, **given)


def drifting(number: int, seconds: int = 3600) -> list[dict[str, Any]]:
    """The same led off to the north at 60 m/s for five minutes, then back, again and again."""
    rows = sound(number, seconds=seconds)
    for row in rows:
        age = (row["time"] - DAY) // SECOND % 300
        row["lat_e7"] += round(60.0 * age / 111_195.0 * 1e7)
    return rows


def radar_of(rows: list[dict[str, Any]], turned: float = 0.0) -> list[dict[str, Any]]:
    """What a Mode S radar 50 km to the south sees of these flights, turned by so many degrees."""
    lat, lon = PLACE[0] - 0.45, PLACE[1]
    made = []
    for row in rows:
        north, east = row["lat_e7"] / 1e7 - lat, (row["lon_e7"] / 1e7 - lon) * math.cos(math.radians(lat))
        c, s = math.cos(math.radians(turned)), math.sin(math.radians(turned))
        made.append(
            row
            | {
                "sensor": "radar",
                "mode": MODE_S,
                "time": row["time"] + 2 * SECOND,
                "lat_e7": round((lat + north * c - east * s) * 1e7),
                "lon_e7": round((lon + (east * c + north * s) / math.cos(math.radians(lat))) * 1e7),
            }
        )
    return made  # fmt: skip


def rows_of(*flights: Any) -> list[dict[str, Any]]:
    return table_of(*flights).to_pylist()


def table_of(*flights: Any) -> pa.Table:
    detector = Broadcasts()
    given = {"plots": plots(*flights), "sensors": SENSORS.empty(), "biases": BIASES.empty()}
    return detector.run(given, Owner(), detector.parameters)


def answer(*flights: Any, own: int | None = None) -> str:
    at = DAY + ALL_DAY * SECOND + HOUR // 2
    place = round(PLACE[0] * 1e7), round(PLACE[1] * 1e7)
    return Navigation.load(table_of(*flights)).verdict(at, at, place, own, RULES)[0]


def test_aircraft_that_broadcast_where_they_are_show_nothing() -> None:
    flights = [sound(k) for k in range(4)]
    rows = rows_of(*flights, *(radar_of(one) for one in flights))
    assert len(rows) == 4 and all(row["jumps"] == row["unsure"] == row["apart"] == 0 for row in rows)
    assert all(row["plots"] == 360 and row["compared"] == 360 for row in rows)
    assert answer(*flights) == "contradicts"


def test_positions_that_drift_and_jump_back_at_several_aircraft_are_disturbed_navigation() -> None:
    assert answer(*(drifting(k) for k in range(4))) == "supports"
    assert answer(*(drifting(k) for k in range(2)), *(sound(k) for k in range(2, 9))) == "cannot_tell"
    assert answer(drifting(0), *(sound(k) for k in range(1, 12))) == "contradicts"
    assert answer(drifting(0), drifting(1)) == "cannot_tell"
    assert answer(*(drifting(k) for k in range(3)), own=0x0D9000) == "cannot_tell"


def test_a_declared_loss_of_accuracy_counts_where_the_aircraft_knew_better_before() -> None:
    fine, poor = {"var_north_mm2": 1_000_000_000}, {"var_north_mm2": 500_000_000_000}

    def lost(number: int, after: dict[str, Any]) -> list[dict[str, Any]]:
        return [row | (fine if k < 200 else after) for k, row in enumerate(sound(number))]

    assert answer(*(lost(k, poor) for k in range(3))) == "supports"
    assert answer(*(lost(k, {"var_north_mm2": None}) for k in range(3))) == "supports"
    assert answer(*(sound(k, var_north_mm2=None) for k in range(3))) == "contradicts"


@pytest.mark.parametrize(
    ("poor", "by"),
    [
        ({"nic": 5, "nac_p": 9, "sil": 3}, "containment"), ({"nic": 8, "nac_p": 5, "sil": 3}, "accuracy"),
        ({"nic": 8, "nac_p": 9, "sil": 0}, "integrity"), ({"nic": 4, "adsb_version": 0}, "uncertainty of version 0"),
    ],
)  # fmt: skip
def test_categories_say_where_the_aircraft_itself_lost_its_place(poor: dict[str, int], by: str) -> None:
    """Said by one report in five, as receivers write them; what stands between says nothing, and takes nothing away."""
    fine = {"nic": 8, "nac_p": 9, "sil": 3, "adsb_version": 2}

    def lost(number: int) -> list[dict[str, Any]]:
        rows = sound(number)
        return [row | ({} if k % 5 else fine if k < 200 else poor) for k, row in enumerate(rows)]

    assert answer(*(lost(k) for k in range(3))) == "supports", by
    assert {(row["declared"], row["unsure"]) for row in rows_of(lost(0))} == {(72, 32)}
    always_poor = [[row | poor for row in sound(k)] for k in range(3)]
    assert answer(*always_poor) == "contradicts", "who never says better has a poor receiver, not a disturbed one"


def test_a_category_of_version_0_counts_by_its_own_table() -> None:
    def said(number: int, version: int) -> list[dict[str, Any]]:
        return [row | {"nic": 7 if k < 200 else 5, "adsb_version": version} for k, row in enumerate(sound(number))]

    assert answer(*(said(k, 2) for k in range(3))) == "supports"
    assert answer(*(said(k, 0) for k in range(3))) == "contradicts"


def test_categories_count_before_variances() -> None:
    """The variance comes from the same report; where both are said, its absence tells nothing."""
    fine = {"nic": 8, "nac_p": 9, "sil": 3, "var_north_mm2": 1_000_000_000}
    flights = [[row | (fine if k < 200 else {}) for k, row in enumerate(sound(number))] for number in range(3)]
    assert answer(*flights) == "contradicts"


def led(number: int, **columns: Any) -> list[dict[str, Any]]:
    """Led off by ten kilometres in a quarter of an hour, and as slowly back."""
    rows = sound(number, **columns)
    for row in rows:
        age = (row["time"] - DAY) // SECOND - ALL_DAY
        row["lat_e7"] += round(max(0.0, 10_000.0 - abs(age - 1_800) * 11.0) / 111_195.0 * 1e7)
    return rows


def answers(number: int, **columns: Any) -> list[dict[str, Any]]:
    """What a radar of Mode A and C alone has of the flight: a code and a height."""
    return [row | {"mode": SSR, "address": None} for row in radar_of(sound(number, **columns))]


def test_a_radar_that_knows_no_addresses_tells_by_codes() -> None:
    own = [{"code_3a": 0o4310 + k} for k in range(3)]
    flights = [(led(k, **own[k]), answers(k, **own[k])) for k in range(3)]
    every = [one for both in flights for one in both]
    assert all(row["jumps"] == 0 and row["compared"] == 360 and row["apart"] == 73 for row in rows_of(*every))
    assert answer(*every) == "supports"


@pytest.mark.parametrize(
    ("of_broadcast", "of_radar", "why"),
    [
        ({"code_3a": 0o2000}, {"code_3a": 0o2000}, "a code that many set"),
        ({"code_3a": 0o4310}, {"code_3a": 0o4310, "altitude": 3000.0}, "somebody else at another height"),
        ({"code_3a": 0o4310}, {"code_3a": 0o4310, "code_3a_garbled": True}, "a garbled code"),
        ({"code_3a": 0o4310}, {"code_3a": 0o4310, "altitude": None}, "no height"),
        ({}, {"code_3a": 0o4310}, "nobody says that the code is his"),
    ],
)
def test_an_answer_that_may_be_another_s_is_not_compared(
    of_broadcast: dict[str, Any], of_radar: dict[str, Any], why: str
) -> None:
    flights = [(led(k, **of_broadcast), answers(k, **of_radar)) for k in range(1)]
    assert all(row["compared"] == 0 for row in rows_of(*flights[0])), why


def test_a_code_that_two_broadcast_is_nobody_s_own() -> None:
    rows = rows_of(led(0, code_3a=0o4310), sound(1, code_3a=0o4310), answers(0, code_3a=0o4310))
    assert [row["compared"] for row in rows] == [0, 0]


def test_radars_tell_where_broadcasts_are_led_off_without_a_jump_and_a_turned_radar_tells_nothing() -> None:
    flights = [(led(k), radar_of(sound(k))) for k in range(3)]
    assert all(row["jumps"] == 0 for row in rows_of(*(one for both in flights for one in both)))
    assert answer(*(one for both in flights for one in both)) == "supports"
    turned = [one for k in range(3) for one in (sound(k), radar_of(sound(k), turned=25.0))]
    assert answer(*turned) == "contradicts"


def test_neither_the_order_of_rows_nor_the_length_of_chunks_changes_a_row() -> None:
    rows = [row for k in range(3) for row in (*drifting(k, 8_000), *radar_of(sound(k, seconds=8_000)))]
    shuffled = list(rows)
    random.Random(2).shuffle(shuffled)
    assert table_of(rows).equals(table_of(shuffled))
    unbiased = {"biases": BIASES.empty()}
    whole = run(plots(rows), papers=unbiased, only="broadcasts")["broadcasts"]
    assert whole.num_rows > 3
    for minutes in (5, 45, 60, 300):
        cut = run(plots(rows), minutes * 60 * SECOND, papers=unbiased, only="broadcasts")["broadcasts"]
        assert cut.sort_by([(name, "ascending") for name in BROADCASTS.order]).equals(whole)


@pytest.mark.parametrize(("by_radar", "others"), [(False, drifting), (False, sound), (True, drifting)])
def test_a_silence_is_explained_where_others_were_disturbed_and_no_radar_had_its_answers(
    by_radar: bool, others: Any
) -> None:
    """An hour of flight through the place that receivers lose for twenty minutes."""
    whole = sound(9, address=0x0D8001)
    dark = whole[:120] + whole[240:]
    given = radar_of(dark) if by_radar else []
    tables = run(plots(dark, given, *(others(k) for k in range(4))))
    witness = Navigation.load(tables["broadcasts"])
    assert witness.by_hour
    tests = [
        test
        for row in _judged(tables)
        for test in row["innocent"]
        if test["key"] == "air.innocent.disturbed_navigation"
    ]
    assert tests
    expected = "supports" if not by_radar and others is drifting else "contradicts"
    assert {test["verdict"] for test in tests} == {expected}
    assert all((test["milli_log10"] < 0) == (expected == "supports") for test in tests)


def _judged(tables: dict[str, pa.Table]) -> list[dict[str, Any]]:
    """Every silence of the flight, whatever it scores."""
    gaps = Gaps(GapRules(threshold_milli_log10=-100_000))
    one = tables["tracks"].filter(pa.compute.equal(tables["tracks"]["address"], 0x0D8001))
    given = {read.name: tables[read.table.name] for read in gaps.reads} | {"tracks": one}
    found: list[dict[str, Any]] = gaps.run(given, Owner(), gaps.parameters).to_pylist()
    return found
