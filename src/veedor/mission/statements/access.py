"""Who speaks with which key: rotation, recovery, revocation, keys of browsers and devices, and the key to write to.

Rules of the fold for each: docs/decisions/0006-log-and-exchange.md; what they do: `veedor.mission.state.access`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from veedor.mission.statements.bodies import Body
from veedor.mission.statements.vocabulary import Hex32, Hex64, KeyRole, OptionalHex32, PartyId, Positive, TimeUs

DelegatedType = Literal["attest", "look", "receipt"]


class Rotate(Body, frozen=True):
    """The author replaces one of its keys: the old one and the new one sign. `possession` as in genesis."""

    role: KeyRole
    old: Hex32
    new: Hex32
    possession: Hex64


class Recover(Body, frozen=True):
    """A key that was lost or stolen is replaced, for `party`, by whoever logs this.

    `recovery` is the party's recovery key, which signs; empty where other members sign instead, as many as the policy
    asks for.
    """

    party: PartyId
    role: KeyRole
    new: Hex32
    possession: Hex64
    recovery: OptionalHex32


class Revoke(Body, frozen=True):
    """A key of the author, or one it delegated, signs nothing any more; from `from_entry` on it was in wrong hands."""

    key: Hex32
    from_entry: Positive


class Delegate(Body, frozen=True):
    """A key of a browser or device may sign these types for the author until `end_us` (log time)."""

    key: Hex32
    device: Literal["browser", "device"]
    scope: Annotated[tuple[DelegatedType, ...], Meta(min_length=1, max_length=3)]
    end_us: TimeUs


class Mailbox(Body, frozen=True):
    """The X25519 key to which private payloads for the author are encrypted, from now on."""

    key: Hex32
