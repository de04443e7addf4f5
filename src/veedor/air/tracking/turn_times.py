"""How long a sensor takes for a turn, as its site table states it or as its plots show, and how soon it sees one again.

Waits between plots of one address or track number show the turn, but for a radar that reports each target twice: then
every other wait is a second long, and eleven of twelve turns would count as missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from veedor.air.arrow import NONE
from veedor.air.tracking.measuring import Site

Ints = npt.NDArray[np.int64]

USUAL_TURN_US, SHORTEST_TURN_US, LONGEST_TURN_US = 12_000_000, 1_000_000, 60_000_000
SURE_US, LONGEST_GUESS_US = 2_000_000, 6_000_000
# What comes sooner than so many shortest waits after a report may be a second report of the same turn. Then a turn is
# at least `TURN_OF_SHORTEST` of them, and of ten waits without second reports eight are whole turns to a tenth.
SECOND_OF_SHORTEST, TURN_OF_SHORTEST, WHOLE_PERMILLE, OFF_PERMILLE = 2.5, 3, 800, 100


def turns_of(sensor: Ints, time: Ints, address: Ints, number: Ints, stated: Ints) -> Ints:
    """By sensor the turn time (us), as `stated`, else the lower quartile of the waits between plots of one address or
    track number, without second reports of one turn, else 12 s; and how long the sensor cannot see one target again:
    half a turn, but no more than is sure where the turn is guessed. Mode A codes are shared and tell nothing here."""
    turns = np.stack([np.where(stated > 0, stated, USUAL_TURN_US), np.where(stated > 0, stated // 2, SURE_US)], axis=1)
    who = np.flatnonzero((stated[sensor] <= 0) & ((address != NONE) | (number != NONE)))
    if len(who):
        name = np.where(address != NONE, address * 2, number * 2 + 1)
        order = who[np.lexsort((time[who], name[who], sensor[who]))]
        wait = np.diff(time[order])
        same = (np.diff(sensor[order]) == 0) & (np.diff(name[order]) == 0)
        counts = same & (wait >= SHORTEST_TURN_US // 2) & (wait <= LONGEST_TURN_US)
        of = sensor[order[1:]]
        for s in np.unique(of[counts]):
            here = of == s
            waits = np.sort(wait[here & counts])
            shortest = max(SHORTEST_TURN_US, int(waits[len(waits) // 4]))
            turns[s, 0] = _without_second_reports(wait[here], same[here], shortest) or shortest
            turns[s, 1] = min(turns[s, 0] // 2, LONGEST_GUESS_US)
    return turns


def _without_second_reports(wait: Ints, same: npt.NDArray[np.bool_], shortest: int) -> int:
    """The turn time of a sensor that reports targets twice a turn, 0 where nothing shows that it does.

    `wait` are the times between its plots in order of target and time, `same` those between plots of one target. At
    most every other plot is a second report, and the others come at whole turns: what is heard at random, or every
    second, does neither."""
    soon, waits, since, second = shortest * SECOND_OF_SHORTEST, [], 0, 0
    for one, goes_on in zip(wait.tolist(), same.tolist(), strict=True):
        if not goes_on:
            since = 0
            continue
        since += one
        if since < soon:
            second += 1
            continue
        if since <= LONGEST_TURN_US:
            waits.append(since)
        since = 0
    if not waits or second > len(waits) + len(waits) // 10 + 1:
        return 0
    turn = sorted(waits)[len(waits) // 4]
    off = [abs(one - (one + turn // 2) // turn * turn) for one in waits]
    whole = sum(each * 1000 <= turn * OFF_PERMILLE for each in off)
    return turn if turn >= TURN_OF_SHORTEST * shortest and whole * 1000 >= len(waits) * WHOLE_PERMILLE else 0


def stated_turns(names: Any, sites: Sequence[Site]) -> Ints:
    """The turn time that the site table states for each sensor, in order of the sensors' ranks; 0 where none."""
    said = {s["sensor"]: s["rotation_ms"] * 1_000 for s in sites if s["rotation_ms"]}
    distinct = pc.unique(names).sort().to_pylist()
    return np.array([said.get(name, 0) for name in distinct], np.int64)
