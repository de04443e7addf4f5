"""Months of legs with a recurring silent route or without, for the benchmark of corridors: who flew, seen where.

Flights, radars and receivers are the simulator's, a plot a minute and radar. Tracks are taken as perfect, and which
legs come out as unexplained is drawn at the rates that `make bench-unexplained` and `make bench-explanations` measured
end to end: what is asked here is what corridors make of such legs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.flying.coverage import CELL_E7
from veedor.air.grid import cells_of
from veedor.simulate.apure import START, microseconds
from veedor.simulate.flying.flights import SMALL, Flights, chosen, joined
from veedor.simulate.flying.illicit import illicit_missions
from veedor.simulate.flying.legal import legal_flights
from veedor.simulate.flying.missions import Leg, Mission, Touch, as_flights
from veedor.simulate.flying.paths import Path
from veedor.simulate.flying.strips import strips
from veedor.simulate.lookalikes.ordinary import crop_dusting
from veedor.simulate.places import Radar
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child
from veedor.simulate.sensing.adsb import receive
from veedor.simulate.sensing.hits import Hits
from veedor.simulate.sensing.radar import observe
from veedor.simulate.sensing.sensors import conducts
from veedor.simulate.sphere import apart, point, separation
from veedor.simulate.theatre import APURE
from veedor.tables import LEG_CELLS, LEG_SCORES, LEGS, STRIPS, Table
from veedor.tables.plots import SIMULATED

Ints = npt.NDArray[np.int64]
Place = tuple[float, float]

START_US = microseconds(START)
TURN_S = 60.0
LEGAL_A_DAY = 60
SILENCE_S = 900.0
PLOTS_AT_LEAST, LASTING_S = 8, 480.0
# Share of judged legs that came out as unexplained, by what flew: figures of 27 November 2026. Of ordinary legs 21 of
# 3,011 did; those without a transponder are taken to be most of them.
RATES: Mapping[str, float] = {
    "planted": 0.64, "illicit": 0.64, "ordinary": 0.003, "ordinary, silent": 0.1, "vfr": 0.20, "crop_dusting": 0.12,
    "commuter": 0.28,
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What flies beside ordinary traffic: a planted flight every so many days (0: none), other illicit flights a month,
    silent innocent ones a day, and innocent silent runs between the same two places every other day."""

    every: int = 0
    illicit_a_month: int = 0
    vfr_a_day: int = 0
    crop_a_day: int = 0
    commuters: int = 0


@dataclass(frozen=True)
class CorridorSky:
    """The tables corridors are made from, what flew each leg, and the planted route: its ends and its days."""

    tables: dict[str, pa.Table]
    flew: Mapping[int, str]
    route: tuple[Place, Place] | None
    days: tuple[int, ...]


def corridor_sky(seed: int, days: int, kind: Kind) -> CorridorSky:
    """One sky of so many days."""
    missions, route, planted = _missions(seed, days, kind)
    special = as_flights(missions, child(seed, "corridor identities"), 0)
    names = [mission.kind for mission in missions for _ in mission.legs]
    conduct = conducts(seed, days)
    parts: list[dict[str, Any]] = []
    for day in range(days):
        today = np.flatnonzero((special.start >= day * DAY_S) & (special.start < (day + 1) * DAY_S))
        legal = legal_flights(seed, day, LEGAL_A_DAY)
        flights = joined([legal, chosen(special, today)]) if len(today) else legal
        silent = np.where(flights.transponder[: len(legal)], "ordinary", "ordinary, silent")
        kinds = [*silent.tolist(), *(names[int(k)] for k in today)]
        parts += _legs(_seen(seed, day, flights, conduct), kinds)
    rng = child(seed, "corridor labels")
    flew = {number + 1: part["kind"] for number, part in enumerate(parts)}
    return CorridorSky(_tables(parts, [bool(rng.random() < RATES[p["kind"]]) for p in parts]), flew, route, planted)


def _missions(seed: int, days: int, kind: Kind) -> tuple[list[Mission], tuple[Place, Place] | None, tuple[int, ...]]:
    cut = strips(seed, 5)
    made = illicit_missions(seed, kind.illicit_a_month * days // 30, days, cut[1:]) if kind.illicit_a_month else []
    rng = child(seed, "corridor missions")
    route, planted = None, []
    if kind.every:
        strip = cut[0]
        away, _ = separation(
            np.array([a.lat for a in APURE.local]), np.array([a.lon for a in APURE.local]), strip.lat, strip.lon
        )
        homes = [a for a, metres in zip(APURE.local, away, strict=True) if 110e3 < metres < 300e3]
        home = homes[int(rng.integers(len(homes)))]
        route, planted = ((home.lat, home.lon), (strip.lat, strip.lon)), list(range(1, days - 1, kind.every))
        for day in planted:
            hour = rng.uniform(21.0, 33.0) if rng.random() < 0.65 else rng.uniform(11.0, 21.0)
            there = (home.lat, home.lon, home.elevation_m), (strip.lat, strip.lon, strip.elevation_m)
            made.append(_flight(rng, "planted", day * DAY_S + hour * 3600.0, *there, rng.uniform(1_200, 2_800)))
    south, north, west, east = APURE.fields
    for day in range(days):
        for _ in range(kind.vfr_a_day):
            one = float(rng.uniform(south, north)), float(rng.uniform(west, east))
            other = point(*one, rng.uniform(0, 360), rng.uniform(50e3, 220e3))
            start = day * DAY_S + rng.uniform(11.0, 21.0) * 3600.0
            level = rng.uniform(700, 2_000)
            made.append(_flight(rng, "vfr", start, (*one, APURE.field_m), (*other, APURE.field_m), level))
        for _ in range(kind.crop_a_day):
            field = float(rng.uniform(south, north)), float(rng.uniform(west, east))
            dusting = crop_dusting(rng, day * DAY_S + rng.uniform(11.0, 21.0) * 3600.0, field, APURE.field_m)
            made.append(replace(dusting, transponder=False))
    fixed = child(seed, "commuters")
    for _ in range(kind.commuters):
        one = float(fixed.uniform(south + 0.5, north - 0.5)), float(fixed.uniform(west + 0.5, east - 0.5))
        other = point(*one, fixed.uniform(0, 360), fixed.uniform(110e3, 200e3))
        for day in range(0, days, 2):
            start = day * DAY_S + rng.uniform(11.0, 21.0) * 3600.0
            there = (*one, APURE.field_m), (*other, APURE.field_m)
            made.append(_flight(rng, "commuter", start, *there, rng.uniform(700, 2_000)))
    return made, route, tuple(planted)


def _flight(
    rng: np.random.Generator, kind: str, start: float, one: tuple[float, float, float],
    other: tuple[float, float, float], level: float,
) -> Mission:  # fmt: skip
    """A silent flight of a light aircraft, by way of a point some kilometres beside the straight line."""
    speed = rng.uniform(62, 88)
    metres, bearing = apart(*one[:2], *other[:2])
    middle = point(*point(*one[:2], bearing, metres / 2), bearing + 90.0, rng.normal(0, 4e3))
    path = Path.take_off(start, *one)
    path.go(*middle, max(level, one[2] + 400.0, other[2] + 400.0), speed, rng.normal(0, 2e3))
    path.land(*other, speed)
    leg = Leg(path, Touch("field", -1, *one[:2], start), Touch("field", -1, *other[:2], path.end), start, path.end)
    return Mission(kind, "route", SMALL, False, False, (leg,))


def _seen(seed: int, day: int, flights: Flights, conduct: Mapping[str, Any]) -> Iterator[tuple[int, Hits]]:
    for number, sensor in enumerate(APURE.sensors):
        rng = child(seed, "corridor detection", day, number)
        if isinstance(sensor, Radar):
            yield number, observe(replace(sensor, turn_s=TURN_S), conduct[sensor.sensor], flights, 0.0, rng)
        else:
            heard = receive(sensor, conduct[sensor.sensor], flights, 0.0, rng)
            yield number, heard.take(np.arange(0, len(heard), 8))


def _legs(seen: Iterator[tuple[int, Hits]], kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Plots of each flight between silences of a quarter of an hour, where there are enough to judge."""
    parts = [(np.full(len(hits), number), hits) for number, hits in seen]
    sensor = np.concatenate([number for number, _ in parts])
    flight, t, lat, lon, mode = (
        np.concatenate([getattr(hits, name) for _, hits in parts]) for name in ("flight", "t", "lat", "lon", "mode")
    )
    order = np.lexsort((t, flight))
    sensor, flight, t, lat, lon, mode = (each[order] for each in (sensor, flight, t, lat, lon, mode))
    cuts = np.flatnonzero((np.diff(flight) != 0) | (np.diff(t) > SILENCE_S)) + 1
    for rows in np.split(np.arange(len(t)), cuts):
        if len(rows) >= PLOTS_AT_LEAST and t[rows[-1]] - t[rows[0]] >= LASTING_S:
            yield {
                "kind": kinds[int(flight[rows[0]])], "t": t[rows], "lat": lat[rows], "lon": lon[rows],
                "mode": mode[rows], "sensor": sensor[rows],
            }  # fmt: skip


def _tables(parts: Sequence[dict[str, Any]], unexplained: Sequence[bool]) -> dict[str, pa.Table]:
    """LEGS, LEG_SCORES, LEG_CELLS and no strips; leg ids are 1, 2, 3, …"""
    legs, cells = [], []
    for leg, part in enumerate(parts, 1):
        time = START_US + np.round(part["t"] * 1e6).astype(np.int64)
        lat, lon = (np.round(part[name] * 1e7).astype(np.int64) for name in ("lat", "lon"))
        legs.append({
            "leg": leg, "track": leg, "start": time[0], "end": time[-1], "flags": SIMULATED, "first_row": leg,
            "start_lat_e7": lat[0], "start_lon_e7": lon[0], "end_lat_e7": lat[-1], "end_lon_e7": lon[-1],
            "begun_by": "track", "ended_by": "track", "sensors": [], "starts_on_ground": False, "ends_on_ground": False,
        })  # fmt: skip
        cell = cells_of(lat, lon, CELL_E7, np.empty(len(lat), np.int64))
        first = np.flatnonzero(np.append(True, cell[1:] != cell[:-1]))
        last = np.append(first[1:], len(cell)) - 1
        beyond = np.minimum(last + 1, len(cell) - 1)
        way, course = separation(part["lat"][first], part["lon"][first], part["lat"][beyond], part["lon"][beyond])
        for number, (a, z) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
            cells.append({
                "leg": leg, "track": leg, "number": number, "cell": cell[a], "start": time[a], "end": time[z],
                "course_e7": round(((float(course[number]) + 180.0) % 360.0 - 180.0) * 1e7),
                "moved_mm": round(float(way[number]) * 1e3), "modes": np.bitwise_or.reduce(part["mode"][a : z + 1]),
                "sensors": sorted({f"S{k}" for k in part["sensor"][a : z + 1].tolist()}),
            })  # fmt: skip
    scores = [
        {"leg": row["leg"], "track": row["leg"], "start": row["start"], "score_milli_log10": 0, "assessed": 1,
         "unexplained": out}
        for row, out in zip(legs, unexplained, strict=True)
    ]  # fmt: skip
    return {
        "legs": _table(LEGS, legs),
        "leg_scores": _table(LEG_SCORES, scores),
        "leg_cells": _table(LEG_CELLS, cells),
        "strips": STRIPS.empty(),
    }


def _table(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table; what is not given is null where it may be, else 0 (or 32 zero bytes)."""
    columns = {}
    for column in table.columns:
        kind = pa.int64() if pa.types.is_timestamp(column.type) else column.type
        binary = pa.types.is_fixed_size_binary(kind) or pa.types.is_binary(kind)
        missing = None if column.nullable else b"\0" * 32 if binary else 0
        columns[column.name] = pa.array([row.get(column.name, missing) for row in rows], kind)
    return table.cast(pa.table(columns))
