"""Every key that ever spoke for a member: whose, in what use, since when; which are delegated, and which are revoked.

A key that stands here once is never anybody's again: a thief cannot bring an old key back, and no key speaks for two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from veedor.mission.statements.bodies import Member
from veedor.mission.statements.vocabulary import KEY_ROLES, KeyRole

Device = Literal["browser", "device"]
Use = KeyRole | Device | Literal["mailbox"]


@dataclass(frozen=True)
class KeyUse:
    """A key (hex) of `party` in one use, from entry `since` of the log on."""

    key: str
    party: str
    use: Use
    since: int


@dataclass(frozen=True)
class Delegation:
    """What a delegated key may sign (names of types), and until which log time."""

    scope: frozenset[str]
    end_us: int


@dataclass(frozen=True)
class Revocation:
    """The key signs nothing after entry `entry`; from entry `from_entry` on it was in wrong hands."""

    from_entry: int
    entry: int


@dataclass(frozen=True)
class KeyRegister:
    """Keys by their hex, in the order in which they came."""

    uses: Mapping[str, KeyUse] = field(default_factory=dict)
    delegations: Mapping[str, Delegation] = field(default_factory=dict)
    revocations: Mapping[str, Revocation] = field(default_factory=dict)
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    """The key to write to, by party."""

    @staticmethod
    def of(members: Iterable[Member], since: int) -> KeyRegister:
        """The keys of these members, all of them new."""
        register = KeyRegister()
        for member in members:
            register = register.with_member(member, since)
        return register

    def known(self, key: str) -> bool:
        """Whether any member has, or ever had, this key."""
        return key in self.uses

    def revoked(self, key: str) -> bool:
        return key in self.revocations

    def speaks(self, key: str, party: str, type_name: str, time_us: int) -> bool:
        """Whether `party` delegated this key for this type, beyond the log time `time_us`."""
        given = self.delegations.get(key)
        if given is None or self.uses[key].party != party:
            return False
        return type_name in given.scope and given.end_us > time_us

    def with_member(self, member: Member, since: int) -> KeyRegister:
        uses = [KeyUse(str(getattr(member.keys, role)), member.party, role, since) for role in KEY_ROLES]
        return replace(self, uses={**self.uses, **{use.key: use for use in uses}})

    def with_key(self, key: str, party: str, role: KeyRole, since: int) -> KeyRegister:
        return self._used(KeyUse(key, party, role, since))

    def with_delegation(self, key: str, party: str, device: Device, given: Delegation, since: int) -> KeyRegister:
        delegations = {**self.delegations, key: given}
        return replace(self._used(KeyUse(key, party, device, since)), delegations=delegations)

    def with_mailbox(self, key: str, party: str, since: int) -> KeyRegister:
        return replace(self._used(KeyUse(key, party, "mailbox", since)), mailboxes={**self.mailboxes, party: key})

    def with_revocation(self, key: str, revocation: Revocation) -> KeyRegister:
        return replace(self, revocations={**self.revocations, key: revocation})

    def _used(self, use: KeyUse) -> KeyRegister:
        return replace(self, uses={**self.uses, use.key: use})
