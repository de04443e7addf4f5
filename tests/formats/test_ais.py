"""AIS sentences become plots of vessels; checksums, missing parts and times without zone cost one row, never more."""

from __future__ import annotations

from datetime import UTC, datetime

import pyais
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.formats import BytesSource, detect
from veedor.formats.receivers.ais import READER

from .conftest import Pass, read_all

# From the documentation of the format that everybody quotes (catb.org/gpsd/AIVDM.html).
WHOLE = "!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26"
STATIC = (
    "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C",
    "!AIVDM,2,2,1,A,88888888880,2*25",
)
NOON = 1_720_267_200


def sentence(kind: int, **fields: object) -> list[str]:
    return list(pyais.encode_dict({"type": kind, "mmsi": 351759000, **fields}, talker_id="AI"))


def read(*lines: str) -> Pass:
    return read_all(READER, BytesSource("\r\n".join(lines).encode("latin-1"), "ais.nmea"))


def plots(*lines: str) -> list[dict[str, object]]:
    found = read(*lines)
    assert found.rejects == []
    return found.tables["plots"].to_pylist() if found.tables else []


def test_a_position_report_becomes_a_plot() -> None:
    assert detect(BytesSource((WHOLE + "\n").encode(), "ais.nmea")) is READER
    (plot,) = plots(WHOLE)
    assert (plot["mmsi"], plot["lat_e7"], plot["lon_e7"]) == (244670316, 518947500, 43792850)
    assert (plot["speed_mm_s"], plot["course_e7"], plot["mode"]) == (0, 706_000_000, 32)
    assert (plot["time"], plot["time_source"]) == (None, "none")


@pytest.mark.parametrize(
    "line",
    [
        rf"\s:st1,c:{NOON}*00\{WHOLE}",
        rf"\c:{NOON}000*00\{WHOLE}",
        f"{NOON},{WHOLE}",
        f"{NOON}.0 {WHOLE}",
        f"2024-07-06T12:00:00Z,{WHOLE}",
        f'"2024-07-06 07:00:00-05:00";{WHOLE}',
        f"{WHOLE},r003669959,{NOON}",
    ],
)
def test_a_time_stands_in_a_tag_block_before_or_behind(line: str) -> None:
    (plot,) = plots(line)
    assert plot["time"] == datetime(2024, 7, 6, 12, tzinfo=UTC)
    assert plot["time_source"] == "record"


def test_a_call_sign_comes_from_the_static_report_before() -> None:
    position = sentence(1, lat=10.5, lon=-71.5, speed=12.5, course=90.0)[0]
    found = plots(*(f"{NOON},{part}" for part in STATIC), f"{NOON + 60},{position}", f"{NOON + 3_700},{position}")
    assert [plot["call_sign"] for plot in found] == ["3FOF8", None], "an hour later nobody knows"
    assert [plot["speed_mm_s"] for plot in found] == [6_431] * 2


def test_the_imo_number_comes_from_the_static_report_before() -> None:
    """EVER DIADEM, as the format's documentation reads this message; type 24 brings a call sign and no number."""
    position = sentence(1, lat=10.5, lon=-71.5, speed=12.5, course=90.0)[0]
    late = sentence(24, partno=1, callsign="CALL2")[0]
    found = plots(*(f"{NOON},{part}" for part in STATIC), f"{NOON + 30},{late}", f"{NOON + 60},{position}")
    assert [(plot["registration"], plot["call_sign"]) for plot in found] == [("IMO9134270", "CALL2")]


def test_every_kind_of_position_report() -> None:
    lines = [
        part
        for kind in (1, 2, 3, 9, 18, 19, 27)
        for part in sentence(kind, lat=10.5, lon=-71.5, speed=10, course=90.0, alt=300)
    ]
    found = plots(*lines)
    assert len(found) == 7
    assert {(plot["lat_e7"], plot["lon_e7"], plot["speed_mm_s"]) for plot in found} == {
        (105_000_000, -715_000_000, 5_144)
    }
    assert [plot["altitude_geometric_mm"] for plot in found] == [None] * 3 + [300_000] + [None] * 3
    assert plots(*sentence(4, lat=10.5, lon=-71.5)) == [], "a base station is no vessel"


def test_a_ship_that_knows_no_position_is_a_plot_without_a_place() -> None:
    (plot,) = plots(*sentence(1, lat=91, lon=181, speed=102.3, course=360))
    assert [plot[name] for name in ("lat_e7", "lon_e7", "speed_mm_s", "course_e7")] == [None] * 4


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (WHOLE.replace("*26", "*27"), "reject.checksum"),
        (WHOLE.replace("13a", "14a"), "reject.checksum"),
        (STATIC[1], "reject.frame"),
        ("hello", "reject.frame"),
        (f"2024-07-06T12:00:00,{WHOLE}", "reject.time_zone"),
        (f"noon,{WHOLE}", "reject.time"),
        ("!AIVDM,1,1,,A,1,0*17", "reject.frame"),
    ],
)
def test_a_broken_sentence_is_one_reject(line: str, reason: str) -> None:
    found = read(WHOLE, line, WHOLE)
    assert [(reject.reason, reject.raw) for reject in found.rejects] == [(reason, line.encode())]
    assert found.accepted == 2


def test_parts_of_two_messages_may_lie_between_each_other() -> None:
    position = sentence(1, lat=10.5, lon=-71.5)[0]
    other = [part.replace(",2,1,1,A,", ",2,1,2,A,").replace(",2,2,1,A,", ",2,2,2,A,") for part in STATIC]
    summed = [f"{part[:-2]}{checksum(part):02X}" for part in other]
    lines = (STATIC[0], summed[0], STATIC[1], summed[1], position)
    assert [plot["call_sign"] for plot in plots(*(f"{NOON},{line}" for line in lines))] == ["3FOF8"]


def checksum(line: str) -> int:
    found = 0
    for letter in line[1 : line.index("*")].encode():
        found ^= letter
    return found


@given(st.data())
def test_damage_never_escapes(data: st.DataObject) -> None:
    text = "\n".join([WHOLE, *STATIC, *sentence(19, lat=1, lon=1), WHOLE] * 3)
    spoiled = bytearray(text.encode())
    at = data.draw(st.integers(0, len(spoiled)))
    spoiled[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    read_all(READER, BytesSource(bytes(spoiled)))


@given(st.text("0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw", max_size=90), st.integers(0, 5))
def test_any_payload_with_a_good_checksum_is_read_or_rejected(payload: str, fill: int) -> None:
    body = f"!AIVDM,1,1,,A,{payload},{fill}*"
    found = read(f"{body}{checksum(body):02X}")
    assert found.accepted + len(found.rejects) <= 1
