"""Detector `mirror_counts`: how many payments into a house have a payment out of another to themselves that fits.

Two busy accounts have thousands that fit by chance, and there are as many pairs as accounts times accounts: so they are
counted first, compiled and in integers, and only pairs beyond chance (pairs.py) are looked at payment by payment.
Each payment counts once for a pair: one payment in beside a payroll of a hundred alike is one, not a hundred, and
only so do counts vary as chance does. Who has it is decided in order of time in, then half day and amount out.
Counts are by week of the payment in, and each week is one span's, so that they do not depend on how time is cut.
Amounts are compared as doubles with a margin: what fits by the exact rate is counted, and next to nothing else.
A payment in that more than `most_fits` payments out of its size surround is not counted at all, on any day: counted
in part it would look like more than chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.engine.detector import Owner, Pieces, Read, in_pieces
from veedor.kernel import kernel
from veedor.money import columns
from veedor.money.columns import Ints
from veedor.money.exchange.legs import PLACES
from veedor.money.exchange.quotes import Amount, Quotes
from veedor.money.ledger import DAY_US
from veedor.money.netting.houses import DISPLACED, HouseSearch, of_houses, pair_of, sides
from veedor.money.networks.graph import owned
from veedor.tables import MIRROR_COUNTS, Table

Floats = npt.NDArray[np.float64]
_BUCKET_US, _WEEK_US = DAY_US // 2, 7 * DAY_US
_MARGIN = 1e-9
_ONE = 10**18
Row = dict[str, Any]


@dataclass(frozen=True)
class CountParameters(HouseSearch):
    """Where houses are looked for, as in `mirrored_deals`; the most payments out that are counted for one payment in;
    how many of a pair in a week are a row."""

    most_fits: int = 4_000
    least_fits: int = 2


@dataclass(frozen=True)
class CountMirrors:
    """Detector `mirror_counts`: payments of a span of time, houses and rates in, counts by pair of houses out."""

    parameters: CountParameters = CountParameters()
    name: str = "mirror_counts"
    version: int = 2
    writes: Table = MIRROR_COUNTS

    @property
    def reads(self) -> tuple[Read, ...]:
        return self.parameters.reads(_WEEK_US)

    def run(self, tables: Mapping[str, pa.Table | Pieces], owner: Owner, parameters: CountParameters) -> pa.Table:
        houses, rates = tables["account_profiles"], tables["exchange_rates"]
        assert isinstance(houses, pa.Table) and isinstance(rates, pa.Table)
        if not rates.num_rows:
            return MIRROR_COUNTS.empty()
        quotes = Quotes(rates)
        payments = of_houses(in_pieces(tables["payments"]), houses, quotes)
        rows = list(_rows(payments, houses, quotes, owner, parameters))
        made = pa.Table.from_pylist(rows, schema=MIRROR_COUNTS.schema)
        return made.sort_by([(name, "ascending") for name in MIRROR_COUNTS.order])


@dataclass(frozen=True)
class _Side:
    """Payments in (or out) of one currency: house, span of time in which each lies, amount."""

    house: Ints
    time: Ints
    latest: Ints
    amount: Floats

    def taken(self, at: Ints) -> _Side:
        return _Side(self.house[at], self.time[at], self.latest[at], self.amount[at])


def _rows(
    payments: pa.Table, houses: pa.Table, quotes: Quotes, owner: Owner, parameters: CountParameters
) -> Iterator[Row]:
    takes, gives = sides(payments, houses)
    (payer, payee), accounts = columns.codes(payments["payer"], payments["payee"])
    (currency,), currencies = columns.codes(payments["currency"])
    time = columns.integers(payments["time"])
    dated = payments["time_is_date"].to_numpy()
    exponent = columns.integers(payments["amount_exponent"])
    whole = _Side(
        np.where(takes, payee, payer), time, time + np.where(dated, DAY_US - 1, 0),
        columns.integers(payments["amount_units"]) / 10.0**exponent,
    )  # fmt: skip
    names = [str(name) for name in currencies.to_pylist()]
    mine = owned(time // _WEEK_US * _WEEK_US, owner.start_us, owner.end_us)
    for code, name in enumerate(names):
        for abroad in quotes.partners(name):
            if abroad in names:
                came = whole.taken(np.flatnonzero(takes & mine & (currency == code)))
                went = whole.taken(np.flatnonzero(gives & (currency == names.index(abroad))))
                for one, other, counts, week, cut in _counted(came, went, quotes, name, abroad, parameters):
                    ends = (str(accounts[one]), name), (str(accounts[other]), abroad)
                    yield {
                        "pair": pair_of(*ends), "account": ends[0][0], "currency": name, "other": ends[1][0],
                        "other_currency": abroad, "time": week * _WEEK_US, "cut": cut,
                    } | {f"fits_{days}": int(n) for days, n in zip(DISPLACED, counts, strict=True)}  # fmt: skip


def _counted(
    came: _Side, went: _Side, quotes: Quotes, name: str, abroad: str, parameters: CountParameters
) -> Iterator[tuple[int, int, Ints, int, int]]:
    """House that was paid, house that paid, fits by displacement, week, and payments in that were not counted."""
    low, high = _bounds(came, quotes, name, abroad, parameters)
    rated = high > 0
    if not rated.any() or not len(went.time):
        return
    # Whatever order payments came in: who has which is the same.
    keys = [went.time // _BUCKET_US, went.amount, went.time, went.latest, went.house]
    went = went.taken(np.lexsort(keys[::-1]))
    first_bucket = int(went.time[0] // _BUCKET_US)
    buckets = int(went.time[-1] // _BUCKET_US) - first_bucket + 1
    begins = np.searchsorted(went.time // _BUCKET_US - first_bucket, np.arange(buckets + 1)).astype(np.int64)
    paying, codes = np.unique(went.house, return_inverse=True)
    order = np.lexsort((came.latest, came.amount, came.time, came.house))
    order = order[rated[order]]
    came, low, high = came.taken(order), low[order], high[order]
    week = came.time // _WEEK_US
    ends = np.flatnonzero((np.diff(came.house, append=-1) != 0) | (np.diff(week, append=-1) != 0)) + 1
    taken = np.full((len(went.time), len(DISPLACED)), -1, np.int64)
    served = np.full((len(paying), len(DISPLACED)), -1, np.int64)
    begin = 0
    for end in ends.tolist():
        counts = np.zeros((len(paying), len(DISPLACED)), np.int64)
        own = np.flatnonzero(paying == came.house[begin])
        cut = count_fits(
            came.time[begin:end], came.latest[begin:end], low[begin:end], high[begin:end], went.time, went.latest,
            went.amount, codes.astype(np.int64), int(own[0]) if len(own) else -1, begins, first_bucket,
            np.array(DISPLACED, np.int64) * DAY_US, parameters.wait_us, parameters.most_fits, begin, taken, served,
            counts,
        )  # fmt: skip
        for other in np.flatnonzero(counts[:, 0] >= parameters.least_fits).tolist():
            yield int(came.house[begin]), int(paying[other]), counts[other], int(week[begin]), cut
        begin = end


def _bounds(came: _Side, quotes: Quotes, name: str, abroad: str, parameters: CountParameters) -> tuple[Floats, Floats]:
    """Between which amounts of the other currency a payment out fits, by the rates of the day of the payment in."""
    days, place = np.unique(came.time // DAY_US, return_inverse=True)
    ratios = np.zeros((2, len(days)))
    for at, day in enumerate(days.tolist()):
        found = quotes.bounds(
            day, Amount(_ONE, 0, name), abroad, parameters.least_paid_permille, parameters.most_paid_permille, PLACES
        )
        if found is not None:
            ratios[:, at] = [each / (_ONE * 10**PLACES) for each in found]
    return came.amount * ratios[0][place] * (1 - _MARGIN), came.amount * ratios[1][place] * (1 + _MARGIN)


def _examples() -> list[tuple[object, ...]]:
    def ints(*values: int) -> Ints:
        return np.array(values, np.int64) * (DAY_US // 2)

    amounts = np.array([90.0, 100.0, 95.0, 100.0, 101.0])
    came = ints(0, 1), ints(0, 2), np.array([93.0, 100.0]), np.array([101.0, 100.0])
    went = ints(0, 0, 1, 5, 5), ints(0, 1, 1, 5, 6), amounts, np.array([0, 1, 1, 0, 1], np.int64)
    begins = np.array([0, 2, 3, 3, 3, 3, 5], np.int64)

    def free(count: int) -> Ints:
        return np.full((count, 2), -1, np.int64)

    return [
        (*came, *went, own, begins, 0, ints(0, 4), DAY_US, most, 0, free(5), free(2), np.zeros((2, 2), np.int64))
        for own, most in ((-1, 10), (0, 10), (-1, 2))
    ]


@kernel(examples=_examples)
def count_fits(
    came: Ints, came_latest: Ints, low: Floats, high: Floats, time: Ints, latest: Ints, amount: Floats, house: Ints,
    own: int, begins: Ints, first_bucket: int, displaced: Ints, wait: int, most: int, serial: int, taken: Ints,
    served: Ints, counts: Ints,
) -> int:  # fmt: skip
    """Adds to `counts[house, displacement]` the payments into one house that have a payment out of that house which
    fits and which no earlier one has (none of house `own`); says of how many payments in none were counted, since more
    than `most` payments out have their size. Payments out lie by half day (`begins`, from `first_bucket` on), in each
    by amount. `serial` numbers the first payment in; `taken` and `served` keep who last had a payment out and which
    payment in a house last served, both by displacement: calls may share them if their serials rise."""
    cut = 0
    buckets = len(begins) - 1
    for at in range(len(came)):
        sized = 0
        for passing in range(2):
            if passing == 1 and sized > most:
                cut += 1
                break
            for each in range(len(displaced)):
                after, until = came[at] + displaced[each], came_latest[at] + displaced[each] + wait
                # What is known by its day alone may have been paid at any time of it.
                from_bucket = max((after - DAY_US + 1) // _BUCKET_US - first_bucket, 0)
                to_bucket = min(until // _BUCKET_US - first_bucket, buckets - 1)
                for bucket in range(from_bucket, to_bucket + 1):
                    left, right = begins[bucket], begins[bucket + 1]
                    while left < right:
                        middle = (left + right) // 2
                        if amount[middle] < low[at]:
                            left = middle + 1
                        else:
                            right = middle
                    place = left
                    while place < begins[bucket + 1] and amount[place] <= high[at]:
                        if passing == 0:
                            sized += 1
                            if sized > most:
                                break
                        elif (
                            time[place] <= until
                            and latest[place] >= after
                            and house[place] != own
                            and taken[place, each] < serial
                            and served[house[place], each] != serial + at
                        ):
                            taken[place, each] = serial + at
                            served[house[place], each] = serial + at
                            counts[house[place], each] += 1
                        place += 1
    return cut
