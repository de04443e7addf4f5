"""Kernels that follow targets through the plots of one block of time: gate, assign, update, begin, give up.

Plots are taken in windows of a moment (`window_us`, aligned to absolute time), in each sensor by sensor in order of
their first plot: a window is shorter than a turn, so a target gives at most one plot of a kind. Whether a track is a
target is a probability that each plot raises and each turn without one lowers (integrated probabilistic data
association of Musicki, Evans and Stankovic 1994, with the assigned plot alone).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from veedor.air.plane import PI, TWO_PI
from veedor.air.tracking.assignment import FAR, assign
from veedor.air.tracking.motion import STATE, begin, predict, update
from veedor.air.tracking.sightings import NONE, UNKNOWN, Floats, Ints, Plots, seen_from
from veedor.air.tracking.slots import SENSORS_KEPT, Settings, Slots
from veedor.air.tracking.weighing import SECONDARY, an_example, detects, place_of, rise_of, weigh
from veedor.kernel import kernel
from veedor.kernel.exactmath import exp, log
from veedor.kernel.sphere import RADIUS_M

Bools = npt.NDArray[np.bool_]

CELL_M = 12_000.0
REACH_M = 11_000.0
COLUMNS_KEPT = 1 << 20


@kernel(inline=True, examples=lambda: [(1e6, x, 5_000) for x in (-3.2, -1.0, 3.15)])
def _row_column(north: float, lon: float, columns: int) -> tuple[int, int]:
    """The cell of a place in a grid of rows of CELL_M and `columns` columns around the globe."""
    turn = (lon + PI) / TWO_PI
    turn -= math.floor(turn)
    return int(np.floor(north / CELL_M)) + 1_000, min(columns - 1, int(turn * columns))


@kernel(inline=True, examples=lambda: [(r, c, 255) for r, c in ((1_000, 7), (1_001, 6), (0, 0))])
def _bucket(row: int, column: int, mask: int) -> int:
    return ((row * 7_919 + column) * 0x9E3779B1 >> 7) & mask


@kernel(examples=lambda: [(*an_example()[1:3], 0, 9_000_000, 5_000)])
def _put(slots: Slots, settings: Settings, s: int, middle_us: int, columns: int) -> int:
    """Where track `s` will be in the middle of the window and how far off a plot may lie; its cell."""
    dt = (middle_us - slots.time[s]) * 1e-6
    state = slots.state
    steady = state[s, STATE - 3]
    m = 0 if steady >= state[s, STATE - 2] and steady >= state[s, STATE - 1] else (
        14 if state[s, STATE - 2] >= state[s, STATE - 1] else 28)  # fmt: skip
    e, n, ve, vn = state[s, m], state[s, m + 1], state[s, m + 2], state[s, m + 3]
    slots.middle[s, 0] = slots.origin[s, 0] + n + vn * dt
    slots.middle[s, 1] = slots.origin[s, 1] + (e + ve * dt) / (RADIUS_M * max(0.01, slots.origin[s, 2]))
    spread = state[s, m + 4] + state[s, m + 6] + 2.0 * abs(dt * (state[s, m + 7] + state[s, m + 10]))
    spread += dt * dt * (state[s, m + 11] + state[s, m + 13]) + settings.q_turn * abs(dt * dt * dt)
    speed = math.sqrt(ve * ve + vn * vn)
    turned = min(0.5 * settings.rate * dt * dt, 2.0 * abs(dt)) * speed
    slots.middle[s, 2] = min(REACH_M, 5.0 * math.sqrt(spread) + turned + 3_000.0)
    row, column = _row_column(slots.middle[s, 0], slots.middle[s, 1], columns)
    return row * COLUMNS_KEPT + column


@kernel(inline=True, examples=lambda: [(*an_example()[:2], 4, 0), (*an_example()[:2], 4, 1)])
def _note(plots: Plots, slots: Slots, p: int, s: int) -> None:
    """What the plot says of the target's identity and height, and who saw it when."""
    slots.time[s], slots.last[s], slots.sensor[s] = plots.time[p], p, plots.sensor[p]
    slots.origin[s, 0], slots.origin[s, 1], slots.origin[s, 2] = plots.north[p], plots.lon[p], plots.cosine[p]
    if plots.address[p] != NONE:
        slots.address[s] = plots.address[p]
    if plots.code[p] != NONE:
        slots.code[s] = plots.code[p]
    if plots.altitude[p] != UNKNOWN:
        slots.altitude[s], slots.altitude_time[s] = plots.altitude[p], plots.time[p]
    place = place_of(plots, slots, p, s)
    if place < 0:
        place = 0
        for k in range(SENSORS_KEPT):
            if slots.seen_time[s, k] < slots.seen_time[s, place]:
                place = k
        slots.seen_number[s, place] = NONE
    slots.seen_by[s, place], slots.seen_time[s, place] = plots.sensor[p], plots.time[p]
    slots.seen_answer[s, place] = plots.answer[p]
    if plots.sensor_track[p] != NONE:
        slots.seen_number[s, place] = plots.sensor_track[p]


@kernel(examples=lambda: [(*an_example()[:3], p, 1, 17) for p in (0, 1)])
def _begin(plots: Plots, slots: Slots, settings: Settings, p: int, s: int, track: int) -> None:
    """Slot `s` becomes track number `track`, begun at plot `p`."""
    slots.track[s], slots.plots[s] = track, 1
    slots.address[s], slots.code[s], slots.altitude[s], slots.altitude_time[s] = NONE, NONE, UNKNOWN, -1
    for k in range(SENSORS_KEPT):
        slots.seen_by[s, k], slots.seen_time[s, k] = NONE, -FAR
    _, _, e, n, ree, ren, rnn = seen_from(
        plots, p, plots.lon[p], plots.north[p], plots.cosine[p], settings.unknown_m, -1.0, 0.0
    )
    if plots.velocity[p, 2] >= 0.0:
        begin(slots.state, s, e, n, ree, ren, rnn, plots.velocity[p, 0], plots.velocity[p, 1], plots.velocity[p, 2])
    else:
        begin(slots.state, s, e, n, ree, ren, rnn, 0.0, 0.0, settings.first_variance)
    _note(plots, slots, p, s)
    slots.odds[s] = max(-6.0, min(2.0, log(settings.birth / plots.density[p])))
    slots.score[s] = log(settings.birth / plots.density[p])
    slots.fresh[s] = False


def _take_examples() -> list[tuple[object, ...]]:
    plots, slots, settings, turns = an_example()
    return [(plots, slots, settings, turns, p, 0, 4.5, np.zeros(STATE), np.zeros(STATE)) for p in (3, 6)]


@kernel(examples=_take_examples)
def _take(
    plots: Plots, slots: Slots, settings: Settings, turns: Ints, p: int, s: int, gain: float, mixed: Floats,
    ahead: Floats,
) -> None:  # fmt: skip
    """Track `s` takes plot `p`: state, existence, identity."""
    rise, rise_sigma = rise_of(plots, slots, settings, p, s)
    raw_e, raw_n, e, n, ree, ren, rnn = seen_from(
        plots, p, slots.origin[s, 1], slots.origin[s, 0], slots.origin[s, 2], settings.unknown_m, rise, rise_sigma
    )
    predict(
        slots.state, s, (plots.time[p] - slots.time[s]) * 1e-6, settings.steady_s, settings.turning_s, settings.rate,
        settings.q_steady, settings.q_turn, mixed, ahead,
    )  # fmt: skip
    update(ahead, slots.state, s, e, n, ree, ren, rnn, raw_e, raw_n)
    place = place_of(plots, slots, p, s)
    sees = detects(settings, plots.answer[p])
    if place >= 0:
        turn = turns[plots.sensor[p], 0]
        missed = min(8, (plots.time[p] - slots.seen_time[s, place] + turn // 2) // turn - 1)
        if missed > 0:
            unseen = missed * log(1.0 - detects(settings, slots.seen_answer[s, place]))
            slots.odds[s] += unseen
            slots.score[s] += unseen
    more = log(1.0 - sees + exp(min(gain, 40.0)))
    slots.odds[s] = min(settings.certain, slots.odds[s] + more)
    slots.score[s] += more
    slots.plots[s] += 1
    slots.fresh[s] = False
    _note(plots, slots, p, s)


@kernel(inline=True, examples=lambda: [(*an_example()[1:], 0, t) for t in (9_000_000, 30_000_000, 300_000_000)])
def _given_up(slots: Slots, settings: Settings, turns: Ints, s: int, now_us: int) -> bool:
    """Whether nobody would take track `s` for a target any more."""
    silence = now_us - slots.time[s]
    if silence > settings.silence_us:
        return True
    turn = turns[slots.sensor[s], 0]
    missed = (silence + turn // 2) // turn - 1
    if missed <= 0:
        return False
    answer = SECONDARY
    for k in range(SENSORS_KEPT):
        if slots.seen_by[s, k] == slots.sensor[s]:
            answer = slots.seen_answer[s, k]
    odds: float = slots.odds[s] + missed * log(1.0 - detects(settings, answer))
    return odds < settings.dropped


def _follow_examples() -> list[tuple[object, ...]]:
    plots, _, settings, turns = an_example()
    from veedor.air.tracking.slots import empty_slots

    count = len(plots.time)
    return [
        (
            plots,
            empty_slots(count),
            settings,
            turns,
            3_000,
            np.full(count, -1),
            np.zeros(count),
            np.zeros(count),
            np.zeros(count),
        )
    ]


@kernel(examples=_follow_examples)
def follow(
    plots: Plots, slots: Slots, settings: Settings, turns: Ints, columns: int, track: Ints, odds: Floats,
    score: Floats, innovation: Floats,
) -> int:  # fmt: skip
    """Which track each plot belongs to (numbered from 0 in order of their first plots), the log odds of its existence
    then, its track score (the same, neither bounded below nor above), and the squared distance in sigmas between plot
    and expectation. Returns the number of tracks.

    `slots` must be empty, with room for as many tracks as there are plots in any `silence_us` and two windows.
    `turns` holds the turn time of each sensor and how long it cannot see one target again."""
    count, room = len(plots.time), len(slots.time)
    alive = np.empty(room, np.int64)
    living = 0
    spare = np.arange(room)[::-1].copy()
    free = room
    tracks = 0
    mask = 255
    while mask < 2 * room and mask < 65_535:
        mask = 2 * mask + 1
    head = np.full(mask + 1, -1, np.int64)
    most = 1
    i = 0
    while i < count:  # the largest window
        window, j = plots.time[i] // settings.window_us, i
        while j < count and plots.time[j] // settings.window_us == window:
            j += 1
        most = max(most, j - i)
        i = j
    members = np.empty(most, np.int64)
    waiting = np.empty(most, np.bool_)
    seen = np.full(1_024, -1, np.int64)
    batch = 0
    row_of = np.full(room, -1, np.int64)
    slot_of = np.empty(room, np.int64)
    partner, price = np.empty(room, np.int64), np.empty(room, np.int64)
    value, owner = np.zeros(most, np.int64), np.full(most, -1, np.int64)
    near, through = np.full(most, FAR, np.int64), np.empty(most, np.int64)
    touched, done = np.empty(most, np.int64), np.zeros(most, np.bool_)
    edge_row, edge_column = np.empty(64, np.int64), np.empty(64, np.int64)
    edge_score, edge_gain = np.empty(64, np.int64), np.empty((64, 2))
    by_row, column_by_row, score_by_row = np.empty(64, np.int64), np.empty(64, np.int64), np.empty(64, np.int64)
    start = np.zeros(room + 1, np.int64)
    mixed, ahead, out = np.empty(STATE), np.empty(STATE), np.empty(2)
    first = 0
    while first < count:
        window = plots.time[first] // settings.window_us
        middle_us = window * settings.window_us + settings.window_us // 2
        stop = first
        while stop < count and plots.time[stop] // settings.window_us == window:
            waiting[stop - first] = True
            stop += 1
        # Who is still alive, and where.
        for k in range(living):
            if slots.cell[alive[k]] >= 0:
                head[_bucket(slots.cell[alive[k]] // COLUMNS_KEPT, slots.cell[alive[k]] % COLUMNS_KEPT, mask)] = -1
        kept = 0
        for k in range(living):
            s = alive[k]
            if _given_up(slots, settings, turns, s, middle_us):
                spare[free] = s
                free += 1
                continue
            alive[kept] = s
            kept += 1
            slots.fresh[s] = False
            slots.cell[s] = _put(slots, settings, s, middle_us, columns)
            bucket = _bucket(slots.cell[s] // COLUMNS_KEPT, slots.cell[s] % COLUMNS_KEPT, mask)
            slots.following[s] = head[bucket]
            head[bucket] = s
        living = kept
        left = stop - first
        lowest = first
        while left > 0:
            while not waiting[lowest - first]:
                lowest += 1
            sensor, size = plots.sensor[lowest], 0
            batch += 1
            for p in range(lowest, stop):
                if waiting[p - first] and plots.sensor[p] == sensor:
                    if plots.address[p] != NONE:
                        # An address a second time: that plot waits for the next round.
                        tag = (plots.address[p] * 0x9E3779B1 >> 9) & 1_023
                        if seen[tag] == batch:
                            break
                        seen[tag] = batch
                    members[size] = p
                    size += 1
                    waiting[p - first] = False
            left -= size
            edges, rows = 0, 0
            for c in range(size):
                p = members[c]
                row, column = _row_column(plots.north[p], plots.lon[p], columns)
                for around in range(9):
                    r, q = row + around // 3 - 1, (column + around % 3 - 1) % columns
                    s = head[_bucket(r, q, mask)]
                    while s >= 0:
                        if slots.cell[s] == r * COLUMNS_KEPT + q:
                            weight = weigh(plots, slots, settings, turns, p, s, middle_us, mixed, ahead, out)
                            if weight > 0.001:
                                if edges == len(edge_row):
                                    edge_row, edge_column = _longer(edge_row), _longer(edge_column)
                                    edge_score, edge_gain = _longer(edge_score), _wider(edge_gain)
                                if row_of[s] < 0:
                                    row_of[s] = rows
                                    slot_of[rows] = s
                                    rows += 1
                                edge_row[edges], edge_column[edges] = row_of[s], c
                                edge_score[edges] = int(min(weight, 1e6) * 1e3)
                                edge_gain[edges, 0], edge_gain[edges, 1] = out[0], out[1]
                                edges += 1
                        s = slots.following[s]
            if edges:
                # Edges by row, within it in order of plots.
                for r in range(rows + 1):
                    start[r] = 0
                for k in range(edges):
                    start[edge_row[k] + 1] += 1
                for r in range(rows):
                    start[r + 1] += start[r]
                if len(by_row) < edges:
                    by_row = np.empty(len(edge_row), np.int64)
                    column_by_row, score_by_row = np.empty_like(by_row), np.empty_like(by_row)
                for k in range(edges):
                    at = start[edge_row[k]]
                    start[edge_row[k]] += 1
                    by_row[at], column_by_row[at], score_by_row[at] = k, edge_column[k], edge_score[k]
                for r in range(rows, 0, -1):
                    start[r] = start[r - 1]
                start[0] = 0
                assign(
                    rows, start, column_by_row, score_by_row, partner, price, value, owner, near, through, touched, done
                )
                for r in range(rows):
                    s = slot_of[r]
                    row_of[s] = -1
                    if partner[r] < 0:
                        continue
                    for k in range(start[r], start[r + 1]):
                        if column_by_row[k] == partner[r]:
                            p = members[partner[r]]
                            _take(plots, slots, settings, turns, p, s, edge_gain[by_row[k], 0], mixed, ahead)
                            track[p], odds[p], score[p] = slots.track[s], slots.odds[s], slots.score[s]
                            innovation[p] = edge_gain[by_row[k], 1]
            for c in range(size):
                p = members[c]
                if track[p] < 0 and free > 0:
                    free -= 1
                    s = spare[free]
                    _begin(plots, slots, settings, p, s, tracks)
                    track[p], odds[p], score[p] = tracks, slots.odds[s], slots.score[s]
                    tracks += 1
                    alive[living] = s
                    living += 1
                    slots.cell[s] = _put(slots, settings, s, middle_us, columns)
                    bucket = _bucket(slots.cell[s] // COLUMNS_KEPT, slots.cell[s] % COLUMNS_KEPT, mask)
                    slots.following[s] = head[bucket]
                    head[bucket] = s
                value[c], owner[c] = 0, -1
        first = stop
    return tracks


# Element by element: numba's assignment of an array to a slice compiles for seconds, for the text of its error.
@kernel(examples=lambda: [(np.arange(3),)])
def _longer(values: Ints) -> Ints:
    out = np.zeros(2 * len(values), np.int64)
    for k in range(len(values)):
        out[k] = values[k]
    return out


@kernel(examples=lambda: [(np.ones((3, 2)),)])
def _wider(values: Floats) -> Floats:
    out = np.zeros((2 * len(values), 2))
    for k in range(len(values)):
        out[k, 0], out[k, 1] = values[k, 0], values[k, 1]
    return out
