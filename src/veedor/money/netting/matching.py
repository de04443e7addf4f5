"""Which payments in and out are one deal: each belongs to one at most, the earliest that is left goes first.

What the same rule gives among payments out that came days too late is chance: those were no deals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from veedor.money.ledger import DAY_US
from veedor.money.netting.houses import DISPLACED
from veedor.money.netting.pairs import beyond_milli
from veedor.money.netting.prices import at_one_price

Row = dict[str, Any]


@dataclass(frozen=True)
class Netting:
    """Deals of two houses in both directions within one stretch of time, in order, each direction at one price; `one`
    is the house that is told of. And by the house that is paid the most that chance gave in the same stretch. Where
    records end so soon after it that chance could be counted for less than half of the deals, it is taken to explain
    all of them."""

    one: str
    two: str
    deals: tuple[Row, ...]
    chance: Mapping[str, int]

    def paid_in(self, house: str) -> list[Row]:
        return [row for row in self.deals if row["account"] == house]

    def beyond(self, house: str, amount: int) -> int:
        """As much of an amount in deals paid in at a house as chance does not explain."""
        deals = len(self.paid_in(house))
        return amount * max(deals - self.chance[house], 0) // max(deals, 1)

    @property
    def beyond_milli(self) -> int:
        """How far both directions lie beyond chance: each in roots of its own, for one house may be busier than the
        other, and their sum in roots of two such numbers."""
        both = sum(beyond_milli(len(self.paid_in(house)), self.chance[house]) for house in (self.one, self.two))
        return isqrt(both * both // 2)


def in_order(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["time"], row["payment"], row["end"], row["payout"]))


def matched(rows: Sequence[Row]) -> dict[int, list[Row]]:
    """Deals among candidates of one direction, in order, by displacement."""
    found: dict[int, list[Row]] = {days: [] for days in DISPLACED}
    gone: dict[int, set[int]] = {days: set() for days in DISPLACED}
    for row in rows:
        days = row["displaced_days"]
        if row["payment"] not in gone[days] and row["payout"] not in gone[days]:
            gone[days] |= {row["payment"], row["payout"]}
            found[days].append(row)
    return found


def quieter(rows: Sequence[Row]) -> str:
    """Of two houses the one with fewer payments among all candidates; of equal ones the first by account."""
    seen: dict[str, set[int]] = {}
    for row in rows:
        seen.setdefault(row["account"], set()).add(row["payment"])
        seen.setdefault(row["other"], set()).add(row["payout"])
    return min(seen, key=lambda house: (len(seen[house]), house))


def nettings(rows: Sequence[Row], one: str, join_days: int, price_permille: int, last: int) -> list[Netting]:
    """Stretches of deals of two houses, cut where none follows within `join_days`, all of one direction at prices that
    differ by at most `price_permille`. `rows`: all candidates of both; `one` is told of, and its records end at
    `last`."""
    (two,) = {row[end] for row in rows for end in ("account", "other")} - {one}
    kept = {house: _at_one_price([row for row in rows if row["account"] == house], price_permille, last)
            for house in (one, two)}  # fmt: skip
    stretches: list[list[Row]] = []
    for row in sorted((row for by in kept.values() for row in by[0]), key=lambda row: (row["time"], row["payment"])):
        if not stretches or row["time"] - stretches[-1][-1]["time"] > join_days * DAY_US:
            stretches.append([])
        stretches[-1].append(row)
    return [
        Netting(one, two, tuple(deals), {
            house: _chance([row for row in deals if row["account"] == house], kept[house], last) for house in kept
        })
        for deals in stretches
    ]  # fmt: skip


def _at_one_price(rows: Sequence[Row], price_permille: int, last: int) -> dict[int, list[Row]]:
    """Deals of one direction, by displacement, at the price at which they lie farthest beyond chance."""

    def beyond(some: Sequence[Row]) -> int:
        by = matched(some)
        return beyond_milli(len(by[0]), _chance(by[0], by, last))

    return matched(at_one_price(in_order(rows), price_permille, beyond))


def _chance(deals: Sequence[Row], displaced: Mapping[int, Sequence[Row]], last: int) -> int:
    """The most pairs of any displacement in the stretch of these deals of one direction; those near the end of the
    records, whose payments out would come after it, count like the others."""
    found = []
    for days in DISPLACED[1:]:
        seen = sum(row["time"] + days * DAY_US <= last for row in deals)
        if deals and 2 * seen >= len(deals):
            count = sum(deals[0]["time"] <= row["time"] <= deals[-1]["time"] for row in displaced[days])
            found.append(-(-count * len(deals) // seen))
    return max(found, default=len(deals))
