"""Who asks about one thing that may be logged: occurrences, by the end of the period over which they ask.

What is logged about some time is told only to those whose period it can meet, and nobody is told that asks no more.
Most of those that ask have long ended unkept: they cost nothing, unless something is said of their own time.
"""

from __future__ import annotations

from bisect import bisect_right

from veedor.accord.evaluate.instants import LAST_US
from veedor.accord.evaluate.occurrence import Running


class Listeners:
    """Those of one key. `_ends_us`: when the period of each ends, ascending; of one that does not know yet, never."""

    def __init__(self) -> None:
        self._ends_us: list[int] = []
        self._asking: list[Running] = []

    def add(self, running: Running) -> None:
        ends_us = LAST_US if running.window_ends_us is None else running.window_ends_us
        place = bisect_right(self._ends_us, ends_us)
        self._ends_us.insert(place, ends_us)
        self._asking.insert(place, running)

    def after(self, since_us: int) -> list[Running]:
        """Those whose period ends later than that."""
        first = bisect_right(self._ends_us, since_us)
        asking = self._asking[first:]
        left = [each for each in asking if not each.done]
        if len(left) < len(asking):
            self._ends_us[first:] = [
                ends for each, ends in zip(asking, self._ends_us[first:], strict=True) if not each.done
            ]
            self._asking[first:] = left
        return left
