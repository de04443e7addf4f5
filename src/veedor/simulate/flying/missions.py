"""What somebody set out to do in the air: legs flown by one aircraft, with the truth about each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from veedor.simulate.flying.flights import Flights
from veedor.simulate.flying.identity import identities
from veedor.simulate.flying.paths import Path


@dataclass(frozen=True)
class Touch:
    """A landing or take-off: `where` is strip, aerodrome, field or beyond (outside all coverage)."""

    where: str
    number: int
    lat: float
    lon: float
    t: float


@dataclass(frozen=True)
class Leg:
    """One airborne piece; the transponder is silent from `off_start` to `off_end` (start > end: never)."""

    path: Path
    take_off: Touch
    landing: Touch
    off_start: float = float("inf")
    off_end: float = float("-inf")


@dataclass(frozen=True)
class Mission:
    """`kind` is illicit or the name of a look-alike; `profile` how it was flown."""

    kind: str
    profile: str
    size: int
    transponder: bool
    adsb: bool
    legs: tuple[Leg, ...]


def as_flights(missions: Sequence[Mission], rng: np.random.Generator, first_serial: int) -> Flights:
    """All legs as flights, in the order of missions and legs; serial counts legs from `first_serial`."""
    who = identities(rng, np.array([m.size for m in missions], dtype=np.int64))
    owner = np.repeat(np.arange(len(missions)), [len(m.legs) for m in missions])
    legs = [leg for mission in missions for leg in mission.legs]
    knots = [len(leg.path.t) for leg in legs]

    def flat(name: str) -> np.ndarray:
        return np.array([value for leg in legs for value in getattr(leg.path, name)], dtype=np.float64)

    return Flights(
        first=np.concatenate([[0], np.cumsum(knots)]).astype(np.int64),
        t=flat("t"), lat=flat("lat"), lon=flat("lon"), alt=flat("alt"),
        size=np.array([m.size for m in missions], dtype=np.int64)[owner],
        address=who.address[owner], code=who.code[owner], call_sign=who.call_sign[owner],
        registration=who.registration[owner], type_code=who.type_code[owner],
        transponder=np.array([m.transponder for m in missions])[owner],
        adsb=np.array([m.adsb for m in missions])[owner],
        off_start=np.array([leg.off_start for leg in legs]), off_end=np.array([leg.off_end for leg in legs]),
        serial=first_serial + np.arange(len(legs), dtype=np.int64),
    )  # fmt: skip
