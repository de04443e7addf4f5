"""ASTERIX records become plots and sensor messages: values, flags, times, sensors, and every octet reconciled."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from tests.formats.asterix_bytes import block, ethernet, north_002, north_034, pcap, plot_001, plot_048
from tests.formats.conftest import Pass, read_all
from veedor.errors import InputError
from veedor.formats import BytesSource, Options
from veedor.formats.radar.reader import READER
from veedor.formats.radar.time import DAY_US
from veedor.tables import plots

NOON_S = 1_717_243_200  # 2024-06-01 12:00 UTC
DAY = NOON_S // 86_400 * DAY_US
SITES = """
sites = "sites/1"
[[sensor]]
sensor = "guri"
sac = 25
sic = 201
latitude_deg = 7.76
longitude_deg = -63.0
datum = "La Canoa"
north = "magnetic"
declination_deg = -14.5
editions = { "048" = "1.30" }
"""
SAMPLES = sorted((SHARED / "air" / "asterix").glob("*")) if SHARED.is_dir() else []


def read(data: bytes, name: str = "radar.ast", **options: object) -> Pass:
    return read_all(READER, BytesSource(data, name), Options(**options))  # type: ignore[arg-type] # handed on as they are


def only(found: Pass, table: str = "plots") -> dict[str, object]:
    (row,) = found.tables[table].to_pylist()
    return row


def flags(report: bytes, warnings: bytes = b"") -> int:
    return int(only(read(block(48, plot_048(1, report=report, warnings=warnings))))["flags"])  # type: ignore[call-overload]


def test_a_plot_of_cat048_has_the_units_of_the_table() -> None:
    row = only(read(block(48, plot_048(43_200.5, rho=25_600, theta=16_384, level=400)), date_us=DAY))
    assert row["range_mm"] == 100 * 1_852_000, "25,600 steps of 1/256 NM"
    assert row["azimuth_e7"] == 900_000_000, "a quarter of a turn"
    assert row["altitude_pressure_mm"] == 3_048_000, "400 quarters of a flight level are 10,000 ft"
    assert (row["code_3a"], row["mode"]) == (0o1234, plots.PSR | plots.SSR)
    assert row["time"].timestamp() == NOON_S + 0.5  # type: ignore[attr-defined]
    assert (row["time_raw"], row["time_source"], row["sensor"]) == ("5529664/128", "option", "25/201")


@pytest.mark.parametrize(
    ("report", "bit"),
    [
        (b"\x50", plots.SIMULATED),
        (b"\x42", plots.FIELD_MONITOR),
        (b"\x41\x80", plots.TEST),
        (b"\x00", plots.EXTRAPOLATED),
    ],
)
def test_what_the_radar_marks_in_its_report_is_kept_and_marked(report: bytes, bit: int) -> None:
    assert flags(report) & bit
    assert not flags(b"\x40") & bit


@pytest.mark.parametrize(
    ("code", "bit"),
    [(1, plots.MULTIPATH), (2, plots.SIDE_LOBE), (4, plots.SECOND_TIME_AROUND), (10, plots.GHOST)],
)
def test_false_echoes_are_kept_and_never_targets(code: int, bit: int) -> None:
    found = flags(b"\x40", bytes([16 << 1 | 1, code << 1]))  # a harmless warning before it
    assert found & bit
    assert found & plots.NOT_A_TARGET
    assert not flags(b"\x40", bytes([16 << 1])) & plots.NOT_A_TARGET


def test_a_code_of_distress_is_an_emergency() -> None:
    row = only(read(block(48, plot_048(1, code=0o7700))))
    assert int(row["flags"]) & plots.EMERGENCY  # type: ignore[call-overload]


def test_service_messages_say_turn_and_counts() -> None:
    row = only(
        read(block(34, north_034(100, turn=5.0, counts=((1, 40), (4, 7), (5, 60), (16, 3)))), date_us=DAY),
        "sensor_messages",
    )
    assert (row["kind"], row["rotation_us"]) == ("north_marker", 5_000_000)
    assert (row["counted_psr"], row["counted_mode_s"], row["counted_other"]) == (40, 67, 3)
    assert row["counted_ssr"] is None, "what is not counted is not 0"


def test_the_site_table_names_the_sensor_and_turns_azimuths_to_true_north() -> None:
    sites = {"sites.toml": BytesSource(SITES.encode(), "sites.toml")}
    row = only(read(block(48, plot_048(1, theta=16_384)), companions=sites))
    assert row["sensor"] == "guri"
    assert row["azimuth_e7"] == 755_000_000, "90 degrees of a magnetic north 14.5 degrees west of true north"


def test_without_any_day_the_time_is_null_and_the_time_of_day_is_kept() -> None:
    found = read(block(48, plot_048(43_200)))
    row = only(found)
    assert (row["time"], row["time_source"], row["time_raw"]) == (None, "none", "5529600/128")


def test_the_day_comes_from_the_name_where_nothing_else_says_it() -> None:
    row = only(read(block(48, plot_048(43_200)), "guri_20240601_0000.ast"))
    assert (row["time"].timestamp(), row["time_source"]) == (NOON_S, "file_name")  # type: ignore[attr-defined]


def times(found: Pass, table: str = "plots") -> list[float | None]:
    return [None if time is None else time.timestamp() for time in found.tables[table]["time"].to_pylist()]


def test_midnight_is_seen_in_the_order_of_records_also_where_some_come_late() -> None:
    seconds = [86_398.0, 0.5, 86_399.5, 1.0]
    found = read(block(48, *(plot_048(each) for each in seconds)), date_us=DAY)
    midnight = DAY / 1e6
    assert times(found) == [midnight - 2, midnight + 0.5, midnight - 0.5, midnight + 1], "the day that it runs into"


def test_a_whole_day_and_a_half_rolls_over_twice() -> None:
    hours = [20, 22, 1, 10, 20, 23, 2]
    found = read(block(48, *(plot_048(hour * 3600) for hour in hours)), date_us=DAY)
    assert [round((time or 0) - DAY / 1e6) // 3600 for time in times(found)] == [20, 22, 25, 34, 44, 47, 50]


def test_a_recording_gives_the_day_and_its_clock_is_compared() -> None:
    packets = ((NOON_S + i * 4 + 2.5 + i * 0.01, ethernet(block(48, plot_048(43_200 + i * 4)))) for i in range(100))
    batches = list(READER.read(BytesSource(pcap(*packets), "x.pcap"), Options()))
    rows = pa.concat_tables([batch.rows for batch in batches if batch.rows.num_rows])
    assert rows["time_source"].unique().to_pylist() == ["capture"]
    assert [time.timestamp() for time in rows["time"].to_pylist()[:2]] == [NOON_S, NOON_S + 4]
    (clock,) = [note for batch in batches for note in batch.notes if note.key == "note.clock"]
    assert (clock.values["least_us"], clock.values["most_us"]) == (2_500_000, 3_490_000), "it drifts by a second"


def test_a_record_whose_clock_jumps_is_kept_with_its_time_and_suspect() -> None:
    packets = [(NOON_S + i, ethernet(block(48, plot_048(43_200 + i + 4_000 * (i == 7))))) for i in range(20)]
    found = read(pcap(*packets))
    suspect = [int(each) & plots.TIME_SUSPECT for each in found.tables["plots"]["flags"].to_pylist()]
    assert [i for i, bit in enumerate(suspect) if bit] == [7]


def test_short_times_of_cat001_are_made_whole_by_cat002_of_the_same_radar() -> None:
    begin = 43_200.0
    run = b"".join(
        block(2, north_002(at)) + block(1, plot_001(at + 3), plot_001(at + 7))
        for at in (begin + 12 * turn for turn in range(120))
    )
    found = read(run, date_us=DAY)
    expected = [NOON_S + 12 * turn + part for turn in range(120) for part in (3, 7)]
    assert times(found) == expected, "through two rounds of 512 seconds"


def test_another_radars_messages_make_no_time_whole() -> None:
    found = read(block(2, north_002(43_200, sic=8)) + block(1, plot_001(43_203)), date_us=DAY)
    assert times(found) == [None]
    assert found.tables["plots"]["time_raw"].to_pylist() == ["24960/128 of 512"]


def test_a_silence_of_cat002_longer_than_a_round_leaves_times_null() -> None:
    late = plot_001(43_500), plot_001(43_650), plot_001(43_710)
    run = block(2, north_002(43_200)) + block(1, *late) + block(2, north_002(44_400))
    assert times(read(run, date_us=DAY)) == [None] * 3, "nothing says in which round they were"


def test_a_block_that_came_by_two_lines_counts_once() -> None:
    plot = block(48, plot_048(43_200))
    packets = [(NOON_S, ethernet(plot)), (NOON_S + 0.01, ethernet(plot, group=2))]
    packets += [(NOON_S + 4, ethernet(block(48, plot_048(43_204))))]
    found = read(pcap(*packets))
    assert [int(each) & plots.DUPLICATE for each in found.tables["plots"]["flags"].to_pylist()] == [
        0,
        plots.DUPLICATE,
        0,
    ]


def test_a_damaged_record_is_rejected_and_the_next_block_is_read() -> None:
    good = block(48, plot_048(1), plot_048(2))
    bad = bytearray(good)
    bad[3 + len(plot_048(1))] = 0xFF  # the second record says items that the block has no room for
    found = read(good + bytes(bad) + good * 3)
    assert found.accepted == 2 + 1 + 6
    assert found.reasons == ["reject.asterix_record"]


def test_a_category_that_is_not_read_is_a_reject() -> None:
    found = read(block(48, plot_048(1)) * 2 + block(8, b"\x80\x19\xc9") + block(48, plot_048(2)) * 2)
    assert found.reasons == ["reject.asterix_category"]
    assert found.rejects[0].found == "category 008"


def test_an_edition_that_is_declared_and_not_known_stops_with_what_to_declare() -> None:
    sites = {"s": BytesSource(SITES.replace("1.30", "9.9").encode(), "s")}
    with pytest.raises(InputError, match="declares an edition"):
        read(block(48, plot_048(1)), companions=sites)


def test_where_editions_read_the_same_bytes_differently_the_reader_asks() -> None:
    # Edition 1.17 of category 062 took spare bits of 060 to say whether Mode A is valid; a set bit divides them.
    record = bytes([0b1001_0001, 0b0100_0000, 25, 100, 0, 1, 0]) + (0x8000 | 0o1234).to_bytes(2, "big")
    with pytest.raises(InputError, match="several editions") as asked:
        read(block(62, record) * 3)
    assert "sac = 25, sic = 100" in asked.value.next_step
    plain = bytes([0b1001_0001, 0b0100_0000, 25, 100, 0, 1, 0]) + (0o1234).to_bytes(2, "big")
    assert read(block(62, plain) * 3).accepted == 3, "where spare bits are 0 all editions of 1.x say the same"


@pytest.mark.usefixtures("shared_data")
@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_samples_are_read_whole(file: Path) -> None:
    found = read(file.read_bytes(), file.name)
    assert set(found.reasons) <= {"reject.asterix_category"}
    assert found.accepted


def test_an_edition_that_is_not_known_is_refused_by_name() -> None:
    """Records with an item where every edition has none."""
    with pytest.raises(InputError, match="no edition of a category that is known"):
        read(block(62, bytes([1, 1, 1, 1, 0x80, 25, 100, 0, 1, 0])) * 3)


RAW = b"".join(block(34, north_034(t)) + block(48, *(plot_048(t + i) for i in range(4))) for t in range(0, 60, 5))
RECORDED = pcap(*((NOON_S + t, ethernet(block(48, plot_048(43_200 + t)) + block(2, north_002(t)))) for t in range(30)))


@pytest.mark.parametrize("data", [RAW, RECORDED], ids=["raw", "pcap"])
@settings(max_examples=150, deadline=None)
@given(flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=8), cut=st.integers(0, 400))
def test_bytes_reconcile_whatever_is_damaged(data: bytes, flips: list[tuple[int, int]], cut: int) -> None:
    hurt = bytearray(data)
    for at, bits in flips:
        hurt[24 + at % (len(hurt) - 24)] ^= bits
    hurt = hurt[: len(hurt) - cut]
    try:
        found = read(bytes(hurt), date_us=DAY, latest_us=DAY * 2)
    except InputError:
        return
    spans = [(each.offset, each.length) for each in found.rejects]
    for table in found.tables.values():
        spans += zip(table["offset"].to_pylist(), table["length"].to_pylist(), strict=True)
    spans.sort()
    end = 0
    for at, length in spans:
        assert at >= end, "no octet belongs to two"
        end = at + length
    assert end <= len(hurt)
