"""One record as a plain value, to compare ours with the oracle's and with itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from veedor.formats.asterix.decode import Decoded


@dataclass
class Flat:
    values: dict[str, int] = field(default_factory=dict)
    lists: dict[str, list[int]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)


def flats(data: bytes, decoded: Decoded) -> list[Flat]:
    made = [Flat() for _ in range(len(decoded))]
    for path, values in decoded.values.items():
        has = decoded.has[path]
        assert not values[~has].any(), path
        for row, value in zip(np.nonzero(has)[0].tolist(), values[has].tolist(), strict=True):
            made[row].values[path] = value
    for path, (offsets, values) in decoded.lists.items():
        for row in range(len(decoded)):
            start, end = int(offsets[row]), int(offsets[row + 1])
            if decoded.has[path][row]:
                made[row].lists[path] = values[start:end].tolist()
            else:
                assert start == end
    for path, (offset, length) in decoded.blobs.items():
        for row in np.nonzero(decoded.has[path])[0].tolist():
            made[row].blobs[path] = bytes(data[offset[row] : offset[row] + length[row]])
    return made


def rows(blocks: list[bytes]) -> np.ndarray:
    """Blocks that follow each other, as rows (offset, length)."""
    lengths = np.array([len(each) for each in blocks], np.int64)
    return np.stack([np.cumsum(lengths) - lengths, lengths], axis=1)
