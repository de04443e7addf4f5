"""Mode S frames that others recorded decode to what others decoded, and every frame is counted once."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rs1090

from tests.formats.mode_s_writing import altitude_reply, identity_reply
from veedor.formats import BytesSource, FileSource, detect
from veedor.formats.receivers.mode_s import beast, json_lines, lines
from veedor.formats.receivers.mode_s.codes import ALTITUDE_MM, IDENTITY, NONE, call_sign
from veedor.formats.receivers.mode_s.fields import CALL, CLIMB, CODE, COURSE, SPEED, Fields, fields

from .conftest import read_all

# The line says 1246; the same library reads the same frame as 4546 today, as we do.
OTHER_CODE = "afb921a79a54822501c02aa5d9b9"
RS1090 = "air/traffic/rs1090/full_flight_short.jsonl.gz"


@pytest.fixture(scope="module")
def truth(shared_data: Path) -> list[dict[str, Any]]:
    with gzip.open(shared_data / RS1090) as stream:
        return [json.loads(line) for line in stream]


@pytest.fixture(scope="module")
def decoded(truth: list[dict[str, Any]]) -> Fields:
    frames = np.array([list(bytes.fromhex(line["frame"])) for line in truth], np.uint8)
    return fields(frames, np.full(len(frames), 14))


def test_every_position_is_where_the_recording_says(shared_data: Path, truth: list[dict[str, Any]]) -> None:
    source = FileSource(shared_data / RS1090)
    assert detect(source) is json_lines.READER
    found = read_all(json_lines.READER, source)
    data = gzip.decompress((shared_data / RS1090).read_bytes())
    placed, alone = 0, {"05": 0, "06": 0}
    for row in found.tables["plots"].to_pylist():
        line = json.loads(data[row["offset"] : row["offset"] + row["length"]])
        if row["mode"] == 8:
            if row["lat_e7"] is not None:
                # To the rounding of the last place: 1 cm.
                assert abs(row["lat_e7"] - line["latitude"] * 1e7) <= 1
                assert abs(row["lon_e7"] - line["longitude"] * 1e7) <= 1
                placed += 1
            else:
                alone[line["bds"]] += 1
        if line.get("altitude") is not None:
            assert row["altitude_pressure_mm"] == round(line["altitude"] * 304.8)
        assert row["address"] == int(line["icao24"], 16)
    assert found.rejects == []
    # On the surface nothing is near yet; in the air the first reports after a silence stand alone.
    assert (placed, alone["05"]) == (6_969, 6)


def test_every_frame_is_counted_once(shared_data: Path, truth: list[dict[str, Any]]) -> None:
    tally = json_lines.READER.census(FileSource(shared_data / RS1090))
    assert sum(vars(tally).values()) == len(truth) == 57_793
    assert tally.positions == sum(1 for line in truth if line["df"] == "17" and line["bds"] in ("05", "06"))
    assert tally.damaged == 0


def test_what_frames_say_is_what_the_recording_says(truth: list[dict[str, Any]], decoded: Fields) -> None:
    checked = 0
    for row, line in enumerate(truth):
        says, kind = decoded.says[row], (line["df"], line.get("bds"))
        assert decoded.address[row] == int(line["icao24"], 16) or line["df"] in ("0", "16")
        if kind == ("17", "08"):
            assert call_sign(int(says[CALL])) == line["callsign"]
        elif kind == ("17", "09"):
            assert abs(says[SPEED] - line["groundspeed"] * 1_852_000 / 3600) < 1
            assert abs((says[COURSE] / 1e7 - line["track"] + 180) % 360 - 180) < 1e-6
            if line.get("vertical_rate") is not None:
                assert abs(says[CLIMB] - line["vertical_rate"] * 5.08) < 1
        elif "squawk" in line and line["frame"] != OTHER_CODE:
            assert f"{says[CODE]:04o}" == line["squawk"]
        else:
            continue
        checked += 1
    assert checked > 15_000


def test_movement_on_the_surface_follows_the_table_where_the_recording_does_not(
    truth: list[dict[str, Any]], decoded: Fields
) -> None:
    """Codes 13 to 38 count half knots (Doc 9871); the recorder counted quarters, so that 38 would be 8.25 and 39 15."""
    differ = set()
    for row, line in enumerate(truth):
        if line.get("bds") == "06" and line.get("groundspeed") is not None:
            movement = int(line["frame"][8:12], 16) >> 4 & 0x7F
            if abs(decoded.says[row, SPEED] - line["groundspeed"] * 1_852_000 / 3600) > 1:
                differ.add(movement)
                assert abs(decoded.says[row, SPEED] - (2 + (movement - 13) / 2) * 1_852_000 / 3600) < 1
    assert differ and min(differ) > 13 and max(differ) <= 38


def test_all_altitude_and_identity_codes_are_those_of_a_second_decoder() -> None:
    codes = range(1 << 13)
    theirs = rs1090.decode([altitude_reply(0x0D8123, code).hex() for code in codes])
    differ = []
    for code, line in zip(codes, theirs, strict=True):
        ours = None if ALTITUDE_MM[code] == NONE else round(ALTITUDE_MM[code] / 304.8)
        if ours != line.get("altitude"):
            differ.append((code, ours, line.get("altitude")))
    # M (metric) is reserved in Annex 10; theirs knows no height below the sea in steps of 100 ft.
    assert all(code & 0x40 or (ours is not None and ours < 0 and other is None) for code, ours, other in differ)
    squawks = rs1090.decode([identity_reply(0x0D8123, code).hex() for code in codes])
    # X takes no part in the code.
    assert [f"{IDENTITY[code]:04o}" for code in codes] == [line["squawk"] for line in squawks]


def test_time_stamped_frames_as_csv(shared_data: Path) -> None:
    file = shared_data / "air/modes/sample_data_adsb.csv"
    assert detect(FileSource(file)) is lines.READER
    found = read_all(lines.READER, FileSource(file))
    with file.open() as stream:
        rows = list(csv.reader(stream))
    positions = [row for row in rows if 9 <= int(row[3]) <= 18]
    plots = found.tables["plots"].to_pylist()
    assert (len(plots), found.rejects) == (len(positions), [])
    assert [f"{plot['address']:06X}" for plot in plots] == [row[2] for row in positions]
    assert [plot["time"].timestamp() for plot in plots] == [float(row[0]) for row in positions]
    assert sum(plot["lat_e7"] is None for plot in plots) == 4, "the first reports of an address stand alone"


def test_a_beast_recording_without_a_day_has_places_only_with_a_clock(shared_data: Path) -> None:
    file = shared_data / "air/traffic/dump1090/sample_dump1090.bin"
    assert detect(FileSource(file)) is beast.READER
    plain = read_all(beast.READER, FileSource(file)).tables["plots"]
    assert plain["time"].null_count == plain.num_rows == 4
    named = BytesSource(file.read_bytes(), "receiver_20200102T030405Z_12mhz.bin")
    timed = read_all(beast.READER, named).tables["plots"]
    assert timed["time"].null_count == 0 and timed["time_source"].to_pylist() == ["file_name"] * 46
    assert sum(mode == 8 for mode in timed["mode"].to_pylist()) == 4, "the others are heard without a place"
    tally = beast.READER.census(FileSource(file))
    assert sum(vars(tally).values()) == file.read_bytes().count(b"\x1a2") + file.read_bytes().count(b"\x1a3") == 239
    assert tally.damaged == 0
