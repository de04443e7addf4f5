"""What was flown during a silence: work, a chase, a plan kept to, an open visit, other echoes; what is none of it."""

from __future__ import annotations

import dataclasses
from typing import Any

from tests.air.flights import DAY, SECOND, flight, plots, run
from tests.air.test_announcements import table
from tests.air.test_gaps import written
from veedor.air.flying.gaps import Gaps
from veedor.engine.detector import Owner
from veedor.tables import FLIGHT_PLANS

PLACE = (6.0, -69.0)
ANSWER = {"mode": 3, "address": 0x0D8001, "call_sign": "YV1"}
SITE = ({"sensor": "radar-1", "rotation_ms": 10_000},)
NOON_S = 16 * 3600  # UTC; local time is four and a half hours less


class Flown:
    """One flight of the radar's plots every ten seconds, leg after leg from where the last one ended."""

    def __init__(self, start_s: float, speed: float) -> None:
        self.rows: list[dict[str, Any]] = []
        self.at, self.now, self.speed = PLACE, start_s, speed

    def go(self, seconds: int, course: float, *, silent: bool = False, altitude: float = 2000.0) -> Flown:
        """Straight on; silent: the echo alone."""
        columns = {"mode": 1} if silent else ANSWER
        height = None if silent else altitude
        leg = flight(self.now, seconds + 10, *self.at, speed=self.speed, course=course, altitude=height, **columns)
        self.rows += leg[:-1]
        self.at, self.now = (leg[-1]["lat_e7"] / 1e7, leg[-1]["lon_e7"] / 1e7), self.now + seconds
        return self

    def wait(self, seconds: int) -> Flown:
        self.now += seconds
        return self


def verdicts(flown: Flown, plan: dict[str, Any] | None = None, echoes: bool = True) -> dict[str, str]:
    """Of its one silence, whatever it scores, the verdict of each test of what was flown."""
    tables = run(plots(flown.rows), sites=SITE)
    if plan is not None:
        tables["flight_plans"] = table(FLIGHT_PLANS, plan)
    judge = Gaps()
    rules = dataclasses.replace(judge.parameters, threshold_milli_log10=-100_000)
    found = judge.run({read.name: tables[read.table.name] for read in judge.reads}, Owner(), rules).to_pylist()
    (row,) = (each for each in found if ("primary" in each["reasons"][0]["key"]) == echoes)
    return {t["key"].removeprefix("air.gap."): t["verdict"] for t in row["innocent"] if t["key"].startswith("air.gap.")}


def to_and_fro(start_s: float, speed: float) -> Flown:
    """There for ten minutes, fifteen silent minutes of short lines, and home."""
    work = Flown(start_s, speed).go(600, 0.0)
    for line in range(10):
        work.go(90, 90.0 if line % 2 else 270.0, silent=True)
    return work.go(600, 180.0)


def test_lines_to_and_fro_by_day_without_a_stop_are_field_work() -> None:
    said = verdicts(to_and_fro(NOON_S, 60.0))
    assert said["field_work"] == "supports" and said["chase"] == "contradicts"
    assert verdicts(to_and_fro(3 * 3600, 60.0))["field_work"] == "contradicts", "nobody sprays by night"
    assert verdicts(to_and_fro(NOON_S, 130.0))["field_work"] == "contradicts", "nor at 470 km/h"


def test_a_stop_on_the_ground_is_no_field_work_though_it_came_back_to_where_it_fell_silent() -> None:
    landed = Flown(NOON_S, 60.0).go(600, 0.0).go(180, 0.0, silent=True).wait(1500).go(180, 180.0, silent=True)
    assert verdicts(landed.go(600, 180.0))["field_work"] == "cannot_tell"


def there_and_back(speed: float, stop_s: int = 0, home_s: int = 600) -> Flown:
    """Out, silent round a square, back on the same way."""
    chased = Flown(3 * 3600, speed).go(600, 0.0)
    chased.go(150, 90.0, silent=True).go(150, 180.0, silent=True)
    return chased.wait(stop_s).go(150, 270.0, silent=True).go(150, 0.0, silent=True).go(home_s, 180.0)


def test_a_fast_flight_that_never_stopped_and_came_home_is_a_chase() -> None:
    assert verdicts(there_and_back(190.0))["chase"] == "supports"
    assert verdicts(there_and_back(190.0, stop_s=1800))["chase"] == "cannot_tell", "it may have landed meanwhile"
    assert verdicts(there_and_back(80.0))["chase"] == "contradicts", "light aircraft chase nobody"
    assert verdicts(there_and_back(190.0, home_s=60))["chase"] == "contradicts", "it did not come home"


def test_a_course_kept_on_the_way_of_a_plan_explains_a_silence_and_without_a_plan_tells_nothing() -> None:
    straight = Flown(NOON_S, 80.0).go(900, 90.0).go(900, 90.0, silent=True)
    first, last = straight.rows[0], straight.rows[-1]
    beyond = last | {"lon_e7": last["lon_e7"] + 8_000_000}
    plan = {"kind": "FPL", "call_sign": "YV1", "address": 0x0D8001, "departure": "ZZZZ", "destination": "ZZZZ",
            "off_block": DAY + (NOON_S - 600) * SECOND, "off_block_raw": "1550", "elapsed_s": 5_400,
            "flight_type": "G", "other": f"DEP/{written(first)} DEST/{written(beyond)}"}  # fmt: skip
    assert verdicts(straight, plan)["kept_course"] == "supports"
    assert verdicts(straight)["kept_course"] == "cannot_tell"
    aside = plan | {"other": f"DEP/{written(first)} DEST/0900N06900W"}
    assert verdicts(straight, aside)["kept_course"] == "contradicts", "not the way of its plan"
    turned = Flown(NOON_S, 80.0).go(900, 90.0).go(900, 0.0, silent=True)
    assert verdicts(turned, plan)["kept_course"] == "contradicts", "it left its course"


def visit(low: float = 300.0, start_s: float = NOON_S, **columns: Any) -> Flown:
    """Down to a field, forty minutes on the ground, away again."""
    flown = Flown(start_s, 50.0).go(900, 90.0, altitude=low).wait(2400).go(900, 270.0, altitude=low)
    flown.rows = [row | columns for row in flown.rows]
    return flown


def test_a_landing_by_day_of_one_who_says_who_it_is_is_an_open_visit() -> None:
    assert verdicts(visit(), echoes=False)["known_flight"] == "supports"
    assert verdicts(visit(low=2500.0), echoes=False)["known_flight"] == "contradicts", "lost high above the ground"
    assert verdicts(visit(start_s=3 * 3600), echoes=False)["known_flight"] == "contradicts", "by night"
    assert verdicts(visit(call_sign=None), echoes=False)["known_flight"] == "contradicts", "it did not say who it was"


def test_echoes_half_as_fast_as_the_flight_was_and_slower_than_flight_are_others() -> None:
    lost = Flown(NOON_S, 70.0).go(900, 90.0)
    lost.speed = 15.0
    assert verdicts(lost.go(900, 90.0, silent=True))["slow_echoes"] == "supports"
    assert verdicts(Flown(NOON_S, 70.0).go(900, 90.0).go(900, 90.0, silent=True))["slow_echoes"] == "contradicts"
