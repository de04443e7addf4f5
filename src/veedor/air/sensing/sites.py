"""Sites of sensors: below which height a place is hidden from those that followed a flight, and how far they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from veedor.air.arrow import Array
from veedor.geodesy import distance_mm, shadow_mm

Ints = npt.NDArray[np.int64]
NO_SITE = -1


def nearest_site(
    sensors: Array, lat_e7: Ints, lon_e7: Ints, ground_mm: Ints, sites: Sequence[Mapping[str, Any]]
) -> tuple[Ints, Ints]:
    """For each place, with the list of sensors that followed a flight there: the height above the ground (mm) under
    which none of them sees it (smooth ground, 4/3 earth), and the distance (mm) to the nearest of them.

    NO_SITE where none of the sensors has a site. Of several surveys of one sensor all count."""
    hidden = np.full(len(lat_e7), NO_SITE, np.int64)
    nearest = np.full(len(lat_e7), NO_SITE, np.int64)
    if not len(lat_e7):
        return hidden, nearest
    flat = sensors.combine_chunks()
    offsets = np.asarray(flat.offsets.to_numpy(), np.int64)
    owner = np.repeat(np.arange(len(lat_e7)), np.diff(offsets))
    names = np.asarray(flat.values.slice(offsets[0], offsets[-1] - offsets[0]).to_numpy(zero_copy_only=False))
    for site in sites:
        if site["lat_e7"] is None or site["lon_e7"] is None:
            continue
        here = owner[names == site["sensor"]]
        if not len(here):
            continue
        away = distance_mm(site["lat_e7"], site["lon_e7"], lat_e7[here], lon_e7[here])
        antenna = np.maximum(0, (site["antenna_altitude_mm"] or 0) - ground_mm[here])
        shadow = shadow_mm(antenna, away)
        hidden[here] = np.where(hidden[here] < 0, shadow, np.minimum(hidden[here], shadow))
        nearest[here] = np.where(nearest[here] < 0, away, np.minimum(nearest[here], away))
    return hidden, nearest
