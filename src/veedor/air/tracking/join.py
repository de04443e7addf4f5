"""Joining: which track each piece belongs to.

1. Two pieces of neighbouring blocks that share plots around the edge are one track: each the one with which the other
   shares most (ties by smallest id).
2. What goes on in another piece by its course within minutes is one track: this also carries a target whose transponder
   falls silent while its primary echo goes on. One that turns in the silence is known by its code and height.
3. One address that goes on within hours where an aircraft could have got to is one track, with a silence in it that
   gaps.py judges. One address at two places at once stays two tracks.
A track is named by its earliest piece; tracks of fewer plots than the rules ask for are dropped here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import NO_ALTITUDE, NONE, array, ints, ranks
from veedor.air.plane import plane_of
from veedor.air.sensing.bias_targets import SHARED
from veedor.air.tracking.associate import ENDS_KEPT
from veedor.air.tracking.ends import Ends, ends_of, go_on_by_address, go_on_by_course, known_near_ends
from veedor.air.tracking.rules import JoiningRules
from veedor.air.tracking.unite import unite
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.tables import PIECE_LINKS, PIECES, Table

Ints = npt.NDArray[np.int64]

_NEEDED = (
    "piece", "owned", "time", "sensor", "mode", "lat_e7", "lon_e7", "altitude_mm", "address", "code_3a",
    "smooth_lat_e7", "smooth_lon_e7", "north_mm_s", "east_mm_s", "deposit", "row",
)  # fmt: skip


@dataclass(frozen=True)
class Join:
    """Detector: the joining rows of PIECES, whole -> PIECE_LINKS."""

    parameters: JoiningRules = field(default_factory=JoiningRules)
    name: str = "join"
    version: int = 2
    writes: Table = PIECE_LINKS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(PIECES, Broadcast(), (*_NEEDED, "joins"), (("joins", "=", True),)),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: JoiningRules) -> pa.Table:
        rows = tables["pieces"]
        if not rows.num_rows:
            return PIECE_LINKS.empty()
        names, piece = np.unique(ints(rows["piece"], 0), return_inverse=True)
        owned = rows["owned"].to_numpy().astype(np.bool_)
        first = np.full(len(names), 1 << 62)
        np.minimum.at(first, piece[owned], ints(rows["time"], 0)[owned])
        parent = unite(np.arange(len(names)), *_sharing(rows, names, piece, first))
        # What one block would have dropped as too short must not come in by having been cut in two.
        owned &= (np.bincount(parent[piece[owned]], minlength=len(names)) >= parameters.plots_at_least)[parent[piece]]
        points = _Points.of(rows.filter(array(owned)), piece[owned])
        parent = _unite_on(parent, *points.by_course(parent, parameters))
        parent = _unite_on(parent, *points.by_address(parent, parameters))
        return _links(names, parent, points, parameters.plots_at_least)


def _sharing(rows: pa.Table, names: Ints, piece: Ints, first: Ints) -> tuple[Ints, Ints]:
    """Pairs of pieces of neighbouring blocks that share most plots with each other; `first` is each one's first plot
    of its own, by which the earlier of two is told."""
    deposit, row = ranks(rows["deposit"]), ints(rows["row"], 0)
    order = np.lexsort((first[piece], row, deposit))
    same = (deposit[order[1:]] == deposit[order[:-1]]) & (row[order[1:]] == row[order[:-1]])
    left, right = piece[order[:-1]][same], piece[order[1:]][same]
    pairs, shared = np.unique(left * len(names) + right, return_counts=True)
    left, right = pairs // len(names), pairs % len(names)
    # Most shared plots first, then the smallest ids; each piece's first choice on that side.
    rank = np.lexsort((names[right], names[left], -shared))
    left, right = left[rank], right[rank]
    _, of_left = np.unique(left, return_index=True)
    _, of_right = np.unique(right, return_index=True)
    both = np.intersect1d(of_left, of_right)
    return left[both], right[both]


def _unite_on(parent: Ints, left: Ints, right: Ints) -> Ints:
    return unite(parent.copy(), left, right)


@dataclass(frozen=True)
class _Points:
    """The owned joining rows in order of time and content."""

    piece: Ints
    time: Ints
    lat: Ints
    lon: Ints
    altitude: Ints
    address: Ints
    code: Ints
    north_mm_s: Ints
    east_mm_s: Ints

    @staticmethod
    def of(rows: pa.Table, piece: Ints) -> _Points:
        order = _by_time(rows)

        def column(name: str, null: int = NONE) -> Ints:
            return ints(rows[name], null)[order]

        return _Points(
            piece[order], column("time"), column("smooth_lat_e7"), column("smooth_lon_e7"),
            column("altitude_mm", NO_ALTITUDE), column("address"), column("code_3a"), column("north_mm_s"),
            column("east_mm_s"),
        )  # fmt: skip

    def _grouped(self, parent: Ints) -> tuple[Ints, _Points]:
        """The rows sorted by group, groups numbered in order of their first row."""
        root = parent[self.piece]
        _, first, number = np.unique(root, return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first, kind="stable")] = np.arange(len(first))
        order = np.argsort(rank[number], kind="stable")
        return rank[number][order], _Points(*(getattr(self, name)[order] for name in self.__dataclass_fields__))

    def by_course(self, parent: Ints, rules: JoiningRules) -> tuple[Ints, Ints]:
        """Pairs of pieces of which one goes on in the other by its course."""
        group, rows = self._grouped(parent)
        plane = plane_of(rows.lat, rows.lon)
        ends = ends_of(group, rows.north_mm_s, rows.east_mm_s)
        heads, tails = ends.first, ends.last
        code = np.where(np.isin(rows.code, SHARED), NONE, rows.code)
        following = go_on_by_course(
            rows.time[heads], rows.time[tails], plane.north[heads], plane.lon[heads], plane.cosine[heads],
            plane.north[tails], plane.lon[tails], plane.cosine[tails],
            *known_near_ends(ends, rows.altitude, NO_ALTITUDE, ENDS_KEPT),
            *known_near_ends(ends, code, NONE, ENDS_KEPT), _address_of(group, rows), ends.entry, ends.exit,
            rules.course_silence_us, rules.course_overlap_us, rules.course_gate_mm / 1000,
            rules.beside_mm / 1000, rules.height_mm, rules.climb_mm_s,
            np.full(len(heads), -1, np.int64), np.full(len(heads), -1, np.int64),
        )  # fmt: skip
        return _pairs(rows, ends, following)

    def by_address(self, parent: Ints, rules: JoiningRules) -> tuple[Ints, Ints]:
        """Pairs of pieces of one address of which one goes on in the other."""
        group, rows = self._grouped(parent)
        plane = plane_of(rows.lat, rows.lon)
        ends = ends_of(group, rows.north_mm_s, rows.east_mm_s)
        heads, tails = ends.first, ends.last
        address = _address_of(group, rows)
        order = np.flatnonzero(address >= 0)
        order = order[np.argsort(address[order], kind="stable")]
        following = go_on_by_address(
            order, address, rows.time[heads], rows.time[tails], plane.north[heads], plane.lon[heads],
            plane.cosine[heads], plane.north[tails], plane.lon[tails], plane.cosine[tails], rules.address_silence_us,
            rules.speed_mm_s / 1000, rules.slack_mm / 1000, np.full(len(heads), -1, np.int64),
            np.full(len(heads), -1, np.int64),
        )  # fmt: skip
        return _pairs(rows, ends, following)


def _by_time(rows: pa.Table) -> Ints:
    """Rows in order of time and content, ids last. Few share a time: only those are compared any further."""
    time = ints(rows["time"], 0)
    order = np.argsort(time, kind="stable")
    same = time[order[1:]] == time[order[:-1]]
    tied = np.append(same, False) | np.append(False, same)
    places = order[tied]
    if len(places):
        some = rows.take(array(places))
        content = ("time", "lat_e7", "lon_e7", "altitude_mm", "mode", "address", "code_3a")
        keys = [ints(some[name], NO_ALTITUDE if name == "altitude_mm" else NONE) for name in content]
        keys += [ranks(some["sensor"]), ranks(some["deposit"]), ints(some["row"], 0)]
        order[tied] = places[np.lexsort(keys[::-1])]
    return order


def _address_of(group: Ints, rows: _Points) -> Ints:
    """The address of each group: the largest near its ends, NONE if it has none."""
    firsts = np.flatnonzero(np.diff(group, prepend=-1))
    return np.maximum.reduceat(rows.address, firsts)


def _pairs(rows: _Points, ends: Ends, following: Ints) -> tuple[Ints, Ints]:
    has = np.flatnonzero(following >= 0)
    return rows.piece[ends.last[has]], rows.piece[ends.first[following[has]]]


def _links(names: Ints, parent: Ints, points: _Points, plots_at_least: int) -> pa.Table:
    """Piece to track: the track is the piece of the earliest owned row of its group."""
    root = parent[points.piece]
    roots, first, counts = np.unique(root, return_index=True, return_counts=True)
    track = np.full(len(names), 0, np.int64)
    known = np.zeros(len(names), np.bool_)
    track[roots] = names[points.piece[first]]
    known[roots] = counts >= plots_at_least
    kept = np.flatnonzero(known[parent])
    return pa.table({"piece": array(names[kept]), "track": array(track[parent[kept]])}, schema=PIECE_LINKS.schema)
