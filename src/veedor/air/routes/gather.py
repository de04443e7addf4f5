"""Gathering the facts of legs: which legs are worth judging, and what others and the map say of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.announcements import Announcements, plain
from veedor.air.arrow import ints, texts
from veedor.air.flying.company import Company
from veedor.air.flying.dark import TRANSPONDER
from veedor.air.flying.ghosted import Ghosted
from veedor.air.flying.navigation import Navigation
from veedor.air.routes.echoes import NOBODY, Echoes
from veedor.air.routes.facts import Facts
from veedor.air.routes.pieces import long_enough
from veedor.air.routes.rules import UnexplainedRules
from veedor.air.scales import HOUR_US
from veedor.air.sun import elevation_e7
from veedor.air.terrain.leg_grounds import Below
from veedor.geodesy import destination, distance_mm
from veedor.registers.aerodromes import listed
from veedor.registers.borders import country_at
from veedor.tables import STRIPS
from veedor.tables.plots import ADSB, PSR

Ints = npt.NDArray[np.int64]
_COAST_E7 = 5_000_000
_AT_ONCE = 1_000
_ENCLOSED = 7  # directions of eight in which land lies within 156 km: the lake of Maracaibo is some 110 km wide


def facts_of(tables: Mapping[str, pa.Table], legs: pa.Table, rules: UnexplainedRules) -> Iterator[Facts]:
    """The facts of each leg of `legs`, in their order. `tables`: all that the detector reads, whole."""
    aerodromes = listed(rules.own_aerodromes)
    said = Announcements.load(tables["flight_plans"], tables["movements"], tables["outages"], aerodromes)
    visits = tables["leg_cells"]
    heard = set(np.unique(ints(visits["cell"], 0)[(ints(visits["modes"], 0) & TRANSPONDER) != 0]).tolist())
    company = Company.load(visits)
    mine = company.of(ints(legs["leg"], 0))
    others = _Others.of(tables["legs"])
    patterns: dict[int, list[str]] = {}
    for row in tables["patterns"].select(["leg", "kind"]).to_pylist():
        patterns.setdefault(row["leg"], []).append(row["kind"])
    echoes = Echoes.load(long_enough(tables["legs"], rules), tables["sensors"], rules)
    ghosted = Ghosted.load(tables["ghosts"])
    navigation = Navigation.load(tables["broadcasts"])
    used = _used(tables["strips"], rules)
    load = _Load.of(tables["sensor_state"])
    near, home = _homes(tables["legs"], rules)
    ends = [ints(legs[name], 0) for name in ("start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7")]
    gained = distance_mm(*ends)
    idents = texts(aerodromes.table["ident"])
    nearest = [aerodromes.nearest(ends[k], ends[k + 1]) for k in (0, 2)] if legs.num_rows else []
    ground = [aerodromes.ground_mm(ends[k], ends[k + 1], rules.ground_mm) for k in (0, 2)] if legs.num_rows else []
    below = Below.load(tables["leg_grounds"])
    beneath = [below.of(ints(legs["leg"], 0), side)[:2] for side in ("start", "end")]
    known = (beneath[0][1] >= 0) & (beneath[1][1] >= 0)
    for k, leg in enumerate(_rows(legs)):
        own = mine.get(leg["leg"], np.empty(0, np.int64))
        cells, other, shared = company.beside(own, leg["start"], leg["end"])
        beside = others.number(other) if shared else None
        sun = tuple(elevation_e7(leg[s], leg[f"{s}_lat_e7"], leg[f"{s}_lon_e7"]) for s in ("start", "end"))
        here, there = (country_at(leg[f"{s}_lat_e7"], leg[f"{s}_lon_e7"]) for s in ("start", "end"))
        kinds = patterns.get(leg["leg"], [])
        echo = leg["modes"] == PSR
        plan, kept = said.plan_of(leg, rules) or (None, None)
        logged = said.logged_of(leg, rules)
        floor = [int(beneath[s][0][k] if known[k] else ground[s][k]) for s in (0, 1)]
        yield Facts(
            leg=leg,
            gained_mm=int(gained[k]),
            away_mm=(int(nearest[0][1][k]), int(nearest[1][1][k])),
            aerodromes=(idents[int(nearest[0][0][k])], idents[int(nearest[1][0][k])]),
            ground_mm=(floor[0], floor[1]),
            spread_mm=max(int(beneath[s][1][k]) for s in (0, 1)) if known[k] else None,
            terrain=below.terrain,
            strip=used.get(leg["leg"]),
            sun_e7=(sun[0], sun[1]),
            countries=(here.name if here else None, there.name if there else None),
            open_sea=(not here and _open_sea(leg, "start", rules), not there and _open_sea(leg, "end", rules)),
            interrogated=bool(2 * sum(int(cell) in heard for cell in company.cell[own]) >= max(1, len(own))),
            plans_complete=_declared(leg, rules),
            plan=plan,
            kept=kept,
            logged=logged,
            landed=said.landed_of(leg, max(1, int(leg["usual_speed_mm_s"])), rules),
            reserved=_reserved(leg, said, rules),
            patterns=tuple(sorted(set(kinds))),
            passes=kinds.count("drop"),
            beside=shared * 1000 // cells if cells else 0,
            beside_silent=beside is not None and int(others.answers[beside]) == 0,
            same_address=max((home.get((leg["address"], at), 0) for at in near.get(leg["leg"], ())), default=0),
            around=echoes.around(leg) if echo else NOBODY,
            ghost={kind: ghosted.of(leg, kind) for kind in ("side_lobe", "previous_pulse")},
            mirrored=ghosted.mirrored(leg),
            navigation=_disturbed(leg, navigation, rules),
            sensor_load_permille=load.permille(leg["sensors"], leg["start"]),
            coastal=_coastal(leg) if echo else None,
        )


def _disturbed(leg: Mapping[str, Any], navigation: Navigation, rules: UnexplainedRules) -> tuple[int, int, bool | None]:
    """Whether navigation was disturbed where it began or where it ended, of legs known by their broadcasts alone."""
    if leg["modes"] != ADSB:
        return 0, 0, False
    ends = []
    for side in ("start", "end"):
        place = leg[f"{side}_lat_e7"], leg[f"{side}_lon_e7"]
        verdict, values = navigation.verdict(leg[side], leg[side], place, leg["address"], rules)
        ends.append((verdict, int(values["others"]), int(values["disturbed"])))
    verdict, others, disturbed = max(ends, key=lambda end: (end[0] == "supports", end[0] == "contradicts", end[2]))
    return others, disturbed, None if verdict == "cannot_tell" else verdict == "supports"


def _reserved(leg: Mapping[str, Any], said: Announcements, rules: UnexplainedRules) -> Mapping[str, Any] | None:
    """The announcement that reserves airspace where and when it began, ended, or was half-way."""
    middle = (leg["start"] + leg["end"]) // 2
    half = (leg["start_lat_e7"] + leg["end_lat_e7"]) // 2, (leg["start_lon_e7"] + leg["end_lon_e7"]) // 2
    places = [(leg[s], leg[f"{s}_lat_e7"], leg[f"{s}_lon_e7"]) for s in ("start", "end")] + [(middle, *half)]
    found = [said.reserved_at(*place, rules) for place in places]
    return next((row for row in found if row is not None), None)


def _used(strips: pa.Table, rules: UnexplainedRules) -> dict[int, Mapping[str, Any]]:
    """By leg the strip of several days at which it began or ended, of two the one farther from aerodromes."""
    found: dict[int, Mapping[str, Any]] = {}
    for row in strips.sort_by([(name, "ascending") for name in STRIPS.order]).to_pylist():
        for leg in row["legs"] if row["days"] >= rules.strip_days_at_least else ():
            if leg not in found or row["aerodrome_mm"] > found[leg]["aerodrome_mm"]:
                found[leg] = row
    return found


def _declared(leg: Mapping[str, Any], rules: UnexplainedRules) -> bool:
    """Whether the plans of where and when it began were declared to be all there."""
    lat, lon, start = leg["start_lat_e7"], leg["start_lon_e7"], leg["start"]
    return any(
        south <= lat <= north and west <= lon <= east and begin <= start <= end
        for south, west, north, east, begin, end in rules.plans_complete
    )


def _rows(legs: pa.Table) -> Iterator[dict[str, Any]]:
    """Legs as `plain` gives them, a few at a time: as Python's numbers they take many times what their columns do."""
    for first in range(0, legs.num_rows, _AT_ONCE):
        yield from plain(legs.slice(first, _AT_ONCE))


@dataclass(frozen=True)
class _Others:
    """What is asked of the leg that flew beside another: whether it answered."""

    leg: Ints
    answers: Ints

    @staticmethod
    def of(legs: pa.Table) -> _Others:
        leg = ints(legs["leg"], 0)
        order = np.argsort(leg)
        return _Others(leg[order], ints(legs["answers"], 0)[order])

    def number(self, leg: int) -> int | None:
        """Where it stands, None where there is no such leg."""
        place = int(np.searchsorted(self.leg, leg))
        return place if place < len(self.leg) and int(self.leg[place]) == leg else None


def _homes(legs: pa.Table, rules: UnexplainedRules) -> tuple[dict[int, set[int]], dict[tuple[int, int], int]]:
    """By leg with an address the aerodromes near its ends; by address and aerodrome how many legs were there."""
    known = legs.filter(legs["address"].is_valid())
    near: dict[int, set[int]] = {}
    count: dict[tuple[int, int], int] = {}
    if not known.num_rows:
        return near, count
    aerodromes = listed(rules.own_aerodromes)
    ids, address = ints(known["leg"], 0).tolist(), ints(known["address"], 0).tolist()
    for side in ("start", "end"):
        rows, away = aerodromes.nearest(ints(known[f"{side}_lat_e7"], 0), ints(known[f"{side}_lon_e7"], 0))
        for leg, row, distance in zip(ids, rows.tolist(), away.tolist(), strict=True):
            if distance <= rules.near_mm:
                near.setdefault(leg, set()).add(row)
    for leg, who in zip(ids, address, strict=True):
        for at in near.get(leg, ()):
            count[who, at] = count.get((who, at), 0) + 1
    return near, count


@dataclass(frozen=True)
class _Load:
    """Plots by sensor and hour, and in a usual hour."""

    hours: Mapping[tuple[str, int], int]
    usual: Mapping[str, int]

    @staticmethod
    def of(state: pa.Table) -> _Load:
        hours: dict[tuple[str, int], int] = {}
        by_sensor: dict[str, list[int]] = {}
        for sensor, hour, plots in zip(
            texts(state["sensor"]), ints(state["hour"], 0).tolist(), ints(state["plots"], 0).tolist(), strict=True
        ):
            hours[sensor, hour // HOUR_US] = plots
            by_sensor.setdefault(sensor, []).append(plots)
        return _Load(hours, {name: sorted(every)[len(every) // 2] for name, every in by_sensor.items()})

    def permille(self, sensors: list[str], time_us: int) -> int | None:
        """The busiest of these sensors in that hour against its usual hour; None where none has a day of hours."""
        found = [
            self.hours[name, time_us // HOUR_US] * 1000 // max(1, self.usual[name])
            for name in sensors
            if (name, time_us // HOUR_US) in self.hours
        ]
        return max(found) if found and len(self.hours) >= 24 else None


def _open_sea(leg: Mapping[str, Any], side: str, rules: UnexplainedRules) -> bool:
    """Whether no country lies in any of eight directions at the breadth of the territorial sea, and the water is not
    enclosed, as the lake of Maracaibo is: within seven times that land lies in seven directions."""
    place = leg[f"{side}_lat_e7"], leg[f"{side}_lon_e7"]
    ways, steps = np.arange(8) * 450_000_000 - 1_800_000_000, np.arange(1, 8) * rules.territorial_mm
    around = destination(*place, ways[:, None], steps)
    land = [
        country_at(lat, lon) is not None for lat, lon in zip(*(each.ravel().tolist() for each in around), strict=True)
    ]
    met = np.array(land).reshape(len(ways), len(steps))
    return not met[:, 0].any() and int(met.any(axis=1).sum()) < _ENCLOSED


def _coastal(leg: Mapping[str, Any]) -> bool:
    lat, lon = leg["start_lat_e7"], leg["start_lon_e7"]
    around = [(lat + dy, lon + dx) for dy in (-_COAST_E7, 0, _COAST_E7) for dx in (-_COAST_E7, 0, _COAST_E7)]
    sea = [country_at(min(899_999_999, max(-899_999_999, y)), x) is None for y, x in around]
    return any(sea) and not all(sea)
