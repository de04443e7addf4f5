"""Corridors: neighbouring cells that unexplained flights cross the same way, more than chance explains, and the cells
between and beyond through which most of these flights went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import ints
from veedor.air.routes.bridging import crossed, one_route
from veedor.air.routes.chains import Chain, candidates, chains
from veedor.air.routes.flows import DIRECTIONS, Chance, Flows, by_chance, flows_of
from veedor.air.routes.outline import groups, hull
from veedor.air.routes.rules import CorridorRules
from veedor.air.scales import DAY_US
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.kernel.hashing import id64
from veedor.tables import CORRIDORS, LEG_CELLS, LEG_SCORES, LEGS, STRIPS, Table
from veedor.tables.plots import SIMULATED

Ints = npt.NDArray[np.int64]
_WEEK_US = 7 * DAY_US


@dataclass(frozen=True)
class Corridors:
    """Detector: LEGS, LEG_SCORES, LEG_CELLS, STRIPS, all whole -> CORRIDORS."""

    parameters: CorridorRules = field(default_factory=CorridorRules)
    name: str = "corridors"
    version: int = 7
    writes: Table = CORRIDORS

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("leg", "cell", "start", "course_e7", "moved_mm", "modes", "sensors")
        return (
            Read(LEGS, Broadcast()),
            Read(LEG_SCORES, Broadcast()),
            Read(LEG_CELLS, Broadcast(), columns),
            Read(STRIPS, Broadcast(), ("legs", "records")),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: CorridorRules) -> pa.Table:
        scores = tables["leg_scores"]
        if not pa.compute.any(scores["unexplained"]).as_py():
            return CORRIDORS.empty()
        flows = flows_of(scores, tables["leg_cells"], parameters)
        chance = by_chance(flows, parameters)
        legs = _Legs.of(tables["legs"], flows)
        routes = _routes(flows, tables["legs"], scores, tables["strips"], parameters)
        standing = np.flatnonzero(chance.significant)
        nodes = chance.nodes[standing]
        pieces = [standing[each] for each in groups(flows.cells[nodes], flows.directions[nodes], DIRECTIONS)]
        # A piece of too few cells, or that too few follow, is none, and joins none.
        known = [(each, said) for each in pieces if (said := _followers(each, flows, chance, parameters)) is not None]
        rows = []
        for joined in one_route([behind for _, (behind, _) in known]):
            group = np.sort(np.concatenate([known[k][0] for k in joined]))
            followers = _followers(group, flows, chance, parameters)
            assert followers is not None, "a route has what its pieces have"
            rows.append(_corridor(group, followers, flows, chance, legs, routes))
        return _table(rows)


@dataclass(frozen=True)
class _Legs:
    """Columns of LEGS by flight of Flows."""

    start: Ints
    end: Ints
    place: Ints  # start and end, latitude and longitude
    flags: Ints

    @staticmethod
    def of(legs: pa.Table, flows: Flows) -> _Legs:
        order = np.argsort(ints(legs["leg"], 0), kind="stable")
        rows = order[np.searchsorted(ints(legs["leg"], 0)[order], flows.legs)]
        names = ("start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7")
        place = np.stack([ints(legs[name], 0)[rows] for name in names], axis=1)
        start, end, flags = (ints(legs[name], 0)[rows] for name in ("start", "end", "flags"))
        return _Legs(start, end, place, flags)


def _routes(flows: Flows, legs: pa.Table, scores: pa.Table, strips: pa.Table, rules: CorridorRules) -> list[Chain]:
    """Routes of several legs, by number of the flight."""
    flown = candidates(legs, scores)
    number = np.searchsorted(flows.legs, flown.leg)
    return [replace(each, legs=tuple(number[list(each.legs)].tolist())) for each in chains(flown, strips, rules)]


def _followers(group: Ints, flows: Flows, chance: Chance, rules: CorridorRules) -> tuple[Ints, Ints] | None:
    """Unexplained and other flights that follow a group of cells that stand out, or None where it is no corridor: of
    too few cells, or too few unexplained ones."""
    nodes = chance.nodes[group]
    if len(np.unique(flows.cells[nodes])) < rules.cells_at_least:
        return None
    inside = np.isin(flows.node, nodes)
    passed = np.unique(np.stack([flows.flight[inside], flows.cells[flows.node[inside]]], axis=1), axis=0)[:, 0]
    flights, times = np.unique(passed, return_counts=True)
    following = flights[times >= rules.cells_at_least]
    behind, others = following[flows.unexplained[following]], following[~flows.unexplained[following]]
    return None if len(behind) < rules.legs_at_least else (behind, others)


def _corridor(
    group: Ints, followers: tuple[Ints, Ints], flows: Flows, chance: Chance, legs: _Legs, routes: list[Chain]
) -> dict[str, Any]:
    """The row of one group of cells that stand out."""
    behind, others = followers
    nodes = chance.nodes[group]
    cells = np.unique(flows.cells[nodes])
    between = crossed(flows, behind, cells, flows.directions[nodes])
    behind = behind[np.lexsort((flows.legs[behind], legs.start[behind]))]
    weight = np.bincount(flows.directions[nodes], chance.observed[group], minlength=DIRECTIONS)
    direction = int(np.argmax(weight)) * 3_600_000_000 // DIRECTIONS
    first, last = int(legs.start.min()), int(legs.start.max())
    weeks = np.bincount((legs.start[behind] - first) // _WEEK_US, minlength=(last - first) // _WEEK_US + 1)
    half = (first + last) // 2
    around = hull([*cells.tolist(), *between.tolist()])
    own = set(behind.tolist())
    through = [each for each in routes if own.intersection(each.legs)]
    ends = [_median(legs.place[behind, k]) for k in range(4)]
    return {
        "direction_e7": (direction + 1_800_000_000) % 3_600_000_000 - 1_800_000_000,
        "cells": cells.tolist(),
        "between": between.tolist(),
        "polygon_lat_e7": [lat for lat, _ in around],
        "polygon_lon_e7": [lon for _, lon in around],
        "start_lat_e7": ends[0],
        "start_lon_e7": ends[1],
        "end_lat_e7": ends[2],
        "end_lon_e7": ends[3],
        "first": int(legs.start[behind].min()),
        "last": int(legs.end[behind].max()),
        "legs": flows.legs[behind].tolist(),
        "others": len(others),
        "weeks": weeks.tolist(),
        "first_half": int(np.count_nonzero(legs.start[behind] <= half)),
        "second_half": int(np.count_nonzero(legs.start[behind] > half)),
        "onward": sum(bool(own.intersection(flight)) for each in through for flight in each.flights[:-1]),
        "routes": [flows.legs[list(each.legs)].tolist() for each in through],
        "joined_at_strip": sum(each.at_strip for each in through),
        "joined_by_address": sum(each.by_address for each in through),
        "tested": chance.tested,
        "chance_e15": int(chance.rare[group].max()),
        "expected_milli": int(chance.expected_milli[group].sum()) // len(group),
        "simulated": bool(np.any(legs.flags[behind] & SIMULATED)),
    }


def _median(values: Ints) -> int:
    """The lower median: a value that occurs."""
    return int(np.sort(values)[(len(values) - 1) // 2])


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    if not rows:
        return CORRIDORS.empty()
    plain = [c for c in CORRIDORS.columns if c.name != "corridor"]
    columns = {
        c.name: pa.array([row[c.name] for row in rows], pa.int64() if pa.types.is_timestamp(c.type) else c.type)
        for c in plain
    }
    made = pa.table(columns)
    named = {"direction_e7": made["direction_e7"], "cells": pa.array([str(row["cells"]) for row in rows])}
    columns["corridor"] = pa.array(id64(b"veedor/corridor/1\0", pa.table(named), ("direction_e7", "cells")))
    return CORRIDORS.cast(pa.table(columns)).sort_by([(name, "ascending") for name in CORRIDORS.order])
