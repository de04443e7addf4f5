"""Files of every wire format for the deposit benchmark: plots of aircraft on straight lines, entries of one account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks import receiver_files
from veedor.formats.asterix.categories import of_number
from veedor.formats.asterix.encode import encode
from veedor.formats.bank.bank_csv import encode_entries
from veedor.formats.bank.camt053 import encode_statement
from veedor.formats.plots_csv import encode_plots
from veedor.formats.plots_parquet import write_plots_parquet
from veedor.formats.receivers.opensky import encode_states
from veedor.formats.receivers.readsb import encode_trace
from veedor.tables import plots

DAY_US = 86_400_000_000
START_US = 1_780_000_000_000_000 // DAY_US * DAY_US
AIRCRAFT = 150
ACCOUNT = "DE89370400440532013000"
_BLOCK = 65_536


@dataclass(frozen=True)
class Format:
    """`kind` names the peer; `write` makes the files of so many rows in a folder."""

    kind: str
    air: bool
    write: Callable[[Path, int], list[Path]]


def write(name: str, folder: Path, rows: int) -> list[Path]:
    """The files of one format, in a new folder."""
    folder.mkdir(parents=True)
    return EVERY[name].write(folder, rows)


def radar(rows: int) -> pa.Table:
    """A day of one radar: ranges, azimuths, positions, Mode C heights, codes; a twentieth without transponder."""
    number = np.arange(rows)
    target = number % AIRCRAFT
    along = number // AIRCRAFT
    silent = pa.array(number % 20 == 0)
    return pa.table(
        {
            "sensor": pa.repeat("radar-1", rows),
            "time": pa.array(START_US + number * (DAY_US // rows), pa.timestamp("us", "UTC")),
            "mode": pa.array(np.where(number % 20 == 0, plots.PSR, plots.SSR | plots.PSR), pa.uint8()),
            "flags": pa.array(np.full(rows, plots.SIMULATED), pa.uint16()),
            "range_mm": pa.array(20_000_000 + (target * 1_371_003 + along * 1_597) % 200_000_000, pa.int64()),
            "azimuth_e7": pa.array((target * 24_000_001 + along * 10_007) % 3_600_000_000 - 1_800_000_000, pa.int64()),
            "lat_e7": pa.array(70_000_000 + (target * 200_003 + along * 1_009) % 30_000_000, pa.int32()),
            "lon_e7": pa.array(-720_000_000 + (target * 300_007 + along * 1_013) % 40_000_000, pa.int32()),
            "altitude_pressure_mm": pa.array(
                3_048_000 + target * 30_480, pa.int64(), mask=np.asarray(number % 20 == 0)
            ),
            "code_3a": pa.array(target % 4_096, pa.int16(), mask=silent.to_numpy(zero_copy_only=False)),
        }
    )


def receiver(rows: int) -> pa.Table:
    """A day of ADS-B, aircraft after aircraft, each in order of time."""
    each = -(-rows // AIRCRAFT)
    number = np.arange(rows)
    target, along = number // each, number % each
    return pa.table(
        {
            "sensor": pa.repeat("receiver-1", rows),
            "time": pa.array(START_US + along * (DAY_US // each) // 10_000 * 10_000, pa.timestamp("us", "UTC")),
            "mode": pa.array(np.full(rows, plots.ADSB), pa.uint8()),
            "flags": pa.array(np.full(rows, plots.SIMULATED), pa.uint16()),
            "lat_e7": pa.array(70_000_000 + target * 200_000 + along * 1_010, pa.int32()),
            "lon_e7": pa.array(-720_000_000 + target * 300_000 + along * 1_010, pa.int32()),
            "altitude_pressure_mm": pa.array(3_048_000 + target * 30_480, pa.int64()),
            "speed_mm_s": pa.array(80_000 + target * 100, pa.int32()),
            "course_e7": pa.array(target * 10_000_000, pa.int64()),
            "address": pa.array(0xABC000 + target, pa.int32()),
            "call_sign": pa.array([f"SIM{place:04d}" for place in target.tolist()]),
        }
    )


def entries(rows: int, first: int = 0, each_us: int = 30_000_000) -> pa.Table:
    """Bookings of one account from its booking number `first` on, every reference and party filled."""
    number = np.arange(first, first + rows)
    words = number.tolist()
    return pa.table(
        {
            "account": pa.repeat(ACCOUNT, rows),
            "time": pa.array(START_US + number * each_us, pa.timestamp("us", "UTC")),
            "time_is_date": pa.repeat(False, rows),
            "credit": pa.array(number % 2 == 0),
            "amount_units": pa.array(1_000 + number * 7, pa.int64()),
            "amount_exponent": pa.array(np.full(rows, 2), pa.int8()),
            "currency": pa.repeat("EUR", rows),
            "counterparty_account": pa.array([f"GB82WEST{word % 5_000:014d}" for word in words]),
            "counterparty_bank": pa.repeat("SIMCCOBB", rows),
            "counterparty_name": pa.array([f"Simulated {word % 5_000}" for word in words]),
            "servicer_reference": pa.array([f"S{word:010d}" for word in words]),
            "end_to_end_id": pa.array([f"E{word:010d}" for word in words]),
            "instrument": pa.repeat("transfer", rows),
            "purpose": pa.repeat("goods [SIMULATED]", rows),
            "simulated": pa.repeat(True, rows),
        }
    )


def _one(folder: Path, name: str, parts: Iterator[bytes]) -> list[Path]:
    with (folder / name).open("wb") as sink:
        sink.writelines(parts)
    return [folder / name]


def _parquet(folder: Path, rows: int) -> list[Path]:
    table = radar(rows)
    with (folder / "plots.parquet").open("wb") as sink:
        write_plots_parquet((table.slice(at, _BLOCK) for at in range(0, rows, _BLOCK)), sink)
    return [folder / "plots.parquet"]


def _traces(folder: Path, rows: int) -> list[Path]:
    table, each = receiver(rows), -(-rows // AIRCRAFT)
    made = []
    for place, at in enumerate(range(0, rows, each)):
        parts = encode_trace(
            table.slice(at, each), icao=0xABC000 + place, registration=None, type_code=None, simulated=True
        )
        made += _one(folder, f"trace_full_{0xABC000 + place:06x}.json", parts)
    return made


def _traffic(folder: Path, rows: int) -> list[Path]:
    table = receiver(rows)
    names = ("time", "address", "lat_e7", "lon_e7", "altitude_pressure_mm", "call_sign")
    values = zip(*(table[name].cast(pa.int64()).to_pylist() if name == "time" else table[name].to_pylist()
                   for name in names), strict=True)  # fmt: skip
    lines = (
        f'{{"timestamp":{time // 1000},"icao24":"{address:06x}","latitude":{lat / 1e7:.7f},"longitude":{lon / 1e7:.7f},'
        f'"altitude":{height / 304.8:.0f},"groundspeed":155.0,"track":90.0,"callsign":"{call_sign}","onground":false}}'
        for time, address, lat, lon, height, call_sign in values
    )
    return _one(folder, "traffic.json", iter([("[" + ",".join(lines) + "]").encode()]))


def _statement(folder: Path, rows: int) -> list[Path]:
    parts = encode_statement(
        entries(rows), message_id="M1", created=datetime(2026, 6, 1, tzinfo=UTC), account=ACCOUNT, holder="Simulated",
        bank="COBADEFFXXX", currency="EUR", opening_units=0, closing_units=0, exponent=2,
        opening_date=date(2026, 5, 1), closing_date=date(2026, 5, 31), simulated=True,
    )  # fmt: skip
    return _one(folder, "statement.xml", parts)


_RECORDS_A_BLOCK = 12


def _asterix(folder: Path, rows: int) -> list[Path]:
    """A day of one Mode S radar in CAT048, named by its date, in data blocks of a dozen records."""
    file = folder / f"radar-{datetime.fromtimestamp(START_US / 1e6, UTC):%Y%m%d}.ast"
    with file.open("wb") as out:
        for start in range(0, rows, 24 * _BLOCK):
            number = np.arange(start, min(start + 24 * _BLOCK, rows))
            out.write(_blocks_048(number, rows))
    return [file]


def _blocks_048(number: npt.NDArray[np.int64], rows: int) -> bytes:
    target, along, echo = number % AIRCRAFT, number // AIRCRAFT, number % 20 == 0
    values = {
        "010.SAC": np.full(len(number), 25), "010.SIC": np.full(len(number), 201),
        "140": number * (86_400 * 128 - 1) // rows,
        "020.TYP": np.where(echo, 1, 7), "020.SIM": np.ones(len(number), np.int64),
        "040.RHO": 2_560 + (target * 190 + along) % 45_000, "040.THETA": (target * 437 + along * 3) % 65_536,
        "070.MODE3A": target % 4_096, "090.FL": 400 + target * 4, "220": 0x400000 + target,
        "240": np.full(len(number), 0x0D1C31DB1820), "161.TRN": target, "200.GSP": np.full(len(number), 2_000),
        "200.HDG": (target * 437) % 65_536, "170.CNF": np.zeros(len(number), np.int64),
    }  # fmt: skip
    answers = dict.fromkeys(("070.MODE3A", "090.FL", "220", "240"), ~echo)
    made = encode(of_number(48)[0], len(number), values, answers)
    starts = made.offsets[:-1:_RECORDS_A_BLOCK]
    ends = np.append(starts[1:], made.offsets[-1])
    data = made.data.tobytes()
    return b"".join(
        b"\x30" + (end - start + 3).to_bytes(2, "big") + data[start:end]
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    )


FORMATS = {
    "ASTERIX CAT048": Format("asterix", True, _asterix),
    "plots CSV": Format("csv", True, lambda to, rows: _one(to, "plots.csv", encode_plots(radar(rows)))),
    "plots Parquet": Format("parquet", True, _parquet),
    "OpenSky": Format(
        "csv", True, lambda to, rows: _one(to, "states.csv", encode_states(receiver(rows), simulated=True))
    ),
    "readsb": Format("json", True, _traces),
    "traffic JSON": Format("json", True, _traffic),
    "camt.053": Format("xml", False, _statement),
    "bank CSV": Format("csv", False, lambda to, rows: _one(to, "bank.csv", encode_entries(entries(rows)))),
}
RECEIVERS = {
    "Mode S lines": Format("frame lines", True, receiver_files.csv_lines),
    "Beast": Format("beast", True, receiver_files.beast),
    "AIS": Format("ais", True, receiver_files.ais),
}
EVERY = FORMATS | RECEIVERS
