"""Receivers' own text: SBS lines and snapshots of aircraft become plots; damage costs a record, no zone is guessed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.formats import BytesSource, Options, choose, detect
from veedor.formats.checks import Checks
from veedor.formats.receivers.readsb_snapshot import READER as SNAPSHOT
from veedor.formats.receivers.sbs import READER as SBS
from veedor.formats.times import instants

from .conftest import read_all


def sbs(kind: int, second: float, address: str = "0D8123", **fields: str) -> str:
    places = {"call": 10, "alt": 11, "gs": 12, "track": 13, "lat": 14, "lon": 15, "rate": 16, "code": 17, "ground": 21}
    line = ["MSG", str(kind), "1", "1", address, "1", "2024/07/06", f"12:00:{second:06.3f}", "", ""] + [""] * 12
    for name, text in fields.items():
        line[places[name]] = text
    return ",".join(line)


LINES = [
    sbs(1, 0, call="YV2567  "), sbs(4, 1, gs="120", track="350", rate="-640"), sbs(6, 2, code="7700"),
    sbs(3, 3, alt="10000", lat="7.5", lon="-69.9"), sbs(3, 30, alt="9000", lat="7.6", lon="-69.9"),
    sbs(2, 31, "E49406", lat="-3.1", lon="-60", ground="-1"),
]  # fmt: skip


def test_a_line_with_a_position_carries_what_lines_before_it_said() -> None:
    source = BytesSource("\r\n".join(LINES).encode(), "port30003_utc.csv")
    assert detect(source) is SBS
    rows = read_all(SBS, source).tables["plots"].to_pylist()
    assert [row["call_sign"] for row in rows] == ["YV2567", "YV2567", None]
    assert [row["speed_mm_s"] for row in rows] == [61_733, None, None], "motion is not carried for 27 seconds"
    assert rows[0]["time"] == datetime(2024, 7, 6, 12, 0, 3, tzinfo=UTC)
    assert (rows[0]["code_3a"], bool(rows[0]["flags"] & 16)) == (0o7700, True)
    assert (rows[0]["altitude_pressure_mm"], rows[0]["climb_mm_s"]) == (3_048_000, -3_251)
    assert [bool(row["flags"] & 32) for row in rows] == [False, False, True]


def test_without_a_zone_in_the_name_there_is_no_time() -> None:
    found = read_all(SBS, BytesSource("\n".join(LINES).encode(), "port30003.csv"))
    table = found.tables["plots"]
    assert [note.key for note in found.notes] == ["note.no_zone"]
    assert table["time"].null_count == 3
    assert table["time_raw"].to_pylist()[0] == "2024-07-06T12:00:03.000"
    assert table["time_source"].to_pylist() == ["none"] * 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (sbs(3, 4, lat="97", lon="1"), "reject.position"),
        (sbs(3, 4, lat="7"), "reject.half_position"),
        (sbs(3, 4, "XYZ", lat="7", lon="1"), "reject.code"),
        (sbs(3, 4, "", lat="7", lon="1"), "reject.missing"),
        (sbs(3, 4, lat="7", lon="1").replace("2024/07/06", "06.07."), "reject.time"),
        (sbs(3, 4, lat="7", lon="1").replace("MSG", "MSX"), "reject.code"),
        ("MSG,3,1,1,0D8123", "reject.fields"),
    ],
)
def test_a_broken_line_is_one_reject(line: str, reason: str) -> None:
    found = read_all(SBS, BytesSource("\n".join([*LINES, line, LINES[3]]).encode(), "x_utc.csv"))
    assert [(reject.reason, reject.raw) for reject in found.rejects] == [(reason, line.encode())]
    assert found.accepted == 4


AIRCRAFT = [
    {"hex": "0d8123", "type": "adsb_icao", "flight": "YV2567  ", "alt_baro": 10000, "alt_geom": 10300, "gs": 120.0,
     "track": 350.0, "baro_rate": -640, "squawk": "1234", "lat": 7.5, "lon": -69.9, "seen_pos": 1.5, "seen": 0.2},
    {"hex": "e49406", "alt_baro": "ground", "lat": -3.1, "lon": -60.0, "seen_pos": 0.0, "seen": 0.0},
    {"hex": "~abc123", "type": "tisb_other", "lat": 1.0, "lon": 2.0, "seen_pos": 2, "seen": 2},
    {"hex": "a00001", "squawk": "7600", "seen": 30.1, "mlat": []},
    {"hex": "0d8124", "altitude": 500, "speed": 90, "vert_rate": 64, "lat": 7.0, "lon": -70.0, "seen_pos": 3,
     "mlat": ["lat", "lon"], "seen": 1},
]  # fmt: skip


def snapshot(aircraft: list[object], now: float = 1_720_267_200.3) -> bytes:
    return json.dumps({"now": now, "messages": 5, "aircraft": aircraft}).encode()


def test_a_snapshot_gives_each_aircraft_at_the_time_of_its_position() -> None:
    source = BytesSource(snapshot(AIRCRAFT), "aircraft.json")
    assert detect(source) is SNAPSHOT
    rows = read_all(SNAPSHOT, source).tables["plots"].to_pylist()
    assert [row["time"].timestamp() for row in rows] == [1_720_267_198.8, 1_720_267_200.3, 1_720_267_198.3,
                                                         1_720_267_170.2, 1_720_267_197.3]  # fmt: skip
    assert [row["mode"] for row in rows] == [8, 8, 64, 4, 16]
    assert [row["address"] for row in rows] == [0x0D8123, 0xE49406, None, 0xA00001, 0x0D8124]
    assert [row["sensor_track"] for row in rows] == [None, None, "~abc123", None, None]
    assert [bool(row["flags"] & 32) for row in rows] == [False, True, False, False, False]
    assert [row["speed_mm_s"] for row in rows] == [61_733, None, None, None, 46_300]
    assert rows[3]["lat_e7"] is None and rows[3]["flags"] & 16


@pytest.mark.parametrize(
    ("broken", "reason"),
    [({"hex": "0d812g"}, "reject.code"), ({"hex": "0d8123", "lat": 7.5}, "reject.half_position"),
     ({"hex": "0d8123", "alt_baro": "high"}, "reject.number"), ({"lat": 1}, "reject.json"),
     ({"hex": "0d8123", "seen": 1e9}, "reject.time"), ({"hex": "0d8123", "gs": 1e9}, "reject.speed")],
)  # fmt: skip
def test_a_broken_aircraft_is_one_reject(broken: dict[str, object], reason: str) -> None:
    found = read_all(SNAPSHOT, BytesSource(snapshot([AIRCRAFT[0], broken, AIRCRAFT[1]])))
    assert found.reasons == [reason]
    assert found.accepted == 2


@given(st.data())
def test_damaged_text_of_receivers_never_escapes(data: st.DataObject) -> None:
    for reader, whole in ((SBS, "\n".join(LINES * 4).encode()), (SNAPSHOT, snapshot(AIRCRAFT * 4))):
        spoiled = bytearray(whole)
        at = data.draw(st.integers(200, len(whole)))
        spoiled[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
        read_all(reader, BytesSource(bytes(spoiled), "x_utc"), Options(latest_us=1_800_000_000_000_000))


def test_a_mapping_says_the_zone_of_sbs_lines() -> None:
    """The example of docs/mappings.md."""
    page = (Path(__file__).parents[2] / "docs/mappings.md").read_text(encoding="utf-8")
    (example,) = [part for part in page.split("```toml\n") if "our-receiver" in part]
    mapping = BytesSource(example.partition("```")[0].encode(), "our.toml")
    source = BytesSource("\n".join([LINES[3], LINES[4]]).encode(), "port30003.csv")
    (chosen,) = choose([source, mapping], Options())
    rows = read_all(chosen.reader, chosen.source, chosen.options).tables["plots"].to_pylist()
    assert [row["time"] for row in rows] == [datetime(2024, 7, 6, 17, 0, second, tzinfo=UTC) for second in (3, 30)]


def test_decimals_of_seconds_in_a_pattern_are_kept() -> None:
    checks = Checks(4)
    given = pa.array(["06/07/2024 12:00:00.25", "06/07/2024 12:00:00", "06/07/2024 12:00:00.1234567", "nonsense.5"])
    found, _ = instants(given, "%d/%m/%Y %H:%M:%S.%f", "UTC", 0, checks, "time")
    assert [time and time.microsecond for time in found.to_pylist()] == [250_000, 0, 123_456, None]
    assert checks.bad.tolist() == [False] * 3 + [True]


def test_a_recording_that_begins_within_a_line_loses_that_line_only() -> None:
    found = read_all(SBS, BytesSource("\n".join(["1000,,,7.5,-69.9,,,,,,0", *LINES]).encode(), "x_utc.csv"))
    assert (found.accepted, found.reasons) == (3, ["reject.fields"])
