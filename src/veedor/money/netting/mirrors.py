"""Mirrored deals, one by one: a customer pays a house in one currency, and within `deal_hours` another house pays
somebody in another, by a dated rate of the day of the payment in, less or more a commission.

A house is an account with at least `house_least_payers` payers and `house_least_payees` payees in its currency. Of each
payment in, every payment out of that size is a row, whoever else may claim it: which belong together is decided with
both houses' rows at hand. Two busy houses have many that fit by chance; so the same search is made as if the payments
out had come `displaced_days` later, when they belong to nothing, and these rows say how many.

From each payment in at most `mirror_steps` payments out are looked at; a search whose steps ran out is a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, ByTime, Owner, Pieces, Read, in_pieces
from veedor.money import columns
from veedor.money.columns import Bools
from veedor.money.exchange.legs import NEEDED, PLACES, ByAmount, Leg, legs_of
from veedor.money.exchange.quotes import Quote, Quotes, day_of
from veedor.money.ledger import DAY_US, NOT_REVERSED
from veedor.money.networks.graph import owned
from veedor.money.search import HOUR_US
from veedor.registers.names.fold import fold
from veedor.tables import ACCOUNT_PROFILES, EXCHANGE_RATES, MIRRORED_DEALS, PAYMENTS, Table

_RATE = ("day", "base", "quote", "kind", "rate_units", "rate_exponent", "source")
_HOUSE = ("account", "currency", "payers", "payees")
SPAN_US = 20 * DAY_US
DISPLACED = (0, 2, 3, 5)
"""Days by which payments out are displaced: none of them a week, so that what is paid weekly does not meet itself."""
Row = dict[str, Any]


@dataclass(frozen=True)
class MirrorParameters:
    """Times in hours, shares per mille of what the dated rate gives."""

    house_least_payers: int = 15
    house_least_payees: int = 15
    deal_hours: int = 30
    least_paid_permille: int = 930
    most_paid_permille: int = 1010
    mirror_steps: int = 500


@dataclass(frozen=True)
class FindMirroredDeals:
    """Detector `mirrored_deals`: payments of a span of time, houses and rates in, what may be deals out."""

    parameters: MirrorParameters = MirrorParameters()
    name: str = "mirrored_deals"
    version: int = 1
    writes: Table = MIRRORED_DEALS

    @property
    def reads(self) -> tuple[Read, ...]:
        parameters = self.parameters
        many = (
            ("payers", ">", parameters.house_least_payers - 1),
            ("payees", ">", parameters.house_least_payees - 1),
        )
        later = (DISPLACED[-1] + 2) * DAY_US + parameters.deal_hours * HOUR_US
        return (
            Read(PAYMENTS, ByTime(SPAN_US, DAY_US, later), NEEDED, NOT_REVERSED, in_pieces=True),
            Read(ACCOUNT_PROFILES, Broadcast(), _HOUSE, many),
            Read(EXCHANGE_RATES, Broadcast(), _RATE),
        )

    def run(self, tables: Mapping[str, pa.Table | Pieces], owner: Owner, parameters: MirrorParameters) -> pa.Table:
        houses, rates = tables["account_profiles"], tables["exchange_rates"]
        assert isinstance(houses, pa.Table) and isinstance(rates, pa.Table)
        quotes = Quotes(rates)
        payments = _of_houses(in_pieces(tables["payments"]), houses, quotes)
        rows = list(_Search(payments, houses, quotes, parameters).rows(owner))
        made = pa.Table.from_pylist(rows, schema=MIRRORED_DEALS.schema)
        return made.sort_by([(name, "ascending") for name in MIRRORED_DEALS.order])


def _of_houses(rows: Pieces, houses: pa.Table, quotes: Quotes) -> pa.Table:
    """Payments between a house and one that is none, in currencies that some rate ties to another: each piece is let
    go before the next."""
    kept = []
    for piece in rows.pieces(NEEDED):
        takes, gives = _sides(piece, houses)
        rated = [str(one) for one in piece["currency"].unique().to_pylist() if quotes.partners(str(one))]
        tied = pa.compute.is_in(piece["currency"], value_set=pa.array(rated, pa.string()))
        kept.append(piece.filter(pa.compute.and_(pa.array(takes | gives), tied)).combine_chunks())
    return pa.concat_tables(kept).combine_chunks() if kept else PAYMENTS.empty().select(list(NEEDED))


def _sides(payments: pa.Table, houses: pa.Table) -> tuple[Bools, Bools]:
    """Whether a house is paid by one that is none; whether it pays one."""
    (payer, payee, names), accounts = columns.codes(payments["payer"], payments["payee"], houses["account"])
    (currency, of), currencies = columns.codes(payments["currency"], houses["currency"])
    size = len(currencies) + 1
    house = np.zeros((len(accounts) + 1) * size, np.bool_)
    house[names * size + of] = True
    usable = columns.known(payments["payer"]) & columns.known(payments["payee"])
    paid, pays = house[payee * size + currency], house[payer * size + currency]
    return usable & paid & ~pays, usable & pays & ~paid


class _Search:
    """Payments in and out of houses by currency, those out by amount and time."""

    def __init__(self, payments: pa.Table, houses: pa.Table, quotes: Quotes, parameters: MirrorParameters) -> None:
        takes, gives = _sides(payments, houses)
        (currency,), currencies = columns.codes(payments["currency"])
        self._payments, self._quotes, self._parameters = payments, quotes, parameters
        self._taken: dict[str, list[Leg]] = {}
        self._given: dict[str, ByAmount] = {}
        for code, name in enumerate(currencies.to_pylist()):
            here = np.flatnonzero((takes | gives) & (currency == code))
            legs = legs_of(str(name), payments, here, takes)
            self._taken[str(name)], self._given[str(name)] = legs.given, ByAmount(legs.got)

    def rows(self, owner: Owner) -> Iterator[Row]:
        for currency in sorted(self._taken):
            taken = self._taken[currency]
            mine = owned(np.array([leg.time for leg in taken], np.int64), owner.start_us, owner.end_us)
            for leg in (taken[at] for at in np.flatnonzero(mine).tolist()):
                yield from self._of(leg)

    def _of(self, taken: Leg) -> Iterator[Row]:
        parameters, steps = self._parameters, 0
        least, most = parameters.least_paid_permille, parameters.most_paid_permille
        day, wait = day_of(taken.time), parameters.deal_hours * HOUR_US
        found: list[Row] = []
        for abroad in self._quotes.partners(taken.amount.currency):
            bounds = self._quotes.bounds(day, taken.amount, abroad, least, most, PLACES)
            if bounds is None or abroad not in self._given:
                continue
            for days in DISPLACED:
                after, until = taken.time + days * DAY_US, taken.latest + days * DAY_US + wait
                for out in self._given[abroad].between(*bounds, after - DAY_US + 1, until):
                    steps += 1
                    if steps > parameters.mirror_steps:
                        yield self._row(taken, None, 0, ())
                        return
                    rates = self._quotes.fits(day, taken.amount, out.amount, least, most)
                    if rates and out.latest >= after and out.house != taken.house:
                        found.append(self._row(taken, out, days, tuple(rates)))
        yield from found

    def _row(self, taken: Leg, out: Leg | None, days: int, rates: tuple[Quote, ...]) -> Row:
        legs = [taken] if out is None else [taken, out]
        shown = columns.take(self._payments, np.array([leg.row for leg in legs], np.int64)).to_pylist()
        roles = ("role.netting_in", "role.netting_out")
        evidence = [
            {"deposit": row[f"{side}_deposit"], "row": row[f"{side}_row"], "last_row": row[f"{side}_row"], "role": role}
            for row, role in zip(shown, roles, strict=False)
            for side in ("debit", "credit")
            if row[f"{side}_deposit"] is not None and days == 0
        ]
        names = [leg.name for leg in legs]
        known = len(names) == 2 and all(names)
        return {
            "account": taken.house,
            "other": "" if out is None else out.house,
            "currency": taken.amount.currency,
            "other_currency": "" if out is None else out.amount.currency,
            "displaced_days": days,
            "outcome": "budget" if out is None else "fits",
            "time": taken.time,
            "end": taken.time if out is None else out.time,
            "payment": taken.payment,
            "payout": 0 if out is None else out.payment,
            "given_units": shown[0]["amount_units"],
            "given_exponent": shown[0]["amount_exponent"],
            "paid_units": 0 if out is None else shown[1]["amount_units"],
            "paid_exponent": 0 if out is None else shown[1]["amount_exponent"],
            "customer": taken.customer,
            "receiver": "" if out is None else out.customer,
            "same_holder": fold(str(names[0])) == fold(str(names[1])) if known else None,
            "rate_kinds": ", ".join(sorted({rate.kind for rate in rates})),
            "rate_sources": "; ".join(sorted({rate.source for rate in rates})),
            "all_evidence": evidence,
            "simulated": any(row["simulated"] for row in shown),
        }
