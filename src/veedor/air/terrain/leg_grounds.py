"""Leg grounds: how high the ground is below both ends of each leg, and up to which height above it nothing is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import Array, array, ints, texts
from veedor.air.terrain.ground import GROUND_NEEDED, Ground
from veedor.air.terrain.horizons import Profiles
from veedor.air.terrain.rules import LegGroundRules
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.tables import HORIZONS, LEG_GROUNDS, LEGS, TERRAIN, Table
from veedor.tables.terrain import VOID_M

Ints = npt.NDArray[np.int64]

NOT_KNOWN = -1
_NEVER = 1 << 60


@dataclass(frozen=True)
class LegGrounds:
    """Detector: LEGS, TERRAIN, HORIZONS, all whole -> LEG_GROUNDS; no row where no terrain was deposited."""

    parameters: LegGroundRules = field(default_factory=LegGroundRules)
    name: str = "leg_grounds"
    version: int = 1
    writes: Table = LEG_GROUNDS

    @property
    def reads(self) -> tuple[Read, ...]:
        ends = tuple(f"{side}_{name}_e7" for side in ("start", "end") for name in ("lat", "lon"))
        return (
            Read(LEGS, Broadcast(), ("leg", "track", "sensors", *ends)),
            Read(TERRAIN, Broadcast(), GROUND_NEEDED),
            Read(HORIZONS, Broadcast()),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: LegGroundRules) -> pa.Table:
        ground, legs = Ground.load(tables["terrain"]), tables["legs"]
        if ground is None or not legs.num_rows:
            return LEG_GROUNDS.empty()
        profiles = Profiles.load(tables["horizons"])
        columns: dict[str, Array] = {"leg": legs["leg"], "track": legs["track"]}
        for side in ("start", "end"):
            lat, lon = ints(legs[f"{side}_lat_e7"], 0), ints(legs[f"{side}_lon_e7"], 0)
            low, mean, high = (ground.of(kind, lat, lon) for kind in (ground.lowest, ground.mean, ground.highest))
            known = mean != VOID_M
            hidden = _hidden(legs["sensors"], lat, lon, profiles)
            above = np.maximum(0, hidden - mean * 1_000)
            columns[f"{side}_ground_mm"] = array(mean * 1_000, ~known)
            columns[f"{side}_spread_mm"] = array((high - low) * 500 + parameters.model_mm, ~known)
            columns[f"{side}_hidden_mm"] = array(above, ~known | (hidden == _NEVER))
        columns["terrain"] = array([ground.name] * legs.num_rows)
        return LEG_GROUNDS.cast(pa.table(columns)).sort_by([("track", "ascending"), ("leg", "ascending")])


def _hidden(sensors: Array, lat: Ints, lon: Ints, profiles: Profiles) -> Ints:
    """The least height above sea level from which one of the sensors of each leg sees the place; _NEVER: not known."""
    hidden = np.full(len(lat), _NEVER, np.int64)
    flat = sensors.combine_chunks()
    offsets = np.asarray(flat.offsets.to_numpy(), np.int64)
    owner = np.repeat(np.arange(len(lat)), np.diff(offsets))
    names = np.asarray(flat.values.slice(offsets[0], offsets[-1] - offsets[0]).to_numpy(zero_copy_only=False))
    for sensor, each in profiles.of_sensor.items():
        here = owner[names == sensor]
        for profile in each if len(here) else ():
            hidden[here] = np.minimum(hidden[here], profile.hidden_mm(lat[here], lon[here]))
    return hidden


@dataclass(frozen=True)
class Below:
    """LEG_GROUNDS to look up: `terrain` names what they were made from, empty where nothing was deposited."""

    legs: Ints
    rows: pa.Table
    terrain: str

    @staticmethod
    def load(grounds: pa.Table) -> Below:
        rows = grounds.sort_by([("leg", "ascending"), ("track", "ascending")])
        name = texts(rows["terrain"].slice(0, 1))[0] if rows.num_rows else ""
        return Below(ints(rows["leg"], 0), rows, name)

    def of(self, legs: Ints, side: str) -> tuple[Ints, Ints, Ints]:
        """(ground, spread, hidden height above it) in mm at one end of each leg; `spread` and `hidden` are NOT_KNOWN
        where they are not."""
        nothing = np.full(len(legs), NOT_KNOWN, np.int64)
        if not len(self.legs) or not len(legs):
            return nothing, nothing, nothing
        at = np.minimum(np.searchsorted(self.legs, legs), len(self.legs) - 1)
        found = self.legs[at] == legs
        ground, spread, hidden = (
            np.where(found, ints(self.rows[f"{side}_{name}_mm"], NOT_KNOWN)[at], NOT_KNOWN)
            for name in ("ground", "spread", "hidden")
        )
        return ground, spread, hidden


NO_TERRAIN = Below(np.empty(0, np.int64), LEG_GROUNDS.empty(), "")
