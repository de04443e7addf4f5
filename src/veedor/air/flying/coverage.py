"""Coverage as the tracks themselves show it: through which cells others were followed, and where they were lost.

No circle around a radar and no constant detection probability: a cell and altitude band counts the tracks that were
followed through it and those last seen in it before a silence. Cells nobody flew in are absent: unknown, not covered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import NO_ALTITUDE, array, ints
from veedor.air.flying.legs import in_order
from veedor.air.flying.rules import CoverageRules
from veedor.air.grid import band_of, cell_of
from veedor.engine.detector import Owner, Read, Whole
from veedor.kernel import kernel
from veedor.tables import COVERAGE, TRACKS, Table

Ints = npt.NDArray[np.int64]

CELL_E7 = 2_000_000
_COUNTERS = ("plots", "passes", "losses", "starts")


@dataclass(frozen=True)
class Coverage:
    """Reducer: TRACKS -> COVERAGE. A stored bucket of tracks is never divided, so every track is seen whole."""

    parameters: CoverageRules = field(default_factory=CoverageRules)
    name: str = "coverage"
    version: int = 1
    writes: Table = COVERAGE

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("track", "time", "sensor", "deposit", "row", "lat_e7", "lon_e7", "altitude_mm")
        return (Read(TRACKS, Whole(), columns),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: CoverageRules) -> pa.Table:
        points = in_order(tables["tracks"])
        if not points.num_rows:
            return COVERAGE.empty()
        track, time = ints(points["track"], 0), ints(points["time"], 0)
        place = np.empty(len(track), np.int64)
        places(ints(points["lat_e7"], 0), ints(points["lon_e7"], 0), ints(points["altitude_mm"], NO_ALTITUDE), place)
        new = np.ones(len(track), np.bool_)
        new[1:] = track[1:] != track[:-1]
        silent = np.zeros(len(track), np.bool_)
        silent[1:] = new[1:] | (time[1:] - time[:-1] >= parameters.silence_us)
        starts = silent.copy()
        starts[0] = True
        losses = np.append(silent[1:], True)
        change = new.copy()
        change[1:] |= place[1:] != place[:-1]
        visit = np.flatnonzero(change)
        order = np.lexsort((place[visit], track[visit]))
        visit = visit[order]
        once = np.ones(len(visit), np.bool_)
        once[1:] = (track[visit[1:]] != track[visit[:-1]]) | (place[visit[1:]] != place[visit[:-1]])
        names, inverse = np.unique(place, return_inverse=True)
        counters = {
            "plots": np.bincount(inverse, minlength=len(names)),
            "passes": np.bincount(inverse[visit[once]], minlength=len(names)),
            "losses": np.bincount(inverse[losses], minlength=len(names)),
            "starts": np.bincount(inverse[starts], minlength=len(names)),
        }
        keys = {"cell": names >> 3, "band": (names & 7) - 1}
        return COVERAGE.cast(pa.table({name: array(values) for name, values in {**keys, **counters}.items()}))

    def merge(self, partial: pa.Table, parameters: CoverageRules) -> pa.Table:
        if not partial.num_rows:
            return COVERAGE.empty()
        grouped = partial.group_by(["cell", "band"]).aggregate([(name, "sum") for name in _COUNTERS])
        rows = grouped.rename_columns(["cell", "band", *_COUNTERS])
        return COVERAGE.cast(rows).sort_by([("cell", "ascending"), ("band", "ascending")])


@kernel(
    examples=lambda: [
        (
            np.array([0, 70_000_000]),
            np.array([5, -670_000_000]),
            np.array([NO_ALTITUDE, 900_000]),
            np.empty(2, np.int64),
        )
    ]
)
def places(lat_e7: Ints, lon_e7: Ints, altitude: Ints, out: Ints) -> Ints:
    """Cell and band of each point as one number: cell * 8 + band + 1."""
    for i in range(len(lat_e7)):
        out[i] = cell_of(lat_e7[i], lon_e7[i], CELL_E7) * 8 + band_of(altitude[i], altitude[i] != NO_ALTITUDE) + 1
    return out


@dataclass(frozen=True)
class Seen:
    """Coverage ready for look-ups: `of(lat, lon, altitude)` -> (passes, losses, starts), all 0 where nobody flew."""

    counters: Mapping[int, tuple[int, int, int]]

    @staticmethod
    def load(coverage: pa.Table) -> Seen:
        key = ints(coverage["cell"], 0) * 8 + ints(coverage["band"], 0) + 1
        values = zip(*(ints(coverage[name], 0).tolist() for name in _COUNTERS[1:]), strict=True)
        return Seen(dict(zip(key.tolist(), values, strict=True)))

    def of(self, lat_e7: int, lon_e7: int, altitude_mm: int | None) -> tuple[int, int, int]:
        band = band_of(altitude_mm or 0, altitude_mm is not None)
        return self.counters.get(cell_of(lat_e7, lon_e7, CELL_E7) * 8 + band + 1, (0, 0, 0))

    def low(self, lat_e7: int, lon_e7: int) -> tuple[int, int, int]:
        """The same for what is known to have flown low (the bands up to 2 km): to judge a target without height.

        Tracks of unknown height do not count: they are the silent flights that are looked for, and clutter."""
        first = cell_of(lat_e7, lon_e7, CELL_E7) * 8
        bands = [self.counters.get(first + number, (0, 0, 0)) for number in range(1, 4)]
        return sum(b[0] for b in bands), sum(b[1] for b in bands), sum(b[2] for b in bands)
