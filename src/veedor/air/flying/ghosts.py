"""Ghosts: tracks of echoes that keep beside a real target as its own false echoes do, at one radar.

Through a side lobe a target shows at its own range in another direction; an echo of the pulse before shows in its own
direction, nearer by what the pulse went meanwhile. Both keep one offset to the target for as long as they last, turn
after turn. A second aircraft would have to fly so: the same range, or the same azimuth, and the same distance between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import NO_ALTITUDE, array, ints, ranks, texts
from veedor.air.flying.beside import PREVIOUS_PULSE, SIDE_LOBE, beside
from veedor.air.flying.coverage import spread
from veedor.air.flying.legs import in_order
from veedor.air.flying.rules import GhostRules
from veedor.engine.detector import Broadcast, ByTime, Owner, Read
from veedor.geodesy import bearing_e7, distance_mm
from veedor.tables import GHOSTS, SENSORS, TRACKS, Table
from veedor.tables.plots import MODE_S, PSR, SSR

Ints = npt.NDArray[np.int64]

_EARTH_MM = 6_371_000_000
_KINDS = pa.array(["side_lobe", "previous_pulse"])


@dataclass(frozen=True)
class Ghosts:
    """Detector: what radars saw of TRACKS by time; SENSORS broadcast -> GHOSTS."""

    parameters: GhostRules = field(default_factory=GhostRules)
    name: str = "ghosts"
    version: int = 1
    writes: Table = GHOSTS

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("track", "time", "sensor", "deposit", "row", "mode", "lat_e7", "lon_e7", "altitude_mm")
        # Other sensors than radars have no side lobes.
        radars = (("mode", "<=", PSR | SSR | MODE_S),)
        return (
            Read(TRACKS, ByTime(self.parameters.chunk_us, 0, 0), columns, radars),
            Read(SENSORS, Broadcast(), ("sensor", "lat_e7", "lon_e7", "antenna_altitude_mm", "deposit", "row")),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: GhostRules) -> pa.Table:
        points = tables["tracks"]
        sites = {row["sensor"]: row for row in _sites(tables["sensors"])}
        points = in_order(points.filter(pa.compute.is_in(points["sensor"], pa.array(sorted(sites), pa.string()))))
        # By blocks of absolute time, so that it does not matter how much is handed over at once.
        block = ints(points["time"], 0) // parameters.block_us
        parts = [
            _of_block(points.filter(array(block == number)), sites, parameters) for number in np.unique(block).tolist()
        ]
        return pa.concat_tables([GHOSTS.empty(), *parts]).sort_by([(name, "ascending") for name in GHOSTS.order])


def _of_block(points: pa.Table, sites: Mapping[str, Mapping[str, Any]], rules: GhostRules) -> pa.Table:
    """Ghosts among the points of one block, in order of track and time."""
    track, time = ints(points["track"], 0), ints(points["time"], 0)
    altitude = ints(points["altitude_mm"], NO_ALTITUDE)
    spread(np.append(np.flatnonzero(np.diff(track, prepend=track[0] - 1)), len(track)), time, altitude, rules.height_us)
    names = sorted(set(texts(points["sensor"])))
    sensor = ranks(points["sensor"])
    echo = _echoes_alone(track, ints(points["mode"], 0))
    parts = []
    for number, name in enumerate(names):
        own = np.flatnonzero(sensor == number)
        seen = _polar(points, own, altitude[own], sites[name])
        found = _found(track[own], time[own], *seen, echo[own], rules)
        parts.append(_rows(name, time[own], *found) if found is not None else GHOSTS.empty())
    return pa.concat_tables(parts)


def _sites(sensors: pa.Table) -> list[dict[str, Any]]:
    """Of several surveys of one sensor the first."""
    known = sensors.filter(pa.compute.and_(sensors["lat_e7"].is_valid(), sensors["lon_e7"].is_valid()))
    # In reverse: the last of equal names is kept.
    return known.sort_by([(name, "descending") for name in ("sensor", "deposit", "row")]).to_pylist()


def _echoes_alone(track: Ints, mode: Ints) -> npt.NDArray[np.bool_]:
    """Of each point whether its track is of primary echoes alone; points stand by track."""
    first = np.flatnonzero(np.diff(track, prepend=track[0] - 1))
    alone = np.bitwise_or.reduceat(mode, first) == PSR
    return np.repeat(alone, np.diff(np.append(first, len(track))))


def _polar(points: pa.Table, own: Ints, altitude: Ints, site: Mapping[str, Any]) -> tuple[Ints, Ints]:
    """Slant range and azimuth of places from a site; echoes without a height are taken as at the antenna's own."""
    here = int(site["lat_e7"]), int(site["lon_e7"])
    lat, lon = (ints(points[name], 0)[own] for name in ("lat_e7", "lon_e7"))
    flat = distance_mm(*here, lat, lon).astype(np.float64)
    antenna = float(site["antenna_altitude_mm"] or 0)
    height = np.where(altitude == NO_ALTITUDE, antenna, altitude.astype(np.float64))
    rise = height - antenna
    slant = np.sqrt(flat * flat * (1.0 + (height + antenna) / _EARTH_MM) + rise * rise)
    return slant.astype(np.int64), bearing_e7(*here, lat, lon)


def _found(
    track: Ints, time: Ints, slant: Ints, azimuth: Ints, echo: npt.NDArray[np.bool_], rules: GhostRules
) -> tuple[Ints, ...] | None:
    """By track of echoes and kind the real track that it keeps to best: track, kind, real track, plots, plots together,
    first and last plot of these; None where there is none."""
    order = np.lexsort((track, time))
    ghost, real = order[echo[order]], order[~echo[order]]
    if not len(ghost) or not len(real):
        return None
    limits = (rules.at_once_us, rules.range_mm, rules.side_e7[0], rules.side_e7[1], rules.azimuth_e7, rules.pulse_mm)
    size = 4 * len(ghost) + 1_000
    while True:
        out = np.zeros((4, size), np.int64)
        count = beside(time[ghost], slant[ghost], azimuth[ghost], time[real], slant[real], azimuth[real], limits, out)
        if count <= size:
            break
        size = count
    kind, one, other, offset = out[:, :count]
    number, of_ghost = np.unique(track[ghost], return_inverse=True)
    names, of_real = np.unique(track[real], return_inverse=True)
    return _kept(kind, of_ghost.reshape(-1)[one], of_real.reshape(-1)[other], one, offset, number, names,
                 np.bincount(of_ghost.reshape(-1), minlength=len(number)), ghost, rules)  # fmt: skip


def _kept(
    kind: Ints, of_ghost: Ints, of_real: Ints, plot: Ints, offset: Ints, ghosts: Ints, reals: Ints, plots: Ints,
    rows: Ints, rules: GhostRules,
) -> tuple[Ints, ...] | None:  # fmt: skip
    """Pairs of a ghost and a real track that keep one offset in most of the ghost's plots; of several the best, ties by
    the smallest real track."""
    pair = (of_ghost * 2 + kind) * len(reals) + of_real
    order = np.lexsort((offset, pair))
    cuts = np.flatnonzero(np.diff(pair[order], prepend=-1))
    best: dict[tuple[int, int], tuple[int, int, Ints]] = {}
    for numbers in np.split(order, cuts)[1:]:
        first = numbers[0]
        ghost, what = int(of_ghost[first]), int(kind[first])
        if len(numbers) < rules.plots_at_least:
            continue
        middle = offset[numbers[len(numbers) // 2]]
        slack = rules.steady_e7 if what == SIDE_LOBE else rules.steady_mm
        near = np.unique(plot[numbers[np.abs(offset[numbers] - middle) <= slack]])
        if len(near) < rules.plots_at_least or 1000 * len(near) < rules.together_permille * int(plots[ghost]):
            continue
        real = int(of_real[first])
        known = best.get((ghost, what))
        if known is None or len(near) > len(known[2]) or (len(near) == len(known[2]) and real < known[0]):
            best[ghost, what] = real, int(middle), near
    if not best:
        return None
    found = sorted(best.items())
    columns = [
        [int(ghosts[ghost]) for (ghost, _), _ in found], [what for (_, what), _ in found],
        [int(reals[real]) for _, (real, _, _) in found], [int(plots[ghost]) for (ghost, _), _ in found],
        [len(near) for _, (_, _, near) in found], [offset for _, (_, offset, _) in found],
        [int(rows[near[0]]) for _, (_, _, near) in found], [int(rows[near[-1]]) for _, (_, _, near) in found],
    ]  # fmt: skip
    return tuple(np.array(values, np.int64) for values in columns)


def _rows(
    sensor: str, time: Ints, track: Ints, kind: Ints, real: Ints, plots: Ints, together: Ints, offset: Ints,
    first: Ints, last: Ints,
) -> pa.Table:  # fmt: skip
    pulse = kind == PREVIOUS_PULSE
    columns = {
        "track": array(track),
        "sensor": pa.array([sensor] * len(track), pa.string()),
        "kind": _KINDS.take(array(kind)),
        "real": array(real),
        "start": array(time[first]),
        "end": array(time[last]),
        "plots": array(plots),
        "together": array(together),
        "azimuth_e7": array(np.where(pulse, 0, offset)),
        "range_mm": array(np.where(pulse, offset, 0)),
    }
    return GHOSTS.cast(pa.table(columns))
