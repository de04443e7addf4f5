"""The types of statement that this room owns, by name: genesis, join, deposit, run, findings."""

from __future__ import annotations

from veedor.mission.statements.bodies import Deposit, Findings, Genesis, Join, Run
from veedor.mission.statements.chain import BodyType

GENESIS = BodyType("genesis", 1, Genesis)
JOIN = BodyType("join", 1, Join, co_signers=lambda body: (body.member.keys.statement,))
DEPOSIT = BodyType("deposit", 1, Deposit)
RUN = BodyType("run", 1, Run)
FINDINGS = BodyType("findings", 1, Findings)
