"""What the quorum decides, and the one thing a single member can say about whoever appends.

Policy and handover change the roster from the next entry on; an adoption is kept as it was said; a freeze ends the log.
A receipt counts against the appender for as long as the statement that its author saw is not in the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from veedor.mission.state.fold import FREEZE, Context, Refused, Signed, State
from veedor.mission.state.roles import Roster, reachable
from veedor.mission.state.seals import seals_of
from veedor.mission.statements.authority import Adopt, Freeze, Handover, Policy, Receipt

Adopted = tuple[Signed[Adopt], ...]
Receipts = tuple[Signed[Receipt], ...]
ADOPTED = "adopted"
RECEIPTS = "receipts"


def decide_policy(roster: Roster, statement: Signed[Policy], context: Context) -> Roster:
    """Other quorums. Refused: one that is not sound, or that the members there are cannot reach."""
    body, members = statement.body, len(roster.members)
    if not reachable(body.agreement, roster.parties, 0):
        raise Refused("bad_quorum")
    if not reachable(body.clock, members, members - roster.parties):
        raise Refused("bad_quorum")
    # One other member alone must never be able to take somebody's keys.
    if body.recovery == 1 or body.recovery >= members:
        raise Refused("bad_quorum")
    return replace(roster, agreement=body.agreement, clock=body.clock, recovery=body.recovery)


def hand_over(roster: Roster, statement: Signed[Handover], context: Context) -> Roster:
    """Another member appends. Refused: somebody who is no member, or whose log key is revoked."""
    if statement.body.appender not in roster.members:
        raise Refused("unknown_party")
    if roster.keys.revoked(roster.members[statement.body.appender].keys.log):
        raise Refused("revoked_key")
    return replace(roster, appender=statement.body.appender)


def adopt(adopted: Adopted, statement: Signed[Adopt], context: Context) -> Adopted:
    """A file is adopted by its digest. Nothing is refused: who must agree has signed."""
    return (*adopted, statement)


def end_log(frozen: Signed[Freeze] | None, statement: Signed[Freeze], context: Context) -> Signed[Freeze]:
    """The log ends. Nothing is refused here; everything but seals is void from the next entry on."""
    return statement


def acknowledge(receipts: Receipts, statement: Signed[Receipt], context: Context) -> Receipts:
    """A receipt. Refused: for the author's own statement, or somebody's who is no member."""
    if statement.body.party == statement.chain.party:
        raise Refused("not_allowed")
    if statement.body.party not in context.roster.members:
        raise Refused("unknown_party")
    return (*receipts, statement)


def adopted_of(state: State) -> Adopted:
    """Every adoption that counts, in the order of the log."""
    held = state.slices.get(ADOPTED, ())
    assert isinstance(held, tuple)
    return held


def adopts_parameters(adopted: object, digest: str) -> bool:
    """Whether the statement of this digest is, in this slice, an adoption of parameters."""
    assert isinstance(adopted, tuple)
    return any(each.digest == digest and each.body.document == "parameters" for each in adopted)


def frozen_by(state: State) -> Signed[Freeze] | None:
    """The statement that ended the log; None while it goes on."""
    held = state.slices.get(FREEZE)
    assert held is None or isinstance(held, Signed)
    return held


@dataclass(frozen=True)
class Receipted:
    """A receipt and what became of the statement it is for.

    `withheld`: its place in its author's chain is still empty; `since_s` is the log time of the receipt, None while no
    seal covers it, `age_s` how long that is by log time. `contradicted`: its author put another statement in its
    place, so it can never be logged, and that is not the appender's doing.
    """

    receipt: Signed[Receipt]
    became: Literal["logged", "withheld", "contradicted"]
    since_s: int | None
    age_s: int | None


def receipts_of(state: State) -> Iterator[Receipted]:
    """Every receipt that counts, in the order of the log."""
    held, seals = state.slices.get(RECEIPTS, ()), seals_of(state)
    assert isinstance(held, tuple)
    for receipt in held:
        became = _became(state, receipt.body)
        sealed = seals.covering(receipt.index)
        if became == "withheld" and sealed is not None and seals.last is not None:
            yield Receipted(receipt, became, sealed.time_s, seals.last.time_s - sealed.time_s)
        else:
            yield Receipted(receipt, became, sealed.time_s if sealed else None, None)


def _became(state: State, said: Receipt) -> Literal["logged", "withheld", "contradicted"]:
    if state.holds(said.party, said.statement):
        return "logged"
    return "withheld" if len(state.chains.get(said.party, ())) < said.seq else "contradicted"
