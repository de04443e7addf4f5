"""One random broken record per format: exactly that one is found, with its bytes, and the rest is intact."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from veedor.formats import BytesSource, Options, Reader
from veedor.formats.bank.bank_csv import MAPPING_TOML as BANK
from veedor.formats.bank.bank_csv import encode_entries
from veedor.formats.bank.camt053 import READER as CAMT
from veedor.formats.bank.camt053 import encode_statement
from veedor.formats.mapped import READER as MAPPED
from veedor.formats.mapping import load
from veedor.formats.plots_csv import MAPPING_TOML as PLOTS
from veedor.formats.plots_csv import encode_plots
from veedor.formats.plots_parquet import MAPPING_TOML as PARQUET
from veedor.formats.plots_parquet import write_plots_parquet
from veedor.formats.receivers.opensky import READER as OPENSKY
from veedor.formats.receivers.opensky import encode_states
from veedor.formats.receivers.readsb import READER as READSB
from veedor.formats.receivers.readsb import encode_trace
from veedor.formats.receivers.traffic_json import READER as TRAFFIC

from .conftest import read_all

ROWS = 300
START = 1_700_000_000_000_000


def plots(rows: int = ROWS) -> pa.Table:
    return pa.table(
        {
            "sensor": ["radar-1"] * rows,
            "time": pa.array([START + n * 1_000_000 for n in range(rows)], pa.timestamp("us", "UTC")),
            "mode": pa.array([8] * rows, pa.uint8()),
            "lat_e7": pa.array([70_000_000 + n for n in range(rows)], pa.int32()),
            "lon_e7": pa.array([-720_000_000 - n for n in range(rows)], pa.int32()),
            "altitude_pressure_mm": pa.array([3_048_000] * rows, pa.int64()),
            "speed_mm_s": pa.array([80_000] * rows, pa.int32()),
            "address": pa.array([0xABC000 + n for n in range(rows)], pa.int32()),
            "call_sign": ["HK1234"] * rows,
        }
    )


def entries(rows: int = ROWS) -> pa.Table:
    return pa.table(
        {
            "account": ["DE89370400440532013000"] * rows,
            "time": pa.array([START + n * 1_000_000 for n in range(rows)], pa.timestamp("us", "UTC")),
            "time_is_date": [False] * rows,
            "credit": [n % 2 == 0 for n in range(rows)],
            "amount_units": pa.array([1_000 + n for n in range(rows)], pa.int64()),
            "amount_exponent": pa.array([2] * rows, pa.int8()),
            "currency": ["EUR"] * rows,
            "counterparty_account": ["GB82WEST12345698765432"] * rows,
            "purpose": ["goods"] * rows,
        }
    )


def statement(table: pa.Table) -> bytes:
    return b"".join(
        encode_statement(
            table, message_id="M1", created=datetime(2026, 1, 1, tzinfo=UTC), account="DE89370400440532013000",
            holder="H", bank="COBADEFFXXX", currency="EUR", opening_units=0, closing_units=0, exponent=2,
            opening_date=date(2026, 1, 1), closing_date=date(2026, 1, 31), simulated=True,
        )
    )  # fmt: skip


def traffic() -> bytes:
    one = '{{"timestamp":{t},"icao24":"4b1815","latitude":{lat},"longitude":7.5,"altitude":350.0}}'
    return ("[" + ",".join(one.format(t=1_657_712_422_000 + n, lat=40 + n / 1000) for n in range(ROWS)) + "]").encode()


def files() -> Iterator[tuple[str, Reader, Options, bytes, bytes, int]]:
    """(name, reader, options, file, what ends a record, records before the first that may be broken)."""
    table = plots()
    yield "plots_csv", MAPPED, Options(mapping=load(PLOTS)), b"".join(encode_plots(table)), b"\n", 1
    yield "opensky", OPENSKY, Options(), b"".join(encode_states(table, simulated=True)), b"\n", 1
    trace = b"".join(encode_trace(table, icao=0xABC123, registration=None, type_code=None, simulated=True))
    yield "readsb", READSB, Options(), trace, b"]\n,", 0
    yield "traffic_json", TRAFFIC, Options(), traffic(), b"},", 0
    yield "bank_csv", MAPPED, Options(mapping=load(BANK)), b"".join(encode_entries(entries())), b"\n", 1
    yield "camt053", CAMT, Options(), statement(entries()), b"</Ntry>\n", 0


FILES = {name: rest for name, *rest in files()}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("seed", range(6))
def test_a_record_of_noise_is_the_only_one_rejected(name: str, seed: int) -> None:
    reader, options, data, ender, head = FILES[name]
    whole = read_all(reader, BytesSource(data), options)
    assert whole.rejects == []
    chance = random.Random(f"{name}-{seed}")
    pieces = data.split(ender)
    target = chance.randrange(head + 1, head + ROWS - 1)
    piece = pieces[target]
    # Noise inside the record: the separators stay where they are, everything else may be anything.
    at = len(piece) // 3
    noise = bytes(chance.choice(b'#~!?$%&abcxyz\x01\xff"{[<') for _ in range(12))
    pieces[target] = piece[:at] + noise + piece[at + 12 :]
    broken = ender.join(pieces)
    found = read_all(reader, BytesSource(broken), options)
    assert len(found.rejects) == 1
    reject = found.rejects[0]
    assert reject.raw == broken[reject.offset : reject.offset + reject.length]
    assert noise in reject.raw
    assert found.accepted == whole.accepted - 1
    (table,) = [name for name in ("plots", "entries") if name in whole.tables]
    ours, theirs = found.tables[table], whole.tables[table]
    lost = reject.row - int(theirs["row"][0].as_py())
    kept = [n for n in range(theirs.num_rows) if n != lost]
    compared = [column for column in ours.column_names if column not in ("row", "offset", "length")]
    assert ours.select(compared).to_pylist() == theirs.take(kept).select(compared).to_pylist()


def test_a_broken_value_in_parquet_is_the_only_row_rejected() -> None:
    sink = io.BytesIO()
    write_plots_parquet([plots()], sink)
    table = pq.read_table(io.BytesIO(sink.getvalue()))
    latitudes = table["latitude_deg"].to_pylist()
    latitudes[123] = float("nan")
    spoiled = table.set_column(table.column_names.index("latitude_deg"), "latitude_deg", pa.array(latitudes))
    sink = io.BytesIO()
    pq.write_table(spoiled, sink)
    found = read_all(MAPPED, BytesSource(sink.getvalue()), Options(mapping=load(PARQUET)))
    assert (found.accepted, [(r.row, r.reason) for r in found.rejects]) == (ROWS - 1, [(123, "reject.not_finite")])
    assert b"latitude_deg" in found.rejects[0].raw


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_off_in_a_record_keeps_what_was_complete(name: str) -> None:
    reader, options, data, ender, head = FILES[name]
    cut = len(ender.join(data.split(ender)[: head + 100])) + len(ender) + 30
    found = read_all(reader, BytesSource(data[:cut]), options)
    table = found.tables["entries" if "entries" in found.tables else "plots"]
    assert table.num_rows == 100
    last = found.rejects[-1]
    assert len(found.rejects) == 1
    assert last.offset + last.length == cut
    assert last.raw == data[last.offset : cut]
