"""Where things are from each other, for arrays of stored integers: distances, bearings, destinations, radar horizon.

In and out are integers (1e-7 degree, mm) of any shape that broadcasts; scalar kernels for other kernels stand in
`kernel/sphere.py` and `kernel/ellipsoid.py`. Distances, bearings and destinations are on the mean sphere (radius
6,371,008.8 m), radar echoes on the WGS84 ellipsoid, horizons on a sphere of 4/3 the mean radius (standard refraction).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import ellipsoid, sphere

Ints = npt.NDArray[np.int64]

# Twice the radius of the Earth as radar rays see it, mm.
_TWO_KR_MM = 2.0 * (4.0 / 3.0) * (sphere.RADIUS_M * 1000.0)


def distance_mm(lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike) -> Ints:
    """Great-circle distance in mm between places in 1e-7 degree."""
    shape, (a, b, c, d) = _flat(lat1, lon1, lat2, lon2)
    return sphere.distances_mm(a, b, c, d, np.empty(len(a), np.int64)).reshape(shape)


def bearing_e7(lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike) -> Ints:
    """Initial bearing from true north, clockwise, 1e-7 degree in [-180, 180); 0 between equal places."""
    shape, (a, b, c, d) = _flat(lat1, lon1, lat2, lon2)
    return sphere.bearings_e7(a, b, c, d, np.empty(len(a), np.int64)).reshape(shape)


def destination(
    lat: npt.ArrayLike, lon: npt.ArrayLike, bearing_e7: npt.ArrayLike, distance_mm: npt.ArrayLike
) -> tuple[Ints, Ints]:
    """(latitude, longitude) in 1e-7 degree, `distance_mm` along the great circle that starts with `bearing_e7`."""
    shape, (a, b, c, d) = _flat(lat, lon, bearing_e7, distance_mm)
    lat_out, lon_out = sphere.destinations_e7(a, b, c, d, np.empty(len(a), np.int64), np.empty(len(a), np.int64))
    return lat_out.reshape(shape), lon_out.reshape(shape)


def from_polar(
    site_lat: npt.ArrayLike,
    site_lon: npt.ArrayLike,
    site_altitude_mm: npt.ArrayLike,
    range_mm: npt.ArrayLike,
    azimuth_e7: npt.ArrayLike,
    altitude_mm: npt.ArrayLike,
) -> tuple[Ints, Ints]:
    """(latitude, longitude) in 1e-7 degree of radar echoes: slant range, azimuth from true north, altitude.

    Altitudes of site and echo in mm above the ellipsoid; where only pressure altitude or none is known, whoever calls
    assumes one: 1 km of error displaces an echo at slant range s by about 1 km * (height / s)."""
    shape, (a, b, c, d, e, f) = _flat(site_lat, site_lon, site_altitude_mm, range_mm, azimuth_e7, altitude_mm)
    out = ellipsoid.from_polars_e7(a, b, c, d, e, f, np.empty(len(a), np.int64), np.empty(len(a), np.int64))
    return out[0].reshape(shape), out[1].reshape(shape)


def horizon_mm(antenna_mm: npt.ArrayLike, target_mm: npt.ArrayLike) -> Ints:
    """Distance in mm to which an antenna sees a target, heights in mm above smooth ground (below it counts as on it).

    sqrt(2kR h1) + sqrt(2kR h2) with k = 4/3; in nautical miles and feet the familiar 1.23 * sqrt(h)."""
    shape, (antenna, target) = _flat(antenna_mm, target_mm)
    seen = np.sqrt(np.maximum(antenna, 0) * _TWO_KR_MM) + np.sqrt(np.maximum(target, 0) * _TWO_KR_MM)
    return _rounded(seen).reshape(shape)


def shadow_mm(antenna_mm: npt.ArrayLike, distance_mm: npt.ArrayLike) -> Ints:
    """Height in mm above smooth ground below which a target at `distance_mm` is behind the antenna's radar horizon."""
    shape, (antenna, distance) = _flat(antenna_mm, distance_mm)
    beyond = np.maximum(distance - np.sqrt(np.maximum(antenna, 0) * _TWO_KR_MM), 0.0)
    return _rounded(beyond * beyond / _TWO_KR_MM).reshape(shape)


def _rounded(values: npt.NDArray[np.float64]) -> Ints:
    """Nearest integers of values that are not negative, halves up."""
    return np.floor(values + 0.5).astype(np.int64)


def _flat(*values: npt.ArrayLike) -> tuple[tuple[int, ...], list[Ints]]:
    """The common shape, and each argument stretched to it as a flat array of int64."""
    arrays = np.broadcast_arrays(*(_ints(value) for value in values))
    return arrays[0].shape, [np.ascontiguousarray(array).reshape(-1) for array in arrays]


def _ints(value: npt.ArrayLike) -> Ints:
    array = np.asarray(value)
    if array.dtype.kind not in "iu":
        raise TypeError(f"integers (1e-7 degree, mm) are needed, found {array.dtype}")
    return array.astype(np.int64, copy=False)
