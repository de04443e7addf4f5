"""What frames mean after those before them: places from pairs of reports, and what else is known of each address.

The state is kept per address and handed from block to block, so that a file gives the same rows however it is cut.
Overlaid addresses count only while a frame whose parity stands alone named the same address less than a minute ago:
without that a damaged reply cannot be told from another aircraft's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from veedor.formats.arrow import Whole
from veedor.formats.receivers.mode_s.codes import NONE
from veedor.formats.receivers.mode_s.cpr import NOWHERE, TRANSITIONS, beside, pair
from veedor.formats.receivers.mode_s.fields import DAMAGED, POSITION, REPLY, USELESS, Fields
from veedor.formats.receivers.mode_s.quality import SAYINGS
from veedor.kernel import kernel
from veedor.kernel.exactmath import cos

Floats = npt.NDArray[np.float64]

ENRICHES = 5
"""A frame that gives no row of its own, but whose content later rows carry."""
_SECOND = 1_000_000
_CONFIRMED_US = 60 * _SECOND
_PAIR_US = 10 * _SECOND  # Doc 9871, C.2.6.7: an airborne pair is at most 10 s apart
_NEAR_US = 60 * _SECOND
# Call sign, code and what is said of navigation last a minute, motion five seconds; in the order of Fields.says.
WINDOWS_US: Whole = np.array([60, 60, 5, 5, 5, 10, 60] + [60] * (SAYINGS - 7), np.int64) * _SECOND
# Nobody flies faster between two reports; the slack is the grid of the reports and clocks.
_FASTEST_M_S, _SLACK_M = 700.0, 5_000.0
_METRES_PER_DEGREE, _RADIANS_PER_DEGREE = 111_194.9, 0.017453292519943295
# Columns of State.stamps; of State.reports (two per address: even, odd).
_HEARD, _PLACED = 0, 1
_KEPT = 1 << 16


@dataclass
class State:
    """Arrays by slot: when an address was heard and placed, its last place, its last even and odd report, what it
    said."""

    slots: dict[int, int] = field(default_factory=dict)
    stamps: Whole = field(default_factory=lambda: np.full((256, 2), NONE, np.int64))
    place: Floats = field(default_factory=lambda: np.zeros((256, 2)))
    reports: Whole = field(default_factory=lambda: np.full((256, 2, 4), NONE, np.int64))
    known: Whole = field(default_factory=lambda: np.full((256, SAYINGS), NONE, np.int64))
    known_at: Whole = field(default_factory=lambda: np.full((256, SAYINGS), NONE, np.int64))

    def places(self, keys: Whole, naming: npt.NDArray[np.bool_]) -> Whole:
        """The slot of each key, or -1; keys of frames that name themselves (`naming`) get one."""
        for key in np.unique(keys[naming]).tolist():
            self.slots.setdefault(key, len(self.slots))
        self._grow()
        distinct, where = np.unique(keys, return_inverse=True)
        found = np.array([self.slots.get(key, -1) for key in distinct.tolist()], np.int64)
        return found[where]

    def _grow(self) -> None:
        short = len(self.slots) - len(self.stamps)
        if short <= 0:
            return
        more = max(short, len(self.stamps))
        for name in ("stamps", "place", "reports", "known", "known_at"):
            old = getattr(self, name)
            fresh = np.full((more, *old.shape[1:]), 0 if name == "place" else NONE, old.dtype)
            setattr(self, name, np.concatenate([old, fresh]))

    def forget(self, newest_us: int) -> None:
        """Drops addresses unheard for so long that nothing of them counts any more, where many have gathered."""
        if len(self.slots) <= _KEPT:
            return
        fresh = self.stamps[:, _HEARD] >= newest_us - 2 * _CONFIRMED_US
        kept = [(key, slot) for key, slot in self.slots.items() if fresh[slot]]
        chosen = np.array([slot for _, slot in kept], np.int64)
        self.slots = {key: number for number, (key, _) in enumerate(kept)}
        for name in ("stamps", "place", "reports", "known", "known_at"):
            setattr(self, name, getattr(self, name)[chosen])
        self._grow()


@dataclass(frozen=True)
class Followed:
    """One row per frame: `role` is DAMAGED, USELESS, REPLY (a row without place), POSITION or ENRICHES; `where` is
    latitude and longitude in 1e-7 degree, NONE where it cannot be had; `says` is what is known at this moment."""

    role: Whole
    where: Whole
    says: Whole


def follow(state: State, found: Fields, time_us: Whole) -> Followed:
    """What the frames of one block mean. `time_us` counts from anywhere, NONE where a frame has no time."""
    # Addresses that are none of ICAO's are another aircraft's than the same number of ICAO's.
    keys = found.address | (found.anonymous.astype(np.int64) << 24)
    naming = (found.kind != DAMAGED) & (found.kind != USELESS) & (found.kind != REPLY) & (time_us != NONE)
    slots = state.places(keys, naming)
    rows = len(keys)
    role, where = np.empty(rows, np.int64), np.full((rows, 2), NONE, np.int64)
    says = found.says.copy()
    told = (found.pressure_mm != NONE) | (found.says[:, 1] != NONE)
    _follow(
        found.kind, slots, time_us, found.cpr, told, TRANSITIONS, WINDOWS_US,
        state.stamps, state.place, state.reports, state.known, state.known_at, role, where, says,
    )  # fmt: skip
    if rows:
        state.forget(int(time_us.max()))
    return Followed(role, where, says)


def _example() -> list[tuple[object, ...]]:
    kinds = np.array([POSITION, POSITION, REPLY, DAMAGED, POSITION, REPLY], np.int64)
    reports = [(0, 93000, 51372, 0), (1, 74158, 50194, 0), (0, 0, 0, 0), (0, 0, 0, 0), (1, 39846, 125818, 1), (0,) * 4]
    cpr = np.array(reports, np.int64)
    times = np.array([10, 11, 12, 13, 14, NONE], np.int64) * _SECOND
    times[5] = NONE
    state = State()
    made = np.full((6, SAYINGS), NONE, np.int64)
    made[0, 1] = 7
    return [
        (kinds, np.array([0, 0, 0, -1, 0, 0]), times, cpr, np.ones(6, np.bool_), TRANSITIONS, WINDOWS_US, state.stamps,
         state.place, state.reports, state.known, state.known_at, np.empty(6, np.int64),
         np.full((6, 2), NONE, np.int64), made),
    ]  # fmt: skip


@kernel(examples=_example)
def _follow(
    kind: Whole, slots: Whole, time: Whole, cpr: Whole, told: npt.NDArray[np.bool_], transitions: Floats,
    windows: Whole, stamps: Whole, place: Floats, reports: Whole, known: Whole, known_at: Whole,
    role: Whole, where: Whole, says: Whole,
) -> int:  # fmt: skip
    placed = 0
    for i in range(len(kind)):
        role[i] = kind[i]
        if kind[i] == DAMAGED or kind[i] == USELESS:
            continue
        slot, now = slots[i], time[i]
        if slot < 0 or now == NONE:
            # Without time or a named address nothing can be joined: a position still is a row, the rest is not.
            role[i] = POSITION if kind[i] == POSITION else USELESS
            continue
        if kind[i] == REPLY:
            if stamps[slot, _HEARD] == NONE or abs(now - stamps[slot, _HEARD]) > _CONFIRMED_US:
                role[i] = USELESS
                continue
        else:
            stamps[slot, _HEARD] = now
        new = False
        for k in range(known.shape[1]):
            if says[i, k] != NONE:
                known[slot, k], known_at[slot, k] = says[i, k], now
                new = True
        if kind[i] == POSITION:
            lat, lon = _place(slot, now, cpr[i], transitions, stamps, place, reports)
            if lat != NOWHERE:
                where[i, 0] = math.floor(lat * 1e7 + 0.5)
                where[i, 1] = (math.floor(lon * 1e7 + 0.5) + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
                placed += 1
        elif kind[i] == REPLY and told[i]:
            silent = stamps[slot, _PLACED] == NONE or abs(now - stamps[slot, _PLACED]) > _NEAR_US
            role[i] = REPLY if silent else ENRICHES
        else:
            role[i] = ENRICHES if new or told[i] else USELESS
        if role[i] == POSITION or role[i] == REPLY:
            for k in range(known.shape[1]):
                if known[slot, k] != NONE and abs(now - known_at[slot, k]) <= windows[k]:
                    says[i, k] = known[slot, k]
    return placed


def _place_example() -> list[tuple[object, ...]]:
    state = State()
    report = np.array([1, 74158, 50194, 0], np.int64)
    state.reports[0, 0] = (5, 93000, 51372, 0)
    return [(0, 9, report, TRANSITIONS, state.stamps, state.place, state.reports)]


@kernel(examples=_place_example)
def _place(
    slot: int, now: int, report: Whole, transitions: Floats, stamps: Whole, place: Floats, reports: Whole
) -> tuple[float, float]:
    """The place of one report: beside the last one while that is near in time, else by a pair; a pair that lies
    farther off than anybody flies makes both doubtful, and only reports still to come count."""
    odd, surface = report[0], report[3]
    reports[slot, odd, 0], reports[slot, odd, 1] = now, report[1]
    reports[slot, odd, 2], reports[slot, odd, 3] = report[2], surface
    near = stamps[slot, _PLACED] != NONE and abs(now - stamps[slot, _PLACED]) <= _NEAR_US
    lat, lon = NOWHERE, NOWHERE
    if near:
        lat, lon = beside(transitions, odd, report[1], report[2], surface, place[slot, 0], place[slot, 1])
        if not _reachable(place[slot, 0], place[slot, 1], lat, lon, abs(now - stamps[slot, _PLACED])):
            lat, lon = NOWHERE, NOWHERE
            stamps[slot, _PLACED] = NONE
            reports[slot, 1 - odd, 0] = NONE
    elif surface == 0:
        other = reports[slot, 1 - odd, 0]
        if other != NONE and abs(now - other) <= _PAIR_US and reports[slot, 1 - odd, 3] == 0:
            lat, lon = pair(
                transitions, reports[slot, 0, 1], reports[slot, 0, 2], reports[slot, 1, 1], reports[slot, 1, 2], odd
            )
    if lat != NOWHERE:
        stamps[slot, _PLACED] = now
        place[slot, 0], place[slot, 1] = lat, lon
    return lat, lon


@kernel(examples=lambda: [(0.0, 0.0, 0.1, 0.1, 1_000_000), (0.0, 179.99, 0.0, -179.99, 1), (1.0, 1.0, 1e3, 1e3, 5)])
def _reachable(from_lat: float, from_lon: float, lat: float, lon: float, after_us: int) -> bool:
    if lat == NOWHERE:
        return False
    north = (lat - from_lat) * _METRES_PER_DEGREE
    turn = abs(lon - from_lon)
    if turn > 180.0:
        turn = 360.0 - turn
    east = turn * _METRES_PER_DEGREE * cos(lat * _RADIANS_PER_DEGREE)
    limit = _SLACK_M + _FASTEST_M_S * (after_us / 1e6)
    return north * north + east * east <= limit * limit
