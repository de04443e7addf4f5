"""Flights to small fields and pads: missions, communities, ranches, clinics, oil, mines; and those without a plan."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from veedor.simulate.flying.flights import SMALL
from veedor.simulate.flying.missions import Leg, Mission
from veedor.simulate.flying.paths import Path
from veedor.simulate.lookalikes.scene import Place, Scene, around, at_aerodrome, at_field, flown


def _there_and_back(
    rng: np.random.Generator, scene: Scene, start: float, stops: list[Place], speed: float, level: float
) -> list[Leg]:
    """From an aerodrome by way of the stops and home again, a quarter of an hour to two hours on the ground at each."""
    home = scene.aerodrome_near(rng, stops[0])
    ground = scene.theatre.field_m
    level = max(level, home.elevation_m + 250.0, ground + 250.0)
    places = [(home.lat, home.lon, home.elevation_m), *((*stop, ground) for stop in stops)]
    places.append(places[0])
    legs, t = [], start
    for one, other in itertools.pairwise(places):
        path = Path.take_off(t, *one)
        path.go(0.5 * (one[0] + other[0]), 0.5 * (one[1] + other[1]), level, speed, rng.normal(0, 2e3))
        path.land(*other, speed)
        took = at_aerodrome(home, t) if one is places[0] else at_field(one[:2], t)
        landed = at_aerodrome(home, path.end) if other is places[0] else at_field(other[:2], path.end)
        legs.append(Leg(path, took, landed))
        t = path.end + rng.uniform(900, 7_200)
    return legs


@dataclass(frozen=True)
class Visit:
    """What one kind of visit is like: `stops` (least, most) of `count` places of a `purpose`, hours of take-off,
    speed in m/s, level in m above the sea, and the shares that have a transponder and ADS-B."""

    kind: str
    what: str
    purpose: str
    count: int
    stops: tuple[int, int]
    hours: tuple[int, int]
    speed: tuple[float, float]
    level: tuple[float, float]
    answers: float
    broadcasts: float

    def __call__(self, rng: np.random.Generator, scene: Scene) -> Mission:
        least, most = self.stops
        if most == 1:
            stops = [scene.one_of(rng, self.purpose, self.count)]
        else:
            stops = scene.some_of(rng, self.purpose, self.count, int(rng.integers(least, most + 1)))
        start = scene.moment(rng, *self.hours)
        legs = _there_and_back(rng, scene, start, stops, rng.uniform(*self.speed), rng.uniform(*self.level))
        return flown(rng, self.kind, self.what, SMALL, legs, self.answers, self.broadcasts)


# Communities: one after the other; some of these aircraft have no transponder. Ranches: an owner flies himself, low.
# Bush: the same few fields week after week. Medical: at any hour. Oil: several pads on one round.
_ALL = (
    Visit("mission_strip", "supplies", "missions", 4, (1, 1), (6, 14), (58, 75), (900, 2_400), 0.9, 0.5),
    Visit("community_strip", "round", "communities", 8, (2, 3), (6, 13), (55, 72), (700, 2_000), 0.7, 0.3),
    Visit("ranch_strip", "owner", "ranches", 10, (1, 1), (6, 17), (55, 85), (400, 1_500), 0.5, 0.2),
    Visit("bush", "air taxi", "bush", 5, (1, 1), (6, 16), (60, 80), (600, 1_800), 0.75, 0.3),
    Visit("medical", "ambulance", "clinics", 5, (1, 1), (0, 24), (70, 95), (1_200, 2_600), 0.95, 0.6),
    Visit("oil_helicopter", "crew", "wells", 5, (1, 3), (6, 17), (55, 68), (300, 700), 0.85, 0.5),
    Visit("mining_helicopter", "supplies", "mines", 4, (1, 1), (6, 17), (50, 62), (200, 600), 0.4, 0.1),
)
VISITS: Mapping[str, Visit] = {visit.kind: visit for visit in _ALL}


def vfr(rng: np.random.Generator, scene: Scene) -> Mission:
    """Between two aerodromes by sight, low, by day, with or without a transponder."""
    home = scene.aerodrome(rng)
    to = scene.aerodrome_near(rng, around(rng, (home.lat, home.lon), 60e3, 180e3))
    start, speed = scene.moment(rng, 7, 16), rng.uniform(50, 75)
    level = max(home.elevation_m, to.elevation_m) + rng.uniform(300, 1_000)
    path = Path.take_off(start, home.lat, home.lon, home.elevation_m)
    if to == home:  # a look around and back
        path.go(*around(rng, (home.lat, home.lon), 20e3, 60e3), level, speed)
    else:
        path.go(0.5 * (home.lat + to.lat), 0.5 * (home.lon + to.lon), level, speed, rng.normal(0, 4e3))
    path.land(to.lat, to.lon, to.elevation_m, speed)
    leg = Leg(path, at_aerodrome(home, start), at_aerodrome(to, path.end))
    return flown(rng, "vfr", "by sight", SMALL, (leg,), 0.6, 0.2)
