"""Ordinary traffic: airliners, turboprops and light aircraft between real aerodromes, a day at a time, vectorised."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from veedor.simulate.columns import Floats, Ints
from veedor.simulate.flying.flights import LARGE, MEDIUM, SMALL, Flights
from veedor.simulate.flying.identity import identities
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child, choose
from veedor.simulate.sphere import moved, separation
from veedor.simulate.theatre import APURE, Theatre

_KNOTS = 44
# By size: cruise speed m/s low and high, cruise altitude m low and high, climb and descent m of height per m flown.
_SPEED = np.array([[55.0, 85.0], [105.0, 145.0], [205.0, 240.0]])
_CRUISE = np.array([[1400.0, 3400.0], [3600.0, 7000.0], [8500.0, 11600.0]])
_CLIMB = np.array([0.055, 0.065, 0.075])
_DESCENT = np.array([0.045, 0.05, 0.052])
# Light traffic departs by day, airlines until late: share of the day's departures by local hour (UTC-4).
_HOURS = np.array(
    [1, 1, 0.5, 0.5, 1, 3, 6, 7, 7, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 4, 3, 3, 2, 1], dtype=np.float64
)  # fmt: skip


@dataclass(frozen=True)
class _Routes:
    """Aerodromes by index, and every pair of them with the aircraft size that flies it, and its weight."""

    lat: Floats
    lon: Floats
    field_m: Floats
    start: Ints
    end: Ints
    size: Ints
    weight: Floats


@cache
def _routes(theatre: Theatre) -> _Routes:
    fields = theatre.aerodromes
    lat, lon = np.array([a.lat for a in fields]), np.array([a.lon for a in fields])
    grade = np.array([{"A": 2, "B": 1, "C": 0}[a.grade] for a in fields])
    a, b = np.nonzero(~np.eye(len(fields), dtype=bool))
    distance, _ = separation(lat[a], lon[a], lat[b], lon[b])
    low = np.minimum(grade[a], grade[b])
    near = np.exp(-distance / 500_000.0)
    parts = [
        (LARGE, (low == 2) & (distance > 180_000), 3.0 * np.exp(-distance / 1_500_000.0)),
        (LARGE, (low == 1) & (grade[a] + grade[b] == 3) & (distance > 150_000), 1.1 * near),
        (MEDIUM, (low >= 1) & (distance > 90_000) & (distance < 700_000), 1.3 * near),
        (SMALL, (low <= 1) & (distance > 40_000) & (distance < 420_000), 1.1 * near),
    ]
    return _Routes(
        lat, lon, np.array([a.elevation_m for a in fields]),
        np.concatenate([a[m] for _, m, _ in parts]), np.concatenate([b[m] for _, m, _ in parts]),
        np.concatenate([np.full(int(mask.sum()), kind) for kind, mask, _ in parts]),
        np.concatenate([w[mask] for _, mask, w in parts]),
    )  # fmt: skip


def legal_flights(seed: int, day: int, count: int, batch: int = 0, theatre: Theatre = APURE) -> Flights:
    """`count` flights that depart on this day."""
    rng = child(seed, "legal", day, batch)
    routes = _routes(theatre)
    route = choose(rng, routes.weight, count)
    a, b, size = routes.start[route], routes.end[route], routes.size[route].astype(np.int64)
    from_m, to_m = routes.field_m[a], routes.field_m[b]
    lat0, lon0 = routes.lat[a], routes.lon[a]
    distance, bearing = separation(lat0, lon0, routes.lat[b], routes.lon[b])
    hour = choose(rng, _HOURS, count) + rng.random(count)
    depart = day * DAY_S + ((hour + 4.0) % 24.0) * 3600.0
    speed = rng.uniform(_SPEED[size, 0], _SPEED[size, 1])
    top = np.minimum(rng.uniform(_CRUISE[size, 0], _CRUISE[size, 1]), 0.02 * distance + np.maximum(from_m, to_m) + 500)
    share = _spread(distance)
    along = share * distance[:, None]
    bend = rng.normal(0.0, 0.012, (count, 1)) * distance[:, None] * np.sin(np.pi * share)
    lat, lon = moved(lat0[:, None], lon0[:, None], bearing[:, None], along)
    lat, lon = moved(lat, lon, bearing[:, None] + 90.0, bend)
    up = from_m[:, None] + along * _CLIMB[size][:, None]
    down = to_m[:, None] + (distance[:, None] - along) * _DESCENT[size][:, None]
    alt = np.minimum(np.minimum(up, down), top[:, None])
    t = depart[:, None] + _elapsed(along, alt - np.minimum(from_m, to_m)[:, None], speed, top)
    who = identities(rng, size)
    equipped = rng.random(count)
    return Flights(
        first=np.arange(count + 1, dtype=np.int64) * _KNOTS,
        t=t.ravel(), lat=lat.ravel(), lon=lon.ravel(), alt=alt.ravel(), size=size,
        address=who.address, code=who.code, call_sign=who.call_sign, registration=who.registration,
        type_code=who.type_code,
        transponder=(size > SMALL) | (equipped < 0.93),
        adsb=np.where(size == LARGE, equipped < 0.97, np.where(size == MEDIUM, equipped < 0.8, equipped < 0.45)),
        off_start=np.full(count, np.inf), off_end=np.full(count, -np.inf), serial=np.full(count, -1, dtype=np.int64),
    )  # fmt: skip


def _spread(distance: Floats) -> Floats:
    """Knots along the way, dense near both ends where climb and descent bend the path."""
    even = np.linspace(0.0, 1.0, _KNOTS)
    return np.broadcast_to(0.5 - 0.5 * np.cos(np.pi * even), (len(distance), _KNOTS))


def _elapsed(along: Floats, height: Floats, speed: Floats, top: Floats) -> Floats:
    """Seconds since departure: slower near the ground, full speed in the upper half of the climb."""
    slow = 0.42 + 0.58 * np.clip(height / np.maximum(0.6 * top[:, None], 900.0), 0.0, 1.0)
    pace = speed[:, None] * np.clip(slow, 0.42, 1.0)
    step = np.diff(along, axis=1) / (0.5 * (pace[:, 1:] + pace[:, :-1]))
    return np.concatenate([np.zeros((len(along), 1)), np.cumsum(step, axis=1)], axis=1)
