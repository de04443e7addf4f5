"""What one person declared on the way in, and what the same person banked soon after, in one currency.

Every declaration opens a span: from its day on, `days` long. Spans that overlap are one run, so that what a later
declaration covers is never held against an earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veedor.money.ledger import DAY_US


@dataclass(frozen=True)
class Said:
    """One declaration: when, how much in units of the run's place, and its row."""

    time: int
    units: int
    row: int


@dataclass(frozen=True)
class Moved:
    """One deposit or withdrawal in cash, likewise."""

    time: int
    deposit: bool
    units: int
    account: str
    row: int


@dataclass(frozen=True)
class Run:
    """`start` to `end` (not included): declarations that hang together, and the cash banked from the first day on."""

    start: int
    end: int
    said: tuple[Said, ...]
    banked: tuple[Moved, ...]

    @property
    def declared_units(self) -> int:
        return sum(each.units for each in self.said)

    @property
    def banked_units(self) -> int:
        return sum(each.units for each in self.banked)


def runs(said: Sequence[Said], moved: Sequence[Moved], days: int) -> list[Run]:
    """All runs of one person and currency, earliest first."""
    spans: list[tuple[int, int, list[Said]]] = []
    for each in sorted(said, key=lambda each: (each.time, each.row)):
        start = each.time // DAY_US * DAY_US
        end = start + days * DAY_US
        if spans and start <= spans[-1][1]:
            begun, _, some = spans[-1]
            spans[-1] = (begun, end, [*some, each])
        else:
            spans.append((start, end, [each]))
    ordered = sorted(moved, key=lambda each: (each.time, each.row))
    return [
        Run(start, end, tuple(some), tuple(each for each in ordered if each.deposit and start <= each.time < end))
        for start, end, some in spans
    ]


def before(said: Sequence[Said], deposit: Moved) -> int:
    """How long after the latest declaration of its day or earlier cash was banked, in microseconds."""
    return min(max(0, deposit.time - each.time) for each in said if each.time // DAY_US <= deposit.time // DAY_US)
