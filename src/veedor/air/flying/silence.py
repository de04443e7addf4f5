"""A silence as it is judged: what was measured around it, what else is known, and what follows from both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from veedor.air.announcements import Announcements
from veedor.air.evidence import Sensors
from veedor.air.flying.coverage import Seen
from veedor.air.flying.detection import Detection
from veedor.air.flying.expected import Expected
from veedor.air.flying.navigation import Navigation
from veedor.air.sensing.blanked import Blanked
from veedor.air.terrain.horizons import Profiles
from veedor.registers.aerodromes import Aerodromes

Point = tuple[int, int, int | None]  # latitude, longitude, altitude


@dataclass(frozen=True)
class Way:
    """What the plots from the last before a silence to the first after it tell of the way between: its length, by
    smoothed places ten seconds apart; the median of the smoothed speeds of those between; the longest time between two;
    by how much it turned from its course before to where it came back or was last seen (0 to half a turn). And how far
    the whole flight got from its start, by its ends."""

    length_mm: int
    usual_mm_s: int
    longest_us: int
    turned_e7: int
    gained_mm: int


@dataclass(frozen=True)
class Silence:
    """A track's silence: last point before, first after, and what was usual before. `records`: last before, first
    after, then earlier and later ones."""

    track: int
    start_us: int
    end_us: int
    loss: Point
    back: Point
    revisit_us: int
    speed_before_mm_s: int
    speed_after_mm_s: int
    sensors: tuple[str, ...]
    turns_us: tuple[tuple[str, int], ...]  # sensors that had its answers, and how often they give one
    echoes: int  # primary plots while the transponder was silent
    way: Way
    came_back: bool  # the transponder answered again
    by_radar: bool  # a radar had its answers shortly before, which no satellite takes part in
    simulated: bool
    # The whole flight as announcements are asked for it: start, end, start_lat_e7 .. end_lon_e7, address, call_sign.
    flight: Mapping[str, Any]
    records: tuple[tuple[bytes, int], ...]


@dataclass(frozen=True)
class Witness:
    """What else is known: coverage of others, state of the sensors, sites, aerodromes."""

    seen: Seen
    detection: Detection
    sensors: Sensors
    blanked: Blanked
    profiles: Profiles
    sites: Sequence[Mapping[str, Any]]
    aerodromes: Aerodromes
    said: Announcements
    navigation: Navigation


@dataclass(frozen=True)
class Facts:
    """What follows for one silence."""

    silence_us: int
    moved_mm: int
    speed_mm_s: int
    aerodromes: tuple[tuple[str, int], tuple[str, int]]  # nearest at loss and at return, with distance
    covered: tuple[tuple[int, int], tuple[int, int]]  # passes and losses (starts) of others at loss and return
    expected: Expected
