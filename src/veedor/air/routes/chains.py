"""Chains: flights that go on one after the other from the same strip or place: routes of several legs.

A flight is a leg, or several that are pieces of one (aloft.py).

The next leg begins at the strip at which the one before ended, or near where it was lost. An address that both gave, or
the tracker's own join, decides, and holds for days: the same aircraft joins before others do, two addresses never join.
Where nothing says who flew, the next leg follows within hours, at about the same speed. A leg has one next leg at most.
A leg that looks explained stands between two unexplained ones where its address or track says that it is the same
aircraft, and nowhere else: a stop to refuel is made openly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.routes.flown import NO_ADDRESS, Flown
from veedor.air.routes.linking import Join, Linked
from veedor.air.routes.rules import CorridorRules
from veedor.geodesy import distance_mm

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def candidates(legs: pa.Table, scores: pa.Table) -> Flown:
    """Of the legs that LEG_SCORES names, those that are unexplained, those of the same aircraft as one of them by
    address or track, and all pieces of the flights of these."""
    every = Flown.of(legs, scores)
    out, known = every.unexplained, every.address != NO_ADDRESS
    kept = out | np.isin(every.track, every.track[out])
    kept |= known & np.isin(every.address, every.address[out & known])
    return every.take(np.isin(every.flight, every.flight[kept]))


@dataclass(frozen=True)
class Chain:
    """Numbers of legs in order of time, of at least two unexplained flights, among them the first and the last; how
    many of the stops between flights share a strip, and an address; how many are the tracker's own; and which of the
    legs (places in `legs`) go on in the air with the flight of the one before."""

    legs: tuple[int, ...]
    at_strip: int
    by_address: int
    by_track: int = 0
    aloft: tuple[int, ...] = ()

    @property
    def flights(self) -> list[tuple[int, ...]]:
        """Its legs by flight."""
        begins = [k for k in range(len(self.legs)) if k not in self.aloft]
        return [self.legs[one:other] for one, other in pairwise([*begins, len(self.legs)])]


def chains(flown: Flown, strips: pa.Table, rules: CorridorRules) -> list[Chain]:
    """All chains of at least two unexplained flights, in order of their first leg's start; ties by the smallest leg id.

    `strips` has the columns legs and records of STRIPS."""
    flights = _flights(flown)
    landed, left = _at_strips(flown.leg, strips)
    ended, began = [landed[pieces[-1]] for pieces in flights], [left[pieces[0]] for pieces in flights]
    whole = flown.united(flights) if flights else flown
    order = np.lexsort((whole.leg, whole.end)).tolist()
    joins = [join for k in order for join in _next(k, whole, ended, began, rules)]
    linked = Linked.of(joins, whole)
    found = [_chain(part, linked, flights) for ways in linked.ways() for part in _parts(ways, whole, rules)]
    return sorted(found, key=lambda each: (int(flown.start[each.legs[0]]), int(flown.leg[each.legs[0]])))


def _flights(flown: Flown) -> list[list[int]]:
    """Numbers of the pieces of each flight, in order of time."""
    found: dict[int, list[int]] = {}
    for k in np.lexsort((flown.leg, flown.start)).tolist():
        found.setdefault(int(flown.flight[k]), []).append(k)
    return sorted(found.values())


def _parts(legs: list[int], flown: Flown, rules: CorridorRules) -> list[list[int]]:
    """From unexplained leg to unexplained leg, cut where open ones fill more time between than one may wait."""
    marked = [place for place, k in enumerate(legs) if flown.unexplained[k]]
    parts, begin = [], marked[:1]
    for one, other in pairwise(marked):
        if flown.start[legs[other]] - flown.end[legs[one]] > rules.onward_us:
            parts.append(legs[begin[0] : one + 1])
            begin = [other]
    if marked:
        parts.append(legs[begin[0] : marked[-1] + 1])
    return [part for part in parts if len(part) >= 2]


def _chain(way: list[int], linked: Linked, flights: Sequence[Sequence[int]]) -> Chain:
    joins = [linked.after[k] for k in way[:-1]]
    strip, address, track = (sum(getattr(join, name) for join in joins) for name in ("strip", "address", "track"))
    legs = [(k, place) for number in way for place, k in enumerate(flights[number])]
    aloft = tuple(at for at, (_, place) in enumerate(legs) if place)
    return Chain(tuple(k for k, _ in legs), strip, address, track, aloft)


def _next(
    k: int, flown: Flown, ended: Sequence[frozenset[int]], began: Sequence[frozenset[int]], rules: CorridorRules
) -> list[Join]:
    """Which legs may follow leg k."""
    wait = flown.start - flown.end[k]
    later = np.flatnonzero((wait > 0) & (wait <= rules.onward_us))
    known = (flown.address[later] != NO_ADDRESS) & (flown.address[k] != NO_ADDRESS)
    address = known & (flown.address[later] == flown.address[k])
    track = flown.track[later] == flown.track[k]
    slow, fast = (side(flown.speed_mm_s[later], flown.speed_mm_s[k]) for side in (np.minimum, np.maximum))
    stranger = (wait[later] <= rules.loose_us) & (slow * 1000 >= rules.alike_permille * fast)
    stranger &= ~known & flown.unexplained[later] & flown.unexplained[k]
    away = distance_mm(flown.place[k, 2], flown.place[k, 3], flown.place[later, 0], flown.place[later, 1])
    found = []
    for place, n in enumerate(later.tolist()):
        strip, same = bool(ended[k] & began[n]), bool(address[place] or track[place])
        near = strip or bool(track[place]) or away[place] <= rules.onward_mm
        if near and (same or stranger[place]):
            order = (not same, not strip, int(wait[n]), int(flown.leg[k]), int(flown.leg[n]))
            found.append(Join(order, k, n, strip, bool(address[place]), bool(track[place])))
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
