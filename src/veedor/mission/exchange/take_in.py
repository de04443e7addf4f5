"""Taking in other members' statements from another copy's outbox, so that they reach whoever appends.

Nothing is appended here. A statement goes to this copy's outbox when it is well signed and fits on what the log and the
outbox hold, or would once its predecessor is here; anything else is set aside with its reason. Own statements are never
taken from elsewhere: this copy alone says what this party says.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from veedor.errors import VerifyError
from veedor.log.envelope import digest as digest_of
from veedor.log.tiles import LARGEST_ENTRY
from veedor.mission.copy.append import Mission
from veedor.mission.copy.appender import GAP
from veedor.mission.copy.outbox import MOST_FROM_OTHERS, Named, in_turn, parse_name
from veedor.mission.exchange.source import Source
from veedor.mission.state.fold import State, fold

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
    offered = list(in_turn(each for each in named if each.party in state.roster.members and each.party not in own))
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
    return TakenIn(tuple(taken), tuple(refused))


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
