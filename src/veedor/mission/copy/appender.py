"""The appender: orders what waits, judges each statement in turn, and appends what the log may hold.

It only orders. A statement of another member that would be void is not appended, and says why; one whose predecessor is
not here yet waits. A batch is signed by the log key in force *after* it: the batch that holds a handover is therefore
appended by the new appender, from its own copy, and never by the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import VerifyError
from veedor.log.note import NoteSigner, VerifierKey
from veedor.log_folder.files import Files
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.writer import LogWriter
from veedor.mission.copy.keys import Key
from veedor.mission.copy.outbox import Waiting
from veedor.mission.state.fold import AnyKind, State, fold
from veedor.mission.statements.chain import opened
from veedor.mission.statements.types import HANDOVER

BATCH = 256
GAP = "gap"
NOT_OURS = "handover"
"""Why a statement waits that gives the log to another member: only that member's copy can append it."""


@dataclass(frozen=True)
class Refusal:
    """A statement that was not appended, and why: a reason of the fold, or `NOT_OURS`."""

    waiting: Waiting
    reason: str


@dataclass(frozen=True)
class Choice:
    """The next batch, the state after it, what must not be appended, and what has to wait."""

    batch: tuple[Waiting, ...]
    after: State
    refused: tuple[Refusal, ...] = ()
    later: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Appended:
    """What became of the statements that waited."""

    appended: tuple[Waiting, ...]
    refused: tuple[Refusal, ...]
    later: tuple[Refusal, ...]


def choose(state: State, kinds: Sequence[AnyKind], waiting: Sequence[Waiting], own: Collection[str]) -> Choice:
    """The next batch for a copy that holds the keys of `own`, from what waits, in the order given.

    Empty where this copy does not append, unless a handover to it waits: then that statement comes first, after what
    its author stated before it.
    """
    order = waiting if state.roster.appender in own else _handover_first(waiting, own)
    after = fold([each.envelope for each in order[:BATCH]], kinds, state)
    if len(after.void) == len(state.void) and state.roster.appender in own and after.roster.appender in own:
        return Choice(tuple(order[:BATCH]), after)
    batch: list[Waiting] = []
    refused: list[Refusal] = []
    later: list[Refusal] = []
    now = state
    for each in order:
        if len(batch) == BATCH:
            break
        after = fold([each.envelope], kinds, now)
        if len(after.void) > len(now.void):
            reason = after.void[-1].reason
            (later if reason == GAP else refused).append(Refusal(each, reason))
        elif now.roster.appender in own and after.roster.appender not in own:
            later.append(Refusal(each, NOT_OURS))
        else:
            batch.append(each)
            now = after
    if now.roster.appender not in own:
        return Choice((), state, (), ())
    return Choice(tuple(batch), now, tuple(refused), tuple(later))


@dataclass(frozen=True)
class Appender:
    """Appends with the keys of one mission folder. `state` folds the log as it is now; `key` unlocks the log key
    that a member has in a state."""

    log: Path
    files: Files
    heads: HeadRecords
    kinds: Sequence[AnyKind]
    own: Collection[str]
    state: Callable[[], State]
    key: Callable[[State, str], Key]

    def append(self, waiting: Sequence[Waiting]) -> Appended:
        """Append what can be, in batches; on return it is durable and the head that covers it is published."""
        appended: list[Waiting] = []
        refused: dict[str, Refusal] = {}
        while True:
            state = self.state()
            left = [each for each in waiting if each.digest not in refused and not state.holds(each.party, each.digest)]
            choice = choose(state, self.kinds, left, self.own)
            refused |= {each.waiting.digest: each for each in choice.refused}
            if not choice.batch:
                return Appended(tuple(appended), tuple(refused.values()), choice.later)
            with self.writer(state, choice.after) as writer:
                # Opening may have finished an append that a crash cut short: then everything is judged again.
                if self.state().size == state.size:
                    writer.append([each.envelope for each in choice.batch])
                    appended += choice.batch

    def writer(self, before: State, after: State) -> LogWriter:
        """The log, opened with the key in force after what is to be appended, which may be new since `before`."""
        party, origin = after.roster.appender, before.genesis.origin
        key, old = self.key(after, party), before.roster.members[before.roster.appender].keys.log
        previous = VerifierKey(origin, bytes.fromhex(old)) if old != key.public else None
        signer = NoteSigner(origin, key.signing)
        return LogWriter.open(self.log, self.files, self.heads, signer, before.genesis_digest, previous)


def _handover_first(waiting: Sequence[Waiting], own: Collection[str]) -> Sequence[Waiting]:
    handover = next((each for each in waiting if _appender_named(each) in own), None)
    if handover is None:
        return ()
    first = sorted(each for each in waiting if each.party == handover.party and each.seq <= handover.seq)
    return [*first, *(each for each in waiting if each not in first)]


def _appender_named(waiting: Waiting) -> str | None:
    """To whom this statement gives the log, if it does."""
    try:
        statement = opened(waiting.envelope)[1]
        return HANDOVER.read(statement.body).appender if statement.urn == HANDOVER.urn else None
    except VerifyError:
        return None
