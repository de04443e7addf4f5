"""Cells of equal height and nearly equal width, and altitude bands: where coverage is counted and neighbours sought.

Rows run from the south pole; every row is cut into as many columns as keep a cell as wide as it is high, so that one
ring of neighbours always reaches at least one cell further. No library grid: its trigonometry differs by machine.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.kernel.exactmath import cos
from veedor.kernel.sphere import RADIANS_PER_E7

Ints = npt.NDArray[np.int64]

COLUMNS_KEPT = 1 << 20  # a cell number is row * COLUMNS_KEPT + column
# Upper edges of the altitude bands, mm: 0.3, 1, 2, 4, 7 km; above is the last band.
BAND_EDGES_MM = (300_000, 1_000_000, 2_000_000, 4_000_000, 7_000_000)
UNKNOWN_BAND = -1


@kernel(inline=True, examples=lambda: [(r, 2_000_000) for r in (0, 1, 449, 450, 899)])
def columns_of(row: int, height_e7: int) -> int:
    """Number of columns in `row` of cells `height_e7` high; at least 1."""
    middle = (row * height_e7 + height_e7 // 2 - 900_000_000) * RADIANS_PER_E7
    return max(1, int(cos(middle) * (3_600_000_000 // height_e7)))


@kernel(
    inline=True, examples=lambda: [(0, 0, 2_000_000), (899_999_999, -1_800_000_000, 2_000_000), (70, -670_000_000, 3)]
)
def cell_of(lat_e7: int, lon_e7: int, height_e7: int) -> int:
    """The cell that holds a place, for cells `height_e7` high."""
    row = (lat_e7 + 900_000_000) // height_e7
    count = columns_of(row, height_e7)
    turn = (lon_e7 + 1_800_000_000) % 3_600_000_000
    return row * COLUMNS_KEPT + min(count - 1, turn * count // 3_600_000_000)


@kernel(inline=True, examples=lambda: [(a, k) for a in (-5, 299_999, 300_000, 12_000_000) for k in (True, False)])
def band_of(altitude_mm: int, known: bool) -> int:
    """The altitude band, 0 (lowest) to 5; -1 where the altitude is not known."""
    if not known:
        return -1
    if altitude_mm < 1_000_000:
        return 0 if altitude_mm < 300_000 else 1
    if altitude_mm < 4_000_000:
        return 2 if altitude_mm < 2_000_000 else 3
    return 4 if altitude_mm < 7_000_000 else 5


@kernel(
    examples=lambda: [(np.array([0, 71_234_567]), np.array([0, -670_000_000]), 2_000_000, np.empty(2, np.int64))],
)
def cells_of(lat_e7: Ints, lon_e7: Ints, height_e7: int, out: Ints) -> Ints:
    """`cell_of` for arrays."""
    for i in range(len(lat_e7)):
        out[i] = cell_of(lat_e7[i], lon_e7[i], height_e7)
    return out
