"""A timeline from a log: the statements that count, in the order of the log, each with the time of the seal that
covers it.

What is not covered by a seal yet has no log time, and is not in the timeline. Void and unknown statements stand in it
without a body: they say nothing, but are no longer held back by anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from veedor.accord.bodies import TYPES
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.log.envelope import digest as digest_of
from veedor.mission.state.fold import State
from veedor.mission.state.seals import seals_of
from veedor.mission.statements.authority import Adopt
from veedor.mission.statements.chain import BodyType, Unsigned, opened
from veedor.mission.statements.types import (
    ADOPT,
    ATTEST,
    DEPOSIT,
    FINDINGS,
    HANDOVER,
    RECEIPT,
    RESTATE,
    ROOTED_FINDINGS,
)

READ: dict[str, BodyType[Any]] = {
    kind.urn: kind for kind in (*TYPES, ADOPT, ATTEST, DEPOSIT, RESTATE, FINDINGS, ROOTED_FINDINGS, HANDOVER, RECEIPT)
}


def timeline_of(entries: Iterable[bytes], state: State, rest_us: int | None = None) -> Timeline:
    """The timeline of a log whose entries, from entry 0 on, fold to `state`. What no seal covers yet is left out, or
    taken as of `rest_us`: not for a verdict, only to tell an author what it said already."""
    silent = {each.index for each in state.void} | {each.index for each in state.unknown}
    rest, at = iter(entries), 0
    batches: list[Batch] = []
    for seal in seals_of(state).sealed:
        covered = list(islice(rest, seal.size - at))
        facts = [_fact(entry, at + number, silent, state) for number, entry in enumerate(covered) if at + number > 0]
        batches.append(Batch(seal.time_us, tuple(facts)))
        at = seal.size
    if rest_us is not None:
        facts = [_fact(entry, at + number, silent, state) for number, entry in enumerate(rest) if at + number > 0]
        batches.append(Batch(max([rest_us, *(each.time_us for each in batches)]), tuple(facts)))
    return Timeline(state.genesis.appender, tuple(batches))


def _fact(entry: bytes, index: int, silent: set[int], state: State) -> Fact:
    digest = digest_of(entry)
    if index in silent:
        return Fact("", digest, None)
    statement = opened(entry)[1]
    assert statement.chain is not None
    kind = READ.get(statement.urn)
    if kind is None:
        return Fact(statement.chain.party, digest, None)
    body = kind.read(statement.body)
    signers = _members(statement, state) if isinstance(body, Adopt) else ()
    return Fact(statement.chain.party, digest, body, signers)


def _members(statement: Unsigned, state: State) -> tuple[str, ...]:
    """The members behind the signatures; a key is never anybody else's, so later states name the same."""
    assert statement.chain is not None
    uses = state.roster.keys.uses
    return tuple(sorted({uses[key].party for key in statement.chain.signers if key in uses}))
