"""Strips from a list: a CSV with columns of latitude and longitude, or GeoJSON points, lines and areas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from veedor.errors import InputError, UsageError
from veedor.simulate.sphere import separation
from veedor.simulate.theatre import Theatre

_REACH_M = 200_000.0  # from a radar: farther off nothing low is seen
_HOPS_M = (60_000.0, 350_000.0)  # light aircraft come from an aerodrome this far away
_LATITUDE, _LONGITUDE = (
    ("latitude", "lat", "latitude_deg", "y"),
    ("longitude", "lon", "lng", "long", "longitude_deg", "x"),
)
_BYTES = 64 << 20


def with_listed(theatre: Theatre, file: Path, count: int) -> Theatre:
    """The theatre with the strips of this list that it can watch, at least `count` of them.

    InputError when the file holds no list of places; UsageError when too few of them lie where the theatre plays."""
    places = read_places(file)
    listed = tuple(place for place in places if _in_reach(theatre, *place))
    if len(listed) < count:
        raise UsageError(
            "too few strips of the list lie where the scenario plays",
            file=str(file),
            expected=f"at least {count} within {_REACH_M / 1000:.0f} km of a radar of {theatre.name}",
            found=f"{len(listed)} of {len(places)}",
            next_step="choose the scenario that plays there (--scenario), or another list",
        )
    return replace(theatre, listed=listed)


def _in_reach(theatre: Theatre, lat: float, lon: float) -> bool:
    def away(places: Any) -> Any:
        metres, _ = separation(np.array([p.lat for p in places]), np.array([p.lon for p in places]), lat, lon)
        return metres

    hop = away(theatre.local)
    return bool((away(theatre.radars) < _REACH_M).any() and ((hop > _HOPS_M[0]) & (hop < _HOPS_M[1])).any())


def read_places(file: Path) -> list[tuple[float, float]]:
    """Latitude and longitude of each place, in the order of the file, each once; InputError where there is none."""
    if not file.is_file():
        raise UsageError("no such file", file=str(file), next_step="name a CSV or GeoJSON list of strips")
    data = file.read_bytes()[:_BYTES]
    try:
        text = data.decode("utf-8-sig")
        found = list(_geojson(text) if text.lstrip()[:1] == "{" else _csv(text))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, csv.Error) as error:
        raise _no_list(file, str(error)) from error
    if not found:
        raise _no_list(file, "no place in it")
    for number, (lat, lon) in enumerate(found):
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InputError(
                "this is no place on earth", file=str(file), place=f"place {number + 1}",
                expected="latitude -90 to 90, longitude -180 to 180", found=f"{lat}, {lon}",
                next_step="are the two exchanged?",
            )  # fmt: skip
    return list(dict.fromkeys(found))


def _no_list(file: Path, found: str) -> InputError:
    return InputError(
        "this is no list of strips",
        file=str(file),
        expected="CSV with columns latitude and longitude in degrees, or a GeoJSON FeatureCollection",
        found=found[:120],
        next_step="name the columns so, or give another file",
    )


def _csv(text: str) -> Iterator[tuple[float, float]]:
    rows = csv.reader(io.StringIO(text))
    heading = [name.strip().lower() for name in next(rows, [])]
    at = [next((heading.index(n) for n in names if n in heading), -1) for names in (_LATITUDE, _LONGITUDE)]
    if -1 in at:
        raise ValueError(f"columns {', '.join(heading)[:80]}")
    for row in rows:
        if row:
            yield float(row[at[0]]), float(row[at[1]])


def _geojson(text: str) -> Iterator[tuple[float, float]]:
    for feature in json.loads(text)["features"]:
        points = np.array(list(_positions(feature["geometry"]["coordinates"])), dtype=np.float64)
        lon, lat = points.mean(axis=0)
        yield float(lat), float(lon)


def _positions(nested: Any) -> Iterator[tuple[float, float]]:
    """All positions in the coordinates of a geometry, however deep; the middle of them stands for a line or area."""
    if isinstance(nested[0], int | float):
        yield float(nested[0]), float(nested[1])
        return
    for part in nested:
        yield from _positions(part)
