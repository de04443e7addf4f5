"""Flights judged whole: what no piece shows alone, and that nothing is lost where pieces become one."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.air.flights import flight, plots, run
from tests.air.test_unexplained import NIGHT_S, RULES, asking, chain, facts, flight_plans, terms, traffic
from veedor.air.detectors import DETECTORS
from veedor.air.routes.chains import candidates
from veedor.air.routes.pieces import Whole
from veedor.air.routes.terms import terms_of
from veedor.air.routes.unexplained import Unexplained
from veedor.tables import GHOSTS, LEG_GROUNDS, LEG_SCORES, LEGS, PATTERNS
from veedor.tables.plots import PSR, SSR
from veedor.words import LANGUAGES, say

# Eastwards at 6.82 N: the first piece over Colombia, the second over Venezuela, 24 minutes and 83 km between them.
FIRST = flight(NIGHT_S, 900, 6.82, -70.75, speed=58.0, mode=PSR)
LATER_S = 900 + 1440
PLACE = -70.75 + 58.0 * LATER_S / 111_195.0 / 0.99292
SECOND = flight(NIGHT_S + LATER_S, 900, 6.82, PLACE, speed=58.0, mode=PSR)


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


def border(leg: dict[str, Any] | None = None, **changes: Any) -> tuple[str, int | None]:
    low = {"start_altitude_mm": None, "end_altitude_mm": None, "begun_by": "track", "ended_by": "track",
           "starts_on_ground": False, "ends_on_ground": False}  # fmt: skip
    (term,) = [
        t for t in terms_of(facts(low | (leg or {}), **changes), RULES) if t.name.endswith(("border", "open_sea"))
    ]
    return term.name.rsplit(".", 1)[1], term.milli_log10


def test_a_way_between_a_country_and_the_open_sea_counts_as_a_border_and_one_from_the_coast_cannot_be_told() -> None:
    assert border(countries=("Colombia", None), open_sea=(False, True)) == ("open_sea", RULES.open_sea)
    assert border(countries=(None, "Venezuela"), open_sea=(True, False)) == ("open_sea", RULES.open_sea)
    assert border(countries=("Colombia", None)) == ("border", None)
    assert border(countries=(None, None), open_sea=(True, True)) == ("border", None)
    plan = {"call_sign": "YV1", "address": None, "flight_type": "G", "other": "", "registration": None}
    planned = border(countries=("Colombia", None), open_sea=(False, True), plan=plan, kept="flown")
    assert planned == ("open_sea", 0)
    out = {"countries": ("Colombia", None), "open_sea": (False, True)}
    assert border({"answers": 300}, **out) == ("open_sea", 0), "to platforms and ships many fly openly"
    assert border({"answers": 100, "dark_us": 600_000_000}, **out) == ("open_sea", RULES.open_sea)


@pytest.mark.parametrize(
    ("start", "term"),
    [((13.0, -74.9), "open_sea"), ((11.15, -74.9), "border"), ((9.9, -71.5), "border")],
    ids=["220 km off Barranquilla", "15 km off Barranquilla", "lake of Maracaibo"],
)
def test_the_open_sea_begins_twelve_miles_off_every_coast_and_no_lake_is_one(
    start: tuple[float, float], term: str
) -> None:
    """Southwards to the land, an hour after one who answered."""
    way: dict[str, Any] = {"speed": 70.0, "course": 180.0}
    other = flight(NIGHT_S - 7200, 4800, *start, mode=PSR | SSR, altitude=6000.0, **way)
    _, found = chain(other, flight(NIGHT_S, 4800, *start, mode=PSR, **way))
    (row,) = [row for row in found if row["start"].hour == 4]
    assert term in terms(row) and (terms(row)[term] or 0) == (RULES.open_sea if term == "open_sea" else 0)


def row_of(table: Any, **values: Any) -> pa.Table:
    """One row of a table with these values, nothing else that says anything."""
    blank = {c.name: b"d" * 32 if "deposit" in c.name else 0 for c in table.columns if not c.nullable}
    blank |= {c.name: False for c in table.columns if c.type == pa.bool_()}
    blank |= {c.name: "" for c in table.columns if c.type == pa.string()}
    types = {c.name: pa.int64() if pa.types.is_timestamp(c.type) else c.type for c in table.columns}
    return table.cast(pa.table({name: pa.array([(blank | values).get(name)], kind) for name, kind in types.items()}))


def test_a_leg_that_stands_in_a_route_for_its_address_brings_the_other_pieces_of_its_flight() -> None:
    """Leg 2 is of the aircraft of leg 1, which is unexplained; leg 3 is a piece of its flight, leg 4 of another."""
    flown = [(1, 0x0D8001, 1, True), (2, 0x0D8001, 2, False), (3, None, 2, False), (4, None, 4, False)]
    legs = pa.concat_tables(row_of(LEGS, leg=leg, track=leg, address=address, begun_by="track", ended_by="track",
                                   sensors=[]) for leg, address, _, _ in flown)  # fmt: skip
    scores = pa.concat_tables(
        row_of(LEG_SCORES, leg=leg, track=leg, flight=flight_id, unexplained=out) for leg, _, flight_id, out in flown
    )
    assert candidates(legs, scores).leg.tolist() == [1, 2, 3]


def with_values(table: pa.Table, leg: int, **values: Any) -> pa.Table:
    """The table with these values in the row of a leg."""
    rows = [row | values if row["leg"] == leg else row for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, table.schema)


def test_what_others_say_of_a_piece_is_said_of_its_flight() -> None:
    given, made = whole(asking(NIGHT_S), FIRST, SECOND)
    (pieces,) = made.pieces.values()
    one, other = pieces
    later = other["end"] + 3_600_000_000
    given["ghosts"] = pa.concat_tables([
        row_of(GHOSTS, track=other["track"], start=other["start"], end=other["end"]),
        row_of(GHOSTS, track=other["track"], start=later, end=later),
    ])  # fmt: skip
    given["patterns"] = row_of(PATTERNS, leg=other["leg"], kind="drop").select(given["patterns"].column_names)
    given["leg_grounds"] = pa.concat_tables([
        row_of(LEG_GROUNDS, leg=one["leg"], start_ground_mm=100, end_ground_mm=200),
        row_of(LEG_GROUNDS, leg=other["leg"], start_ground_mm=300, end_ground_mm=400),
    ])  # fmt: skip
    told = Whole.of(given, RULES).tables
    assert told["ghosts"]["track"].to_pylist() == [one["track"], other["track"]], "what came later is of another flight"
    assert told["patterns"]["leg"].to_pylist() == [one["leg"]]
    (ground,) = [row for row in told["leg_grounds"].to_pylist() if row["leg"] == one["leg"]]
    assert (ground["start_ground_mm"], ground["end_ground_mm"]) == (100, 400)


@pytest.mark.parametrize("first", [True, False])
def test_a_flight_has_the_extremes_of_its_pieces_and_the_silences_of_either(first: bool) -> None:
    given, made = whole(asking(NIGHT_S), FIRST, SECOND)
    (pieces,) = made.pieces.values()
    one, other = pieces if first else pieces[::-1]
    for leg, values in (
        (one["leg"], {"highest_mm": 900_000, "lowest_mm": 100_000, "dark_us": 600, "dark_echoes": 7, "sensors": ["b"],
                      "late_us": 500, "late_echoes": 8, "dark_ended": True, "addresses": 1, "address": 0x0D8001,
                      "flags": 4, "call_sign": "YV1"}),
        (other["leg"], {"highest_mm": 700_000, "lowest_mm": 300_000, "sensors": ["a", "c"], "flags": 9}),
    ):  # fmt: skip
        given["legs"] = with_values(given["legs"], leg, **values)
    told = Whole.of(given, RULES)
    (row,) = told.tables["legs"].filter(pc.equal(told.tables["legs"]["leg"], pieces[0]["leg"])).to_pylist()
    assert (row["lowest_mm"], row["highest_mm"], row["sensors"], row["flags"]) == (
        100_000, 900_000, ["a", "b", "c"], 13,
    )  # fmt: skip
    assert (row["dark_us"], row["dark_echoes"], row["dark_ended"], row["late_us"], row["late_echoes"]) == (
        600, 7, True, 500, 8,
    )  # fmt: skip
    assert (row["address"], row["addresses"], row["call_sign"]) == (0x0D8001, 1, "YV1")


def test_the_speed_of_a_flight_is_that_of_its_longest_piece() -> None:
    longer = flight(NIGHT_S, 1000, 6.82, -70.75, speed=58.0, mode=PSR)
    for pieces in (
        (longer, SECOND),
        (
            FIRST,
            [
                *SECOND,
                *flight(
                    NIGHT_S + LATER_S + 900, 100, 6.82, PLACE + 58.0 * 900 / 111_195.0 / 0.99292, speed=58.0, mode=PSR
                ),
            ],
        ),
    ):
        given, _ = whole(asking(NIGHT_S), *pieces)
        told = Whole.of(given, RULES)
        (rows,) = told.pieces.values()
        marked = with_values(
            given["legs"], max(rows, key=lambda r: r["end"] - r["start"])["leg"], usual_speed_mm_s=57_000
        )
        again = Whole.of(given | {"legs": marked}, RULES)
        (row,) = again.tables["legs"].filter(pc.equal(again.tables["legs"]["leg"], rows[0]["leg"])).to_pylist()
        assert row["usual_speed_mm_s"] == 57_000
