"""Log time: what the counted seals of a prefix say about when an entry was there, and when a deadline passed.

An entry's log time is that of the first seal that covers it; a deadline passes with the first seal at or after it.
Both depend on the prefix alone: whoever holds it gets the same day, whatever their clock says.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

US = 1_000_000


@dataclass(frozen=True)
class Cosigned:
    """A member's witness cosigned a head at `time_s`, by its own clock."""

    party: str
    time_s: int


@dataclass(frozen=True)
class Sealed:
    """A seal that counts. It stands at entry `index` and covers the first `size` entries.

    `time_s` is its time; `quorum_s` what its own clock quorum says, before the rule that time never runs backwards.
    `least` cosigners make the clock quorum. `agreed`: its cosigners reach the agreement quorum.
    """

    index: int
    size: int
    root: str
    time_s: int
    quorum_s: int
    least: int
    cosigned: tuple[Cosigned, ...]
    agreed: bool

    @property
    def time_us(self) -> int:
        return self.time_s * US


@dataclass(frozen=True)
class Watch:
    """How a member's witness stands: the time of its last cosignature in a seal, and since when it is silent.

    `last_s` is None where no seal holds a cosignature of it; `silent_since_s` is None while it is not silent.
    """

    party: str
    last_s: int | None
    silent_since_s: int | None


@dataclass(frozen=True)
class Seals:
    """All seals that count, sizes and times ascending, and one watch for each member, by party."""

    sealed: tuple[Sealed, ...] = ()
    watches: tuple[Watch, ...] = ()

    @property
    def last(self) -> Sealed | None:
        return self.sealed[-1] if self.sealed else None

    @property
    def size(self) -> int:
        """How many entries have a log time."""
        return self.sealed[-1].size if self.sealed else 0

    @property
    def time_us(self) -> int:
        """The log time so far, in microseconds since 1970; 0 before the first seal."""
        return self.sealed[-1].time_us if self.sealed else 0

    def covering(self, index: int) -> Sealed | None:
        """The first seal that covers this entry; None where none does yet."""
        at = bisect_right(self.sealed, index, key=lambda each: each.size)
        return self.sealed[at] if at < len(self.sealed) else None

    def passing(self, deadline_us: int) -> Sealed | None:
        """The first seal at or after this time: the one with which the deadline passed; None where it has not yet."""
        at = bisect_left(self.sealed, deadline_us, key=lambda each: each.time_us)
        return self.sealed[at] if at < len(self.sealed) else None


NO_SEALS = Seals()
