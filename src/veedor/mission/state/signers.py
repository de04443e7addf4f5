"""Whose signatures a statement carries: which key may speak for its author now, and which members stand behind it.

The fold asks twice: in step (3) for the author's key, before it knows the type, and in step (8) for all the others.
"""

from __future__ import annotations

from collections.abc import Collection

from veedor.mission.state.roles import Roster
from veedor.mission.statements.chain import URN, Chain


def author_key(roster: Roster, chain: Chain, urn: str, time_us: int) -> str | None:
    """The key in `signers` that speaks for the author: its statement key, or one that it delegated for this type beyond
    the log time so far. None where there is none; the author must be a member."""
    own = roster.members[chain.party].keys.statement
    if own in chain.signers:
        return own
    name = urn.removeprefix(URN).partition(":")[0]
    return next((key for key in chain.signers if roster.keys.speaks(key, chain.party, name, time_us)), None)


def members_behind(roster: Roster, chain: Chain, author: str, co_signers: Collection[str]) -> frozenset[str] | None:
    """The members whose keys are in `signers`, the author by its key `author`. None where a key is nobody's statement
    key and no co-signer, or a co-signer is not there. A co-signer may also be a member's own statement key."""
    if not set(co_signers) <= set(chain.signers):
        return None
    found = set()
    for key in chain.signers:
        party = chain.party if key == author else roster.party_of(key)
        if party is not None:
            found.add(party)
        elif key not in co_signers:
            return None
    return frozenset(found)
