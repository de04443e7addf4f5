"""Restating amounts after a state took zeros off its currency: exact, dated, and refused where the unit is not clear.

A bank may go on writing the old code after the new unit holds, for either unit (after 1 October 2021 bolívares are
written both VES and VED): such an amount could be off by a factor of a million, so nobody restates it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Redenomination:
    """From `first_day` on 10^`zeros` of `old` are one of `new`. `source` is the legal text, `read` what was read."""

    country: str
    old: str
    new: str
    zeros: int
    first_day: date
    source: str
    read: str


@dataclass(frozen=True)
class Restated:
    """An amount in the unit of another day: the same digits, the point moved. `steps`: which laws moved it."""

    units: int
    exponent: int
    currency: str
    steps: tuple[Redenomination, ...]


@dataclass(frozen=True)
class Unclear:
    """`written` after `since` under the old code: in which unit nobody said."""

    written: str
    since: Redenomination


@cache
def redenominations() -> tuple[Redenomination, ...]:
    """All of them by day. Raises ValueError for a row without a source or without what was read."""
    text = (resources.files(__package__) / "redenominations.toml").read_text(encoding="utf-8")
    made = []
    for row in tomllib.loads(text)["redenomination"]:
        if not row.get("source", "").strip() or not row.get("read", "").strip():
            raise ValueError(f"redenomination of {row['old']} does not say where it comes from")
        day = date.fromisoformat(row["first_day"])
        made.append(
            Redenomination(row["country"], row["old"], row["new"], row["zeros"], day, row["source"], row["read"])
        )
    return tuple(sorted(made, key=lambda each: (each.first_day, each.old)))


def restate(units: int, exponent: int, currency: str, booked: date, day: date) -> Restated | Unclear:
    """An amount booked on one day in the unit that holds on `day`; unchanged where nothing was restated between."""
    steps: list[Redenomination] = []
    for each in redenominations():
        if each.old != currency:
            continue
        if booked >= each.first_day:
            return Unclear(currency, each)
        if day >= each.first_day:
            exponent += each.zeros
            currency = each.new
            steps.append(each)
    return Restated(units, exponent, currency, tuple(steps))
