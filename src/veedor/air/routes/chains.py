"""Chains: unexplained legs that go on one after the other from the same strip or place: routes of several legs.

The next leg begins at the strip at which the one before ended, or near where it was lost, within days. An address that
both gave decides: the same one joins before others do, different ones never join. A leg has one next leg at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.routes.rules import CorridorRules
from veedor.geodesy import distance_mm

Ints = npt.NDArray[np.int64]

NO_ADDRESS = -1


@dataclass(frozen=True)
class Flown:
    """Unexplained legs in columns: id, start and end (microseconds), start and end places (latitude, longitude, twice),
    24-bit address (NO_ADDRESS: none given)."""

    leg: Ints
    start: Ints
    end: Ints
    place: Ints
    address: Ints


@dataclass(frozen=True)
class Chain:
    """Numbers of legs in order of time, at least two; how many of the joins share a strip, and an address."""

    legs: tuple[int, ...]
    at_strip: int
    by_address: int


def chains(flown: Flown, strips: pa.Table, rules: CorridorRules) -> list[Chain]:
    """All chains of at least two legs, in order of their first leg's start; ties by the smallest leg id.

    `strips` has the columns legs and records of STRIPS."""
    ended, began = _at_strips(flown.leg, strips)
    order = np.lexsort((flown.leg, flown.end)).tolist()
    joins = sorted(join for k in order for join in _next(k, flown, ended, began, rules))
    after: dict[int, tuple[int, bool, bool]] = {}
    taken: set[int] = set()
    for stranger, elsewhere, _, _, _, k, n in joins:
        if k not in after and n not in taken:
            after[k] = (n, not elsewhere, not stranger)
            taken.add(n)
    found = []
    for first in sorted(set(after) - taken, key=lambda k: (int(flown.start[k]), int(flown.leg[k]))):
        legs, at_strip, by_address, k = [first], 0, 0, first
        while k in after:
            k, strip, address = after[k]
            legs.append(k)
            at_strip += strip
            by_address += address
        found.append(Chain(tuple(legs), at_strip, by_address))
    return found


def _next(
    k: int, flown: Flown, ended: Sequence[frozenset[int]], began: Sequence[frozenset[int]], rules: CorridorRules
) -> list[tuple[bool, bool, int, int, int, int, int]]:
    """Which legs may follow leg k: (gave another or no address, not from its strip, wait, ids of both, k and they)."""
    wait = flown.start - flown.end[k]
    later = np.flatnonzero((wait > 0) & (wait <= rules.onward_us))
    both = (flown.address[later] != NO_ADDRESS) & (flown.address[k] != NO_ADDRESS)
    same = both & (flown.address[later] == flown.address[k])
    away = distance_mm(flown.place[k, 2], flown.place[k, 3], flown.place[later, 0], flown.place[later, 1])
    found = []
    for n, distance, known, shared in zip(later.tolist(), away.tolist(), both.tolist(), same.tolist(), strict=True):
        strip = bool(ended[k] & began[n])
        if (strip or distance <= rules.onward_mm) and (shared or not known):
            ids = int(flown.leg[k]), int(flown.leg[n])
            found.append((not shared, not strip, int(wait[n]), *ids, k, n))
    return found


def _at_strips(legs: Ints, strips: pa.Table) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
    """For each leg the strips at which it landed, and at which it took off."""
    number = {leg: k for k, leg in enumerate(legs.tolist())}
    ended: list[set[int]] = [set() for _ in number]
    began: list[set[int]] = [set() for _ in number]
    for strip, row in enumerate(strips.select(["legs", "records"]).to_pylist()):
        for leg, record in zip(row["legs"], row["records"], strict=True):
            if leg in number:
                (ended if record["landing"] else began)[number[leg]].add(strip)
    return [frozenset(each) for each in ended], [frozenset(each) for each in began]
