"""An episode: for some time a radar or the receivers of a place report what is not there, or not where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from veedor.simulate.columns import Floats, Ints
from veedor.simulate.places import Radar, Receiver
from veedor.simulate.sensing.ellipsoid import extracted
from veedor.simulate.sensing.hits import Hits, blank
from veedor.simulate.sensing.sensors import Conduct
from veedor.tables.plots import PSR

# What a sensor reports in an episode, given what it would report of that day without it; a stream of its own for each
# sensor and day. `serial` marks what is false in `flight`.
Report = Callable[[Radar | Receiver, Conduct, Hits, int, np.random.Generator], Hits]


@dataclass(frozen=True)
class Episode:
    """`sensors` report it, from `start` to `end` (seconds, within one day), around a place. `marked`: the radar itself
    knows what these plots are and says so."""

    kind: str
    sensors: tuple[str, ...]
    start: float
    end: float
    place: tuple[float, float]
    radius_m: float
    marked: bool
    report: Report
    replaces: bool = False  # what it reports stands for all of the day, instead of beside it


def turns_of(radar: Radar, conduct: Conduct, start: float, end: float) -> Floats:
    """The moments in between at which the antenna points north."""
    first = np.ceil((start - conduct.phase_s) / radar.turn_s)
    last = np.ceil((end - conduct.phase_s) / radar.turn_s)
    return np.asarray(conduct.phase_s + radar.turn_s * np.arange(first, last), dtype=np.float64)


def echoes(
    radar: Radar, conduct: Conduct, north: Floats, range_m: Floats, azimuth: Floats, serial: int, flags: int = 0
) -> Hits:
    """Primary plots at these ranges and azimuths, in the turns that begin at `north`; the plane position as
    its extractor makes it of an echo without a height."""
    count = len(north)
    azimuth = azimuth % 360.0
    lat, lon = extracted(
        radar.lat, radar.lon, radar.antenna_m, np.maximum(range_m, 100.0), azimuth,
        np.full(count, radar.plain_m + 1_500.0),
    )  # fmt: skip
    hits = blank(
        count,
        t=np.round((north + azimuth / 360.0 * radar.turn_s) * 128) / 128,
        mode=np.full(count, PSR, dtype=np.int64),
        range_m=np.maximum(range_m, 100.0),
        azimuth=azimuth,
        lat=lat,
        lon=lon,
        flags=np.full(count, flags, dtype=np.int64),
        flight=np.full(count, serial, dtype=np.int64),
    )
    return hits.take(conduct.working(hits.t) & (range_m > 0) & (range_m < radar.secondary_m))


def noisy(conduct: Conduct, rng: np.random.Generator, range_m: Floats, azimuth: Floats) -> tuple[Floats, Floats]:
    """Ranges and azimuths as this radar measures them."""
    count = len(range_m)
    return (
        range_m + conduct.bias_range_m + conduct.sigma_range_m * rng.standard_normal(count),
        azimuth + conduct.bias_azimuth_deg + conduct.sigma_azimuth_deg * rng.standard_normal(count),
    )


def every_turn(north: Floats, count: int) -> tuple[Floats, Ints]:
    """Each turn `count` times over: its moment and a number from 0 to below `count`."""
    return np.repeat(north, count), np.tile(np.arange(count), len(north))
