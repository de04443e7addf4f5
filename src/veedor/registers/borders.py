"""Borders: which country a place lies in, and the lines to draw a map with, from Natural Earth (de facto borders).

Border policy is a setting of whoever exports: these lines show who holds what, by Natural Earth, and claim nothing.
Places are decided by exact integer arithmetic on the committed rings, so that all machines answer alike.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Box = tuple[int, int, int, int]  # south, west, north, east in 1e-7 degree


@dataclass(frozen=True)
class Ring:
    """One closed line of a country; the last point is not repeated."""

    lat_e7: Ints
    lon_e7: Ints
    box: Box


@dataclass(frozen=True)
class Country:
    """A country as Natural Earth draws it: ISO 3166 numeric code ("" where there is none), short name, rings."""

    code: str
    name: str
    rings: tuple[Ring, ...]


@cache
def countries(scale: str = "50m") -> tuple[Country, ...]:
    """All countries, sorted by name; `scale` is 50m or 110m."""
    content = json.loads(gzip.decompress(_content(scale)))
    unit = content["unit_e7"]
    return tuple(
        Country(code, name, tuple(_ring(steps, unit) for steps in rings)) for code, name, rings in content["countries"]
    )


def source(scale: str = "50m") -> tuple[str, bytes]:
    """What the lines were made from, and the SHA-256 of the committed file."""
    return str(json.loads(gzip.decompress(_content(scale)))["source"]), hashlib.sha256(_content(scale)).digest()


def country_at(lat_e7: int, lon_e7: int, scale: str = "50m") -> Country | None:
    """The country that holds a place; None at sea. A place exactly on a line belongs to the first country by name."""
    every, boxes, owner = _boxes(scale)
    south, west, north, east = boxes
    near = np.flatnonzero((south <= lat_e7) & (lat_e7 <= north) & (west <= lon_e7) & (lon_e7 <= east))
    held: dict[int, int] = {}
    for number in near.tolist():  # rings stand in order of their countries
        if _holds(every[number], lat_e7, lon_e7):
            held[int(owner[number])] = held.get(int(owner[number]), 0) + 1
    odd = [place for place, times in held.items() if times % 2]  # a ring inside another is a hole
    return countries(scale)[min(odd)] if odd else None


@cache
def _boxes(scale: str) -> tuple[tuple[Ring, ...], Ints, Ints]:
    """All rings, their boxes as four rows, and which country each belongs to."""
    pairs = [(number, ring) for number, country in enumerate(countries(scale)) for ring in country.rings]
    boxes = np.array([ring.box for _, ring in pairs], np.int64).T.copy()
    return tuple(ring for _, ring in pairs), boxes, np.array([number for number, _ in pairs], np.int64)


def rings(box: Box, scale: str = "50m") -> Iterator[tuple[Country, Ring]]:
    """Rings that may reach into `box` (south, west, north, east in 1e-7 degree), for drawing."""
    south, west, north, east = box
    for country in countries(scale):
        for ring in country.rings:
            if ring.box[0] <= north and ring.box[2] >= south and ring.box[1] <= east and ring.box[3] >= west:
                yield country, ring


def _holds(ring: Ring, lat: int, lon: int) -> bool:
    """Even-odd rule: how many sides a line from the place to the east crosses; products fit 63 bits."""
    y, x = ring.lat_e7 - lat, ring.lon_e7 - lon
    y2, x2 = np.concatenate([y[1:], y[:1]]), np.concatenate([x[1:], x[:1]])
    cross = (y > 0) != (y2 > 0)
    turn = x * y2 - x2 * y
    return bool(np.count_nonzero(cross & ((turn > 0) == (y2 > y)) & (turn != 0)) % 2)


def _ring(steps: list[int], unit: int) -> Ring:
    points = np.cumsum(np.array(steps, np.int64).reshape(-1, 2), axis=0) * unit
    lat, lon = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    return Ring(lat, lon, (int(lat.min()), int(lon.min()), int(lat.max()), int(lon.max())))


@cache
def _content(scale: str) -> bytes:
    return (resources.files(__package__) / "data" / f"borders-{scale}.json.gz").read_bytes()
