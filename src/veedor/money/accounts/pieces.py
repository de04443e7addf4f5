"""Money followed coin by coin, first in, first out: which part of a payment that comes in leaves by which other one.

A payment is a row of coins from 0 to its amount. At an account the oldest coins leave first; coins older than the delay
are not spent any more (tracing.trace has the same rules). A *piece* is a run of coins that come by one payment and
leave by another: where they lie in either is known, so a coin can be followed from account to account (paths.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from veedor.kernel import kernel
from veedor.money.columns import Bools, Ints


def _examples() -> list[tuple[object, ...]]:
    incoming = np.array([True, True, False, False, True, False])
    time = np.array([0, 5, 6, 9, 40, 41], np.int64)
    amount = np.array([100, 50, 90, 55, 30, 10], np.int64)
    return [(incoming, time, time % 3, amount, delay) for delay in (0, 3, 10, 100)]


@kernel(examples=_examples)
def pieces(incoming: Bools, time: Ints, slack: Ints, amount: Any, delay: int) -> tuple[Ints, Ints, Any, Any, Any]:
    """(event that came, event that left, size, place of the first coin in what came, and in what left) of each piece,
    in order of what left, for one account's events in order of time."""
    size = len(time)
    came, went = np.empty(size, np.int64), np.empty(size, np.int64)
    sizes, in_came, in_went = np.zeros_like(amount), np.zeros_like(amount), np.zeros_like(amount)
    spent = np.zeros_like(amount)
    found, head = 0, 0
    for at in range(size):
        if incoming[at]:
            continue
        need = amount[at]
        while need > 0 and head < at:
            if not incoming[head] or spent[head] == amount[head]:
                head += 1
                continue
            if time[at] - time[head] > delay + max(slack[at], slack[head]):
                head += 1
                continue
            taken = min(need, amount[head] - spent[head])
            came[found], went[found], sizes[found] = head, at, taken
            in_came[found], in_went[found] = spent[head], amount[at] - need
            found += 1
            spent[head] += taken
            need -= taken
    return (
        came[:found].copy(),
        went[:found].copy(),
        sizes[:found].copy(),
        in_came[:found].copy(),
        in_went[:found].copy(),
    )
