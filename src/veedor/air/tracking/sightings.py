"""What the kernels of the tracker know of plots, and where a plot lies for a target of a given height.

A radar measures slant range: a plot without height lies nearer to the radar than drawn, the more so the higher the
target flies and the nearer it is. Where the track knows the target's height the plot is moved by it; where it does not,
the variance along the line of sight grows by what an unknown height can do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veedor.air.plane import Plane, east_m, plane_of
from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNKNOWN = -(1 << 62)
NONE = -1


class Plots(NamedTuple):
    """Trackable plots in total order of time and content. Places as in air.plane; unknown numbers are NONE, unknown
    altitudes UNKNOWN. `noise` holds the variance ee, en, nn of the place (m2); `sight` the unit vector east and north
    from the radar, the slant range (m, 0 where there is none) and the antenna's altitude (m); `velocity` what the plot
    reports, east and north (m/s), and its variance, negative where it reports none; `answer` the bits PSR, SSR and
    MODE_S of the mode; `density` false plots per m2 and turn."""

    time: Ints
    north: Floats
    lon: Floats
    cosine: Floats
    altitude: Ints
    address: Ints
    code: Ints
    sensor: Ints
    sensor_track: Ints
    answer: Ints
    noise: Floats
    sight: Floats
    velocity: Floats
    density: Floats


def part(plots: Plots, rows: Ints) -> Plots:
    """The plots `rows`, in that order."""
    p = plots
    return Plots(
        p.time[rows], p.north[rows], p.lon[rows], p.cosine[rows], p.altitude[rows], p.address[rows], p.code[rows],
        p.sensor[rows], p.sensor_track[rows], p.answer[rows], p.noise[rows], p.sight[rows], p.velocity[rows],
        p.density[rows],
    )  # fmt: skip


def some_plots(count: int = 60, step_us: int = 5_000_000) -> Plots:
    """Two targets of 80 m/s and noise, by a plain integer generator, for the pairs test."""
    value, numbers = 7, []
    for _ in range(count * 3):
        value = (value * 1_103_515_245 + 12_345) % (1 << 31)
        numbers.append(value >> 8)
    noise = np.array(numbers, np.int64).reshape(3, count)
    turn = np.arange(count, dtype=np.int64) // 3
    which = np.arange(count, dtype=np.int64) % 3
    lat = np.select([which == 0, which == 1], [turn * 36_000, 5_000_000 - turn * 36_000], noise[2] % 5_000_000)
    lon = np.where(which == 2, noise[1] % 5_000_000, turn * 20_000)
    plane: Plane = plane_of(70_000_000 + lat + noise[0] % 9_000, -670_000_000 + lon + noise[1] % 9_000)
    blank = np.full(count, NONE)
    sight = np.tile(np.array([0.6, 0.8, 50_000.0, 100.0]), (count, 1))
    return Plots(
        turn * step_us, plane.north, plane.lon, plane.cosine, np.where(turn % 3 == 1, 3_000_000, UNKNOWN),
        np.where((which == 1) & (turn % 2 == 0), 0x0D8001, NONE), np.where(turn % 4 == 1, 512 + which, NONE),
        np.zeros(count, np.int64), blank.copy(), np.where(which == 1, 3, 1),
        np.tile(np.array([9e3, 1e3, 8e3]), (count, 1)), sight, np.tile(np.array([1.0, 2.0, -1.0]), (count, 1)),
        np.full(count, 1e-9),
    )  # fmt: skip


@kernel(
    inline=True,
    examples=lambda: [
        (some_plots(), 4, 0.001, 0.0, 0.9926, 3e3, rise, 300.0) for rise in (-1.0, 900.0, 9_000.0, 90_000.0)
    ],
)
def seen_from(
    plots: Plots, p: int, lon: float, north: float, cosine: float, unknown_m: float, rise: float, rise_sigma: float
) -> tuple[float, float, float, float, float, float, float]:
    """Plot `p` from an origin: place as drawn (east, north), place for the target's height, and its variance (3).

    `rise` is the target's height above the antenna (m) as the track knows it, to `rise_sigma`; negative: not known, and
    then at most about `unknown_m`."""
    e = east_m(lon, plots.lon[p], cosine, plots.cosine[p])
    n = plots.north[p] - north
    ree, ren, rnn = plots.noise[p, 0], plots.noise[p, 1], plots.noise[p, 2]
    slant = plots.sight[p, 2]
    if slant <= 0.0 or plots.altitude[p] != UNKNOWN:
        return e, n, e, n, ree, ren, rnn
    ue, un = plots.sight[p, 0], plots.sight[p, 1]
    if rise >= 0.0:
        nearer = min(rise * rise / (2.0 * slant), 0.5 * slant)
        spread = min(rise * rise_sigma / slant, 0.5 * slant)
    else:
        nearer = 0.0
        spread = min(unknown_m * unknown_m / (2.0 * slant), 0.5 * slant)
    along = spread * spread
    return (
        e, n, e - nearer * ue, n - nearer * un, ree + along * ue * ue, ren + along * ue * un, rnn + along * un * un
    )  # fmt: skip
