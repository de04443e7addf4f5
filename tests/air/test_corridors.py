"""Corridors: a planted route is found, a busy valley without one is not, shuffled labels find no more than declared."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from veedor.air.flying.coverage import CELL_E7
from veedor.air.grid import cell_of
from veedor.air.routes.bridging import one_route
from veedor.air.routes.corridor_findings import CorridorFindings, bound
from veedor.air.routes.corridors import Corridors
from veedor.air.routes.exact import tails
from veedor.air.routes.flows import _joined
from veedor.air.routes.outline import box, hull, touching
from veedor.air.routes.route_findings import RouteFindings
from veedor.air.routes.rules import RouteRules
from veedor.air.scales import HOUR_US
from veedor.engine.detector import Owner
from veedor.export.geojson import findings_geojson
from veedor.export.overview_html import overview_html
from veedor.tables import LEG_CELLS, LEG_SCORES, LEGS, STRIPS
from veedor.tables.plots import ADSB, PSR
from veedor.views.audience import seen_by
from veedor.views.finding import finding_views
from veedor.views.overview import overview
from veedor.words import LANGUAGES, known, say

DAY_US = 86_400_000_000
BEGIN = 20_000 * DAY_US
CORRIDORS, FINDINGS = Corridors(), CorridorFindings()


class Sky:
    """Legs that fly straight over cells, with whether each is unexplained: the three tables corridors are made from."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.legs: list[dict[str, Any]] = []
        self.cells: list[dict[str, Any]] = []

    def fly(self, day: int, start: tuple[float, float], end: tuple[float, float], unexplained: bool) -> None:
        """One leg in a straight line, degrees of latitude and longitude, at a random hour of the day."""
        leg = int(self.rng.integers(1, 1 << 62))
        moment = BEGIN + day * DAY_US + int(self.rng.integers(0, 20 * 3600)) * 1_000_000
        # At the equator a degree is a degree: the course is that of the flat map.
        points = np.linspace(start, end, 60)
        cells = [cell_of(int(lat * 1e7), int(lon * 1e7), CELL_E7) for lat, lon in points]
        course = np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0]))
        visits = [k for k in range(60) if k == 0 or cells[k] != cells[k - 1]]
        for number, k in enumerate(visits):
            self.cells.append({
                "leg": leg, "track": leg, "number": number, "cell": cells[k], "start": moment + k * 60_000_000,
                "end": moment + (k + 1) * 60_000_000, "course_e7": int(course * 1e7), "moved_mm": 20_000_000,
                "modes": PSR if unexplained else PSR | ADSB, "sensors": ["radar-1"],
            })  # fmt: skip
        row: dict[str, Any] = dict.fromkeys(LEGS.schema.names)
        for column in LEGS.columns:
            if not column.nullable:
                row[column.name] = b"d" * 32 if "deposit" in column.name else 0
        row |= {
            "leg": leg, "track": leg, "start": moment, "end": moment + 3_600_000_000, "sensors": ["radar-1"],
            "begun_by": "track", "ended_by": "track", "starts_on_ground": False, "ends_on_ground": False, "flags": 1,
            "dark_ended": False,
            "start_lat_e7": int(start[0] * 1e7), "start_lon_e7": int(start[1] * 1e7), "first_row": len(self.legs),
            "end_lat_e7": int(end[0] * 1e7), "end_lon_e7": int(end[1] * 1e7), "unexplained": unexplained,
        }  # fmt: skip
        self.legs.append(row)

    def traffic(self, days: int, a_day: int, share: float) -> Sky:
        """Flights from anywhere to anywhere, and twice as many along one busy valley; a share of all unexplained."""
        for day in range(days):
            for _ in range(a_day):
                ends = self.rng.uniform([-2, -72], [2, -66], (2, 2))
                self.fly(day, tuple(ends[0]), tuple(ends[1]), bool(self.rng.random() < share))
            for _ in range(2 * a_day):
                lat = float(self.rng.normal(0.5, 0.05))
                self.fly(day, (lat, -71.5), (lat, -66.5), bool(self.rng.random() < share))
        return self

    def planted(self, days: int, every: int) -> Sky:
        """One unexplained flight every few days from one place to another, across the map and beside the valley."""
        for day in range(0, days, every):
            lat = float(self.rng.normal(-0.5, 0.05))
            self.fly(day, (lat, -71.0), (lat + 0.3, -67.0), True)
        return self

    def tables(self, shuffled: int | None = None) -> dict[str, pa.Table]:
        marked = np.array([row["unexplained"] for row in self.legs])
        if shuffled is not None:
            marked = np.random.default_rng(shuffled).permutation(marked)
        scores = [
            {"leg": row["leg"], "track": row["track"], "flight": row.get("flight", row["leg"]), "start": row["start"],
             "score_milli_log10": 0, "assessed": 1, "unexplained": bool(mark)}
            for row, mark in zip(self.legs, marked, strict=True)
        ]  # fmt: skip
        return {
            "legs": _table(LEGS, self.legs),
            "leg_scores": _table(LEG_SCORES, scores),
            "leg_cells": _table(LEG_CELLS, self.cells),
            "strips": STRIPS.empty(),
        }


def _table(table: Any, rows: list[dict[str, Any]]) -> pa.Table:
    types = {c.name: pa.int64() if pa.types.is_timestamp(c.type) else c.type for c in table.columns}
    return table.cast(pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()}))


def corridors(tables: dict[str, pa.Table], **settings: Any) -> pa.Table:
    return CORRIDORS.run(tables, Owner(), dataclasses.replace(CORRIDORS.parameters, **settings))


@pytest.fixture(scope="module")
def planted() -> dict[str, pa.Table]:
    tables = Sky(5).traffic(30, 15, 0.05).planted(30, 2).tables()
    return tables | {"corridors": corridors(tables)}


def test_a_planted_corridor_beside_dense_legal_traffic_is_found(planted: dict[str, pa.Table]) -> None:
    rows = planted["corridors"].to_pylist()
    assert len(rows) == 1
    row = rows[0]
    assert row["direction_e7"] == 900_000_000  # east
    assert 13 <= len(row["legs"]) <= 20
    assert abs(row["start_lon_e7"] + 710_000_000) < 3_000_000 and abs(row["end_lon_e7"] + 670_000_000) < 3_000_000
    assert sum(row["weeks"]) == len(row["legs"]) == row["first_half"] + row["second_half"]
    assert row["expected_milli"] < 3_000 and row["chance_e15"] <= 10**13


def test_a_busy_and_well_watched_valley_without_a_corridor_is_none() -> None:
    assert corridors(Sky(6).traffic(30, 15, 0.08).tables()).num_rows == 0


def test_under_shuffled_labels_false_corridors_stay_below_the_declared_rate() -> None:
    sky = Sky(7).traffic(20, 8, 0.08)
    false = sum(corridors(sky.tables(shuffled=k)).num_rows > 0 for k in range(40))
    # At most 1 in 20 is declared: 6 or more of 40 would happen once in 70 times.
    assert false <= 5


def test_a_silent_corridor_far_from_others_is_found_and_a_valley_where_all_are_seen_is_none() -> None:
    """Silent flights are seen by the radar alone, all others by a receiver, too. How well a place is watched must not
    be asked of the flight itself: it would be compared with other silent flights only, and not stand out."""
    for every in (4, 0):
        sky = Sky(12).traffic(30, 15, 0.05)
        first = len(sky.legs)
        if every:
            sky.planted(30, every)
        silent = {row["leg"] for row in sky.legs if row["unexplained"]}
        for cell in sky.cells:
            cell["sensors"] = ["radar-1"] if cell["leg"] in silent else ["radar-1", "receiver"]
        rows = corridors(sky.tables()).to_pylist()
        planted_legs = {row["leg"] for row in sky.legs[first:]}
        assert bool(rows) == bool(every)
        assert all(2 * len(planted_legs.intersection(row["legs"])) > len(row["legs"]) for row in rows)


def test_the_order_of_rows_and_repetition_change_nothing(planted: dict[str, pa.Table]) -> None:
    rng = np.random.default_rng(1)
    mixed = {name: table.take(pa.array(rng.permutation(table.num_rows))) for name, table in planted.items()}
    assert corridors(mixed).equals(planted["corridors"])


def test_a_corridor_that_is_also_flown_by_day_in_the_open_is_explained_as_an_ordinary_route() -> None:
    sky = Sky(8).traffic(30, 10, 0.02).planted(30, 2)
    for day in range(30):
        for _ in range(8):
            sky.fly(day, (-0.5, -71.0), (-0.2, -67.0), False)
    tables = sky.tables()
    tables["corridors"] = corridors(tables)
    rules = dataclasses.replace(FINDINGS.parameters, threshold_milli_log10=-10_000)
    found = FINDINGS.run(tables, Owner(), rules).to_pylist()
    verdicts = {test["key"]: test["verdict"] for row in found for test in row["innocent"]}
    assert verdicts["air.corridor.legal_route"] == "supports"


def test_a_finding_names_legs_and_has_its_sentences(planted: dict[str, pa.Table]) -> None:
    (row,) = FINDINGS.run(planted, Owner(), FINDINGS.parameters).to_pylist()
    assert row["kind"] == "corridor" and row["simulated"]
    (route,) = planted["corridors"].to_pylist()
    assert row["evidence_count"] == len(set(route["legs"]).union(*route["routes"]))
    assert {test["verdict"] for test in row["innocent"]} <= {"contradicts", "cannot_tell"}
    keys = ["kind.corridor", "subject.corridor"] + [f"source.{t['source']}" for t in row["terms"]]
    parts = [*row["reasons"], *row["innocent"], *row["searched"]]
    parts += [{"key": t["name"], "values": t["values"]} for t in row["terms"]]
    assert [key for key in keys + [p["key"] for p in parts] if not known(key)] == []
    for language in LANGUAGES:
        for part in parts:
            values = {v["name"]: v["number"] if v["text"] is None else v["text"] for v in part["values"]}
            assert "{" not in say(part["key"], language, values)


def test_one_operation_within_a_week_is_told_apart_where_the_record_is_longer() -> None:
    sky = Sky(9).traffic(30, 10, 0.0)
    for day in range(6):
        for _ in range(2):
            sky.fly(day, (-0.5, -71.0), (-0.2, -67.0), True)
    tables = sky.tables()
    tables["corridors"] = corridors(tables)
    rules = dataclasses.replace(FINDINGS.parameters, threshold_milli_log10=-10_000)
    found = FINDINGS.run(tables, Owner(), rules).to_pylist()
    assert "supports" in {t["verdict"] for row in found for t in row["innocent"] if t["key"].endswith("one_period")}


def test_the_outline_is_drawn_for_its_owner_and_no_public_file_holds_a_corner(planted: dict[str, pa.Table]) -> None:
    found = FINDINGS.run(planted, Owner(), FINDINGS.parameters)
    end = found["end"].cast(pa.int64())[0].as_py()
    (row,) = planted["corridors"].to_pylist()
    corners = [(lat, lon) for lat, lon in zip(row["polygon_lat_e7"], row["polygon_lon_e7"], strict=True)]
    for audience in ("owner", "secretariat"):
        page = overview("apure", "en", audience, end + 31 * DAY_US, found)
        (feature,) = json.loads(findings_geojson(page))["features"]
        (ring,) = feature["geometry"]["coordinates"]
        assert feature["geometry"]["type"] == "Polygon" and ring[0] == ring[-1]
        assert ring[:-1] == [[round(lon / 1e7, 5), round(lat / 1e7, 5)] for lat, lon in corners]
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2
        assert area > 0, "anticlockwise, as RFC 7946 has it"
    page = overview("apure", "en", "public", end + 31 * DAY_US, found)
    (feature,) = json.loads(findings_geojson(page))["features"]
    assert feature["geometry"]["type"] == "Point" and page.findings[0].outline == ()
    shown = findings_geojson(page) + overview_html([page], lambda box: []) + msgspec.json.encode(page).decode()
    for lat, lon in corners:
        assert f"{lat},{lon}" not in shown and f"{lon}" not in shown and f"{round(lon / 1e7, 5)}" not in shown


def test_a_corridor_that_goes_on_from_its_strip_is_a_route_of_two_legs() -> None:
    """Every second day a flight along the planted way; a day later its address goes on from its end to the north."""
    sky = Sky(11).traffic(30, 15, 0.05).planted(30, 2)
    planted_legs = [row["leg"] for row in sky.legs if row["unexplained"] and row["start_lon_e7"] == -710_000_000]
    for day in range(1, 30, 2):
        end = next(row for row in sky.legs if row["leg"] == planted_legs[day // 2])
        sky.fly(day + 1, (end["end_lat_e7"] / 1e7, -67.0), (1.9, -66.2), True)
        end["address"] = sky.legs[-1]["address"] = 0x0D8000 + day
    tables = sky.tables()
    tables["corridors"] = corridors(tables)
    rows = tables["corridors"].to_pylist()
    joined = [route for row in rows for route in row["routes"] if route[0] in planted_legs]
    assert len(joined) >= 8 and all(len(route) >= 2 for route in joined)
    assert all(
        row["onward"] == sum(leg in row["legs"] for route in row["routes"] for leg in route[:-1]) for row in rows
    )
    found = FINDINGS.run(tables, Owner(), dataclasses.replace(FINDINGS.parameters, threshold_milli_log10=-10_000))
    for row, route in zip(found.to_pylist(), rows, strict=True):
        assert row["evidence_count"] == len(set(route["legs"]).union(*route["routes"]))
    for finding in finding_views(found, "es"):
        assert all("{" not in reason and not reason.startswith("air.") for reason in finding.reasons)


def test_a_route_is_a_finding_with_its_legs_stops_and_sentences() -> None:
    """Two silent legs of one address with an open one between; the legs of others stay out."""
    sky = Sky(2).traffic(6, 6, 0.0)
    ways = [((1.0, -70.0), (1.5, -69.0), True), ((1.5, -69.0), (0.5, -68.0), False), ((0.5, -68.0), (1.0, -66.5), True)]
    for number, (start, end, out) in enumerate(ways):
        sky.fly(0, start, end, out)
        moment = BEGIN + number * 4 * HOUR_US
        sky.legs[-1] |= {"start": moment, "end": moment + HOUR_US, "address": 0x0D8001}
    tables = sky.tables()
    scores = tables["leg_scores"]
    tables["leg_scores"] = scores.set_column(
        scores.column_names.index("score_milli_log10"), "score_milli_log10",
        pa.compute.if_else(scores["unexplained"], pa.scalar(900, pa.int32()), pa.scalar(-2_000, pa.int32())),
    )  # fmt: skip
    detector = RouteFindings()
    found = detector.run({read.name: tables[read.table.name] for read in detector.reads}, Owner(), RouteRules())
    (row,) = found.to_pylist()
    assert row["kind"] == "route" and row["simulated"] and row["evidence_count"] == 4
    assert row["score_milli_log10"] == 900 + RouteRules().further
    assert [reason["key"] for reason in row["reasons"]].count("air.route.reason.stop") == 2
    verdicts = {test["key"]: test["verdict"] for test in row["innocent"]}
    assert verdicts["air.route.several_aircraft"] == "contradicts", "one address says who flew"
    for language in LANGUAGES:
        (view,) = finding_views(found, language)
        assert all("{" not in reason and not reason.startswith("air.") for reason in view.reasons)


@pytest.mark.parametrize("first_unexplained", [True, False])
def test_pieces_of_one_flight_count_as_one_leg_of_a_route_and_the_finding_says_where_nobody_saw_it(
    first_unexplained: bool,
) -> None:
    """Silent to the east in two pieces, 20 minutes and 84 km apart, and four hours later on from where that ended."""
    sky = Sky(4)
    ways = [((0.0, -70.0), (0.0, -69.0), 0), ((0.0, -68.245), (0.0, -67.0), 47), ((0.0, -67.0), (0.5, -66.0), 340)]
    for start, end, begins_min in ways:
        sky.fly(0, start, end, first_unexplained or begins_min > 0)
        moment = BEGIN + begins_min * 60_000_000
        sky.legs[-1] |= {
            "start": moment, "end": moment + 27 * 60_000_000, "usual_speed_mm_s": 70_000,
            "start_course_e7": 900_000_000, "end_course_e7": 900_000_000, "track": begins_min,
        }  # fmt: skip
    sky.legs[-1]["begun_by"] = "landing"
    sky.legs[1]["flight"] = sky.legs[0]["leg"]
    tables, detector = sky.tables(), RouteFindings()
    tables["leg_scores"] = tables["leg_scores"].set_column(
        tables["leg_scores"].column_names.index("score_milli_log10"), "score_milli_log10",
        pa.array([900] * 3, pa.int32()),
    )  # fmt: skip
    found = detector.run({read.name: tables[read.table.name] for read in detector.reads}, Owner(), RouteRules())
    (row,) = found.to_pylist()
    said = [reason["key"] for reason in row["reasons"]]
    assert said == ["air.route.reason.legs", "air.route.reason.stop", "air.route.reason.aloft"]
    counts = {v["name"]: v["number"] for v in row["reasons"][0]["values"]}
    assert (counts["legs"], counts["unexplained"]) == (2, 2) and row["evidence_count"] == 4
    verdicts = {test["key"]: test for test in row["innocent"]}
    assert verdicts["air.route.several_aircraft"]["verdict"] == "cannot_tell", "course and speed are no name"
    for language in LANGUAGES:
        (view,) = finding_views(found, language)
        assert all("{" not in reason and not reason.startswith("air.") for reason in view.reasons)


def test_cells_between_are_those_that_half_of_its_flights_cross_and_that_hang_together_with_it() -> None:
    """Ordinary flights that cross its middle keep that from standing out; its own flights bridge it."""
    sky = Sky(5).traffic(30, 15, 0.05).planted(30, 2)
    whole = corridors(sky.tables()).to_pylist()
    for day in range(30):
        for _ in range(10):
            sky.fly(day, (-0.5, -69.6), (-0.3, -68.4), False)
    (row,) = corridors(sky.tables()).to_pylist()
    assert len(row["cells"]) < len(whole[0]["cells"]) and row["between"]
    assert set(row["between"]).isdisjoint(row["cells"])
    assert min(row["polygon_lon_e7"]) <= -708_000_000 and max(row["polygon_lon_e7"]) >= -672_000_000
    far = cell_of(0, 600_000_000, CELL_E7)
    assert far not in touching(np.array(row["cells"]), np.array([far, *row["between"]])).tolist()


def test_pieces_that_half_of_the_same_flights_follow_are_one_route() -> None:
    followers = [np.arange(8), np.arange(4, 9), np.arange(20, 30), np.arange(29, 33)]
    assert one_route(followers) == [[0, 1], [2], [3]]


def test_the_public_learns_no_direction_no_ends_no_volume_and_no_more_than_a_cell(planted: dict[str, pa.Table]) -> None:
    found = FINDINGS.run(planted, Owner(), FINDINGS.parameters)
    end = found["end"].cast(pa.int64())[0].as_py()
    assert seen_by("public", found, end + 29 * DAY_US).num_rows == 0
    (row,) = seen_by("public", found, end + 31 * DAY_US).to_pylist()
    assert row["reasons"] == [] and row["evidence"] == [] and row["subject"] == ""
    assert all(test["values"] == [] for test in row["innocent"]) and all(term["values"] == [] for term in row["terms"])
    assert row["radius_mm"] >= 5_000_000 and row["start"].weekday() == 0


def test_the_hull_of_a_row_of_cells_is_their_box_also_across_the_date_line() -> None:
    for lon in (-700_000_000, 1_799_000_000):
        cells = [cell_of(500_000, (lon + k * CELL_E7 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000, CELL_E7)
                 for k in range(3)]  # fmt: skip
        around = hull(cells)
        assert len(around) == 4
        assert around[0] == box(cells[0])[:2]
        assert {lat for lat, _ in around} == {box(cells[0])[0], box(cells[0])[2]}


def test_what_chance_explains_is_worth_nothing_and_rarer_is_worth_more() -> None:
    assert bound(1, 2) == 0
    assert 0 < bound(1, 100) < bound(1, 10_000) < 4_000


def test_the_exact_chance_is_what_counting_every_shuffle_gives() -> None:
    """Two of five and one of four flights, chosen in all ways; three and two of them pass the cell."""
    ways = [
        len({0, 1, 2} & set(one)) + len({0, 1} & set(other))
        for one in itertools.combinations(range(5), 2)
        for other in itertools.combinations(range(4), 1)
    ]
    for observed in range(4):
        arrays = [np.array(values) for values in ([0, 2], [5, 4], [2, 1], [3, 2], [observed])]
        chance, least, expected = np.zeros(1), np.zeros(1), np.zeros(1)
        tails(*arrays, chance, least, expected)
        assert chance[0] == pytest.approx(sum(way >= observed for way in ways) / len(ways), rel=1e-12)
        assert least[0] == pytest.approx(ways.count(3) / len(ways), rel=1e-12)
        assert expected[0] == pytest.approx(sum(ways) / len(ways), rel=1e-12)


def test_a_route_so_rare_that_no_number_of_drawn_shuffles_would_tell_is_told_exactly() -> None:
    """Forty of forty: beyond what thousands of shuffles can show, and not nothing."""
    arrays = [np.array(values) for values in ([0, 1], [1000], [40], [40], [40])]
    chance, least, expected = np.zeros(1), np.zeros(1), np.zeros(1)
    tails(*arrays, chance, least, expected)
    assert chance[0] == least[0] == pytest.approx(1 / math.comb(1000, 40), rel=1e-9)


def test_days_with_few_flights_of_an_exposure_are_joined_for_a_week_at_most_and_full_days_stand_alone() -> None:
    rules = dataclasses.replace(CORRIDORS.parameters, stratum_flights=3, stratum_days=7)
    day = np.array([0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 20, 30])
    joined = _joined(day, np.zeros(len(day), np.int64), rules)
    assert [day[joined == number].tolist() for number in np.unique(joined)] == [
        [0, 1, 2, 2], [3, 3, 3], [4, 4, 4], [20], [30]
    ]  # fmt: skip
    apart = _joined(np.array([0, 0, 0, 0]), np.array([1, 2, 1, 2]), rules)
    assert apart[0] == apart[2] != apart[1] == apart[3]
