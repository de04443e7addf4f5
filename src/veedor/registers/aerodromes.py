"""Aerodromes: the listed ones (airportsdata, ICAO and FAA identifiers), those that a party adds, and the nearest one.

The list is a committed file (tools/make_aerodromes.py made it); its digest stands here and in findings' parameters.

A list is never complete (Colombia and Peru are thin in airportsdata) and nearness to a listed aerodrome proves nothing:
of 1,269 clandestine strips that journalists found in Brazil, 142 lay within 500 m of a listed aerodrome.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.spatial import cKDTree

from veedor.errors import InputError
from veedor.geodesy import distance_mm
from veedor.kernel.exactmath import cos_array, sin_array
from veedor.kernel.sphere import RADIANS_PER_E7

Ints = npt.NDArray[np.int64]

VERSION = "airportsdata 20260905"
CONTENT_SHA256 = "864e6f79e6e0280b7e678cb95bc4a3fc9af902c8212627dd3cafa3094465a196"
LISTED = f"{VERSION} sha256:{CONTENT_SHA256}"

_FIELDS: list[pa.Field[Any]] = [
    pa.field("ident", pa.string(), nullable=False),
    pa.field("name", pa.string(), nullable=False),
    pa.field("country", pa.string(), nullable=False),
    pa.field("lat_e7", pa.int32(), nullable=False),
    pa.field("lon_e7", pa.int32(), nullable=False),
    pa.field("elevation_mm", pa.int64(), nullable=False),
]
SCHEMA = pa.schema(_FIELDS)
# Elevation from aerodromes around: how many are asked, nearness that adds no more weight, error by distance.
_ASKED, _NEAR_KM, _KILOMETRE_MM = 6, 3.0, 1e6
_STEEP, _FARTHEST_MM, _LEAST_MM = 2e-4, 60_000_000, 10_000.0
_CANDIDATES = 4  # enough that rounding in the tree's unit vectors cannot hide the nearest


@dataclass(frozen=True)
class Aerodromes:
    """A list of aerodromes, sorted by ident, no two at one place; `digest` covers content and `source`."""

    table: pa.Table
    source: str
    digest: bytes
    tree: cKDTree

    def nearest(self, lat_e7: npt.ArrayLike, lon_e7: npt.ArrayLike) -> tuple[Ints, Ints]:
        """Row of the nearest aerodrome to each place and its distance in mm; ties go to the smallest ident."""
        lat, lon = np.atleast_1d(np.asarray(lat_e7, np.int64)), np.atleast_1d(np.asarray(lon_e7, np.int64))
        count = min(_CANDIDATES, self.table.num_rows)
        _, found = self.tree.query(_unit(lat, lon), k=count)
        rows = np.sort(np.asarray(found, np.int64).reshape(len(lat), count), axis=1)
        away = distance_mm(lat[:, None], lon[:, None], self._lat[rows], self._lon[rows])
        best = np.argmin(away, axis=1)  # the first of equals: rows are sorted by ident
        every = np.arange(len(lat))
        return rows[every, best], away[every, best]

    def ground_mm(self, lat_e7: npt.ArrayLike, lon_e7: npt.ArrayLike, within_mm: int) -> Ints:
        """The lowest elevation (mm) among the nearest eight aerodromes within `within_mm` of each place; where there is
        none, that of the nearest."""
        lat, lon = np.atleast_1d(np.asarray(lat_e7, np.int64)), np.atleast_1d(np.asarray(lon_e7, np.int64))
        count = min(8, self.table.num_rows)
        _, found = self.tree.query(_unit(lat, lon), k=count)
        rows = np.asarray(found, np.int64).reshape(len(lat), count)
        away = distance_mm(lat[:, None], lon[:, None], self._lat[rows], self._lon[rows])
        elevation = np.asarray(self.table["elevation_mm"].to_numpy(), np.int64)[rows]
        nearest = away == away.min(axis=1, keepdims=True)
        counted = (away <= within_mm) | nearest
        return np.asarray(np.where(counted, elevation, np.iinfo(np.int64).max).min(axis=1), np.int64)

    def about_mm(self, lat_e7: npt.ArrayLike, lon_e7: npt.ArrayLike) -> tuple[Ints, Ints]:
        """What the nearest six aerodromes say of the elevation (mm) at each place, and its standard error.

        Weights fall with the square of the distance; the error is their own spread and 2 m more for each 10 km to the
        nearest. Every aerodrome of the list was asked so of the others: half the errors are below 0.7 standard errors,
        90 % below 2.3. Elevations of six aerodromes are no terrain: a strip on a mountain is where they are wrong."""
        lat, lon = np.atleast_1d(np.asarray(lat_e7, np.int64)), np.atleast_1d(np.asarray(lon_e7, np.int64))
        asked, count = min(8, self.table.num_rows), min(_ASKED, self.table.num_rows)
        _, found = self.tree.query(_unit(lat, lon), k=asked)
        rows = np.sort(np.asarray(found, np.int64).reshape(len(lat), asked), axis=1)
        away = distance_mm(lat[:, None], lon[:, None], self._lat[rows], self._lon[rows])
        order = np.argsort(away, axis=1, kind="stable")[:, :count]
        away = np.take_along_axis(away, order, axis=1)
        known = np.asarray(self.table["elevation_mm"].to_numpy(), np.int64)[np.take_along_axis(rows, order, axis=1)]
        weights = [1.0 / np.square(away[:, k] / _KILOMETRE_MM + _NEAR_KM) for k in range(count)]
        total = sum(weights, np.zeros(len(lat)))
        mean = sum((weights[k] * known[:, k] for k in range(count)), np.zeros(len(lat))) / total
        spread = sum((weights[k] * np.square(known[:, k] - mean) for k in range(count)), np.zeros(len(lat))) / total
        farther = np.minimum(away[:, 0], _FARTHEST_MM) * _STEEP
        error = np.sqrt(spread + np.square(farther) + _LEAST_MM * _LEAST_MM)
        return np.rint(mean).astype(np.int64), np.rint(error).astype(np.int64)

    @property
    def _lat(self) -> Ints:
        return np.asarray(self.table["lat_e7"].to_numpy(), np.int64)

    @property
    def _lon(self) -> Ints:
        return np.asarray(self.table["lon_e7"].to_numpy(), np.int64)


Row = tuple[str, str, str, int, int, int]


@cache
def listed(own: tuple[Row, ...] = ()) -> Aerodromes:
    """The committed list together with `own` (ident, name, country, lat_e7, lon_e7, elevation_mm); an own row replaces
    the listed one of its identifier. Loaded at the first call."""
    rows: dict[str, Row] = {}
    for line in content().decode().splitlines():
        ident, name, country, lat, lon, elevation = line.split("\t")
        rows[ident] = (ident, name, country, int(lat), int(lon), int(elevation))
    for row in own:
        rows[row[0]] = row
    return make(rows.values(), VERSION + (" and own" if own else ""))


def content() -> bytes:
    """The committed list: one line an aerodrome, fields between tabs as in SCHEMA."""
    return gzip.decompress((resources.files(__package__) / "data" / "aerodromes.tsv.gz").read_bytes())


def make(rows: Iterable[Row], source: str) -> Aerodromes:
    """A list from rows; of several at exactly one place the smallest ident is kept."""
    seen: set[tuple[int, int]] = set()
    kept = []
    for row in sorted(rows):
        if row[3:5] not in seen:
            seen.add(row[3:5])
            kept.append(row)
    table = pa.table([pa.array(column) for column in zip(*kept, strict=True)], schema=SCHEMA)
    hasher = hashlib.sha256(b"veedor/aerodromes/1\0" + source.encode() + b"\0")
    for row in kept:
        hasher.update("\t".join(map(str, row)).encode() + b"\n")
    lat, lon = (np.asarray(table[name].to_numpy(), np.int64) for name in ("lat_e7", "lon_e7"))
    return Aerodromes(table, source, hasher.digest(), cKDTree(_unit(lat, lon)))


def read_own(text: str, name: str) -> tuple[Row, ...]:
    """A party's own list: CSV with ident, name, country, latitude, longitude (degrees), elevation_m (or empty)."""
    rows = []
    reader = csv.DictReader(text.splitlines())
    for line, item in enumerate(reader, start=2):
        try:
            rows.append(
                (
                    item["ident"].strip(),
                    item["name"].strip(),
                    item["country"].strip(),
                    _e7(float(item["latitude"])),
                    _e7(float(item["longitude"])),
                    round(float(item["elevation_m"] or 0) * 1000),
                )
            )
            if not (-900_000_000 <= rows[-1][3] <= 900_000_000 and -1_800_000_000 <= rows[-1][4] <= 1_800_000_000):
                raise ValueError(f"{item['latitude']}, {item['longitude']}")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                "a row of an aerodrome list cannot be read",
                file=name,
                place=f"line {line}",
                expected="ident, name, country, latitude, longitude, elevation_m",
                found=str(error),
                next_step="correct the row and hand the list in again",
            ) from error
    return tuple(rows)


def _e7(degrees: float) -> int:
    return round(degrees * 10_000_000)


def _unit(lat_e7: Ints, lon_e7: Ints) -> npt.NDArray[np.float64]:
    lat, lon = lat_e7 * RADIANS_PER_E7, lon_e7 * RADIANS_PER_E7
    cosine = cos_array(lat)
    return np.stack([cosine * cos_array(lon), cosine * sin_array(lon), sin_array(lat)], axis=1)
