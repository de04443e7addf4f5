"""The clandestine strips of a scenario: cut somewhere in strip country, one of six hidden beside an aerodrome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from veedor.simulate.columns import Floats
from veedor.simulate.seeds import child
from veedor.simulate.sphere import point, separation
from veedor.simulate.theatre import APURE, Theatre

_BESIDE_M = 5_000.0


@dataclass(frozen=True)
class Strip:
    number: int
    lat: float
    lon: float
    elevation_m: float
    beside: str  # aerodrome it hides beside, or empty


def strips(seed: int, count: int, theatre: Theatre = APURE) -> tuple[Strip, ...]:
    """`count` strips; every sixth lies 1.5 to 4 km from a small aerodrome, all others over 15 km from any. Of a theatre
    with a list, that many of those listed (all, if it has fewer)."""
    rng = child(seed, "strips")
    if theatre.listed:
        return _listed(rng, count, theatre)
    made: list[Strip] = []
    while len(made) < count:
        number = len(made)
        if number % 6 == 5:
            ident = theatre.hidden_beside[int(rng.integers(len(theatre.hidden_beside)))]
            field = theatre.aerodrome(ident)
            lat, lon = point(field.lat, field.lon, rng.uniform(0, 360), rng.uniform(1_500, 4_000))
            made.append(Strip(number, lat, lon, field.elevation_m, ident))
            continue
        country = theatre.strip_country[number % 6 % len(theatre.strip_country)]
        lat = country.lat + rng.uniform(-country.north, country.north)
        lon = country.lon + rng.uniform(-country.east, country.east)
        if nearest_aerodrome_m(lat, lon, theatre) > 15_000:
            made.append(Strip(number, lat, lon, country.elevation_m, ""))
    return tuple(made)


def _listed(rng: np.random.Generator, count: int, theatre: Theatre) -> tuple[Strip, ...]:
    """A list says no height: that of the nearest aerodrome is taken."""
    drawn = rng.permutation(len(theatre.listed))[:count]
    made = []
    for number, (lat, lon) in enumerate(theatre.listed[int(n)] for n in drawn):
        distance = _away_m(lat, lon, theatre)
        nearest = theatre.aerodromes[int(np.argmin(distance))]
        made.append(Strip(number, lat, lon, nearest.elevation_m, nearest.ident if distance.min() <= _BESIDE_M else ""))
    return tuple(made)


def nearest_aerodrome_m(lat: float, lon: float, theatre: Theatre = APURE) -> float:
    return float(_away_m(lat, lon, theatre).min())


def _away_m(lat: float, lon: float, theatre: Theatre) -> Floats:
    fields = theatre.aerodromes
    distance, _ = separation(np.array([a.lat for a in fields]), np.array([a.lon for a in fields]), lat, lon)
    return distance
