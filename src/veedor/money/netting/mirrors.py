"""Mirrored deals, one by one: a customer pays a house in one currency, and within `deal_hours` another house pays
somebody in another, by a dated rate of the day of the payment in, less or more a commission.

Only pairs of houses that have more of it than chance gives (pairs.py) are looked at, the `most_pairs` that are farthest
beyond it. Of each payment in, every payment out of that size is a row, whoever else may claim it: which belong together
is decided with both houses' rows at hand. The same search is made as if the payments out had come `displaced_days`
later, when they belong to nothing, and these rows say how many fit by chance.

From each payment in at most `mirror_steps` payments out are looked at; a search whose steps ran out is a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, Owner, Pieces, Read, in_pieces
from veedor.money import columns
from veedor.money.exchange.legs import PLACES, ByAmount, Leg, legs_of
from veedor.money.exchange.quotes import Quote, Quotes, day_of
from veedor.money.ledger import DAY_US
from veedor.money.netting.houses import DISPLACED, HouseSearch, of_houses, sides
from veedor.money.networks.graph import owned
from veedor.registers.names.fold import fold
from veedor.tables import HOUSE_PAIRS, MIRRORED_DEALS, Table

Row = dict[str, Any]
_Ends = tuple[str, str]
_Fit = tuple[Leg, Leg | None, int, tuple[Quote, ...]]
"""A payment in, a payment out that fits (None where steps ran out), its displacement in days, the rates it fits by."""


@dataclass(frozen=True)
class MirrorParameters(HouseSearch):
    """Where houses are looked for, as in `mirror_counts`; how many pairs are looked at; payments out that are looked at
    for one payment in."""

    most_pairs: int = 1_000
    mirror_steps: int = 500


@dataclass(frozen=True)
class FindMirroredDeals:
    """Detector `mirrored_deals`: payments of a span of time, houses and rates in, what may be deals out."""

    parameters: MirrorParameters = MirrorParameters()
    name: str = "mirrored_deals"
    version: int = 2
    agrees_with: tuple[str, ...] = ("mirror_counts",)
    writes: Table = MIRRORED_DEALS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (*self.parameters.reads(only_with=HOUSE_PAIRS), Read(HOUSE_PAIRS, Broadcast()))

    def run(self, tables: Mapping[str, pa.Table | Pieces], owner: Owner, parameters: MirrorParameters) -> pa.Table:
        houses, rates, pairs = (tables[name] for name in ("account_profiles", "exchange_rates", "house_pairs"))
        assert isinstance(houses, pa.Table) and isinstance(rates, pa.Table) and isinstance(pairs, pa.Table)
        looked = _looked_at(pairs, parameters.most_pairs)
        if not looked:
            return MIRRORED_DEALS.empty()
        quotes = Quotes(rates)
        payments = of_houses(in_pieces(tables["payments"]), houses, quotes)
        rows = list(_Search(payments, houses, quotes, looked, parameters).rows(owner))
        made = pa.Table.from_pylist(rows, schema=MIRRORED_DEALS.schema)
        return made.sort_by([(name, "ascending") for name in MIRRORED_DEALS.order])


def _looked_at(pairs: pa.Table, most: int) -> dict[_Ends, set[_Ends]]:
    """With which others each house (account and currency) is looked at: pairs farthest beyond chance first."""
    rows = sorted(pairs.to_pylist(), key=lambda row: (-row["beyond_milli"], row["pair"], row["account"]))
    found: dict[_Ends, set[_Ends]] = {}
    for row in rows[: 2 * most]:
        found.setdefault((row["account"], row["currency"]), set()).add((row["other"], row["other_currency"]))
    return found


class _Search:
    """Payments in and out of houses by currency, those out by amount and time."""

    def __init__(
        self, payments: pa.Table, houses: pa.Table, quotes: Quotes, looked: Mapping[_Ends, set[_Ends]],
        parameters: MirrorParameters,
    ) -> None:  # fmt: skip
        takes, gives = sides(payments, houses)
        (currency,), currencies = columns.codes(payments["currency"])
        self._payments, self._quotes, self._looked, self._parameters = payments, quotes, looked, parameters
        self._taken: dict[str, list[Leg]] = {}
        self._given: dict[str, ByAmount] = {}
        for code, name in enumerate(currencies.to_pylist()):
            house = pa.array(sorted(account for account, of in looked if of == name), pa.string())
            paid, pays = (columns.flags(pa.compute.is_in(payments[each], house)) for each in ("payee", "payer"))
            here = np.flatnonzero((takes & paid | gives & pays) & (currency == code))
            legs = legs_of(str(name), payments, here, takes)
            self._taken[str(name)], self._given[str(name)] = legs.given, ByAmount(legs.got)

    def rows(self, owner: Owner) -> Iterator[Row]:
        found = list(self._found(owner))
        at = np.unique(np.array([leg.row for taken, out, *_ in found for leg in (taken, out) if leg], np.int64))
        shown = dict(zip(at.tolist(), columns.take(self._payments, at).to_pylist(), strict=True))
        yield from (self._row(*each, shown) for each in found)

    def _found(self, owner: Owner) -> Iterator[_Fit]:
        for currency in sorted(self._taken):
            taken = self._taken[currency]
            mine = owned(np.array([leg.time for leg in taken], np.int64), owner.start_us, owner.end_us)
            for leg in (taken[at] for at in np.flatnonzero(mine).tolist()):
                yield from self._of(leg)

    def _of(self, taken: Leg) -> list[_Fit]:
        parameters, steps = self._parameters, 0
        least, most = parameters.least_paid_permille, parameters.most_paid_permille
        day, wait = day_of(taken.time), parameters.wait_us
        others = self._looked.get((taken.house, taken.amount.currency), set())
        found: list[_Fit] = []
        for abroad in self._quotes.partners(taken.amount.currency):
            bounds = self._quotes.bounds(day, taken.amount, abroad, least, most, PLACES)
            if bounds is None or abroad not in self._given:
                continue
            for days in DISPLACED:
                after, until = taken.time + days * DAY_US, taken.latest + days * DAY_US + wait
                for out in self._given[abroad].between(*bounds, after - DAY_US + 1, until):
                    if (out.house, abroad) not in others:
                        continue
                    steps += 1
                    if steps > parameters.mirror_steps:
                        return [(taken, None, 0, ())]
                    rates = self._quotes.fits(day, taken.amount, out.amount, least, most)
                    if rates and out.latest >= after:
                        found.append((taken, out, days, tuple(rates)))
        return found

    def _price_ppm(self, taken: Leg, out: Leg) -> int:
        """What was paid out in millionths of what the least rate of the day of the payment in gives."""
        worth = self._quotes.bounds(day_of(taken.time), taken.amount, out.amount.currency, 1000, 1000, PLACES)
        assert worth is not None  # it fits by a rate of that day
        return out.amount.units * 1_000_000 // max(worth[0], 1)

    def _row(
        self, taken: Leg, out: Leg | None, days: int, rates: tuple[Quote, ...], payments: Mapping[int, Row]
    ) -> Row:  # fmt: skip
        legs = [taken] if out is None else [taken, out]
        shown = [payments[leg.row] for leg in legs]
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
            "price_ppm": 0 if out is None else self._price_ppm(taken, out),
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
