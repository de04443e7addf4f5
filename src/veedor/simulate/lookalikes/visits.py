"""Flights to small fields and pads: missions, communities, ranches, clinics, oil, mines; and those without a plan."""

from __future__ import annotations

import itertools

import numpy as np

from veedor.simulate.flights import SMALL
from veedor.simulate.lookalikes.scene import Place, Scene, around, at_aerodrome, at_field, flown
from veedor.simulate.missions import Leg, Mission
from veedor.simulate.paths import Path


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


def mission_strip(rng: np.random.Generator, scene: Scene) -> Mission:
    """Supplies for a mission in the forest, which answers and often has ADS-B."""
    stop = scene.one_of(rng, "missions", 4)
    legs = _there_and_back(rng, scene, scene.moment(rng, 6, 14), [stop], rng.uniform(58, 75), rng.uniform(900, 2_400))
    return flown(rng, "mission_strip", "supplies", SMALL, legs, 0.9, 0.5)


def community_strip(rng: np.random.Generator, scene: Scene) -> Mission:
    """Two or three indigenous communities one after the other; some of these aircraft have no transponder."""
    stops = scene.some_of(rng, "communities", 8, int(rng.integers(2, 4)))
    legs = _there_and_back(rng, scene, scene.moment(rng, 6, 13), stops, rng.uniform(55, 72), rng.uniform(700, 2_000))
    return flown(rng, "community_strip", "round", SMALL, legs, 0.7, 0.3)


def ranch_strip(rng: np.random.Generator, scene: Scene) -> Mission:
    """An owner who flies himself to his ranch, low, without a plan, half of them without a transponder."""
    stop = scene.one_of(rng, "ranches", 10)
    legs = _there_and_back(rng, scene, scene.moment(rng, 6, 17), [stop], rng.uniform(55, 85), rng.uniform(400, 1_500))
    return flown(rng, "ranch_strip", "owner", SMALL, legs, 0.5, 0.2)


def bush(rng: np.random.Generator, scene: Scene) -> Mission:
    """An air taxi of the plains, the same few fields week after week."""
    stop = scene.one_of(rng, "bush", 5)
    legs = _there_and_back(rng, scene, scene.moment(rng, 6, 16), [stop], rng.uniform(60, 80), rng.uniform(600, 1_800))
    return flown(rng, "bush", "air taxi", SMALL, legs, 0.75, 0.3)


def medical(rng: np.random.Generator, scene: Scene) -> Mission:
    """An ambulance, at any hour: half of these flights are by night."""
    stop = scene.one_of(rng, "clinics", 5)
    legs = _there_and_back(rng, scene, scene.moment(rng, 0, 24), [stop], rng.uniform(70, 95), rng.uniform(1_200, 2_600))
    return flown(rng, "medical", "ambulance", SMALL, legs, 0.95, 0.6)


def oil_helicopter(rng: np.random.Generator, scene: Scene) -> Mission:
    """Crews to wells, several pads on one round."""
    stops = scene.some_of(rng, "wells", 5, int(rng.integers(1, 4)))
    legs = _there_and_back(rng, scene, scene.moment(rng, 6, 17), stops, rng.uniform(55, 68), rng.uniform(300, 700))
    return flown(rng, "oil_helicopter", "crew", SMALL, legs, 0.85, 0.5)


def mining_helicopter(rng: np.random.Generator, scene: Scene) -> Mission:
    """Fuel and people to a mine; many have no transponder."""
    stop = scene.one_of(rng, "mines", 4)
    legs = _there_and_back(rng, scene, scene.moment(rng, 6, 17), [stop], rng.uniform(50, 62), rng.uniform(200, 600))
    return flown(rng, "mining_helicopter", "supplies", SMALL, legs, 0.4, 0.1)


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
