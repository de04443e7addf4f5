"""Whose signatures a head of this log needs, as a c2sp.org/tlog-policy, so that other people's tools know too."""

from __future__ import annotations

from collections.abc import Mapping

from veedor.log.cosignature import CosignerKey, time_s
from veedor.log.note import Note, VerifierKey, verify_note
from veedor.mission.state.log_time import Cosigned
from veedor.mission.state.policy import Group, KnownLog, KnownWitness, Policy
from veedor.mission.state.roles import Roster, needed
from veedor.mission.statements.bodies import Member

AGREEMENT = "agreement"
WITNESS = "witness/"
"""Before each party's name in a policy, so that none can be called as a group, or `none`, is."""


def log_key(origin: str, roster: Roster) -> VerifierKey:
    """The key that signs the log's heads now: that of the member that appends, under the log's origin."""
    return VerifierKey(origin, bytes.fromhex(roster.members[roster.appender].keys.log))


def witness_key(origin: str, member: Member) -> CosignerKey:
    """The key of a member's witness, under the name that its cosignatures carry."""
    return CosignerKey(f"{origin}/witness/{member.party}", bytes.fromhex(member.keys.witness))


def agreement_policy(origin: str, roster: Roster) -> Policy | None:
    """The log's key, every member's witness under `WITNESS` and its party, and the agreement quorum of the parties.

    None where so many witness keys are revoked that the quorum cannot be reached: the format cannot say that. Nor can
    it say "a majority, one of them not a party", so the clock quorum has no place in it.
    """
    witnesses = sorted(((party, key) for key, party in witness_keys(origin, roster).items()), key=lambda each: each[0])
    parties = sum(1 for member in roster.members.values() if member.role == "party")
    usable = tuple(WITNESS + party for party, _ in witnesses if roster.members[party].role == "party")
    least = needed(roster.agreement, parties)
    if least > len(usable):
        return None
    return Policy(
        logs=(KnownLog(log_key(origin, roster)),),
        witnesses=tuple(KnownWitness(WITNESS + party, key) for party, key in witnesses),
        groups=(Group(AGREEMENT, least, usable),),
        quorum=AGREEMENT,
    )


def witness_keys(origin: str, roster: Roster) -> Mapping[CosignerKey, str]:
    """The keys whose cosignatures count now, with their members; a revoked one counts for nothing."""
    members = roster.members.items()
    return {witness_key(origin, each): party for party, each in members if not roster.keys.revoked(each.keys.witness)}


def cosigned_by(note: Note, origin: str, roster: Roster, file: str | None = None) -> tuple[Cosigned, ...]:
    """The members whose witnesses cosigned this head, by party, each with its latest time.

    Lines of other keys are ignored; VerifyError where a line of a member's witness, or of the log's key, is wrong.
    """
    keys = witness_keys(origin, roster)
    verified = verify_note(note, [log_key(origin, roster), *keys], file)
    by_line = {(key.name, key.key_hash): party for key, party in keys.items()}
    times: dict[str, int] = {}
    for line in verified:
        party = by_line.get((line.name, line.key_hash))
        if party is not None:
            times[party] = max(time_s(line), times.get(party, 0))
    return tuple(Cosigned(party, times[party]) for party in sorted(times))
