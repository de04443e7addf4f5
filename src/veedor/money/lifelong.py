"""Accounts whose whole life is passing money on: measured against their own history, nothing they do is unusual.

Such an account is judged once, over all its records, and on what it is instead of how it changed: what comes in leaves
at once for months, or nearly everything comes from one party and goes to one party. Records must be long enough to show
a life (`life_days`, `life_payments` on each side); a busy fortnight is judged as a run of payments (pass_through.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from veedor.engine.findings import Innocent, Term
from veedor.money import innocence, judging
from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.instances import Instance
from veedor.money.ledger import DAY_US, Ledger


@dataclass(frozen=True)
class Life:
    """What counts as a life: days on record, payments on each side, shares per mille."""

    days: int
    payments: int
    passed_permille: int
    one_party_permille: int


def lives(ledger: Ledger, moved: Ints, moment: Ints, life: Life) -> list[Instance]:
    """One instance per account and currency that does nothing but pass money on, over its whole record."""
    starts = ledger.starts
    if len(starts) < 2:
        return []
    into = np.concatenate(([0], np.cumsum(ledger.incoming)))
    came = into[starts[1:]] - into[starts[:-1]]
    span = ledger.time[starts[1:] - 1] - ledger.time[starts[:-1]]
    least = np.minimum(came, np.diff(starts) - came)
    made = []
    for group in np.flatnonzero((least >= life.payments) & (span >= life.days * DAY_US)).tolist():
        instance = Instance(ledger, group, np.arange(starts[group], starts[group + 1]), moved, moment)
        sides = instance.side(True), instance.side(False)
        passed = min(instance.share_moved(side) for side in sides)
        if passed >= life.passed_permille or (
            is_pipe(instance, life.one_party_permille) and _balance_permille(instance) >= 800
        ):
            made.append(instance)
    return made


def is_pipe(instance: Instance, one_party_permille: int) -> bool:
    """Nearly everything comes from one party, and nearly everything goes to one party."""
    return min(party_shares(instance)) >= one_party_permille


def party_shares(instance: Instance) -> tuple[int, int]:
    """The share of the largest payer and of the largest payee, per mille."""
    came, went = (
        permille(next(iter(instance.largest_parties(side)), 0), instance.total(side))
        for side in (instance.side(True), instance.side(False))
    )
    return came, went


def _balance_permille(instance: Instance) -> int:
    """The smaller of all that came and all that went, per mille of the larger."""
    few, many = sorted(instance.total(instance.side(incoming)) for incoming in (True, False))
    return permille(few, many)


def life_term(instance: Instance) -> Term:
    """For how long the account did nothing else."""
    ledger = instance.ledger
    days = int(ledger.time[instance.members[-1]] - ledger.time[instance.members[0]]) // DAY_US
    weight = judging.stepped(days, ((180, 600), (90, 400)), 200)
    return Term("term.pass_through.life", weight, judging.EXPERT, {"days": days, "payments": len(instance.members)})


def costs_term(instance: Instance) -> Term:
    """Whoever trades or lives also pays small things: fees, wages, rent, tickets. A shell pays large sums only."""
    amounts = instance.ledger.amount[instance.side(False)].tolist()
    mean = sum(amounts) // len(amounts)
    share = permille(sum(100 * amount <= mean for amount in amounts), len(amounts))
    weight = 400 if share <= 100 else 0 if share <= 250 else -600
    return Term("term.pass_through.costs", weight, judging.EXPERT, {"share_permille": share, "payments": len(amounts)})


def explanations(instance: Instance) -> tuple[Innocent, ...]:
    came, went = instance.side(True), instance.side(False)
    return (
        innocence.same_holder("innocent.treasury", instance, instance.members),
        innocence.rhythm("innocent.wage_and_rent", instance, came),
        innocence.rhythm("innocent.payroll", instance, went),
        innocence.clearing("innocent.clearing", instance),
        innocence.agent("innocent.agent", instance, came, went),
        innocence.trade("innocent.merchant", instance, came),
    )
