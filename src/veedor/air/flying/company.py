"""Who flew beside whom: legs that crossed the same cells at the same time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import ints

Ints = npt.NDArray[np.int64]

_SLACK_US = 300_000_000


@dataclass(frozen=True)
class Company:
    """LEG_CELLS in order of cell and time, to ask who was there."""

    cell: Ints
    start: Ints
    end: Ints
    leg: Ints
    longest_us: int

    @staticmethod
    def load(visits: pa.Table) -> Company:
        cell, start, end, leg = (ints(visits[name], 0) for name in ("cell", "start", "end", "leg"))
        order = np.lexsort((leg, start, cell))
        return Company(cell[order], start[order], end[order], leg[order], int((end - start).max(initial=0)))

    def of(self, legs: Ints) -> dict[int, Ints]:
        """The numbers of the visits of each of these legs, in order of cell and time."""
        mine = np.flatnonzero(np.isin(self.leg, legs))
        order = np.argsort(self.leg[mine], kind="stable")
        cuts = np.flatnonzero(np.diff(self.leg[mine][order])) + 1
        parts = np.split(mine[order], cuts)
        return {int(self.leg[part[0]]): part for part in parts if len(part)}

    def beside(self, visits: Ints, start_us: int, end_us: int) -> tuple[int, int, int]:
        """(cells that a leg visited between two times, the leg that shared most of them at the time, how many of them).

        `visits`: the leg's own, as `of` gives them. At the time: within five minutes. Ties go to the smallest id."""
        mine = visits[(self.start[visits] <= end_us) & (self.end[visits] >= start_us)]
        shared: dict[int, int] = {}
        for number in mine.tolist():
            low, high = self.start[number] - _SLACK_US, self.end[number] + _SLACK_US
            begin = np.searchsorted(self.cell, self.cell[number], side="left")
            stop = np.searchsorted(self.cell, self.cell[number], side="right")
            times = self.start[begin:stop]
            a = begin + np.searchsorted(times, low - self.longest_us, side="left")
            z = begin + np.searchsorted(times, high, side="right")
            there = self.leg[a:z][self.end[a:z] >= low]
            for other in np.unique(there).tolist():
                if other != int(self.leg[number]):
                    shared[other] = shared.get(other, 0) + 1
        if not shared:
            return len(mine), 0, 0
        best = min(shared, key=lambda other: (-shared[other], other))
        return len(mine), best, shared[best]
