"""Payments between exchange houses and those who are none, by currency, and an index of them by amount and time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Pieces
from veedor.money import columns
from veedor.money.columns import Bools, Ints
from veedor.money.exchange.quotes import Amount
from veedor.money.ledger import DAY_US
from veedor.tables import PAYMENTS

NEEDED = (
    "payment", "payer", "payee", "payer_name", "payee_name", "time", "time_is_date", "amount_units",
    "amount_exponent", "currency", "debit_deposit", "debit_row", "credit_deposit", "credit_row", "simulated",
)  # fmt: skip


PLACES = 36
"""All amounts are compared in units of this many places, as many as any source may write: what is found must not
depend on what else lies in a span."""


_TAKEN = (
    "payer", "payee", "payer_name", "payee_name", "payment", "time_is_date", "amount_units", "amount_exponent"
)  # fmt: skip


@dataclass(frozen=True)
class Leg:
    """One payment between a customer and a house; it lies somewhere in `time`..`latest`, a whole day where only its
    date is known. `row` is its place in the table of payments."""

    payment: int
    customer: str
    name: str | None
    house: str
    time: int
    latest: int
    amount: Amount
    row: int

    def may_follow(self, other: Leg, within_us: int) -> bool:
        """Whether this can have come after the other, and no later than that."""
        return self.latest >= other.time and self.time <= other.latest + within_us


@dataclass(frozen=True)
class Legs:
    """Of one currency: what customers gave to houses and what they got, each in order of (time, payment); only of
    customers who did both."""

    currency: str
    given: list[Leg]
    got: list[Leg]

    def by_customer(self, got: bool) -> dict[str, list[Leg]]:
        found: dict[str, list[Leg]] = {}
        for leg in self.got if got else self.given:
            found.setdefault(leg.customer, []).append(leg)
        return found


@dataclass(frozen=True)
class Houses:
    """Who counts as an exchange house: whoever pays at least `least_payees` accounts of a currency, and `multiple`
    times as many as the other side of the payment does. `served` says how many, for accounts that pay several."""

    served: pa.Table
    least_payees: int
    multiple: int

    def payments(self, rows: Pieces) -> pa.Table:
        """Payments between a house and one that is none: few of all, so each piece is let go before the next."""
        kept = []
        for piece in rows.pieces(NEEDED):
            gives, gets = self._sides(piece)
            kept.append(piece.filter(pa.array(gives | gets)).combine_chunks())
        return pa.concat_tables(kept).combine_chunks() if kept else PAYMENTS.empty().select(list(NEEDED))

    def legs(self, payments: pa.Table) -> dict[str, Legs]:
        """Legs by currency of such payments."""
        gives, gets = self._sides(payments)
        (payer, payee), _ = columns.codes(payments["payer"], payments["payee"])
        (currency,), currencies = columns.codes(payments["currency"])
        customer = np.where(gives, payer, payee) * (len(currencies) + 1) + currency
        both = np.intersect1d(customer[gives], customer[gets])
        rows = np.flatnonzero((gives | gets) & np.isin(customer, both))
        return {
            str(name): legs_of(str(name), payments, rows[currency[rows] == code], gives)
            for code, name in enumerate(currencies.to_pylist())
            if (currency[rows] == code).any()
        }

    def _sides(self, payments: pa.Table) -> tuple[Bools, Bools]:
        """Whether the payer gives to a house; whether the payee gets from one."""
        served = self.served
        usable = columns.known(payments["payer"]) & columns.known(payments["payee"])
        (payer, payee, names), accounts = columns.codes(payments["payer"], payments["payee"], served["account"])
        (currency, of), currencies = columns.codes(payments["currency"], served["currency"])
        size = len(currencies) + 1
        serves = np.zeros((len(accounts) + 1) * size, np.int64)
        serves[names * size + of] = columns.integers(served["payees"])
        paid, pays = serves[payee * size + currency], serves[payer * size + currency]
        gives = usable & (paid >= self.least_payees) & (paid >= self.multiple * pays)
        return gives, usable & ~gives & (pays >= self.least_payees) & (pays >= self.multiple * paid)


def legs_of(currency: str, payments: pa.Table, rows: Ints, gives: Bools) -> Legs:
    """Legs of these rows of one currency; `gives` says of every payment whether its payee is the house."""
    time, ids = columns.integers(payments["time"])[rows], columns.integers(payments["payment"])[rows]
    rows = rows[columns.in_order(time, ids)]
    taken = columns.take(payments.select(_TAKEN), rows).to_pylist()
    times = columns.integers(payments["time"])[rows].tolist()
    made: tuple[list[Leg], list[Leg]] = ([], [])
    for at, time_us, row in zip(rows.tolist(), times, taken, strict=True):
        customer, house = ("payer", "payee") if gives[at] else ("payee", "payer")
        made[not gives[at]].append(
            Leg(
                row["payment"], row[customer], row[f"{customer}_name"], row[house], time_us,
                time_us + (DAY_US - 1 if row["time_is_date"] else 0),
                Amount(row["amount_units"] * 10 ** (PLACES - row["amount_exponent"]), PLACES, currency), at,
            )
        )  # fmt: skip
    return Legs(currency, *made)


class ByAmount:
    """Legs found by amount and time: in bins of amounts about a thirtieth wide, each in order of time."""

    def __init__(self, some: list[Leg]) -> None:
        self._bins: dict[int, tuple[list[int], list[Leg]]] = {}
        for leg in some:
            times, inside = self._bins.setdefault(_bin(leg.amount.units), ([], []))
            times.append(leg.time)
            inside.append(leg)

    def between(self, low: int, high: int, from_us: int, to_us: int) -> Iterator[Leg]:
        """Legs of `low` to `high` units whose `time` lies in from_us..to_us."""
        for each in range(_bin(max(low, 1)), _bin(max(high, 1)) + 1):
            times, inside = self._bins.get(each, ([], []))
            for at in range(bisect_left(times, from_us), len(times)):
                if times[at] > to_us:
                    break
                if low <= inside[at].amount.units <= high:
                    yield inside[at]


def _bin(units: int) -> int:
    """Rises with the amount: 32 bins from each power of two to the next."""
    length = max(units, 1).bit_length()
    top = units >> (length - 6) if length > 6 else units << (6 - length)
    return length * 32 + (top & 31)
