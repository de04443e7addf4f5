"""How many false primary plots a place gives per turn: counted around it, in cells within cells.

A cell of 6 km counts what it holds; where that is little, the cell of 48 km around it speaks too, and for that one all
the sky of the sensor (a gamma prior worth a few plots each). Targets are counted with the rest, which makes the tracker
a little too careful where traffic is dense. Answers of transponders have one density everywhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.tracking.following import COLUMNS_KEPT
from veedor.air.tracking.sightings import some_plots
from veedor.kernel import kernel
from veedor.kernel.sphere import RADIUS_M

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FINE_M, COARSE_M = 6_000.0, 48_000.0
WORTH = 4.0


def _examples() -> list[tuple[object, ...]]:
    plots = some_plots()
    return [(plots.north, plots.lon, plots.cosine, plots.sensor, plots.answer, np.array([20.0]), 1e-11, 3e-11,
             np.full(256, -1), np.zeros(256), np.zeros(60))]  # fmt: skip


@kernel(inline=True, examples=lambda: [(np.array([-1, 5, 7, -1]), k) for k in (5, 7, 8)])
def slot_of(table: Ints, cell: int) -> int:
    """Place of `cell` in an open hash table whose length is a power of two; the free place where it would go."""
    mask = len(table) - 1
    slot = ((cell ^ (cell >> 17)) & 0x7FFFFFFF) * 0x9E3779B1 >> 5 & mask
    while table[slot] != -1 and table[slot] != cell:
        slot = (slot + 1) & mask
    return slot


@kernel(inline=True, examples=lambda: [(1e6, -1.1, 0.9, 3, size) for size in (6e3, 48e3)])
def _cell(north: float, lon: float, cosine: float, sensor: int, size: float) -> int:
    row = int(np.floor(north / size)) + 100_000
    # The width of a row is that of its lower edge, the same for all plots in it to one part in a thousand.
    column = int(np.floor(lon * RADIUS_M * np.floor(cosine * 1_000.0) / 1_000.0 / size)) + 100_000
    wide: int = ((sensor * 2 + (1 if size > 10_000.0 else 0)) * COLUMNS_KEPT + row) * COLUMNS_KEPT + column
    return wide


@kernel(examples=_examples)
def densities(
    north: Floats, lon: Floats, cosine: Floats, sensor: Ints, answer: Ints, turns: Floats, answered: float,
    least: float, cells: Ints, counts: Floats, out: Floats,
) -> Floats:  # fmt: skip
    """False plots per m2 and turn at each plot; `turns` is how many turns each sensor made, `answered` the density of
    false answers. `cells` (-1) and `counts` (0) are a hash table of a power of two, at least four times the plots."""
    sensors = len(turns)
    whole, area = np.zeros(sensors), np.zeros(sensors)
    for i in range(len(north)):
        if answer[i] != 1:
            continue
        s = sensor[i]
        whole[s] += 1.0
        for size in (FINE_M, COARSE_M):
            cell = _cell(north[i], lon[i], cosine[i], s, size)
            slot = slot_of(cells, cell)
            if cells[slot] == -1:
                cells[slot] = cell
                if size == COARSE_M:
                    area[s] += COARSE_M * COARSE_M
            counts[slot] += 1.0
    for i in range(len(north)):
        if answer[i] != 1:
            out[i] = answered
            continue
        s = sensor[i]
        density = whole[s] / (turns[s] * area[s])
        for size in (COARSE_M, FINE_M):
            found = counts[slot_of(cells, _cell(north[i], lon[i], cosine[i], s, size))]
            density = (found + WORTH) / (turns[s] * size * size + WORTH / density)
        out[i] = max(least, density)
    return out
