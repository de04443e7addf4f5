"""Flights that work over one place: spraying, surveys, calibration, fires, circuits, thermals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from veedor.simulate.flying.flights import MEDIUM, SMALL
from veedor.simulate.flying.missions import Leg, Mission
from veedor.simulate.flying.paths import Path
from veedor.simulate.lookalikes import ordinary
from veedor.simulate.lookalikes.scene import NEVER, Place, Scene, around, at_aerodrome, flown
from veedor.simulate.places import Aerodrome
from veedor.simulate.sphere import point


def crop_dusting(rng: np.random.Generator, scene: Scene) -> Mission:
    return ordinary.crop_dusting(rng, scene.moment(rng, 6, 17), scene.one_of(rng, "farms", 12), scene.theatre.field_m)


def training(rng: np.random.Generator, scene: Scene) -> Mission:
    return ordinary.training(rng, scene.moment(rng, 7, 16), scene.theatre)


def _out(home: Aerodrome, start: float, place: Place, level: float, speed: float) -> Path:
    return Path.take_off(start, home.lat, home.lon, home.elevation_m).go(*place, level, speed)


def _home(path: Path, home: Aerodrome, start: float, speed: float, off: tuple[float, float] = NEVER) -> Leg:
    path.land(home.lat, home.lon, home.elevation_m, speed)
    return Leg(path, at_aerodrome(home, start), at_aerodrome(home, path.end), *off)


def eradication(rng: np.random.Generator, scene: Scene) -> Mission:
    """Spraying of coca at first light: passes at 30 m over hill country, mostly silent by order."""
    field = scene.one_of(rng, "coca", 5)
    home, start, ground = scene.aerodrome_near(rng, field), scene.moment(rng, 5.5, 8), scene.theatre.field_m
    path = _out(home, start, field, max(home.elevation_m, ground) + 500.0, 75.0)
    silent_from, heading = path.end - 600.0, rng.uniform(0, 180)
    for row in range(int(rng.integers(10, 22))):
        path.go(*point(path.lat[-1], path.lon[-1], heading + 180.0 * (row % 2), 2_400.0), ground + 30.0, 70.0)
        path.go(*point(path.lat[-1], path.lon[-1], heading + 90.0, 250.0), ground + 110.0, 60.0)
    leg = _home(path, home, start, 75.0)
    if rng.random() < 0.7:
        leg = replace(leg, off_start=silent_from, off_end=leg.path.end - 600.0)
    return flown(rng, "eradication", "spraying", SMALL, (leg,), 0.95, 0.1)


def survey(rng: np.random.Generator, scene: Scene) -> Mission:
    """Parallel lines with a camera or a magnetometer, announced, answering throughout."""
    corner = scene.one_of(rng, "survey", 3)
    home, start, speed = scene.aerodrome_near(rng, corner), scene.moment(rng, 7, 13), rng.uniform(60, 80)
    level = max(home.elevation_m, scene.theatre.field_m) + rng.uniform(300, 900)
    path, heading = _out(home, start, corner, level, speed), rng.uniform(0, 180)
    side, spacing = rng.uniform(12e3, 25e3), rng.uniform(800, 2_500)
    for row in range(int(rng.integers(8, 16))):
        path.go(*point(path.lat[-1], path.lon[-1], heading + 180.0 * (row % 2), side), level, speed)
        path.go(*point(path.lat[-1], path.lon[-1], heading + 90.0, spacing), level, speed * 0.9)
    return flown(rng, "survey", "lines", MEDIUM, (_home(path, home, start, speed),), 0.97, 0.85)


def calibration(rng: np.random.Generator, scene: Scene) -> Mission:
    """The navigation aids of an aerodrome flown off: two circles around it, then approach after approach."""
    home = scene.aerodrome(rng)
    start, speed, runway = scene.moment(rng, 7, 15), 85.0, rng.uniform(0, 360)
    level = home.elevation_m + rng.uniform(600, 1_000)
    path = Path.take_off(start, home.lat, home.lon, home.elevation_m)
    for bearing in np.arange(0.0, 750.0, 15.0):
        path.go(*point(home.lat, home.lon, runway + bearing, 11_000.0), level, speed)
    for _ in range(int(rng.integers(3, 7))):
        path.go(*point(home.lat, home.lon, runway + rng.uniform(-8, 8), 18_000.0), level, speed)
        path.go(home.lat, home.lon, home.elevation_m + 20.0, 65.0, late=True)
        path.go(*point(home.lat, home.lon, runway + 90.0, 6_000.0), level, speed)
    return flown(rng, "calibration", "approaches", MEDIUM, (_home(path, home, start, speed),), 1.0, 0.9)


def fire_fighting(rng: np.random.Generator, scene: Scene) -> Mission:
    """Between water and a fire, again and again, down low at both."""
    fire = scene.one_of(rng, "fires", 20)
    water, home = around(rng, fire, 6e3, 18e3), scene.aerodrome_near(rng, fire)
    start, ground = scene.moment(rng, 9, 15), scene.theatre.field_m
    path = _out(home, start, water, max(home.elevation_m, ground) + 400.0, 70.0)
    for _ in range(int(rng.integers(6, 14))):
        path.go(*fire, ground + 50.0, 62.0, late=True)
        path.go(*point(*fire, rng.uniform(0, 360), 2_500.0), ground + 250.0, 60.0)
        path.go(*water, ground + 15.0, 55.0, late=True)
        path.go(*point(*water, rng.uniform(0, 360), 2_000.0), ground + 200.0, 60.0)
    return flown(rng, "fire_fighting", "drops", SMALL, (_home(path, home, start, 70.0),), 0.85, 0.4)


def glider(rng: np.random.Generator, scene: Scene) -> Mission:
    """Up in circles where the air rises, down in straight glides, for hours; few have a transponder."""
    home = scene.aerodrome(rng)
    start = scene.moment(rng, 11, 14)
    path = Path.take_off(start, home.lat, home.lon, home.elevation_m)
    path.go(*around(rng, (home.lat, home.lon), 3e3, 6e3), home.elevation_m + 600.0, 32.0)
    for _ in range(int(rng.integers(6, 14))):
        top, centre = home.elevation_m + rng.uniform(1_300, 2_300), (path.lat[-1], path.lon[-1])
        # A circle of 150 m in 35 s while it climbs at 1.5 m/s and the wind takes the thermal along.
        for step in range(int((top - path.alt[-1]) / 1.5 / 7.0)):
            drifted = point(*centre, 250.0, 3.0 * 7.0 * step)
            path.go(*point(*drifted, 72.0 * step, 150.0), path.alt[-1] + 10.5, 25.0)
        path.go(*around(rng, (home.lat, home.lon), 4e3, 28e3), max(home.elevation_m + 500.0, top - 900.0), 32.0)
    return flown(rng, "glider", "thermals", SMALL, (_home(path, home, start, 32.0),), 0.25, 0.0)
