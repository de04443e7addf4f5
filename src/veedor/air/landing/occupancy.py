"""Kernels of strips: what hypotheses of many days say for a place, and where the strip they share is.

A flight of a day either used a strip at the place or met the ground elsewhere, anywhere in a wide area. So a day speaks
for the place by 1 + chance * density * area, and days multiply. The density is that of the flight's own region: a
long thin one (a silent flight lost on its way) says little anywhere, and much where it crosses others.
"""

from __future__ import annotations

import math
from typing import Any

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
_STARTS = 32
MODES = _STARTS + 1  # places that `settle` may come to
_LN10 = 2.302585092994046


def _example() -> tuple[npt.NDArray[Any], ...]:
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
        (*(_example()[k][:3] for k in range(3)), np.arange(6), *_example(),
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
        (*(_example()[k][0] for k in range(3)), 40.0, -30.0, np.arange(6), *_example(), np.full(6, 0.7),
         np.full(6, 0.4), np.array([True, True, False, True, True, True]), gate, 4.0, extent, 100.0,
         np.zeros(6, np.bool_), np.zeros(13))
        for gate, extent in ((11.8, 0.0), (-1.0, 400.0))
    ]
)  # fmt: skip
def weigh(
    north: float, lon: float, cosine: float, x: float, y: float, members: Ints, h_north: Floats, h_lon: Floats,
    h_cosine: Floats, along: Floats, across: Floats, to_east: Floats, to_north: Floats, chance: Floats, shared: Floats,
    alive: Bools, gate: float, freedom: float, extent_m: float, least_m: float, used: Bools, out: Floats,
) -> Floats:  # fmt: skip
    """What regions say around a point `x` metres east and `y` north of a first guess, each weighed by its precision and
    by how far it is off (Student's t with `freedom`).

    `extent_m` is taken out of regions, as squares, which leaves at least `least_m`. With a gate `used[n]` is set where
    `members[n]` lies within it; with a negative one only those marked in `used` count. `out`: information (east,
    east-north, north), information times place (east, north), number, weighted misfit in squared sigmas, weights,
    logarithm of the density, information by the squares of the weights, weights times `shared`."""
    for k in range(len(out)):
        out[k] = 0.0
    for n in range(len(members)):
        j = members[n]
        if gate < 0.0:
            if not used[n]:
                continue
        else:
            used[n] = False
            if not alive[j]:
                continue
        up = north + y - h_north[j]
        right = east_m(h_lon[j], lon, h_cosine[j], cosine) + x
        e, f = to_east[j], to_north[j]
        ahead, beside = right * e + up * f, right * f - up * e
        p = 1.0 / max(least_m * least_m, along[j] * along[j] - extent_m * extent_m)
        q = 1.0 / max(least_m * least_m, across[j] * across[j] - extent_m * extent_m)
        chi2 = ahead * ahead * p + beside * beside * q
        if gate >= 0.0:
            if chi2 > gate:
                continue
            used[n] = True
        weight = chance[j] * (freedom + 2.0) / (freedom + chi2)
        ca, cb, cc = p * e * e + q * f * f, (p - q) * e * f, p * f * f + q * e * e
        out[0] += weight * ca
        out[1] += weight * cb
        out[2] += weight * cc
        out[3] += weight * (ca * (x - right) + cb * (y - up))
        out[4] += weight * (cb * (x - right) + cc * (y - up))
        out[5] += 1.0
        out[6] += weight * chi2
        out[7] += weight
        out[12] += weight * shared[j]
        out[9] += weight * weight * ca
        out[10] += weight * weight * cb
        out[11] += weight * weight * cc
        out[8] -= chance[j] * (freedom + 2.0) * 0.5 * log10(1.0 + chi2 / freedom)
    return out


@kernel(inline=True, examples=lambda: [(np.arange(1.0, 14.0),)])
def independent(sums: Floats) -> float:
    """As how many flights one counts: errors that they have in common do not average out."""
    return 1.0 + (float(sums[5]) - 1.0) * float(sums[12]) / float(sums[7])


@kernel(inline=True, examples=lambda: [(np.arange(1.0, 14.0), np.zeros(3))])
def spread(sums: Floats, out: Floats) -> Floats:
    """Covariance (east, east-north, north; square metres) of the place for which `weigh` gave `sums`: the inverse of
    the information around what the errors put in, twice; wider by what all have in common, which does not average out,
    and by what they disagree more than their regions say."""
    det = sums[0] * sums[2] - sums[1] * sums[1]
    ia, ib, ic = sums[2] / det, -sums[1] / det, sums[0] / det
    scale = independent(sums) * max(1.0, sums[6] / (2.0 * sums[7]))
    pa, pb = ia * sums[9] + ib * sums[10], ia * sums[10] + ib * sums[11]
    pc, pd = ib * sums[9] + ic * sums[10], ib * sums[10] + ic * sums[11]
    out[0] = (pa * ia + pb * ib) * scale
    out[1] = (pa * ib + pb * ic) * scale
    out[2] = (pc * ib + pd * ic) * scale
    return out


@kernel(
    examples=lambda: [
        (np.array([[0.0, 0.0, 9.0, 0.0, 4.0, 1.0], [900.0, 0.0, 9.0, 0.0, 4.0, 0.5], [900.5, 0.0, 9.0, 0.0, 4.0, 0.5]]),
         3, 50.0, np.zeros(3))
    ]
)  # fmt: skip
def among(modes: Floats, count: int, same_m: float, out: Floats) -> Floats:
    """Covariance of a place around the likeliest of the first `count` of `modes`, that all of them leave open: flights
    that disagree name several places, and the likeliest need not be the true one.

    A row of `modes` is a place (metres east, north), its own covariance and the logarithm of its density. Those nearer
    than `same_m` to an earlier one are that one again. Each counts by its density and its extent."""
    best = 0
    for m in range(count):
        if modes[m, 5] > modes[best, 5]:
            best = m
    for k in range(len(out)):
        out[k] = 0.0
    total = 0.0
    for m in range(count):
        again = False
        for n in range(m):
            x, y = modes[m, 0] - modes[n, 0], modes[m, 1] - modes[n, 1]
            if x * x + y * y < same_m * same_m:
                again = True
        # Below a thousandth of the likeliest nothing is left to see.
        if again or modes[m, 5] < modes[best, 5] - 3.0:
            continue
        size = math.sqrt(max(0.0, modes[m, 2] * modes[m, 4] - modes[m, 3] * modes[m, 3]))
        weight = exp((modes[m, 5] - modes[best, 5]) * _LN10) * size
        x, y = modes[m, 0] - modes[best, 0], modes[m, 1] - modes[best, 1]
        total += weight
        out[0] += weight * (modes[m, 2] + x * x)
        out[1] += weight * (modes[m, 3] + x * y)
        out[2] += weight * (modes[m, 4] + y * y)
    for k in range(len(out)):
        out[k] /= total
    return out


@kernel(
    examples=lambda: [
        (*(_example()[k][0] for k in range(3)), np.arange(6), *_example(), np.full(6, 0.7),
         np.full(6, 0.4), np.ones(6, np.bool_), 11.8, 4.0, 100.0, 400.0, np.zeros(6, np.bool_), np.zeros(13),
         np.zeros((MODES, 6)), np.zeros(6))
    ]
)  # fmt: skip
def settle(
    north: float, lon: float, cosine: float, members: Ints, h_north: Floats, h_lon: Floats, h_cosine: Floats,
    along: Floats, across: Floats, to_east: Floats, to_north: Floats, chance: Floats, shared: Floats, alive: Bools,
    gate: float, freedom: float, common_m: float, extent_m: float, used: Bools, sums: Floats, modes: Floats,
    out: Floats,
) -> Floats:  # fmt: skip
    """The place that the hypotheses within `gate` share, from a first guess, and the spread of its error.

    `out`: metres to the east and north of the guess, covariance (east, east-north, north) in square metres, number of
    hypotheses within the gate. `shared`: which part of each one's variance the others have in common with it. `used[n]`
    says whether `members[n]` is within the gate of the result. `sums` and `modes` are room to work in.

    1. Which flights: regions allow for the extent of a whole aerodrome (`extent_m`), since flights meet it anywhere.
    2. Where: a strip is ground that an aircraft ran along, and the middle between two runways is on neither. So without
       the extent, from where they met and from the middles of at most so many flights, the place for which they
       together say most: that of the runway that most of them used.
    3. How sure: over all places that were come to. Errors in common leave less to tell them by than so many flights
       would, so the logarithm of a density counts for as many flights as are independent."""
    x, y = 0.0, 0.0
    for turn in range(_STEPS + 1):
        weigh(north, lon, cosine, x, y, members, h_north, h_lon, h_cosine, along, across, to_east, to_north, chance,
              shared, alive, gate, freedom, 0.0, common_m, used, sums)  # fmt: skip
        det = sums[0] * sums[2] - sums[1] * sums[1]
        if sums[5] == 0.0 or det <= 0.0:
            out[0], out[1] = x, y
            return out
        if turn < _STEPS:
            x, y = (sums[2] * sums[3] - sums[1] * sums[4]) / det, (sums[0] * sums[4] - sums[1] * sums[3]) / det
    number = int(sums[5])
    stride = (number + _STARTS - 1) // _STARTS
    count, best, seen = 0, 0, 0
    for start in range(-1, len(members)):
        from_x, from_y = x, y
        if start >= 0:
            if not used[start]:
                continue
            seen += 1
            if (seen - 1) % stride != 0:
                continue
            j = members[start]
            from_x, from_y = -east_m(h_lon[j], lon, h_cosine[j], cosine), h_north[j] - north
        for turn in range(_STEPS + 1):
            weigh(north, lon, cosine, from_x, from_y, members, h_north, h_lon, h_cosine, along, across, to_east,
                  to_north, chance, shared, alive, -1.0, freedom, extent_m, common_m, used, sums)  # fmt: skip
            det = sums[0] * sums[2] - sums[1] * sums[1]
            if turn < _STEPS:
                from_x = (sums[2] * sums[3] - sums[1] * sums[4]) / det
                from_y = (sums[0] * sums[4] - sums[1] * sums[3]) / det
        modes[count, 0], modes[count, 1] = from_x, from_y
        spread(sums, modes[count, 2:5])
        modes[count, 5] = sums[8]
        if sums[8] > modes[best, 5]:
            best = count
        count += 1
    out[0], out[1], out[5] = modes[best, 0], modes[best, 1], sums[5]
    together = independent(sums)
    for m in range(count):
        modes[m, 5] /= together
    among(modes, count, common_m, out[2:5])
    out[2] += common_m * common_m
    out[4] += common_m * common_m
    return out


@kernel(
    examples=lambda: [
        (*(_example()[k][0] for k in range(3)), np.arange(6), *_example(), np.zeros(6)),
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
