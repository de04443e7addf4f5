"""Movement logs, maintenance logs, ground facts and track reports by mapping; what cannot be is one reject."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.formats import BytesSource, FileSource, Options, choose
from veedor.formats.mapping import parse
from veedor.formats.ready import ready

from .conftest import Pass, read_all

TRACKS = "sensor,time,track,latitude_deg,longitude_deg,error_major_m,error_minor_m,error_bearing_deg,error_percent"
MOVES = "aerodrome,movement,time,runway,call_sign,registration,type,from_or_to,purpose,on_board"
OUTAGES = "subject,subject_kind,state,starts,ends,reference,text"
FACTS = "fact,time,latitude_deg,longitude_deg,error_m,source_kind,source,registration,text"
GOOD = {
    TRACKS: "oth,2024-07-06T12:00:00Z,17,7.5,-69.9,20000,5000,30,95",
    MOVES: "SKSP,landing,2024-07-06T12:00:00-05:00,06,HK4444,HK-4444,BE20,SKVV,charter,4",
    OUTAGES: "radar-1,sensor,maintenance,2030-07-06T12:00:00Z,,WO-17,antenna bearing",
    FACTS: "aircraft_burnt,2024-07-06T12:00:00Z,10.5,-71.2,500,armed_forces,Statement 12,YV1234,two engines",
}
TABLE = {TRACKS: "plots", MOVES: "movements", OUTAGES: "outages", FACTS: "ground_facts"}


def read(head: str, *lines: str, **options: object) -> Pass:
    source = BytesSource("\n".join([head, *lines]).encode(), "log.csv")
    (chosen,) = choose([source], Options(**options))
    return read_all(chosen.reader, chosen.source, chosen.options)


@pytest.mark.parametrize("head", GOOD)
def test_each_plain_form_is_found_by_its_header(head: str) -> None:
    found = read(head, GOOD[head], GOOD[head])
    assert (found.tables[TABLE[head]].num_rows, found.rejects) == (2, [])


def test_a_movement_says_who_when_and_where_from() -> None:
    (row,) = read(MOVES, GOOD[MOVES]).tables["movements"].to_pylist()
    assert row["time"] == datetime(2024, 7, 6, 17, tzinfo=UTC)
    assert (row["aerodrome"], row["kind"], row["registration"], row["on_board"]) == ("SKSP", "landing", "HK-4444", 4)


def test_a_ground_fact_says_its_source_and_how_exact_its_place_is() -> None:
    (row,) = read(FACTS, GOOD[FACTS]).tables["ground_facts"].to_pylist()
    assert (row["kind"], row["error_mm"], row["lat_e7"]) == ("aircraft_burnt", 500_000, 105_000_000)
    assert (row["source_kind"], row["source"]) == ("armed_forces", "Statement 12")


@pytest.mark.parametrize(
    ("head", "before", "after", "reason"),
    [
        (MOVES, "landing", "crash", "reject.code"),
        (MOVES, "-05:00", "", "reject.time_zone"),
        (MOVES, ",4", ",-4", "reject.range"),
        (MOVES, "2024", "2044", "reject.time_future"),
        (OUTAGES, "maintenance", "tired", "reject.code"),
        (OUTAGES, "2030-07-06T12:00:00Z", "", "reject.missing"),
        (FACTS, "armed_forces", "rumour", "reject.code"),
        (FACTS, "Statement 12", "", "reject.missing"),
        (FACTS, ",500,", ",,", "reject.missing"),
        (FACTS, ",500,", ",-1,", "reject.range"),
        (FACTS, "-71.2", "", "reject.missing"),
        (TRACKS, ",5000,", ",25000,", "reject.ellipse"),
        (TRACKS, ",20000,", ",17202672000001,", "reject.ellipse"),
        (TRACKS, ",30,", ",,", "reject.ellipse"),
        (TRACKS, ",95", ",100", "reject.range"),
        (TRACKS, ",20000,", ",,", "reject.ellipse"),
    ],
)
def test_what_cannot_be_is_one_reject(head: str, before: str, after: str, reason: str) -> None:
    spoiled = GOOD[head].replace(before, after)
    assert spoiled != GOOD[head]
    found = read(head, GOOD[head], spoiled, GOOD[head], latest_us=1_751_000_000_000_000)
    assert [(reject.reason, reject.raw) for reject in found.rejects] == [(reason, spoiled.encode())]
    assert found.accepted == 2


def test_an_announcement_may_lie_in_the_future() -> None:
    assert read(OUTAGES, GOOD[OUTAGES], latest_us=1).rejects == []


@given(
    st.floats(1, 300_000), st.floats(0, 1), st.floats(0, 360), st.sampled_from([None, 39.346934, 50, 90, 95, 99])
)  # fmt: skip
def test_an_ellipse_becomes_the_variances_that_span_it(
    major: float, part: float, axis: float, percent: float | None
) -> None:
    share = None if percent is None else round(percent)
    line = f"oth,2024-07-06T12:00:00Z,1,7,-70,{major:.3f},{major * part:.3f},{axis:.5f},{share or ''}"
    (row,) = read(TRACKS, line).tables["plots"].to_pylist()
    found = np.array([
        [row["var_north_mm2"], row["cov_north_east_mm2"]], [row["cov_north_east_mm2"], row["var_east_mm2"]],
    ], float)  # fmt: skip
    squared = -2 * np.log(1 - (share or 39.34693402873666) / 100)
    values, vectors = np.linalg.eigh(found * squared)
    assert np.sqrt(max(values[1], 0)) == pytest.approx(major * 1e3, rel=1e-3, abs=5)
    # Entries in whole mm2 are off by half of one each, so a variance of the matrix by one at most.
    rounding = np.sqrt(squared)
    assert np.sqrt(max(values[0], 0)) == pytest.approx(major * part * 1e3, rel=2e-2, abs=major * 2 + rounding)
    if part < 0.9 and major > 10:
        bearing = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))
        assert min((bearing - axis) % 180, (axis - bearing) % 180) < 0.2


def test_a_moving_sensor_says_where_it_was() -> None:
    head = TRACKS + ",sensor_latitude_deg,sensor_longitude_deg,sensor_height_m,course_deg,speed_kt"
    (row,) = read(head, GOOD[TRACKS] + ",8.1,-70.2,9000,350,120").tables["plots"].to_pylist()
    assert (row["sensor_lat_e7"], row["sensor_lon_e7"], row["sensor_altitude_mm"]) == (
        81_000_000,
        -702_000_000,
        9_000_000,
    )
    assert (row["mode"], row["speed_mm_s"], row["course_e7"]) == (64, 61_733, -100_000_000)
    half = read(head, GOOD[TRACKS] + ",8.1,,9000,350,120")
    assert half.reasons == ["reject.half_position"]


def test_real_strips_are_read_as_ground_facts_by_a_mapping_of_a_few_lines(shared_data: Path) -> None:
    file = shared_data / "air/airstrips/airstrips_brazil_2021_part_a.csv"
    with file.open(encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        names, strips = reader.fieldnames or [], list(reader)
    lat, lon = (next(name for name in names if name.lower().startswith(part)) for part in ("lat", "lon"))
    mapping = parse(
        f"""
mapping = "strips/1"
multiline = true
[[record]]
table = "ground_facts"
columns.kind = {{ constant = "strip_found" }}
columns.lat_e7 = {{ column = "{lat}", unit = "deg", required = true }}
columns.lon_e7 = {{ column = "{lon}", unit = "deg", required = true }}
columns.source_kind = {{ constant = "press" }}
columns.source = {{ constant = "The Intercept Brasil and others, 2021" }}
""",
        "strips",
    )
    (chosen,) = choose([FileSource(file)], Options(mapping=mapping))
    found = read_all(chosen.reader, chosen.source, chosen.options)
    facts = found.tables["ground_facts"].to_pylist()
    assert (len(facts), found.rejects) == (len(strips), [])
    assert [fact["lat_e7"] for fact in facts] == [round(float(strip[lat]) * 1e7) for strip in strips]


def test_no_two_ready_mappings_have_one_signature() -> None:
    signatures = [(mapping.format, frozenset(mapping.header_has)) for mapping in ready()]
    assert len(set(signatures)) == len(signatures)
