"""Entry 0: the checks that make a genesis sound, and the proof of possession of each key in it."""

from __future__ import annotations

from collections.abc import Iterable

from veedor.errors import VerifyError
from veedor.log import ed25519
from veedor.log.envelope import signed_by_exactly
from veedor.mission.state.roles import key_collision, reachable
from veedor.mission.statements.bodies import Genesis, Keys, Member, Possession, Quorum, Quorums
from veedor.mission.statements.chain import opened
from veedor.mission.statements.types import GENESIS
from veedor.mission.statements.vocabulary import KEY_ROLES, KeyRole, MemberRole


def possession_message(origin: str, party: str, role: str, key_role: str, public: str) -> bytes:
    """What a key signs to prove that its holder holds it, for this log, this member and this use only."""
    parts = (origin, party, role, key_role, public)
    return b"veedor/possession/1\0" + b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)


def check_member(member: Member, origin: str) -> None:
    """VerifyError unless every key is sound and proves possession."""
    for role in KEY_ROLES:
        public, proof = _field(member.keys, role), _field(member.possession, role)
        message = possession_message(origin, member.party, member.role, role, public)
        if not ed25519.verify(bytes.fromhex(public), message, bytes.fromhex(proof)):
            raise VerifyError(
                f"{member.party} does not prove possession of its {role} key",
                place=f"members/{member.party}",
                found=public,
            )


def check_genesis(body: Genesis) -> None:
    """VerifyError unless members are in order, keys distinct and possessed, and every quorum can be reached."""
    names = [member.party for member in body.members]
    if names != sorted(set(names)):
        raise VerifyError(
            "members are not in order, or one stands twice", expected=str(sorted(set(names))), found=str(names)
        )
    parties = [member for member in body.members if member.role == "party"]
    if not parties:
        raise VerifyError("a mission needs at least one party", found="observers and mediators only")
    collision = key_collision(body.members)
    if collision is not None:
        raise VerifyError("one key stands twice; each role of each member has its own", found=collision)
    appender = next((member for member in body.members if member.party == body.appender), None)
    if appender is None:
        raise VerifyError("the appender is not a member", expected="one of " + ", ".join(names), found=body.appender)
    _check_quorum("agreement", body.quorums.agreement, len(parties), 0)
    _check_quorum("clock", body.quorums.clock, len(names), len(names) - len(parties))
    for member in body.members:
        check_member(member, body.origin)


def read_genesis(entry: bytes, file: str | None = None) -> tuple[str, Genesis]:
    """Digest and body of an entry 0 that is sound in itself: canonical, complete, signed by every member.

    Says nothing about whether it is the *right* genesis: that is known only from its digest, exchanged by people.
    """
    envelope, statement = opened(entry, file)
    if statement.urn != GENESIS.urn:
        raise VerifyError("entry 0 is not a genesis", file=file, expected=GENESIS.urn, found=statement.urn)
    body = GENESIS.read(statement.body)
    check_genesis(body)
    if not signed_by_exactly(envelope, (member.keys.statement for member in body.members)):
        raise VerifyError("the genesis is not signed by exactly its members", file=file)
    return envelope.digest, body


def default_quorums(roles: Iterable[MemberRole]) -> Quorums:
    """Agreement: all parties. Clock: a majority of all witnesses, one of them not a party where there is one at all."""
    outsiders = 1 if any(role != "party" for role in roles) else 0
    return Quorums(Quorum("all", 0, 0), Quorum("majority", 0, outsiders))


def _check_quorum(name: str, quorum: Quorum, eligible: int, outside: int) -> None:
    if not reachable(quorum, eligible, outside):
        raise VerifyError(
            f"the {name} quorum cannot be reached",
            expected=f"up to {eligible} members, {outside} of them not a party",
            found=f"{quorum.rule}, count {quorum.count}, outsiders {quorum.outsiders}",
        )


def _field(keys: Keys | Possession, role: KeyRole) -> str:
    value: str = getattr(keys, role)
    return value
