"""Dated exchange rates, official and parallel, as their owner hands them in; none is shipped, none is guessed.

The file is CSV in UTF-8, a row for each rate:

| column | what |
|---|---|
| `day` | 2018-08-20: the day it holds for |
| `base`, `quote` | ISO 4217: one unit of base costs `rate` of quote |
| `kind` | `official` or `parallel` |
| `rate` | decimal as published, above 0: `3.51`, never `3,51` or `3.5e0` |
| `source` | who published it, and where |

A rate holds for its day and, where none is newer, for at most `most_days_old` days after it: banks book on Mondays what
was quoted on Fridays. Rates are not chained over a third currency and not turned round: spreads and parallel markets
make both of them guesses. Where no rate holds there is none, and nothing is converted.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from veedor.errors import InputError

Kind = Literal["official", "parallel"]
COLUMNS = ("day", "base", "quote", "kind", "rate", "source")
_CODE = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"\d{1,15}(\.\d{1,15})?", re.ASCII)
MOST_DAYS_OLD = 4


@dataclass(frozen=True, order=True)
class Rate:
    """One unit of `base` costs `units` x 10^-`exponent` of `quote`."""

    base: str
    quote: str
    kind: Kind
    day: date
    units: int
    exponent: int
    source: str


@dataclass(frozen=True)
class Converted:
    """Exact product of amount and rate; rounding is up to whoever shows it."""

    units: int
    exponent: int
    currency: str
    rate: Rate


class Rates:
    """Rates by pair, kind and day."""

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        self._by_pair: dict[tuple[str, str, Kind], list[Rate]] = defaultdict(list)
        for each in sorted(rates):
            self._by_pair[each.base, each.quote, each.kind].append(each)
        self._days = {pair: [each.day for each in found] for pair, found in self._by_pair.items()}

    def on(self, day: date, base: str, quote: str, kind: Kind, most_days_old: int = MOST_DAYS_OLD) -> Rate | None:
        """The rate that holds on a day, or None."""
        pair = base, quote, kind
        at = bisect_right(self._days.get(pair, []), day)
        if at == 0:
            return None
        found = self._by_pair[pair][at - 1]
        return found if day - found.day <= timedelta(days=most_days_old) else None

    def convert(self, units: int, exponent: int, currency: str, into: str, kind: Kind, day: date) -> Converted | None:
        """An amount in another currency by the rate of its day; None where no rate holds."""
        rate = self.on(day, currency, into, kind)
        return None if rate is None else Converted(units * rate.units, exponent + rate.exponent, into, rate)


def read_rates(name: str, content: bytes) -> Rates:
    """Rates out of one file. A table that decides amounts is whole or not there: InputError names the first row that
    cannot be read, or that contradicts another of the same day."""
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(name, "the file", "CSV in UTF-8", str(error)) from None
    header = lines[0] if lines else []
    if sorted(header) != sorted(COLUMNS):
        raise _refused(name, "header", ", ".join(COLUMNS), ", ".join(header))
    rates: dict[tuple[str, str, str, date], Rate] = {}
    for number, line in enumerate(lines[1:], 2):
        if line:
            rate = _rate(name, number, header, line)
            key = rate.base, rate.quote, rate.kind, rate.day
            other = rates.setdefault(key, rate)
            if (other.units * 10**rate.exponent) != (rate.units * 10**other.exponent):
                raise _refused(name, f"line {number}", "one rate for a pair, kind and day", "another one above")
    return Rates(rates.values())


def _rate(name: str, number: int, header: Sequence[str], line: Sequence[str]) -> Rate:
    place = f"line {number}"
    if len(line) != len(header):
        raise _refused(name, place, f"{len(header)} fields", f"{len(line)} fields")
    row = dict(zip(header, (field.strip() for field in line), strict=True))
    try:
        day = date.fromisoformat(row["day"])
    except ValueError:
        raise _refused(name, place, "a day like 2024-01-31", row["day"]) from None
    for side in ("base", "quote"):
        if not _CODE.fullmatch(row[side]):
            raise _refused(name, place, f"{side}: ISO 4217", row[side])
    if row["base"] == row["quote"]:
        raise _refused(name, place, "two currencies", row["base"])
    kind: Kind | None = "official" if row["kind"] == "official" else "parallel" if row["kind"] == "parallel" else None
    if kind is None:
        raise _refused(name, place, "official or parallel", row["kind"])
    if not _RATE.fullmatch(row["rate"]) or not row["rate"].strip("0."):
        raise _refused(name, place, "a decimal above 0", row["rate"])
    if not row["source"]:
        raise _refused(name, place, "a source", "none")
    whole, _, part = row["rate"].partition(".")
    return Rate(row["base"], row["quote"], kind, day, int(whole + part), len(part), row["source"])


def _refused(name: str, place: str, expected: str, found: str) -> InputError:
    return InputError(
        "no table of exchange rates", file=name, place=place, expected=expected, found=found[:200],
        next_step="correct the row; no rate is used from a table that is wrong in one place",
    )  # fmt: skip
