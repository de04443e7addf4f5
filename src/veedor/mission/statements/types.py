"""The types of statement that this room owns; `ALL` is the closed list in the order of docs/formats/statements.md."""

from __future__ import annotations

from typing import Any

from veedor.mission.statements.access import Delegate, Mailbox, Recover, Revoke, Rotate
from veedor.mission.statements.acts import Attest, Label, Look
from veedor.mission.statements.authority import Adopt, Freeze, Handover, Policy, Receipt, Seal
from veedor.mission.statements.bodies import Deposit, Findings, Genesis, Join, Restate, RootedFindings, Run
from veedor.mission.statements.chain import BodyType

GENESIS = BodyType("genesis", 1, Genesis)
JOIN = BodyType("join", 1, Join, co_signers=lambda body: (body.member.keys.statement,))
DEPOSIT = BodyType("deposit", 1, Deposit)
RESTATE = BodyType("restate", 1, Restate)
RUN = BodyType("run", 1, Run)
FINDINGS = BodyType("findings", 1, Findings)
ROOTED_FINDINGS = BodyType("findings", 2, RootedFindings)

SEAL = BodyType("seal", 1, Seal)
POLICY = BodyType("policy", 1, Policy)
ADOPT = BodyType("adopt", 1, Adopt)
HANDOVER = BodyType("handover", 1, Handover)
FREEZE = BodyType("freeze", 1, Freeze)
RECEIPT = BodyType("receipt", 1, Receipt)

ROTATE = BodyType("rotate", 1, Rotate, co_signers=lambda body: (body.old, body.new))
RECOVER = BodyType(
    "recover", 1, Recover, co_signers=lambda body: (body.new, body.recovery) if body.recovery else (body.new,)
)
REVOKE = BodyType("revoke", 1, Revoke)
DELEGATE = BodyType("delegate", 1, Delegate, co_signers=lambda body: (body.key,))
MAILBOX = BodyType("mailbox", 1, Mailbox)

LOOK = BodyType("look", 1, Look)
ATTEST = BodyType("attest", 1, Attest)
LABEL = BodyType("label", 1, Label)

ALL: tuple[BodyType[Any], ...] = (
    *(GENESIS, JOIN, DEPOSIT, RESTATE, RUN, FINDINGS, ROOTED_FINDINGS),
    *(SEAL, POLICY, ADOPT, HANDOVER, FREEZE, RECEIPT),
    *(ROTATE, RECOVER, REVOKE, DELEGATE, MAILBOX),
    *(LOOK, ATTEST, LABEL),
)
