"""What keys signed while they were in wrong hands, as their owners report: listed, never taken back."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.mission.state.fold import Link, State


@dataclass(frozen=True)
class Doubtful:
    """A statement in the chain of `party`, signed with a key (hex) that was stolen by then, as its owner reports."""

    party: str
    key: str
    link: Link


def signed_while_stolen(state: State) -> tuple[Doubtful, ...]:
    """Statements that revoked keys signed from the reported theft until the revocation, in the order of the log."""
    revoked = state.roster.keys.revocations
    found = [
        Doubtful(party, key, link)
        for party, links in state.chains.items()
        for link in links
        for key in link.signers
        if key in revoked and revoked[key].from_entry <= link.index < revoked[key].entry
    ]
    return tuple(sorted(found, key=lambda each: (each.link.index, each.key)))
