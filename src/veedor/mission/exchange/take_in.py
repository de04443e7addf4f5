"""Taking in other members' statements from another copy's outbox, so that they reach whoever appends.

Nothing is appended here. A statement goes to this copy's outbox when it is well signed and fits on what the log and the
outbox hold, or would once its predecessor is here; anything else is set aside with its reason.

Of a member whose statement key lies here, only that is taken which a key signed that it delegated, and only where it
fits: what the member itself says, this copy alone says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from veedor.errors import VerifyError
from veedor.log.envelope import digest as digest_of
from veedor.log.tiles import LARGEST_ENTRY
from veedor.mission.copy.append import Mission
from veedor.mission.copy.appender import GAP
from veedor.mission.copy.outbox import MOST_FROM_OTHERS, Named, in_turn, parse_name
from veedor.mission.exchange.source import Source
from veedor.mission.state.fold import State, fold
from veedor.mission.statements.chain import read_header

FOLDER = "outbox"
MOST_OF_ONE = 256
"""How many statements of one other member wait here at most."""


@dataclass(frozen=True)
class Refused:
    """A statement that was set aside, and why: a reason of the fold, `oversized` or `changed`."""

    named: Named
    reason: str


@dataclass(frozen=True)
class TakenIn:
    """Statements that were new here, and those that were set aside."""

    taken: tuple[Named, ...] = ()
    refused: tuple[Refused, ...] = ()


def take_in(mission: Mission, source: Source) -> TakenIn:
    """Take in what the source's outbox holds for the log; the caller holds `mission.alone()`."""
    state, own = mission.state, mission.folder.parties
    here = mission.outbox.names()
    known = {each.digest for each in here} | state.digests()
    named = [each for each in map(parse_name, source.list(FOLDER)) if each and each.digest not in known]
    members = state.roster.members
    devices = _from_devices(mission, source, [each for each in named if each.party in own and each.party in members])
    offered = list(in_turn(each for each in named if each.party in members and each.party not in own))
    waiting = Counter(each.party for each in here)
    now = fold([each.envelope for each in mission.outbox.of_others(own, state.digests())], mission.kinds, state)
    taken: list[Named] = []
    refused: list[Refused] = []
    for each in offered[:MOST_FROM_OTHERS]:
        if waiting[each.party] >= MOST_OF_ONE:
            continue
        envelope, reason = _read(source, each)
        if envelope is not None and reason is None:
            now, reason = _judge(mission, now, envelope)
        if envelope is None or reason is not None:
            refused.append(Refused(each, reason or "oversized"))
            mission.outbox.set_aside(each, envelope, reason or "oversized")
            continue
        mission.outbox.put(each.party, each.seq, envelope)
        waiting[each.party] += 1
        taken.append(each)
    return TakenIn((*devices, *taken), tuple(refused))


def _from_devices(mission: Mission, source: Source, offered: Sequence[Named]) -> list[Named]:
    """Take in what delegated keys signed for members of this copy, where it follows what they said here."""
    if not offered:
        return []
    now = fold([each.envelope for each in mission.waiting()], mission.kinds, mission.state)
    taken: list[Named] = []
    for each in list(in_turn(offered))[:MOST_OF_ONE]:
        envelope, reason = _read(source, each)
        if envelope is None or reason is not None or not _by_device(now, envelope):
            continue
        now, _ = _judge(mission, now, envelope)
        if now.holds(each.party, each.digest):
            mission.outbox.put(each.party, each.seq, envelope)
            taken.append(each)
    return taken


def _by_device(state: State, envelope: bytes) -> bool:
    try:
        signers = read_header(envelope)[0].signers
    except VerifyError:
        return False
    return all(key in state.roster.keys.delegations for key in signers)


def _read(source: Source, named: Named) -> tuple[bytes | None, str | None]:
    try:
        envelope = source.read(f"{FOLDER}/{named.file}", LARGEST_ENTRY)
    except VerifyError:
        return None, "oversized"
    if envelope is None or digest_of(envelope) != named.digest:
        return None, "changed"
    return envelope, None


def _judge(mission: Mission, state: State, envelope: bytes) -> tuple[State, str | None]:
    """The state after it, and why it must not wait here, if so."""
    after = fold([envelope], mission.kinds, state)
    if len(after.void) == len(state.void):
        return after, None
    reason = after.void[-1].reason
    return state, None if reason == GAP else reason
