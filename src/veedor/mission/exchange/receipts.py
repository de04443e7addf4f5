"""Receipts: a member says in its own chain that it saw another member's statement, when the appender withholds it.

A receipt is given only for a statement that is well signed and continues its author's chain, so that it is evidence
against the appender and not against its author. It stands in the log even if the statement never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import UsageError, VerifyError
from veedor.log.envelope import digest as digest_of
from veedor.log.tiles import LARGEST_ENTRY
from veedor.log_folder.files import Files
from veedor.mission.copy.append import Mission, Published
from veedor.mission.copy.outbox import MOST_FROM_OTHERS, Named, Outbox
from veedor.mission.state.authority import receipts_of
from veedor.mission.state.fold import State, fold
from veedor.mission.statements.authority import Receipt
from veedor.mission.statements.chain import Chain, opened
from veedor.mission.statements.types import RECEIPT


@dataclass(frozen=True)
class Received:
    """One statement: what it says it is, and its receipt, or why there is none.

    `reason`: a reason of the fold, `logged` (the log holds it), or `receipted` (this party did so before).
    """

    named: Named
    receipt: Published | None
    reason: str | None = None


def read_statements(files: Files, path: Path) -> tuple[bytes, ...]:
    """The statement in a file, or those in a folder (or its `outbox/`), by party and place in the chain.

    UsageError where there is none.
    """
    if not files.is_folder(path):
        return (files.read(path, LARGEST_ENTRY + 1),)
    for folder in (path / "outbox", path):
        found = [files.read(folder / each.file, LARGEST_ENTRY + 1) for each in Outbox(folder, files).names()]
        if found:
            return tuple(found[:MOST_FROM_OTHERS])
    raise UsageError("there is no statement here", file=str(path), expected="PARTY.SEQ.DIGEST.json, as in an outbox")


def give_receipts(mission: Mission, statements: Sequence[bytes], received_us: int) -> tuple[Received, ...]:
    """A receipt of the mission's party for each statement that deserves one, in the order given."""
    state = mission.state
    done = {each.receipt.body.statement for each in receipts_of(state) if each.receipt.chain.party == mission.party}
    done |= set(_waiting_receipts(mission))
    now, found = state, []
    for envelope in statements:
        chain = _chain(envelope)
        named = Named(chain.party, chain.seq, digest_of(envelope))
        now, reason = _judge(mission, now, envelope, named, done)
        receipt = None
        if reason is None:
            body = Receipt(named.party, named.seq, named.digest, received_us)
            receipt = mission.publish(RECEIPT, body, received_us)
            done.add(named.digest)
        found.append(Received(named, receipt, reason))
    return tuple(found)


def _judge(mission: Mission, now: State, envelope: bytes, named: Named, done: set[str]) -> tuple[State, str | None]:
    """The state as it would be with the statement, and why it gets no receipt, if so."""
    if named.party == mission.party:
        return now, "own"
    if now.holds(named.party, named.digest):
        return now, "logged"
    after = fold([envelope], mission.kinds, now)
    if len(after.void) > len(now.void):
        return now, after.void[-1].reason
    return after, "receipted" if named.digest in done else None


def _waiting_receipts(mission: Mission) -> list[str]:
    found = []
    for each in mission.waiting():
        statement = opened(each.envelope)[1]
        if each.party == mission.party and statement.urn == RECEIPT.urn:
            found.append(RECEIPT.read(statement.body).statement)
    return found


def _chain(envelope: bytes) -> Chain:
    chain = opened(envelope)[1].chain
    if chain is None:
        raise VerifyError("a genesis gets no receipt", expected="a statement with its place in a chain")
    return chain
