"""What keys signed while they were in wrong hands, as their owners report: listed, never taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from veedor.mission.state.fold import Link, State
from veedor.mission.state.key_register import KeyRegister
from veedor.mission.state.seals import seals_of


@dataclass(frozen=True)
class Doubtful:
    """A statement in the chain of `party`, signed with a key (hex) that was stolen by then, as its owner reports.

    In a seal, the key may also be that of a witness that cosigned it: then the seal's time is in doubt.
    """

    party: str
    key: str
    link: Link


def signed_while_stolen(state: State) -> tuple[Doubtful, ...]:
    """Statements that revoked keys signed from the reported theft until the revocation, in the order of the log."""
    register = state.roster.keys
    if not register.revocations:
        return ()
    links = {link.index: (party, link) for party, chain in state.chains.items() for link in chain}
    signed = [(index, key) for index, (_, link) in links.items() for key in link.signers]
    found = [
        Doubtful(links[index][0], key, links[index][1])
        for index, key in (*signed, *_cosigned(state))
        if key in register.revocations
        and register.revocations[key].from_entry <= index < register.revocations[key].entry
    ]
    return tuple(sorted(found, key=lambda each: (each.link.index, each.key)))


def _cosigned(state: State) -> Iterator[tuple[int, str]]:
    """The entry of each seal that counts with each witness key that cosigned it."""
    for seal in seals_of(state).sealed:
        for each in seal.cosigned:
            yield seal.index, _witness_key(state.roster.keys, each.party, seal.index)


def _witness_key(register: KeyRegister, party: str, index: int) -> str:
    """The key of the member's witness just before this entry."""
    uses = [use for use in register.uses.values() if (use.party, use.use) == (party, "witness") and use.since < index]
    return max(uses, key=lambda use: use.since).key
