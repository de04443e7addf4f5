"""A small simulated mission as records in a store, and the whole chain of detectors over it; SIMULATED.

Some days of the scenario `apure`, thinned: every kind of finding occurs, and a run takes seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tests.pipeline.planted import (
    behind,
    blanked,
    doubled,
    ground,
    listed,
    over_the_south,
    route,
    turned,
    turned_sites,
    wires,
)
from tests.pipeline.planted_money import banked, customers, declared, exchange, funnel, law, netting, passed_on, quoted
from veedor.engine.execute import RunResult, execute
from veedor.engine.layout import Layout
from veedor.engine.records import RecordStore
from veedor.house import DETECTORS
from veedor.simulate.apure import START, microseconds
from veedor.simulate.flying.manoeuvres import LOOKS, orbit, seen
from veedor.simulate.paying.ledger import entries
from veedor.simulate.paying.purse import booked_day, make_purse
from veedor.simulate.places import RADARS, RECEIVERS
from veedor.simulate.scale import Scale
from veedor.simulate.sensing.hits import plot_rows
from veedor.simulate.sky import days_seen, make_sky
from veedor.tables import (
    ACCOUNT_HOLDERS,
    CASH_DECLARATIONS,
    CASH_TRANSACTIONS,
    ENTRIES,
    EXCHANGE_RATES,
    LIST_PIECES,
    PLOTS,
    REPORTING_THRESHOLDS,
    SENSOR_MESSAGES,
    SENSORS,
    TERRAIN,
    TRANSFERS,
    Table,
)
from veedor.tables.plots import ADSB, SIMULATED

START_US = microseconds(START)
SEED = 7


def size(days: int = 11, factor: float = 1.0) -> Scale:
    """Few ordinary flights and payments around the illicit ones."""
    return Scale(
        factor=0.1, days=days, legal_flights_a_day=round(8 * factor), flight_lookalikes=round(20 * factor),
        illicit_flights=round(24 * factor), strips=4, payments_a_day=round(250 * factor), instances_each=4,
        money_lookalikes=round(40 * factor), people=round(400 * max(1.0, factor)),
    )  # fmt: skip


def provenance(table: Table, rows: pa.Table, deposit: str) -> pa.Table:
    """All declared columns: rows of one made-up deposit; null where the simulator says nothing."""
    count = rows.num_rows
    zeros = np.zeros(count, np.int64)
    known = {
        "deposit": pa.array([hashlib.sha256(deposit.encode()).digest()] * count, pa.binary(32)),
        "row": pa.array(np.arange(count)),
        "file": pa.array(zeros),
        "offset": pa.array(zeros),
        "length": pa.array(zeros),
    }
    columns: dict[str, Any] = {}
    for field in table.schema:
        if field.name in known:
            columns[field.name] = known[field.name]
        elif field.name in rows.column_names:
            columns[field.name] = rows[field.name]
        else:
            columns[field.name] = pa.nulls(count, field.type)
    return table.cast(pa.table(columns))


@cache
def deposits(days: int = 3, seed: int = SEED, factor: float = 1.0) -> Mapping[str, tuple[Table, pa.Table]]:
    """Deposits by name, as parties would hand them in: a sensor's plots each, a bank's entries each, the sites."""
    scale = size(factor=factor)
    sky = make_sky(seed, scale)
    hits_of: dict[str, list[pa.Table]] = {}
    for day in days_seen(sky):
        if day.day >= days:
            break
        for name, hits in day.hits.items():
            hits_of.setdefault(name, []).append(plot_rows(hits, name, START_US))
    made = {name: (PLOTS, provenance(PLOTS, pa.concat_tables(parts), name)) for name, parts in hits_of.items()}
    made["figures"] = (PLOTS, provenance(PLOTS, figures(seed), "figures"))
    purse = make_purse(sky, scale)
    booked = pa.concat_tables(
        entries(purse.people, booked_day(purse, day), START_US, None)[0] for day in range(scale.days)
    )
    for bank in sorted(set(booked["bank"].to_pylist())):
        rows = booked.filter(pa.compute.equal(booked["bank"], bank))
        made[f"bank {bank}"] = (ENTRIES, provenance(ENTRIES, rows, bank))
    holders = sorted(set(booked["holder"].to_pylist()))[:3]
    radar = RADARS[0].sensor
    made["messages"] = (SENSOR_MESSAGES, provenance(SENSOR_MESSAGES, messages(radar, days), "messages"))
    made["sites"] = (SENSORS, provenance(SENSORS, sites(), "sites"))
    made["route"] = (PLOTS, provenance(PLOTS, route(START_US, days), "route"))
    made["turned"] = (PLOTS, provenance(PLOTS, turned(START_US), "turned"))
    made["turned sites"] = (SENSORS, provenance(SENSORS, turned_sites(), "turned sites"))
    made["doubled"] = (PLOTS, provenance(PLOTS, doubled(START_US), "doubled"))
    made["blanked"] = (SENSOR_MESSAGES, provenance(SENSOR_MESSAGES, blanked(START_US), "blanked"))
    made["ground"] = (TERRAIN, provenance(TERRAIN, ground(), "ground"))
    made["listed"] = (LIST_PIECES, provenance(LIST_PIECES, listed(holders), "listed"))
    made["wires"] = (TRANSFERS, provenance(TRANSFERS, wires(START_US), "wires"))
    made["exchange"] = (ENTRIES, provenance(ENTRIES, exchange(START_US), "exchange"))
    made["netting"] = (ENTRIES, provenance(ENTRIES, netting(START_US), "netting"))
    made["cash"] = (CASH_TRANSACTIONS, provenance(CASH_TRANSACTIONS, funnel(START_US), "cash"))
    made["banked"] = (CASH_TRANSACTIONS, provenance(CASH_TRANSACTIONS, banked(START_US), "banked"))
    made["declared"] = (CASH_DECLARATIONS, provenance(CASH_DECLARATIONS, declared(START_US), "declared"))
    made["customers"] = (ACCOUNT_HOLDERS, provenance(ACCOUNT_HOLDERS, customers(), "customers"))
    made["passed on"] = (ENTRIES, provenance(ENTRIES, passed_on(START_US), "passed on"))
    made["rates"] = (EXCHANGE_RATES, provenance(EXCHANGE_RATES, quoted(START_US), "rates"))
    made["thresholds"] = (REPORTING_THRESHOLDS, provenance(REPORTING_THRESHOLDS, law(), "thresholds"))
    made["south"] = (PLOTS, provenance(PLOTS, over_the_south(START_US), "south"))
    made["behind"] = (ENTRIES, provenance(ENTRIES, behind(START_US), "behind"))
    return made


def figures(seed: int) -> pa.Table:
    """Plots of a receiver of some flights that circle far from everything, on the first day."""
    rng = np.random.default_rng(seed)
    parts = []
    for number in range(3):
        flown = seen(orbit(rng), LOOKS["receiver"], rng, 6.0, -67.5 + number)
        size = len(flown.seconds)
        parts.append(
            {
                "sensor": ["figures"] * size,
                "time": START_US + 3_600_000_000 + np.round(flown.seconds * 1e6).astype(np.int64),
                "mode": np.full(size, ADSB),
                "flags": np.full(size, SIMULATED),
                "lat_e7": np.round(flown.lat * 1e7).astype(np.int64),
                "lon_e7": np.round(flown.lon * 1e7).astype(np.int64),
                "altitude_pressure_mm": np.round(flown.height * 1000).astype(np.int64),
                "address": np.full(size, 0x0D8E00 + number),
            }
        )
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    types = {name: pa.int64() if name == "time" else PLOTS.schema.field(name).type for name in columns}
    return pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})


def messages(radar: str, days: int) -> pa.Table:
    """North markers of one radar, one a minute, that count more plots than any simulated file holds."""
    rows = [
        {
            "sensor": radar,
            "time": START_US + minute * 60_000_000,
            "category": 34,
            "kind": "north_marker",
            "rotation_us": 60_000_000,
            "counted_psr": 40 + minute % 7,
            "simulated": True,
        }
        for minute in range(days * 24 * 60)
    ]
    return pa.Table.from_pylist(rows)


def sites() -> pa.Table:
    """The site table of the simulated sensors."""
    rows = [
        {
            "sensor": sensor.sensor,
            "lat_e7": round(sensor.lat * 1e7),
            "lon_e7": round(sensor.lon * 1e7),
            "antenna_altitude_mm": round(sensor.antenna_m * 1000),
            "simulated": True,
        }
        for sensor in (*RADARS, *RECEIVERS)
    ]
    return pa.Table.from_pylist(rows)


def stored(
    folder: Path,
    given: Mapping[str, tuple[Table, pa.Table]] | None = None,
    order: Sequence[str] | None = None,
    layout: Layout | None = None,
    shuffle: int | None = None,
) -> RecordStore:
    """The deposits in a record store, handed in in the given order, the rows of each shuffled where asked."""
    given = deposits() if given is None else given
    store = RecordStore(folder, layout=layout or Layout())
    for name in order or sorted(given):
        table, rows = given[name]
        if shuffle is not None:
            rows = rows.take(pa.array(np.random.default_rng(shuffle).permutation(rows.num_rows)))
        store.append(name, table, rows.to_batches(max_chunksize=1 << 16))
    return store


def run(store: RecordStore, out: Path, detectors: Sequence[Any] = DETECTORS, **settings: Any) -> RunResult:
    return execute(detectors, store, out, **settings)


def digests(result: RunResult, but: Sequence[str] = ()) -> dict[str, str]:
    """Digest of every derived table, but for those named."""
    return {name: table.digest for name, table in result.tables.items() if name not in but}
