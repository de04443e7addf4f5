"""Innocent flights that look suspicious: crop-dusters, missions, ambulances, trainers, helicopters, interceptors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from veedor.simulate.flying.flights import LARGE, SMALL
from veedor.simulate.flying.missions import Leg, Mission, Touch
from veedor.simulate.flying.paths import Path
from veedor.simulate.places import Aerodrome
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child
from veedor.simulate.sphere import apart, point, separation
from veedor.simulate.theatre import APURE, Theatre

KINDS = ("crop_dusting", "mission_flight", "medical_flight", "training", "helicopter", "interceptor")
_SHARES = (0.30, 0.18, 0.14, 0.16, 0.14, 0.08)
_FIELDS = 25


def lookalike_missions(
    seed: int, count: int, days: int, illicit: Sequence[Mission], theatre: Theatre = APURE
) -> list[Mission]:
    """`count` innocent missions; farm and mission fields are the same few unlisted places again and again."""
    place = child(seed, "fields")
    south, north, west, east = theatre.fields
    fields = [(place.uniform(south, north), place.uniform(west, east)) for _ in range(_FIELDS)]
    made = []
    for number in range(count):
        rng = child(seed, "lookalike", number)
        kind = KINDS[int(rng.choice(len(KINDS), p=_SHARES))]
        start = int(rng.integers(0, days - 1)) * DAY_S + rng.uniform(10.5, 21.5) * 3600.0
        field = fields[int(rng.integers(_FIELDS))]
        if kind == "crop_dusting":
            made.append(crop_dusting(rng, start, field, theatre.field_m))
        elif kind == "training":
            made.append(training(rng, start, theatre))
        elif kind == "interceptor":
            made.append(interceptor(rng, start, illicit, theatre))
        else:
            made.append(_visit(rng, start, field, kind, theatre))
    return made


def _near(rng: np.random.Generator, lat: float, lon: float, theatre: Theatre) -> Aerodrome:
    """One of the four nearest aerodromes."""
    distance, _ = separation(
        np.array([a.lat for a in theatre.local]), np.array([a.lon for a in theatre.local]), lat, lon
    )
    return theatre.local[int(np.argsort(distance)[int(rng.integers(4))])]


def _point(rng: np.random.Generator, lat: float, lon: float, low: float, high: float) -> tuple[float, float]:
    return point(lat, lon, rng.uniform(0, 360), rng.uniform(low, high))


def crop_dusting(rng: np.random.Generator, start: float, field: tuple[float, float], ground: float) -> Mission:
    """From a farm field a few kilometres to the crop, passes at 10 m with turns at 60 m, and back."""
    path = Path.take_off(start, *field, ground)
    crop = _point(rng, *field, 4e3, 22e3)
    path.go(*crop, ground + rng.uniform(120, 320), 50.0)
    heading, side = rng.uniform(0, 180), rng.choice([-1.0, 1.0])
    for row in range(int(rng.integers(12, 30))):
        path.go(*point(path.lat[-1], path.lon[-1], heading + 180.0 * (row % 2), 1_600.0), ground + 10.0, 48.0)
        path.go(*point(path.lat[-1], path.lon[-1], heading + side * 90.0, 320.0), ground + 60.0, 42.0)
    path.go(*_point(rng, *field, 2e3, 4e3), ground + 200.0, 50.0)
    path.land(*field, ground, 50.0)
    leg = Leg(path, Touch("field", -1, *field, start), Touch("field", -1, *field, path.end))
    return Mission("crop_dusting", "passes", SMALL, bool(rng.random() < 0.4), False, (leg,))


def _visit(rng: np.random.Generator, start: float, field: tuple[float, float], kind: str, theatre: Theatre) -> Mission:
    """There and back to a small field (helicopters: to any point), transponder on all the way."""
    if kind == "medical_flight" and rng.random() < 0.5:
        start += rng.uniform(6, 10) * 3600.0
    if kind == "helicopter":
        field = _point(rng, *field, 0.0, 30e3)
    home = _near(rng, *field, theatre)
    speed, level = (
        (rng.uniform(52, 64), 450.0) if kind == "helicopter" else (rng.uniform(58, 80), rng.uniform(900, 2_400))
    )
    level = max(level, home.elevation_m + 250.0)
    path = Path.take_off(start, home.lat, home.lon, home.elevation_m)
    path.go(0.5 * (home.lat + field[0]), 0.5 * (home.lon + field[1]), level, speed, rng.normal(0, 2e3))
    path.land(*field, theatre.field_m, speed)
    leave = path.end + rng.uniform(900, 7_200)
    back = Path.take_off(leave, *field, theatre.field_m)
    back.go(0.5 * (home.lat + field[0]), 0.5 * (home.lon + field[1]), level, speed, rng.normal(0, 2e3))
    back.land(home.lat, home.lon, home.elevation_m, speed)
    base = home.lat, home.lon
    legs = (
        Leg(path, Touch("aerodrome", -1, *base, start), Touch("field", -1, *field, path.end)),
        Leg(back, Touch("field", -1, *field, leave), Touch("aerodrome", -1, *base, back.end)),
    )
    return Mission(kind, "visit", SMALL, bool(rng.random() < 0.95), bool(rng.random() < 0.5), legs)


def training(rng: np.random.Generator, start: float, theatre: Theatre) -> Mission:
    """Circuits at an aerodrome, touch and go, and for some a look at the practice area first."""
    home = theatre.local[int(rng.integers(len(theatre.local)))]
    runway, height = rng.uniform(0, 180), home.elevation_m + 300.0
    path = Path.take_off(start, home.lat, home.lon, home.elevation_m)
    if rng.random() < 0.5:
        for _ in range(int(rng.integers(4, 10))):
            path.go(*_point(rng, home.lat, home.lon, 8e3, 22e3), height + rng.uniform(200, 900), 52.0)
    for _ in range(int(rng.integers(3, 8))):
        for bearing, metres in ((runway, 2_500.0), (runway + 50, 3_300.0), (runway + 130, 3_300.0)):
            path.go(*point(home.lat, home.lon, bearing, metres), height, 45.0)
        path.go(home.lat, home.lon, home.elevation_m + 3.0, 38.0, late=True)
    touch = Touch("aerodrome", -1, home.lat, home.lon, start)
    leg = Leg(path, touch, Touch("aerodrome", -1, home.lat, home.lon, path.end))
    return Mission("training", "circuits", SMALL, bool(rng.random() < 0.9), bool(rng.random() < 0.4), (leg,))


def interceptor(rng: np.random.Generator, start: float, illicit: Sequence[Mission], theatre: Theatre) -> Mission:
    """A military aircraft that closes on somebody, silent for a while by order, and goes home."""
    base = theatre.aerodrome(theatre.bases[int(rng.integers(len(theatre.bases)))])
    met = _meeting(base, illicit[int(rng.integers(len(illicit)))].legs[0].path) if illicit else None
    leave, lat, lon = met or (start, *_point(rng, base.lat, base.lon, 80e3, 220e3))
    target = lat, lon
    path = Path.take_off(leave, base.lat, base.lon, base.elevation_m)
    path.go(*target, 2_500.0, 190.0)
    for _ in range(int(rng.integers(2, 6))):
        path.go(*_point(rng, *target, 4e3, 14e3), rng.uniform(1_200, 2_500), 110.0)
    path.land(base.lat, base.lon, base.elevation_m, 160.0)
    whole = path.end - leave
    off = (leave + 0.25 * whole, leave + rng.uniform(0.5, 0.8) * whole) if rng.random() < 0.6 else (np.inf, -np.inf)
    there = Touch("aerodrome", -1, base.lat, base.lon, leave)
    leg = Leg(path, there, Touch("aerodrome", -1, base.lat, base.lon, path.end), *off)
    return Mission("interceptor", "chase" if met else "patrol", LARGE, True, False, (leg,))


def _meeting(base: Aerodrome, chased: Path) -> tuple[float, float, float] | None:
    """When to leave for the middle of somebody's flight, and where that is; None where it cannot be reached in time."""
    knot = len(chased.t) // 2
    seconds = apart(base.lat, base.lon, chased.lat[knot], chased.lon[knot])[0] / 190.0
    in_reach = seconds < 2_400.0 and chased.t[knot] > seconds
    return (chased.t[knot] - seconds, chased.lat[knot], chased.lon[knot]) if in_reach else None
