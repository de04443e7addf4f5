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
from veedor.air.tracking.both_ways import agreed, mirrored
from veedor.air.tracking.braids import braided
from veedor.air.tracking.correcting import BIAS_NEEDED
from veedor.air.tracking.measuring import SITE_MEASURED
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.runs import confirmed, followed, prepared
from veedor.air.tracking.sightings import Plots, part
from veedor.air.tracking.slots import settings_of
from veedor.air.tracking.smoothed import state_columns
from veedor.air.tracking.strays import with_strays
from veedor.air.tracking.targets import NEEDED, targets_of
from veedor.engine.detector import Broadcast, ByTime, Owner, Read
from veedor.errors import UsageError
from veedor.kernel.hashing import id64
from veedor.tables import BIASES, PIECES, PLOTS, SENSORS, Table

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CONTENT = ("time", "sensor", "mode", "lat_e7", "lon_e7", "altitude_mm", "address", "code_3a")
NO_TIME = -(1 << 62)
ENDS_KEPT = 5  # plots on each side of a block's edge, and at each end of a piece, that joining may look at


@dataclass(frozen=True)
class Associate:
    """Detector: PLOTS by time, SENSORS, BIASES broadcast -> PIECES. What sensors were off by is taken from what the
    tracker computes with, never from what it hands on as measured."""

    parameters: AssociationRules = field(default_factory=AssociationRules)
    name: str = "associate"
    version: int = 7
    writes: Table = PIECES

    @property
    def reads(self) -> tuple[Read, ...]:
        rules = self.parameters
        return (
            Read(PLOTS, ByTime(rules.chunk_us, rules.halo_us, rules.after_us), NEEDED),
            Read(SENSORS, Broadcast(), SITE_MEASURED),
            Read(BIASES, Broadcast(), BIAS_NEEDED),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: AssociationRules) -> pa.Table:
        """UsageError if the owner is no whole number of blocks."""
        plots = tables["plots"]
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
        made = [_block(tables, time, at, parameters) for at in range(max(start, first), min(end, last), block)]
        pieces = pa.concat_tables([each for each in made if each.num_rows] or [PIECES.empty()])
        return pieces.take(pc.sort_indices(pieces, [(n, "ascending") for n in PIECES.order]))


def _block(tables: Mapping[str, pa.Table], time: Ints, start: int, rules: AssociationRules) -> pa.Table:
    """The pieces of one block; `time` is that of the plots. Which plots it gets and owns goes by the times they bear,
    so that a sensor's clock moves nothing between blocks."""
    end = start + rules.block_us
    if not ((time >= start) & (time < end)).any():
        return PIECES.empty()
    within = (time >= start - rules.halo_us) & (time < end + rules.after_us)
    targets = targets_of(tables["plots"].filter(array(within)), tables["sensors"], tables["biases"], rules)
    if not ((targets.time >= start) & (targets.time < end)).any():
        return PIECES.empty()
    order = np.argsort(targets.plots.time, kind="stable")
    time = targets.time[order]
    track, odds, innovation, plots = tracked(part(targets.plots, order), targets.turns, rules)
    settings = settings_of(rules)
    count = int(track.max(initial=-1)) + 1
    size, own, best = np.bincount(track[track >= 0], minlength=count), np.zeros(count, np.int64), np.full(count, -99.0)
    begun, ended = time >= start, time >= end
    owned = begun & ~ended
    np.add.at(own, track[owned & (track >= 0)], 1)
    np.maximum.at(best, track[track >= 0], odds[track >= 0])
    good = (size >= rules.plots_at_least) & (own > 0) & (best >= settings.confirmed)
    rows = np.flatnonzero(track >= 0)
    rows = rows[good[track[rows]]]
    if not len(rows):
        return PIECES.empty()
    rows = rows[np.argsort(track[rows], kind="stable")]
    firsts = np.flatnonzero(np.diff(track[rows], prepend=-1))
    sizes = np.diff(np.append(firsts, len(rows)))
    state = state_columns(plots, time, rows, firsts, odds, innovation, settings)
    mine = owned[rows]
    joins = _near_edge(begun[rows], firsts, sizes) | _near_edge(ended[rows], firsts, sizes)
    keep = np.flatnonzero(mine | joins)
    piece = np.repeat(np.arange(len(firsts)), sizes)
    table = targets.rows.take(array(order[rows[keep]]))
    head = np.flatnonzero(mine)[np.unique(piece[mine], return_index=True)[1]]
    ids = id64(b"veedor/piece/2\0", targets.rows.take(array(order[rows[head]])).select(CONTENT), CONTENT)
    columns: dict[str, Array] = {name: table[name] for name in table.column_names}
    columns |= {name: array(values[keep]) for name, values in state.items()}
    columns |= {"piece": array(ids[piece[keep]]), "owned": array(mine[keep]), "joins": array(joins[keep])}
    return pa.table({name: columns[name] for name in PIECES.schema.names}).cast(PIECES.schema)


def tracked(plots: Plots, stated: Ints, rules: AssociationRules) -> tuple[Ints, Floats, Floats, Plots]:
    """Track number of each plot (-1: none), log odds, squared innovation; the plots with densities."""
    plots, turns = prepared(plots, stated, rules)
    ahead, back = followed(plots, turns, rules), followed(mirrored(plots, rules.window_us), turns, rules)
    (by_ahead, ahead_scores), (by_back, back_scores) = confirmed(ahead, rules), confirmed(back, rules)
    back, by_back = back.reversed(), by_back[::-1]
    track = agreed(plots, turns, by_ahead, by_back, ahead_scores, back_scores, rules.alone_milli / 1e3)
    odds = np.maximum(np.where(by_ahead >= 0, ahead.odds, -99.0), np.where(by_back >= 0, back.odds, -99.0))
    innovation = np.where(by_ahead == track, ahead.innovation, back.innovation)
    whole = with_strays(plots, track, rules)
    strays = whole != track
    # What bears out a stray is its address alone: it counts, and no more.
    odds, innovation = np.where(strays, settings_of(rules).confirmed, odds), np.where(strays, 0.0, innovation)
    return braided(plots, whole, rules), odds, innovation, plots


def _near_edge(beyond: Bools, firsts: Ints, sizes: Ints) -> Bools:
    """Plots of each piece among the ENDS_KEPT nearest on either side of an edge, `beyond` which some lie."""
    place = np.arange(len(beyond)) - np.repeat(firsts, sizes)
    edge = sizes - np.add.reduceat(beyond.astype(np.int64), firsts)
    edge = np.repeat(edge, sizes)
    return (place >= edge - ENDS_KEPT) & (place < edge + ENDS_KEPT)
