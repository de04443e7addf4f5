"""The site table by number: which of its rows holds for a sensor at a time, and what it says, as arrays for kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import blobs, ints, texts

Ints = npt.NDArray[np.int64]

NO_SITE = -1
SITE_NEEDED = (
    "sensor", "kind", "lat_e7", "lon_e7", "antenna_altitude_mm", "sigma_range_mm", "sigma_azimuth_e7", "valid_from",
    "valid_to", "deposit", "row",
)  # fmt: skip
_ALWAYS, _NEVER = -(1 << 62), 1 << 62
MONITOR = "monitor"


@dataclass(frozen=True)
class Sites:
    """Rows of the site table that have a position, in order of sensor and validity. Absent sigmas are 0."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    lat_e7: Ints
    lon_e7: Ints
    height_mm: Ints
    sigma_range_mm: Ints
    sigma_azimuth_e7: Ints
    start_us: Ints
    end_us: Ints
    deposit: tuple[bytes, ...]
    row: Ints

    @staticmethod
    def load(sensors: pa.Table) -> Sites:
        """`sensors` has the columns SITE_NEEDED; rows without a position are left out."""
        rows = sensors.filter(pa.compute.and_(sensors["lat_e7"].is_valid(), sensors["lon_e7"].is_valid()))
        rows = rows.sort_by([(name, "ascending") for name in ("sensor", "valid_from", "deposit", "row")])
        return Sites(
            tuple(texts(rows["sensor"])),
            tuple(kind or "" for kind in rows["kind"].to_pylist()),
            ints(rows["lat_e7"], 0),
            ints(rows["lon_e7"], 0),
            ints(rows["antenna_altitude_mm"], 0),
            ints(rows["sigma_range_mm"], 0),
            ints(rows["sigma_azimuth_e7"], 0),
            ints(rows["valid_from"], _ALWAYS),
            ints(rows["valid_to"], _NEVER),
            tuple(blobs(rows["deposit"])),
            ints(rows["row"], 0),
        )

    def of(self, sensor: Ints, time: Ints, names: Sequence[str]) -> Ints:
        """The row that holds for each (rank in `names`, time): the newest survey, NO_SITE where there is none."""
        found = np.full(len(sensor), NO_SITE, np.int64)
        for number, name in enumerate(self.names):
            if name not in names:
                continue
            here = sensor == list(names).index(name)
            if self.start_us[number] != _ALWAYS or self.end_us[number] != _NEVER:
                here &= (time >= self.start_us[number]) & (time < self.end_us[number])
            found[here] = number
        return found

    def monitors(self) -> Ints:
        """Rows that are site monitors: fixed transponders or reflectors of known place."""
        return np.flatnonzero(np.array([kind == MONITOR for kind in self.kinds], np.bool_))
