"""Ground: the cells of all deposited tiles as arrays, to ask how high the ground is at a place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import Array, ints
from veedor.engine.findings import Reason
from veedor.kernel import kernel
from veedor.kernel.canonical import encode_rows
from veedor.tables.terrain import CELLS_A_DEGREE, VOID_M

Ints = npt.NDArray[np.int64]
Tiles = npt.NDArray[np.int64]
Metres = npt.NDArray[np.int16]

HEIGHTS = ("lowest_m", "mean_m", "highest_m")
GROUND_NEEDED = ("south_deg", "west_deg", "band", *HEIGHTS, "deposit", "row")


def example_tiles() -> tuple[Tiles, Metres]:
    """One tile, N05W073, to try kernels with."""
    tiles = np.full((180, 360), -1, np.int64)
    tiles[95, 107] = 0
    heights = np.arange(240 * 240, dtype=np.int16).reshape(1, 240, 240) % 900
    return tiles, heights


@kernel(
    inline=True,
    examples=lambda: [
        (*example_tiles(), lat, lon)
        for lat in (50_000_000, 59_999_999, 60_000_000)
        for lon in (-729_999_999, -720_000_000)
    ],
)  # fmt: skip
def height_at(tiles: Tiles, heights: Metres, lat_e7: int, lon_e7: int) -> int:
    """The height of the cell that holds a place, metres; VOID_M in no tile, and where the cell is void."""
    north = lat_e7 + 900_000_000
    east = (lon_e7 + 1_800_000_000) % 3_600_000_000
    row, column = north // 10_000_000, east // 10_000_000
    if row < 0 or row >= 180 or tiles[row, column] < 0:
        return -32_768
    band = (north - row * 10_000_000) * 240 // 10_000_000
    cell = (east - column * 10_000_000) * 240 // 10_000_000
    return int(heights[tiles[row, column], band, cell])


@kernel(
    examples=lambda: [
        (*example_tiles(), np.array([51_234_567, 0]), np.array([-725_000_000, 0]), np.empty(2, np.int64)),
    ]
)
def heights_at(tiles: Tiles, heights: Metres, lat_e7: Ints, lon_e7: Ints, out: Ints) -> Ints:
    """`height_at` for arrays."""
    for i in range(len(lat_e7)):
        out[i] = height_at(tiles, heights, lat_e7[i], lon_e7[i])
    return out


@dataclass(frozen=True)
class Ground:
    """`tiles`: number of the tile of each degree square (row from the south pole, column from 180 degrees west), -1
    where none was deposited. Heights in metres by tile, band from the south and column from the west. `name` says
    which terrain it is: how many tiles, and the start of a digest of their cells."""

    tiles: Tiles
    lowest: Metres
    mean: Metres
    highest: Metres
    name: str

    @staticmethod
    def load(terrain: pa.Table) -> Ground | None:
        """None where nobody deposited any. Of two deposits of one cell the one with the smaller digest counts."""
        if not terrain.num_rows:
            return None
        rows = terrain.sort_by([(name, "ascending") for name in ("south_deg", "west_deg", "band", "deposit", "row")])
        place, band = ints(rows["south_deg"], 0) * 1_000 + ints(rows["west_deg"], 0), ints(rows["band"], 0)
        first = np.ones(len(band), np.bool_)
        first[1:] = (place[1:] != place[:-1]) | (band[1:] != band[:-1])
        order: Array = pa.array(np.flatnonzero(first))
        rows, place, band = rows.take(order), place[first], band[first]
        names, number = np.unique(place, return_inverse=True)
        tiles = np.full((180, 360), -1, np.int64)
        south = ints(rows["south_deg"], 0)
        tiles[south + 90, (place - south * 1_000) + 180] = number
        parts: list[Metres] = []
        for column in HEIGHTS:
            values = np.full((len(names), CELLS_A_DEGREE, CELLS_A_DEGREE), VOID_M, np.int16)
            flat: Array = rows[column].combine_chunks()
            values[number, band] = np.asarray(flat.values.to_numpy(), np.int16).reshape(-1, CELLS_A_DEGREE)
            parts.append(values)
        data, _ = encode_rows(rows, [name for name in GROUND_NEEDED if name not in ("deposit", "row")])
        digest = hashlib.sha256(b"veedor/terrain/1\0" + data.tobytes()).hexdigest()
        return Ground(tiles, parts[0], parts[1], parts[2], f"{len(names)}:{digest[:16]}")

    def of(self, heights: Metres, lat_e7: Ints, lon_e7: Ints) -> Ints:
        """One of the three kinds of heights (metres) at places; VOID_M where it is not known."""
        return heights_at(self.tiles, heights, lat_e7, lon_e7, np.empty(len(lat_e7), np.int64))


def searched(terrain: str, considered: bool) -> Reason:
    """What a finding says of terrain: which was considered, that the place lies in no tile, or that there was none."""
    if not terrain:
        return Reason("air.searched.terrain")
    tiles, _, digest = terrain.partition(":")
    key = "terrain_considered" if considered else "terrain_elsewhere"
    return Reason(f"air.searched.{key}", {"tiles": int(tiles), "digest": digest})


__all__ = ["GROUND_NEEDED", "Ground", "height_at", "searched"]
