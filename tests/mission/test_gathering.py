"""Small files are committed together and large ones alone: which is which changes no root, no row and no count."""

from __future__ import annotations

import pyarrow as pa
import pytest

from veedor.formats.reader import Options
from veedor.formats.receivers.opensky import READER as OPENSKY
from veedor.formats.receivers.readsb import READER as READSB
from veedor.formats.receivers.readsb_encode import encode_trace
from veedor.formats.source import BytesSource
from veedor.mission.deposits import intake
from veedor.mission.deposits.intake import Intake

START = 1_700_000_000_000_000
STATES = b"time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,lastposupdate\n"


def trace(number: int, points: int) -> BytesSource:
    rows = pa.table(
        {
            "time": pa.array([START + n * 1_000_000 for n in range(points)], pa.timestamp("us", "UTC")),
            "lat_e7": [70_000_000 + 1_000 * n for n in range(points)],
            "lon_e7": [-720_000_000] * points,
        }
    )
    data = b"".join(encode_trace(rows, icao=0xABC000 + number, registration=None, type_code=None, simulated=True))
    # Some files hold a broken point.
    return BytesSource(data.replace(b",7.000100,", b",broken,") if number % 3 == 1 else data, f"{number}.json")


def states(number: int, lines: int) -> BytesSource:
    rows = [
        f"{1_700_000_000 + n},abc{number:03d},7.{n},-72.{n},80,90,0,HK1,false,{1_700_000_000 + n}" for n in range(lines)
    ]
    if number % 2:
        rows[-1] = rows[-1].replace("7.", "nonsense", 1)
    return BytesSource(STATES + "\n".join(rows).encode() + b"\n", f"{number}.csv")


@pytest.mark.parametrize("kind", ["traces", "states"])
def test_neither_roots_nor_rows_depend_on_what_counts_as_small(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, reader = (trace, READSB) if kind == "traces" else (states, OPENSKY)
    sources = [make(number, 5 + 40 * (number % 4)) for number in range(9)]
    seen = set()
    for small, gathered in ((1 << 20, 32_768), (1 << 20, 50), (0, 1), (3_000, 100)):
        monkeypatch.setattr(intake, "_SMALL_BYTES", small)
        monkeypatch.setattr(intake, "_GATHERED_ROWS", gathered)
        reading = Intake(bytes(32), reader, Options(), sources, bytes(range(32)))
        parts: dict[str, list[pa.Table]] = {}
        for table, rows in reading.rows():
            parts.setdefault(table.name, []).append(rows)
        assert reading.rejected.size
        assert reading.accepted.size + reading.rejected.size == sum(5 + 40 * (number % 4) for number in range(9))
        content = {name: pa.concat_tables(some).sort_by("row").to_pylist() for name, some in parts.items()}
        bytes_counted = (reading.total_bytes, reading.accepted_bytes, reading.rejected_bytes)
        seen.add((reading.accepted.root(), reading.rejected.root(), bytes_counted, repr(content)))
    assert len(seen) == 1
