"""Kernel of smoothing: where a target was, given all of its plots, those that came later too.

Forward the same three models as the tracker's; backward a Rauch-Tung-Striebel pass over their mixture: between two
plots the joint distribution of both states has the mean and covariance of the mixture, so the pass is exact for one
model and keeps means and covariances right for three. After a silence too long for a track, as between plots that
only their address joins, a target that reports its velocity is smoothed on its own from there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from veedor.air.tracking.motion import MODELS, SIZE, STATE, WEIGHTS, begin, merge, predict, turn_of, update
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import UNKNOWN, Floats, Ints, Plots, seen_from, some_plots
from veedor.air.tracking.slots import Settings, settings_of
from veedor.kernel import kernel
from veedor.kernel.exactmath import sincos

# Where the entry (row, column) of a covariance stands among the 14 numbers of a model.
PLACES = np.array([[4, 5, 7, 8], [5, 6, 9, 10], [7, 9, 11, 12], [8, 10, 12, 13]])


def _cross_examples() -> list[tuple[object, ...]]:
    from veedor.air.tracking.motion import some_states

    states = some_states()
    mixed, ahead = np.zeros(STATE), np.zeros(STATE)
    predict(states, 0, 6.0, 60.0, 30.0, 0.03, 1.0, 9.0, mixed, ahead)
    both = np.zeros((2, SIZE))
    merge(mixed, both, 0)
    merge(ahead, both, 1)
    return [(mixed, ahead, both, 0, both, 1, 6.0, 0.03, np.zeros((4, 4)))]


@kernel(examples=_cross_examples)
def _cross(
    mixed: Floats, ahead: Floats, now: Floats, i: int, then: Floats, j: int, dt: float, rate: float, out: Floats
) -> None:
    """The covariance of the state now (rows) with the state `dt` later (columns), over the mixture."""
    sine, cosine = sincos(rate * dt)
    for r in range(4):
        for c in range(4):
            out[r, c] = 0.0
    for m in range(MODELS):
        a, b, cos_m, sin_m, _ = turn_of(m, dt, rate, sine, cosine, 0.0, 0.0)
        w, at = mixed[WEIGHTS + m], m * SIZE
        for r in range(4):
            pe, pn = mixed[at + PLACES[r, 0]], mixed[at + PLACES[r, 1]]
            pve, pvn = mixed[at + PLACES[r, 2]], mixed[at + PLACES[r, 3]]
            off = mixed[at + r] - now[i, r]
            out[r, 0] += w * (pe + a * pve - b * pvn + off * (ahead[at] - then[j, 0]))
            out[r, 1] += w * (pn + b * pve + a * pvn + off * (ahead[at + 1] - then[j, 1]))
            out[r, 2] += w * (cos_m * pve - sin_m * pvn + off * (ahead[at + 2] - then[j, 2]))
            out[r, 3] += w * (sin_m * pve + cos_m * pvn + off * (ahead[at + 3] - then[j, 3]))


@kernel(examples=lambda: [(_cross_examples()[0][4], 1, np.arange(16.0).reshape(4, 4), np.zeros((4, 4)))])
def _gain(then: Floats, j: int, cross: Floats, gain: Floats) -> None:
    """gain = cross P^-1 for the covariance P of row `j`, by its Cholesky factor."""
    lower = np.zeros((4, 4))
    for r in range(4):
        for c in range(r + 1):
            total = then[j, PLACES[r, c]]
            for k in range(c):
                total -= lower[r, k] * lower[c, k]
            lower[r, c] = np.sqrt(max(total, 1e-12)) if r == c else total / lower[c, c]
    for r in range(4):
        y = np.zeros(4)
        for c in range(4):
            total = cross[r, c]
            for k in range(c):
                total -= lower[c, k] * y[k]
            y[c] = total / lower[c, c]
        for c in range(3, -1, -1):
            total = y[c]
            for k in range(c + 1, 4):
                total -= lower[k, c] * gain[r, k]
            gain[r, c] = total / lower[c, c]


def _examples() -> list[tuple[object, ...]]:
    plots = some_plots()
    order = np.append(np.arange(0, 60, 3), np.arange(1, 60, 3))
    rules = AssociationRules()
    return [
        (plots, settings_of(each), order, np.array([0, 20, 40]), np.zeros((60, SIZE)))
        for each in (rules, replace(rules, silence_us=3_000_000))
    ]


@kernel(examples=_examples)
def smooth(plots: Plots, settings: Settings, order: Ints, start: Ints, out: Floats) -> Floats:
    """`out[p]` becomes the 14 numbers (motion.py) of the target at plot `p`, places in metres from that plot's place.

    `order` holds the plots of the tracks one after the other, each in order of time; track k those from `start[k]` to
    `start[k + 1]`."""
    longest = 1
    for k in range(len(start) - 1):
        longest = max(longest, start[k + 1] - start[k])
    state, mixed, ahead = np.empty((1, STATE)), np.empty(STATE), np.empty(STATE)
    then, gains = np.empty((longest, SIZE)), np.empty((longest, 4, 4))
    moved = np.empty((longest, 2))
    cross, gain = np.empty((4, 4)), np.empty((4, 4))
    spread, middle = np.empty((4, 4)), np.empty((4, 4))
    off = np.empty(4)
    for k in range(len(start) - 1):
        base, count = start[k], start[k + 1] - start[k]
        # Height as the nearest earlier plot gives it, for the first ones the first that is known.
        altitude, at_us = UNKNOWN, 0
        for x in range(count):
            if plots.altitude[order[base + x]] != UNKNOWN:
                altitude, at_us = plots.altitude[order[base + x]], plots.time[order[base + x]]
                break
        for x in range(count):
            p = order[base + x]
            if plots.altitude[p] != UNKNOWN:
                altitude, at_us = plots.altitude[p], plots.time[p]
            rise, sigma = -1.0, 0.0
            if altitude != UNKNOWN:
                rise = max(0.0, altitude / 1000.0 - plots.sight[p, 3])
                sigma = settings.height_sigma + settings.climb_sigma * (abs(plots.time[p] - at_us) * 1e-6)
            before = order[base + x - 1] if x else p
            raw_e, raw_n, e, n, ree, ren, rnn = seen_from(
                plots, p, plots.lon[before], plots.north[before], plots.cosine[before], settings.unknown_m, rise, sigma
            )
            said = plots.velocity[p, 2] >= 0.0
            if x == 0 or (said and plots.time[p] - plots.time[before] > settings.silence_us):
                # Over a silence a course says little, what the target itself says at its end much: it begins anew.
                gains[x], then[x] = 0.0, 0.0
                moved[x, 0], moved[x, 1] = 0.0, 0.0
                if said:
                    begin(
                        state, 0, e, n, ree, ren, rnn, plots.velocity[p, 0], plots.velocity[p, 1], plots.velocity[p, 2]
                    )
                else:
                    begin(state, 0, e, n, ree, ren, rnn, 0.0, 0.0, settings.first_variance)
            else:
                dt = (plots.time[p] - plots.time[before]) * 1e-6
                predict(
                    state, 0, dt, settings.steady_s, settings.turning_s, settings.rate, settings.q_steady,
                    settings.q_turn, mixed, ahead,
                )  # fmt: skip
                merge(ahead, then, x)
                _cross(mixed, ahead, out, before, then, x, dt, settings.rate, cross)
                _gain(then, x, cross, gain)
                for r in range(4):
                    for c in range(4):
                        gains[x, r, c] = gain[r, c]
                moved[x, 0], moved[x, 1] = raw_e, raw_n
                update(ahead, state, 0, e, n, ree, ren, rnn, raw_e, raw_n)
            merge(state[0], out, p)
        for x in range(count - 1, 0, -1):
            p, before = order[base + x], order[base + x - 1]
            # The later state seen from the earlier plot's place, less what was expected.
            for r in range(4):
                off[r] = out[p, r] - then[x, r]
            off[0] += moved[x, 0]
            off[1] += moved[x, 1]
            for r in range(4):
                for c in range(4):
                    spread[r, c] = out[p, PLACES[r, c]] - then[x, PLACES[r, c]]
            for r in range(4):
                total = 0.0
                for c in range(4):
                    total += gains[x, r, c] * off[c]
                    middle[r, c] = 0.0
                    for d in range(4):
                        middle[r, c] += gains[x, r, d] * spread[d, c]
                out[before, r] += total
            for r in range(4):
                for c in range(r, 4):
                    total = 0.0
                    for d in range(4):
                        total += middle[r, d] * gains[x, c, d]
                    out[before, PLACES[r, c]] += total
    return out
