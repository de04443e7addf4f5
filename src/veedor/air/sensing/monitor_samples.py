"""Site monitors: plots flagged as a fixed target's, against the place that the site table gives for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from veedor.air.sensing.bias_rules import SampleRules
from veedor.air.sensing.site_rows import Sites
from veedor.geodesy import distance_mm, from_polar
from veedor.tables.biases import BY_MONITOR, OWN_POLAR

Ints = npt.NDArray[np.int64]
_SECOND_US = 1_000_000
MONITOR_TARGET = -1


def nearest_monitor(
    rows: Ints, range_mm: Ints, azimuth: Ints, time: Ints, sensor: Ints, names: Sequence[str], sites: Sites,
    rules: SampleRules,
) -> dict[str, Ints]:  # fmt: skip
    """Samples of monitor plots with the nearest monitor of the site table; none nearer than `monitor_mm`, no sample.

    A monitor stands still, so its "plots around" are its place a second before and after; it tells nothing of time."""
    stations = sites.monitors()
    best = np.full(len(rows), -1, np.int64)
    away = np.full(len(rows), rules.monitor_mm, np.int64)
    site = sites.of(sensor, time, names)
    for station in stations.tolist() if len(rows) else ():
        height = np.full(len(rows), sites.height_mm[station])
        lat, lon = from_polar(sites.lat_e7[site], sites.lon_e7[site], sites.height_mm[site], range_mm, azimuth, height)
        apart = distance_mm(lat, lon, sites.lat_e7[station], sites.lon_e7[station])
        apart = np.where((time >= sites.start_us[station]) & (time < sites.end_us[station]), apart, rules.monitor_mm)
        nearer = apart < away
        best[nearer], away[nearer] = station, apart[nearer]
    found = np.flatnonzero(best >= 0)
    at, row, moment = best[found], rows[found], time[found]
    place = {"1": sites.lat_e7[at], "2": sites.lon_e7[at], "height_mm": sites.height_mm[at]}
    around = {f"{side}_{name}": values for side in ("before", "after") for name, values in place.items()}
    return {
        "time": moment, "sensor": sensor[found], "other": len(names) + at, "target": np.full(len(at), MONITOR_TARGET),
        "shape": np.full(len(at), OWN_POLAR | BY_MONITOR), "own_1": range_mm[found], "own_2": azimuth[found],
        "own_height_mm": place["height_mm"], "before": moment - _SECOND_US, "after": moment + _SECOND_US,
        "row": row, "other_row": at, "after_row": row, **around,
    }  # fmt: skip
