"""Chains: legs that go on one after the other from the same strip or place: routes of several legs.

The next leg begins at the strip at which the one before ended, or near where it was lost. An address that both gave, or
the tracker's own join, decides, and holds for days: the same aircraft joins before others do, two addresses never join.
Where nothing says who flew, the next leg follows within hours, at about the same speed. A leg has one next leg at most.
A leg that looks explained stands between two unexplained ones where its address or track says that it is the same
aircraft, and nowhere else: a stop to refuel is made openly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import ints
from veedor.air.routes.rules import CorridorRules
from veedor.geodesy import distance_mm

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NO_ADDRESS = -1
_PLACES = ("start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7")


@dataclass(frozen=True)
class Flown:
    """Legs in columns: id, track, start and end (microseconds), start and end places (latitude, longitude, twice),
    24-bit address (NO_ADDRESS: none given), usual speed, whether it is unexplained."""

    leg: Ints
    track: Ints
    start: Ints
    end: Ints
    place: Ints
    address: Ints
    speed_mm_s: Ints
    unexplained: Bools

    @staticmethod
    def of(legs: pa.Table, leg: Ints, unexplained: Bools) -> Flown:
        """Of the legs that `leg` names (in order of id), those that are unexplained, and those of the same aircraft as
        one of them by address or track."""
        order = np.argsort(ints(legs["leg"], 0), kind="stable")
        rows = order[np.searchsorted(ints(legs["leg"], 0)[order], leg)]
        track, address = ints(legs["track"], 0)[rows], ints(legs["address"], NO_ADDRESS)[rows]
        known = address != NO_ADDRESS
        kept = unexplained | np.isin(track, track[unexplained])
        kept |= known & np.isin(address, address[unexplained & known])
        rows = rows[kept]
        place = np.stack([ints(legs[name], 0)[rows] for name in _PLACES], axis=1)
        start, end = ints(legs["start"], 0)[rows], ints(legs["end"], 0)[rows]
        speed = ints(legs["usual_speed_mm_s"], 0)[rows]
        return Flown(leg[kept], track[kept], start, end, place, address[kept], speed, unexplained[kept])


@dataclass(frozen=True)
class Chain:
    """Numbers of legs in order of time, at least two of them unexplained, among them the first and the last; how many
    of the joins share a strip, and an address; how many are the tracker's own."""

    legs: tuple[int, ...]
    at_strip: int
    by_address: int
    by_track: int = 0


@dataclass(frozen=True)
class _Join:
    """Leg n follows leg k. In order: the same aircraft first, then one strip, then the shorter wait, then ids."""

    order: tuple[bool, bool, int, int, int]
    k: int
    n: int
    strip: bool
    address: bool
    track: bool


@dataclass
class _Linked:
    """The joins kept so far, by the leg that goes on; the legs that follow one; of each chain its two ends, each by the
    other, and by its first leg the address that one of its legs gave."""

    after: dict[int, _Join] = field(default_factory=dict)
    followed: set[int] = field(default_factory=set)
    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    address: dict[int, int] = field(default_factory=dict)

    def add(self, join: _Join, flown: Flown) -> None:
        """Keeps a join of two legs that are free, unless the chains that it joins gave two addresses."""
        k, n = join.k, join.n
        if k in self.after or n in self.followed:
            return
        begin, end = self.first.get(k, k), self.last.get(n, n)
        one, other = (self.address.get(each, int(flown.address[each])) for each in (begin, n))
        if NO_ADDRESS not in (one, other) and one != other:
            return
        self.after[k] = join
        self.followed.add(n)
        self.first[end], self.last[begin] = begin, end
        self.address[begin] = other if one == NO_ADDRESS else one


def chains(flown: Flown, strips: pa.Table, rules: CorridorRules) -> list[Chain]:
    """All chains of at least two unexplained legs, in order of their first leg's start; ties by the smallest leg id.

    `strips` has the columns legs and records of STRIPS."""
    ended, began = _at_strips(flown.leg, strips)
    order = np.lexsort((flown.leg, flown.end)).tolist()
    joins = sorted((join for k in order for join in _next(k, flown, ended, began, rules)), key=lambda join: join.order)
    linked = _Linked()
    for join in joins:
        linked.add(join, flown)
    found = []
    for first in sorted(set(linked.after) - linked.followed):
        legs, k = [first], first
        while k in linked.after:
            k = linked.after[k].n
            legs.append(k)
        found += [_chain(part, linked) for part in _parts(legs, flown, rules)]
    return sorted(found, key=lambda each: (int(flown.start[each.legs[0]]), int(flown.leg[each.legs[0]])))


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


def _chain(legs: list[int], linked: _Linked) -> Chain:
    joins = [linked.after[k] for k in legs[:-1]]
    return Chain(tuple(legs), *(sum(getattr(join, name) for join in joins) for name in ("strip", "address", "track")))


def _next(
    k: int, flown: Flown, ended: Sequence[frozenset[int]], began: Sequence[frozenset[int]], rules: CorridorRules
) -> list[_Join]:
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
            found.append(_Join(order, k, n, strip, bool(address[place]), bool(track[place])))
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
