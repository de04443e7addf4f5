"""Reporting thresholds by country, currency and instrument, each with its dates and its legal source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources

DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Threshold:
    """`amount` in whole units of the currency; in force from `valid_from_us` to before `valid_to_us` (None: open).

    `source` is the legal text, `read` what was read of it and where, `day` what the first day rests on.
    """

    country: str
    currency: str
    instrument: str
    amount: int
    inclusive: bool
    valid_from_us: int
    valid_to_us: int | None
    source: str
    read: str
    day: str

    def smallest_reported(self, exponent: int) -> int:
        """The smallest amount that is reported, in units of 10^-exponent of the currency."""
        scale: int = 10**exponent
        return self.amount * scale + (0 if self.inclusive else 1)


@cache
def thresholds() -> tuple[Threshold, ...]:
    """All thresholds, by country, currency, instrument and date. Raises ValueError for a row that does not say its
    source, how it was read, and what its first day rests on."""
    text = (resources.files(__package__) / "thresholds.toml").read_text(encoding="utf-8")
    made = []
    for row in tomllib.loads(text)["threshold"]:
        if not all(row.get(key, "").strip() for key in ("source", "read", "day")):
            raise ValueError(f"threshold of {row['country']} {row['currency']} does not say where it comes from")
        until = row.get("valid_to")
        made.append(
            Threshold(
                row["country"], row["currency"], row["instrument"], int(row["amount"]), row["inclusive"],
                _moment(row["valid_from"]), None if until is None else _moment(until),
                row["source"], row["read"], row["day"],
            )
        )  # fmt: skip
    return tuple(sorted(made, key=lambda t: (t.country, t.currency, t.instrument, t.valid_from_us)))


def in_force(country: str | None, currency: str, instrument: str | None, time_us: int) -> Threshold | None:
    """The threshold for this kind of payment on this day (UTC), or None where no sourced threshold is known."""
    for threshold in thresholds():
        if (threshold.country, threshold.currency, threshold.instrument) != (country, currency, instrument):
            continue
        if threshold.valid_from_us <= time_us and (threshold.valid_to_us is None or time_us < threshold.valid_to_us):
            return threshold
    return None


def _moment(day: str) -> int:
    parsed = date.fromisoformat(day)
    return int(datetime(parsed.year, parsed.month, parsed.day, tzinfo=UTC).timestamp()) * 1_000_000
