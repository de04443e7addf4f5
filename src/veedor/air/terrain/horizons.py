"""Horizons: for each sensor of known site what terrain hides from it, azimuth by azimuth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import Array, ints, texts
from veedor.air.terrain.ground import GROUND_NEEDED, Ground
from veedor.air.terrain.rays import AZIMUTHS, NOTHING_MM, hidden_below, staircase
from veedor.air.terrain.rules import HorizonRules
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.tables import HORIZONS, SENSORS, TERRAIN, Table
from veedor.tables.terrain import VOID_M

Ints = npt.NDArray[np.int64]

CELL_M = 500
_MONITOR = "monitor"
_SITE = ("sensor", "kind", "lat_e7", "lon_e7", "antenna_altitude_mm", "valid_from", "valid_to")
_ALL = ("sensor", "valid_from", "lat_e7", "lon_e7", "antenna_mm")


@dataclass(frozen=True)
class Horizons:
    """Detector: SENSORS, TERRAIN, both whole -> HORIZONS: 720 rows for each site in a deposited tile."""

    parameters: HorizonRules = field(default_factory=HorizonRules)
    name: str = "horizons"
    version: int = 1
    writes: Table = HORIZONS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(SENSORS, Broadcast(), _SITE), Read(TERRAIN, Broadcast(), GROUND_NEEDED))

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: HorizonRules) -> pa.Table:
        ground = Ground.load(tables["terrain"])
        if ground is None:
            return HORIZONS.empty()
        sites = {tuple(row.items()): row for row in tables["sensors"].to_pylist() if row["lat_e7"] is not None}
        parts = [_of_site(site, ground, parameters) for site in sites.values() if site["lon_e7"] is not None]
        if not any(part.num_rows for part in parts):
            return HORIZONS.empty()
        rows = pa.concat_tables(parts)
        return rows.sort_by([(name, "ascending") for name in HORIZONS.order])


def _of_site(site: Mapping[str, Any], ground: Ground, rules: HorizonRules) -> pa.Table:
    lat, lon = np.array([site["lat_e7"]], np.int64), np.array([site["lon_e7"]], np.int64)
    lowest, mean = (int(ground.of(kind, lat, lon)[0]) for kind in (ground.lowest, ground.mean))
    if lowest == VOID_M or site["kind"] == _MONITOR:
        return HORIZONS.empty()
    antenna = site["antenna_altitude_mm"]
    # A table may take its height from another sea: no antenna stands below the ground.
    antenna = mean * 1_000 + rules.antenna_above_ground_mm if antenna is None else max(antenna, lowest * 1_000)
    out = np.zeros((2, (rules.reach_m - rules.nearest_m) // rules.step_m + 1), np.int64)
    ranges, rises, unknown = [], [], []
    for azimuth in range(AZIMUTHS):
        count, missing = staircase(
            ground.tiles, ground.highest, site["lat_e7"], site["lon_e7"], antenna, azimuth, rules.nearest_m,
            rules.step_m, rules.reach_m, rules.least_rise_e7, out,
        )  # fmt: skip
        ranges.append(out[0, :count].tolist())
        rises.append(out[1, :count].tolist())
        unknown.append(missing)
    same = {name: site[name] for name in ("sensor", "valid_from", "valid_to", "lat_e7", "lon_e7")}
    same |= {"antenna_mm": antenna, "terrain": ground.name}
    columns: dict[str, Any] = {
        name: pa.array([value] * AZIMUTHS, HORIZONS.schema.field(name).type) for name, value in same.items()
    }
    columns |= {"azimuth": list(range(AZIMUTHS)), "range_m": ranges, "rise_e7": rises, "unknown_m": unknown}
    return HORIZONS.cast(pa.table(columns))


@dataclass(frozen=True)
class Profile:
    """The horizon of one site: see `hidden_below`."""

    lat_e7: int
    lon_e7: int
    antenna_mm: int
    starts: Ints
    ranges: Ints
    rises: Ints

    def hidden_mm(self, lat_e7: Ints, lon_e7: Ints) -> Ints:
        """Height above mean sea level (mm) below which places are hidden; NOTHING_MM right beside the site."""
        return hidden_below(
            self.starts, self.ranges, self.rises, self.lat_e7, self.lon_e7, self.antenna_mm, CELL_M, lat_e7, lon_e7,
            np.empty(len(lat_e7), np.int64),
        )  # fmt: skip


@dataclass(frozen=True)
class Profiles:
    """All horizons of a run, by sensor; `terrain` names what they were made from, empty where there is none. Of several
    surveys of one sensor all count, as they do without terrain."""

    of_sensor: Mapping[str, tuple[Profile, ...]]
    terrain: str

    @staticmethod
    def load(horizons: pa.Table) -> Profiles:
        if not horizons.num_rows:
            return Profiles({}, "")
        rows = horizons.sort_by([(name, "ascending") for name in HORIZONS.order])
        found: dict[str, list[Profile]] = {}
        ranges: Array = rows["range_m"].combine_chunks()
        rises: Array = rows["rise_e7"].combine_chunks()
        for first in range(0, rows.num_rows, AZIMUTHS):
            near, up = ranges.slice(first, AZIMUTHS), rises.slice(first, AZIMUTHS)
            lengths: Array = pa.compute.list_value_length(near)
            site = rows.slice(first, 1).select(list(_ALL)).to_pylist()[0]
            profile = Profile(
                site["lat_e7"], site["lon_e7"], site["antenna_mm"], np.append(0, np.cumsum(ints(lengths, 0))),
                ints(near.flatten(), 0), ints(up.flatten(), 0),
            )  # fmt: skip
            found.setdefault(site["sensor"], []).append(profile)
        return Profiles({name: tuple(each) for name, each in found.items()}, texts(rows["terrain"].slice(0, 1))[0])

    def hidden_mm(self, sensor: str, lat_e7: int, lon_e7: int) -> int | None:
        """Height above mean sea level below which a place is hidden from a sensor; None where terrain says nothing."""
        lat, lon = np.array([lat_e7], np.int64), np.array([lon_e7], np.int64)
        seen = [int(profile.hidden_mm(lat, lon)[0]) for profile in self.of_sensor.get(sensor, ())]
        return min(seen) if seen else None


__all__ = ["CELL_M", "NOTHING_MM", "Horizons", "Profile", "Profiles"]
