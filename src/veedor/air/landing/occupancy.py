"""Kernels of strips: what hypotheses of many days say for a place, and where the strip they share is.

A flight of a day either used a strip at the place or met the ground elsewhere, anywhere in a wide area. So a day speaks
for the place by 1 + chance * density * area, and days multiply. The density is that of the flight's own region: a
long thin one (a silent flight lost on its way) says little anywhere, and much where it crosses others.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.plane import east_m, plane_of
from veedor.kernel import kernel
from veedor.kernel.exactmath import exp, log10

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_FAR_CHI2 = 25.0  # beyond, a region says nothing that a thousandth of log10 would show
_TWO_PI = 6.283185307179586
_STEPS = 8


def _example() -> tuple[object, ...]:
    step = np.arange(6, dtype=np.int64)
    plane = plane_of(70_000_000 + step * 30_000, -670_000_000 + step % 2 * 40_000)
    return (
        plane.north, plane.lon, plane.cosine, 800.0 + 100.0 * step, np.full(6, 600.0), np.full(6, 0.6), np.full(6, 0.8),
    )  # fmt: skip


@kernel(inline=True, examples=lambda: [(300.0, -200.0, 0.6, 0.8, 900.0, 400.0)])
def chi2_at(east: float, north: float, to_east: float, to_north: float, along: float, across: float) -> float:
    """How far an offset from the middle of a region is, in squared sigmas."""
    ahead = (east * to_east + north * to_north) / along
    beside = (east * to_north - north * to_east) / across
    return ahead * ahead + beside * beside


@kernel(
    examples=lambda: [
        (*(_example()[k][:3] for k in range(3)), np.arange(6), *_example(),  # type: ignore[index] # a tuple of mixed kinds
         np.full(6, 0.7), np.array([0, 0, 1, 2, 2, 5]), np.ones(6, np.bool_), 2e9, np.zeros(3))
    ]
)  # fmt: skip
def evidence(
    north: Floats, lon: Floats, cosine: Floats, members: Ints, h_north: Floats, h_lon: Floats, h_cosine: Floats,
    along: Floats, across: Floats, to_east: Floats, to_north: Floats, chance: Floats, day: Ints, alive: Bools,
    area_m2: float, out: Floats,
) -> Floats:  # fmt: skip
    """log10 of what the hypotheses `members`, in order of day, say for each place. Of several flights of a day the
    one that says most counts."""
    for k in range(len(north)):
        total, best, today = 0.0, 0.0, -(1 << 62)
        for j in members:
            if not alive[j]:
                continue
            if day[j] != today:
                if best > 0.0:
                    total += log10(1.0 + best)
                best, today = 0.0, day[j]
            up = north[k] - h_north[j]
            right = east_m(h_lon[j], lon[k], h_cosine[j], cosine[k])
            chi2 = chi2_at(right, up, to_east[j], to_north[j], along[j], across[j])
            if chi2 < _FAR_CHI2:
                best = max(best, chance[j] * exp(-0.5 * chi2) / (_TWO_PI * along[j] * across[j]) * area_m2)
        if best > 0.0:
            total += log10(1.0 + best)
        out[k] = total
    return out


@kernel(
    examples=lambda: [
        (*(_example()[k][0] for k in range(3)), np.arange(6), *_example(), np.full(6, 0.7),  # type: ignore[index] # a tuple of mixed kinds
         np.ones(6, np.bool_), 11.8, 4.0, 0.3, 100.0, 400.0, np.zeros(6, np.bool_), np.zeros(6))
    ]
)  # fmt: skip
def settle(
    north: float, lon: float, cosine: float, members: Ints, h_north: Floats, h_lon: Floats, h_cosine: Floats,
    along: Floats, across: Floats, to_east: Floats, to_north: Floats, chance: Floats, alive: Bools, gate: float,
    freedom: float, shared: float, common_m: float, extent_m: float, used: Bools, out: Floats,
) -> Floats:  # fmt: skip
    """The place that the hypotheses within `gate` share, from a first guess, and the spread of its error.

    `out`: metres to the east and north of the guess, covariance (east, east-north, north) in square metres, number of
    hypotheses within the gate. `used[n]` says whether `members[n]` is within the gate of the result. Each turn weighs
    regions by their precision and by how far they are off (Student's t with `freedom`), so that a stray one does not
    pull. Regions allow for the strip's own extent (`extent_m`), since flights meet it anywhere; the error of the place
    does not: it is that of the nearest ground of the strip."""
    x, y = 0.0, 0.0
    for turn in range(_STEPS + 1):
        aa, ab, bb, ra, rb = 0.0, 0.0, 0.0, 0.0, 0.0
        ea, eb, ec = 0.0, 0.0, 0.0
        number, misfit, weights = 0.0, 0.0, 0.0
        for n in range(len(members)):
            j = members[n]
            used[n] = False
            if not alive[j]:
                continue
            up = north + y - h_north[j]
            right = east_m(h_lon[j], lon, h_cosine[j], cosine) + x
            chi2 = chi2_at(right, up, to_east[j], to_north[j], along[j], across[j])
            if chi2 > gate:
                continue
            used[n] = True
            weight = chance[j] * (freedom + 2.0) / (freedom + chi2)
            p, q = 1.0 / (along[j] * along[j]), 1.0 / (across[j] * across[j])
            e, f = to_east[j], to_north[j]
            ca, cb, cc = p * e * e + q * f * f, (p - q) * e * f, p * f * f + q * e * e
            aa += weight * ca
            ab += weight * cb
            bb += weight * cc
            ra += weight * (ca * (x - right) + cb * (y - up))
            rb += weight * (cb * (x - right) + cc * (y - up))
            left, beside = p * (1.0 - p * extent_m * extent_m), q * (1.0 - q * extent_m * extent_m)
            ea += weight * weight * (left * e * e + beside * f * f)
            eb += weight * weight * (left - beside) * e * f
            ec += weight * weight * (left * f * f + beside * e * e)
            number += 1.0
            misfit += weight * chi2
            weights += weight
        det = aa * bb - ab * ab
        if number == 0.0 or det <= 0.0:
            break
        if turn < _STEPS:
            x, y = (bb * ra - ab * rb) / det, (aa * rb - ab * ra) / det
            continue
        scale = (1.0 + (number - 1.0) * shared) * max(1.0, misfit / (2.0 * weights))
        # Inverse of the information, twice, around what the errors without the extent put in.
        ia, ib, ic = bb / det, -ab / det, aa / det
        pa, pb, pc, pd = ia * ea + ib * eb, ia * eb + ib * ec, ib * ea + ic * eb, ib * eb + ic * ec
        out[2] = (pa * ia + pb * ib) * scale + common_m * common_m
        out[3] = (pa * ib + pb * ic) * scale
        out[4] = (pc * ib + pd * ic) * scale + common_m * common_m
        out[5] = number
    out[0], out[1] = x, y
    return out


@kernel(
    examples=lambda: [
        (*(_example()[k][0] for k in range(3)), np.arange(6), *_example(), np.zeros(6)),  # type: ignore[index] # a tuple of mixed kinds
    ]
)
def misfits(
    north: float, lon: float, cosine: float, members: Ints, h_north: Floats, h_lon: Floats, h_cosine: Floats,
    along: Floats, across: Floats, to_east: Floats, to_north: Floats, out: Floats,
) -> Floats:  # fmt: skip
    """How far each of `members` is off a place, in squared sigmas."""
    for n in range(len(members)):
        j = members[n]
        right = east_m(h_lon[j], lon, h_cosine[j], cosine)
        out[n] = chi2_at(right, north - h_north[j], to_east[j], to_north[j], along[j], across[j])
    return out


@kernel(
    examples=lambda: [
        (np.array([0, 1, 2, 50]) * 60_000_000, np.zeros(4, np.int64), np.array([True, True, False, True]),
         np.array([-1, 7, -1, 7]), np.arange(4), np.array([0.5, 0.6, 0.7, 0.8]), plane_of(np.zeros(4, np.int64),
         np.zeros(4, np.int64)).north, np.zeros(4), np.ones(4), 120_000_000, 1_800_000_000, 3_000.0,
         np.ones(4, np.bool_))
    ]
)  # fmt: skip
def keep_single(
    time: Ints, number: Ints, landing: Bools, address: Ints, track: Ints, chance: Floats, north: Floats, lon: Floats,
    cosine: Floats, same_us: int, same_address_us: int, same_m: float, alive: Bools,
) -> Bools:  # fmt: skip
    """Clears `alive` of hypotheses that measure a flight which another measures better; all in order of time.

    Two are one flight if both are landings (take-offs) and close in time and place, unless they have different
    addresses; of one address also at other places within half an hour. `number` breaks ties."""
    for i in range(len(time)):
        for j in range(i + 1, len(time)):
            wait = time[j] - time[i]
            if wait > same_address_us:
                break
            if not alive[i]:
                break
            if not alive[j] or landing[i] != landing[j] or track[i] == track[j]:
                continue
            known = address[i] >= 0 and address[j] >= 0
            if known and address[i] != address[j]:
                continue
            if not known:
                if wait > same_us:
                    continue
                dy = north[j] - north[i]
                dx = east_m(lon[i], lon[j], cosine[i], cosine[j])
                if math.sqrt(dx * dx + dy * dy) > same_m:
                    continue
            if chance[j] > chance[i] or (chance[j] == chance[i] and number[j] < number[i]):
                alive[i] = False
            else:
                alive[j] = False
    return alive
