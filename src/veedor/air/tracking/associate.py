"""Association: plots become pieces of tracks, block by block of absolute UTC time.

A tracker has a memory, so what it says hangs on where it begins. It begins at fixed times: every block of an hour is
tracked on its own, from a few minutes earlier (by when it has settled) to a few minutes later; its pieces own the plots
of the block. Which blocks a call gets changes nothing. A target that goes on in the next block is there too, and both
pieces hold the same plots around the edge: join.py makes them one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import Array, array, ints
from veedor.air.tracking.clutter import densities
from veedor.air.tracking.following import CELL_M, follow
from veedor.air.tracking.measuring import SITE_MEASURED, turns_of
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import Plots
from veedor.air.tracking.slots import empty_slots, power_of_ten, settings_of
from veedor.air.tracking.smoothed import state_columns
from veedor.air.tracking.targets import NEEDED, targets_of
from veedor.engine.detector import Broadcast, ByTime, Owner, Read
from veedor.errors import UsageError
from veedor.kernel.hashing import id64
from veedor.kernel.sphere import RADIUS_M
from veedor.tables import PIECES, PLOTS, SENSORS, Table

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CONTENT = ("time", "sensor", "mode", "lat_e7", "lon_e7", "altitude_mm", "address", "code_3a")
NO_TIME = -(1 << 62)
ENDS_KEPT = 5  # plots on each side of a block's edge, and at each end of a piece, that joining may look at


@dataclass(frozen=True)
class Associate:
    """Detector: PLOTS by time, SENSORS broadcast -> PIECES."""

    parameters: AssociationRules = field(default_factory=AssociationRules)
    name: str = "associate"
    version: int = 2
    writes: Table = PIECES

    @property
    def reads(self) -> tuple[Read, ...]:
        rules = self.parameters
        return (
            Read(PLOTS, ByTime(rules.chunk_us, rules.halo_us, rules.after_us), NEEDED),
            Read(SENSORS, Broadcast(), SITE_MEASURED),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: AssociationRules) -> pa.Table:
        """UsageError if the owner is no whole number of blocks."""
        plots, sensors = tables["plots"], tables["sensors"]
        if plots["time"].null_count == plots.num_rows:
            return PIECES.empty()
        block = parameters.block_us
        time = ints(plots["time"], NO_TIME)
        first, last = int(time[time != NO_TIME].min()) // block * block, int(time.max()) + 1
        start = first if owner.start_us is None else owner.start_us
        end = last if owner.end_us is None else owner.end_us
        if start % block or (owner.end_us is not None and end % block):
            raise UsageError(
                "tracking: a chunk must be whole blocks of time",
                expected=f"a multiple of {block} microseconds",
                found=f"{start} to {end}",
                next_step="set chunk_hours in mission.toml to whole hours",
            )
        # Of a block's plots alone there are arrays at any moment, however long the chunk.
        made = [_block(plots, time, sensors, at, parameters) for at in range(max(start, first), min(end, last), block)]
        pieces = pa.concat_tables([each for each in made if each.num_rows] or [PIECES.empty()])
        return pieces.take(pc.sort_indices(pieces, [(n, "ascending") for n in PIECES.order]))


def _block(chunk: pa.Table, time: Ints, sensors: pa.Table, start: int, rules: AssociationRules) -> pa.Table:
    """The pieces of one block; `time` is that of the chunk's plots."""
    end = start + rules.block_us
    if not ((time >= start) & (time < end)).any():
        return PIECES.empty()
    within = (time >= start - rules.halo_us) & (time < end + rules.after_us)
    targets = targets_of(chunk.filter(array(within)), sensors, rules)
    edge_in, edge_out = (int(np.searchsorted(targets.plots.time, moment, side="left")) for moment in (start, end))
    if edge_in == edge_out:
        return PIECES.empty()
    track, odds, innovation, plots = tracked(targets.plots, targets.turns, rules)
    settings = settings_of(rules)
    count = int(track.max(initial=-1)) + 1
    size, own, best = np.bincount(track[track >= 0], minlength=count), np.zeros(count, np.int64), np.full(count, -99.0)
    owned = np.zeros(len(track), np.bool_)
    owned[edge_in:edge_out] = True
    np.add.at(own, track[owned & (track >= 0)], 1)
    np.maximum.at(best, track[track >= 0], odds[track >= 0])
    good = (size >= rules.plots_at_least) & (own > 0) & (best >= settings.confirmed)
    rows = np.flatnonzero((track >= 0) & good[track])
    if not len(rows):
        return PIECES.empty()
    rows = rows[np.argsort(track[rows], kind="stable")]
    firsts = np.flatnonzero(np.diff(track[rows], prepend=-1))
    sizes = np.diff(np.append(firsts, len(rows)))
    state = state_columns(plots, rows, firsts, odds, innovation, settings)
    mine, joins = owned[rows], _near_edges(rows, edge_in, edge_out, firsts, sizes)
    keep = np.flatnonzero(mine | joins)
    piece = np.repeat(np.arange(len(firsts)), sizes)
    table = targets.rows.take(array(rows[keep]))
    head = np.flatnonzero(mine)[np.unique(piece[mine], return_index=True)[1]]
    ids = id64(b"veedor/piece/2\0", targets.rows.take(array(rows[head])).select(CONTENT), CONTENT)
    columns: dict[str, Array] = {name: table[name] for name in table.column_names}
    columns |= {name: array(values[keep]) for name, values in state.items()}
    columns |= {"piece": array(ids[piece[keep]]), "owned": array(mine[keep]), "joins": array(joins[keep])}
    return pa.table({name: columns[name] for name in PIECES.schema.names}).cast(PIECES.schema)


def tracked(plots: Plots, stated: Ints, rules: AssociationRules) -> tuple[Ints, Floats, Floats, Plots]:
    """Track number of each plot (-1: none), log odds, squared innovation; the plots with densities."""
    count = len(plots.time)
    turns = turns_of(plots.sensor, plots.time, plots.address, plots.sensor_track, stated)
    span = int(plots.time[-1] - plots.time[0])
    room = 1 << max(4, (4 * count).bit_length())
    density = densities(
        plots.north, plots.lon, plots.cosine, plots.sensor, plots.answer, 1.0 + span / turns[:, 0],
        power_of_ten(rules.clutter_secondary_milli), power_of_ten(rules.clutter_least_milli),
        np.full(room, -1), np.zeros(room), np.empty(count),
    )  # fmt: skip
    plots = plots._replace(density=density)
    reach = rules.silence_us + 2 * rules.window_us
    room = int(np.max(np.arange(count) - np.searchsorted(plots.time, plots.time - reach, side="left"))) + 1
    columns = max(1, int(6.283185307179586 * RADIUS_M * float(plots.cosine.min()) / CELL_M))
    track, odds, innovation = np.full(count, -1), np.zeros(count), np.zeros(count)
    follow(plots, empty_slots(room), settings_of(rules), turns, columns, track, odds, innovation)
    return track, odds, innovation, plots


def _near_edges(rows: Ints, edge_in: int, edge_out: int, firsts: Ints, sizes: Ints) -> Bools:
    """Plots of each piece that are among the ENDS_KEPT nearest to an edge of the block on either side of it."""
    place = np.arange(len(rows)) - np.repeat(firsts, sizes)
    before = np.repeat(np.add.reduceat((rows < edge_in).astype(np.int64), firsts), sizes)
    within = np.repeat(np.add.reduceat((rows < edge_out).astype(np.int64), firsts), sizes)
    near_in = (place >= before - ENDS_KEPT) & (place < before + ENDS_KEPT)
    near_out = (place >= within - ENDS_KEPT) & (place < within + ENDS_KEPT)
    return near_in | near_out
