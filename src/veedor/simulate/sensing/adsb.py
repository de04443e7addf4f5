"""ADS-B receivers: what aircraft say of themselves, as far as the antenna sees, thinned to one report in seconds."""

from __future__ import annotations

import numpy as np

from veedor.simulate.flying.flights import Flights
from veedor.simulate.places import Receiver
from veedor.simulate.sensing.hits import Hits, blank
from veedor.simulate.sensing.sensors import Conduct
from veedor.simulate.sphere import in_sight, moved, separation
from veedor.tables.plots import ADSB

_FOOT = 0.3048
_KNOT = 1852.0 / 3600.0


def receive(
    receiver: Receiver, conduct: Conduct, flights: Flights, pressure_offset_m: float, rng: np.random.Generator
) -> Hits:
    """Reports of these flights at this receiver, by flight and time."""
    lasting = np.where(flights.adsb, flights.end - flights.start, 0.0)
    counts = (lasting / 7.0).astype(np.int64)
    flight = np.repeat(np.arange(len(flights)), counts)
    place = np.arange(len(flight)) - np.repeat(np.cumsum(counts) - counts, counts)
    t = flights.start[flight] + (place + rng.random(len(flight)) * 0.5) * 7.0
    keep = (t < flights.end[flight]) & ~flights.silent(flight, t)
    flight, t = flight[keep], t[keep]
    lat, lon, alt = flights.at(flight, t)
    ground, _ = separation(receiver.lat, receiver.lon, lat, lon)
    heard = in_sight(ground, receiver.antenna_m - receiver.plain_m, alt - receiver.plain_m)
    heard &= (ground < receiver.reach_m) & (rng.random(len(t)) < 0.96 - 0.5 * (ground / receiver.reach_m) ** 4)
    heard &= conduct.working(t)
    flight, t, lat, lon, alt = flight[heard], t[heard], lat[heard], lon[heard], alt[heard]
    before, after = np.maximum(t - 4.0, flights.start[flight]), np.minimum(t + 4.0, flights.end[flight])
    one, two = flights.at(flight, before), flights.at(flight, after)
    way, course = separation(one[0], one[1], two[0], two[1])
    span = np.maximum(after - before, 1e-3)
    count = len(t)
    off, side = rng.rayleigh(6.0, count), rng.uniform(0, 360, count)
    lat, lon = moved(lat, lon, side, off)
    return blank(
        count,
        t=np.round(t, 2),
        mode=np.full(count, ADSB, dtype=np.int64),
        lat=np.round(lat, 6),
        lon=np.round(lon, 6),
        pressure_m=np.round((alt + pressure_offset_m) / (25 * _FOOT)) * 25 * _FOOT,
        geometric_m=np.round(alt / (25 * _FOOT)) * 25 * _FOOT,
        speed=np.round(way / span / _KNOT) * _KNOT,
        course=np.round(course, 1) % 360.0,
        climb=(two[2] - one[2]) / span,
        code=flights.code[flight],
        address=flights.address[flight],
        call_sign=flights.call_sign[flight],
        flight=flight,
    )
