"""Association once more, backwards in time, and which plots each track has by both.

Logs are history: what a target did later tells where it was before. The same tracker runs through the plots of a block
from the last to the first. There a track is sure of itself by the time it comes to where the forward one still doubted:
at its beginning, after a fade, after a turn that was not expected.

1. A track counts if most of its plots are in tracks of the other run too, for chance makes other tracks backwards; or
   if its score leaves no doubt (`alone`).
2. Forward and backward tracks that hold the same plots are one group. In a group either the forward tracks stand or the
   backward ones: those whose plots they explain better against false plots (the track score of Sittler 1964: sum of log
   likelihood ratios, births and turns without a plot included).
3. Plots that only the others have go to the track nearest in time of those that share plots with theirs, of equally
   near ones to that which shares most, where its radar did not see that target a moment before or after.
4. A track begins where the backward run knows it and ends where the forward one does: each is in doubt where it began.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.tracking.sightings import Plots
from veedor.air.tracking.unite import unite

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def mirrored(plots: Plots, window_us: int) -> Plots:
    """The plots with time running backwards, from 0; windows hold the same plots as before."""
    edge = (plots.time[-1] // window_us + 1) * window_us - 1
    back = Plots(*(values[::-1].copy() for values in plots))  # type: ignore[arg-type] # all are arrays
    velocity = back.velocity.copy()
    velocity[:, :2] *= np.where(velocity[:, 2:] >= 0.0, -1.0, 1.0)
    return back._replace(time=edge - back.time, velocity=velocity)


def agreed(
    plots: Plots,
    turns: Ints,
    forward: Ints,
    backward: Ints,
    forward_score: Floats,
    backward_score: Floats,
    alone: float,
) -> Ints:
    """Track number of each plot, -1: none. `forward`, `backward` are the numbers by either run of confirmed tracks, -1
    for all other plots; scores are the track scores by those numbers. Numbers of the result are those of the forward
    run, and after them those of the backward run."""
    ahead, back = len(forward_score), len(backward_score)
    both = (forward >= 0) & (backward >= 0)
    forward = _borne_out(forward, both, forward_score >= alone)
    backward = _borne_out(backward, both, backward_score >= alone)
    both = (forward >= 0) & (backward >= 0)
    pairs, shared = np.unique(forward[both] * max(back, 1) + backward[both], return_counts=True)
    left, right = pairs // max(back, 1), pairs % max(back, 1)
    group = unite(np.arange(ahead + back), left, ahead + right)
    total = np.zeros(ahead + back)
    np.add.at(total, group[:ahead], forward_score)
    np.subtract.at(total, group[ahead:], backward_score)
    stands = np.append(total[group[:ahead]] >= 0.0, total[group[ahead:]] < 0.0)
    by_forward = np.where(forward >= 0, forward, ahead + back)
    by_backward = np.where(backward >= 0, ahead + backward, ahead + back)
    stands = np.append(stands, False)
    track = np.where(stands[by_forward], by_forward, np.where(stands[by_backward], by_backward, -1))
    standing = np.where(stands[left], left, ahead + right)
    other = np.where(stands[left], ahead + right, left)
    first, last = _span(track, ahead + back)
    free = np.flatnonzero(track < 0)
    offered = np.full(len(track), -1)
    # What both runs hold goes by the forward one where it can.
    for by in (by_backward, by_forward):
        offered[free] = _nearest(free, by[free], standing, other, shared, first, last, offered[free])
    track = _with(plots, turns, track, offered)
    return _between(track, backward >= 0, forward >= 0, ahead + back)


def _span(track: Ints, count: int) -> tuple[Ints, Ints]:
    """The first and last place of each track."""
    place, rows = np.arange(len(track)), track >= 0
    first, last = np.full(count, len(track)), np.full(count, -1)
    np.minimum.at(first, track[rows], place[rows])
    np.maximum.at(last, track[rows], place[rows])
    return first, last


def _nearest(
    rows: Ints, by: Ints, standing: Ints, other: Ints, shared: Ints, first: Ints, last: Ints, otherwise: Ints
) -> Ints:
    """For plots `rows` of other tracks `by`: the standing track nearest in time of those that share with that one."""
    order = np.lexsort((standing, -shared, other))
    start = np.searchsorted(other[order], by, side="left")
    count = np.searchsorted(other[order], by, side="right") - start
    plot = np.repeat(np.arange(len(rows)), count)
    pair = order[np.repeat(start - np.append(0, np.cumsum(count)[:-1]), count) + np.arange(len(plot))]
    found = standing[pair]
    away = np.maximum(0, np.maximum(first[found] - rows[plot], rows[plot] - last[found]))
    best = np.lexsort((np.arange(len(plot)), away, plot))
    heads = best[np.unique(plot[best], return_index=True)[1]]
    out = otherwise.copy()
    out[plot[heads]] = found[heads]
    return out


def _between(track: Ints, sure_start: Bools, sure_end: Bools, count: int) -> Ints:
    """`track` from its first plot with a sure start to its last with a sure end. A run doubts where it begins."""
    place = np.arange(len(track))
    first, last = _span(np.where(sure_start, track, -1), count)[0], _span(np.where(sure_end, track, -1), count)[1]
    inside = (place >= np.append(first, 0)[track]) & (place <= np.append(last, 0)[track])
    return np.where(inside, track, -1)


def _borne_out(track: Ints, both: Bools, sure: Bools) -> Ints:
    """`track` without those not `sure` of whose plots the other run gives half or fewer to any target."""
    rows = track >= 0
    shared, all_of_it = (np.bincount(track[some], minlength=len(sure)) for some in (both, rows))
    return np.where(np.append(sure | (2 * shared > all_of_it), False)[track], track, -1)


def _with(plots: Plots, turns: Ints, track: Ints, offered: Ints) -> Ints:
    """`track` with the plots that are `offered` to tracks, but for those of a radar that saw the target just then."""
    out = np.where(track >= 0, track, offered)
    rows = np.flatnonzero(out >= 0)
    rows = rows[np.lexsort((rows, plots.sensor[rows], out[rows]))]
    same = (out[rows[1:]] == out[rows[:-1]]) & (plots.sensor[rows[1:]] == plots.sensor[rows[:-1]])
    near = same & (plots.time[rows[1:]] - plots.time[rows[:-1]] < turns[plots.sensor[rows[1:]], 1])
    new = offered[rows] >= 0
    out[rows[1:][near & new[1:]]] = -1
    out[rows[:-1][near & new[:-1]]] = -1
    return out
