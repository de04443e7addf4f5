"""Directed flows: which flights cross which cells which way, and where chance does not explain the unexplained.

A flight counts once for a cell and each of eight directions within 45 degrees of its course there. Its stratum is its
day and how well its way is watched: how many of the sensors that ever saw its cells were on that day, and whether
primary radar is among what sees them.
Which cells and directions are tested does not depend on what is unexplained.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import ints, ranks, whole
from veedor.air.routes.permute import M1, M2, shuffle
from veedor.air.routes.rules import CorridorRules
from veedor.air.scales import DAY_US
from veedor.tables.plots import PSR

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DIRECTIONS = 8
_TURN_E7 = 3_600_000_000
_MOST_SENSORS = 4


@dataclass(frozen=True)
class Flows:
    """Flights (legs with a score, in order of id) and the cells and directions they pass, each pair once."""

    legs: Ints
    unexplained: Bools
    stratum: Ints
    flight: Ints  # with `node`: pairs in order of flight and node
    node: Ints
    cells: Ints  # of each node
    directions: Ints
    tested: Bools  # nodes passed by enough flights on enough days


@dataclass(frozen=True)
class Chance:
    """What permuting gave, by tested node: observed, permutations with as many, flights in all permutations."""

    nodes: Ints
    observed: Ints
    as_many: Ints
    total: Ints
    significant: Bools


def flows_of(scores: pa.Table, visits: pa.Table, rules: CorridorRules) -> Flows:
    """The flows of all scored legs."""
    scores = scores.sort_by([("leg", "ascending")])
    legs, day = ints(scores["leg"], 0), ints(scores["start"], 0) // DAY_US
    marked = np.asarray(scores["unexplained"].to_numpy(zero_copy_only=False), np.bool_)
    of = np.searchsorted(legs, ints(visits["leg"], 0))
    known = (of < len(legs)) & (legs[np.minimum(of, max(0, len(legs) - 1))] == ints(visits["leg"], 0))
    stratum = _strata(visits, day, of, known, len(legs))
    directed = known & (ints(visits["moved_mm"], 0) >= rules.moved_mm)
    flight, cell = of[directed], ints(visits["cell"], 0)[directed]
    course = ints(visits["course_e7"], 0)[directed]
    nodes, flights = [], []
    for direction in range(DIRECTIONS):
        off = (course - direction * _TURN_E7 // DIRECTIONS + _TURN_E7 // 2) % _TURN_E7 - _TURN_E7 // 2
        fits = np.abs(off) <= rules.side_e7
        nodes.append(cell[fits] * DIRECTIONS + direction)
        flights.append(flight[fits])
    names, number = np.unique(np.concatenate(nodes), return_inverse=True)
    once = np.unique(np.concatenate(flights) * len(names) + number.reshape(-1))
    each, node = once // max(1, len(names)), once % max(1, len(names))
    # Days of each node, each once.
    span = int(day.max(initial=0) - day.min(initial=0)) + 1
    days = np.unique(node * span + day[each] - day.min(initial=0)) // span
    tested = np.bincount(days, minlength=len(names)) >= rules.days_at_least
    return Flows(legs, marked, stratum, each, node, names // DIRECTIONS, names % DIRECTIONS, tested)


def _strata(visits: pa.Table, day: Ints, of: Ints, known: Bools, count: int) -> Ints:
    """A number for the day and exposure of each flight: how many of the sensors that see its cells were on that day.

    Who sees a cell is asked of the whole record. Asked of that day alone, a silent flight far from all others would be
    watched by the one radar that saw it, and stand in a stratum of silent flights, among which none stands out."""
    cells, cell = np.unique(ints(visits["cell"], 0), return_inverse=True)
    days, when = np.unique(ints(visits["start"], 0) // DAY_US, return_inverse=True)
    cell, when = cell.reshape(-1), when.reshape(-1)
    lists = visits["sensors"]
    owner = np.repeat(np.arange(len(cell)), whole(pa.compute.list_value_length(lists)))
    sensor = ranks(pa.compute.list_flatten(lists))
    kinds = int(sensor.max(initial=0)) + 1
    on = np.zeros((len(days), kinds), np.int64)
    on[when[owner], sensor] = 1
    sees = np.unique(cell[owner] * kinds + sensor)
    first = np.searchsorted(sees, np.arange(len(cells) + 1) * kinds)
    # Each cell and day that was crossed, once, with every sensor that ever saw that cell.
    places, place = np.unique(cell * max(1, len(days)) + when, return_inverse=True)
    place = place.reshape(-1)
    of_cell, of_day = places // max(1, len(days)), places % max(1, len(days))
    count_of = first[of_cell + 1] - first[of_cell]
    each = np.repeat(np.arange(len(places)), count_of)
    nth = np.arange(len(each)) - np.repeat(np.cumsum(count_of) - count_of, count_of)
    seen = sees[first[of_cell][each] + nth] % kinds
    sensors = np.zeros(len(places), np.int64)
    np.add.at(sensors, each, on[of_day[each], seen])
    echoes = np.zeros(len(cells), np.int64)
    np.maximum.at(echoes, cell, (ints(visits["modes"], 0) & PSR) // PSR)
    crossed = np.bincount(of[known], minlength=count)
    watched = np.zeros(count, np.int64)
    echoed = np.zeros(count, np.int64)
    np.add.at(watched, of[known], sensors[place[known]])
    np.add.at(echoed, of[known], echoes[cell[known]])
    level = np.minimum(_MOST_SENSORS, watched // np.maximum(1, crossed))
    return (day * (_MOST_SENSORS + 1) + level) * 2 + (2 * echoed >= np.maximum(1, crossed))


def by_chance(flows: Flows, rules: CorridorRules) -> Chance:
    """Permutes whole flights within their strata; false discoveries are held down by Benjamini and Hochberg (1995)."""
    nodes = np.flatnonzero(flows.tested)
    number = np.full(len(flows.tested), -1)
    number[nodes] = np.arange(len(nodes))
    kept = flows.tested[flows.node]
    flight, node = flows.flight[kept], number[flows.node[kept]]
    observed = np.bincount(node[flows.unexplained[flight]], minlength=len(nodes))
    # Flights by stratum, then id: their cells in one array.
    order = np.lexsort((flows.legs, flows.stratum))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    sort = np.lexsort((node, place[flight]))
    offsets = np.searchsorted(place[flight][sort], np.arange(len(order) + 1))
    _, begins = np.unique(flows.stratum[order], return_index=True)
    marked = np.add.reduceat(flows.unexplained[order].astype(np.int64), begins) if len(order) else np.zeros(0, np.int64)
    seeds = _seeds(flows)
    as_many, total = np.zeros(len(nodes), np.int64), np.zeros(len(nodes), np.int64)
    shuffle(
        np.append(begins, len(order)).astype(np.int64), marked, offsets.astype(np.int64), node[sort], observed,
        rules.permutations, seeds[0], seeds[1], np.arange(len(order)), np.zeros(len(nodes), np.int64), as_many, total,
    )  # fmt: skip
    return Chance(nodes, observed, as_many, total, _discoveries(as_many, observed, rules))


def _discoveries(as_many: Ints, observed: Ints, rules: CorridorRules) -> Bools:
    """Which p = (1 + as many) / (1 + permutations) stand when all are tested together; in whole numbers."""
    tests = len(as_many)
    ranked = np.sort(as_many)
    # p of the k-th smallest <= k q / tests, with q in per mille.
    fits = (1 + ranked) * tests * 1000 <= np.arange(1, tests + 1) * rules.false_permille * (1 + rules.permutations)
    most = int(ranked[np.flatnonzero(fits)[-1]]) if fits.any() else -1
    found: Bools = (as_many <= most) & (observed > 0)
    return found


def _seeds(flows: Flows) -> tuple[int, int]:
    """From what is permuted, so that nobody chooses it: ids of flights, their strata, which are unexplained."""
    hasher = hashlib.sha256(b"veedor/corridors/1\0")
    for values in (flows.legs, flows.stratum, flows.unexplained.astype(np.int64)):
        hasher.update(values.astype(">i8").tobytes())
    digest = hasher.digest()
    return 1 + int.from_bytes(digest[:8]) % (M1 - 1), 1 + int.from_bytes(digest[8:16]) % (M2 - 1)
