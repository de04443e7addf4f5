"""Going dark: the transponder of an aircraft falls silent while a radar that had its answers goes on seeing its echo.

The strongest sign of a silence that is meant: it needs no model of coverage. A transponder that begins to answer in
flight says less, and only after minutes: many are switched on after take-off.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.tables.plots import ADSB, MODE_S, PSR, SSR

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TRANSPONDER = SSR | MODE_S | ADSB
RECENT = 20  # plots before a silence that show its sensors and their revisit


def darkened(
    of: Ints, time: Ints, mode: Ints, sensor: Ints, ground: Bools, least_us: int, echoes_least: int
) -> list[tuple[int, int, int]]:
    """(last answer, next answer or else last echo, echoes between), as numbers of plots, of each time in which a track
    or leg went dark for `least_us` and `echoes_least` plots or more, in order.

    `of`: the track or leg of each plot, sorted, each with its plots in order of time (microseconds); `sensor`: numbers;
    `ground`: said to be on the ground."""
    answers = np.flatnonzero((mode & TRANSPONDER) != 0)
    if not len(answers):
        return []
    last = np.append(of[answers[1:]] != of[answers[:-1]], True)
    back = np.flatnonzero(~last[:-1] & (np.diff(time[answers]) >= least_us))
    # One that comes back ends with an answer in flight; the silence after the last answer lasts to the end.
    pairs = [(a, b, False) for a, b in zip(answers[back].tolist(), answers[back + 1].tolist(), strict=True)]
    ends = np.searchsorted(of, of[answers[last]], side="right").tolist()
    pairs += [(a, end, True) for a, end in zip(answers[last].tolist(), ends, strict=True)]
    found = []
    for a, b, to_the_end in sorted(pairs):
        if b - a - 1 < echoes_least or time[b - to_the_end] - time[a] < least_us or ground[a]:
            continue
        if not to_the_end and ground[b]:
            continue
        before = np.arange(max(0, a - RECENT), a + 1)
        echoes = _of_radars(mode, sensor, np.arange(a + 1, b), before[of[before] == of[a]])
        end = int(echoes[-1]) if to_the_end and len(echoes) else b
        if len(echoes) >= echoes_least and time[end] - time[a] >= least_us:
            found.append((a, end, len(echoes)))
    return found


def late(
    of: Ints, time: Ints, mode: Ints, sensor: Ints, least_us: int, echoes_least: int
) -> list[tuple[int, int, int]]:
    """(first echo, first answer, echoes before it), as numbers of plots, of each track or leg that began to answer only
    after `least_us` and `echoes_least` plots of a radar that then had its answers. Arguments as above."""
    answers = np.flatnonzero((mode & TRANSPONDER) != 0)
    firsts = answers[np.append(True, of[answers[1:]] != of[answers[:-1]])[: len(answers)]]
    begins = np.searchsorted(of, of[firsts], side="left")
    long = (time[firsts] - time[begins] >= least_us) & (firsts - begins >= echoes_least)
    found = []
    for begin, a in zip(begins[long].tolist(), firsts[long].tolist(), strict=True):
        after = np.arange(a, min(len(of), a + RECENT + 1))
        echoes = _of_radars(mode, sensor, np.arange(begin, a), after[of[after] == of[a]])
        if len(echoes) >= echoes_least and time[a] - time[echoes[0]] >= least_us:
            found.append((int(echoes[0]), a, len(echoes)))
    return found


def _of_radars(mode: Ints, sensor: Ints, plots: Ints, heard: Ints) -> Ints:
    """The primary plots among `plots` of the radars that had an answer among `heard`."""
    radars = np.unique(sensor[heard[(mode[heard] & (SSR | MODE_S)) != 0]])
    echoes: Ints = plots[((mode[plots] & PSR) != 0) & np.isin(sensor[plots], radars)]
    return echoes
