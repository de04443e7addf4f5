"""Layouts that others publish are found by their header and read without a mapping being given."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from veedor.errors import UsageError
from veedor.formats import BytesSource, FileSource, Options, choose, detect
from veedor.formats.bank.bank_csv import MAPPING_TOML as BANK

from .conftest import Pass, read_all

REST = (
    "icao24,callsign,origin_country,time_position,last_contact,longitude,latitude,baro_altitude,on_ground,velocity,"
    "true_track,vertical_rate,sensors,geo_altitude,squawk,spi,position_source\n"
    "0d8123,YV2567  ,Venezuela,1720267200,1720267201,-69.9,7.5,3048.0,False,61.7,350.0,-3.25,,3100.0,1234,False,0\n"
    "e49406,,Brazil,,1720267199,-60.0,-3.1,,True,0.0,10.0,,,,,False,2\n"
)
DENMARK = (
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name\n"
    "06/07/2024 12:00:00,Class A,219000001,55.5,10.5,Under way using engine,,12.5,90,91,Unknown,OXYZ2,TEST\n"
    "06/07/2024 12:00:01,Class A,219000002,91.0,0.0,Unknown value,,,,,Unknown,Unknown,\n"
    "06/07/2024 12:00:02,Base Station,2190067,55.1,10.1,Unknown value,,,,,Unknown,Unknown,\n"
)
UNITED_STATES = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status\n"
    "367000001,2024-07-06T12:00:00,28.1,-94.2,102.3,360.0,511,TEST,IMO9134270,WDA1234,70,0\n"
)


def read(data: bytes, name: str) -> Pass:
    (chosen,) = choose([BytesSource(data, name)], Options())
    return read_all(chosen.reader, chosen.source, chosen.options)


def test_opensky_with_the_names_of_its_live_interface() -> None:
    found = read(REST.encode(), "states.csv")
    one, two = found.tables["plots"].to_pylist()
    assert (one["time"], one["address"]) == (datetime(2024, 7, 6, 12, tzinfo=UTC), 0x0D8123)
    assert (one["speed_mm_s"], one["altitude_geometric_mm"], one["mode"]) == (61_700, 3_100_000, 8)
    assert (two["time"], two["mode"], two["flags"]) == (datetime(2024, 7, 6, 11, 59, 59, tzinfo=UTC), 16, 32)


def test_danish_days_of_ais() -> None:
    found = read(DENMARK.encode(), "aisdk-2024-07-06.csv")
    (plot,) = found.tables["plots"].to_pylist()
    assert (plot["mmsi"], plot["call_sign"], plot["speed_mm_s"]) == (219_000_001, "OXYZ2", 6_431)
    assert plot["time"] == datetime(2024, 7, 6, 12, tzinfo=UTC)
    assert found.reasons == ["reject.position", "reject.no_record"]


def test_days_of_ais_of_the_united_states() -> None:
    (plot,) = read(UNITED_STATES.encode(), "AIS_2024_07_06.csv").tables["plots"].to_pylist()
    assert [plot[name] for name in ("mmsi", "call_sign", "speed_mm_s", "course_e7")] == [367_000_001, "WDA1234"] + [
        None
    ] * 2


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_tables_of_traffic_give_what_its_json_gives(shared_data: Path, kind: str) -> None:
    file = shared_data / "air/traffic/surveillance/border_control.json.gz"
    from_json = read_all(detect(FileSource(file)), FileSource(file)).tables["plots"]
    records = json.loads(gzip.decompress(file.read_bytes()))
    names = [name for name in records[0] if not isinstance(records[0][name], list | dict)]
    table = pa.table({name: [record.get(name) for record in records] for name in names})
    stamps = pa.array([record["timestamp"] * 1_000 for record in records]).cast(pa.timestamp("us", "UTC"))
    table = table.set_column(table.column_names.index("timestamp"), "timestamp", stamps)
    sink = io.BytesIO()
    if kind == "parquet":
        pq.write_table(table, sink)
    else:
        from pyarrow import csv

        csv.write_csv(table, sink)
    found = read(sink.getvalue(), f"flights.{kind}").tables["plots"]
    for name in ("time", "lat_e7", "lon_e7", "altitude_pressure_mm", "speed_mm_s", "course_e7", "address", "call_sign"):
        assert found[name].to_pylist() == from_json[name].to_pylist(), name


ENTRIES_LIKE = 'files = ["BANK-*.csv"]\n' + BANK


def test_a_mapping_whose_pattern_reaches_too_far_leaves_other_tables_to_what_knows_them() -> None:
    """A bank's folder holds its entries, its reports of cash and its customers, all named after the bank."""
    given = [
        BytesSource(ENTRIES_LIKE.encode(), "entries.toml"),
        BytesSource(ENTRIES_LIKE.encode(), "entries-copy.toml"),
        BytesSource(b"account,booked,amount,currency,counterparty_account,end_to_end_id\n", "BANK-7.csv"),
        BytesSource(b"account,time,kind,amount,currency,branch,place\n", "BANK-7-cash.csv"),
        BytesSource(b"account,role,name,address,phone,device\n", "BANK-7-customers.csv"),
        BytesSource(b"account,booked,amount\n", "BANK-7-short.csv"),
    ]
    named = {each.source.name: each.options.mapping for each in choose(given, Options())}
    assert {name: getattr(mapping, "name", None) for name, mapping in named.items()} == {
        "BANK-7.csv": "bank-plain/1",
        "BANK-7-cash.csv": "cash-transactions-plain/1",
        "BANK-7-customers.csv": "account-holders-plain/1",
        "BANK-7-short.csv": "bank-plain/1",  # told of its missing columns when it is read
    }


def test_two_different_mappings_for_one_file_are_still_a_question() -> None:
    given = [
        BytesSource(text.encode(), name)
        for text, name in (
            (ENTRIES_LIKE, "a.toml"),
            (ENTRIES_LIKE + "# other\n", "b.toml"),
            ("account\n", "BANK-1.csv"),
        )
    ]
    with pytest.raises(UsageError, match="several mappings"):
        choose(given, Options())
