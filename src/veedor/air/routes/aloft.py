"""Pieces of one flight: a leg lost in the air, and one found in the air where that would have gone on.

Who gives no address is lost between radars and found again as another track, and each piece is a leg. Two are one
flight where within an hour the second begins where the course and speed of both lead: the way between them lies within
20 degrees of the course at both its ends and was flown at .8 to 1.1 of their usual speed, which is alike. At least one
of the two gave no address, and one flight gives no two. On simulated seeds 651 and 652 all 44 joins of which the truth
is known were one aircraft's; of 42 more it is not known: most are of ordinary traffic that answers without a name.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.routes.flown import Flown
from veedor.air.routes.linking import Join, Linked
from veedor.air.routes.rules import AloftRules
from veedor.geodesy import bearing_e7, distance_mm

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_HALF_E7 = 1_800_000_000


def flights(flown: Flown, unnamed: Bools, rules: AloftRules) -> list[list[int]]:
    """Numbers of the pieces of each flight that has several, in order of time. `unnamed`: which legs gave no address at
    all."""
    found = _onward(flown, unnamed, rules)
    joins = [Join((False, False, turn, int(flown.leg[k]), int(flown.leg[n])), k, n) for turn, k, n in found]
    return Linked.of(joins, flown).ways()


def _onward(flown: Flown, unnamed: Bools, rules: AloftRules) -> list[tuple[int, int, int]]:
    """Turn (1e-7 degree), leg and the leg that may go on with it, as numbers; each leg may stand in several."""
    by_start, by_end = (np.argsort(time, kind="stable") for time in (flown.start, flown.end))
    starts, ends = flown.start[by_start], flown.end[by_end]
    found = set[tuple[int, int, int]]()
    for k in np.flatnonzero(unnamed & flown.airborne.any(axis=1)).tolist():
        low, high = np.searchsorted(starts, [flown.end[k] + 1, flown.end[k] + rules.aloft_us + 1])
        after = by_start[low:high]
        low, high = np.searchsorted(ends, [flown.start[k] - rules.aloft_us, flown.start[k]])
        before = by_end[low:high]
        one = np.concatenate([np.full(len(after), k), before])
        other = np.concatenate([after, np.full(len(before), k)])
        fits, turn = _fits(flown, one, other, rules)
        found.update(zip(turn[fits].tolist(), one[fits].tolist(), other[fits].tolist(), strict=True))
    return sorted(found)


def _fits(flown: Flown, k: Ints, n: Ints, rules: AloftRules) -> tuple[Bools, Ints]:
    """Whether leg n goes on with leg k, and the larger of the turns at both ends of the way between."""
    between = flown.place[k, 2], flown.place[k, 3], flown.place[n, 0], flown.place[n, 1]
    away, way = distance_mm(*between), bearing_e7(*between)
    slow, fast = (side(flown.speed_mm_s[k], flown.speed_mm_s[n]) for side in (np.minimum, np.maximum))
    usual = (slow + fast) // 2 * (flown.start[n] - flown.end[k]) // 1_000_000
    turn = np.maximum(_apart(way, flown.course_e7[k, 1]), _apart(way, flown.course_e7[n, 0]))
    fits = flown.airborne[k, 1] & flown.airborne[n, 0] & (turn <= rules.aloft_turn_e7)
    fits &= slow * 1000 >= rules.aloft_alike_permille * fast
    fits &= (away * 1000 >= rules.aloft_least_permille * usual) & (away * 1000 <= rules.aloft_most_permille * usual)
    return fits, turn


def _apart(one: Ints, other: Ints) -> Ints:
    apart: Ints = np.abs((one - other + _HALF_E7) % (2 * _HALF_E7) - _HALF_E7)
    return apart
