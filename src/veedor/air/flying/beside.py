"""Which echoes lie at a real target's range in another direction, in its direction much nearer, or behind a wall that
mirrors it, at one moment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Limits = tuple[int, int, int, int, int, int, int]

SIDE_LOBE, PREVIOUS_PULSE, MIRROR = 0, 1, 2
_TURN_E7 = 3_600_000_000


@kernel(
    examples=lambda: [
        (np.array([0, 10, 20]), np.array([50, 50, 20]), np.array([0, 40, 80]), np.array([1, 11, 21]),
         np.array([50, 51, 90]), np.array([20, 60, 80]), (5, 3, 10, 30, 2, 40, 20), np.zeros((5, 9), np.int64))
    ]
)  # fmt: skip
def beside(
    time: Ints, slant: Ints, azimuth: Ints, real_time: Ints, real_slant: Ints, real_azimuth: Ints, limits: Limits,
    out: Ints,
) -> int:  # fmt: skip
    """Pairs of an echo and a plot of a real target, both in order of time, into `out`: kind, number of the echo, number
    of the plot, offset (azimuth of the echo less that of the target, or range of the target less that of the echo, or,
    for a mirror image, the sum of both azimuths: twice the direction of the wall), and by how much the echo is nearer.
    Returns how many there are; those beyond the size of `out` are counted only.

    `limits`: how near in time; how near in range a side lobe is, and how far aside at least and at most; how near in
    azimuth an echo of the pulse before is, and how much nearer at least; how much farther a mirror image is at most."""
    at_once, near_mm, least_e7, most_e7, line_e7, pulse_mm, detour_mm = limits
    count, begin = 0, 0
    for i in range(len(time)):
        while begin < len(real_time) and real_time[begin] < time[i] - at_once:
            begin += 1
        for j in range(begin, len(real_time)):
            if real_time[j] > time[i] + at_once:
                break
            aside = (azimuth[i] - real_azimuth[j] + _TURN_E7 // 2) % _TURN_E7 - _TURN_E7 // 2
            nearer = real_slant[j] - slant[i]
            kind, offset = -1, 0
            if least_e7 <= abs(aside) <= most_e7 and abs(nearer) <= near_mm:
                kind, offset = SIDE_LOBE, aside
            elif abs(aside) <= line_e7 and nearer >= pulse_mm:
                kind, offset = PREVIOUS_PULSE, nearer
            elif abs(aside) > most_e7 and -detour_mm <= nearer <= 0:
                kind, offset = MIRROR, (azimuth[i] + real_azimuth[j]) % _TURN_E7
            if kind >= 0:
                if count < out.shape[1]:
                    out[0, count], out[1, count], out[2, count], out[3, count] = kind, i, j, offset
                    out[4, count] = nearer
                count += 1
    return count
