"""When an ASTERIX record was made: days for its time of day, and whole times of day for the short ones of CAT001.

Records say seconds since midnight UTC, in 1/128 s (I048/140 and its like); CAT001 says sixteen bits of that, which come
round every 512 s. The day comes from outside: an option, the recording's time stamps, or the file's name, and
`time_source` says which. What cannot be known stays null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from veedor.formats.named_time import DAY_US
from veedor.kernel.captures import NO_TIME

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

HALF_DAY_US = DAY_US // 2
TICKS = 128
DAY_TICKS = 86_400 * TICKS
SHORT = 1 << 16
# A short time is believed only so near to a whole one; beyond 256 s it would be taken for another.
NEAR_TICKS = 200 * TICKS
# Records from just before midnight still come after it: a file begun so shortly before belongs to the day it runs into.
LATE_US = 300 * 1_000_000
# A record's own clock that differs so much from what is usual in its recording is suspect.
SUSPECT_US = 600 * 1_000_000
# A recorder that was never set begins at 1970 or 1980: such a stamp says nothing.
EARLIEST_STAMP_US = 631_152_000_000_000


def micros(ticks: Ints) -> Ints:
    """Times of day in 1/128 s as microseconds, rounded half up."""
    return (ticks * 15_625 + 1) // 2


@dataclass
class Lag:
    """How far the recording's clock is behind or before the records', in microseconds, as seen so far."""

    records: int = 0
    first_us: int = 0
    last_us: int = 0
    least_us: int = 0
    most_us: int = 0

    def add(self, lag: Ints) -> None:
        if not len(lag):
            return
        middle = int(np.sort(lag)[len(lag) // 2])
        least, most = int(lag.min()), int(lag.max())
        if not self.records:
            self.first_us, self.least_us, self.most_us = middle, least, most
        self.last_us = middle
        self.least_us, self.most_us = min(least, self.least_us), max(most, self.most_us)
        self.records += len(lag)


@dataclass
class Days:
    """Gives records of one file, piece by piece in its order, their days. The recording's time stamps count first, then
    `option_us`, the depositor's word for the day on which files without stamps begin, then `named_us`, the file's
    name."""

    option_us: int | None
    named_us: int | None
    lags: dict[int, Lag] = field(default_factory=dict)
    undated: int = 0
    _day_us: int | None = None
    _last_us: int | None = None

    def place(self, of_day_us: Ints, has: Bools, recorded_us: Ints, source: Ints) -> tuple[Ints, Bools, Bools, str]:
        """(time in microseconds since 1970, whether it is known, whether it is suspect, where the day comes from).

        `source` says whose clock each is: lags are kept, and clocks that jump are suspected, source by source. Without
        time stamps a step back or forth of more than twelve hours is a midnight: a silence longer than that in a file
        loses a day."""
        suspect = np.zeros(len(has), np.bool_)
        stamps = recorded_us > EARLIEST_STAMP_US
        if stamps.any():
            known = has & stamps
            day = (recorded_us - of_day_us + HALF_DAY_US) // DAY_US
            time = np.where(known, day * DAY_US + of_day_us, 0)
            for one in np.unique(source[known]).tolist():
                mine = np.flatnonzero(known & (source == one))
                lag = recorded_us[mine] - time[mine]
                usual = int(np.sort(lag)[len(lag) // 2])
                suspect[mine] = np.abs(lag - usual) > SUSPECT_US
                self.lags.setdefault(one, Lag()).add(lag)
            self.undated += int((has & ~known).sum())
            return time, known, suspect, "capture"
        start = self.option_us if self.option_us is not None else self.named_us
        if start is None:
            self.undated += int(has.sum())
            return np.zeros(len(has), np.int64), np.zeros(len(has), np.bool_), suspect, "none"
        return self._counted(start, of_day_us, has), has, suspect, "file_name" if self.option_us is None else "option"

    def _counted(self, start: int, of_day_us: Ints, has: Bools) -> Ints:
        time = np.zeros(len(has), np.int64)
        own = of_day_us[has]
        if not len(own):
            return time
        step = np.diff(own, prepend=own[0] if self._last_us is None else self._last_us)
        midnights = np.cumsum((step < -HALF_DAY_US).astype(np.int64) - (step > HALF_DAY_US).astype(np.int64))
        if self._day_us is None:
            first = int(own[0])
            soon = int(np.argmax(midnights > 0)) if (midnights > 0).any() else 0
            late = first > DAY_US - LATE_US and soon > 0 and int(own[soon]) < LATE_US
            self._day_us = start - DAY_US if late else start
        days = self._day_us + midnights * DAY_US
        time[has] = days + own
        self._day_us, self._last_us = int(days[-1]), int(own[-1])
        return time


@dataclass(frozen=True)
class Anchor:
    """A whole time of day (1/128 s) that a source said at a place of the file."""

    ticks: int
    recorded_us: int


@dataclass
class ShortTimes:
    """Makes whole times of day out of CAT001's, with those of CAT002 of the same source in the same file."""

    anchors: dict[int, Anchor] = field(default_factory=dict)
    unresolved: int = 0

    def whole(
        self,
        source: Ints, offset: Ints, short: Ints, has: Bools, recorded_us: Ints,
        said: Mapping[int, tuple[Ints, Ints, Ints]],
    ) -> tuple[Ints, Bools]:  # fmt: skip
        """(time of day in 1/128 s, whether it is known) per record; `said` holds by source what its CAT002 records of
        this piece say: offset, time of day, time stamp, in order of offset."""
        ticks, known = np.zeros(len(short), np.int64), np.zeros(len(short), np.bool_)
        for one in np.unique(source[has]).tolist():
            mine = np.flatnonzero(has & (source == one))
            places, whole, stamps = said.get(one, (np.empty(0, np.int64),) * 3)
            before = self.anchors.get(one)
            if before is not None:
                places = np.append(-1, places)
                whole, stamps = np.append(before.ticks, whole), np.append(before.recorded_us, stamps)
            if len(places):
                ticks[mine], known[mine] = _near(short[mine], offset[mine], recorded_us[mine], places, whole, stamps)
        self.unresolved += int((has & ~known).sum())
        for one, (_, whole, stamps) in said.items():
            if len(whole):
                self.anchors[one] = Anchor(int(whole[-1]), int(stamps[-1]))
        return ticks, known


def _near(short: Ints, offset: Ints, recorded_us: Ints, places: Ints, whole: Ints, stamps: Ints) -> tuple[Ints, Bools]:
    """Short times by the whole one said last before them, or first after them where none was."""
    last = np.searchsorted(places, offset) - 1
    use = np.maximum(last, 0)
    away = (short - whole[use] + SHORT // 2) % SHORT - SHORT // 2
    ticks = (whole[use] + away) % DAY_TICKS
    known = np.abs(away) < NEAR_TICKS
    # Where the next whole time is as far as a turn of the short one, nothing says in which turn a record lies.
    following = np.minimum(use + 1, len(places) - 1)
    apart = (whole[following] - whole[use]) % DAY_TICKS
    known &= (last < 0) | (apart < NEAR_TICKS)
    both = (recorded_us != NO_TIME) & (stamps[use] != NO_TIME)
    known &= ~both | (np.abs(recorded_us - stamps[use]) < NEAR_TICKS // TICKS * 1_000_000)
    return ticks, known
