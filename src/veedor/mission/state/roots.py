"""The roots that the log's tree had at each size since the last seal, so that a seal of any of them can be checked.

Older roots are let go: a seal is always newer than the one before it, and the first complete subtrees of the right edge
are enough to go on.
"""

from __future__ import annotations

from dataclasses import dataclass

from veedor.log.tree import Frontier, leaf_hash


@dataclass(frozen=True)
class Roots:
    """`roots[i]` is the root of the tree of `after + 1 + i` entries; `peaks` as in `log.tree.Frontier`."""

    peaks: tuple[bytes | None, ...] = ()
    after: int = 0
    roots: tuple[bytes, ...] = ()

    def grown_by(self, entry: bytes) -> Roots:
        """The roots when this entry has been added."""
        growth = Growth(self)
        growth.add(entry)
        return growth.roots()


class Growth:
    """The mutable side of `Roots`, inside one fold."""

    def __init__(self, start: Roots) -> None:
        self._frontier = Frontier()
        self._frontier.peaks = list(start.peaks)
        self._frontier.size = start.after + len(start.roots)
        self._after, self._roots = start.after, list(start.roots)

    def add(self, entry: bytes) -> None:
        self._frontier.append(leaf_hash(entry))
        self._roots.append(self._frontier.root())

    def root_of(self, size: int) -> bytes:
        """The root at a size above that of the last seal, up to the entries added so far."""
        return self._roots[size - self._after - 1]

    def forget(self, size: int) -> None:
        """Let go of the roots up to this size: it is sealed."""
        del self._roots[: size - self._after]
        self._after = size

    def roots(self) -> Roots:
        return Roots(tuple(self._frontier.peaks), self._after, tuple(self._roots))
