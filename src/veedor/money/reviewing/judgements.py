"""What people judged of two records, same, different or unsure, and what follows from it: an algebra without a store.

*Same* is an equivalence: who judged a same as b and b same as c said that a is c. *Different* passes along it: with a
different from d, c is different from d too. *Unsure* passes along nothing and yields to both. Where judgements exclude
each other, every pair that they reach is *disputed*: both sides are shown with their chain, and nothing is decided. A
later judgement of the same author about the same pair replaces his earlier one; different authors stand side by side.

Records are any keys: names at accounts, a party and an entry of a list, findings. What is signed, and by whom, is up to
who stores judgements; here `by` and `number` are all that counts of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["same", "different", "unsure"]
Known = Literal["same", "different", "unsure", "disputed", "unjudged"]


@dataclass(frozen=True, order=True)
class Judged:
    """One judgement of one author. `number` orders his own judgements; the higher one counts."""

    one: str
    other: str
    verdict: Verdict
    by: str
    number: int

    def __post_init__(self) -> None:
        if self.one == self.other:
            raise ValueError(f"a record is not judged against itself: {self.one}")

    @property
    def pair(self) -> tuple[str, str]:
        return (self.one, self.other) if self.one < self.other else (self.other, self.one)


@dataclass(frozen=True)
class Standing:
    """What is known of a pair, and by which judgements: `same` the shortest chain that makes it one, `different` the
    one that parts it behind the chain that leads to it (disputed pairs may have both), `unsure` who left it open."""

    known: Known
    same: tuple[Judged, ...] = ()
    different: tuple[Judged, ...] = ()
    unsure: tuple[Judged, ...] = ()


@dataclass(frozen=True)
class Contradiction:
    """A judgement "different" within what others, or the same author elsewhere, judged to be one; `same` is the
    shortest chain that it contradicts."""

    different: Judged
    same: tuple[Judged, ...]


class Judgements:
    """All that was judged; answers do not depend on the order in which judgements come. ValueError where one author
    says two things of one pair under one number: which is the later one, nobody could tell."""

    def __init__(self, judged: Iterable[Judged] = ()) -> None:
        latest: dict[tuple[str, tuple[str, str]], Judged] = {}
        for each in sorted(judged, key=lambda each: (each.number, each.verdict, each.one, each.other)):
            before = latest.get((each.by, each.pair))
            if before is not None and before.number == each.number and before.verdict != each.verdict:
                raise ValueError(f"{each.by} says two things of {each.one} and {each.other} under number {each.number}")
            latest[each.by, each.pair] = each
        self.standing: tuple[Judged, ...] = tuple(sorted(latest.values()))
        self._links: dict[str, list[Judged]] = {}
        self._group: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        for each in self.standing:
            for record in each.pair:
                of_record = self._links.setdefault(record, [])
                if each.verdict == "same":
                    of_record.append(each)
        for record in sorted(self._links):
            self._reach(record)
        self._apart: dict[tuple[str, str], Judged] = {}
        self._unsure = {each.pair: each for each in reversed(self.standing) if each.verdict == "unsure"}
        for each in reversed(self.standing):
            if each.verdict == "different":
                self._apart[self._groups(*each.pair)] = each
        self._disputed = {one for one, other in self._apart if one == other}

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Every judgement that excludes others, with the shortest chain it excludes; by record."""
        return tuple(
            Contradiction(each, self._chain(*each.pair))
            for each in self.standing
            if each.verdict == "different" and self._group[each.one] == self._group[each.other]
        )

    @property
    def together(self) -> tuple[tuple[str, ...], ...]:
        """Groups of two and more that are one by undisputed judgements; sorted."""
        found = (tuple(sorted(each)) for group, each in self._members.items() if group not in self._disputed)
        return tuple(sorted(each for each in found if len(each) > 1))

    @property
    def apart(self) -> tuple[tuple[str, str], ...]:
        """Pairs judged different themselves, without dispute; what follows from them is up to `between`."""
        found = {
            each.pair
            for each in self.standing
            if each.verdict == "different" and self.between(*each.pair).known == "different"
        }
        return tuple(sorted(found))

    @property
    def held(self) -> tuple[tuple[str, str], ...]:
        """Pairs that people looked at and left open: unsure, and nothing else known."""
        return tuple(sorted(pair for pair in self._unsure if self.between(*pair).known == "unsure"))

    def between(self, one: str, other: str) -> Standing:
        """What is known of these two; the same whichever comes first."""
        if one > other:
            one, other = other, one
        if one not in self._group or other not in self._group:
            return Standing("unjudged")
        groups = self._groups(one, other)
        parting = self._apart.get(groups)
        if groups[0] == groups[1]:
            same = self._chain(one, other)
            return Standing("same", same) if parting is None else Standing("disputed", same, self._parted(one, parting))
        if parting is not None:
            known: Known = "disputed" if self._disputed & set(groups) else "different"
            return Standing(known, (), self._parted(one, parting))
        unsure = self._unsure.get((one, other))
        return Standing("unjudged") if unsure is None else Standing("unsure", unsure=(unsure,))

    def _parted(self, one: str, parting: Judged) -> tuple[Judged, ...]:
        """The judgement that parts, behind the chain that leads from `one` to its nearer side."""
        near = next(record for record in parting.pair if self._group[record] == self._group[one])
        return (*self._chain(one, near), parting)

    def _groups(self, one: str, other: str) -> tuple[str, str]:
        first, second = sorted((self._group[one], self._group[other]))
        return first, second

    def _reach(self, record: str) -> None:
        """Names the group of a record after its smallest member."""
        if record in self._group:
            return
        self._group[record] = record
        members = [record]
        for at in members:
            for each in self._links[at]:
                for next_record in each.pair:
                    if next_record not in self._group:
                        self._group[next_record] = record
                        members.append(next_record)
        self._members[record] = members

    def _chain(self, one: str, other: str) -> tuple[Judged, ...]:
        """The shortest chain of "same" from one to the other; among equals the smallest judgements."""
        came: dict[str, tuple[str, Judged]] = {}
        waiting = deque([one])
        while waiting and other not in came and one != other:
            at = waiting.popleft()
            for each in self._links[at]:
                to = each.other if each.one == at else each.one
                if to != one and to not in came:
                    came[to] = at, each
                    waiting.append(to)
        return _back(came, one, other)


def _back(came: Mapping[str, tuple[str, Judged]], one: str, other: str) -> tuple[Judged, ...]:
    chain: list[Judged] = []
    while other != one and other in came:
        other, each = came[other]
        chain.append(each)
    return tuple(reversed(chain))
