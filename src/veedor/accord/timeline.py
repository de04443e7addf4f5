"""What the evaluator reads: the statements of a log prefix as facts, in batches, one for each seal.

An entry counts when a seal covers it, with that seal's time. A fact is what one statement says, without its signatures:
whoever makes a timeline (from a folded state, a file of dated statements, or in JavaScript) has judged those already.
"""

from __future__ import annotations

from msgspec import Struct

from veedor.mission.statements.bodies import Body


class Fact(Struct, frozen=True, gc=False):
    """One statement in its place: its author, its digest, its body. `body` is None where it says nothing here: another
    room's type, unknown, or void. `signers`: for an adoption of an accord, the members behind it; else empty."""

    party: str
    digest: str
    body: Body | None
    signers: tuple[str, ...] = ()


class Batch(Struct, frozen=True, gc=False):
    """What one seal covers first. `time_us`: its log time; times of batches never run backwards."""

    time_us: int
    facts: tuple[Fact, ...]


class Timeline(Struct, frozen=True):
    """All batches of a prefix, in the order of the log. `appender`: who appended first; handovers are facts."""

    appender: str
    batches: tuple[Batch, ...]

    @property
    def time_us(self) -> int:
        """Logged time so far; 0 before the first seal."""
        return self.batches[-1].time_us if self.batches else 0
