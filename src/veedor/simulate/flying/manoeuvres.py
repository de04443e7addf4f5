"""Made-up flights of one kind each, as a sensor would see them: to set and to measure what finds patterns.

Flights are drawn on a flat sheet in metres, second by second, from what such flights are said to do; they share nothing
with any detector. `seen` turns them into points with a sensor's interval, noise and misses. Everything is SIMULATED.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from veedor.simulate.columns import Floats


@dataclass(frozen=True)
class Path:
    """A flight second by second: metres east and north, height in metres."""

    east: Floats
    north: Floats
    height: Floats


@dataclass(frozen=True)
class Look:
    """How it is seen: seconds between points, position noise in metres (one sigma), share of points that arrive."""

    every_s: float
    noise_m: float
    arrives: float


LOOKS: Mapping[str, Look] = {
    "receiver": Look(5.0, 12.0, 0.97),
    "near radar": Look(6.0, 90.0, 0.92),
    "far radar": Look(11.0, 220.0, 0.85),
}


class Pen:
    """Draws a flight: straight on, or turning, at a speed; height follows a climb. Only what does not mind where it
    is (a glider that circles) drifts with the wind; pilots who fly a pattern hold it against the wind."""

    def __init__(self, rng: np.random.Generator, speed: float, height: float, drifts: bool = False) -> None:
        self.x = self.y = 0.0
        self.course = float(rng.uniform(0, 2 * np.pi))
        self.speed, self.height = speed, height
        self.wind = rng.normal(0, 4.0, 2) * drifts
        self.points: list[tuple[float, float, float]] = []

    def go(self, seconds: float, turn_deg_s: float = 0.0, climb: float = 0.0, speed: float | None = None) -> None:
        fast = self.speed if speed is None else speed
        for _ in range(max(1, round(seconds))):
            self.course += np.radians(turn_deg_s)
            self.x += fast * np.sin(self.course) + self.wind[0]
            self.y += fast * np.cos(self.course) + self.wind[1]
            self.height = max(0.0, self.height + climb)
            self.points.append((self.x, self.y, self.height))

    def turn(self, degrees: float, rate_deg_s: float) -> None:
        self.go(abs(degrees) / rate_deg_s, float(np.sign(degrees)) * rate_deg_s)

    @property
    def path(self) -> Path:
        return Path(*np.array(self.points).T.copy())


def orbit(rng: np.random.Generator) -> Path:
    """Circles 1.5 to 12 km across over one place, three to fifteen of them, as somebody who watches it flies."""
    pen = Pen(rng, rng.uniform(45, 110), rng.uniform(1500, 6000))
    pen.go(rng.uniform(300, 1200))
    rate = np.degrees(pen.speed / rng.uniform(750, 6000))
    for _ in range(int(rng.integers(3, 16))):
        pen.turn(360.0, rate)
        pen.go(rng.uniform(0, 20))
    pen.go(rng.uniform(300, 1200))
    return pen.path


def racetrack(rng: np.random.Generator) -> Path:
    """Two long straights and two half turns, three to ten times: a patrol."""
    pen = Pen(rng, rng.uniform(60, 150), rng.uniform(3000, 9000))
    pen.go(rng.uniform(300, 1200))
    side, rate = rng.uniform(10_000, 45_000), rng.uniform(0.8, 2.5)
    for _ in range(2 * int(rng.integers(3, 11))):
        pen.go(side * rng.uniform(0.9, 1.1) / pen.speed)
        pen.turn(180.0 + rng.normal(0, 3), rate)
    pen.go(rng.uniform(300, 900))
    return pen.path


def holding(rng: np.random.Generator) -> Path:
    """A standard hold: turns of 3 degrees a second, straights of a minute, two to six rounds, then down to land."""
    pen = Pen(rng, rng.uniform(85, 130), rng.uniform(2500, 5000))
    pen.go(rng.uniform(900, 1800))
    for _ in range(2 * int(rng.integers(2, 7))):
        pen.go(60 + rng.normal(0, 5))
        pen.turn(180.0, 3.0)
    pen.go(300, climb=-5.0)
    pen.turn(float(rng.uniform(-90, 90)), 2.5)
    pen.go(240, climb=-4.0, speed=75.0)
    return pen.path


def lines(rng: np.random.Generator) -> Path:
    """Parallel lines flown one against the other with a fixed distance between: a search, or a survey."""
    pen = Pen(rng, rng.uniform(50, 90), rng.uniform(400, 3000))
    pen.go(rng.uniform(300, 1200))
    side, spacing, hand = rng.uniform(5_000, 30_000), rng.uniform(300, 3000), 1.0
    for _ in range(int(rng.integers(5, 16))):
        pen.go(side / pen.speed)
        radius = max(spacing / 2, 500.0)
        rate = np.degrees(pen.speed / radius)
        # Wider than the spacing: out first, then round, as aeroplanes do that cannot turn so tightly.
        out = np.degrees(np.arccos(min(1.0, (radius + spacing / 2) / (2 * radius))))
        pen.turn(-hand * out, rate)
        pen.turn(hand * (180.0 + 2 * out), rate)
        pen.turn(-hand * out, rate)
        hand = -hand
    pen.go(rng.uniform(300, 1200))
    return pen.path


def drop(rng: np.random.Generator) -> Path:
    """In low, one slow pass, up and back the way it came."""
    pen = Pen(rng, rng.uniform(60, 85), rng.uniform(1800, 3500))
    pen.go(rng.uniform(900, 1800))
    low = rng.uniform(120, 300)
    pen.go((pen.height - low) / 5.0, climb=-5.0)
    pen.go(rng.uniform(30, 90), speed=pen.speed * rng.uniform(0.55, 0.75))
    pen.turn(float(rng.choice([-1.0, 1.0])) * (180.0 + rng.normal(0, 8)), rng.uniform(2.0, 4.0))
    pen.go(rng.uniform(250, 400), climb=4.0)
    pen.go(rng.uniform(900, 1500))
    return pen.path


def patrol(rng: np.random.Generator) -> Path:
    """Up and down a stretch of coast or border for hours, from one thing that is worth a look to the next."""
    pen = Pen(rng, rng.uniform(35, 75), rng.uniform(500, 2500))
    length, width, along = rng.uniform(25_000, 70_000), rng.uniform(3_000, 12_000), rng.uniform(0, np.pi)
    for _ in range(int(rng.integers(15, 35))):
        there, beside = rng.uniform(-length / 2, length / 2), rng.uniform(-width / 2, width / 2)
        x = there * np.sin(along) + beside * np.cos(along)
        y = there * np.cos(along) - beside * np.sin(along)
        course = np.arctan2(x - pen.x, y - pen.y)
        pen.turn(float(np.degrees((course - pen.course + np.pi) % (2 * np.pi) - np.pi)), rng.uniform(1.5, 5.0))
        pen.go(float(np.hypot(x - pen.x, y - pen.y)) / pen.speed)
    return pen.path


def en_route(rng: np.random.Generator) -> Path:
    """From one point of an airway to the next."""
    pen = Pen(rng, rng.uniform(90, 240), rng.uniform(4000, 11_000))
    for _ in range(int(rng.integers(3, 8))):
        pen.go(rng.uniform(300, 1200))
        pen.turn(float(rng.normal(0, 25)), 1.2)
    return pen.path


def pleasure(rng: np.random.Generator) -> Path:
    """A small aeroplane that wanders about, looks at things from all sides once, and goes home."""
    pen = Pen(rng, rng.uniform(40, 65), 0.0)
    pen.go(180, climb=4.0)
    for _ in range(int(rng.integers(6, 20))):
        pen.go(rng.uniform(60, 500), climb=rng.normal(0, 0.4))
        pen.turn(float(rng.normal(0, 80)), rng.uniform(1.5, 4.0))
        if rng.random() < 0.15:
            pen.turn(float(rng.choice([-1.0, 1.0])) * rng.uniform(270, 400), rng.uniform(2.0, 4.0))
    home = np.arctan2(-pen.x, -pen.y)
    pen.turn(float(np.degrees((home - pen.course + np.pi) % (2 * np.pi) - np.pi)), 3.0)
    pen.go(float(np.hypot(pen.x, pen.y)) / pen.speed * 0.8, climb=-0.5)
    pen.go(200, climb=-4.0)
    return pen.path


def circuits(rng: np.random.Generator) -> Path:
    """Training: rectangles of five to seven minutes around one runway, down to the ground and up again."""
    pen = Pen(rng, rng.uniform(40, 55), 0.0)
    hand = float(rng.choice([-1.0, 1.0]))
    for _ in range(int(rng.integers(3, 9))):
        pen.go(70, climb=3.5)
        pen.turn(90 * hand, 3.0)
        pen.go(25)
        pen.turn(90 * hand, 3.0)
        pen.go(110)
        pen.turn(90 * hand, 3.0)
        pen.go(25, climb=-2.5)
        pen.turn(90 * hand, 3.0)
        pen.go(60, climb=-3.4)
    return pen.path


def thermals(rng: np.random.Generator) -> Path:
    """A glider: tight circles that climb and drift with the wind, glides between."""
    pen = Pen(rng, rng.uniform(23, 32), rng.uniform(900, 1800), drifts=True)
    for _ in range(int(rng.integers(4, 10))):
        pen.go(rng.uniform(120, 500), climb=-1.0, speed=rng.uniform(30, 45))
        rate = 360.0 / rng.uniform(18, 32)
        pen.go(rng.uniform(120, 500), turn_deg_s=float(rng.choice([-1.0, 1.0])) * rate, climb=rng.uniform(0.7, 3.0))
    return pen.path


def approach(rng: np.random.Generator) -> Path:
    """Down from the airway, vectored about, and landed."""
    pen = Pen(rng, rng.uniform(120, 200), rng.uniform(6000, 10_000))
    pen.go(600)
    pen.go(600, climb=-6.0)
    for _ in range(int(rng.integers(2, 6))):
        pen.turn(float(rng.normal(0, 60)), 2.0)
        pen.go(rng.uniform(60, 200), climb=-3.0, speed=100.0)
    pen.go(240, climb=-4.0, speed=72.0)
    return pen.path


WANTED: Mapping[str, Callable[[np.random.Generator], Path]] = {
    "orbit": orbit, "racetrack": racetrack, "search_lines": lines, "drop": drop, "loiter": patrol,
}  # fmt: skip
LOOKALIKES: Mapping[str, Callable[[np.random.Generator], Path]] = {
    "holding": holding, "circuits": circuits, "thermals": thermals,
}  # fmt: skip
PLAIN: Mapping[str, Callable[[np.random.Generator], Path]] = {
    "en_route": en_route, "pleasure": pleasure, "approach": approach,
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """Points of one flight: seconds from its first one, degrees, metres of height."""

    seconds: Floats
    lat: Floats
    lon: Floats
    height: Floats


def seen(path: Path, look: Look, rng: np.random.Generator, lat: float, lon: float) -> Seen:
    """What `look` shows of a path that begins at a place."""
    count = len(path.east)
    moments = np.arange(float(rng.uniform(0, look.every_s)), count - 1, look.every_s)
    moments = moments[rng.random(len(moments)) < look.arrives]
    grid = np.arange(count, dtype=np.float64)
    east = np.interp(moments, grid, path.east) + rng.normal(0, look.noise_m, len(moments))
    north = np.interp(moments, grid, path.north) + rng.normal(0, look.noise_m, len(moments))
    height = np.round(np.interp(moments, grid, path.height) / 7.62) * 7.62  # 25 ft, as transponders say it
    at = lat + north / 110_574.0
    return Seen(moments, at, lon + east / (111_320.0 * np.cos(np.radians(at))), height)
