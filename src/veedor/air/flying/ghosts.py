"""Ghosts: tracks of echoes that keep beside a real target as its own false echoes do, at one radar.

Through a side lobe a target shows at its own range in another direction; an echo of the pulse before shows in its own
direction, nearer by what the pulse went meanwhile. Both keep one offset to the target for as long as they last, turn
after turn. A second aircraft would have to fly so: the same range, or the same azimuth, and the same distance between.

A wall beside the radar shows a target once more, mirrored: to the left as far as it is to the right, a little farther
by the way round. So the sum of both azimuths stays, twice the direction of the wall, and it is the same for all whom
that wall mirrors. What answers in two such places by one address is its own mirror image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import NO_ALTITUDE, NONE, array, ints, ranks, texts
from veedor.air.flying.beside import MIRROR, PREVIOUS_PULSE, SIDE_LOBE, beside
from veedor.air.flying.coverage import spread
from veedor.air.flying.legs import in_order
from veedor.air.flying.rules import GhostRules
from veedor.engine.detector import Broadcast, ByTime, Owner, Read
from veedor.geodesy import bearing_e7, distance_mm
from veedor.tables import GHOSTS, SENSORS, TRACKS, Table
from veedor.tables.plots import MODE_S, PSR, SSR

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_EARTH_MM = 6_371_000_000
_TURN_E7 = 3_600_000_000
_KINDS = pa.array(["side_lobe", "previous_pulse", "mirror"])


@dataclass(frozen=True)
class Ghosts:
    """Detector: what radars saw of TRACKS by time; SENSORS broadcast -> GHOSTS."""

    parameters: GhostRules = field(default_factory=GhostRules)
    name: str = "ghosts"
    version: int = 2
    writes: Table = GHOSTS

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("track", "time", "sensor", "deposit", "row", "mode", "lat_e7", "lon_e7", "altitude_mm",
                   "address")  # fmt: skip
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
    address = ints(points["address"], NONE)
    parts = []
    for number, name in enumerate(names):
        own = np.flatnonzero(sensor == number)
        seen = _polar(points, own, altitude[own], sites[name])
        found = _found(track[own], time[own], *seen, echo[own], address[own], rules)
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
    track: Ints, time: Ints, slant: Ints, azimuth: Ints, echo: Bools, address: Ints, rules: GhostRules
) -> tuple[Ints, ...] | None:
    """By track of echoes and kind the real track that it keeps to best: track, kind, real track, plots, plots together,
    usual offset, by how much it is nearer, first and last plot of these; None where there is none. A track that answers
    is a ghost of the one of its own address that is nearer, and of no other."""
    order = np.lexsort((track, time))
    ghost, real, said = order[echo[order]], order[~echo[order]], order[address[order] != NONE]
    kind, one, other, offset, nearer = np.concatenate(
        [
            _pairs(ghost, real, time, slant, azimuth, rules),
            _answering(_pairs(said, said, time, slant, azimuth, rules), address, track),
        ],
        axis=1,
    )
    if not len(kind):
        return None
    names = np.unique(track)
    number = np.searchsorted(names, track)
    return _kept(kind, number[one], number[other], one, offset, nearer, names,
                 np.bincount(number, minlength=len(names)), rules)  # fmt: skip


def _pairs(ghost: Ints, real: Ints, time: Ints, slant: Ints, azimuth: Ints, rules: GhostRules) -> Ints:
    """Kind, row of an echo, row of a real target's plot, offset, and by how much the echo is nearer; `ghost` and `real`
    are rows in order of time."""
    limits = (rules.at_once_us, rules.range_mm, rules.side_e7[0], rules.side_e7[1], rules.azimuth_e7, rules.pulse_mm,
              rules.detour_mm)  # fmt: skip
    size = 4 * len(ghost) + 1_000
    while True:
        out = np.zeros((5, size), np.int64)
        count = beside(time[ghost], slant[ghost], azimuth[ghost], time[real], slant[real], azimuth[real], limits, out)
        if count <= size:
            break
        size = count
    pairs: Ints = out[:, :count]
    if count:
        pairs[1], pairs[2] = ghost[pairs[1]], real[pairs[2]]
    return pairs


def _answering(pairs: Ints, address: Ints, track: Ints) -> Ints:
    """Those of the pairs of answers that are one address in two tracks, one behind a wall."""
    kind, one, other = pairs[:3]
    alike: Ints = pairs[:, (kind == MIRROR) & (address[one] == address[other]) & (track[one] != track[other])]
    return alike


def _kept(
    kind: Ints, of_ghost: Ints, of_real: Ints, plot: Ints, offset: Ints, nearer: Ints, names: Ints, plots: Ints,
    rules: GhostRules,
) -> tuple[Ints, ...] | None:  # fmt: skip
    """Pairs of a ghost and a real track that keep one offset in most of the ghost's plots; of several the best, ties by
    the smallest real track."""
    pair = (of_ghost * len(_KINDS) + kind) * len(names) + of_real
    order = np.lexsort((offset, pair))
    cuts = np.flatnonzero(np.diff(pair[order], prepend=-1))
    best: dict[tuple[int, int], tuple[int, int, int, Ints]] = {}
    for numbers in np.split(order, cuts)[1:]:
        first = numbers[0]
        ghost, what = int(of_ghost[first]), int(kind[first])
        if len(numbers) < rules.plots_at_least:
            continue
        middle, farther, near = _steady(what, offset[numbers], nearer[numbers], rules)
        together = np.unique(plot[numbers[near]])
        if len(together) < rules.plots_at_least or 1000 * len(together) < rules.together_permille * int(plots[ghost]):
            continue
        real = int(of_real[first])
        known = best.get((ghost, what))
        if known is None or (-len(together), real) < (-len(known[3]), known[0]):
            best[ghost, what] = real, middle, farther, together
    if not best:
        return None
    found = sorted(best.items())
    columns = [
        [int(names[ghost]) for (ghost, _), _ in found], [what for (_, what), _ in found],
        [int(names[one[0]]) for _, one in found], [int(plots[ghost]) for (ghost, _), _ in found],
        [len(one[3]) for _, one in found], [one[1] for _, one in found], [one[2] for _, one in found],
        [int(one[3][0]) for _, one in found], [int(one[3][-1]) for _, one in found],
    ]  # fmt: skip
    return tuple(np.array(values, np.int64) for values in columns)


def _steady(what: int, offset: Ints, nearer: Ints, rules: GhostRules) -> tuple[int, int, Bools]:
    """The usual offset of a pair (in order of it), by how much the echo is usually nearer, and which plots keep to
    both. Sums of azimuths go round: they are turned so that the first of them lies in the middle."""
    slack = (rules.steady_e7, rules.steady_mm, rules.mirror_e7)[what]
    if what != MIRROR:
        middle = int(offset[len(offset) // 2])
        return middle, int(np.sort(nearer)[len(nearer) // 2]), np.abs(offset - middle) <= slack
    turned = np.sort((offset - offset[0] + _TURN_E7 // 2) % _TURN_E7 - _TURN_E7 // 2)
    middle = int(offset[0] + turned[len(turned) // 2]) % _TURN_E7
    off = np.abs((offset - middle + _TURN_E7 // 2) % _TURN_E7 - _TURN_E7 // 2)
    keeps = off <= slack
    usual = int(np.sort(nearer[keeps])[np.count_nonzero(keeps) // 2])
    return middle // 2, usual, keeps & (np.abs(nearer - usual) <= rules.mirror_mm)


def _rows(
    sensor: str, time: Ints, track: Ints, kind: Ints, real: Ints, plots: Ints, together: Ints, offset: Ints,
    nearer: Ints, first: Ints, last: Ints,
) -> pa.Table:  # fmt: skip
    columns = {
        "track": array(track),
        "sensor": pa.array([sensor] * len(track), pa.string()),
        "kind": _KINDS.take(array(kind)),
        "real": array(real),
        "start": array(time[first]),
        "end": array(time[last]),
        "plots": array(plots),
        "together": array(together),
        "azimuth_e7": array(np.where(kind == PREVIOUS_PULSE, 0, offset)),
        "range_mm": array(np.where(kind == SIDE_LOBE, 0, np.where(kind == MIRROR, nearer, offset))),
    }
    return GHOSTS.cast(pa.table(columns))
