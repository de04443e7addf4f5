"""Receivers' 48-bit time stamps and what makes a time of them; nothing is guessed.

A counter of 12 MHz says how much later, never when; a GPS stamp (18 bits of seconds of the UTC day, 30 bits of
nanoseconds) says when in a day, never which day. The rest stands in the file's name or nowhere:

| name | meaning |
|---|---|
| `…20240706T065629Z…` | the first frame came at this time UTC (counter), or on this day (GPS) |
| `…20240706…gps…` | GPS stamps of this UTC day |
| `…12mhz…`, `…gps…` | which of the two it is; else only a stamp that no GPS can have proves a counter |

The day of GPS stamps may also be said by the depositor. Without an answer plots have no time. Clients that merge
receivers write a stamp of their own that is no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from veedor.formats.arrow import Mask, Whole
from veedor.formats.named_time import DAY_US, named_time
from veedor.formats.receivers.mode_s.codes import NONE

_MERGED = 0xFF004D4C4154  # "MLAT" behind two bytes: made up by a multilateration client
_LONGEST_NS, _SECONDS = 1_000_000_000, 86_400


@dataclass
class Clock:
    """Turns the stamps of one file, block after block, into times. `gps`: None while nothing says which kind it is."""

    name: str
    date_us: int | None = None
    gps: bool | None = None
    _first: int = NONE
    _last: int = NONE
    _days: int = 0
    _asked: bool = False

    def times(self, stamps: Whole) -> tuple[Whole, str]:
        """(microseconds, time source) of 48-bit stamps (NONE: none); source "none": they count from anywhere."""
        there = (stamps != NONE) & (stamps != _MERGED)
        if not self._asked:
            self._ask(stamps[there])
        out = np.full(len(stamps), NONE, np.int64)
        given = stamps[there]
        if self.gps is None or not len(given):
            return out, "none"
        day, begun = named_time(self.name)
        if self.gps:
            source = "file_name" if day is not None else "option" if self.date_us is not None else "none"
            out[there] = self._of_day(given) + (self.date_us or 0 if day is None else day)
            return self._sound(out, there, stamps), source
        if self._first == NONE:
            self._first = int(given[0])
        out[there] = (given - self._first) // 12 + (begun or 0)
        return out, "none" if begun is None else "file_name"

    def _ask(self, given: Whole) -> None:
        """Decided once, on the first block: what the name says, else what its stamps prove."""
        self._asked = True
        word = re.search(r"(?<![a-z])(gps|12mhz)(?![a-z])", self.name.lower())
        if word is not None:
            self.gps = word[1] == "gps"
        elif len(given) and not _could_be_gps(given).all():
            self.gps = False

    def _of_day(self, given: Whole) -> Whole:
        """Microseconds since the midnight before the first stamp: a fall by more than half a day is the next day."""
        within = (given >> 30) * 1_000_000 + (given & 0x3FFFFFFF) // 1_000
        before = np.concatenate([[within[0] if self._last == NONE else self._last], within[:-1]])
        steps = (within - before < -DAY_US // 2).astype(np.int64) - (within - before > DAY_US // 2)
        days = self._days + np.cumsum(steps)
        self._last, self._days = int(within[-1]), int(days[-1])
        found: Whole = within + days * DAY_US
        return found

    def _sound(self, out: Whole, there: Mask, stamps: Whole) -> Whole:
        """Stamps that no GPS can have are no times."""
        return np.where(there & ~_could_be_gps(stamps), NONE, out)


def _could_be_gps(stamps: Whole) -> Mask:
    found: Mask = ((stamps & 0x3FFFFFFF) < _LONGEST_NS) & ((stamps >> 30) < _SECONDS)
    return found
