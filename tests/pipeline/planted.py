"""What three simulated days are too few to hold: a strip used every night, the way to it over known ground and on from
it, a radar turned from north that blanks a window, and a radar that shows a flight a second time.

Planted far from everything else, so that what the rest of the data shows stays as it is. SIMULATED.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj

from tests.air.bias_sky import RADARS, RECEIVERS, Sky, plots_of, sites_of
from tests.air.flights import DAY, flight, plots
from tests.formats.test_srtm import tile
from veedor.formats.list_files import READER as LISTS
from veedor.formats.reader import Options
from veedor.formats.source import BytesSource
from veedor.formats.srtm import READER
from veedor.tables import PLOTS

# In the Amazon, south of all that the scenario watches.
STRIP = (1.20, -68.55)
TURNED = "r-a"
_WAY_S, _SPEED = 2_400, 60.0
_SOUTH = -8.0
_GEOD = pyproj.Geod(ellps="WGS84")
# The address that the Federal Aviation Administration gives to the registration N12345.
LISTED_ADDRESS = 0xA061D9


def shifted(rows: pa.Table, start_us: int) -> pa.Table:
    """The rows with their days counted from `start_us`."""
    times = pa.compute.add(rows["time"].cast(pa.int64()), pa.scalar(start_us - DAY))
    return PLOTS.cast(rows.set_column(rows.column_names.index("time"), "time", times))


def route(start_us: int, days: int) -> pa.Table:
    """Silent flights that come down the same way to one strip every night, of which the last goes on from there an hour
    later; answering ones pass over it all day."""
    rng = np.random.default_rng(1)
    length = _WAY_S * _SPEED / 111_195.0
    columns: dict[str, Any] = {"sensor": "route", "speed": _SPEED}
    made = []
    for day in range(days):
        for number in range(3):
            side = STRIP[1] + rng.normal(0, 0.002)
            start = day * 86_400 + 4_000 + number * 7_000 + rng.uniform(0, 1_000)
            made.append(flight(start, _WAY_S, STRIP[0] + length, side, course=180.0, altitude=1_700.0,
                               climb=-1_400.0 / _WAY_S, mode=1, **columns))  # fmt: skip
        on = day * 86_400 + 4_000 + 2 * 7_000 + 1_000 + _WAY_S + 3_600
        made.append(flight(on, _WAY_S, *STRIP, course=90.0, altitude=300.0, climb=900.0 / _WAY_S, mode=1, **columns))
        for number in range(8):
            # Half of them northward over the same cells, half across.
            start, serial = day * 86_400 + 30_000 + number * 4_000, day * 8 + number
            lat, lon, course = (STRIP[0] + 0.1, STRIP[1], 0.0) if number % 2 else (STRIP[0] + 0.7, STRIP[1] - 0.6, 90.0)
            made.append(flight(start, _WAY_S, lat, lon, course=course, altitude=3_500.0, mode=5, step=20,
                               address=0x0D9000 + serial, call_sign=f"SIM{serial:03d}", **columns))  # fmt: skip
    return shifted(plots(*made), start_us)


def over_the_south(start_us: int) -> pa.Table:
    """One answering flight of the aircraft that the list of `listed` names by its registration."""
    made = flight(40_000, _WAY_S, _SOUTH, -66.0, course=90.0, altitude=3_500.0, mode=5, step=20, speed=_SPEED,
                  address=LISTED_ADDRESS, call_sign="SIM999", sensor="south")  # fmt: skip
    return shifted(plots(made), start_us)


def turned_sky() -> Sky:
    """Three radars and two receivers over few flights; the north mark of the first is five degrees off."""
    radars = [replace(radar, lat=radar.lat + _SOUTH) for radar in RADARS]
    radars[0] = replace(radars[0], azimuth=-5.0)
    return Sky(tuple(radars), RECEIVERS, flights=12, seconds=900, centre=(7.4 + _SOUTH, -70.0), reach_deg=1.2)


def turned(start_us: int) -> pa.Table:
    """One day of that sky."""
    return shifted(plots_of(turned_sky(), 45), start_us)


def turned_sites() -> pa.Table:
    return sites_of(turned_sky())


def doubled(start_us: int) -> pa.Table:
    """One answering flight past the third of those radars, and the same six degrees aside, through a side lobe."""
    radar = turned_sky().radars[2]
    real = flight(60_000, _WAY_S, radar.lat + 0.3, radar.lon - 0.6, course=90.0, altitude=3_000.0, mode=3,
                  speed=_SPEED, code_3a=0o4321, sensor=radar.name)  # fmt: skip
    ghost = []
    for row in real:
        lat, lon = row["lat_e7"] / 1e7, row["lon_e7"] / 1e7
        azimuth, _, away = _GEOD.inv(radar.lon, radar.lat, lon, lat)
        aside_lon, aside_lat, _ = _GEOD.fwd(radar.lon, radar.lat, azimuth + 6.0, away)
        ghost.append({"time": row["time"] + 500_000, "lat_e7": round(aside_lat * 1e7), "lon_e7": round(aside_lon * 1e7),
                      "sensor": radar.name, "mode": 1, "flags": 1})  # fmt: skip
    return shifted(plots(real, ghost), start_us)


def blanked(start_us: int) -> pa.Table:
    """That radar says that it blanks a window, and later that it does not."""
    window = {
        "azimuth_from_e7": 100_000_000,
        "azimuth_to_e7": 150_000_000,
        "range_from_mm": 0,
        "range_to_mm": 90_000_000,
    }
    rows = [
        {"sensor": TURNED, "time": start_us + hour * 3_600_000_000, "category": 2, "kind": kind, "simulated": True}
        | window
        for hour, kind in ((1, "filter_on"), (3, "filter_off"))
    ]
    return pa.Table.from_pylist(rows)


def ground() -> pa.Table:
    """Level ground around the strip and around that radar."""
    corners = {(math.floor(lat), math.floor(lon)) for lat, lon in (STRIP, _site(TURNED))}
    parts = []
    for south, west in sorted(corners):
        name = f"{'N' if south >= 0 else 'S'}{abs(south):02d}{'E' if west >= 0 else 'W'}{abs(west):03d}.hgt"
        (batch,) = READER.read(BytesSource(tile(1201, 90).tobytes(), name), Options())
        parts.append(batch.rows)
    return pa.concat_tables(parts)


def wires(start_us: int) -> pa.Table:
    """Messages of one bank: most name both parties on each leg, some lose the originator, one changes it on the way."""
    rows: list[dict[str, Any]] = []
    for number in range(12):
        uetr = f"00000000-0000-4000-8000-{number:012d}"
        for leg in range(2):
            debtor = None if number in (3, 4) else "Other Shipping" if number == 5 and leg else "Planted Trade"
            rows.append({
                "reference": uetr, "uetr": uetr, "message": "pacs.008", "kind": "transfer",
                "end_to_end_id": f"E{number}",
                "time": start_us + (number * 2 + leg) * 3_600_000_000, "time_is_date": False, "currency": "USD",
                "amount_units": 500_000 + number, "amount_exponent": 2, "debtor_agent": "PLANCOBBXXX",
                "creditor_agent": "PLANGB2LXXX", "debtor_name": debtor,
                "debtor_account": f"PLANCOBBXXX:{4_000_000 + number}", "debtor_address": "Calle 1",
                "creditor_name": "Planted Payee", "creditor_account": "PLANGB2LXXX:4000001", "simulated": True,
            })  # fmt: skip
    return pa.Table.from_pylist(rows)


def behind(start_us: int) -> pa.Table:
    """Bookings of that bank which name parties behind the parties, addresses, charges and places of cash."""
    rows: list[dict[str, Any]] = []
    for number in range(8):
        cash = number % 2 == 1
        rows.append({
            "account": f"PLANCOBBXXX:{4_000_000 + number}", "bank": "PLANCOBBXXX", "holder": "Planted Trade",
            "uetr": None if cash else f"00000000-0000-4000-8000-{number:012d}", "end_to_end_id": f"E{number}",
            "time": start_us + number * 7_200_000_000, "time_is_date": False, "credit": cash, "currency": "USD",
            "amount_units": 500_000 + number, "amount_exponent": 2, "reversal": False,
            "instrument": "cash" if cash else "transfer", "counterparty_name": None if cash else "Planted Payee",
            "counterparty_account": None if cash else "PLANGB2LXXX:4000001", "counterparty_address": "Calle 1",
            "counterparty_country": "GB", "ultimate_counterparty_name": "Planted Behind",
            "ultimate_holder_name": "Planted Principal", "initiating_name": "Planted Agent",
            "charges": ["1.50 USD"], "charges_agents": ["PLANCOBBXXX"], "place": "Branch 7" if cash else None,
            "place_kind": "branch" if cash else None, "simulated": True,
        })  # fmt: skip
    return pa.Table.from_pylist(rows)


def listed(holders: Sequence[str]) -> pa.Table:
    """A list, as its authority publishes it: holders of these accounts, an aircraft, one entity that cannot be read."""
    people = [
        {"id": f"SIM-{number}", "schema": "Person", "properties": {"name": [name]}}
        for number, name in enumerate(holders)
    ]
    craft = {
        "id": "SIM-craft", "schema": "Airplane",
        "properties": {"name": ["SIMULATED ALFA"], "registrationNumber": ["N12345"]},
    }  # fmt: skip
    broken = {"id": "SIM-bad", "schema": "Person", "properties": {"name": "not a list"}}
    text = "".join(json.dumps(each) + "\n" for each in (*people, craft, broken))
    (batch,) = LISTS.read(BytesSource(text.encode(), "SIMULATED-list.json"), Options(date_us=DAY))
    return batch.rows


def _site(name: str) -> tuple[float, float]:
    return next((radar.lat, radar.lon) for radar in turned_sky().radars if radar.name == name)
