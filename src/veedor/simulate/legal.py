"""Ordinary traffic: airliners, turboprops and light aircraft between real aerodromes, a day at a time, vectorised."""

from __future__ import annotations

import numpy as np

from veedor.simulate.flights import LARGE, MEDIUM, SMALL, Flights
from veedor.simulate.identity import identities
from veedor.simulate.places import AERODROMES
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child, choose
from veedor.simulate.sphere import Floats, moved, separation

_KNOTS = 44
_LAT = np.array([a.lat for a in AERODROMES])
_LON = np.array([a.lon for a in AERODROMES])
_FIELD = np.array([a.elevation_m for a in AERODROMES])
_GRADE = np.array([{"A": 2, "B": 1, "C": 0}[a.grade] for a in AERODROMES])
# By size: cruise speed m/s low and high, cruise altitude m low and high, climb and descent m of height per m flown.
_SPEED = np.array([[55.0, 85.0], [105.0, 145.0], [205.0, 240.0]])
_CRUISE = np.array([[1400.0, 3400.0], [3600.0, 7000.0], [8500.0, 11600.0]])
_CLIMB = np.array([0.055, 0.065, 0.075])
_DESCENT = np.array([0.045, 0.05, 0.052])
# Light traffic departs by day, airlines until late: share of the day's departures by local hour (UTC-4).
_HOURS = np.array(
    [1, 1, 0.5, 0.5, 1, 3, 6, 7, 7, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 4, 3, 3, 2, 1], dtype=np.float64
)  # fmt: skip


def _routes() -> tuple[np.ndarray, np.ndarray, np.ndarray, Floats]:
    """Every pair with the aircraft size that flies it, and its weight."""
    a, b = np.nonzero(~np.eye(len(AERODROMES), dtype=bool))
    distance, _ = separation(_LAT[a], _LON[a], _LAT[b], _LON[b])
    low = np.minimum(_GRADE[a], _GRADE[b])
    near = np.exp(-distance / 500_000.0)
    parts = [
        (LARGE, (low == 2) & (distance > 180_000), 3.0 * np.exp(-distance / 1_500_000.0)),
        (LARGE, (low == 1) & (_GRADE[a] + _GRADE[b] == 3) & (distance > 150_000), 1.1 * near),
        (MEDIUM, (low >= 1) & (distance > 90_000) & (distance < 700_000), 1.3 * near),
        (SMALL, (low <= 1) & (distance > 40_000) & (distance < 420_000), 1.1 * near),
    ]
    size = np.concatenate([np.full(int(mask.sum()), kind) for kind, mask, _ in parts])
    weight = np.concatenate([w[mask] for _, mask, w in parts])
    return np.concatenate([a[m] for _, m, _ in parts]), np.concatenate([b[m] for _, m, _ in parts]), size, weight


_FROM, _TO, _SIZE, _WEIGHT = _routes()


def legal_flights(seed: int, day: int, count: int, batch: int = 0) -> Flights:
    """`count` flights that depart on this day."""
    rng = child(seed, "legal", day, batch)
    route = choose(rng, _WEIGHT, count)
    a, b, size = _FROM[route], _TO[route], _SIZE[route].astype(np.int64)
    distance, bearing = separation(_LAT[a], _LON[a], _LAT[b], _LON[b])
    hour = choose(rng, _HOURS, count) + rng.random(count)
    depart = day * DAY_S + ((hour + 4.0) % 24.0) * 3600.0
    speed = rng.uniform(_SPEED[size, 0], _SPEED[size, 1])
    top = np.minimum(
        rng.uniform(_CRUISE[size, 0], _CRUISE[size, 1]), 0.02 * distance + np.maximum(_FIELD[a], _FIELD[b]) + 500
    )
    share = _spread(distance)
    along = share * distance[:, None]
    bend = rng.normal(0.0, 0.012, (count, 1)) * distance[:, None] * np.sin(np.pi * share)
    lat, lon = moved(_LAT[a][:, None], _LON[a][:, None], bearing[:, None], along)
    lat, lon = moved(lat, lon, bearing[:, None] + 90.0, bend)
    up = _FIELD[a][:, None] + along * _CLIMB[size][:, None]
    down = _FIELD[b][:, None] + (distance[:, None] - along) * _DESCENT[size][:, None]
    alt = np.minimum(np.minimum(up, down), top[:, None])
    t = depart[:, None] + _elapsed(along, alt - np.minimum(_FIELD[a], _FIELD[b])[:, None], speed, top)
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
