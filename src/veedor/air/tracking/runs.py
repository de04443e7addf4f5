"""One run of the tracker through the plots of a block, in the order in which they are given, and what of it counts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veedor.air.arrow import NONE
from veedor.air.tracking.clutter import densities
from veedor.air.tracking.following import CELL_M, follow
from veedor.air.tracking.rules import AssociationRules
from veedor.air.tracking.sightings import Plots
from veedor.air.tracking.slots import empty_slots, power_of_ten, settings_of
from veedor.air.tracking.turn_times import turns_of
from veedor.kernel.sphere import RADIUS_M

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Run(NamedTuple):
    """By plot: number of its track, log odds of existence, track score, squared innovation."""

    track: Ints
    odds: Floats
    score: Floats
    innovation: Floats

    def reversed(self) -> Run:
        return Run(self.track[::-1], self.odds[::-1], self.score[::-1], self.innovation[::-1])


def prepared(plots: Plots, stated: Ints, rules: AssociationRules) -> tuple[Plots, Ints]:
    """The plots with densities of false ones, and by sensor its turn time and how long it cannot see a target again."""
    count = len(plots.time)
    turns = turns_of(plots.sensor, plots.time, plots.address, plots.sensor_track, stated)
    span = int(plots.time[-1] - plots.time[0])
    room = 1 << max(4, (4 * count).bit_length())
    density = densities(
        plots.north, plots.lon, plots.cosine, plots.sensor, plots.answer, 1.0 + span / turns[:, 0],
        power_of_ten(rules.clutter_secondary_milli), power_of_ten(rules.clutter_least_milli),
        np.full(room, -1), np.zeros(room), np.empty(count),
    )  # fmt: skip
    return plots._replace(density=density), turns


def followed(plots: Plots, turns: Ints, rules: AssociationRules) -> Run:
    """The plots followed in their order."""
    count = len(plots.time)
    reach = rules.silence_us + 2 * rules.window_us
    room = int(np.max(np.arange(count) - np.searchsorted(plots.time, plots.time - reach, side="left"))) + 1
    columns = max(1, int(6.283185307179586 * RADIUS_M * float(plots.cosine.min()) / CELL_M))
    run = Run(np.full(count, -1), np.zeros(count), np.zeros(count), np.zeros(count))
    follow(plots, empty_slots(room), settings_of(rules), turns, columns, *run)
    return run


def confirmed(run: Run, rules: AssociationRules) -> tuple[Ints, Floats]:
    """The numbers of tracks that count, up to where their score is largest: what a track takes after turns without a
    plot, and is not borne out by more, is not its own. All others -1; and the score of each track."""
    count = int(run.track.max(initial=-1)) + 1
    rows = np.flatnonzero(run.track >= 0)
    best, score = np.full(count, -99.0), np.zeros(count)
    np.maximum.at(best, run.track[rows], run.odds[rows])
    np.maximum.at(score, run.track[rows], run.score[rows])
    size = np.bincount(run.track[rows], minlength=count)
    good = (size >= rules.plots_at_least) & (best >= settings_of(rules).confirmed)
    kept = rows[good[run.track[rows]]]
    kept = kept[np.lexsort((kept, run.track[kept]))]
    peaks = kept[run.score[kept] >= score[run.track[kept]]]
    last = np.full(count, -1)
    np.maximum.at(last, run.track[peaks], peaks)
    out = np.full(len(run.track), NONE)
    own = kept[kept <= last[run.track[kept]]]
    out[own] = run.track[own]
    return out, score
