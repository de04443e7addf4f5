"""Which accounts may be houses, and what customers gave them and got from them, in currencies that a rate ties.

A house is an account with at least `house_least_payers` payers and `house_least_payees` payees in its currency,
whatever it is called: names say little, and many firms are as busy. What tells them apart is counted afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, ByTime, Pieces, Read
from veedor.money import columns
from veedor.money.columns import Bools
from veedor.money.exchange.legs import NEEDED
from veedor.money.exchange.quotes import Quotes
from veedor.money.ledger import DAY_US, NOT_REVERSED
from veedor.money.search import HOUR_US
from veedor.tables import ACCOUNT_PROFILES, EXCHANGE_RATES, PAYMENTS, Table

_RATE = ("day", "base", "quote", "kind", "rate_units", "rate_exponent", "source")
_HOUSE = ("account", "currency", "payers", "payees")
SPAN_US = 20 * DAY_US
DISPLACED = (0, 2, 3, 5)
"""Days by which payments out are displaced: none of them a week, so that what is paid weekly does not meet itself."""


@dataclass(frozen=True)
class HouseSearch:
    """Times in hours, shares per mille of what the dated rate gives."""

    house_least_payers: int = 15
    house_least_payees: int = 15
    deal_hours: int = 30
    least_paid_permille: int = 930
    most_paid_permille: int = 1010

    @property
    def wait_us(self) -> int:
        return self.deal_hours * HOUR_US

    def reads(self, further_us: int = 0, only_with: Table = EXCHANGE_RATES) -> tuple[Read, ...]:
        """Payments of a span and as long after it as a displaced payment out may lie; houses, rates. Without any row of
        `only_with` nothing can be found, and no payments are read."""
        many = (("payers", ">", self.house_least_payers - 1), ("payees", ">", self.house_least_payees - 1))
        later = (DISPLACED[-1] + 2) * DAY_US + self.wait_us + further_us
        return (
            Read(
                PAYMENTS, ByTime(SPAN_US, DAY_US, later), NEEDED, NOT_REVERSED, in_pieces=True,
                only_with=only_with.name,
            ),
            Read(ACCOUNT_PROFILES, Broadcast(), _HOUSE, many),
            Read(EXCHANGE_RATES, Broadcast(), _RATE),
        )  # fmt: skip


def of_houses(rows: Pieces, houses: pa.Table, quotes: Quotes) -> pa.Table:
    """Payments between a house and one that is none, in currencies that some rate ties to another: each piece is let
    go before the next."""
    kept = []
    for piece in rows.pieces(NEEDED):
        takes, gives = sides(piece, houses)
        rated = [str(one) for one in piece["currency"].unique().to_pylist() if quotes.partners(str(one))]
        tied = pa.compute.is_in(piece["currency"], value_set=pa.array(rated, pa.string()))
        kept.append(piece.filter(pa.compute.and_(pa.array(takes | gives), tied)).combine_chunks())
    return pa.concat_tables(kept).combine_chunks() if kept else PAYMENTS.empty().select(list(NEEDED))


def sides(payments: pa.Table, houses: pa.Table) -> tuple[Bools, Bools]:
    """Whether a house is paid by one that is none; whether it pays one."""
    (payer, payee, names), accounts = columns.codes(payments["payer"], payments["payee"], houses["account"])
    (currency, of), currencies = columns.codes(payments["currency"], houses["currency"])
    size = len(currencies) + 1
    house = np.zeros((len(accounts) + 1) * size, np.bool_)
    house[names * size + of] = True
    usable = columns.known(payments["payer"]) & columns.known(payments["payee"])
    paid, pays = house[payee * size + currency], house[payer * size + currency]
    return usable & paid & ~pays, usable & pays & ~paid


def pair_of(one: tuple[str, str], other: tuple[str, str]) -> str:
    """The name of two houses, each an account and its currency, the same both ways."""
    return " ".join(f"{account} {currency}" for account, currency in sorted((one, other)))
