"""Versions of lists made ready once each, which of them count on which day, and whether an entry counts then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from veedor.money.screening.lists import ReadyList, ready
from veedor.money.screening.ownership import Owned, owned_by_listed, path
from veedor.registers.sanctions.listed import Listing
from veedor.registers.sanctions.versions import InForce, in_force


@dataclass
class Versions:
    """Answers about days; what was asked once is kept."""

    listings: Sequence[Listing]
    _made: dict[int, ReadyList] = field(default_factory=dict)
    _days: dict[date, tuple[InForce, ...]] = field(default_factory=dict)

    def on(self, day: date) -> tuple[InForce, ...]:
        if day not in self._days:
            self._days[day] = in_force(self.listings, day)
        return self._days[day]

    def ready(self, listing: Listing) -> ReadyList:
        if id(listing) not in self._made:
            self._made[id(listing)] = ready(listing)
        return self._made[id(listing)]

    def asked(self, days: Iterable[date]) -> tuple[tuple[ReadyList, bool], ...]:
        """Every version that counts on any of these days, and whether it only stood in for one of them."""
        found: dict[int, tuple[ReadyList, bool]] = {}
        for day in days:
            for each in self.on(day):
                known = self.ready(each.listing)
                found[id(each.listing)] = (known, found.get(id(each.listing), (known, False))[1] or each.assumed)
        return tuple(found.values())

    def listed(self, entry: str, name: str, day: date) -> bool:
        """Whether the entry stands on the version in force that day and does not exclude the day, or is owned by
        half."""
        for each in self.on(day):
            if each.listing.name == name:
                known = self.ready(each.listing)
                at = known.by_id.get(entry)
                if at is None or not known.entry(at).in_force(day):
                    return False
                return entry in known.sanctioned or owned(entry, known, day) is not None
        return False


def owned(entry: str, known: ReadyList, day: date) -> tuple[Owned, str] | None:
    """The 50 per cent rule, where an entry is there only because others own it."""
    if entry in known.sanctioned or not known.listing.shares:
        return None
    listed = [each.entry for each in known.listing.entries if each.entry in known.sanctioned and each.in_force(day)]
    found: Mapping[str, Owned] = owned_by_listed(known.listing.shares, listed, day)
    if entry not in found:
        return None
    names = {each.entry: each.names[0].name for each in known.listing.entries}
    return found[entry], path(entry, found, names)
