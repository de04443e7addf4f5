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

from veedor.kernel import kernel, twin_of
from veedor.money import columns
from veedor.money.columns import Bools, Ints, Values
from veedor.money.ledger import DAY_US, arrange

_SAFE = 2.0**61

NEEDED = (
    "payment", "payer", "payee", "time", "time_is_date", "amount_units", "amount_exponent", "currency",
    "debit_deposit", "debit_row", "credit_deposit", "credit_row", "simulated",
)  # fmt: skip
"""Columns of payments that the search reads."""


@dataclass(frozen=True)
class Graph:
    """Edges in order of time, ties by payment id; accounts are codes in order of their ids.

    `out` lists the edges that leave account a at out_starts[a]:out_starts[a + 1] in order of `latest`; `into` those
    that come in order of `time`; ties by edge."""

    payments: pa.Table
    accounts: Values
    currency: str
    exponent: int
    ids: Ints
    payer: Ints
    payee: Ints
    time: Ints
    latest: Ints
    amount: Any
    out_starts: Ints
    out: Ints
    in_starts: Ints
    into: Ints

    @property
    def wide(self) -> bool:
        """Whether amounts are Python integers."""
        return bool(self.amount.dtype == object)

    def call(self, function: Any) -> Callable[..., Any]:
        """The kernel, or its twin where amounts do not fit in 64 bits."""
        return twin_of(function) if self.wide else function

    def account(self, code: int) -> str:
        return str(self.accounts[int(code)].as_py())

    def total(self, edges: Ints) -> int:
        """Exact sum of amounts, in units of 10^-exponent."""
        return sum(self.amount[edges].tolist())


def graphs(payments: pa.Table) -> Iterator[Graph]:
    """One graph for each currency, in order of currencies."""
    payments = payments.combine_chunks()
    usable = columns.known(payments["payer"]) & columns.known(payments["payee"])
    (payer, payee), _ = columns.labels(payments["payer"], payments["payee"])
    usable &= payer != payee
    if "reversed" in payments.column_names:
        usable &= ~columns.flags(payments["reversed"])
    (currency,), names = columns.codes(payments["currency"])
    for code, name in enumerate(names.to_pylist()):
        rows = np.flatnonzero(usable & (currency == code))
        if len(rows):
            yield _graph(columns.take(payments, rows), str(name))


def _graph(payments: pa.Table, currency: str) -> Graph:
    time, ids = columns.integers(payments["time"]), columns.integers(payments["payment"])
    order = columns.in_order(time, ids)
    payments = columns.take(payments, order).combine_chunks()
    time, ids = time[order], ids[order]
    (payer, payee), accounts = columns.codes(payments["payer"], payments["payee"])
    latest = time + np.where(columns.flags(payments["time_is_date"]), DAY_US - 1, 0)
    by_latest = np.argsort(latest, kind="stable").astype(np.int64)
    out, out_starts = arrange(payer[by_latest], len(accounts))
    into, in_starts = arrange(payee, len(accounts))
    amount, exponent = _amounts(payments)
    return Graph(
        payments, accounts, currency, exponent, ids, payer, payee, time, latest, amount,
        out_starts, by_latest[out], in_starts, into,
    )  # fmt: skip


def _amounts(payments: pa.Table) -> tuple[Any, int]:
    """Amounts in units of the smallest place written, and that place."""
    units, exponents = columns.integers(payments["amount_units"]), columns.integers(payments["amount_exponent"])
    exponent = int(exponents.max())
    shift = exponent - exponents
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
def first_after(edges: Ints, latest: Ints, begin: int, end: int, moment: int) -> int:
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
