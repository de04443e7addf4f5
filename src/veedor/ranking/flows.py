"""Payments in the order in which they became known, and each account's payments out and in beside them.

An account in one currency is a node; what lies in another currency is another node. A payment is known when it was
made; one of which only the date is known, at the end of that day, whatever order rows came in. All that ranking looks
at goes through this order, so that nothing about a payment is taken from what came later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.kernel import kernel
from veedor.money import columns
from veedor.money.columns import Ints
from veedor.money.ledger import DAY_US, arrange

Floats = npt.NDArray[np.float64]

NEEDED = (
    "payment", "payer", "payee", "time", "time_is_date", "amount_units", "amount_exponent", "currency", "reversed",
    "debit_deposit", "debit_row", "credit_deposit", "credit_row", "simulated",
)  # fmt: skip
"""Columns of payments that ranking reads."""


@dataclass(frozen=True)
class Flows:
    """Payments by (known, payment id). `payer`, `payee`: nodes, -1 where nobody said who; `amount` in units of the
    currency; `out[out_starts[n]:out_starts[n + 1]]` are what node n pays, in the same order, `into` what it is paid."""

    payments: pa.Table
    known: Ints
    payer: Ints
    payee: Ints
    amount: Floats
    out_starts: Ints
    out: Ints
    in_starts: Ints
    into: Ints

    def __len__(self) -> int:
        return len(self.known)


def flows(payments: pa.Table) -> Flows:
    """The flows of a table PAYMENTS; reversed payments and those of an account to itself are left out."""
    payments = payments.select(NEEDED).combine_chunks()
    (payer, payee), _ = columns.codes(payments["payer"], payments["payee"])
    kept = np.flatnonzero(~columns.flags(payments["reversed"]) & ((payer != payee) | (payer < 0)))
    payments, payer, payee = columns.take(payments, kept), payer[kept], payee[kept]
    (currency,), currencies = columns.codes(payments["currency"])
    days = columns.flags(payments["time_is_date"])
    time = columns.integers(payments["time"])
    known = np.where(days, time // DAY_US * DAY_US + DAY_US - 1, time)
    order = columns.in_order(known, columns.integers(payments["payment"]))
    payments, known, currency = columns.take(payments, order), known[order], currency[order]
    sides = np.concatenate((payer[order], payee[order]))
    nodes = columns.distinct(sides * max(len(currencies), 1) + np.concatenate((currency, currency)))
    nodes = np.where(sides < 0, -1, nodes)
    payer, payee = nodes[: len(order)], nodes[len(order) :]
    count = int(nodes.max(initial=-1)) + 1
    out, out_starts = arrange(payer, count)
    into, in_starts = arrange(payee, count)
    units, exponents = columns.integers(payments["amount_units"]), columns.integers(payments["amount_exponent"])
    amount = units / 10.0**exponents
    return Flows(payments.combine_chunks(), known, payer, payee, amount, out_starts, out, in_starts, into)


def _place_examples() -> list[tuple[object, ...]]:
    known, edges = np.array([0, 3, 3, 7, 9], np.int64), np.array([0, 1, 2, 4], np.int64)
    return [(edges, known, 0, 4, moment) for moment in (-1, 0, 2, 3, 8, 9, 10)]


@kernel(examples=_place_examples)
def known_until(edges: Ints, known: Ints, begin: int, end: int, moment: int) -> int:
    """The first place in edges[begin:end] of what became known after `moment`; `end` if all was known."""
    low, high = begin, end
    while low < high:
        middle = (low + high) // 2
        if known[edges[middle]] <= moment:
            low = middle + 1
        else:
            high = middle
    return low
