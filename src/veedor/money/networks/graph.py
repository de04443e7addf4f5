"""The graph of payments of one currency: edges in order of time, and each account's edges out and in, sorted.

A payment known only by its date may have been made at any moment of that day: every edge is a span from `time` to
`latest`. Money that came by edge p can leave by edge q if q's latest moment is not before p's first. Reversed payments,
payments of an account to itself and payments with an unknown side are no edges. Amounts are exact, in units of the
smallest place written in that currency: as int64, or (rare) as Python integers on which the twins of the kernels run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Pieces, in_pieces
from veedor.kernel import kernel, twin_of
from veedor.money import columns
from veedor.money.columns import Bools, Codes, Ints, Values
from veedor.money.ledger import DAY_US, arrange
from veedor.money.networks.edges import SEARCHED, Edges, edges

_SAFE = 2.0**61

SHOWN = ("debit_deposit", "debit_row", "credit_deposit", "credit_row", "simulated")
"""Columns that are read again of the payments of patterns alone."""

NEEDED = (*SEARCHED, *SHOWN)
"""Columns of payments that the search reads."""


@dataclass(frozen=True)
class Graph:
    """Edges in order of time, ties by payment id; accounts are codes in order of their ids. `place` is which of the
    rows that were read an edge is.

    `out` lists the edges that leave account a at out_starts[a]:out_starts[a + 1] in order of `latest`; `into` those
    that come in order of `time`; ties by edge."""

    accounts: Values
    currency: str
    exponent: int
    place: Codes
    ids: Ints
    payer: Codes
    payee: Codes
    time: Ints
    latest: Ints
    amount: Any
    out_starts: Ints
    out: Codes
    in_starts: Ints
    into: Codes

    @property
    def wide(self) -> bool:
        """Whether amounts are Python integers."""
        return bool(self.amount.dtype == object)

    def call(self, function: Any) -> Callable[..., Any]:
        """The kernel, or its twin where amounts do not fit in 64 bits."""
        return twin_of(function) if self.wide else function

    def account(self, code: int) -> str:
        return str(self.accounts[int(code)].as_py())

    def pair(self, payer: Codes, payee: Codes) -> Ints:
        """One integer for each pair of accounts, in order of payer, then payee."""
        return payer.astype(np.int64) * len(self.accounts) + payee

    def total(self, edges: Codes) -> int:
        """Exact sum of amounts, in units of 10^-exponent."""
        return sum(self.amount[edges].tolist())


def graphs(payments: pa.Table | Pieces) -> Iterator[Graph]:
    """One graph for each currency, in order of currencies."""
    for currency, held, accounts in edges(in_pieces(payments)):
        yield _graph(currency, held, accounts)


def _graph(currency: str, held: Edges, accounts: Values) -> Graph:
    time, ids = held.take("time"), held.take("payment")
    order = columns.in_order(time, ids).astype(np.int32)
    time, ids, place = time[order], ids[order], held.take("place")[order]
    payer, payee = held.take("payer")[order], held.take("payee")[order]
    used = np.zeros(len(accounts), np.bool_)
    used[payer], used[payee] = True, True
    dense = (np.cumsum(used) - 1).astype(np.int32)
    payer, payee, accounts = dense[payer], dense[payee], accounts.take(pa.array(np.flatnonzero(used)))
    dates = held.take("time_is_date")[order]
    latest = np.where(dates, time + (DAY_US - 1), time)
    if dates.any():
        by_latest = np.argsort(latest, kind="stable").astype(np.int32)
        out, out_starts = arrange(payer[by_latest], len(accounts))
        out = by_latest[out]
    else:
        out, out_starts = arrange(payer, len(accounts))
    into, in_starts = arrange(payee, len(accounts))
    amount, exponent = _amounts(held.take("amount_units")[order], held.take("amount_exponent")[order])
    return Graph(
        accounts, currency, exponent, place, ids, payer, payee, time, latest, amount,
        out_starts, out.astype(np.int32), in_starts, into.astype(np.int32),
    )  # fmt: skip


def _amounts(units: Ints, exponents: Values) -> tuple[Any, int]:
    """Amounts in units of the smallest place written, and that place."""
    exponent = int(exponents.max())
    if (exponents == exponent).all() and int(np.abs(units).max()) < _SAFE:
        return units, exponent
    shift = exponent - exponents.astype(np.int64)
    if not (np.abs(units) * 10.0**shift >= _SAFE).any():
        return units * 10**shift, exponent
    exact = np.empty(len(units), dtype=object)
    exact[:] = [unit * 10**places for unit, places in zip(units.tolist(), shift.tolist(), strict=True)]
    return exact, exponent


def _first_examples() -> list[tuple[object, ...]]:
    latest = np.array([9, 4, 4, 7], np.int64)
    edges = np.array([1, 2, 3, 0], np.int64)
    return [(edges, latest, begin, 4, moment) for begin in (0, 1, 4) for moment in (0, 4, 5, 9, 10)]


@kernel(examples=_first_examples)
def first_after(edges: Codes, latest: Ints, begin: int, end: int, moment: int) -> int:
    """The first of edges[begin:end], sorted by `latest`, whose latest moment is not before `moment`; else `end`."""
    low, high = begin, end
    while low < high:
        middle = (low + high) // 2
        if latest[edges[middle]] < moment:
            low = middle + 1
        else:
            high = middle
    return low


def owned(time: Ints, start_us: int | None, end_us: int | None) -> Bools:
    """Which moments the owner's chunk holds; all of them where it has none."""
    if start_us is None or end_us is None:
        return np.ones(len(time), np.bool_)
    return np.asarray((time >= start_us) & (time < end_us), dtype=np.bool_)
