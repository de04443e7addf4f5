"""At which price a house deals: it quotes one to all customers of a time, give or take little; chance has any.

What payments out give for payments in, beside the dated rate, is cut into overlapping bands `width_permille` wide. The
band in which most lie beyond what displaced payments out give there is taken for the price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Row = dict[str, Any]


def at_one_price(rows: Sequence[Row], width_permille: int, beyond: Callable[[Sequence[Row]], int]) -> Sequence[Row]:
    """Candidates of one direction, of all displacements, that lie in the band for which `beyond` says most, in the
    order in which they are given; of equal bands the cheapest."""
    return max(_bands(rows, width_permille), key=beyond, default=())


def _bands(rows: Sequence[Row], width_permille: int) -> Iterator[Sequence[Row]]:
    """Bands from the lowest price on, each half a width above the one before."""
    prices = [row["price_ppm"] for row in rows]
    low, last = min(prices, default=1), max(prices, default=0)
    while low <= last:
        high = low * (1000 + width_permille) // 1000
        yield [row for row, price in zip(rows, prices, strict=True) if low <= price <= high]
        low += max(low * width_permille // 2000, 1)
