"""The smoothed state of tracks as the integers that pieces and tracks store."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.tracking.motion import SIZE
from veedor.air.tracking.sightings import Plots
from veedor.air.tracking.slots import Settings
from veedor.air.tracking.smoothing import smooth
from veedor.kernel import kernel
from veedor.kernel.exactmath import exp
from veedor.kernel.sphere import E7_PER_RADIAN, RADIUS_M, fold_e7, to_int

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STATE_COLUMNS = (
    "smooth_lat_e7", "smooth_lon_e7", "north_mm_s", "east_mm_s", "var_north_mm2", "var_east_mm2", "cov_north_east_mm2",
    "var_speed_mm2_s2", "innovation_milli", "existence_milli",
)  # fmt: skip
_WIDEST = 9e15


def state_columns(
    plots: Plots, time: Ints, rows: Ints, firsts: Ints, odds: Floats, innovation: Floats, settings: Settings
) -> dict[str, Ints]:
    """The STATE_COLUMNS of the plots `rows`, which stand track after track, each from `firsts` on in order of time.

    A state holds for the moment that the plot bears as its `time`, whatever its sensor's clock was off by."""
    start = np.append(firsts, len(rows))
    smoothed = smooth(plots, settings, rows, start, np.zeros((len(plots.time), SIZE)))
    late_s = np.asarray((time - plots.time) * 1e-6, np.float64)
    made = _integers(
        rows, start, late_s, plots.north, plots.lon, plots.cosine, smoothed, odds, innovation,
        np.empty((len(STATE_COLUMNS), len(rows)), np.int64),
    )  # fmt: skip
    return dict(zip(STATE_COLUMNS, made, strict=True))


def _examples() -> list[tuple[object, ...]]:
    smoothed = np.arange(3.0 * SIZE).reshape(3, SIZE)
    return [(np.array([0, 2, 1]), np.array([0, 2, 3]), np.array([0.0, -0.4, 3.0]),
             np.array([7e5, 7e5, 7e5]), np.array([-3.14159, 0.0, 1.0]),
             np.array([0.9, 0.9, 0.9]), smoothed, np.array([-2.0, 9.0, 3.0]), np.array([0.0, 1.5, 1e9]),
             np.empty((10, 3), np.int64))]  # fmt: skip


@kernel(examples=_examples)
def _integers(
    rows: Ints, start: Ints, late_s: Floats, north: Floats, lon: Floats, cosine: Floats, state: Floats, odds: Floats,
    innovation: Floats, out: Ints,
) -> Ints:  # fmt: skip
    for k in range(len(start) - 1):
        best = -99.0
        for x in range(start[k + 1] - 1, start[k] - 1, -1):
            p = rows[x]
            # A target that exists later existed before: logs are history.
            best = max(best, odds[p])
            e, n = state[p, 0] + late_s[p] * state[p, 2], state[p, 1] + late_s[p] * state[p, 3]
            out[0, x] = to_int((north[p] + n) / RADIUS_M * E7_PER_RADIAN)
            turn = e / (RADIUS_M * max(cosine[p], 0.001))
            out[1, x] = fold_e7(to_int((lon[p] + turn) * E7_PER_RADIAN))
            out[2, x] = to_int(max(-2e9, min(2e9, state[p, 3] * 1e3)))
            out[3, x] = to_int(max(-2e9, min(2e9, state[p, 2] * 1e3)))
            out[4, x] = to_int(min(_WIDEST, state[p, 6] * 1e6))
            out[5, x] = to_int(min(_WIDEST, state[p, 4] * 1e6))
            out[6, x] = to_int(max(-_WIDEST, min(_WIDEST, state[p, 5] * 1e6)))
            out[7, x] = to_int(min(_WIDEST, (state[p, 11] + state[p, 13]) * 0.5e6))
            out[8, x] = to_int(min(2e9, innovation[p] * 1e3))
            out[9, x] = to_int(1e3 / (1.0 + exp(-best)))
    return out
