"""Flights judged whole: what no piece shows alone, and that nothing is lost where pieces become one."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.air.flights import flight, plots, run
from tests.air.test_unexplained import LEG, NIGHT_S, RULES, asking, chain, facts, flight_plans, terms, traffic
from veedor.air.detectors import DETECTORS
from veedor.air.routes.pieces import Whole
from veedor.air.routes.terms import terms_of
from veedor.air.routes.unexplained import Unexplained
from veedor.tables.plots import PSR, SSR
from veedor.words import LANGUAGES, say

# Eastwards at 6.82 N: the first piece over Colombia, the second over Venezuela, 24 minutes and 83 km between them.
FIRST = flight(NIGHT_S, 900, 6.82, -70.75, speed=58.0, mode=PSR)
LATER_S = 900 + 1440
SECOND = flight(NIGHT_S + LATER_S, 900, 6.82, -70.75 + 58.0 * LATER_S / 111_195.0 / 0.99292, speed=58.0, mode=PSR)


def finding(*flights: Any) -> list[dict[str, Any]]:
    """Findings of the flight that begins at NIGHT_S."""
    return [row for row in chain(asking(NIGHT_S), *flights)[1] if row["start"].hour == 4]


def test_the_pieces_of_a_flight_are_one_finding_that_knows_which_border_it_crossed() -> None:
    scores, found = chain(asking(NIGHT_S), FIRST, SECOND)
    (row,) = [row for row in found if row["start"].hour == 4]
    assert terms(row)["border"] == RULES.border and row["evidence_count"] == 4
    (alone,) = finding(FIRST)
    assert terms(alone)["border"] == 0 and alone["evidence_count"] == 2
    judged = [each for each in scores.to_pylist() if each["unexplained"]]
    assert len(judged) == 2 and {each["flight"] for each in judged} == {min(judged, key=lambda e: e["start"])["leg"]}
    assert len({each["score_milli_log10"] for each in judged}) == 1
    (pieces,) = [reason for reason in row["reasons"] if reason["key"] == "air.unexplained.reason.pieces"]
    values = {value["name"]: value["number"] for value in pieces["values"]}
    assert values["pieces"] == 2 and abs(values["lost_us"] - 1_450_000_000) <= 10_000_000
    for language in LANGUAGES:
        assert "{" not in say(pieces["key"], language, values)


def test_the_time_for_which_a_flight_was_lost_is_a_silence_on_its_way() -> None:
    (row,) = finding(FIRST, SECOND)
    assert terms(row)["silence"] == RULES.silence


def whole(*flights: Any) -> tuple[dict[str, pa.Table], Whole]:
    tables = run(plots(*flights, traffic()), detectors=[d for d in DETECTORS if d.name != "unexplained"])
    tables["flight_plans"] = flight_plans([])
    given = {read.name: tables[read.table.name] for read in Unexplained().reads}
    return given, Whole.of(given, RULES)


def test_nothing_is_lost_where_pieces_become_one_and_nothing_changes_where_there_are_none() -> None:
    given, made = whole(asking(NIGHT_S), FIRST, SECOND)
    (pieces,) = made.pieces.values()
    before, after = given["legs"], made.tables["legs"]
    assert after.num_rows == before.num_rows - len(pieces) + 1
    for name in ("plots", "answers", "touches"):
        assert pc.sum(after[name]).as_py() == pc.sum(before[name]).as_py()
    (flight_row,) = after.filter(pc.equal(after["leg"], pieces[0]["leg"])).to_pylist()
    assert flight_row["start_lon_e7"] == pieces[0]["start_lon_e7"]
    assert flight_row["end_lon_e7"] == pieces[1]["end_lon_e7"]
    assert flight_row["length_mm"] > sum(piece["length_mm"] for piece in pieces) + 80_000_000
    known = set(after["leg"].to_pylist())
    for name in ("leg_cells", "patterns"):
        assert made.tables[name].num_rows == given[name].num_rows
        assert set(made.tables[name]["leg"].to_pylist()) <= known
    assert set(pc.list_flatten(made.tables["strips"]["legs"]).to_pylist()) <= known
    given, made = whole(asking(NIGHT_S), FIRST)
    assert made.pieces == {} and made.tables is given


def border(**changes: Any) -> tuple[str, int | None]:
    low = LEG | {"start_altitude_mm": None, "end_altitude_mm": None, "begun_by": "track", "ended_by": "track",
                 "starts_on_ground": False, "ends_on_ground": False}  # fmt: skip
    (term,) = [t for t in terms_of(facts(low, **changes), RULES) if t.name.endswith(("border", "open_sea"))]
    return term.name.rsplit(".", 1)[1], term.milli_log10


def test_a_way_between_a_country_and_the_open_sea_counts_as_a_border_and_one_from_the_coast_cannot_be_told() -> None:
    assert border(countries=("Colombia", None), open_sea=(False, True)) == ("open_sea", RULES.open_sea)
    assert border(countries=(None, "Venezuela"), open_sea=(True, False)) == ("open_sea", RULES.open_sea)
    assert border(countries=("Colombia", None)) == ("border", None)
    assert border(countries=(None, None), open_sea=(True, True)) == ("border", None)
    plan = {"call_sign": "YV1", "address": None, "flight_type": "G", "other": "", "registration": None}
    planned = border(countries=("Colombia", None), open_sea=(False, True), plan=plan, kept="flown")
    assert planned == ("open_sea", 0)


@pytest.mark.parametrize(("start_lat", "term"), [(13.0, "open_sea"), (11.15, "border")])
def test_the_open_sea_begins_twelve_miles_off_every_coast(start_lat: float, term: str) -> None:
    """Southwards towards Barranquilla (75 W), from 220 and from 15 km off the coast, an hour after one who answered."""
    way: dict[str, Any] = {"speed": 70.0, "course": 180.0}
    other = flight(NIGHT_S - 7200, 4800, start_lat, -74.9, mode=PSR | SSR, altitude=6000.0, **way)
    _, found = chain(other, flight(NIGHT_S, 4800, start_lat, -74.9, mode=PSR, **way))
    (row,) = [row for row in found if row["start"].hour == 4]
    assert term in terms(row) and (terms(row)[term] or 0) == (RULES.open_sea if term == "open_sea" else 0)
