"""Files made to break a reader: refused or rejected with a message, never a crash, never a wrong row passed on."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from veedor.formats.bank.bank_csv import MAPPING_TOML as BANK
from veedor.formats.plots_csv import MAPPING_TOML as PLOTS

from .test_bad_input_cli import (
    BOOKINGS,
    LAT,
    PLOT_ROWS,
    ROWS,
    STATEMENT,
    STATES,
    TRACE,
    Desk,
    desk,
    parquet,
    traffic,
)

__all__ = ["desk"]
TRAFFIC = traffic()
DEEP = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
POINT = b"[2.00,7.000000,-72.000000,10000,155.5,null,0,null,null"
CASES = {  # verb, name, bytes, what is replaced, by what, what the message says of the one row that is rejected
    "trace: NaN": ("flights", TRACE, b"[2.00,7.000000", b"[2.00,NaN", "malformed"),
    "trace: position in another unit": ("flights", TRACE, b"[2.00,7.000000", b"[2.00,700", "700.0"),
    "trace: altitude as a word": ("flights", TRACE, b"[2.00,7.000000,-72.000000,10000", b'[2,7,-72,"high"', "high"),
    "trace: no such altitude": ("flights", TRACE, b"[2.00,7.000000,-72.000000,10000", b"[2,7,-72,1e300", "1e+300"),
    "trace: the future": ("flights", TRACE, b"[2.00,", b"[999999999.00,", "999999999.00"),
    "trace: no latitude": ("flights", TRACE, b"[2.00,7.000000", b"[2.00,null", "null"),
    "trace: brackets without end": ("flights", TRACE, b"[2.00,", b"[" * 50_000 + b"2.00,", "array"),
    "trace: objects in each other": ("flights", TRACE, POINT, POINT[:-4] + DEEP, "recursion"),
    "trace: a key twice": ("flights", TRACE, POINT, POINT[:-4] + b'{"squawk":"1","squawk":"2"}', "twice"),
    "trace: a NUL byte": ("flights", TRACE, b"[2.00,7.0", b"[2.00,\x007.0", "malformed"),
    "traffic: position in another unit": ("flights", TRAFFIC, b"40.012", b"700", "700.0"),
    "traffic: half a position": ("flights", TRAFFIC, b'"latitude":40.012,', b"", "one of them"),
    "traffic: seconds, not milliseconds": ("flights", TRAFFIC, b"1657712422012", b"1657712422", "1657712422"),
    "traffic: a time in words": ("flights", TRAFFIC, b"1657712422012", b'"yesterday"', "yesterday"),
    "traffic: no time": ("flights", TRAFFIC, b'"timestamp":1657712422012,', b"", "nothing"),
    "traffic: digits of another script": ("flights", TRAFFIC, b"4b1815", "٤b1815".encode(), "٤b1815"),
    "traffic: a key twice": ("flights", TRAFFIC, b'"latitude":40.012', b'"latitude":1,"latitude":40.012', "twice"),
    "traffic: a key twice in escapes": (
        "flights", TRAFFIC, b'"latitude":40.012', b'"latitude":1,"latit\\u0075de":40.012', "twice",
    ),
    "traffic: beyond a double": ("flights", TRAFFIC, b"40.012", b"1e400", "out of range"),
    "plots: a NUL byte": ("flights", PLOT_ROWS, LAT, b"7.\x000000012", "7."),
    "plots: not UTF-8": ("flights", PLOT_ROWS, b"HK1234", b"HK\xe9234", "continuation"),
    "plots: a row of 3 MB": ("flights", PLOT_ROWS, b"HK1234", b"H" * (3 << 20), "more"),
    "plots: 100,000 fields": ("flights", PLOT_ROWS, b"HK1234", b"," * 100_000, "100009 fields"),
    "plots: a formula": ("flights", PLOT_ROWS, LAT, b"=1+1", "=1+1"),
    "plots: no such day": ("flights", PLOT_ROWS, b"2023-11-14T22:13:32", b"2023-02-30T22:13:32", "2023-02-30"),
    "states: no such address": ("flights", STATES, b"abc003", b"zzz003", "zzz003"),
    "states: NaN": ("flights", STATES, LAT, b"NaN", "one of them"),
    "bookings: 400 digits": ("money", BOOKINGS, b"10.12,", b"9" * 400 + b",", "9" * 100),
    "bookings: a comma": ("money", BOOKINGS, b"10.12,", b'"10,12",', "10,12"),
    "bookings: the least integer": ("money", BOOKINGS, b"10.12,", b"-9223372036854775808,", "-9223372036854775808"),
    "bookings: digits of another script": ("money", BOOKINGS, b"10.12,", "١٠.١٢,".encode(), "١٠.١٢"),
    "bookings: no amount": ("money", BOOKINGS, b"10.12,", b",", "nothing"),
    "statement: 5,000 digits": ("money", STATEMENT, b"10.12</Amt><Cdt", b"9" * 5_000 + b"</Amt><Cdt", "9" * 100),
    "statement: digits of another script": ("money", STATEMENT, b"10.12</Amt><Cdt", "١٠</Amt><Cdt".encode(), "١٠"),
    "statement: no such day": ("money", STATEMENT, b"2023-11-14T22:13:32Z", b"2023-99-14T22:13:32Z", "2023-99-14"),
    "statement: neither credit nor debit": (
        "money", STATEMENT, b"<CdtDbtInd>DBIT</CdtDbtInd><Sts>", b"<CdtDbtInd>PLUS</CdtDbtInd><Sts>", "PLUS",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_row_is_rejected_and_says_why(desk: Desk, case: str) -> None:
    verb, data, old, new, found = CASES[case]
    assert old in data
    rows = ROWS + 3 * (data is STATEMENT)
    said = desk.look(verb, desk.write("file", data.replace(old, new, 1)))
    assert (said.code, said.rows) == (3, (rows - 1, 1))
    assert found in said.err.partition("found: ")[2]


def repacked(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def whole() -> pa.Table:
    return pq.read_table(io.BytesIO(parquet()))


def changed(column: str, values: object) -> bytes:
    table = whole()
    return repacked(table.set_column(table.column_names.index(column), column, values))


def columns(**changes: list[object]) -> bytes:
    plain = {"timestamp": [1_657_712_422_000], "icao24": ["4b1815"], "latitude": [40.0], "longitude": [7.5]}
    return json.dumps({name: dict(enumerate(some)) for name, some in (plain | changes).items()}).encode()


REFUSED = {  # bytes, what the message says
    "UTF-16": (PLOT_ROWS.decode().encode("utf-16"), "UTF-16"),
    "UTF-16 without mark": (TRACE.decode().encode("utf-16-le"), "UTF-16"),
    "gzip inside gzip": (gzip.compress(gzip.compress(PLOT_ROWS)), "gzip inside gzip"),
    "bzip2": (bz2.compress(PLOT_ROWS), "bzip2"),
    "xz": (lzma.compress(PLOT_ROWS), "xz"),
    "a gzip that unpacks to one line of far more": (gzip.compress(b"x" * (30 << 20)), "the format"),
    "a JSON record of 9 MB": (TRAFFIC.replace(b"40.012", b'4,"x":"' + b"x" * (9 << 20) + b'"', 1), "no end of a"),
    "half a position": (PLOT_ROWS.replace(b"latitude_deg", b"lat", 1), "latitude_deg"),
    "a column twice": (PLOT_ROWS.replace(b"speed_m_s", b"latitude_deg", 1), "stands twice"),
    "a column twice that stands in for another": (STATES.replace(b"onground", b"time", 1), "stands twice"),
    "states without addresses": (STATES.replace(b"icao24", b"icao", 1), "icao24"),
    "records without addresses": (TRAFFIC.replace(b'"icao24"', b'"icao"'), "icao24"),
    "records in seconds": (TRAFFIC.replace(b"1657712422", b"1657712").replace(b'000,"icao', b',"icao'), "seconds?"),
    "a trace without start": (TRACE.replace(b'"timestamp"', b'"begun"', 1), "timestamp"),
    "a trace that starts nowhere": (TRACE.replace(b"1700000000.000", b"1e300", 1), "1e+300"),
    "a trace of no address": (TRACE.replace(b'"abc123"', b'"abc1234567"', 1), "abc1234567"),
    "a trace with two addresses": (TRACE.replace(b'"abc123"', b'"abc123","icao":"abc124"', 1), "twice"),
    "a trace of the future": (TRACE.replace(b"1700000000.000", b"7700000000.000", 1), "7700000000"),
    "columns with NaN": (columns(latitude=[float("nan")]), "malformed"),
    "columns without times": (columns().replace(b"timestamp", b"time"), "timestamp"),
    "columns cut off": (columns()[:-20], "truncated"),
    "Parquet: lists": (changed("latitude_deg", pa.array([[1.0]] * ROWS)), "list"),
    "Parquet: bytes": (changed("sensor", pa.array([b"\xff"] * ROWS)), "binary"),
    "Parquet: truth as latitude": (changed("latitude_deg", pa.array([True] * ROWS)), "bool"),
    "Parquet: half a position": (repacked(whole().drop_columns(["latitude_deg"])), "latitude"),
    "Parquet: a page changed": (parquet()[:300] + b"\x55" * 60 + parquet()[360:], "Parquet"),
    "Parquet: nothing but its mark": (b"PAR1PAR1", "Parquet"),
    "Parquet: a file twice": (parquet() + parquet(), "joined"),
    "Parquet: two files": (parquet() + repacked(whole().slice(0, 10)), "joined"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_at_all_is_refused_with_the_way_on(desk: Desk, case: str) -> None:
    data, said = REFUSED[case]
    assert said in desk.refused("flights", desk.write("file", data)).sentence()


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (gzip.compress(PLOT_ROWS + b"x" * (30 << 20)), ROWS),
        (PLOT_ROWS.replace(b"HK1234", b"H" * (20 << 20), 1), ROWS - 1),
    ],
    ids=["a gzip that unpacks to far more", "a row of 20 MB"],
)
def test_a_row_of_many_megabytes_is_one_reject(desk: Desk, data: bytes, read: int) -> None:
    said = desk.look("flights", desk.write("file", data))
    assert said.rows == (read, 1)


@pytest.mark.parametrize(
    "data", [PLOT_ROWS, TRACE, TRAFFIC, STATES], ids=["plots", "trace", "traffic", "states"]
)  # fmt: skip
def test_a_byte_order_mark_and_line_ends_of_both_kinds_change_nothing(desk: Desk, data: bytes) -> None:
    said = desk.look("flights", desk.write("file", b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n", 5)))
    assert (said.code, said.rows) == (0, (ROWS, 0))


@pytest.mark.parametrize(("verb", "data"), [("flights", PLOT_ROWS), ("flights", TRACE), ("money", STATEMENT)])
@pytest.mark.parametrize("damage", ["bytes behind it", "no checksum"])
def test_a_gzip_that_is_not_whole_does_not_pass_as_whole(desk: Desk, verb: str, data: bytes, damage: str) -> None:
    packed = gzip.compress(data)
    said = desk.look(verb, desk.write("file.gz", packed + b"junk" if damage == "bytes behind it" else packed[:-8]))
    assert said.code == 3 and said.summary["rejected"] == 1


def test_pipes_and_paths_that_cannot_be_are_refused_at_once(desk: Desk) -> None:
    os.mkfifo(desk.folder / "pipe")
    assert "pipe" in desk.refused("flights", desk.folder / "pipe").sentence()
    assert "no such file" in desk.refused("flights", desk.folder / ("x" * 300)).sentence()


def test_parquet_of_other_programs_reads_the_same(desk: Desk) -> None:
    plain, table = desk.look("flights", desk.write("p.parquet", parquet())), whole()
    times = [time * 1_000 + 7 for time in table["time"].cast(pa.int64()).to_pylist()]
    for column, values in (
        ("time", pa.array(times, pa.timestamp("ns", "UTC"))),
        ("time", pa.array(times, pa.timestamp("ns"))),
        ("sensor", table["sensor"].cast(pa.large_string())),
        ("sensor", table["sensor"].combine_chunks().dictionary_encode()),
        ("speed_m_s", pa.array([80] * ROWS, pa.uint8())),
    ):
        own = PLOTS.replace('format = "csv"', 'format = "parquet"').replace('"plots-plain/1"', '"own/1"')
        own = own.replace("[[record]]", 'null = ["-1"]\n[[record]]', 1).replace(
            'time = "iso"', 'time = "iso", zone = "UTC"'
        )
        mapping = desk.write("own.toml", own.encode())
        said = desk.look("flights", desk.write("p.parquet", changed(column, values)), mapping)
        assert (said.code, said.rows, said.summary["as_of_us"]) == (0, (ROWS, 0), plain.summary["as_of_us"]), column


def test_text_of_parquet_that_is_none_is_rejected_row_by_row(desk: Desk) -> None:
    names = [b"HK1234"] * ROWS
    names[7] = b"HK\xff234"
    views = pa.array(names).view(pa.string())  # nobody looks whether it is text
    said = desk.look("flights", desk.write("p.parquet", changed("call_sign", views)))
    assert (said.code, said.rows) == (3, (ROWS - 1, 1))
    assert "row 7, call_sign" in said.err and "\\xff" in said.err


def test_times_of_parquet_that_cannot_be_are_rejected_row_by_row(desk: Desk) -> None:
    seconds = [1_700_000_000 + n for n in range(ROWS)]
    seconds[12] = 10**15
    said = desk.look(
        "flights",
        desk.write("p.parquet", changed("time", pa.array(seconds, pa.int64()).cast(pa.timestamp("s", "UTC")))),
    )
    assert (said.code, said.rows) == (3, (ROWS - 1, 1)) and "row 12, time" in said.err


def test_integers_beyond_int64_in_parquet_are_rejected_row_by_row(desk: Desk) -> None:
    amounts = pa.array([15, 2**62, 2**64 - 1], pa.uint64())
    table = pa.table({"account": ["A1"] * 3, "booked": ["2026-01-01"] * 3, "amount": amounts, "currency": ["EUR"] * 3})
    own = BANK.replace('format = "csv"', 'format = "parquet"').replace('"bank-plain/1"', '"own/1"')
    files: list[Path] = [desk.write("b.parquet", repacked(table)), desk.write("own.toml", own.encode())]
    said = desk.look("money", *files)
    assert (said.code, said.rows) == (3, (2, 1)) and str(2**64 - 1) in said.err
