"""The clandestine strips of a scenario: cut somewhere in strip country, one of six hidden beside an aerodrome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from veedor.simulate.places import AERODROMES, HIDDEN_BESIDE, STRIP_COUNTRY
from veedor.simulate.seeds import child
from veedor.simulate.sphere import point, separation


@dataclass(frozen=True)
class Strip:
    number: int
    lat: float
    lon: float
    elevation_m: float
    beside: str  # aerodrome it hides beside, or empty


def strips(seed: int, count: int) -> tuple[Strip, ...]:
    """`count` strips; every sixth lies 1.5 to 4 km from a small aerodrome, all others over 15 km from any."""
    rng = child(seed, "strips")
    made: list[Strip] = []
    while len(made) < count:
        number = len(made)
        if number % 6 == 5:
            ident = HIDDEN_BESIDE[int(rng.integers(len(HIDDEN_BESIDE)))]
            field = next(a for a in AERODROMES if a.ident == ident)
            lat, lon = point(field.lat, field.lon, rng.uniform(0, 360), rng.uniform(1_500, 4_000))
            made.append(Strip(number, lat, lon, field.elevation_m, ident))
            continue
        country = STRIP_COUNTRY[number % 6 % len(STRIP_COUNTRY)]
        lat = country.lat + rng.uniform(-country.north, country.north)
        lon = country.lon + rng.uniform(-country.east, country.east)
        if nearest_aerodrome_m(lat, lon) > 15_000:
            made.append(Strip(number, lat, lon, country.elevation_m, ""))
    return tuple(made)


def nearest_aerodrome_m(lat: float, lon: float) -> float:
    distance, _ = separation(np.array([a.lat for a in AERODROMES]), np.array([a.lon for a in AERODROMES]), lat, lon)
    return float(distance.min())
