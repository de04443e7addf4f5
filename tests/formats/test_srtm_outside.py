"""Tiles that GDAL writes as SRTM (`SRTMHGT`) are read with every height where GDAL says that it stands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
from rasterio.transform import from_origin

from veedor.formats import detect
from veedor.formats.archive import open_sources
from veedor.formats.reader import Options
from veedor.formats.srtm import READER
from veedor.tables.terrain import CELLS_A_DEGREE, VOID_M


def written(folder: Path, south: int, west: int, name: str, side: int) -> Path:
    """A tile of hills with a hole, by GDAL: samples stand in the middle of its pixels."""
    step = 1.0 / (side - 1)
    north, east = np.mgrid[0:side, 0:side] * step
    heights = np.round(900 + 700 * np.sin(9 * north) * np.cos(7 * east) + 300 * east - 600 * (north > 0.8))
    heights[side // 3 : side // 3 + 40, side // 2 : side // 2 + 55] = VOID_M
    corner = from_origin(west - step / 2, south + 1 + step / 2, step, step)
    file = folder / name
    shape = {"width": side, "height": side, "count": 1, "dtype": "int16"}
    with rasterio.open(
        file, "w", driver="SRTMHGT", crs="EPSG:4326", transform=corner, nodata=VOID_M, **shape
    ) as dataset:
        dataset.write(heights.astype(np.int16), 1)
    return file


def by_place(file: Path, south: int, west: int) -> dict[tuple[int, int], npt.NDArray[np.int64]]:
    """The heights in each cell of 15 seconds, placed by the latitude and longitude that GDAL gives each sample. One on
    the line between two cells is of the one in the south or in the east, at the tile's own edge of the one inside."""
    with rasterio.open(file) as dataset:
        heights = dataset.read(1).astype(np.int64)
        lon, lat = (np.array(each) for each in dataset.xy(np.arange(dataset.height), np.arange(dataset.width)))
    cells = CELLS_A_DEGREE
    band = np.clip(np.ceil(np.round((lat - south) * cells, 6)) - 1, 0, cells - 1).astype(int)
    column = np.clip(np.floor(np.round((lon - west) * cells, 6)), 0, cells - 1).astype(int)
    chosen = {}
    for b, c in [(0, 0), (0, 239), (239, 0), (239, 239), (71, 144), (159, 121), (160, 120), (160, 128), (47, 48)]:
        chosen[b, c] = heights[np.ix_(np.flatnonzero(band == b), np.flatnonzero(column == c))].ravel()
    return chosen


@pytest.mark.parametrize("side", [1201, 3601])
@pytest.mark.parametrize(("south", "west", "name"), [(5, -73, "N05W073.hgt"), (-4, 14, "S04E014.hgt")])
def test_cells_hold_what_gdal_says_stands_there(tmp_path: Path, side: int, south: int, west: int, name: str) -> None:
    file = written(tmp_path, south, west, name, side)
    (source,) = open_sources([file])
    assert detect(source) is READER
    (batch,) = READER.read(source, Options())
    assert not batch.rejects
    rows = {row["band"]: row for row in batch.rows.to_pylist()}
    assert {(row["south_deg"], row["west_deg"]) for row in rows.values()} == {(south, west)}
    for (band, column), heights in by_place(file, south, west).items():
        known = heights[heights != VOID_M]
        expected = [known.min(), known.sum() // len(known), known.max()] if len(known) else [VOID_M] * 3
        assert [rows[band][each][column] for each in ("lowest_m", "mean_m", "highest_m")] == expected
