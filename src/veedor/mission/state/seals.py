"""Seals: which count, what time they give, which witnesses are silent, and whose clock is off.

What a seal must be, in this order; the first that fails makes it void:
  (1) its author appends                                                     -> not_appender
  (2) it covers more than the last seal                                      -> not_newer
  (3) it covers no more than what stands before it                           -> beyond_log
  (4) its root is that of the tree of this size                              -> another_root
  (5) the log key of its author signed the checkpoint                        -> bad_signature
  (6) cosignatures are by members, each once, ascending, by its witness key,
      which is not revoked                                                   -> bad_cosignature
  (7) they reach the clock quorum, and k of them are within seven days       -> no_clock

Its time is the k-th smallest time of its cosignatures, k being what the clock quorum needs, and never before the time
of the seal before it. One member cannot stop time: the quorum goes on without it, and its silence is a state with an
age. Whoever appends chooses which cosignatures stand in a seal, and of k times the k-th is the latest: so that its own
witness cannot throw the log years ahead, where every deadline has passed and no way leads back, k members must have
cosigned within seven days of that time. A stick needs days for its round, so it cannot be minutes. Cosigning says that
heads are consistent, never that what they hold is right (docs/decisions/0006).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from veedor.log.checkpoint import Checkpoint
from veedor.log.cosignature import TIME_BYTES
from veedor.mission.state.fold import SEALS, Context, Refused, Signed, State
from veedor.mission.state.heads import log_key, witness_key
from veedor.mission.state.log_time import NO_SEALS, Cosigned, Sealed, Seals, Watch
from veedor.mission.state.roles import Roster, needed
from veedor.mission.statements.authority import Cosignature, Seal

TOLERATED_S = 600
"""How far a witness's clock may be from that of the others before it counts as a discrepancy."""
MOST_APART_S = 7 * 86_400
"""How far from the time of a seal the cosignatures may be that give it."""


def seal(seals: Seals, statement: Signed[Seal], context: Context) -> Seals:
    """A seal. Refused: see the numbered steps of this file."""
    body, roster = statement.body, context.roster
    if statement.chain.party != roster.appender:  # (1)
        raise Refused("not_appender")
    if body.size <= seals.size:  # (2)
        raise Refused("not_newer")
    if body.size > statement.index:  # (3)
        raise Refused("beyond_log")
    root = context.root_of(body.size)
    if body.root != root.hex():  # (4)
        raise Refused("another_root")
    text = Checkpoint(context.genesis.origin, body.size, root).text()
    signature = bytes.fromhex(body.signature)
    if not log_key(context.genesis.origin, roster).verify(text, signature):  # (5)
        raise Refused("bad_signature")
    parties = [each.party for each in body.cosignatures]
    if parties != sorted(set(parties)) or not roster.members.keys() >= set(parties):  # (6)
        raise Refused("bad_cosignature")
    for each in body.cosignatures:
        if roster.keys.revoked(roster.members[each.party].keys.witness):
            raise Refused("bad_cosignature")
        if not witness_key(context.genesis.origin, roster.members[each.party]).verify(text, _wire(each)):
            raise Refused("bad_cosignature")
    quorum_s = clock_s(roster, {each.party: each.time_s for each in body.cosignatures})
    if quorum_s is None:  # (7)
        raise Refused("no_clock")
    sealed = _timed(statement, roster, seals, quorum_s)
    return Seals((*seals.sealed, sealed), _watched(seals, sealed, roster))


def _wire(cosignature: Cosignature) -> bytes:
    # The schema allows times up to 2**53 - 1, so they always fit the eight bytes.
    return cosignature.time_s.to_bytes(TIME_BYTES, "big") + bytes.fromhex(cosignature.signature)


def clock_s(roster: Roster, times_s: Mapping[str, int]) -> int | None:
    """The time that the clock quorum gives, from the time of each member's cosignature; None where it gives none."""
    if not roster.clocked(times_s):
        return None
    least = needed(roster.clock, len(roster.members))
    found = sorted(times_s.values())[least - 1]
    near = sum(abs(each - found) <= MOST_APART_S for each in times_s.values())
    return found if near >= least else None


def _timed(statement: Signed[Seal], roster: Roster, seals: Seals, quorum_s: int) -> Sealed:
    body = statement.body
    return Sealed(
        statement.index,
        body.size,
        body.root,
        max(quorum_s, seals.last.time_s if seals.last else 0),
        quorum_s,
        needed(roster.clock, len(roster.members)),
        tuple(Cosigned(each.party, each.time_s) for each in body.cosignatures),
        roster.agreed([each.party for each in body.cosignatures]),
    )


def _watched(seals: Seals, sealed: Sealed, roster: Roster) -> tuple[Watch, ...]:
    before = {each.party: each for each in seals.watches}
    times = {each.party: each.time_s for each in sealed.cosigned}
    watches = []
    for party in sorted(roster.members):
        last = before.get(party, Watch(party, None, None))
        if party in times:
            watches.append(Watch(party, times[party], None))
        elif last.silent_since_s is None:
            watches.append(Watch(party, last.last_s, sealed.time_s))
        else:
            watches.append(last)
    return tuple(watches)


@dataclass(frozen=True)
class Discrepancy:
    """A cosignature of `party` in the seal at `entry` whose time is `off_s` seconds after (negative: before) the time
    of that seal's clock quorum.

    `proven`: no honest clock allows it. Who saw the seal before must have cosigned after those in it did, and whoever
    is in the next seal, which covers this one, cosigned after it; k members cannot all be wrong where k is a quorum.
    """

    entry: int
    party: str
    off_s: int
    proven: bool


def discrepancies(seals: Seals) -> Iterator[Discrepancy]:
    """Every cosignature more than ten minutes from its seal's clock quorum, in the order of the log."""
    for at, sealed in enumerate(seals.sealed):
        before = seals.sealed[at - 1] if at else None
        after = seals.sealed[at + 1] if at + 1 < len(seals.sealed) else None
        for each in sealed.cosigned:
            off_s = each.time_s - sealed.quorum_s
            proven = _behind(each, sealed, before) or _ahead(each, sealed, after)
            if proven or abs(off_s) > TOLERATED_S:
                yield Discrepancy(sealed.index, each.party, off_s, proven)


def _behind(cosigned: Cosigned, sealed: Sealed, before: Sealed | None) -> bool:
    if before is None or before.index >= sealed.size:
        return False
    # k members say that they had cosigned the seal before by then at the earliest.
    earliest = sorted(each.time_s for each in before.cosigned)[-before.least]
    return cosigned.time_s < earliest - TOLERATED_S


def _ahead(cosigned: Cosigned, sealed: Sealed, after: Sealed | None) -> bool:
    if after is None or sealed.index >= after.size:
        return False
    # k members say that they cosigned the next seal, which covers this one, by then at the latest.
    return cosigned.time_s > after.quorum_s + TOLERATED_S


def seals_of(state: State) -> Seals:
    """Every seal that counts."""
    held = state.slices.get(SEALS, NO_SEALS)
    assert isinstance(held, Seals)
    return held


def log_time_us(state: State, index: int) -> int | None:
    """The log time of an entry, in microseconds since 1970; None while no seal covers it."""
    sealed = seals_of(state).covering(index)
    return sealed.time_us if sealed else None


def time_so_far_us(state: State) -> int:
    """The time of the last seal, in microseconds since 1970; 0 before the first."""
    return seals_of(state).time_us


def passed(state: State, deadline_us: int) -> Sealed | None:
    """The seal with which a deadline passed; None where by log time it has not. The day it fell on is the seal's."""
    return seals_of(state).passing(deadline_us)
