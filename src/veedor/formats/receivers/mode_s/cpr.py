"""Compact position reports: 17-bit numbers to latitude and longitude, alone beside a known place or in a pair.

Source: ICAO Doc 9871, C.2.6. Zones of longitude come from a table of 58 latitudes, computed once from the formula
there, so that all machines agree.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.kernel.compile import twin_of
from veedor.kernel.exactmath import acos, cos

Floats = npt.NDArray[np.float64]

_PI = 3.141592653589793
_SCALE = 131_072.0  # 2^17
NOWHERE = 1_000.0
"""Stands for a latitude that cannot be had."""


def _transitions() -> Floats:
    """Latitudes (degrees) above which there are 58, 57, … 1 zones of longitude."""
    plain_cos, plain_acos = twin_of(cos), twin_of(acos)  # calling the kernels would compile them at import
    top = 1.0 - plain_cos(_PI / 30.0)
    shares = [top / (1.0 - plain_cos(2.0 * _PI / zones)) for zones in range(59, 2, -1)]
    found = [plain_acos(math.sqrt(share)) * 180.0 / _PI for share in shares]
    return np.array([*found, 87.0])


TRANSITIONS = _transitions()


@kernel(examples=lambda: [(TRANSITIONS, each) for each in (0.0, 10.47, 10.4705, -45.0, 86.9, 87.0, 90.0)])
def zones(transitions: Floats, lat: float) -> int:
    """How many zones of longitude there are at a latitude in degrees: 59 at the equator, 1 at the poles."""
    away = abs(lat)
    low, high = 0, len(transitions)
    while low < high:
        middle = (low + high) // 2
        if away < transitions[middle]:
            high = middle
        else:
            low = middle + 1
    return 59 - low


@kernel(
    examples=lambda: [
        (TRANSITIONS, 0, 93000, 51372, 0, 52.258, 3.918),
        (TRANSITIONS, 1, 39846, 125818, 1, 52.32, 4.73),
        (TRANSITIONS, 1, 1, 131071, 0, -89.9, 179.99),
    ]
)
def beside(
    transitions: Floats, odd: int, lat17: int, lon17: int, surface: int, near_lat: float, near_lon: float
) -> tuple[float, float]:
    """Latitude and longitude (degrees) of one report next to a place that is less than half a zone away."""
    turn = 90.0 if surface == 1 else 360.0
    part = lat17 / _SCALE
    high = turn / (60.0 - odd)
    row = math.floor(near_lat / high)
    row += math.floor(0.5 + (near_lat - row * high) / high - part)
    lat = high * (row + part)
    if lat > 90.0 or lat < -90.0:
        return NOWHERE, NOWHERE
    part = lon17 / _SCALE
    wide = turn / max(zones(transitions, lat) - odd, 1)
    column = math.floor(near_lon / wide)
    column += math.floor(0.5 + (near_lon - column * wide) / wide - part)
    return lat, _in_turn(wide * (column + part))


@kernel(
    examples=lambda: [
        (TRANSITIONS, 93000, 51372, 74158, 50194, 0),
        (TRANSITIONS, 93000, 51372, 74158, 50194, 1),
        (TRANSITIONS, 0, 0, 131071, 0, 1),
    ]
)
def pair(
    transitions: Floats, even_lat: int, even_lon: int, odd_lat: int, odd_lon: int, newest: int
) -> tuple[float, float]:
    """Latitude and longitude (degrees) of the newest (0 even, 1 odd) of two airborne reports; NOWHERE where the two do
    not lie in one zone."""
    even, odd = even_lat / _SCALE, odd_lat / _SCALE
    row = math.floor(59.0 * even - 60.0 * odd + 0.5)
    north = 6.0 * (row % 60 + even)
    other = 360.0 / 59.0 * (row % 59 + odd)
    if north >= 270.0:
        north -= 360.0
    if other >= 270.0:
        other -= 360.0
    if north > 90.0 or north < -90.0 or other > 90.0 or other < -90.0:
        return NOWHERE, NOWHERE
    count = zones(transitions, north)
    if count != zones(transitions, other):
        return NOWHERE, NOWHERE
    even, odd = even_lon / _SCALE, odd_lon / _SCALE
    column = math.floor(even * (count - 1) - odd * count + 0.5)
    wide = max(count - newest, 1)
    part = odd if newest == 1 else even
    lon = _in_turn(360.0 / wide * (column % wide + part))
    return (other if newest == 1 else north), lon


@kernel(inline=True, examples=lambda: [(0.0,), (180.0,), (359.9,), (-180.1,)])
def _in_turn(lon: float) -> float:
    if lon >= 180.0:
        return lon - 360.0
    if lon < -180.0:
        return lon + 360.0
    return lon
