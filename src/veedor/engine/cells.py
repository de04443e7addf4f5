"""H3 cells of positions: which cell owns a record, and which cells see it in their ring."""

from __future__ import annotations

import h3.api.numpy_int as h3
import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


def cells_of(lat_e7: Integers, lon_e7: Integers, resolution: int) -> Integers:
    """The H3 cell (as int64) of each position in 1e-7 degrees; each distinct position is looked up once."""
    places, where = np.unique(np.stack([lat_e7, lon_e7], axis=1).astype(np.int64), axis=0, return_inverse=True)
    found = [h3.latlng_to_cell(lat / 1e7, lon / 1e7, resolution) for lat, lon in places.tolist()]
    return np.array(found, dtype=np.uint64).astype(np.int64)[where.reshape(-1)]


def with_ring(cells: Integers) -> tuple[Integers, Integers]:
    """Every cell that sees a record: (position of the record, cell), its own cell and the ring of neighbours."""
    distinct, where = np.unique(cells, return_inverse=True)
    disks = [np.asarray(h3.grid_disk(int(cell), 1)).astype(np.int64) for cell in distinct.tolist()]
    sizes = np.array([len(disk) for disk in disks], dtype=np.int64)
    records = np.repeat(np.arange(len(cells)), sizes[where])
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    flat = np.concatenate(disks) if disks else np.empty(0, np.int64)
    counts = sizes[where]
    within = np.arange(len(records)) - np.repeat(np.cumsum(counts) - counts, counts)
    return records, flat[np.repeat(starts[where], counts) + within]
