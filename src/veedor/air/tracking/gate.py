"""Kernel for plots without identity: each is chained to the one that a steady course would bring it to.

Two sweeps: the first links mutual nearest plots within a speed gate, the second judges every candidate by the velocity
that the first sweep gave, forwards and backwards. A sensor sees a target once a turn, so two plots of one sensor closer
in time than that are two targets.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.grid import COLUMNS_KEPT, cell_of, columns_of
from veedor.air.plane import east_m, plane_of
from veedor.air.tracking.chains import CELL_E7, UNKNOWN, _sky, slot_of
from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def _examples() -> list[tuple[object, ...]]:
    time, lat, lon = _sky()
    plane = plane_of(lat, lon)
    empty = np.full(60, -1, np.int64)
    return [
        (np.arange(60), time, lat, lon, plane.north, plane.lon, plane.cosine, np.full(60, UNKNOWN), empty, empty * 0,
         empty, guess, np.ones((60, 2)), np.ones((60, 2)), 90_000_000, 350.0, 1_500.0, 300_000, 50_000, 2_000_000,
         np.full(128, -1, np.int64), empty.copy(), empty.copy())
        for guess in (np.zeros(60, np.uint8), np.full(60, 3, np.uint8))
    ]  # fmt: skip


@kernel(examples=_examples)
def gate(
    pool: Ints, time: Ints, lat: Ints, lon_e7: Ints, north: Floats, lon: Floats, cosine: Floats, altitude: Ints,
    code: Ints, sensor: Ints, sensor_track: Ints, known: npt.NDArray[np.uint8], ahead: Floats, behind: Floats,
    longest_us: int, speed_m_s: float, slack_m: float, height_mm: int, climb_mm_s: int, turn_us: int, cells: Ints,
    following: Ints, before: Ints,
) -> Ints:  # fmt: skip
    """The next plot of the same body for each plot of `pool` (in order of time), or -1; mutual nearest only.

    `known` tells of which plots the velocity is known, 1 from before (`ahead`, m/s north and east), 2 from after
    (`behind`). `cells` is an empty hash table (-1), `following` and `before` are filled with -1."""
    head = np.full(len(cells), -1, np.int64)
    older = np.full(len(time), -1, np.int64)
    forward = np.zeros(len(time))
    for n in range(len(pool)):
        j = pool[n]
        row = (lat[j] + 900_000_000) // CELL_E7
        turn = (lon_e7[j] + 1_800_000_000) % 3_600_000_000
        backward = 0.0
        for r in range(row - 1, row + 2):
            if r < 0 or r * CELL_E7 > 1_800_000_000:
                continue
            columns = columns_of(r, CELL_E7)
            middle = min(columns - 1, turn * columns // 3_600_000_000)
            for shift in range(-1, min(2, columns - 1)):
                i = head[slot_of(cells, r * COLUMNS_KEPT + (middle + shift) % columns)]
                while i >= 0:
                    late = time[j] - time[i]
                    if late > longest_us:
                        break
                    dt = late * 1e-6
                    fits = not (sensor[i] == sensor[j] and late < turn_us)
                    bonus = 0.0
                    if fits and sensor[i] == sensor[j] and sensor_track[i] >= 0 and sensor_track[j] >= 0:
                        fits = sensor_track[i] == sensor_track[j]
                        bonus = 2_000.0
                    if fits and code[i] >= 0 and code[j] >= 0:
                        fits = code[i] == code[j]
                        bonus += 1_000.0
                    if fits and altitude[i] != UNKNOWN and altitude[j] != UNKNOWN:
                        fits = abs(altitude[i] - altitude[j]) <= height_mm + climb_mm_s * dt
                    if fits:
                        dy = north[j] - north[i]
                        dx = east_m(lon[i], lon[j], cosine[i], cosine[j])
                        off = math.sqrt(dx * dx + dy * dy)
                        if off <= slack_m + speed_m_s * dt:
                            judged = 0
                            total = 0.0
                            if known[i] & 1:
                                ey, ex = dy - ahead[i, 0] * dt, dx - ahead[i, 1] * dt
                                total += math.sqrt(ex * ex + ey * ey)
                                judged += 1
                            if known[j] & 2:
                                ey, ex = dy - behind[j, 0] * dt, dx - behind[j, 1] * dt
                                total += math.sqrt(ex * ex + ey * ey)
                                judged += 1
                            # A steady course is worth more than a short step, once it is known.
                            cost = (total / judged if judged else off) + 30.0 * dt - bonus + 1e6
                            if following[i] < 0 or cost < forward[i]:
                                following[i] = j
                                forward[i] = cost
                            if before[j] < 0 or cost < backward or (cost == backward and i < before[j]):
                                before[j] = i
                                backward = cost
                    i = older[i]
        cell = cell_of(lat[j], lon_e7[j], CELL_E7)
        slot = slot_of(cells, cell)
        cells[slot] = cell
        older[j] = head[slot]
        head[slot] = j
    for n in range(len(pool)):
        i = pool[n]
        if following[i] >= 0 and before[following[i]] != i:
            following[i] = -1
    return following


def _velocity_examples() -> list[tuple[object, ...]]:
    time, lat, lon = _sky()
    plane = plane_of(lat, lon)
    following = np.append(np.arange(1, 60), -1)
    return [(np.arange(60), time, plane.north, plane.lon, plane.cosine, following, 20_000_000, 6,
             np.zeros(60, np.uint8), np.zeros((60, 2)), np.zeros((60, 2)))]  # fmt: skip


@kernel(examples=_velocity_examples)
def velocities(
    pool: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, following: Ints, base_us: int, steps: int,
    known: npt.NDArray[np.uint8], ahead: Floats, behind: Floats,
) -> npt.NDArray[np.uint8]:  # fmt: skip
    """Velocity at each plot from the plots linked before it and after it, over at least `base_us` or `steps` links."""
    before = np.full(len(time), -1, np.int64)
    for n in range(len(pool)):
        if following[pool[n]] >= 0:
            before[following[pool[n]]] = pool[n]
    for n in range(len(pool)):
        i = pool[n]
        for side in range(2):
            j = i
            for _ in range(steps):
                k = before[j] if side == 0 else following[j]
                if k < 0:
                    break
                j = k
                if abs(time[j] - time[i]) >= base_us:
                    break
            span = (time[j] - time[i]) * 1e-6
            if abs(span) < 2.0:
                continue
            vy = (north[j] - north[i]) / span
            vx = east_m(lon[i], lon[j], cosine[i], cosine[j]) / span
            if side == 0:
                known[i] |= 1
                ahead[i, 0], ahead[i, 1] = vy, vx
            else:
                known[i] |= 2
                behind[i, 0], behind[i, 1] = vy, vx
    return known
