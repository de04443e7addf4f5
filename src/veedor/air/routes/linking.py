"""Links between legs or flights that follow each other: of all that could be, those that fit together are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from veedor.air.routes.flown import NO_ADDRESS, Flown


@dataclass(frozen=True)
class Join:
    """Leg n follows leg k. In order: the same aircraft first, then one strip, then the shorter wait, then ids."""

    order: tuple[bool, bool, int, int, int]
    k: int
    n: int
    strip: bool = False
    address: bool = False
    track: bool = False


@dataclass
class Linked:
    """The joins kept so far, by the leg that goes on; the legs that follow one; of each chain its two ends, each by the
    other, and by its first leg the address that one of its legs gave."""

    after: dict[int, Join] = field(default_factory=dict)
    followed: set[int] = field(default_factory=set)
    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    address: dict[int, int] = field(default_factory=dict)

    @staticmethod
    def of(joins: Sequence[Join], flown: Flown) -> Linked:
        """The first of these joins by their order, and each further one that still fits."""
        linked = Linked()
        for join in sorted(joins, key=lambda join: join.order):
            linked.add(join, flown)
        return linked

    def ways(self) -> list[list[int]]:
        """The legs that follow each other, from every first one."""
        found = []
        for first in sorted(set(self.after) - self.followed):
            found.append([first])
            while found[-1][-1] in self.after:
                found[-1].append(self.after[found[-1][-1]].n)
        return found

    def add(self, join: Join, flown: Flown) -> None:
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
