"""Which cells each leg crossed, which way and when: what flows, exposure and company are counted from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import array, ints
from veedor.air.flying.coverage import CELL_E7
from veedor.air.flying.legs import cuts_of, in_order, leg_ids, sensors_of
from veedor.air.flying.rules import LegRules
from veedor.air.grid import cells_of
from veedor.engine.detector import ByKey, Owner, Read
from veedor.geodesy import bearing_e7, distance_mm
from veedor.tables import LEG_CELLS, TRACKS, Table

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LegCells:
    """Detector: TRACKS by track -> LEG_CELLS. Its settings are those of the detector of legs."""

    parameters: LegRules = field(default_factory=LegRules)
    name: str = "leg_cells"
    version: int = 1
    agrees_with: tuple[str, ...] = ("legs",)
    writes: Table = LEG_CELLS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(TRACKS, ByKey(("track",))),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: LegRules) -> pa.Table:
        points = in_order(tables["tracks"])
        if not points.num_rows:
            return LEG_CELLS.empty()
        cuts = cuts_of(points, parameters)
        count = points.num_rows
        leg = np.repeat(np.arange(len(cuts.first)), cuts.last - cuts.first + 1)
        lat, lon = ints(points["lat_e7"], 0), ints(points["lon_e7"], 0)
        cell = cells_of(lat, lon, CELL_E7, np.empty(count, np.int64))
        first = np.flatnonzero(np.append(True, (leg[1:] != leg[:-1]) | (cell[1:] != cell[:-1])))
        last = np.append(first[1:], count) - 1
        of = leg[first]
        # The first plot beyond the cell; of a leg's last visit its own last plot.
        ends = np.append(of[1:] != of[:-1], True)
        beyond = np.where(ends, last, np.minimum(last + 1, count - 1))
        visit = np.repeat(np.arange(len(first)), last - first + 1)
        columns = {
            "leg": array(leg_ids(points.take(array(cuts.first)))[of]),
            "track": array(cuts.track[first]),
            "number": array((np.arange(len(first)) - np.searchsorted(of, of, side="left")).astype(np.int32)),
            "cell": array(cell[first]),
            "start": points["time"].take(array(first)),
            "end": points["time"].take(array(last)),
            "course_e7": array(bearing_e7(lat[first], lon[first], lat[beyond], lon[beyond]).astype(np.int32)),
            "moved_mm": array(distance_mm(lat[first], lon[first], lat[beyond], lon[beyond])),
            "modes": array(np.bitwise_or.reduceat(ints(points["mode"], 0), first)),
            "sensors": sensors_of(points, visit, len(first)),
        }
        return LEG_CELLS.cast(pa.table(columns)).sort_by([(name, "ascending") for name in LEG_CELLS.order])
