"""SRTM elevation tiles (`.hgt`): one degree square of heights, gathered into cells of 15 seconds of arc.

| what | how |
|---|---|
| name | `N05W073.hgt`: latitude and longitude of the south-western corner; the place stands nowhere else |
| content | 16-bit whole numbers, big-endian, metres above mean sea level (EGM96); from the north, west to east |
| size | 1201 x 1201 (3 seconds of arc) or 3601 x 3601 (1 second); the edges are shared with neighbours |
| void | -32768 |

Source: NASA/USGS, "SRTM Topography" (SRTM_Topo, v2.1) and the LP DAAC collection user guide of NASA SRTM V3. A row of
the table is a row of cells, whose bytes lie together in the file. A cell holds the samples from its northern and
western edge up to, not including, the next cell's; the tile's last row and column belong to the last cells. A cell with
any void has the figures of its other samples; one of voids alone is void. A band with a height that no ground has
(below -500 m or above 9,000 m) is rejected. A tile of any other size is refused: how many columns it had could only be
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.reader import Batch, Options, Reject, Source
from veedor.formats.rows import complete
from veedor.tables import TERRAIN
from veedor.tables.terrain import CELLS_A_DEGREE, VOID_M

SIZES = {2 * n * n: n for n in (1201, 3601)}
_NAME = re.compile(r"^([NS])(\d{2})([EW])(\d{3})(\.[A-Za-z0-9_]+)?\.hgt(\.gz)?$", re.IGNORECASE)
_LOWEST_M, _HIGHEST_M = -500, 9_000

Heights = npt.NDArray[np.int32]


def corner(name: str) -> tuple[int, int] | None:
    """(southern, western edge) in degrees as a tile's name says; None where it is no tile's name."""
    found = _NAME.match(name)
    if found is None:
        return None
    south = int(found[2]) * (1 if found[1] in "Nn" else -1)
    west = int(found[4]) * (1 if found[3] in "Ee" else -1)
    return (south, west) if -90 <= south < 90 and -180 <= west < 180 else None


class Srtm:
    """The reader: one row per row of cells, in order of the file (from the north)."""

    name = "srtm"
    version = 1
    reads_names = True

    def sniff(self, head: bytes, name: str) -> bool:
        return corner(name) is not None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        place = corner(source.name)
        if place is None:
            raise InputError(
                "the name does not say where the tile lies", file=source.name, place="file name",
                expected="a name such as N05W073.hgt", found=source.name,
                next_step="name the file by the corner in the south-west, as its sender did",
            )  # fmt: skip
        with closing(source.open()) as stream:
            data = stream.read(max(SIZES) + 1)
        if len(data) not in SIZES:
            raise InputError(
                "the tile has a size that no SRTM tile has", file=source.name, place="end of file",
                expected=" or ".join(f"{size:,} bytes" for size in SIZES),
                found=f"{len(data):,} bytes" if len(data) <= max(SIZES) else f"more than {max(SIZES):,} bytes",
                next_step="it is cut off, or of another model: ask for the tile again",
            )  # fmt: skip
        yield _batch(data, place, options)


def _batch(data: bytes, place: tuple[int, int], options: Options) -> Batch:
    side = SIZES[len(data)]
    samples = np.frombuffer(data, ">i2").reshape(side, side)
    each = side // CELLS_A_DEGREE
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for number in range(CELLS_A_DEGREE):
        last = number == CELLS_A_DEGREE - 1
        top, bottom = number * each, side if last else (number + 1) * each
        offset, length = top * side * 2, (bottom - top) * side * 2
        band = samples[top:bottom].astype(np.int32)
        wrong = (band != VOID_M) & ((band < _LOWEST_M) | (band > _HIGHEST_M))
        if wrong.any():
            row, column = np.argwhere(wrong)[0].tolist()
            rejects.append(
                Reject(
                    TERRAIN.name, number, offset, length, "reject.altitude", f"row {top + row}, column {column}",
                    f"{_LOWEST_M} to {_HIGHEST_M} m, or {VOID_M}", f"{band[row, column]} m", data[offset : offset + 64],
                )
            )  # fmt: skip
            continue
        lowest, mean, highest = _cells(band, each)
        rows.append({
            "band": CELLS_A_DEGREE - 1 - number, "lowest_m": lowest, "mean_m": mean, "highest_m": highest,
            "voids": int((band == VOID_M).sum()), "row": number, "offset": offset, "length": length,
        })  # fmt: skip
    columns: dict[str, Any] = {
        column.name: pa.array([row[column.name] for row in rows], column.type)
        for column in TERRAIN.columns
        if column.name in ("band", "lowest_m", "mean_m", "highest_m", "voids", "row", "offset", "length")
    }
    south, west = place
    name = f"{'NS'[south < 0]}{abs(south):02d}{'EW'[west < 0]}{abs(west):03d}"
    same: dict[str, Any] = {"tile": name, "south_deg": south, "west_deg": west, "simulated": options.simulated}
    columns |= {key: pa.array([value] * len(rows), TERRAIN.schema.field(key).type) for key, value in same.items()}
    return Batch(TERRAIN, complete(TERRAIN, columns, len(rows)), tuple(rejects))


def _cells(band: Heights, each: int) -> tuple[list[int], list[int], list[int]]:
    """Lowest, mean and highest of each cell of a band of samples."""
    starts = np.arange(CELLS_A_DEGREE) * each
    known = band != VOID_M
    count = np.add.reduceat(known.sum(axis=0), starts)
    total = np.add.reduceat(np.where(known, band, 0).sum(axis=0), starts)
    least = np.minimum.reduceat(np.where(known, band, 1 << 20).min(axis=0), starts)
    most = np.maximum.reduceat(np.where(known, band, -(1 << 20)).max(axis=0), starts)
    some = count > 0
    mean = total // np.maximum(count, 1)
    lowest, middle, highest = (np.where(some, values, VOID_M).tolist() for values in (least, mean, most))
    return lowest, middle, highest


READER = Srtm()
