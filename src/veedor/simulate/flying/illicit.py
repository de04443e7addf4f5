"""Illicit flights: what pilots do who do not want to be seen, and where they land while nobody sees them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from veedor.simulate.flying.flights import MEDIUM, SMALL
from veedor.simulate.flying.missions import Leg, Mission, Touch
from veedor.simulate.flying.paths import Path
from veedor.simulate.flying.strips import Strip
from veedor.simulate.places import Aerodrome
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child
from veedor.simulate.sphere import apart, separation
from veedor.simulate.theatre import APURE, Theatre

NEVER = (float("inf"), float("-inf"))


def illicit_missions(
    seed: int, count: int, days: int, strips: Sequence[Strip], theatre: Theatre = APURE
) -> list[Mission]:
    """`count` missions over all days, each strip used in turn; the first flights of a strip come early."""
    made = []
    for number in range(count):
        rng = child(seed, "illicit", number)
        strip = strips[number % len(strips)]
        dusk_or_night = rng.random() < 0.65
        hour = rng.uniform(21.0, 33.0) if dusk_or_night else rng.uniform(11.0, 21.0)  # UTC; local is four less
        start = (rng.integers(0, days - 2) + 0.0) * DAY_S + hour * 3600.0
        profile = ("switch_off", "switch_off", "dark_north", "from_the_north", "hop")[int(rng.integers(5))]
        made.append(_FLOWN[profile](rng, start, strip, strips, theatre))
    return made


def _speed(rng: np.random.Generator) -> tuple[int, float]:
    return (MEDIUM, rng.uniform(105, 130)) if rng.random() < 0.3 else (SMALL, rng.uniform(62, 88))


def _into(rng: np.random.Generator, path: Path, strip: Strip, speed: float) -> Path:
    """The last part: half of the pilots come in low over a long stretch, the others simply descend."""
    if rng.random() < 0.5:
        return path.land(strip.lat, strip.lon, strip.elevation_m, speed, rng.uniform(15e3, 35e3), rng.uniform(120, 260))
    return path.land(strip.lat, strip.lon, strip.elevation_m, speed)


def _gateway(rng: np.random.Generator, strip: Strip, theatre: Theatre) -> Aerodrome:
    """An aerodrome 60 to 350 km away."""
    distance, _ = separation(
        np.array([a.lat for a in theatre.local]), np.array([a.lon for a in theatre.local]), strip.lat, strip.lon
    )  # fmt: skip
    return theatre.local[int(rng.choice(np.nonzero((distance > 60e3) & (distance < 350e3))[0]))]


def _when_near(path: Path, strip: Strip, metres: float, leaving: bool) -> float:
    """First time within `metres` of the strip (or, leaving, first time beyond)."""
    distance, _ = separation(np.array(path.lat), np.array(path.lon), strip.lat, strip.lon)
    hits = np.nonzero(distance > metres if leaving else distance < metres)[0]
    return path.t[int(hits[0])] if len(hits) else path.end


def _on_ground(strip: Strip, t: float) -> Touch:
    return Touch("strip", strip.number, strip.lat, strip.lon, t)


def _switch_off(rng: np.random.Generator, start: float, strip: Strip, _: Sequence[Strip], theatre: Theatre) -> Mission:
    """Leaves an aerodrome like anybody, goes silent on the way, lands at the strip, comes back and answers again."""
    home, back = _gateway(rng, strip, theatre), _gateway(rng, strip, theatre)
    size, speed = _speed(rng)
    level = rng.uniform(1_200, 2_800)
    path = Path.take_off(start, home.lat, home.lon, home.elevation_m)
    gap = min(45_000.0, 0.3 * apart(home.lat, home.lon, strip.lat, strip.lon)[0])
    middle = 0.5 * (home.lat + strip.lat), 0.5 * (home.lon + strip.lon)
    path.go(*middle, max(level, home.elevation_m + 400, strip.elevation_m + 400), speed, rng.normal(0, 3e3))
    path = _into(rng, path, strip, speed)
    off = _when_near(path, strip, rng.uniform(1.0, 2.2) * gap, leaving=False)
    inbound = Leg(path, Touch("aerodrome", -1, home.lat, home.lon, start), _on_ground(strip, path.end), off, path.end)
    leave = path.end + rng.uniform(1_500, 6_000)
    out = Path.take_off(leave, strip.lat, strip.lon, strip.elevation_m)
    middle = 0.5 * (back.lat + strip.lat), 0.5 * (back.lon + strip.lon)
    out.go(*middle, max(level, back.elevation_m + 400, strip.elevation_m + 400), speed, rng.normal(0, 3e3))
    out.land(back.lat, back.lon, back.elevation_m, speed)
    on = _when_near(out, strip, rng.uniform(1.0, 2.2) * gap, leaving=True)
    outbound = Leg(out, _on_ground(strip, leave), Touch("aerodrome", -1, back.lat, back.lon, out.end), leave, on)
    return Mission("illicit", "switch_off", size, True, bool(rng.random() < 0.6), (inbound, outbound))


def _north(
    rng: np.random.Generator, start: float, strip: Strip, size: int, speed: float, theatre: Theatre, out: bool
) -> tuple[Path, Touch]:
    gate = theatre.coast_gates[int(rng.integers(len(theatre.coast_gates)))]
    far = theatre.far_fields[int(rng.integers(len(theatre.far_fields)))]
    level = max(rng.uniform(700, 1_900), strip.elevation_m + 400)
    if out:
        path = Path.take_off(start, strip.lat, strip.lon, strip.elevation_m)
        path.go(*gate, level, speed, rng.normal(0, 15e3))
        path.land(far[0], far[1], far[2], speed)
        return path, Touch("beyond", -1, far[0], far[1], path.end)
    path = Path.take_off(start, far[0], far[1], far[2])
    path.go(*gate, level, speed, rng.normal(0, 15e3))
    return _into(rng, path, strip, speed), Touch("beyond", -1, far[0], far[1], start)


def _dark_north(rng: np.random.Generator, start: float, strip: Strip, _: Sequence[Strip], theatre: Theatre) -> Mission:
    """Off the strip without ever answering, low over the coast, away beyond all coverage."""
    size, speed = _speed(rng)
    path, far = _north(rng, start, strip, size, speed, theatre, out=True)
    leg = Leg(path, _on_ground(strip, start), far, start, path.end)
    return Mission("illicit", "dark_north", size, False, False, (leg,))


def _from_the_north(
    rng: np.random.Generator, start: float, strip: Strip, _: Sequence[Strip], theatre: Theatre
) -> Mission:
    """In from beyond coverage, silent, loads at the strip, and the same way back some hours later."""
    size, speed = _speed(rng)
    path, far = _north(rng, start, strip, size, speed, theatre, out=False)
    leave = path.end + rng.uniform(2_400, 9_000)
    home, end = _north(rng, leave, strip, size, speed, theatre, out=True)
    legs = (
        Leg(path, far, _on_ground(strip, path.end), start, path.end),
        Leg(home, _on_ground(strip, leave), end, leave, home.end),
    )
    return Mission("illicit", "from_the_north", size, False, False, legs)


def _hop(rng: np.random.Generator, start: float, strip: Strip, strips: Sequence[Strip], theatre: Theatre) -> Mission:
    """From a known aerodrome, silent from take-off or soon after, to a strip, and on to another strip by night."""
    home = _gateway(rng, strip, theatre)
    size, speed = _speed(rng)
    path = Path.take_off(start, home.lat, home.lon, home.elevation_m)
    level = max(rng.uniform(600, 1_500), home.elevation_m + 250, strip.elevation_m + 250)
    path.go(0.5 * (home.lat + strip.lat), 0.5 * (home.lon + strip.lon), level, speed, rng.normal(0, 4e3))
    path = _into(rng, path, strip, speed)
    off = start + rng.choice([0.0, 420.0, 900.0])
    first = Leg(path, Touch("aerodrome", -1, home.lat, home.lon, start), _on_ground(strip, path.end), off, path.end)
    other = strips[int((strip.number + 1 + rng.integers(max(1, len(strips) - 1))) % len(strips))]
    leave = path.end + rng.uniform(3_000, 20_000)
    on = Path.take_off(leave, strip.lat, strip.lon, strip.elevation_m)
    on.go(0.5 * (other.lat + strip.lat), 0.5 * (other.lon + strip.lon), level, speed, rng.normal(0, 4e3))
    on = _into(rng, on, other, speed)
    second = Leg(on, _on_ground(strip, leave), _on_ground(other, on.end), leave, on.end)
    return Mission("illicit", "hop", size, bool(off > start), False, (first, second))


_FLOWN = {"switch_off": _switch_off, "dark_north": _dark_north, "from_the_north": _from_the_north, "hop": _hop}
