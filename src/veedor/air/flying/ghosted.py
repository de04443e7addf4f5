"""Whether a leg is the ghost of a real target, by GHOSTS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.air.announcements import plain
from veedor.tables.plots import PSR

_HALF = 500
_HALF_TURN_E7 = 1_800_000_000
_SAME_WALL_E7 = 20_000_000  # directions of one wall, told by one target and by another


@dataclass(frozen=True)
class Ghosted:
    """Rows of GHOSTS by track, and by radar the walls that mirrored anybody: direction, image, target."""

    by_track: Mapping[int, Sequence[Mapping[str, Any]]]
    walls: Mapping[str, Sequence[tuple[int, int, int]]]

    @staticmethod
    def load(ghosts: pa.Table) -> Ghosted:
        found: dict[int, list[Mapping[str, Any]]] = {}
        walls: dict[str, list[tuple[int, int, int]]] = {}
        for row in plain(ghosts):
            found.setdefault(row["track"], []).append(row)
            if row["kind"] == "mirror":
                walls.setdefault(row["sensor"], []).append((row["azimuth_e7"], row["track"], row["real"]))
        return Ghosted(found, walls)

    def of(self, leg: Mapping[str, Any], kind: str) -> tuple[int, int, int]:
        """Per mille of the plots of a leg (a row of LEGS, times in microseconds; of echoes alone, or mirrored) that
        keep beside a real target as a ghost of this kind does, and the usual offset in azimuth and range of the longest
        part."""
        known = self.by_track.get(leg["track"], ()) if kind == "mirror" or leg["modes"] == PSR else ()
        rows = [
            row for row in known if row["kind"] == kind and row["start"] <= leg["end"] and row["end"] >= leg["start"]
        ]
        if not rows:
            return 0, 0, 0
        longest = max(rows, key=lambda row: (row["together"], -row["start"]))
        together = sum(row["together"] for row in rows)
        return min(1000, together * 1000 // max(1, leg["plots"])), longest["azimuth_e7"], longest["range_mm"]

    def mirrored(self, leg: Mapping[str, Any]) -> tuple[int, int, int]:
        """Per mille of the plots of a leg that are as a mirror image's, the direction of the wall, and how many others
        were mirrored by a wall of that direction at the same radar: walls stand still, one pair alone may fly so."""
        permille, wall, _ = self.of(leg, "mirror")
        own = {row["real"] for row in self.by_track.get(leg["track"], ())} | {leg["track"]}
        radars = {row["sensor"] for row in self.by_track.get(leg["track"], ()) if row["kind"] == "mirror"}
        others = {
            real
            for radar in radars
            for direction, image, real in self.walls[radar]
            if image != leg["track"] and real not in own and _apart_e7(direction, wall) <= _SAME_WALL_E7
        }
        return permille, wall, len(others)


def mirror_image(leg: Mapping[str, Any], permille: int, others: int) -> bool:
    """Whether that is enough of a leg to call it a mirror image: it answers, so by an address that is elsewhere too, or
    others were mirrored by the same wall."""
    return most(permille) and (leg["modes"] != PSR or others > 0)


def _apart_e7(one: int, other: int) -> int:
    """Between directions of walls, which have no front."""
    return abs((one - other + _HALF_TURN_E7 // 2) % _HALF_TURN_E7 - _HALF_TURN_E7 // 2)


def most(permille: int) -> bool:
    """Whether that is enough of a leg to call it a ghost."""
    return permille >= _HALF
