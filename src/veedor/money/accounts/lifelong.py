"""Accounts whose whole life is passing money on: measured against their own history, nothing they do is unusual.

Such an account is judged once, over all its records, and on what it is instead of how it changed: what comes in leaves
at once for months, or nearly everything comes from one party and goes to one party. Records must be long enough to show
a life (`life_days`, `life_payments` on each side); a busy fortnight is judged as a run of payments (pass_through.py).
"""

from __future__ import annotations

import numpy as np

from veedor.engine.findings import Term
from veedor.money import judging
from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.instances import Instance
from veedor.money.ledger import DAY_US, Ledger
from veedor.money.search import PassSearch
from veedor.money.tracing import largest_parties


def life_groups(ledger: Ledger, moved: Ints, search: PassSearch) -> list[int]:
    """Accounts that do nothing but pass money on, over a record long enough to say so."""
    starts = ledger.starts
    if len(starts) < 2:
        return []
    came = ledger.sums(ledger.incoming.astype(np.int64))
    span = ledger.time[starts[1:] - 1] - ledger.time[starts[:-1]]
    long = (np.minimum(came, np.diff(starts) - came) >= search.life_payments) & (span >= search.life_days * DAY_US)
    if not long.any():
        return []
    parties = ledger.call(largest_parties)(starts, ledger.incoming, ledger.other, ledger.amount, len(ledger.accounts))
    sides = []
    for incoming, party in zip((ledger.incoming, ~ledger.incoming), parties, strict=True):
        total, passed = ledger.sums(incoming * ledger.amount), ledger.sums(incoming * moved)
        sides.append([column[long].tolist() for column in (total, passed, party)])
    groups = np.flatnonzero(long).tolist()
    return [group for group, *sides_of in zip(groups, *(zip(*side, strict=True) for side in sides), strict=True)
            if _is_life(sides_of[0], sides_of[1], search)]  # fmt: skip


Side = tuple[int, int, int]


def _is_life(came: Side, went: Side, search: PassSearch) -> bool:
    """Each side: its total, what of it passed, and the largest party's part. Either all passes at once, or one party
    pays, one is paid, and the totals agree within a fifth."""
    passed = min(permille(side[1], side[0]) for side in (came, went))
    few, many = sorted((came[0], went[0]))
    pipe = min(permille(side[2], side[0]) for side in (came, went)) >= search.life_one_party_permille
    return passed >= search.life_passed_permille or (pipe and permille(few, many) >= 800)


def lives(ledger: Ledger, moved: Ints, moment: Ints, search: PassSearch) -> list[Instance]:
    """One instance per account and currency that does nothing but pass money on, over its whole record."""
    starts = ledger.starts
    return [
        Instance(ledger, group, np.arange(starts[group], starts[group + 1]), moved, moment)
        for group in life_groups(ledger, moved, search)
    ]


def party_shares(instance: Instance) -> tuple[int, int]:
    """The share of the largest payer and of the largest payee, per mille."""
    came, went = (
        permille(next(iter(instance.largest_parties(side)), 0), instance.total(side))
        for side in (instance.side(True), instance.side(False))
    )
    return came, went


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
