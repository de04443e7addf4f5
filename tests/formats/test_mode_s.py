"""Raw frames become plots: the same for any cut of the file, damage costs one record, no time is ever invented."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.mode_s_writing import (
    airborne,
    altitude_reply,
    beast,
    compact,
    counted,
    gps,
    identification,
    identity_reply,
    on_surface,
    squitter,
    with_parity,
    zones,
)
from veedor.formats import BytesSource, Options, Reader
from veedor.formats.named_time import named_time
from veedor.formats.receivers.mode_s import beast as beast_reader
from veedor.formats.receivers.mode_s import json_lines, lines
from veedor.formats.receivers.mode_s.cpr import NOWHERE, TRANSITIONS, pair
from veedor.formats.receivers.mode_s.cpr import beside as beside_place
from veedor.formats.receivers.mode_s.cpr import zones as zones_kernel

from .conftest import Pass, read_all

A, B = 0x0D8123, 0xE49406
NOON = 1_720_267_200
NAMED = "ve_20240706T120000Z_12mhz.bin"


def csv_file(frames: list[tuple[float, bytes]]) -> bytes:
    return b"".join(f"{NOON + after:.6f},{frame.hex()}\n".encode() for after, frame in frames)


def plots(frames: list[tuple[float, bytes]], **options: object) -> list[dict[str, object]]:
    return read_all(lines.READER, BytesSource(csv_file(frames)), Options(**options)).tables["plots"].to_pylist()


@given(st.floats(-89.9, 89.9), st.floats(-180, 179.999), st.booleans())
def test_a_pair_of_reports_gives_back_the_place(lat: float, lon: float, odd_last: bool) -> None:
    even, odd = compact(lat, lon, 0), compact(lat, lon, 1)
    found = pair(TRANSITIONS, *even, *odd, int(odd_last))
    if found[0] != NOWHERE:  # the two may round into two zones
        assert abs(found[0] - lat) < 1e-4
        assert abs((found[1] - lon + 180) % 360 - 180) < 1e-4 / max(np.cos(np.radians(lat)), 1e-3) * 2
    else:
        assert any(abs(abs(lat) - edge) < 1e-3 for edge in TRANSITIONS)


@given(st.floats(-80, 80), st.floats(-180, 179.999), st.booleans(), st.booleans(), st.floats(-0.3, 0.3))
def test_a_report_beside_a_known_place_gives_back_the_place(
    lat: float, lon: float, odd: bool, surface: bool, off: float
) -> None:
    found = beside_place(TRANSITIONS, odd, *compact(lat, lon, odd, surface), surface, lat + off, lon - off)
    assert abs(found[0] - lat) < 1e-4
    assert abs((found[1] - lon + 180) % 360 - 180) < 1e-3


def test_zones_are_those_of_the_formula() -> None:
    for lat in np.linspace(-89.99, 89.99, 4_001):
        if all(abs(abs(lat) - edge) > 1e-9 for edge in TRANSITIONS):
            assert zones_kernel(TRANSITIONS, float(lat)) == zones(float(lat))
    assert abs(TRANSITIONS[0] - 10.47047130) < 1e-8, "the first latitude of the table in Doc 9871"


def test_a_position_carries_what_is_known_of_its_aircraft() -> None:
    found = plots([
        (0, identification(A, "YV2567")), (2, airborne(A, 7.5, -69.9, 0)),
        (3, airborne(A, 7.5, -69.9, 1)), (4, identity_reply(A, 0b1010101010101)), (5, airborne(A, 7.5, -69.9, 0)),
        (70, airborne(A, 7.51, -69.9, 0)),
    ])  # fmt: skip
    assert [plot["call_sign"] for plot in found] == ["YV2567"] * 3 + [None], "a minute later nobody knows"
    assert [plot["lat_e7"] is None for plot in found] == [True, False, False, True]
    assert [plot["code_3a"] is None for plot in found] == [True, True, False, True]
    assert (abs(found[1]["lat_e7"] - 75_000_000) < 1_000, abs(found[1]["lon_e7"] + 699_000_000) < 1_000) == (True, True)
    assert found[1]["altitude_pressure_mm"] == 3_048_000


def test_an_aircraft_without_positions_is_heard_but_only_after_it_named_itself() -> None:
    all_call = with_parity(bytes([11 << 3]) + A.to_bytes(3, "big"))
    reply = altitude_reply(A, 0x7B0)
    assert plots([(0, reply), (1, airborne(B, 1, 1, 0))])[0]["address"] == B, "an overlaid address alone proves nothing"
    found = plots([(0, all_call), (1, reply), (100, reply), (101, airborne(B, 1, 1, 0))])
    assert [(plot["address"], plot["mode"], plot["lat_e7"]) for plot in found] == [(A, 4, None), (B, 8, None)]


def test_a_reply_of_an_aircraft_that_sends_positions_is_no_row() -> None:
    reply = altitude_reply(A, 0x7B0)
    found = plots([(0, airborne(A, 7, -70, 0)), (0.5, airborne(A, 7, -70, 1)), (1, reply)])
    assert [plot["mode"] for plot in found] == [8, 8]


def test_two_aircraft_under_one_address_are_not_joined_to_places_between_them() -> None:
    frames = [(n, airborne(A, 7.0 + (n % 2) * 3, -70.0, n // 2 % 2)) for n in range(40)]
    for plot in plots(frames):
        assert plot["lat_e7"] is None or min(abs(plot["lat_e7"] - place) for place in (70_000_000, 100_000_000)) < 1_000


def test_a_report_on_the_surface_needs_a_place_before_it() -> None:
    found = plots([
        (0, on_surface(B, 4.7, -74.1, 0)), (0.4, on_surface(B, 4.7, -74.1, 1)),
        (1, airborne(A, 4.7, -74.1, 0)), (2, airborne(A, 4.7, -74.1, 1)), (3, on_surface(A, 4.701, -74.1, 0)),
    ])  # fmt: skip
    assert [plot["lat_e7"] is not None for plot in found] == [False, False, False, True, True]
    assert [bool(plot["flags"] & 32) for plot in found] == [True, True, False, False, True]
    assert abs(found[-1]["lat_e7"] - 47_010_000) < 300


def test_a_self_assigned_address_is_none() -> None:
    frame = squitter(A, int.from_bytes(airborne(A, 1, 1, 0)[4:11], "big"), downlink=18, control=1)
    (plot,) = plots([(0, frame)])
    assert (plot["address"], plot["sensor_track"]) == (None, "~0d8123")
    rebroadcast = squitter(A, int.from_bytes(airborne(A, 1, 1, 0)[4:11], "big"), downlink=18, control=2)
    assert len(plots([(0, frame), (1, rebroadcast)])) == 1, "a ground station repeats somebody else's measurement"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{NOON},8d0d8123ffffffffffffff000000", "reject.parity"),
        (f"{NOON},{with_parity(bytes([11 << 3, 1, 2, 3]), 80).hex()}", "reject.parity"),
        (f"{NOON},{airborne(A, 7, -70, 0)[:7].hex()}", "reject.parity"),
        (f"{NOON},8d0d81", "reject.frame"),
        (f"{NOON},8d0d8123ffffffffffffff00000012", "reject.frame"),
        ("yesterday,8d0d8123ffffffffffffff000000", "reject.time"),
        ("-5,8d0d8123ffffffffffffff000000", "reject.time_early"),
        ("99999999999999,8d0d8123ffffffffffffff000000", "reject.time"),
        ("*8d0d81zz;", "reject.frame"),
    ],
)
def test_a_damaged_line_is_one_reject_with_its_bytes(line: str, reason: str) -> None:
    good = csv_file([(0, airborne(A, 7, -70, 0)), (1, airborne(A, 7, -70, 1))])
    found = read_all(lines.READER, BytesSource(good + line.encode() + b"\n" + good))
    assert [(reject.reason, reject.raw) for reject in found.rejects] == [(reason, line.encode())]
    assert found.tables["plots"]["row"].to_pylist() == [0, 1, 3, 4]


def test_times_in_the_future_are_rejected() -> None:
    source = BytesSource(csv_file([(0, airborne(A, 7, -70, 0)), (9, airborne(A, 7, -70, 1))]))
    found = read_all(lines.READER, source, Options(latest_us=(NOON + 5) * 1_000_000))
    assert found.reasons == ["reject.time_future"] and found.accepted == 1


def beast_file(clock: object = counted, start: float = 5.0) -> bytes:
    frames = [
        (n, airborne(A if n % 3 else B, 7 + n / 1e3, -70, n // 3 % 2)) for n in range(60)
    ] + [(60, identification(A, "YV2567"))]  # fmt: skip
    return b"".join(beast(clock(start + n / 4), frame) for n, frame in frames)  # type: ignore[operator]


def beast_pass(data: bytes, name: str = NAMED) -> Pass:
    return read_all(beast_reader.READER, BytesSource(data, name))


def test_a_counter_counts_from_the_moment_in_the_name() -> None:
    table = beast_pass(beast_file()).tables["plots"]
    begun = datetime(2024, 7, 6, 12, tzinfo=UTC).timestamp()
    assert [time.timestamp() for time in table["time"].to_pylist()] == [begun + n / 4 for n in range(60)]
    assert table["lat_e7"].null_count == 3
    for name in ("12mhz.bin", "ve_20240706_12mhz.bin", "ve_20240706T120000_12mhz.bin"):
        untimed = beast_pass(beast_file(), name).tables["plots"]
        assert untimed["time"].null_count == 60 and untimed["time_source"].to_pylist() == ["none"] * 60
        assert untimed["lat_e7"].null_count == 3, "how much later is known, and joins pairs"


def test_gps_stamps_need_a_day_and_roll_over_at_midnight() -> None:
    last = beast_file(lambda seconds: gps(seconds % 86_400), 86_390.0)
    table = beast_pass(last, "gps_20240706.bin").tables["plots"]
    midnight = datetime(2024, 7, 7, tzinfo=UTC).timestamp()
    assert [time.timestamp() for time in table["time"].to_pylist()] == [midnight - 10 + n / 4 for n in range(60)]


def test_a_day_that_the_depositor_says_dates_gps_stamps() -> None:
    day = int(datetime(2024, 7, 6, tzinfo=UTC).timestamp()) * 1_000_000
    source = BytesSource(beast_file(gps, 100.0), "gps.bin")
    table = read_all(beast_reader.READER, source, Options(date_us=day)).tables["plots"]
    assert table["time"].to_pylist()[0] == datetime(2024, 7, 6, 0, 1, 40, tzinfo=UTC)
    assert set(table["time_source"].to_pylist()) == {"option"}


def test_stamps_that_both_clocks_could_have_are_no_time() -> None:
    table = beast_pass(beast_file(), "ve_20240706T120000Z.bin").tables["plots"]
    assert table["time"].null_count == 60
    late = beast_file(lambda seconds: 1_000_000_000 + counted(seconds))
    assert beast_pass(late, "ve_20240706T120000Z.bin").tables["plots"]["time"].null_count == 0, (
        "no GPS has a second of 1.06e9 ns"
    )


@pytest.mark.parametrize(
    ("name", "day", "moment"),
    [("a_20240706T065629Z.bin", True, True), ("2024-07-06.bin", True, False), ("20240706T065629.bin", True, False),
     ("20241306.bin", False, False), ("120240706.bin", False, False), ("none", False, False)],
)  # fmt: skip
def test_a_name_says_a_day_or_a_moment_or_nothing(name: str, day: bool, moment: bool) -> None:
    found = named_time(name)
    if name == "20240706T065629.bin":
        assert found[1] is None, "a time without Z is nobody's time"
        return
    assert (found[0] is not None, found[1] is not None) == (day, moment)


@given(st.data())
@settings(max_examples=50)
def test_bytes_reconcile_whatever_was_cut_out_or_put_in(data: st.DataObject) -> None:
    whole = bytearray(beast_file())
    at = data.draw(st.integers(0, len(whole)))
    whole[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=12))
    found = beast_pass(bytes(whole))
    spans = [(reject.offset, reject.length) for reject in found.rejects]
    if "plots" in found.tables:
        spans += zip(*(found.tables["plots"][name].to_pylist() for name in ("offset", "length")), strict=True)
    spans.sort()
    assert all(one + size <= after for (one, size), (after, _) in itertools.pairwise(spans))
    assert all(reject.raw == bytes(whole[reject.offset : reject.offset + reject.length]) for reject in found.rejects)
    assert found.accepted >= 60 - 8, "one spoiled place costs the frames it touches"


@pytest.mark.parametrize("reader", [beast_reader, lines, json_lines])
def test_a_file_gives_the_same_rows_however_it_is_cut_into_blocks(
    reader: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [(n / 4, airborne(A if n % 3 else B, 7 + n / 1e3, -70, n // 3 % 2)) for n in range(300)]
    if reader is beast_reader:
        data = b"".join(beast(counted(5 + after), frame) for after, frame in frames)
    elif reader is lines:
        data = csv_file(frames)
    else:
        data = b"".join(f'{{"timestamp":{NOON + after},"frame":"{frame.hex()}"}}\n'.encode() for after, frame in frames)
    one: Reader = reader.READER  # type: ignore[attr-defined]
    whole = read_all(one, BytesSource(data, NAMED)).tables["plots"]
    for size in (37, 1_000):
        monkeypatch.setattr("veedor.formats.windows.WINDOW_BYTES", size)
        assert read_all(one, BytesSource(data, NAMED)).tables["plots"].equals(whole)


def test_a_crowd_of_addresses_is_forgotten_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by the addresses of two minutes, not by those of the file; rows are the same."""
    seed = random.Random(4)
    crowd = [(n * 0.3, airborne(seed.randrange(1 << 24), 7, -70, 0)) for n in range(2_000)]
    known = [(n * 20 + 0.1, identification(A, "YV2567")) for n in range(30)]
    known += [(n * 4 + k * 0.15, airborne(A, 7, -70, n % 2)) for n in range(150) for k in (1, 2)]
    frames = sorted(crowd + known)
    whole = plots(frames)
    monkeypatch.setattr("veedor.formats.receivers.mode_s.follow._KEPT", 100)
    monkeypatch.setattr("veedor.formats.windows.WINDOW_BYTES", 2_000)
    assert plots(frames) == whole
    assert sum(plot["lat_e7"] is not None and plot["call_sign"] == "YV2567" for plot in whole) > 290


def test_lines_of_every_kind() -> None:
    frame, other = airborne(A, 7, -70, 0), airborne(A, 7, -70, 1)
    stamped = b"@%012X%s;\n<%012X40%s;\r\n" % (counted(1), frame.hex().encode(), counted(2), other.hex().encode())
    table = read_all(lines.READER, BytesSource(stamped, NAMED)).tables["plots"]
    assert table["lat_e7"].null_count == 1 and table["time"].null_count == 0
    bare = b"*" + frame.hex().encode() + b";\n*" + other.hex().encode() + b";\n"
    table = read_all(lines.READER, BytesSource(bare, NAMED)).tables["plots"]
    assert (table["time"].null_count, table["lat_e7"].null_count) == (2, 2), "without time nothing can be paired"
    named = b"timestamp,rawmsg\n" + csv_file([(0, frame)])
    assert read_all(lines.READER, BytesSource(named)).accepted == 1


def test_a_place_that_nobody_could_have_reached_is_none_until_new_reports_agree() -> None:
    near = [(n * 0.5, airborne(A, 7.0, -70.0, n % 2)) for n in range(4)]
    far = [(2 + n * 0.5, airborne(A, 9.0, -70.0, n % 2)) for n in range(4)]
    found = [plot["lat_e7"] and round(plot["lat_e7"] / 1e7) for plot in plots(near + far)]
    assert found == [None, 7, 7, 7, None, 9, 9, 9]
