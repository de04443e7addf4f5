"""Dwelling: long stretches of a flight whose path is many times as long as the ground that it covers."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.patterns.steps import Steps
from veedor.air.plane import east_m
from veedor.kernel import kernel
from veedor.kernel.sphere import to_int

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Columns of a dwell: leg, first and last point, windows in it, greatest path by extent of a window as per mille, its
# path mm.
LEG, FIRST, LAST, WINDOWS, PATH_PERMILLE, PATH_MM = range(6)
COLUMNS = 6


def dwells_of(steps: Steps, window_us: int, least_permille: int) -> Ints:
    """Runs of windows that overlap by half, in each of which the path is at least `least_permille` of the extent (the
    diagonal of the box around it); in order of leg and time, one row each. A window counts from four fifths of its
    length on."""
    plane = steps.plane
    out = np.zeros((int(steps.counts.sum()) + 1, COLUMNS), np.int64)
    count = find_dwells(
        steps.begins, steps.counts, steps.at, steps.time, plane.north, plane.lon, plane.cosine, window_us,
        least_permille, out,
    )  # fmt: skip
    return out[:count]


def _examples() -> list[tuple[object, ...]]:
    turn = np.arange(300) * 0.15
    north, lon = np.sin(turn) * 4000.0, np.cos(turn * 0.7) * 9e-4
    lon[200:] += np.arange(100) * 1e-4
    return [(np.array([0]), np.array([300]), np.arange(300), np.arange(300) * 20_000_000, north, lon, np.ones(300),
             1_800_000_000, least, np.zeros((301, COLUMNS), np.int64)) for least in (2_500, 90_000)]  # fmt: skip


@kernel(examples=_examples)
def find_dwells(
    begins: Ints, counts: Ints, at: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, window_us: int,
    least_permille: int, out: Ints,
) -> int:  # fmt: skip
    """Number of runs written to `out`."""
    found = 0
    for k in range(len(begins)):
        base, count = begins[k], counts[k]
        start = 0
        open_run = False
        while start < count - 1:
            begin = time[at[base + start]]
            i = at[base + start]
            path = low_x = high_x = low_y = high_y = x = y = 0.0
            middle = -1
            n = start + 1
            while n < count and time[at[base + n]] - begin < window_us:
                j = at[base + n]
                next_y = north[j] - north[i]
                next_x = east_m(lon[i], lon[j], cosine[i], cosine[j])
                path += math.sqrt((next_x - x) * (next_x - x) + (next_y - y) * (next_y - y))
                x, y = next_x, next_y
                low_x, high_x = min(low_x, x), max(high_x, x)
                low_y, high_y = min(low_y, y), max(high_y, y)
                if middle < 0 and 2 * (time[j] - begin) >= window_us:
                    middle = n
                n += 1
            last = n - 1
            long = 5 * (time[at[base + last]] - begin) >= 4 * window_us
            extent = math.sqrt((high_x - low_x) * (high_x - low_x) + (high_y - low_y) * (high_y - low_y))
            if long and path * 1000.0 >= extent * least_permille:
                share = to_int(min(path * 1000.0 / max(extent, 1.0), 1e9))
                if not open_run:
                    out[found, 0], out[found, 1], out[found, 3], out[found, 4] = k, i, 0, 0
                    found += 1
                    open_run = True
                out[found - 1, 2] = at[base + last]
                out[found - 1, 3] += 1
                if share > out[found - 1, 4]:
                    out[found - 1, 4], out[found - 1, 5] = share, to_int(path * 1000.0)
            else:
                open_run = False
            if n >= count:
                break
            # The next window begins half a window on, or after a silence longer than that with its next step.
            start = middle if middle > start else n
    return found
