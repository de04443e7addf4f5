"""Kernels of association: which plot follows which, decided locally, so that no chunk border changes an answer.

Every link is decided by plots at most a few minutes from it: chains of one identity (each plot's next and previous
feasible plot must name each other), anonymous plots attached to the identified chain that passes them, and anonymous
plots chained by a velocity gate. Two partitions that both see that neighbourhood decide alike.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.grid import COLUMNS_KEPT, cell_of, columns_of
from veedor.air.plane import apart_m, east_m, plane_of
from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CELL_E7 = 3_000_000  # 33 km: farther than the fastest target gets within a gate
UNKNOWN = -(1 << 62)


def _sky(seed: int = 7, count: int = 60) -> tuple[np.ndarray, ...]:
    """A small sky for the pairs test: two crossing targets and noise, by a plain integer generator."""
    value, numbers = seed, []
    for _ in range(count * 2):
        value = (value * 1_103_515_245 + 12_345) % (1 << 31)
        numbers.append(value)
    noise = np.array(numbers, np.int64)
    step = np.arange(count, dtype=np.int64)
    time = step * 5_000_000
    lat = 70_000_000 + step * 50_000 * np.where(step % 2 == 0, 1, -1) + noise[:count] % 9_000
    lon = -670_000_000 + step * 40_000 + noise[count:] % 9_000
    return time, lat, lon


def _chain_examples() -> list[tuple[object, ...]]:
    time, lat, lon = _sky()
    plane = plane_of(lat, lon)
    order = np.arange(60)
    return [(order, order % 2, time, plane.north, plane.lon, plane.cosine, 600_000_000, 600.0, 2_000.0, 8,
             np.full(60, -1), np.full(60, -1))]  # fmt: skip


@kernel(examples=_chain_examples)
def chain(
    order: Ints, key: Ints, time: Ints, north: Floats, lon: Floats, cosine: Floats, longest_us: int, speed_m_s: float,
    slack_m: float, look: int, following: Ints, before: Ints,
) -> Ints:  # fmt: skip
    """For plots sorted by (key, time) in `order`: the next plot of the same key that can be the same body, or -1.

    At most `look` plots further on and `longest_us` later; a plot is kept as next only if it names this one as its
    previous. `before` is scratch of the same length."""
    count = len(order)
    for a in range(count):
        i = order[a]
        for b in range(a + 1, min(count, a + 1 + look)):
            j = order[b]
            if key[j] != key[i] or time[j] - time[i] > longest_us:
                break
            if apart_m(north, lon, cosine, i, j) <= slack_m + speed_m_s * ((time[j] - time[i]) * 1e-6):
                following[i] = j
                break
        for b in range(a - 1, max(-1, a - 1 - look), -1):
            j = order[b]
            if key[j] != key[i] or time[i] - time[j] > longest_us:
                break
            if apart_m(north, lon, cosine, i, j) <= slack_m + speed_m_s * ((time[i] - time[j]) * 1e-6):
                before[i] = j
                break
    for a in range(count):
        i = order[a]
        if following[i] >= 0 and before[following[i]] != i:
            following[i] = -1
    return following


@kernel(inline=True, examples=lambda: [(np.array([-1, 5, 7, -1]), k) for k in (5, 7, 8)])
def slot_of(table: Ints, cell: int) -> int:
    """Place of `cell` in an open hash table whose length is a power of two; the free place where it would go."""
    mask = len(table) - 1
    slot = (cell * 0x9E3779B1) & mask
    while table[slot] != -1 and table[slot] != cell:
        slot = (slot + 1) & mask
    return slot


def _attach_examples() -> list[tuple[object, ...]]:
    time, lat, lon = _sky()
    plane = plane_of(lat, lon)
    step = np.arange(60)
    following = np.where((step % 2 == 0) & (step < 58), step + 2, -1)
    return [(time, lat, lon, plane.north, plane.lon, plane.cosine, np.full(60, UNKNOWN), np.full(60, -1), following,
             step % 2 == 1, 90_000_000, 200_000.0, 300_000, 30_000, np.full(60, -1, np.int64), np.zeros(60),
             np.full(256, -1, np.int64))]  # fmt: skip


@kernel(examples=_attach_examples)
def attach(
    time: Ints, lat: Ints, lon_e7: Ints, north: Floats, lon: Floats, cosine: Floats, altitude: Ints, code: Ints,
    following: Ints, anonymous: npt.NDArray[np.bool_], longest_us: int, gate_m: float, height_mm: int, climb_mm_s: int,
    carrier: Ints, miss: Floats, cells: Ints,
) -> Ints:  # fmt: skip
    """For each anonymous plot the start of the identified link (i to following[i]) that passes nearest, or -1.

    The place on the link is interpolated in time; altitude and Mode A code must not contradict. `miss` receives the
    distance, `cells` is an empty hash table (-1) of a power of two, at least twice the number of plots."""
    count = len(time)
    head = np.full(len(cells), -1, np.int64)
    newer = np.full(count, -1, np.int64)
    older = np.full(count, -1, np.int64)
    home = np.full(count, -1, np.int64)
    previous = np.full(count, -1, np.int64)
    for n in range(count):
        if not anonymous[n]:
            p = previous[n]
            if p >= 0 and home[p] >= 0:
                if newer[p] >= 0:
                    older[newer[p]] = older[p]
                else:
                    head[home[p]] = older[p]
                if older[p] >= 0:
                    newer[older[p]] = newer[p]
            j = following[n]
            if j >= 0:
                previous[j] = n
                if time[j] - time[n] <= longest_us:
                    slot = slot_of(cells, cell_of(lat[n], lon_e7[n], CELL_E7))
                    cells[slot] = cell_of(lat[n], lon_e7[n], CELL_E7)
                    home[n] = slot
                    older[n] = head[slot]
                    if head[slot] >= 0:
                        newer[head[slot]] = n
                    head[slot] = n
            continue
        row = (lat[n] + 900_000_000) // CELL_E7
        turn = (lon_e7[n] + 1_800_000_000) % 3_600_000_000
        best = -1.0
        for r in range(row - 1, row + 2):
            if r < 0 or r * CELL_E7 > 1_800_000_000:
                continue
            columns = columns_of(r, CELL_E7)
            middle = min(columns - 1, turn * columns // 3_600_000_000)
            for shift in range(-1, min(2, columns - 1)):
                slot = slot_of(cells, r * COLUMNS_KEPT + (middle + shift) % columns)
                i = head[slot]
                while i >= 0:
                    j = following[i]
                    share = (time[n] - time[i]) / max(1, time[j] - time[i])
                    dy = north[i] + (north[j] - north[i]) * share - north[n]
                    dx = east_m(lon[n], lon[i], cosine[n], cosine[i])
                    dx += east_m(lon[i], lon[j], cosine[i], cosine[j]) * share
                    off = math.sqrt(dx * dx + dy * dy)
                    fits = off <= gate_m and (best < 0.0 or off < best or (off == best and i < carrier[n]))
                    if fits and altitude[n] != UNKNOWN and altitude[i] != UNKNOWN:
                        room = height_mm + climb_mm_s * ((time[n] - time[i]) // 1_000_000)
                        fits = abs(altitude[n] - altitude[i]) <= room
                    if fits and code[n] >= 0 and code[i] >= 0 and code[n] != code[i]:
                        fits = False
                    if fits:
                        best = off
                        carrier[n] = i
                        miss[n] = off
                    i = older[i]
    return carrier
