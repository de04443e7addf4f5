"""Cash of one account followed from the counter where it was put in to the one where it was taken out.

First in, first out: a withdrawal takes the oldest coins that were put in before it and are not older than the delay.
Deposits without time of day are taken to be made before withdrawals of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veedor.geodesy import distance_mm
from veedor.registers.names.fold import fold


@dataclass(frozen=True)
class Spot:
    """Where cash was handled. Two spots are one place where they name the same municipality; else where they lie closer
    together than asked, or, without coordinates, where they are one branch."""

    place: str | None
    branch: str | None
    country: str | None
    lat_e7: int | None
    lon_e7: int | None

    @property
    def known(self) -> bool:
        return self.lat_e7 is not None or self.place is not None or self.branch is not None

    @property
    def name(self) -> str:
        """What tells places apart when they are counted."""
        if self.place is not None:
            return f"{self.country or ''} {fold(self.place)}"
        return f"branch {self.branch}" if self.branch is not None else f"{self.lat_e7} {self.lon_e7}"

    def distance(self, other: Spot) -> int | None:
        """How far apart, in mm; None where a coordinate is missing."""
        if None in (self.lat_e7, self.lon_e7, other.lat_e7, other.lon_e7):
            return None
        return int(distance_mm(self.lat_e7 or 0, self.lon_e7 or 0, other.lat_e7 or 0, other.lon_e7 or 0))


@dataclass(frozen=True)
class Cash:
    """One deposit or withdrawal; amounts of an account and currency in units of one place."""

    time: int
    deposit: bool
    units: int
    spot: Spot
    person: str | None
    row: int


@dataclass(frozen=True)
class Coins:
    """Money that came by one deposit and left by one withdrawal, as places in the account's cash."""

    came: int
    went: int
    units: int


def follow(cash: Sequence[Cash], delay_us: int) -> list[Coins]:
    """All coins in order of what left; `cash` in order of time, deposits first among equals."""
    left: list[tuple[int, int]] = []
    found = []
    for at, one in enumerate(cash):
        if one.deposit:
            left.append((at, one.units))
            continue
        need = one.units
        left = [(came, units) for came, units in left if one.time - cash[came].time <= delay_us]
        while need and left:
            came, units = left[0]
            taken = min(need, units)
            found.append(Coins(came, at, taken))
            need -= taken
            left[0:1] = [(came, units - taken)] if units > taken else []
    return found


def apart(one: Spot, other: Spot, least_mm: int) -> bool | None:
    """Whether these are far from each other; None where nobody can tell."""
    distance = one.distance(other)
    if distance is not None:
        return distance >= least_mm
    if one.place is not None and other.place is not None:
        return one.name != other.name
    return None


def runs(coins: Sequence[Coins], cash: Sequence[Cash]) -> list[list[Coins]]:
    """Coins cut where all that was put in before had left before the next deposit: what overlaps in time is one run."""
    made: list[list[Coins]] = []
    until = 0
    for each in sorted(coins, key=lambda each: (cash[each.came].time, each.came, each.went)):
        if not made or cash[each.came].time > until:
            made.append([])
            until = cash[each.went].time
        made[-1].append(each)
        until = max(until, cash[each.went].time)
    return made
