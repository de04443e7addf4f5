"""Whether an aircraft that says its address flew on where a leg of it ends (came flying where one begins).

Trackers break tracks of aircraft that turn hard, over a fire as over a strip, and joining by address leaves pieces
beside each other. So an address may be in the air on another leg at the moment at which one ends, or a minute later and
as far away as it would have flown. Nothing stood on the ground in between for longer than it takes to touch and go.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import NONE, array, ints, truths
from veedor.air.landing.rules import EndRules
from veedor.air.plane import Plane, east_m, plane_of
from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_SECOND_US = 1_000_000
_OF_ADDRESS = 1 << 33  # seconds since 1970 fit below it, and ranks of addresses above


@dataclass(frozen=True)
class _Flown:
    """Legs of one address after another, each in order of the end nearer in time. For beginnings of legs time runs
    backwards (`sign` -1), and a leg's first plot is its last."""

    near_us: Ints
    far_us: Ints
    near: Plane
    far: Plane
    speed_m_s: Floats
    stood: Bools  # on the ground at the nearer end
    address: Ints  # sorted, each once
    key: Ints
    longest_s: Ints  # by address: the longest of its legs

    @staticmethod
    def of(legs: pa.Table, landing: bool, rules: EndRules) -> _Flown:
        """Those legs that flew, by median speed, in plots enough to say so."""
        moving = ints(legs["usual_speed_mm_s"], 0) >= rules.slow_mm_s
        legs = legs.filter(array(moving & (ints(legs["plots"], 0) >= rules.flies_on_plots) & _addressed(legs)))
        first, last, sign = ("start", "end", 1) if landing else ("end", "start", -1)
        who, near_us, far_us = ints(legs["address"], NONE), ints(legs[first], 0) * sign, ints(legs[last], 0) * sign
        order = np.lexsort((ints(legs["leg"], 0), near_us, who))
        legs, near_us, far_us = legs.take(array(order)), near_us[order], far_us[order]
        address, rank = np.unique(who[order], return_inverse=True)
        longest = np.zeros(len(address), np.int64)
        np.maximum.at(longest, rank, (far_us - near_us) // _SECOND_US + 1)
        near, far = (plane_of(ints(legs[f"{side}_lat_e7"], 0), ints(legs[f"{side}_lon_e7"], 0))
                     for side in (first, last))  # fmt: skip
        return _Flown(
            near_us, far_us, near, far, ints(legs["usual_speed_mm_s"], 0) / 1000.0,
            truths(legs[f"{first}s_on_ground"]), address, _keys(rank, near_us // _SECOND_US), longest,
        )  # fmt: skip


def _addressed(legs: pa.Table) -> Bools:
    return truths(legs["address"].is_valid())


def _keys(rank: Ints, second: Ints) -> Ints:
    """Address and time as one number, by which both are sorted; times run backwards for beginnings."""
    keys: Ints = rank * _OF_ADDRESS + second + _OF_ADDRESS // 2
    return keys


def flies_on(asked: pa.Table, legs: pa.Table, landing: bool, rules: EndRules) -> Bools:
    """For each of the legs `asked` (columns of LEGS) whether its aircraft is seen on another of the `legs` to fly on
    past its end (`landing`), or to come flying to its beginning.

    Who stands on the ground there has landed, whatever else is seen. Another leg counts

    1. that is under way at that time and for a minute more, and could have been there then; or
    2. that begins in the air within the time of a continuation, no nearer than slow flight would have come and no
       farther than fast.

    Of the first kind only those count that usually fly as fast as aeroplanes must; a helicopter may have set down."""
    out = np.zeros(asked.num_rows, np.bool_)
    flown = _Flown.of(legs, landing, rules)
    side, sign = ("end", 1) if landing else ("start", -1)
    ask = np.flatnonzero(_addressed(asked) & ~truths(asked[f"{side}s_on_ground"]))
    if not len(ask) or not len(flown.key):
        return out
    some = asked.take(array(ask))
    who, time_us = ints(some["address"], NONE), ints(some[side], 0) * sign
    rank = np.minimum(np.searchsorted(flown.address, who), len(flown.address) - 1)
    known = flown.address[rank] == who
    second = time_us // _SECOND_US
    low = np.searchsorted(flown.key, _keys(rank, second - flown.longest_s[rank] - 1), side="left")
    high = np.searchsorted(flown.key, _keys(rank, second + rules.goes_on_us // _SECOND_US + 1), side="right")
    place = plane_of(ints(some[f"{side}_lat_e7"], 0), ints(some[f"{side}_lon_e7"], 0))
    out[ask] = passes(
        time_us, place.north, place.lon, place.cosine, low, np.where(known, high, low), flown.near_us,
        flown.far_us, flown.near.north, flown.near.lon, flown.near.cosine, flown.far.north, flown.far.lon,
        flown.far.cosine, flown.speed_m_s, flown.stood, rules.goes_on_us, rules.flies_on_us,
        rules.slow_mm_s / 1000.0, rules.stalls_mm_s / 1000.0, rules.goes_on_speed_mm_s / 1000.0,
        rules.goes_on_slack_mm / 1000.0, np.zeros(len(ask), np.bool_),
    )  # fmt: skip
    return out


def _example() -> tuple[npt.NDArray[np.float64], ...]:
    at = plane_of(70_000_000 + np.arange(3, dtype=np.int64) * 200_000, np.full(3, -670_000_000))
    return at.north, at.lon, at.cosine


@kernel(
    examples=lambda: [
        (np.array([60, 900, 4_000]) * 1_000_000, *_example(), np.zeros(3, np.int64), np.full(3, 3),
         np.array([0, 100, 1_000]) * 1_000_000, np.array([500, 700, 3_000]) * 1_000_000, *_example(),
         *_example(), np.full(3, 70.0), np.array([False, False, True]), 900_000_000, 60_000_000, 25.0, 50.0,
         80.0, 6_000.0, np.zeros(3, np.bool_))
    ]
)  # fmt: skip
def passes(
    time_us: Ints, north: Floats, lon: Floats, cosine: Floats, low: Ints, high: Ints, near_us: Ints, far_us: Ints,
    near_north: Floats, near_lon: Floats, near_cosine: Floats, far_north: Floats, far_lon: Floats, far_cosine: Floats,
    speed_m_s: Floats, stood: Bools, within_us: int, after_us: int, slow_m_s: float, stalls_m_s: float, fast_m_s: float,
    slack_m: float, out: Bools,
) -> Bools:  # fmt: skip
    """Sets `out` for each end that one of the legs from `low` to `high` goes on from (as `flies_on` says)."""
    for i in range(len(time_us)):
        for k in range(low[i], high[i]):
            # The leg itself, and what ends with it, is over by now.
            wait, left = (near_us[k] - time_us[i]) / 1e6, (far_us[k] - time_us[i]) / 1e6
            if left * 1e6 < after_us or wait * 1e6 > within_us:
                continue
            dy, dx = near_north[k] - north[i], east_m(lon[i], near_lon[k], cosine[i], near_cosine[k])
            away = math.sqrt(dx * dx + dy * dy)
            fast = max(fast_m_s, 1.3 * speed_m_s[k])
            if wait > 0.0:
                if not stood[k] and slow_m_s * wait <= away <= slack_m + fast * wait:
                    out[i] = True
                    break
                continue
            dy, dx = far_north[k] - north[i], east_m(lon[i], far_lon[k], cosine[i], far_cosine[k])
            ahead = math.sqrt(dx * dx + dy * dy)
            could = away <= slack_m - fast * wait and ahead <= slack_m + fast * left
            if could and speed_m_s[k] >= stalls_m_s:
                out[i] = True
                break
    return out
