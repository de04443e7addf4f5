"""Who may sign what: the table role x type, and the roster of members with their keys that it is held against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from veedor.mission.statements.bodies import Genesis, Member, Quorum
from veedor.mission.statements.vocabulary import MemberRole

Needs = Literal["author", "agreement"]


@dataclass(frozen=True)
class Rule:
    """Roles that may author a type, and whether the author's signature is enough or the agreement quorum must sign."""

    authors: frozenset[MemberRole]
    needs: Needs = "author"


_PARTY: frozenset[MemberRole] = frozenset({"party"})
_ANYBODY: frozenset[MemberRole] = frozenset({"party", "observer", "mediator"})

# Rows that later rooms add stand beside their types; this is the table for the types of this room.
RULES: Mapping[str, Rule] = {
    "join": Rule(_PARTY, "agreement"),
    "deposit": Rule(_PARTY),
    "run": Rule(_ANYBODY),
    "findings": Rule(_ANYBODY),
}


@dataclass(frozen=True)
class Roster:
    """Members by party id, the two quorums, and who appends, as of one entry of the log."""

    members: Mapping[str, Member]
    agreement: Quorum
    clock: Quorum
    appender: str

    @staticmethod
    def of(genesis: Genesis) -> Roster:
        members = {member.party: member for member in genesis.members}
        return Roster(members, genesis.quorums.agreement, genesis.quorums.clock, genesis.appender)

    def party_of(self, statement_key: str) -> str | None:
        """The member whose statement key this is (hex)."""
        for member in self.members.values():
            if member.keys.statement == statement_key:
                return member.party
        return None

    def agreed(self, parties: Collection[str]) -> bool:
        """Whether these members reach the agreement quorum; only role "party" counts, each once."""
        return reached(self.agreement, parties, {m.party: m for m in self.members.values() if m.role == "party"})

    def clocked(self, parties: Collection[str]) -> bool:
        """Whether these members' witnesses reach the clock quorum."""
        return reached(self.clock, parties, self.members)

    def with_member(self, member: Member) -> Roster:
        return Roster({**self.members, member.party: member}, self.agreement, self.clock, self.appender)


def reached(quorum: Quorum, signers: Collection[str], eligible: Mapping[str, Member]) -> bool:
    """Whether `signers` fill `quorum` among `eligible`. Counts distinct members, never keys or signatures."""
    present = set(signers) & set(eligible)
    outside = sum(1 for party in present if eligible[party].role != "party")
    return len(present) >= needed(quorum, len(eligible)) and outside >= quorum.outsiders


def needed(quorum: Quorum, eligible: int) -> int:
    """How many members the quorum needs among `eligible`; never fewer than one, so nobody's silence is agreement."""
    if quorum.rule == "all":
        return max(1, eligible)
    if quorum.rule == "majority":
        return eligible // 2 + 1
    return max(1, quorum.count)


def key_collision(members: Collection[Member]) -> str | None:
    """The first public key that stands twice, in whatever roles: one key must never speak for two."""
    seen: set[str] = set()
    for member in members:
        for key in (member.keys.log, member.keys.recovery, member.keys.statement, member.keys.witness):
            if key in seen:
                return key
            seen.add(key)
    return None
