"""Kernels that weigh one plot against one track: where it lies, and what identity and height say.

Everything is a log likelihood ratio of "this target, seen again" against "a false plot or another target". Address,
Mode A code, the sensor's own track number and height are terms beside kinematics: they shift the sum, none decides.
"""

from __future__ import annotations

import math

import numpy as np

from veedor.air.plane import east_m
from veedor.air.tracking.motion import STATE, begin, merge, predict
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import NONE, UNKNOWN, Floats, Ints, Plots, seen_from, some_plots
from veedor.air.tracking.slots import SENSORS_KEPT, Settings, Slots, empty_slots, settings_of
from veedor.kernel import kernel
from veedor.kernel.exactmath import exp, log

PRIMARY, SECONDARY = 1, 6
IMPOSSIBLE = -1e9
# A track in doubt gets the plots that would decide it, after those that are sure of themselves.
LEAST_WORTH = -1.0


def an_example() -> tuple[Plots, Slots, Settings, Ints]:
    """Plots, one track begun from the first, settings and turn times, for the pairs test."""
    plots, slots = some_plots(), empty_slots(4)
    begin(slots.state, 0, 0.0, 0.0, 9e3, 1e3, 8e3, 40.0, 60.0, 400.0)
    slots.origin[0] = plots.north[0], plots.lon[0], plots.cosine[0]
    slots.time[0], slots.last[0], slots.odds[0] = plots.time[0], 0, 2.0
    slots.altitude[0], slots.altitude_time[0] = 3_100_000, plots.time[0]
    slots.address[0], slots.code[0] = 0x0D8001, 513
    slots.seen_by[0, 0], slots.seen_time[0, 0], slots.seen_answer[0, 0] = 0, plots.time[0], 3
    return plots, slots, settings_of(AssociationRules()), np.array([[5_000_000, 2_500_000]])


@kernel(inline=True, examples=lambda: [(settings_of(AssociationRules()), answer) for answer in (0, 1, 2, 5, 7)])
def detects(settings: Settings, answer: int) -> float:
    """The probability that a sensor sees a target once a turn, by the kind of its echo."""
    if answer & SECONDARY:
        return settings.detect_secondary
    return settings.detect_primary if answer & PRIMARY else settings.detect_broadcast


@kernel(inline=True, examples=lambda: [(*an_example()[:2], p, 0) for p in (0, 3)])
def place_of(plots: Plots, slots: Slots, p: int, s: int) -> int:
    """Under which of its last sensors the track knows the sensor of the plot, or -1."""
    for k in range(SENSORS_KEPT):
        if slots.seen_by[s, k] == plots.sensor[p]:
            return k
    return -1


@kernel(examples=lambda: [(*an_example()[:3], p, 0, place) for p in (3, 4, 7) for place in (-1, 0)])
def identity(plots: Plots, slots: Slots, settings: Settings, p: int, s: int, place: int) -> float:
    """What address, code, track number, height and a transponder fallen silent add."""
    total = 0.0
    if plots.address[p] != NONE and slots.address[s] != NONE:
        total += settings.address_same if plots.address[p] == slots.address[s] else settings.address_other
    if plots.code[p] != NONE and slots.code[s] != NONE:
        total += settings.code_same if plots.code[p] == slots.code[s] else settings.code_other
    if place >= 0:
        if plots.sensor_track[p] != NONE and slots.seen_number[s, place] != NONE:
            same = plots.sensor_track[p] == slots.seen_number[s, place]
            total += settings.number_same if same else settings.number_other
        if plots.answer[p] == PRIMARY and slots.seen_answer[s, place] & SECONDARY:
            total += settings.fell_silent
    if plots.altitude[p] != UNKNOWN and slots.altitude_time[s] >= 0:
        age = abs(plots.time[p] - slots.altitude_time[s]) * 1e-6
        sigma = settings.height_sigma + settings.climb_sigma * age
        off = (plots.altitude[p] - slots.altitude[s]) / 1000.0 / sigma
        # Against another target anywhere in the lowest ten kilometres.
        total += max(settings.height_other, log(3_989.4 / sigma) - 0.5 * off * off)
    return total


@kernel(inline=True, examples=lambda: [(*an_example()[:3], 4, s) for s in (0, 1)])
def rise_of(plots: Plots, slots: Slots, settings: Settings, p: int, s: int) -> tuple[float, float]:
    """The target's height above the antenna of the plot as the track knows it, and its sigma (m); -1 if unknown."""
    if slots.altitude_time[s] < 0:
        return -1.0, 0.0
    age = abs(plots.time[p] - slots.altitude_time[s]) * 1e-6
    return (
        max(0.0, slots.altitude[s] / 1000.0 - plots.sight[p, 3]),
        settings.height_sigma + settings.climb_sigma * age,
    )


@kernel(inline=True, examples=lambda: [(*an_example()[:2], p, 0, 0) for p in (0, 3, 4)])
def _reported_again(plots: Plots, slots: Slots, p: int, s: int, place: int) -> bool:
    """Whether a radar's second report within a turn is of the same target by its address, else by the radar's own
    number: radars hand in one target twice. Echoes without either are two."""
    if plots.address[p] != NONE or slots.address[s] != NONE:
        return bool(plots.address[p] == slots.address[s])
    return bool(plots.sensor_track[p] != NONE and plots.sensor_track[p] == slots.seen_number[s, place])


def _weigh_examples() -> list[tuple[object, ...]]:
    plots, slots, settings, turns = an_example()
    return [
        (plots, slots, settings, turns, p, 0, 3_000_000, np.zeros(STATE), np.zeros(STATE), np.zeros(2))
        for p in (1, 3, 4, 6)
    ]


@kernel(examples=_weigh_examples)
def weigh(
    plots: Plots, slots: Slots, settings: Settings, turns: Ints, p: int, s: int, middle_us: int, mixed: Floats,
    ahead: Floats, out: Floats,
) -> float:  # fmt: skip
    """The score of giving plot `p` to track `s` (IMPOSSIBLE outside the gate), for tracks near each other in place.

    `out` receives the log likelihood ratio without the track's existence, and the squared distance in sigmas."""
    e = east_m(slots.middle[s, 1], plots.lon[p], slots.origin[s, 2], plots.cosine[p])
    n = plots.north[p] - slots.middle[s, 0]
    reach = slots.middle[s, 2]
    if e * e + n * n > reach * reach:
        return IMPOSSIBLE
    place = place_of(plots, slots, p, s)
    if place >= 0:
        # One turn sees one target once, but for a radar that hands in echo and answer apart.
        wait = plots.time[p] - slots.seen_time[s, place]
        if wait <= 0 or wait < turns[plots.sensor[p], 1]:
            answers = plots.answer[p] | slots.seen_answer[s, place]
            if answers == 0:
                return IMPOSSIBLE
            if plots.answer[p] & slots.seen_answer[s, place] and not _reported_again(plots, slots, p, s, place):
                return IMPOSSIBLE
    if not slots.fresh[s]:
        predict(
            slots.state, s, (middle_us - slots.time[s]) * 1e-6, settings.steady_s, settings.turning_s, settings.rate,
            settings.q_steady, settings.q_turn, mixed, ahead,
        )  # fmt: skip
        merge(ahead, slots.ahead, s)
        slots.fresh[s] = True
    rise, rise_sigma = rise_of(plots, slots, settings, p, s)
    _, _, ze, zn, ree, ren, rnn = seen_from(
        plots, p, slots.origin[s, 1], slots.origin[s, 0], slots.origin[s, 2], settings.unknown_m, rise, rise_sigma
    )
    later = (plots.time[p] - middle_us) * 1e-6
    de = ze - slots.ahead[s, 0] - later * slots.ahead[s, 2]
    dn = zn - slots.ahead[s, 1] - later * slots.ahead[s, 3]
    see, sen, snn = slots.ahead[s, 4] + ree, slots.ahead[s, 5] + ren, slots.ahead[s, 6] + rnn
    det = see * snn - sen * sen
    d2 = (snn * de * de - 2.0 * sen * de * dn + see * dn * dn) / det
    if d2 > settings.gate:
        return IMPOSSIBLE
    sees = detects(settings, plots.answer[p])
    density = sees / (6.283185307179586 * math.sqrt(det))
    gain = log(density / plots.density[p]) - 0.5 * d2 + identity(plots, slots, settings, p, s, place)
    out[0], out[1] = gain, d2
    exists = 1.0 / (1.0 + exp(-slots.odds[s]))
    worth: float = log(exists / (1.0 - exists * sees))
    score: float = gain + max(LEAST_WORTH, worth)
    return score
