"""Payments seen from each account: time-sorted incoming and outgoing payments per account and currency.

Reversed payments and payments of an account to itself are left out; currencies are kept apart. Amounts are exact: in
units of the smallest place written on that account, as int64 where an account's sum stays below 2^62, else (rare) in
a second ledger of Python integers on which the plain twins of the kernels run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import Owner
from veedor.formats.arrow import one_piece
from veedor.kernel import kernel, twin_of
from veedor.money import columns
from veedor.money.columns import Bools, Ints, Values
from veedor.money.tracing import trace

DAY_US = 86_400_000_000
CASH = "cash"
_SAFE = 2.0**61

NEEDED = (
    "payment", "payer", "payee", "payer_name", "payee_name", "payer_bank", "payee_bank", "time", "time_is_date",
    "amount_units", "amount_exponent", "currency", "instrument", "debit_deposit", "debit_row", "credit_deposit",
    "credit_row", "simulated",
)  # fmt: skip
"""Columns of payments that detectors of this room read."""

NOT_REVERSED = (("reversed", "=", False),)


@dataclass(frozen=True)
class Ledger:
    """Events of all groups (account x currency) one after the other; group g is starts[g]:starts[g + 1].

    `event_order` of a group is by time, incoming first among equals, then payment id. A payment known only by its date
    counts as received at the start of that day and as made at its end, so that money can leave on the day it came;
    `slack` is the day that its time is uncertain by.
    """

    payments: pa.Table
    accounts: Values
    currencies: list[str]
    group_account: Ints
    group_currency: Ints
    group_exponent: Ints
    starts: Ints
    payment: Ints
    incoming: Bools
    other: Ints
    time: Ints
    slack: Ints
    amount: Any
    wide: bool

    @cached_property
    def cash(self) -> Bools:
        """Which events are cash."""
        (code,), values = columns.codes(self.payments["instrument"])
        is_cash = np.array([name == CASH for name in [*values.to_pylist(), None]], np.bool_)
        return np.asarray(is_cash[code][self.payment], dtype=np.bool_)

    def sums(self, values: Any) -> Any:
        """Sums of a value per event over each group, exact as amounts are."""
        return np.add.reduceat(values, self.starts[:-1]) if len(self.starts) > 1 else values[:0]

    def traced(self, delay_us: int) -> tuple[Any, Ints]:
        """How much of each payment leaves (or had come) within the delay, and when: see tracing.trace."""
        found: tuple[Any, Ints] = self.call(trace)(
            self.starts, self.incoming, self.time, self.slack, self.amount, delay_us
        )
        return found

    def call(self, function: Any) -> Callable[..., Any]:
        """The kernel, or its twin where amounts do not fit in 64 bits."""
        return twin_of(function) if self.wide else function


def _arrange_examples() -> list[tuple[object, ...]]:
    return [(np.array([2, 0, 2, 1, -1, 0]), 3)]


@kernel(examples=_arrange_examples)
def arrange(group: Ints, groups: int) -> tuple[Ints, Ints]:
    """Stable counting sort: (order, starts) of events by group; events with group -1 are left out."""
    starts = np.zeros(groups + 1, np.int64)
    for value in group:
        if value >= 0:
            starts[value + 1] += 1
    for at in range(groups):
        starts[at + 1] += starts[at]
    order = np.empty(starts[groups], np.int64)
    place = starts[:-1].copy()
    for event in range(len(group)):
        value = group[event]
        if value >= 0:
            order[place[value]] = event
            place[value] += 1
    return order, starts


def ledgers(payments: pa.Table, owner: Owner, least_events: int, among: Values | None = None) -> list[Ledger]:
    """The ledger of the owner's accounts (and the one of Python integers, if any account needs it).

    Accounts with fewer than `least_events` payments in a currency are left out, and all but those `among` where given.
    Codes of accounts are numbered as they come: they tell counterparties apart and are never ordered.
    """
    if among is not None:
        among = one_piece(among)
        theirs = (np.asarray(pc.is_in(payments[side], value_set=among)) for side in ("payer", "payee"))
        payments = payments.filter(pa.array(np.logical_or(*theirs)))
    # Rows of an instance are taken again and again: from one piece that costs only those rows.
    payments = payments.combine_chunks()
    (payer, payee), accounts = columns.labels(payments["payer"], payments["payee"])
    (currency,), names = columns.codes(payments["currency"])
    currencies = [str(name) for name in names.to_pylist()]
    ours = columns.in_bucket(accounts, owner)
    if among is not None:
        ours &= np.asarray(pc.is_in(accounts, value_set=among))
    valid = payer != payee
    if "reversed" in payments.column_names:
        valid &= ~columns.flags(payments["reversed"])
    time = columns.integers(payments["time"])
    dates = columns.flags(payments["time_is_date"])
    ids = columns.integers(payments["payment"])
    units, exponents = columns.integers(payments["amount_units"]), columns.integers(payments["amount_exponent"])

    ours = np.append(ours, False)
    into, out = np.flatnonzero(valid & ours[payee]), np.flatnonzero(valid & ours[payer])
    size = len(accounts) * len(currencies)
    group = np.concatenate((payee[into], payer[out])) * len(currencies) + currency[np.concatenate((into, out))]
    counts = np.bincount(group, minlength=size)
    keep = counts[group] >= least_events
    payment = np.concatenate((into, out))[keep]
    incoming = (np.arange(len(keep)) < len(into))[keep]
    group = group[keep]
    # The last moment of a day for outgoing dates, see Ledger; ties by direction, then payment id.
    moment = time[payment] + np.where(dates[payment] & ~incoming, DAY_US - 1, 0)
    order = columns.in_order(moment, ~incoming, ids[payment])
    payment, incoming, group, moment = payment[order], incoming[order], group[order], moment[order]

    # Of the account's own payments only, so that rounding never depends on what else lies in the bucket.
    exponent = np.zeros(size, np.int64)
    np.maximum.at(exponent, group, exponents[payment])
    shift = exponent[group] - exponents[payment]
    heavy = np.bincount(group, weights=units[payment] * 10.0**shift, minlength=size) >= _SAFE
    made = []
    for wide in (False, True):
        if wide and not heavy.any():
            break
        dense = np.full(size, -1, np.int64)
        used = np.flatnonzero((np.bincount(group, minlength=size) > 0) & (heavy == wide))
        dense[used] = np.arange(len(used))
        arranged, starts = arrange(dense[group], len(used))
        event, is_in = payment[arranged], incoming[arranged]
        made.append(
            Ledger(
                payments=payments,
                accounts=accounts,
                currencies=currencies,
                group_account=used // max(len(currencies), 1),
                group_currency=used % max(len(currencies), 1),
                group_exponent=exponent[used],
                starts=starts,
                payment=event,
                incoming=is_in,
                other=np.where(is_in, payer[event], payee[event]),
                time=moment[arranged],
                slack=np.where(dates[event], DAY_US - 1, 0),
                amount=_exact(units[event], shift[arranged], wide),
                wide=wide,
            )
        )
    return made


def _exact(units: Ints, shift: Ints, wide: bool) -> Ints | npt.NDArray[np.object_]:
    if not wide:
        return units * 10**shift
    exact = np.empty(len(units), dtype=object)
    exact[:] = [unit * 10**places for unit, places in zip(units.tolist(), shift.tolist(), strict=True)]
    return exact
