"""What the writers write the readers read back, within the rounding that each format declares."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pyarrow as pa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from veedor.formats import BytesSource, Options
from veedor.formats import plots_parquet as parquet
from veedor.formats.bank.bank_csv import MAPPING_TOML as BANK
from veedor.formats.bank.bank_csv import encode_entries
from veedor.formats.bank.camt053 import READER as CAMT
from veedor.formats.bank.camt053 import encode_statement
from veedor.formats.mapped import READER as MAPPED
from veedor.formats.mapping import load
from veedor.formats.plot_columns import COLUMNS
from veedor.formats.plots_csv import MAPPING_TOML as PLOTS
from veedor.formats.plots_csv import encode_plots
from veedor.formats.receivers.opensky import READER as OPENSKY
from veedor.formats.receivers.opensky import encode_states
from veedor.formats.receivers.readsb import READER as READSB
from veedor.formats.receivers.readsb import encode_trace
from veedor.tables import ENTRIES, plots
from veedor.tables import PLOTS as PLOTS_TABLE

from .conftest import read_all

# Shrinking a table of plots takes minutes and tells little more than the first example.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
TIMES = st.integers(0, 4_000_000_000_000_000)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
# A foot inside the limits: readsb rounds to feet, knots and feet per minute.
ALTITUDE = st.none() | st.integers(-999_000, 39_999_000)
TURN = st.none() | st.integers(-1_800_000_000, 1_799_999_999)
PLOT = st.fixed_dictionaries(
    {
        "sensor": TEXT,
        "time": TIMES,
        "mode": st.integers(1, 127),
        "flags": st.integers(0, 63),
        "range_mm": st.integers(0, 2_000_000_000),
        "azimuth_e7": st.integers(-1_800_000_000, 1_799_999_999),
        "lat_e7": st.integers(-900_000_000, 900_000_000),
        "lon_e7": st.integers(-1_800_000_000, 1_799_999_999),
        "altitude_pressure_mm": ALTITUDE,
        "altitude_geometric_mm": ALTITUDE,
        "speed_mm_s": st.none() | st.integers(0, 1_499_000),
        "course_e7": TURN,
        "climb_mm_s": st.none() | st.integers(-1_499_000, 1_499_000),
        "doppler_mm_s": st.none() | st.integers(-1_499_000, 1_499_000),
        "address": st.none() | st.integers(0, 0xFFFFFF),
        "code_3a": st.none() | st.integers(0, 0o7777),
        "code_3a_valid": st.none() | st.booleans(),
        "call_sign": st.none() | TEXT,
        "sensor_track": st.none() | TEXT,
    }
)


def plots_table(rows: list[dict[str, object]]) -> pa.Table:
    names = list(rows[0])
    fields = {name: PLOTS_TABLE.schema.field(name).type for name in names}
    return pa.table({name: pa.array([row[name] for row in rows], fields[name]) for name in names})


@settings(max_examples=20, deadline=None, phases=NO_SHRINKING)
@given(st.lists(PLOT, min_size=1, max_size=8))
def test_plots_survive_csv_and_parquet_to_the_last_integer(rows: list[dict[str, object]]) -> None:
    table = plots_table(rows)
    csv = read_all(MAPPED, BytesSource(b"".join(encode_plots(table))), Options(mapping=load(PLOTS)))
    sink = io.BytesIO()
    parquet.write_plots_parquet([table], sink)
    columns = read_all(MAPPED, BytesSource(sink.getvalue()), Options(mapping=load(parquet.MAPPING_TOML)))
    for found in (csv, columns):
        assert found.rejects == []
        for name in table.column_names:
            assert found.tables["plots"][name].to_pylist() == table[name].to_pylist(), name


def test_every_column_that_can_be_written_is_one_of_the_table() -> None:
    assert {column.table_column for column in COLUMNS} <= set(PLOTS_TABLE.schema.names)


@settings(max_examples=20, deadline=None, phases=NO_SHRINKING)
@given(st.lists(PLOT, min_size=1, max_size=8), st.booleans())
def test_opensky_keeps_everything_but_less_than_a_millisecond(rows: list[dict[str, object]], simulated: bool) -> None:
    rows = [row | {"address": row["address"] or 0, "call_sign": "ABC123", "flags": row["flags"] & 32} for row in rows]
    table = plots_table(rows)
    found = read_all(OPENSKY, BytesSource(b"".join(encode_states(table, simulated=simulated))))
    assert found.rejects == []
    back = found.tables["plots"]
    for name in ("lat_e7", "lon_e7", "speed_mm_s", "course_e7", "climb_mm_s", "address", "code_3a", "call_sign",
                 "altitude_pressure_mm", "altitude_geometric_mm"):  # fmt: skip
        assert back[name].to_pylist() == table[name].to_pylist(), name
    for one, other in zip(back["time"].cast("int64").to_pylist(), rows, strict=True):
        assert abs(one - int(str(other["time"]))) <= 500
    marks = [int(str(row["flags"])) | (plots.SIMULATED if simulated else 0) for row in rows]
    assert back["flags"].to_pylist() == marks


@settings(max_examples=20, deadline=None, phases=NO_SHRINKING)
@given(st.lists(PLOT, min_size=1, max_size=8), st.booleans(), st.integers(0, 0xFFFFFF))
def test_readsb_keeps_positions_to_a_millionth_of_a_degree(
    rows: list[dict[str, object]], simulated: bool, icao: int
) -> None:
    start = 1_700_000_000_000_000
    rows = [row | {"time": start + number * 4_000_000, "flags": 0} for number, row in enumerate(rows)]
    table = plots_table(rows)
    data = b"".join(encode_trace(table, icao=icao, registration="N1", type_code="C172", simulated=simulated))
    found = read_all(READSB, BytesSource(data))
    assert found.rejects == []
    back = found.tables["plots"].to_pylist()
    assert len(back) == len(rows)
    for one, other in zip(back, rows, strict=True):
        assert abs(one["lat_e7"] - int(str(other["lat_e7"]))) <= 5
        assert one["address"] == icao and one["registration"] == "N1" and one["type_code"] == "C172"
        assert bool(one["flags"] & plots.SIMULATED) == simulated
        for name, step in (("altitude_pressure_mm", 153), ("speed_mm_s", 27), ("climb_mm_s", 4)):
            assert (one[name] is None) == (other[name] is None)
            assert one[name] is None or abs(one[name] - int(str(other[name]))) <= step
    assert found.tables["plots"]["time"].cast("int64").to_pylist() == [row["time"] for row in rows]


ENTRY = st.fixed_dictionaries(
    {
        "account": st.just("DE89370400440532013000"),
        "bank": st.just("COBADEFFXXX"),
        "holder": st.just("A & B <GmbH>"),
        "counterparty_account": st.none() | st.sampled_from(["GB82WEST12345698765432", "COBADEFFXXX:77-1"]),
        "counterparty_bank": st.just("COBADEFFXXX"),
        "counterparty_name": st.none() | TEXT,
        "time": TIMES,
        "time_is_date": st.booleans(),
        "credit": st.booleans(),
        "amount_units": st.integers(1, 2**63 - 1),
        "amount_exponent": st.integers(0, 6),
        "currency": st.sampled_from(["EUR", "USD", "VES", "COP", "JPY", "KWD"]),
        "reversal": st.booleans(),
        "end_to_end_id": st.none() | st.from_regex(r"[A-Z0-9]{1,30}", fullmatch=True),
        "purpose": st.none() | TEXT,
    }
)


def entries_table(rows: list[dict[str, object]]) -> pa.Table:
    day = 86_400_000_000
    rows = [row | {"time": int(str(row["time"])) // day * day if row["time_is_date"] else row["time"]} for row in rows]
    return pa.table(
        {name: pa.array([row[name] for row in rows], ENTRIES.schema.field(name).type) for name in list(rows[0])}
    )


@settings(max_examples=20, deadline=None, phases=NO_SHRINKING)
@given(st.lists(ENTRY, min_size=1, max_size=6))
def test_entries_survive_bank_csv_and_camt053(rows: list[dict[str, object]]) -> None:
    table = entries_table(rows)
    csv = read_all(MAPPED, BytesSource(b"".join(encode_entries(table))), Options(mapping=load(BANK)))
    message = encode_statement(
        table, message_id="M1", created=datetime(2026, 1, 1, tzinfo=UTC), account="DE89370400440532013000",
        holder="A & B <GmbH>", bank="COBADEFFXXX", currency="EUR", opening_units=5, closing_units=-7, exponent=2,
        opening_date=date(2026, 1, 1), closing_date=date(2026, 1, 31), simulated=True,
    )  # fmt: skip
    # A reversal swaps who stands on which side; the writer writes bookings that are none.
    xml = read_all(CAMT, BytesSource(b"".join(message)))
    for found, names in ((csv, table.column_names), (xml, [n for n in table.column_names if "counterparty" not in n])):
        assert found.rejects == []
        for name in names:
            assert found.tables["entries"][name].to_pylist() == table[name].to_pylist(), name
    plain = [not row["reversal"] for row in rows]
    for name in ("counterparty_account", "counterparty_name", "counterparty_bank"):
        pairs = zip(xml.tables["entries"][name].to_pylist(), table[name].to_pylist(), plain, strict=True)
        assert all(one == other for one, other, same in pairs if same), name
    assert set(xml.tables["entries"]["simulated"].to_pylist()) == {True}
    balances = xml.tables["balances"].to_pylist()
    assert [(row["kind"], row["balance_units"]) for row in balances] == [("OPBD", 5), ("CLBD", -7)]
