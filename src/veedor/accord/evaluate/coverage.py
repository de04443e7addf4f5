"""Which parts of time are covered by deposits: disjoint spans in order, each addition merged at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Coverage:
    """A set of half-open spans in microseconds."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> int:
        """Cover [start, end) too; how much of it was not covered before."""
        if start >= end:
            return 0
        first = bisect_left(self._ends, start)
        last = bisect_right(self._starts, end)
        before = sum(self._ends[first:last]) - sum(self._starts[first:last])
        if first < last:
            start = min(start, self._starts[first])
            end = max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
        return end - start - before

    def remove(self, start: int, end: int) -> None:
        """Cover [start, end) no more."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        left = [(self._starts[at], start) for at in range(first, last)[:1] if self._starts[at] < start]
        left += [(end, self._ends[at]) for at in range(first, last)[-1:] if self._ends[at] > end]
        self._starts[first:last] = [each_start for each_start, _ in left]
        self._ends[first:last] = [each_end for _, each_end in left]

    def covered(self, start: int, end: int) -> int:
        """How many microseconds of [start, end) are covered."""
        return sum(each_end - each_start for each_start, each_end in self._within(start, end))

    def longest_gap(self, start: int, end: int) -> int:
        """The longest stretch of [start, end) that is not covered."""
        longest, at = 0, start
        for each_start, each_end in self._within(start, end):
            longest = max(longest, each_start - at)
            at = each_end
        return max(longest, end - at)

    def _within(self, start: int, end: int) -> list[tuple[int, int]]:
        at = bisect_right(self._ends, start)
        found = []
        while at < len(self._starts) and self._starts[at] < end:
            found.append((max(self._starts[at], start), min(self._ends[at], end)))
            at += 1
        return found


def without(start: int, end: int, holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of [start, end) outside the holes."""
    left, at = [], start
    for hole_start, hole_end in sorted(holes):
        if hole_start > at:
            left.append((at, min(hole_start, end)))
        at = max(at, hole_end)
        if at >= end:
            break
    if at < end:
        left.append((at, end))
    return [(one, other) for one, other in left if one < other]
