"""What decides for all: seals that give time, quorums, adoption, who appends, the end of the log, receipts.

Rules of the fold for each: docs/decisions/0006-log-and-exchange.md; what they do: `veedor.mission.state.seals` and
`veedor.mission.state.authority`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from veedor.mission.statements.bodies import MOST_MEMBERS, Body, Quorum
from veedor.mission.statements.vocabulary import Hex32, Hex64, OptionalHex32, PartyId, Positive, TimeS, TimeUs


class Cosignature(Body, frozen=True):
    """A member's witness saw this head, consistent with all it saw before, at `time_s` (c2sp.org/tlog-cosignature)."""

    party: PartyId
    time_s: TimeS
    signature: Hex64


class Seal(Body, frozen=True):
    """A cosigned checkpoint of this log: what it covers was there at the seal's time.

    `signature` is the log key's over the checkpoint of `size` and `root`; with the cosignatures it gives back the
    whole signed note. Cosignatures stand in ascending order of party.
    """

    size: Positive
    root: Hex32
    signature: Hex64
    cosignatures: Annotated[tuple[Cosignature, ...], Meta(min_length=1, max_length=MOST_MEMBERS)]


class Policy(Body, frozen=True):
    """Other quorums from the next entry on. `recovery`: how many other members may together replace a member's keys,
    0 for none (the recovery key only), else at least 2."""

    agreement: Quorum
    clock: Quorum
    recovery: Annotated[int, Meta(ge=0, le=MOST_MEMBERS)]


class Adopt(Body, frozen=True):
    """The parties adopt a file by its digest, from a time on."""

    document: Literal["accord", "parameters", "borders", "measures", "registers", "other"]
    digest: Hex32
    from_us: TimeUs


class Handover(Body, frozen=True):
    """Another member appends: its log key signs the head that holds this statement, and those after it."""

    appender: PartyId


class Freeze(Body, frozen=True):
    """The log ends here; `successor` is the genesis of the log that goes on, or empty."""

    reason: Literal["ended", "moved", "suspended"]
    successor: OptionalHex32


class Receipt(Body, frozen=True):
    """The author saw this statement of another member at `received_us`: evidence against an appender that withholds."""

    party: PartyId
    seq: Positive
    statement: Hex32
    received_us: TimeUs
