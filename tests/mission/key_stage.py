"""A stage for tests of keys in the fold: five members, fresh keys, and what they would say of them."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.mission.stage import NOON_US, ORIGIN, Counted
from veedor.mission.copy.keys import Key, new_keys
from veedor.mission.state.fold import State, fold
from veedor.mission.state.genesis import possession_message
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.access import Recover, Rotate
from veedor.mission.statements.acts import Look
from veedor.mission.statements.vocabulary import KeyRole

YEAR_US = 365 * 86_400_000_000
LOOK_BODY = Look("co", "plots", "case", 3, NOON_US, "a" * 64)


def fresh(name: str, party: str = "ve", role: KeyRole = "statement") -> Key:
    return new_keys(party, Counted(name))[role]


def proof(key: Key, party: str = "ve", role: str = "statement", member_role: str = "party") -> str:
    return key.signing.sign(possession_message(ORIGIN, party, member_role, role, key.public)).hex()


def rotation(old: Key, new: Key, role: KeyRole = "statement", party: str = "ve", **changes: object) -> Rotate:
    said = Rotate(role, old.public, new.public, proof(new, party, role))
    return msgspec.structs.replace(said, **changes)


def recovery(new: Key, key: Key | None, role: KeyRole = "statement", party: str = "ve") -> Recover:
    return Recover(party, role, new.public, proof(new, party, role), key.public if key else "")


def after(state: State, *entries: bytes) -> State:
    """The state after entries that all count."""
    found = fold(entries, KINDS, state)
    assert found.void == state.void, found.void[len(state.void) :]
    return found


def current(state: State, party: str, role: KeyRole) -> str:
    return getattr(state.roster.members[party].keys, role)


def with_recovery_by(state: State, count: int) -> State:
    """As after a policy that lets so many other members replace a member's keys."""
    return replace(state, roster=replace(state.roster, recovery=count))


def mailbox_key(number: int) -> str:
    return X25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key().public_bytes_raw().hex()
