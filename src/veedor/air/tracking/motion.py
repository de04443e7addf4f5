"""Kernels of motion: an interacting multiple model of one target, a steady course and a turn to either side.

Each of the three models holds position and velocity (metres, m/s, east and north of the target's last plot) with its
covariance: 14 numbers. All three are linear for a given turn rate, so that a step is a few hundred multiplications and
no Jacobian. The models mix between plots by a Markov chain whose steps scale with time (Blom and Bar-Shalom 1988).

A state is a row of `STATE` numbers: three models of 14, then their three weights. Of the 14: e, n, ve, vn, then the
covariance ee, en, nn, e-ve, e-vn, n-ve, n-vn, veve, vevn, vnvn.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.kernel.exactmath import exp, sincos

Floats = npt.NDArray[np.float64]

MODELS, SIZE = 3, 14
WEIGHTS = MODELS * SIZE
STATE = WEIGHTS + MODELS


def some_states(count: int = 2) -> Floats:
    """States for the pairs test: targets that fly east and turn a little."""
    states = np.zeros((count, STATE))
    for i in range(count):
        for m in range(MODELS):
            at = m * SIZE
            states[i, at : at + 4] = 10.0 * i + m, -3.0 * m, 80.0 + i, 5.0 * m
            states[i, at + 4 : at + SIZE] = 9e3, 50.0, 4e3, 300.0, 10.0, -4.0, 200.0, 90.0, 1.0, 70.0
        states[i, WEIGHTS:] = 0.8, 0.15, 0.05
    return states


@kernel(inline=True, examples=lambda: [(np.zeros((2, STATE)), 1, 2.5, -1.0, 1e4, 20.0, 9e3, 40.0, -3.0, 1e4)])
def begin(
    state: Floats, i: int, e: float, n: float, ree: float, ren: float, rnn: float, ve: float, vn: float, rvv: float
) -> None:
    """Row `i` for a target first seen at (e, n) with that covariance and a velocity known to `rvv` (m2/s2)."""
    for m in range(MODELS):
        at = m * SIZE
        for k in range(SIZE):
            state[i, at + k] = 0.0
        state[i, at], state[i, at + 1], state[i, at + 2], state[i, at + 3] = e, n, ve, vn
        state[i, at + 4], state[i, at + 5], state[i, at + 6] = ree, ren, rnn
        state[i, at + 11], state[i, at + 13] = rvv, rvv
        state[i, WEIGHTS + m] = 0.1
    state[i, WEIGHTS] = 0.8


@kernel(
    examples=lambda: [
        (some_states(), 0, dt, 60.0, 30.0, 0.03, 1.0, 9.0, np.zeros(STATE), np.zeros(STATE)) for dt in (0.0, 6.0, -1.5)
    ]
)
def predict(
    state: Floats, i: int, dt: float, steady_s: float, turning_s: float, rate: float, q_steady: float, q_turn: float,
    mixed: Floats, ahead: Floats,
) -> None:  # fmt: skip
    """`ahead` becomes row `i` of `state` mixed and moved by `dt` seconds; `mixed` the same before the move.

    A steady course lasts `steady_s` on average, a turn `turning_s`; turns are at `rate` rad/s; `q` are the power
    densities of white acceleration (m2/s3). A negative `dt` (a plot that another sensor took a moment earlier) goes
    back along the course and widens alike."""
    span = dt if dt >= 0.0 else -dt
    leave = span / (steady_s + span)
    back = span / (turning_s + span)
    for j in range(MODELS):
        if j == 0:
            from_0, from_1, from_2 = 1.0 - leave, back, back
        else:
            from_0 = 0.5 * leave
            from_1 = 1.0 - back if j == 1 else 0.0
            from_2 = 1.0 - back if j == 2 else 0.0
        w0 = from_0 * state[i, WEIGHTS]
        w1 = from_1 * state[i, WEIGHTS + 1]
        w2 = from_2 * state[i, WEIGHTS + 2]
        total = w0 + w1 + w2
        mixed[WEIGHTS + j] = total
        ahead[WEIGHTS + j] = total
        w0, w1, w2 = w0 / total, w1 / total, w2 / total
        at = j * SIZE
        for k in range(SIZE):
            mixed[at + k] = w0 * state[i, k] + w1 * state[i, SIZE + k] + w2 * state[i, 2 * SIZE + k]
        for k in range(MODELS):
            w = w0 if k == 0 else (w1 if k == 1 else w2)
            if w > 0.0:
                de = state[i, k * SIZE] - mixed[at]
                dn = state[i, k * SIZE + 1] - mixed[at + 1]
                dve = state[i, k * SIZE + 2] - mixed[at + 2]
                dvn = state[i, k * SIZE + 3] - mixed[at + 3]
                mixed[at + 4] += w * de * de
                mixed[at + 5] += w * de * dn
                mixed[at + 6] += w * dn * dn
                mixed[at + 7] += w * de * dve
                mixed[at + 8] += w * de * dvn
                mixed[at + 9] += w * dn * dve
                mixed[at + 10] += w * dn * dvn
                mixed[at + 11] += w * dve * dve
                mixed[at + 12] += w * dve * dvn
                mixed[at + 13] += w * dvn * dvn
    sine, cosine = sincos(rate * dt)
    for j in range(MODELS):
        a, b, c, s, q = turn_of(j, dt, rate, sine, cosine, q_steady, q_turn)
        _move(mixed, ahead, j * SIZE, a, b, c, s, q, dt)


@kernel(inline=True, examples=lambda: [(j, 6.0, 0.03, 0.17902957, 0.98384369, 1.0, 9.0) for j in range(3)])
def turn_of(
    j: int, dt: float, rate: float, sine: float, cosine: float, q_steady: float, q_turn: float
) -> tuple[float, float, float, float, float]:
    """The numbers of model `j` over `dt`: how velocity moves the place (a along, b across), how it turns, the noise."""
    if j == 0:
        return dt, 0.0, 1.0, 0.0, q_steady
    a = sine / rate
    b = (1.0 - cosine) / rate
    if j == 1:
        return a, b, cosine, sine, q_turn
    return a, -b, cosine, -sine, q_turn


@kernel(
    inline=True,
    examples=lambda: [(some_states()[0], np.zeros(STATE), 14, 5.9, 0.5, 0.98384369, 0.17902957, 9.0, 6.0)],
)
def _move(x: Floats, y: Floats, at: int, a: float, b: float, c: float, s: float, q: float, dt: float) -> None:
    """One model moved: F = [[I, A], [0, R]] with A = [[a, -b], [b, a]] and R = [[c, -s], [s, c]]."""
    ve, vn = x[at + 2], x[at + 3]
    ee, en, nn = x[at + 4], x[at + 5], x[at + 6]
    eve, evn, nve, nvn = x[at + 7], x[at + 8], x[at + 9], x[at + 10]
    vee, ven, vnn = x[at + 11], x[at + 12], x[at + 13]
    y[at] = x[at] + a * ve - b * vn
    y[at + 1] = x[at + 1] + b * ve + a * vn
    y[at + 2] = c * ve - s * vn
    y[at + 3] = s * ve + c * vn
    # D = Ppv + A Pvv
    d00 = eve + a * vee - b * ven
    d01 = evn + a * ven - b * vnn
    d10 = nve + b * vee + a * ven
    d11 = nvn + b * ven + a * vnn
    span = dt if dt >= 0.0 else -dt
    q3 = q * span * span * span / 3.0
    q2 = q * dt * span * 0.5
    q1 = q * span
    # Ppp' = Ppp + A Pvp + D A'
    y[at + 4] = ee + (a * eve - b * evn) + (d00 * a - d01 * b) + q3
    y[at + 5] = en + (a * nve - b * nvn) + (d00 * b + d01 * a)
    y[at + 6] = nn + (b * nve + a * nvn) + (d10 * b + d11 * a) + q3
    y[at + 7] = d00 * c - d01 * s + q2
    y[at + 8] = d00 * s + d01 * c
    y[at + 9] = d10 * c - d11 * s
    y[at + 10] = d10 * s + d11 * c + q2
    y[at + 11] = c * c * vee - 2.0 * c * s * ven + s * s * vnn + q1
    y[at + 12] = c * s * vee + (c * c - s * s) * ven - c * s * vnn
    y[at + 13] = s * s * vee + 2.0 * c * s * ven + c * c * vnn + q1


@kernel(examples=lambda: [(some_states()[1], np.zeros((2, SIZE)), 1)])
def merge(x: Floats, out: Floats, i: int) -> None:
    """The Gaussian with the mean and covariance of the mixture `x`, as the 14 numbers of row `i` of `out`."""
    w0, w1, w2 = x[WEIGHTS], x[WEIGHTS + 1], x[WEIGHTS + 2]
    for k in range(SIZE):
        out[i, k] = w0 * x[k] + w1 * x[SIZE + k] + w2 * x[2 * SIZE + k]
    for m in range(MODELS):
        w = x[WEIGHTS + m]
        de = x[m * SIZE] - out[i, 0]
        dn = x[m * SIZE + 1] - out[i, 1]
        dve = x[m * SIZE + 2] - out[i, 2]
        dvn = x[m * SIZE + 3] - out[i, 3]
        out[i, 4] += w * de * de
        out[i, 5] += w * de * dn
        out[i, 6] += w * dn * dn
        out[i, 7] += w * de * dve
        out[i, 8] += w * de * dvn
        out[i, 9] += w * dn * dve
        out[i, 10] += w * dn * dvn
        out[i, 11] += w * dve * dve
        out[i, 12] += w * dve * dvn
        out[i, 13] += w * dvn * dvn


@kernel(
    examples=lambda: [
        (some_states()[0], some_states(), 1, 60.0, -20.0, 5e3, 100.0, 9e3, 55.0, -18.0),
        (some_states()[0], some_states(), 1, 6e6, -2e6, 5e3, 100.0, 9e3, 6e6, -2e6),
    ]
)
def update(
    ahead: Floats, state: Floats, i: int, e: float, n: float, ree: float, ren: float, rnn: float, origin_e: float,
    origin_n: float,
) -> None:  # fmt: skip
    """Row `i` of `state` becomes `ahead` corrected by a plot at (e, n) with that covariance, seen from the new origin.

    The origin is where the next state is counted from: the plot's place before any correction of it."""
    best = -1e300
    for m in range(MODELS):
        at = m * SIZE
        see, sen, snn = ahead[at + 4] + ree, ahead[at + 5] + ren, ahead[at + 6] + rnn
        det = see * snn - sen * sen
        de, dn = e - ahead[at], n - ahead[at + 1]
        # inverse of S
        iee, ien, inn = snn / det, -sen / det, see / det
        d2 = de * (iee * de + ien * dn) + dn * (ien * de + inn * dn)
        p0, p1, p2 = ahead[at + 4], ahead[at + 5], ahead[at + 6]
        c0, c1, c2, c3 = ahead[at + 7], ahead[at + 8], ahead[at + 9], ahead[at + 10]
        # K = P H' S^-1: four rows of two
        k00, k01 = p0 * iee + p1 * ien, p0 * ien + p1 * inn
        k10, k11 = p1 * iee + p2 * ien, p1 * ien + p2 * inn
        k20, k21 = c0 * iee + c2 * ien, c0 * ien + c2 * inn
        k30, k31 = c1 * iee + c3 * ien, c1 * ien + c3 * inn
        state[i, at] = ahead[at] + k00 * de + k01 * dn - origin_e
        state[i, at + 1] = ahead[at + 1] + k10 * de + k11 * dn - origin_n
        state[i, at + 2] = ahead[at + 2] + k20 * de + k21 * dn
        state[i, at + 3] = ahead[at + 3] + k30 * de + k31 * dn
        state[i, at + 4] = p0 - (k00 * p0 + k01 * p1)
        state[i, at + 5] = p1 - (k00 * p1 + k01 * p2)
        state[i, at + 6] = p2 - (k10 * p1 + k11 * p2)
        state[i, at + 7] = c0 - (k00 * c0 + k01 * c2)
        state[i, at + 8] = c1 - (k00 * c1 + k01 * c3)
        state[i, at + 9] = c2 - (k10 * c0 + k11 * c2)
        state[i, at + 10] = c3 - (k10 * c1 + k11 * c3)
        state[i, at + 11] = ahead[at + 11] - (k20 * c0 + k21 * c2)
        state[i, at + 12] = ahead[at + 12] - (k20 * c1 + k21 * c3)
        state[i, at + 13] = ahead[at + 13] - (k30 * c1 + k31 * c3)
        state[i, WEIGHTS + m] = d2
        if -0.5 * d2 > best:
            best = -0.5 * d2
    total = 0.0
    for m in range(MODELS):
        at = m * SIZE
        see, sen, snn = ahead[at + 4] + ree, ahead[at + 5] + ren, ahead[at + 6] + rnn
        likely = exp(-0.5 * state[i, WEIGHTS + m] - best) / math.sqrt(see * snn - sen * sen)
        state[i, WEIGHTS + m] = ahead[WEIGHTS + m] * likely
        total += state[i, WEIGHTS + m]
    # No model is ever given up: one that explains nothing now may explain the next turn.
    for m in range(MODELS):
        state[i, WEIGHTS + m] = state[i, WEIGHTS + m] / total * 0.997 + 0.001
