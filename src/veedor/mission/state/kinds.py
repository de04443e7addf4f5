"""The kinds of this room: what each type of statement does to the state, and what refuses it.

Here those about members, deposits, runs and findings; `seals`, `authority`, `access` and `acts` hold theirs.
"""

from __future__ import annotations

from msgspec import structs

from veedor.errors import VerifyError
from veedor.mission.state import access, acts
from veedor.mission.state.authority import (
    ADOPTED,
    RECEIPTS,
    acknowledge,
    adopt,
    adopts_parameters,
    decide_policy,
    end_log,
    hand_over,
)
from veedor.mission.state.fold import FREEZE, ROSTER, SEALS, AnyKind, Context, Kind, Refused, Signed, State
from veedor.mission.state.genesis import check_member
from veedor.mission.state.log_time import NO_SEALS
from veedor.mission.state.restated import RESTATED, restate, runs_backwards
from veedor.mission.state.roles import RULES, Roster, key_collision
from veedor.mission.state.seals import seal
from veedor.mission.statements.bodies import Deposit, Findings, Join, Run
from veedor.mission.statements.types import (
    ADOPT,
    ATTEST,
    DELEGATE,
    DEPOSIT,
    FINDINGS,
    HANDOVER,
    JOIN,
    LABEL,
    LOOK,
    MAILBOX,
    POLICY,
    RECEIPT,
    RECOVER,
    RESTATE,
    REVOKE,
    ROOTED_FINDINGS,
    ROTATE,
    RUN,
    SEAL,
)
from veedor.mission.statements.types import FREEZE as FREEZE_TYPE

Deposits = tuple[Signed[Deposit], ...]
Runs = tuple[Signed[Run], ...]
FindingsLists = tuple[Signed[Findings], ...]


def admit(roster: Roster, statement: Signed[Join], context: Context) -> Roster:
    """A later member. Refused: a name already taken, a key already in use, a key without proof of possession."""
    member = statement.body.member
    if member.party in roster.members:
        raise Refused("member_already")
    if key_collision([member]) is not None or any(map(roster.keys.known, structs.astuple(member.keys))):
        raise Refused("key_in_use")
    try:
        check_member(member, context.genesis.origin)
    except VerifyError:
        raise Refused("no_possession") from None
    return roster.with_member(member, statement.index)


def hand_in(deposits: Deposits, statement: Signed[Deposit], context: Context) -> Deposits:
    """A deposit. Refused: times that run backwards, counts that do not reconcile, an originator who is no member,
    simulated data in a mission that is not simulated, or the other way round."""
    body = statement.body
    if runs_backwards(body):
        raise Refused("bad_period")
    rows = body.rows
    if rows.accepted_bytes + rows.framing_bytes + rows.rejected_bytes > rows.bytes:
        raise Refused("counts_do_not_reconcile")
    for listed in (body.classes, body.tables, body.conversions):
        if list(listed) != sorted(set(listed)):
            raise Refused("list_not_sorted")
    if body.handling.originator not in context.roster.members:
        raise Refused("unknown_originator")
    if body.simulated != context.genesis.simulated:
        raise Refused("simulated_mark")
    return (*deposits, statement)


def report_run(runs: Runs, statement: Signed[Run], context: Context) -> Runs:
    """A run. Refused: an adoption that is not an earlier one of parameters, times that run backwards, a wrong simulated
    mark."""
    body = statement.body
    if body.adoption and not adopts_parameters(context.slices[ADOPTED], body.adoption):
        raise Refused("unknown_adoption")
    if body.started_us > body.ended_us:
        raise Refused("bad_period")
    if body.simulated != context.genesis.simulated:
        raise Refused("simulated_mark")
    names = [each.detector for each in body.parameters], [each.table for each in body.tables]
    if any(listed != sorted(set(listed)) for listed in names):
        raise Refused("list_not_sorted")
    return (*runs, statement)


def report_findings(found: FindingsLists, statement: Signed[Findings], context: Context) -> FindingsLists:
    """Findings of a run. Refused: a run that is not the author's own, findings given twice, sums that are wrong."""
    body = statement.body
    runs = context.slices["runs"]
    assert isinstance(runs, tuple)
    if not any(run.digest == body.run and run.chain.party == statement.chain.party for run in runs):
        raise Refused("unknown_run")
    if any(earlier.body.run == body.run for earlier in found):
        raise Refused("findings_already")
    names = [each.kind for each in body.kinds]
    if names != sorted(set(names)):
        raise Refused("list_not_sorted")
    if sum(each.count for each in body.kinds) != body.total:
        raise Refused("counts_do_not_reconcile")
    if body.simulated != context.genesis.simulated:
        raise Refused("simulated_mark")
    return (*found, statement)


_NONE: tuple[object, ...] = ()
KINDS: tuple[AnyKind, ...] = (
    Kind(JOIN, RULES["join"], ROSTER, None, admit),
    Kind(DEPOSIT, RULES["deposit"], "deposits", _NONE, hand_in),
    Kind(RESTATE, RULES["restate"], RESTATED, _NONE, restate),
    Kind(RUN, RULES["run"], "runs", _NONE, report_run),
    Kind(FINDINGS, RULES["findings"], "findings", _NONE, report_findings),
    Kind(ROOTED_FINDINGS, RULES["findings"], "findings", _NONE, report_findings),
    Kind(SEAL, RULES["seal"], SEALS, NO_SEALS, seal),
    Kind(POLICY, RULES["policy"], ROSTER, None, decide_policy),
    Kind(ADOPT, RULES["adopt"], ADOPTED, _NONE, adopt),
    Kind(HANDOVER, RULES["handover"], ROSTER, None, hand_over),
    Kind(FREEZE_TYPE, RULES["freeze"], FREEZE, None, end_log),
    Kind(RECEIPT, RULES["receipt"], RECEIPTS, _NONE, acknowledge),
    Kind(ROTATE, RULES["rotate"], ROSTER, None, access.rotate),
    Kind(RECOVER, RULES["recover"], ROSTER, None, access.recover),
    Kind(REVOKE, RULES["revoke"], ROSTER, None, access.revoke),
    Kind(DELEGATE, RULES["delegate"], ROSTER, None, access.delegate),
    Kind(MAILBOX, RULES["mailbox"], ROSTER, None, access.mailbox),
    Kind(LOOK, RULES["look"], acts.LOOKS, _NONE, acts.look),
    Kind(ATTEST, RULES["attest"], acts.ATTESTATIONS, _NONE, acts.attest),
    Kind(LABEL, RULES["label"], acts.LABELS, _NONE, acts.label),
)


def deposits_of(state: State) -> Deposits:
    """Every deposit that counts, in the order of the log."""
    held = state.slices["deposits"]
    assert isinstance(held, tuple)
    return held


def runs_of(state: State) -> Runs:
    held = state.slices["runs"]
    assert isinstance(held, tuple)
    return held


def findings_of(state: State) -> FindingsLists:
    held = state.slices["findings"]
    assert isinstance(held, tuple)
    return held
