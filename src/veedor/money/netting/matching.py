"""Which payments in and out are one deal: each belongs to one at most, the earliest that is left goes first.

What the same rule gives among payments out that came days too late is chance: those were no deals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from veedor.money.ledger import DAY_US
from veedor.money.netting.houses import DISPLACED

Row = dict[str, Any]


@dataclass(frozen=True)
class Netting:
    """Deals of two houses in both directions within one stretch of time, in order, and the most that chance gave in
    the same stretch. Where records end so soon after it that chance could be counted for less than half of the deals,
    it is taken to explain all of them."""

    one: str
    two: str
    deals: tuple[Row, ...]
    chance: int

    def paid_in(self, house: str) -> list[Row]:
        return [row for row in self.deals if row["account"] == house]


def matched(rows: Sequence[Row]) -> list[Row]:
    """Deals among candidates of one direction and one displacement."""
    paid_in: set[int] = set()
    paid_out: set[int] = set()
    found = []
    for row in sorted(rows, key=lambda row: (row["time"], row["payment"], row["end"], row["payout"])):
        if row["payment"] not in paid_in and row["payout"] not in paid_out:
            paid_in.add(row["payment"])
            paid_out.add(row["payout"])
            found.append(row)
    return found


def nettings(rows: Sequence[Row], join_days: int, last: int) -> list[Netting]:
    """Stretches of deals of two houses, cut where none follows within `join_days`. `rows`: all candidates of both;
    `last`: when the house's records end."""
    kept: dict[int, list[Row]] = {}
    for direction, days in sorted({(row["account"], row["displaced_days"]) for row in rows}):
        some = [row for row in rows if row["account"] == direction and row["displaced_days"] == days]
        kept.setdefault(days, []).extend(matched(some))
    stretches: list[list[Row]] = []
    for row in sorted(kept.pop(0, []), key=lambda row: (row["time"], row["payment"])):
        if not stretches or row["time"] - stretches[-1][-1]["time"] > join_days * DAY_US:
            stretches.append([])
        stretches[-1].append(row)
    one, two = sorted({row["account"] for row in rows} | {row["other"] for row in rows})
    return [Netting(one, two, tuple(deals), _chance(deals, kept, last)) for deals in stretches]


def _chance(deals: Sequence[Row], displaced: Mapping[int, Sequence[Row]], last: int) -> int:
    """The most pairs of any displacement; those near the end of the records, whose payments out would come after it,
    count like the others."""
    found = []
    for days in DISPLACED[1:]:
        seen = sum(row["time"] + days * DAY_US <= last for row in deals)
        if 2 * seen >= len(deals):
            count = sum(deals[0]["time"] <= row["time"] <= deals[-1]["time"] for row in displaced.get(days, ()))
            found.append(-(-count * len(deals) // seen))
    return max(found, default=len(deals))
