"""Rates as detectors ask for them: what of one currency is worth what of another on a day, by whose rate.

All rates of the newest day that still holds (registers/exchange_rates: at most four days old) count: parties hand in
different ones, and a change may fit the official or a parallel one. An amount is compared in the currency into which a
rate leads; no rate is turned round or chained.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import pyarrow as pa

from veedor.money import columns
from veedor.registers.exchange_rates import MOST_DAYS_OLD


@dataclass(frozen=True, order=True)
class Quote:
    """One unit of the base costs units x 10^-exponent of the quote."""

    kind: str
    source: str
    units: int
    exponent: int


@dataclass(frozen=True)
class Amount:
    """units x 10^-exponent of a currency."""

    units: int
    exponent: int
    currency: str


class Quotes:
    """All rates of the deposits, by pair and day."""

    def __init__(self, rates: pa.Table) -> None:
        found: dict[tuple[str, str], dict[int, set[Quote]]] = {}
        days = columns.integers(rates["day"]).tolist() if rates.num_rows else []
        for day, row in zip(days, rates.drop(["day"]).to_pylist(), strict=True):
            if row["rate_units"] > 0 and row["base"] != row["quote"]:
                quote = Quote(row["kind"], row["source"], row["rate_units"], row["rate_exponent"])
                found.setdefault((row["base"], row["quote"]), {}).setdefault(day, set()).add(quote)
        self._days = {pair: sorted(by_day) for pair, by_day in found.items()}
        self._quotes = {pair: {day: sorted(some) for day, some in by_day.items()} for pair, by_day in found.items()}

    def partners(self, currency: str) -> list[str]:
        """Currencies that some rate ties to this one, in either direction."""
        return sorted({b if a == currency else a for a, b in self._days if currency in (a, b)})

    def on(self, day: int, base: str, quote: str) -> list[Quote]:
        """The rates that hold on a day (since 1970), in order; none where the newest is too old."""
        days = self._days.get((base, quote), [])
        at = bisect_right(days, day)
        if at == 0 or day - days[at - 1] > MOST_DAYS_OLD:
            return []
        return self._quotes[base, quote][days[at - 1]]

    def bounds(self, day: int, given: Amount, into: str, least: int, most: int, places: int) -> tuple[int, int] | None:
        """Between which amounts of `into` (units of 10^-`places`) something lies that was got for `given` at `least` to
        `most` per mille of a rate of that day; None without rate. For the search alone: `fits` decides."""
        low, high = None, 0
        for inverse in (False, True):
            for quote in self.on(day, *((into, given.currency) if inverse else (given.currency, into))):
                over, under = quote.units, 10**quote.exponent
                if inverse:
                    over, under = under, over
                whole, part = given.units * over * 10**places, under * 10**given.exponent * 1000
                floor = whole * least // part
                low = floor if low is None else min(low, floor)
                high = max(high, -(-whole * most // part))
        return None if low is None else (low, high)

    def fits(self, day: int, given: Amount, got: Amount, least: int, most: int) -> list[Quote]:
        """The rates of that day by which `got` is at least `least` and at most `most` per mille of `given`."""
        kept = []
        for quote in self.on(day, given.currency, got.currency):
            worth, received = _common(given.units * quote.units, given.exponent + quote.exponent, got)
            kept += [quote] if least * worth <= 1000 * received <= most * worth else []
        for quote in self.on(day, got.currency, given.currency):
            received, worth = _common(got.units * quote.units, got.exponent + quote.exponent, given)
            kept += [quote] if least * worth <= 1000 * received <= most * worth else []
        return kept


def _common(units: int, exponent: int, other: Amount) -> tuple[int, int]:
    """Both amounts in units of one place."""
    places = max(exponent, other.exponent)
    return units * 10 ** (places - exponent), other.units * 10 ** (places - other.exponent)


def day_of(time_us: int) -> int:
    return time_us // 86_400_000_000
