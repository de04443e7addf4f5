"""Many flights as flat arrays: knots in time, straight between them, and who flies with which transponder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from veedor.simulate.columns import Floats, Ints, Truths

_LANE_S = 1e8  # no scenario is longer: each flight gets its own lane on one common axis

SMALL, MEDIUM, LARGE = 0, 1, 2
# What echoes and is no aircraft that carries people.
BALLOON, BIRDS, VEHICLE, SHIP, RAIN, DRONE = 3, 4, 5, 6, 7, 8


@dataclass(frozen=True)
class Flights:
    """Airborne from the first to the last knot. Times are seconds from the scenario's start; `off` is the interval
    in which the transponder is silent (start > end: none). One entry per flight except the knots."""

    first: Ints  # index of the first knot, with one more at the end
    t: Floats
    lat: Floats
    lon: Floats
    alt: Floats  # metres above sea level
    size: Ints
    address: Ints
    code: Ints  # four octal digits read in base 8
    call_sign: npt.NDArray[np.object_]
    registration: npt.NDArray[np.object_]
    type_code: npt.NDArray[np.object_]
    transponder: Truths  # answers Mode A/C
    adsb: Truths
    off_start: Floats
    off_end: Floats
    serial: Ints  # which truth it belongs to; -1 for ordinary traffic

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def start(self) -> Floats:
        return self.t[self.first[:-1]]

    @property
    def end(self) -> Floats:
        return self.t[self.first[1:] - 1]

    def at(self, flight: Ints, t: Floats) -> tuple[Floats, Floats, Floats]:
        """Latitude, longitude and altitude of each flight at each time (times inside the flight)."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.first))
        axis = self.t + owner * _LANE_S
        right = np.searchsorted(axis, t + flight * _LANE_S, side="right")
        right = np.clip(right, self.first[flight] + 1, self.first[flight + 1] - 1)
        left = right - 1
        share = np.clip((t - self.t[left]) / np.maximum(self.t[right] - self.t[left], 1e-9), 0.0, 1.0)
        lat, lon, alt = (part[left] + (part[right] - part[left]) * share for part in (self.lat, self.lon, self.alt))
        return lat, lon, alt

    def silent(self, flight: Ints, t: Floats) -> Truths:
        """Whether the transponder is off at that time."""
        return np.asarray((t >= self.off_start[flight]) & (t <= self.off_end[flight]))


def joined(parts: Sequence[Flights]) -> Flights:
    """All flights of all parts, in order; an empty sequence is an error."""
    values = {
        item.name: np.concatenate([getattr(part, item.name) for part in parts])
        for item in fields(Flights)
        if item.name != "first"
    }
    counts = np.concatenate([np.diff(part.first) for part in parts])
    return Flights(first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), **values)


def chosen(flights: Flights, wanted: Ints) -> Flights:
    """The flights at these indices."""
    lengths = np.diff(flights.first)[wanted]
    ends = np.cumsum(lengths)
    knots = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(flights.first[wanted] - (ends - lengths), lengths)
    values = {
        item.name: getattr(flights, item.name)[knots if item.name in ("t", "lat", "lon", "alt") else wanted]
        for item in fields(Flights)
        if item.name != "first"
    }
    return Flights(first=np.concatenate([[0], ends]).astype(np.int64), **values)
