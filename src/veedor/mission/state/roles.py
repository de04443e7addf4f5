"""Who may sign what: the table role x type, and the roster of members with their keys that it is held against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from msgspec import structs

from veedor.mission.state.key_register import KeyRegister
from veedor.mission.statements.bodies import Genesis, Member, Quorum
from veedor.mission.statements.vocabulary import KeyRole, MemberRole

Needs = Literal["author", "agreement", "members"]


@dataclass(frozen=True)
class Rule:
    """Roles that may author a type, and who of the members must sign: the author alone, the agreement quorum, or as
    many as the type itself asks for ("members")."""

    authors: frozenset[MemberRole]
    needs: Needs = "author"


_PARTY: frozenset[MemberRole] = frozenset({"party"})
_ANYBODY: frozenset[MemberRole] = frozenset({"party", "observer", "mediator"})

RULES: Mapping[str, Rule] = {
    "join": Rule(_PARTY, "agreement"),
    "deposit": Rule(_PARTY),
    "restate": Rule(_PARTY),
    "run": Rule(_ANYBODY),
    "findings": Rule(_ANYBODY),
    # A seal counts for the member that appends only, whatever its role: `seals.seal` refuses the others.
    "seal": Rule(_ANYBODY),
    "policy": Rule(_PARTY, "agreement"),
    "adopt": Rule(_PARTY, "agreement"),
    "handover": Rule(_ANYBODY, "agreement"),
    "freeze": Rule(_PARTY, "agreement"),
    "receipt": Rule(_ANYBODY),
    "rotate": Rule(_ANYBODY),
    "recover": Rule(_ANYBODY, "members"),
    "revoke": Rule(_ANYBODY),
    "delegate": Rule(_ANYBODY),
    "mailbox": Rule(_ANYBODY),
    "look": Rule(_ANYBODY),
    "attest": Rule(_ANYBODY),
    "label": Rule(_ANYBODY),
}


@dataclass(frozen=True)
class Roster:
    """Members by party id, the two quorums, and who appends, as of one entry of the log.

    `recovery`: how many other members may together replace a member's keys; 0: nobody may. `keys`: all that ever were.
    """

    members: Mapping[str, Member]
    agreement: Quorum
    clock: Quorum
    appender: str
    recovery: int = 0
    keys: KeyRegister = field(default_factory=KeyRegister)

    @staticmethod
    def of(genesis: Genesis) -> Roster:
        members = {member.party: member for member in genesis.members}
        keys = KeyRegister.of(genesis.members, 0)
        return Roster(members, genesis.quorums.agreement, genesis.quorums.clock, genesis.appender, keys=keys)

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

    @property
    def parties(self) -> int:
        """How many members are parties: those who may agree."""
        return sum(member.role == "party" for member in self.members.values())

    def recovers(self, party: str, signers: Collection[str]) -> bool:
        """Whether these members may together replace a key of `party`: as many as the policy says, at least two, not
        counting `party` itself; one of them not a party where the mission has such a member beside it."""
        others = {name: member for name, member in self.members.items() if name != party}
        outsiders = 1 if any(member.role != "party" for member in others.values()) else 0
        return self.recovery > 0 and reached(Quorum("count", max(2, self.recovery), outsiders), signers, others)

    def with_member(self, member: Member, since: int) -> Roster:
        """A new member, from entry `since` on."""
        members = {**self.members, member.party: member}
        return replace(self, members=members, keys=self.keys.with_member(member, since))

    def with_keys(self, keys: KeyRegister) -> Roster:
        return replace(self, keys=keys)

    def with_key(self, party: str, role: KeyRole, key: str, since: int) -> Roster:
        """The member with one key replaced. The proofs of possession stay as the member joined."""
        member = self.members[party]
        changed = structs.replace(member, keys=structs.replace(member.keys, **{role: key}))
        keys = self.keys.with_key(key, party, role, since)
        return replace(self, members={**self.members, party: changed}, keys=keys)


def reached(quorum: Quorum, signers: Collection[str], eligible: Mapping[str, Member]) -> bool:
    """Whether `signers` fill `quorum` among `eligible`. Counts distinct members, never keys or signatures."""
    present = set(signers) & set(eligible)
    outside = sum(1 for party in present if eligible[party].role != "party")
    return len(present) >= needed(quorum, len(eligible)) and outside >= quorum.outsiders


def reachable(quorum: Quorum, eligible: int, outside: int) -> bool:
    """Whether the quorum is sound in itself and `eligible` members, `outside` of them not a party, can fill it."""
    sound = (quorum.rule == "count") == (quorum.count > 0)
    return sound and needed(quorum, eligible) <= eligible and quorum.outsiders <= outside


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
