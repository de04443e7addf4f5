"""Directed flows: which flights cross which cells which way, and where chance does not explain the unexplained.

A flight counts once for a cell and each of eight directions within 45 degrees of its course there. Its stratum is its
day (with following ones where few fly) and how well its way is watched: how many of the sensors that ever saw its cells
were on that day, and whether primary radar is among what sees them.
Which cells and directions are tested does not depend on what is unexplained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import ints, ranks, whole
from veedor.air.routes.exact import tails
from veedor.air.routes.rules import CorridorRules
from veedor.air.scales import DAY_US
from veedor.tables.plots import PSR

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

ONE = 10**15  # a chance of 1

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
    """What shuffling within strata gives, by node that is crossed often enough: how many unexplained flights passed it,
    the chance of as many (parts of 10^15), the mean (thousandths of a flight), whether it stands out; and how many of
    the nodes could."""

    nodes: Ints
    observed: Ints
    rare: Ints
    expected_milli: Ints
    tested: int
    significant: Bools


def flows_of(scores: pa.Table, visits: pa.Table, rules: CorridorRules) -> Flows:
    """The flows of all scored legs."""
    scores = scores.sort_by([("leg", "ascending")])
    legs, day = ints(scores["leg"], 0), ints(scores["start"], 0) // DAY_US
    marked = np.asarray(scores["unexplained"].to_numpy(zero_copy_only=False), np.bool_)
    of = np.searchsorted(legs, ints(visits["leg"], 0))
    known = (of < len(legs)) & (legs[np.minimum(of, max(0, len(legs) - 1))] == ints(visits["leg"], 0))
    stratum = _joined(day, _exposure(visits, of, known, len(legs)), rules)
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


def _joined(day: Ints, exposure: Ints, rules: CorridorRules) -> Ints:
    """A number for the stratum of each flight: its day and exposure. Where a day has too few flights of an exposure to
    compare one with, following days are joined to it until there are enough, a week at most."""
    stratum = np.zeros(len(day), np.int64)
    number = 0
    for level in np.unique(exposure).tolist():
        days, counts = np.unique(day[exposure == level], return_counts=True)
        of_day = np.zeros(len(days), np.int64)
        begun, flights = 0, 0
        for k in range(len(days)):
            if flights >= rules.stratum_flights or (k and days[k] - days[begun] >= rules.stratum_days):
                number, begun, flights = number + 1, k, 0
            of_day[k] = number
            flights += int(counts[k])
        stratum[exposure == level] = of_day[np.searchsorted(days, day[exposure == level])]
        number += 1
    return stratum


def _exposure(visits: pa.Table, of: Ints, known: Bools, count: int) -> Ints:
    """How well each flight's way was watched: how many of the sensors that see its cells were on that day, and by echo.

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
    return level * 2 + (2 * echoed >= np.maximum(1, crossed))


def by_chance(flows: Flows, rules: CorridorRules) -> Chance:
    """Shuffles whole flights within their strata, exactly (`exact.py`); false discoveries are held down by Benjamini
    and Hochberg (1995) among the cells and directions that could show anything (Tarone, Biometrics 46, 1990; Gilbert,
    Applied Statistics 54, 2005). What could show does not depend on which flights are unexplained."""
    nodes = np.flatnonzero(flows.tested)
    number = np.full(len(flows.tested), -1)
    number[nodes] = np.arange(len(nodes))
    kept = flows.tested[flows.node]
    flight, node = flows.flight[kept], number[flows.node[kept]]
    observed = np.bincount(node[flows.unexplained[flight]], minlength=len(nodes))
    names, stratum, size = np.unique(flows.stratum, return_inverse=True, return_counts=True)
    stratum = stratum.reshape(-1)
    marked = np.bincount(stratum[flows.unexplained], minlength=len(names))
    # Strata of each node with how many of their flights pass it; those without unexplained flights add nothing.
    told = marked[stratum[flight]] > 0
    pairs, passing = np.unique(node[told] * max(1, len(names)) + stratum[flight[told]], return_counts=True)
    of_node, of_stratum = pairs // max(1, len(names)), pairs % max(1, len(names))
    begins = np.searchsorted(of_node, np.arange(len(nodes) + 1))
    chance, least, expected = np.zeros(len(nodes)), np.zeros(len(nodes)), np.zeros(len(nodes))
    tails(begins, size[of_stratum], marked[of_stratum], passing, observed, chance, least, expected)
    rare, rarest = _whole(chance), _whole(least)
    testable = _testable(rarest, rules)
    found = np.zeros(len(nodes), np.bool_)
    found[testable] = _discoveries(rare[testable], rules)
    return Chance(nodes, observed, rare, np.floor(expected * 1000.0).astype(np.int64), len(testable), found)


def _whole(chance: Floats) -> Ints:
    """Chances in parts of 10^15, rounded up: none is nothing."""
    return np.maximum(1, np.ceil(chance * float(ONE)).astype(np.int64))


def _testable(rarest: Ints, rules: CorridorRules) -> Ints:
    """The numbers of the cells that could stand alone against as many tests as there are such cells."""
    ranked = np.sort(rarest).tolist()
    tests = 1
    while tests <= len(ranked) and ranked[tests - 1] * tests * 1000 <= rules.false_permille * ONE:
        tests += 1
    # `tests` is the smallest number for which no more than that many could show anything.
    return np.flatnonzero(rarest <= rules.false_permille * ONE // (1000 * tests))


def _discoveries(rare: Ints, rules: CorridorRules) -> Bools:
    """Which chances stand when all are tested together: the k-th smallest at most k q / tests; in whole numbers."""
    fits = [
        chance
        for k, chance in enumerate(np.sort(rare).tolist(), 1)
        if chance * len(rare) * 1000 <= k * rules.false_permille * ONE
    ]
    found: Bools = rare <= (fits[-1] if fits else 0)
    return found
