"""Unexplained legs and corridors on simulated months that nobody tuned on: how many of each kind of flight come out.

The truth is the simulator's: a leg belongs to the flight of its first and last plot; where these differ, or there is
none, it is ordinary traffic or clutter. Flight plans are not deposited, so that no term speaks of them.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.patterns import interval
from benchmarks.record import Measure
from veedor.engine.execute import execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.house import AIR
from veedor.simulate.apure import START, microseconds
from veedor.simulate.flying.missions import Mission
from veedor.simulate.scale import Scale
from veedor.simulate.sensing.hits import plot_rows
from veedor.simulate.sky import days_seen, make_sky
from veedor.tables import CORRIDORS, LEG_SCORES, LEGS, PLOTS, Table

SEEDS = (301, 302)
DAYS = 30
START_US = microseconds(START)


def measure() -> Sequence[Measure]:
    """By kind of flight the share of its judged legs that come out as unexplained; corridors and who flew them."""
    judged: Counter[str] = Counter()
    unexplained: Counter[str] = Counter()
    routes: list[Counter[str]] = []
    for seed in SEEDS:
        for kind, out in _legs(seed, routes):
            judged[kind] += 1
            unexplained[kind] += out
    return (*_by_kind(judged, unexplained), *_corridors(routes))


def _by_kind(judged: Counter[str], unexplained: Counter[str]) -> Iterator[Measure]:
    for kind in sorted(judged):
        low, high = interval(unexplained[kind], judged[kind])
        note = f"{unexplained[kind]} of {judged[kind]} (95 %: {low:.3f} to {high:.3f})"
        yield Measure(f"unexplained legs, {kind}", unexplained[kind] / judged[kind], "of judged legs", note=note)
    true, every = unexplained["illicit"], sum(unexplained.values())
    if every:
        low, high = interval(true, every)
        yield Measure("unexplained legs: flown by smugglers", true / every, "of findings",
                      note=f"{true} of {every} (95 %: {low:.3f} to {high:.3f})")  # fmt: skip


def _corridors(routes: list[Counter[str]]) -> Iterator[Measure]:
    mostly = sum(2 * route["illicit"] >= sum(route.values()) for route in routes)
    said = "; ".join(f"{route['illicit']} of {sum(route.values())}" for route in routes) or "none"
    yield Measure("corridors: found", len(routes), "in all seeds", note=f"legs of smugglers among their legs: {said}")
    yield Measure("corridors: at least half of their legs flown by smugglers", mostly, "corridors")


def _legs(seed: int, routes: list[Counter[str]]) -> Iterator[tuple[str, bool]]:
    scale = Scale(factor=0.1, days=DAYS, legal_flights_a_day=60, flight_lookalikes=160, illicit_flights=140, strips=5,
                  payments_a_day=1, instances_each=1, money_lookalikes=1, people=10)  # fmt: skip
    sky = make_sky(seed, scale)
    owner = _kinds(sky.missions)
    with tempfile.TemporaryDirectory(prefix="veedor-unexplained-") as scratch:
        folder = Path(scratch)
        store = RecordStore(folder / "records")
        serials: dict[bytes, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
        for day in days_seen(sky):
            for name, hits in day.hits.items():
                deposit = hashlib.sha256(f"{name} {day.day}".encode()).digest()
                serials[deposit] = hits.flight
                store.append(deposit.hex(), PLOTS, [stored(plot_rows(hits, name, START_US), deposit)])
        (folder / "out").mkdir()
        execute(AIR, store, folder / "out")
        legs, scores, corridors = (read_table(derived(folder / "out", t)) for t in (LEGS, LEG_SCORES, CORRIDORS))
    columns = ("leg", "first_deposit", "first_row", "last_deposit", "last_row")
    kinds: dict[int, str] = {}
    for row in legs.select(columns).to_pylist():
        first = int(serials[row["first_deposit"]][row["first_row"]])
        last = int(serials[row["last_deposit"]][row["last_row"]])
        kinds[row["leg"]] = owner[first] if first == last and first >= 0 else "ordinary or clutter"
    routes += [Counter(kinds[leg] for leg in route) for route in corridors["legs"].to_pylist()]
    for leg, out in zip(scores["leg"].to_pylist(), scores["unexplained"].to_pylist(), strict=True):
        yield kinds[leg], bool(out)


def _kinds(missions: Sequence[Mission]) -> list[str]:
    """Kind of mission by serial of leg."""
    return [mission.kind for mission in missions for _ in mission.legs]


def stored(rows: pa.Table, deposit: bytes, table: Table = PLOTS) -> pa.Table:
    """Rows of a table of records with a deposit of their own; null where the simulator says nothing."""
    count = rows.num_rows
    zeros = pa.array(np.zeros(count, np.int64))
    known = {"deposit": pa.array([deposit] * count, pa.binary(32)), "row": pa.array(np.arange(count)), "file": zeros,
             "offset": zeros, "length": zeros}  # fmt: skip
    columns = {
        field.name: known[field.name]
        if field.name in known
        else rows[field.name]
        if field.name in rows.column_names
        else pa.nulls(count, field.type)
        for field in table.schema
    }
    return table.cast(pa.table(columns))


if __name__ == "__main__":
    for one in measure():
        print(one.what, f"{one.value:.3g}", one.unit, one.note)
