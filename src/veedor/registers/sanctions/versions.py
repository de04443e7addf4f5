"""Which version of a list was in force on a day, and which of its entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from veedor.registers.sanctions.listed import Listing


@dataclass(frozen=True)
class InForce:
    """What of one list counts on a day. `assumed`: the only versions given are of later days, or do not say their day,
    so that an entry counts unless its own days say otherwise; somebody taken off before would not be found."""

    listing: Listing
    assumed: bool


def in_force(listings: Sequence[Listing], day: date) -> tuple[InForce, ...]:
    """One version of each list by name: the latest that is not later than `day`, else the earliest there is."""
    named: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        named[listing.name].append(listing)
    found = []
    for _, versions in sorted(named.items()):
        past = [each for each in versions if each.version is not None and each.version <= day]
        if past:
            found.append(InForce(max(past, key=lambda each: each.version or date.min), False))
        else:
            found.append(InForce(min(versions, key=lambda each: each.version or date.max), True))
    return tuple(found)
