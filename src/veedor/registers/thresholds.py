"""Reporting thresholds by country, currency and instrument, each with its dates and its legal source.

Some are shipped (thresholds.toml). Parties hand in others, a row for each; no row is taken without its source. CSV in
UTF-8:

| column | what |
|---|---|
| `country` | ISO 3166, two letters: where the account is kept |
| `currency` | ISO 4217 |
| `instrument` | `cash`; `transfer`, `card` and `cheque` are kept, and no detector asks for them |
| `amount` | decimal above 0, in the currency's own unit: `10000` or `9999.99` |
| `inclusive` | `true`: the amount itself is reported; `false`: only more than it |
| `valid_from` | first day (UTC) on which it is in force |
| `valid_to` | first day on which it no longer is; empty, or no such column: still in force |
| `source` | the legal text: article and date |
| `simulated` | `true` where it is made up; may be left out |
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources

from veedor.errors import InputError

COLUMNS = ("country", "currency", "instrument", "amount", "inclusive", "valid_from", "source")
FURTHER = ("valid_to", "simulated")
INSTRUMENTS = ("cash", "transfer", "card", "cheque")
_COUNTRY, _CURRENCY = re.compile(r"[A-Z]{2}"), re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"(\d{1,15})(?:\.(\d{1,3}))?", re.ASCII)
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Threshold:
    """`units` x 10^-`exponent` of the currency; in force from `valid_from_us` to before `valid_to_us` (None: open).

    `source` is the legal text. `read` (what was read of it and where) and `day` (what the first day rests on) stand
    with those that are shipped. `stated` is the deposit and row of whoever handed it in; None: shipped.
    """

    country: str
    currency: str
    instrument: str
    units: int
    exponent: int
    inclusive: bool
    valid_from_us: int
    valid_to_us: int | None
    source: str
    read: str = ""
    day: str = ""
    simulated: bool = False
    stated: tuple[bytes, int] | None = None

    @property
    def amount(self) -> str:
        """As a decimal, without the currency."""
        if self.exponent == 0:
            return str(self.units)
        whole, part = divmod(self.units, 10**self.exponent)
        return f"{whole}.{part:0{self.exponent}}"

    def smallest_reported(self, exponent: int) -> int:
        """The smallest amount that is reported, in units of 10^-exponent of the currency."""
        scaled = self.units * 10**exponent
        least = -(-scaled // 10**self.exponent) if self.inclusive else scaled // 10**self.exponent + 1
        return int(least)

    def holds(self, time_us: int) -> bool:
        """Whether it is in force at this moment."""
        return self.valid_from_us <= time_us and (self.valid_to_us is None or time_us < self.valid_to_us)


@cache
def thresholds() -> tuple[Threshold, ...]:
    """Those that are shipped, by country, currency, instrument and date. Raises ValueError for a row that does not say
    its source, how it was read, and what its first day rests on."""
    text = (resources.files(__package__) / "thresholds.toml").read_text(encoding="utf-8")
    made = []
    for row in tomllib.loads(text)["threshold"]:
        if not all(row.get(key, "").strip() for key in ("source", "read", "day")):
            raise ValueError(f"threshold of {row['country']} {row['currency']} does not say where it comes from")
        until = row.get("valid_to")
        made.append(
            Threshold(
                row["country"], row["currency"], row["instrument"], int(row["amount"]), 0, row["inclusive"],
                moment(date.fromisoformat(row["valid_from"])),
                None if until is None else moment(date.fromisoformat(until)), row["source"], row["read"], row["day"],
            )
        )  # fmt: skip
    return in_order(made)


def in_order(some: Iterable[Threshold]) -> tuple[Threshold, ...]:
    """By country, currency, instrument and date; what is shipped before what was handed in."""
    return tuple(sorted(some, key=lambda t: (t.country, t.currency, t.instrument, t.valid_from_us, _whose(t))))


def in_force(country: str | None, currency: str, instrument: str | None, time_us: int) -> Threshold | None:
    """The shipped threshold for this kind of payment on this day (UTC), or None where no sourced threshold is known."""
    for threshold in thresholds():
        same = (threshold.country, threshold.currency, threshold.instrument) == (country, currency, instrument)
        if same and threshold.holds(time_us):
            return threshold
    return None


def read_thresholds(name: str, content: bytes) -> tuple[Threshold, ...]:
    """Thresholds out of one file, in order. The table is whole or not there: InputError names the first row that cannot
    be read, or that contradicts another for the same days."""
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(name, "the file", "CSV in UTF-8", str(error)) from None
    header = lines[0] if lines else []
    if not set(COLUMNS) <= set(header) or len(set(header)) != len(header):
        raise _refused(name, "header", f"{', '.join(COLUMNS)} and, if wanted, {', '.join(FURTHER)}", ", ".join(header))
    made: list[Threshold] = []
    for number, line in enumerate(lines[1:], 2):
        if line:
            found = _threshold(name, number, header, line)
            for other in made:
                if contradict(found, other):
                    raise _refused(name, f"line {number}", "one threshold for a day", f"another one: {other.amount}")
            made.append(found)
    if not made:
        raise _refused(name, "the rows", "at least one threshold", "none")
    return in_order(made)


def contradict(one: Threshold, other: Threshold) -> bool:
    """Whether two are for the same payments on some day and do not say the same amount."""
    if (one.country, one.currency, one.instrument) != (other.country, other.currency, other.instrument):
        return False
    ends = [2**62 if each.valid_to_us is None else each.valid_to_us for each in (one, other)]
    return max(one.valid_from_us, other.valid_from_us) < min(ends) and (
        one.inclusive != other.inclusive or one.units * 10**other.exponent != other.units * 10**one.exponent
    )


def moment(day: date) -> int:
    """Its beginning in UTC, microseconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def _whose(threshold: Threshold) -> tuple[bytes, int]:
    return threshold.stated or (b"", -1)


def _threshold(name: str, number: int, header: Sequence[str], line: Sequence[str]) -> Threshold:
    place = f"line {number}"
    if len(line) != len(header):
        raise _refused(name, place, f"{len(header)} fields", f"{len(line)} fields")
    row = dict(zip(header, (field.strip() for field in line), strict=True))
    if not row["source"]:
        raise _refused(name, place, "source: the legal text, its article and date", "none")
    if not _COUNTRY.fullmatch(row["country"]):
        raise _refused(name, place, "country: ISO 3166, two letters", row["country"])
    if not _CURRENCY.fullmatch(row["currency"]):
        raise _refused(name, place, "currency: ISO 4217", row["currency"])
    if row["instrument"] not in INSTRUMENTS:
        raise _refused(name, place, f"instrument: {', '.join(INSTRUMENTS)}", row["instrument"])
    amount = _AMOUNT.fullmatch(row["amount"])
    if amount is None or not row["amount"].strip("0."):
        raise _refused(name, place, "amount: a decimal above 0 with at most 3 places", row["amount"])
    inclusive, simulated = (_truth(name, place, key, row.get(key) or "false") for key in ("inclusive", "simulated"))
    if not row["inclusive"]:
        raise _refused(name, place, "inclusive: true or false", "nothing")
    begins = _day(name, place, "valid_from", row["valid_from"])
    until = _day(name, place, "valid_to", row["valid_to"]) if row.get("valid_to") else None
    if until is not None and until <= begins:
        raise _refused(name, place, "valid_to: a day after valid_from", str(until))
    part = amount[2] or ""
    return Threshold(
        row["country"], row["currency"], row["instrument"], int(amount[1] + part), len(part), inclusive,
        moment(begins), None if until is None else moment(until), row["source"], simulated=simulated,
    )  # fmt: skip


def _truth(name: str, place: str, key: str, written: str) -> bool:
    if written.lower() not in _TRUTH:
        raise _refused(name, place, f"{key}: true or false", written)
    return _TRUTH[written.lower()]


def _day(name: str, place: str, key: str, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise _refused(name, place, f"{key}: a day like 2020-01-01", written) from None


def _refused(name: str, place: str, expected: str, found: str) -> InputError:
    return InputError(
        "no table of reporting thresholds", file=name, place=place, expected=expected, found=found[:200],
        next_step="correct it (docs/formats/rates.md); no threshold is used from a table that is wrong in one place",
    )  # fmt: skip
