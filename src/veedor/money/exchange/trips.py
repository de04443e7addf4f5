"""Exchange round trips, one by one: a customer gives money to an exchange house, somebody gets another currency from a
house soon after, gives it to a house again, and the first currency comes back to the customer.

Every change must fit a dated rate of its day (official or parallel) within `least_kept_permille` to
`most_kept_permille` of it. Houses are known by what they do: at least `house_least_payees` accounts paid in a
currency, and `house_multiple` times as many as their customer pays. A customer's account abroad may be another one, of
whatever name. Where no rate of the day ties the currency to any other, nothing is converted: then only what went to a
house and came back from one is told, as `no_rate`.

From each sale at most `exchange_steps` payments are looked at; a search whose steps ran out is a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, ByTime, Owner, Pieces, Read, in_pieces
from veedor.money import columns
from veedor.money.exchange.legs import NEEDED, PLACES, ByAmount, Houses, Leg, Legs
from veedor.money.exchange.quotes import Quote, Quotes, day_of
from veedor.money.ledger import DAY_US, NOT_REVERSED
from veedor.money.networks.graph import owned
from veedor.money.search import HOUR_US
from veedor.registers.names.fold import fold
from veedor.tables import ACCOUNT_PROFILES, EXCHANGE_RATES, EXCHANGE_TRIPS, PAYMENTS, Table

_RATE = ("day", "base", "quote", "kind", "rate_units", "rate_exponent", "source")
SPAN_US = 20 * DAY_US
Row = dict[str, Any]


@dataclass(frozen=True)
class TripParameters:
    """Times in hours, shares per mille."""

    house_least_payees: int = 60
    house_multiple: int = 4
    deal_hours: int = 48
    abroad_hours: int = 120
    least_kept_permille: int = 900
    most_kept_permille: int = 1020
    abroad_kept_permille: int = 800
    least_back_permille: int = 700
    most_back_permille: int = 1100
    unrated_back_permille: int = 850
    exchange_steps: int = 2_000

    @property
    def trip_us(self) -> int:
        return (2 * self.deal_hours + self.abroad_hours) * HOUR_US


@dataclass(frozen=True)
class FindExchangeTrips:
    """Detector `exchange_trips`: payments of a span of time, exchange houses and rates in, trips out."""

    parameters: TripParameters = TripParameters()
    name: str = "exchange_trips"
    version: int = 1
    writes: Table = EXCHANGE_TRIPS

    @property
    def reads(self) -> tuple[Read, ...]:
        many = (("payees", ">", self.parameters.house_least_payees // self.parameters.house_multiple),)
        return (
            Read(
                PAYMENTS, ByTime(SPAN_US, DAY_US, self.parameters.trip_us + 4 * DAY_US), NEEDED, NOT_REVERSED,
                in_pieces=True,
            ),
            Read(ACCOUNT_PROFILES, Broadcast(), ("account", "currency", "payees"), many),
            Read(EXCHANGE_RATES, Broadcast(), _RATE),
        )  # fmt: skip

    def run(self, tables: Mapping[str, pa.Table | Pieces], owner: Owner, parameters: TripParameters) -> pa.Table:
        served, rates = tables["account_profiles"], tables["exchange_rates"]
        assert isinstance(served, pa.Table) and isinstance(rates, pa.Table)
        houses = Houses(served, parameters.house_least_payees, parameters.house_multiple)
        payments = houses.payments(in_pieces(tables["payments"]))
        search = _Search(houses.legs(payments), Quotes(rates), parameters)
        found = list(search.trips(owner))
        rows = [_row(payments, way) for way in found]
        made = pa.Table.from_pylist(rows, schema=EXCHANGE_TRIPS.schema)
        return made.sort_by([(name, "ascending") for name in EXCHANGE_TRIPS.order])


@dataclass(frozen=True)
class Way:
    """The payments of a trip in order of the way: four where it was followed, two where no rate says what to look for,
    one where steps ran out."""

    outcome: str
    payments: tuple[Leg, ...]
    steps: int = 0
    rates: tuple[Quote, ...] = ()


@dataclass
class _Search:
    by_currency: Mapping[str, Legs]
    quotes: Quotes
    parameters: TripParameters
    _bought: dict[str, ByAmount] = field(default_factory=dict)
    _given: dict[str, dict[str, list[Leg]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for currency, some in self.by_currency.items():
            self._bought[currency] = ByAmount(some.got)
            self._given[currency] = some.by_customer(False)

    def trips(self, owner: Owner) -> Iterator[Way]:
        """The best way of every sale that is the owner's: the one that is back first, ties by the times and ids of its
        payments from the end."""
        for currency in sorted(self.by_currency):
            got = self.by_currency[currency].by_customer(True)
            given = self.by_currency[currency].given
            mine = owned(np.array([leg.time for leg in given], np.int64), owner.start_us, owner.end_us)
            for leg in (given[at] for at in np.flatnonzero(mine).tolist()):
                back = [each for each in got.get(leg.customer, ()) if self._comes_back(leg, each)]
                if back:
                    yield from self._of_sale(leg, back)

    def _comes_back(self, sold: Leg, back: Leg) -> bool:
        share, units = 1000 * back.amount.units, sold.amount.units
        least, most = self.parameters.least_back_permille, self.parameters.most_back_permille
        return back.may_follow(sold, self.parameters.trip_us) and least * units <= share <= most * units

    def _of_sale(self, sold: Leg, back: Sequence[Leg]) -> Iterator[Way]:
        parameters, steps, rated = self.parameters, 0, False
        best: tuple[Any, Way] | None = None
        for abroad in self.quotes.partners(sold.amount.currency):
            index = self._bought.get(abroad)
            kept = parameters.least_kept_permille, parameters.most_kept_permille
            span = self._days(sold, parameters.deal_hours)
            bounds = [found for d in span if (found := self.quotes.bounds(d, sold.amount, abroad, *kept, PLACES))]
            if not bounds:
                continue
            rated = True
            if index is None:
                continue
            low, high = min(each[0] for each in bounds), max(each[1] for each in bounds)
            until = sold.latest + parameters.deal_hours * HOUR_US
            for bought in index.between(low, high, sold.time - DAY_US + 1, until):
                steps += 1
                if steps > parameters.exchange_steps:
                    yield Way("budget", (sold,), steps)
                    return
                first = self._changed(sold, bought)
                if not first:
                    continue
                for spent in self._given[abroad].get(bought.customer, ()):
                    steps += 1
                    share = 1000 * spent.amount.units
                    if not spent.may_follow(bought, parameters.abroad_hours * HOUR_US):
                        continue
                    if not parameters.abroad_kept_permille * bought.amount.units <= share <= 1000 * bought.amount.units:
                        continue
                    for each in back:
                        second = self._changed(spent, each)
                        if second:
                            chain = (sold, bought, spent, each)
                            key = tuple((leg.time, leg.payment) for leg in reversed(chain))
                            if best is None or key < best[0]:
                                best = key, Way("followed", chain, 0, (*first, *second))
        if best is not None:
            yield replace(best[1], steps=steps)
        elif not rated:
            near = [each for each in back if self._near(sold, each)]
            if near:
                yield Way("no_rate", (sold, min(near, key=lambda leg: (leg.time, leg.payment))))

    def _near(self, sold: Leg, back: Leg) -> bool:
        """Without a rate only what comes back for a small loss is told."""
        return (
            self.parameters.unrated_back_permille * sold.amount.units
            <= 1000 * back.amount.units
            <= (1000 * sold.amount.units)
        )

    def _changed(self, given: Leg, got: Leg) -> list[Quote]:
        """The rates by which one was changed for the other: of the day it was given, or got."""
        parameters = self.parameters
        if not got.may_follow(given, parameters.deal_hours * HOUR_US):
            return []
        kept = parameters.least_kept_permille, parameters.most_kept_permille
        days = sorted({day_of(given.time), day_of(got.time)})
        return sorted({quote for day in days for quote in self.quotes.fits(day, given.amount, got.amount, *kept)})

    def _days(self, sold: Leg, hours: int) -> range:
        return range(day_of(sold.time), day_of(sold.latest + hours * HOUR_US) + 1)


_ROLES = {4: ("role.exchange_sold", "role.exchange_bought", "role.exchange_spent", "role.exchange_back"),
          2: ("role.exchange_sold", "role.exchange_back"), 1: ("role.exchange_sold",)}  # fmt: skip


def _row(payments: pa.Table, way: Way) -> Row:
    chain = way.payments
    sold, back = chain[0], chain[-1]
    shown = columns.take(payments, np.array([leg.row for leg in chain], np.int64)).to_pylist()
    evidence = [
        {"deposit": row[f"{side}_deposit"], "row": row[f"{side}_row"], "last_row": row[f"{side}_row"], "role": role}
        for row, role in zip(shown, _ROLES[len(chain)], strict=True)
        for side in ("debit", "credit")
        if row[f"{side}_deposit"] is not None
    ]
    followed = way.outcome == "followed"
    names = (sold.name, chain[1].name) if followed else (None, None)
    return {
        "account": sold.customer,
        "currency": sold.amount.currency,
        "outcome": way.outcome,
        "time": sold.time,
        "end": back.time,
        "payment": sold.payment,
        "payments": [leg.payment for leg in chain],
        "sold_units": shown[0]["amount_units"],
        "sold_exponent": shown[0]["amount_exponent"],
        "back_units": shown[-1]["amount_units"] if len(chain) > 1 else 0,
        "back_exponent": shown[-1]["amount_exponent"],
        "abroad": chain[1].customer if followed else "",
        "abroad_currency": chain[1].amount.currency if followed else "",
        "rate_kinds": ", ".join(sorted({quote.kind for quote in way.rates})),
        "rate_sources": "; ".join(sorted({quote.source for quote in way.rates})),
        "steps": way.steps,
        "one_house": sold.house == back.house,
        "same_holder": None if None in names else fold(str(names[0])) == fold(str(names[1])),
        "all_evidence": evidence,
        "simulated": any(row["simulated"] for row in shown),
    }
