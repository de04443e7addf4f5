"""Flight plan messages are read field by field; what is wrong is told with its number, and costs one message."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.formats import BytesSource, Options, detect
from veedor.formats.papers.flight_plans import READER

from .conftest import read_all

FPL = """ZCZC TGA0123 061130
FF SVMIZPZX SKBOZPZX
061130 SKBOZPZX
(FPL-HK4444/A1234-VG
-2BE20/L-SDFGRWY/S
-SKVV1230
-N0250F190 DCT VVC UM549 PPO
-SKSP0415 SKUC SKAR
-PBN/A1 DOF/240706 REG/HK4444 OPR/AERO LLANO LTDA CODE/0AC123 RMK/NO TCAS
-E/0600 P/004 R/UV)
NNNN
"""
OTHERS = """(DLA-HK4444-SKVV1400-SKSP-DOF/240706)
(DEP-HK4444/A1234-SKVV1412-SKSP-DOF/240706)
(ARR-HK4444-SKVV1412-SKSP-SKUC1801)
(ARR-HK4444-SKVV2312-SKUC0101 ARAUCA-DOF/240706)
(CNL-AVA123-SKBO0930-SVMI-0)
(CHGA/B005A/B002-AVA123-SKBO0930-SVMI-DOF/240707-8/IN-15/K0800S1130 DCT-18/REG/N123AB)
"""


def rows(text: str, **options: object) -> list[dict[str, object]]:
    found = read_all(READER, BytesSource(text.encode()), Options(**options))
    assert found.rejects == []
    return found.tables["flight_plans"].to_pylist()


def test_a_filed_plan_is_read_field_by_field() -> None:
    source = BytesSource(FPL.encode(), "plans.txt")
    assert detect(source) is READER
    (row,) = rows(FPL)
    said = {
        "kind": "FPL", "originator": "SKBOZPZX", "filed": "061130", "call_sign": "HK4444", "code_3a": 0o1234,
        "rules": "V", "flight_type": "G", "aircraft": 2, "type_code": "BE20", "wake": "L", "equipment": "SDFGRWY/S",
        "departure": "SKVV", "off_block": datetime(2024, 7, 6, 12, 30, tzinfo=UTC), "off_block_raw": "1230",
        "date_of_flight": date(2024, 7, 6), "destination": "SKSP", "alternates": "SKUC SKAR", "elapsed_s": 15_300,
        "speed_mm_s": 128_611, "level_mm": 5_791_200, "level_raw": "F190", "route": "DCT VVC UM549 PPO",
        "registration": "HK4444", "operator": "AERO LLANO LTDA", "address": 0x0AC123, "simulated": False,
    }  # fmt: skip
    assert {name: row[name] for name in said} == said
    assert row["other"] == "PBN/A1 DOF/240706 REG/HK4444 OPR/AERO LLANO LTDA CODE/0AC123 RMK/NO TCAS"
    text = FPL.encode()[row["offset"] : row["offset"] + row["length"]]
    assert text.startswith(b"(FPL-") and text.endswith(b"UV)")


def test_delays_departures_arrivals_cancellations_and_changes() -> None:
    found = rows(OTHERS)
    assert [row["kind"] for row in found] == ["DLA", "DEP", "ARR", "ARR", "CNL", "CHG"]
    assert found[0]["off_block"] == datetime(2024, 7, 6, 14, 0, tzinfo=UTC)
    assert (found[2]["destination"], found[2]["landed_at"], found[2]["arrived"]) == ("SKSP", "SKUC", None), "no date"
    assert found[3]["arrived"] == datetime(2024, 7, 7, 1, 1, tzinfo=UTC), "past midnight"
    assert (found[4]["off_block"], found[4]["off_block_raw"]) == (None, "0930"), "a time needs a date"
    change = found[5]
    assert (change["reference"], change["rules"], change["registration"]) == ("A/B005A/B002", "I", "N123AB")
    assert (change["speed_mm_s"], change["level_mm"], change["changes"]) == (
        222_222, 11_300_000, "8/IN -15/K0800S1130 DCT -18/REG/N123AB",
    )  # fmt: skip


def test_a_day_that_the_depositor_says_dates_messages_without_dof() -> None:
    day = int(datetime(2024, 7, 8, tzinfo=UTC).timestamp()) * 1_000_000
    found = rows(OTHERS, date_us=day)
    assert found[4]["off_block"] == datetime(2024, 7, 8, 9, 30, tzinfo=UTC)
    assert found[0]["off_block"] == datetime(2024, 7, 6, 14, 0, tzinfo=UTC), "DOF/ comes first"


def test_a_filing_line_belongs_to_the_next_message_only() -> None:
    found = rows(FPL + OTHERS)
    assert [row["originator"] for row in found] == ["SKBOZPZX"] + [None] * 6
    for broken in (FPL.replace("R/UV)", "R/UV"), FPL.replace("(FPL", "FPL")):
        after = read_all(READER, BytesSource((broken + OTHERS).encode())).tables["flight_plans"]
        assert after["originator"].null_count == 6, "the one whose line it was cannot be read"


@pytest.mark.parametrize(
    ("before", "after", "place", "reason"),
    [
        ("HK4444/A1234-VG", "HK-4444-VG", "field 8", "reject.message_field"),
        ("HK4444/A1234-VG", "HK4444/A1238-VG", "field 7", "reject.message_field"),
        ("-VG", "-QG", "field 8", "reject.message_field"),
        ("2BE20/L", "2BE20/X", "field 9", "reject.message_field"),
        ("SDFGRWY/S", "SDFG", "field 10", "reject.message_field"),
        ("SKVV1230", "SKVV2430", "field 13", "reject.message_field"),
        ("SKVV1230", "SKV1230", "field 13", "reject.message_field"),
        ("N0250F190", "N250F190", "field 15", "reject.message_field"),
        ("SKSP0415", "SKSP0475", "field 16", "reject.message_field"),
        ("DOF/240706", "DOF/240732", "field 18", "reject.message_field"),
        ("CODE/0AC123", "CODE/0AC12G", "field 18", "reject.message_field"),
        ("(FPL", "(EST", "field 3", "reject.message_kind"),
        ("(FPL", "FPL", "message", "reject.message_bounds"),
        ("R/UV)", "R/UV", "message", "reject.message_bounds"),
        ("VVC", "V\u00dcC", "message", "reject.encoding"),
    ],
)
def test_what_is_wrong_is_told_with_its_field_and_costs_one_message(
    before: str, after: str, place: str, reason: str
) -> None:
    assert before in FPL
    text = OTHERS + FPL.replace(before, after) + OTHERS
    found = read_all(READER, BytesSource(text.encode()))
    assert [(reject.place, reject.reason, reject.row) for reject in found.rejects] == [(place, reason, 6)]
    assert found.accepted == 12


def test_a_message_that_is_cut_off_is_the_last_reject() -> None:
    found = read_all(READER, BytesSource((OTHERS + FPL)[:-60].encode()))
    assert (found.accepted, found.reasons) == (6, ["reject.message_bounds"])


def test_a_notam_among_plans_is_told_and_not_passed_over() -> None:
    mixed = OTHERS + "(A1234/24 NOTAMN\nA) SKBO B) 2407061200 C) PERM\nE) SSR U/S)\n" + OTHERS
    found = read_all(READER, BytesSource(mixed.encode()))
    assert (found.accepted, found.reasons) == (12, ["reject.message_kind"])


@pytest.mark.parametrize("size", [7, 64, 1_000])
def test_rows_are_the_same_however_the_file_is_cut_into_blocks(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (FPL + OTHERS) * 3 + FPL.replace("(FPL", "FPL") + OTHERS
    whole = read_all(READER, BytesSource(text.encode()))
    monkeypatch.setattr("veedor.formats.windows.WINDOW_BYTES", size)
    cut = read_all(READER, BytesSource(text.encode()))
    assert cut.tables["flight_plans"].equals(whole.tables["flight_plans"])
    assert cut.rejects == whole.rejects


AERODROMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4)
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=6)


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=7), AERODROMES, AERODROMES,
    st.integers(0, 1439), st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 9999), st.integers(0, 999),
    st.lists(WORDS, max_size=8), st.lists(AERODROMES, max_size=2), st.integers(0, 0xFFFFFF),
)  # fmt: skip
def test_what_is_written_is_read_back(
    call: str, dep: str, dest: str, minute: int, day: date, knots: int, level: int, route: list[str],
    alternates: list[str], address: int,
) -> None:  # fmt: skip
    hhmm = f"{minute // 60:02d}{minute % 60:02d}"
    text = (
        f"(FPL-{call}-IS\n-A320/M-S/S\n-{dep}{hhmm}\n-N{knots:04d}F{level:03d} {' '.join(route)}\n"
        f"-{dest}0100 {' '.join(alternates)}\n-DOF/{day:%y%m%d} CODE/{address:06X})"
    )
    (row,) = rows(text)
    midnight = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=UTC)
    assert (row["call_sign"], row["departure"], row["destination"]) == (call, dep, dest)
    assert (row["off_block"], row["date_of_flight"], row["address"]) == (midnight, day, address)
    assert abs(row["speed_mm_s"] - knots * 1_852_000 / 3600) <= 0.5
    assert row["level_mm"] == level * 30_480
    assert ((row["route"] or "").split(), (row["alternates"] or "").split()) == (route, alternates)


@given(st.data())
def test_damage_never_escapes_and_every_byte_is_accounted_for(data: st.DataObject) -> None:
    spoiled = bytearray((FPL + OTHERS * 2).encode())
    at = data.draw(st.integers(0, len(spoiled)))
    spoiled[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    found = read_all(READER, BytesSource(bytes(spoiled)))
    for reject in found.rejects:
        assert reject.raw == bytes(spoiled[reject.offset : reject.offset + reject.length])
    assert found.accepted >= 9, "one spoiled place costs at most the messages that it touches and joins"
