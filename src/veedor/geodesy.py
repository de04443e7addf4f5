"""Where things are from each other, for arrays of stored integers: distances, bearings, destinations, radar horizon.

In and out are integers (1e-7 degree, mm) of any shape that broadcasts; scalar kernels for other kernels stand in
`kernel/sphere.py`. Distances, bearings and destinations are on the mean sphere (radius 6,371,008.8 m).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import sphere

Ints = npt.NDArray[np.int64]


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


def _flat(*values: npt.ArrayLike) -> tuple[tuple[int, ...], list[Ints]]:
    """The common shape, and each argument stretched to it as a flat array of int64."""
    arrays = np.broadcast_arrays(*(_ints(value) for value in values))
    return arrays[0].shape, [np.ascontiguousarray(array).reshape(-1) for array in arrays]


def _ints(value: npt.ArrayLike) -> Ints:
    array = np.asarray(value)
    if array.dtype.kind not in "iu":
        raise TypeError(f"integers (1e-7 degree, mm) are needed, found {array.dtype}")
    return array.astype(np.int64, copy=False)
