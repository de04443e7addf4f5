"""Whether a leg is the ghost of a real target, by GHOSTS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.air.announcements import plain
from veedor.tables.plots import PSR

_HALF = 500


@dataclass(frozen=True)
class Ghosted:
    """Rows of GHOSTS by track."""

    by_track: Mapping[int, Sequence[Mapping[str, Any]]]

    @staticmethod
    def load(ghosts: pa.Table) -> Ghosted:
        found: dict[int, list[Mapping[str, Any]]] = {}
        for row in plain(ghosts):
            found.setdefault(row["track"], []).append(row)
        return Ghosted(found)

    def of(self, leg: Mapping[str, Any], kind: str) -> tuple[int, int, int]:
        """Per mille of the plots of a leg of echoes (a row of LEGS, times in microseconds) that keep beside a real
        target as a ghost of this kind does, and the usual offset in azimuth and range of the longest part."""
        known = self.by_track.get(leg["track"], ()) if leg["modes"] == PSR else ()
        rows = [
            row for row in known if row["kind"] == kind and row["start"] <= leg["end"] and row["end"] >= leg["start"]
        ]
        if not rows:
            return 0, 0, 0
        longest = max(rows, key=lambda row: (row["together"], -row["start"]))
        together = sum(row["together"] for row in rows)
        return min(1000, together * 1000 // max(1, leg["plots"])), longest["azimuth_e7"], longest["range_mm"]


def most(permille: int) -> bool:
    """Whether that is enough of a leg to call it a ghost."""
    return permille >= _HALF
