"""Data blocks that a recording holds twice, because a radar sends over two lines and both were recorded."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from veedor.formats.radar.framing import Piece
from veedor.kernel.captures import NO_TIME
from veedor.kernel.datablocks import fingerprints

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Two lines do not differ by more.
APART_US = 2_000_000


def _none() -> Ints:
    return np.empty((0, 3), np.int64)


@dataclass
class Twice:
    """Goes through the pieces of one recording; `blocks` counts those found so far."""

    blocks: int = 0
    _recent: Ints = field(default_factory=_none)  # fingerprint, line, time of the last blocks before

    def found(self, piece: Piece, several: bool) -> Bools:
        """Which blocks of a piece came, with the same bytes, by another line shortly before; `several`: whether the
        recording has more than one line at all."""
        twice = np.zeros(len(piece.blocks), np.bool_)
        if not several or not len(piece.blocks):
            return twice
        prints = np.empty(len(piece.blocks), np.int64)
        fingerprints(piece.data, piece.blocks, prints)
        rows = np.concatenate([self._recent, np.column_stack([prints, piece.line, piece.time_us])])
        order = np.argsort(rows[:, 0], kind="stable")
        here, before = order[1:], order[:-1]
        again = (
            (rows[here, 0] == rows[before, 0])
            & (rows[here, 1] != rows[before, 1])
            & (rows[here, 2] != NO_TIME)
            & (np.abs(rows[here, 2] - rows[before, 2]) <= APART_US)
        )
        places = here[again] - len(self._recent)
        twice[places[places >= 0]] = True
        self._recent = rows[rows[:, 2] >= int(rows[:, 2].max()) - APART_US]
        self.blocks += int(twice.sum())
        return twice
