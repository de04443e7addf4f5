"""Association: plots of one time chunk become pieces of tracks.

Identity first (address, else the sensor's own track number), kinematics always: one address at two places that no
aircraft joins is two targets. Every link is local (chains.py, gate.py), so a piece is the connected part of the links
between plots of the chunk and the links across its end; pieces of neighbouring chunks share the plots of those links.
Plots in the halo are used to decide links, and are handed on only where a link ends on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NONE, Array, array
from veedor.air.tracking.linking import links_of
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.targets import NEEDED, SITE_NEEDED, Targets, targets_of
from veedor.air.tracking.unite import unite
from veedor.engine.detector import Broadcast, ByTime, Owner, Read
from veedor.kernel.hashing import id64
from veedor.tables import PIECES, PLOTS, SENSORS, Table

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CONTENT = ("time", "sensor", "mode", "lat_e7", "lon_e7", "altitude_mm", "address", "code_3a")
ENDS_KEPT = 5  # plots at each end of a piece that joining may look at


@dataclass(frozen=True)
class Associate:
    """Detector: PLOTS by time, SENSORS broadcast -> PIECES."""

    parameters: AssociationRules = field(default_factory=AssociationRules)
    name: str = "associate"
    version: int = 1
    writes: Table = PIECES

    @property
    def reads(self) -> tuple[Read, ...]:
        rules = self.parameters
        return (
            Read(PLOTS, ByTime(rules.chunk_us, rules.halo_us, rules.halo_us), NEEDED),
            Read(SENSORS, Broadcast(), SITE_NEEDED),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: AssociationRules) -> pa.Table:
        targets = targets_of(tables["plots"], tables["sensors"])
        start = owner.start_us if owner.start_us is not None else -(1 << 62)
        end = owner.end_us if owner.end_us is not None else 1 << 62
        earlier, later = links_of(targets, parameters)
        swap = targets.time[earlier] > targets.time[later]
        earlier, later = np.where(swap, later, earlier), np.where(swap, earlier, later)
        return _pieces(targets, earlier, later, start, end, parameters)


def _pieces(targets: Targets, earlier: Ints, later: Ints, start: int, end: int, rules: AssociationRules) -> pa.Table:
    time = targets.time
    owned = (time >= start) & (time < end)
    inside = owned[earlier] & owned[later]
    ahead = owned[earlier] & (time[later] >= end)
    behind = (time[earlier] < start) & owned[later]
    used = inside | ahead
    group = unite(np.arange(len(time)), earlier[used], later[used])
    crossing = np.zeros(len(time), np.bool_)
    crossing[later[ahead]] = True
    joins = crossing.copy()
    joins[later[behind]] = True
    keep = (owned | crossing) & _long_enough(group, owned, joins, rules.plots_at_least)
    rows = np.flatnonzero(keep)
    if not len(rows):
        return PIECES.empty()
    # Rows stand in the order of `targets`, time first: the first owned row of a group is its earliest plot.
    rows = rows[np.argsort(group[rows], kind="stable")]
    firsts = np.flatnonzero(np.diff(group[rows], prepend=-1))
    sizes = np.diff(np.append(firsts, len(rows)))
    table = targets.rows.take(array(rows))
    ids = id64(b"veedor/piece/1\0", table.take(array(firsts)).select(CONTENT), CONTENT)
    joins = joins[rows] | _near_ends(owned[rows], firsts, sizes)
    kind = np.where(targets.address[rows] != NONE, 2, np.where(targets.sensor_track[rows] != NONE, 1, 0))
    names = pa.array(["gate", "sensor_track", "address"])
    linked = names.take(array(np.repeat(np.maximum.reduceat(kind, firsts), sizes)))
    columns: dict[str, Array] = {name: table[name] for name in table.column_names}
    columns |= {
        "piece": array(np.repeat(ids, sizes)),
        "owned": array(owned[rows]),
        "joins": array(joins),
        "linked_by": linked,
    }
    pieces = pa.table({name: columns[name] for name in PIECES.schema.names})
    return pieces.cast(PIECES.schema).take(pc.sort_indices(pieces, [(n, "ascending") for n in PIECES.order]))


def _long_enough(group: Ints, owned: Bools, joins: Bools, plots: int) -> Bools:
    """Pieces with enough plots, or that go on in another chunk and may have enough there; only with plots owned."""
    own = np.bincount(group, weights=None, minlength=len(group)) if owned.all() else np.zeros(len(group), np.int64)
    if not owned.all():
        np.add.at(own, group[owned], 1)
    goes_on = np.zeros(len(group), np.bool_)
    goes_on[group[joins]] = True
    return ((own >= plots) | (goes_on & (own > 0)))[group]


def _near_ends(owned: Bools, firsts: Ints, sizes: Ints) -> Bools:
    """The first and last plots of each piece that lie in the chunk."""
    place = np.arange(len(owned)) - np.repeat(firsts, sizes)
    own = np.add.reduceat(owned.astype(np.int64), firsts)
    # Crossing plots are later than all owned ones, so owned places run from 0 to own - 1.
    return owned & ((place < ENDS_KEPT) | (place >= np.repeat(own, sizes) - ENDS_KEPT))
