"""Likelihood-ratio terms that several patterns share. Every weight is an expert setting and says so in its source.

Ranks alone are measured: how many accounts of the currency reach the value in the deposits of this very run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from veedor.engine.findings import Term, Values
from veedor.kernel.exactmath import log10
from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.distributions import Distributions
from veedor.money.instances import Instance

EXPERT = "expert setting"
MEASURED = "measured: all accounts of the currency in this run"

Steps = Sequence[tuple[int, int]]


def total(terms: Sequence[Term]) -> int:
    """The sum of those that could be assessed."""
    return sum(term.milli_log10 or 0 for term in terms)


def stepped(value: int, steps: Steps, otherwise: int) -> int:
    """The weight of the first step (least value, weight), falling, that `value` reaches."""
    for least, weight in steps:
        if value >= least:
            return weight
    return otherwise


def rank(name: str, known: Distributions, currency: str, measure: str, value: int, least_accounts: int) -> Term:
    """Half of all laundering accounts are taken to reach such a value; how many of all accounts do is counted."""
    above, total = known.at_least(currency, measure, value)
    values: Values = {"accounts_above": above, "accounts": total, "value": value}
    if total < least_accounts:
        return Term(name, None, MEASURED, values)
    ratio = round(1000 * log10((total + 1) / (2 * (above + 1))))
    return Term(name, max(-300, min(2000, ratio)), MEASURED, values)


def one_off(name: str, instance: Instance, events: Ints) -> Term:
    """Counterparties that the account deals with in this instance only; unknown without other payments of its own."""
    ledger = instance.ledger
    here = instance.others(events)
    elsewhere = np.unique(ledger.other[instance.history[~instance.inside]])
    share = permille(int(np.count_nonzero(~np.isin(here, elsewhere))), len(here))
    values: Values = {"share_permille": share, "counterparties": len(here)}
    if not len(elsewhere[elsewhere >= 0]) or not len(here):
        return Term(name, None, EXPERT, values)
    return Term(name, stepped(share, ((900, 300), (600, 0)), -500), EXPERT, values)


def round_amounts(name: str, instance: Instance, events: Ints) -> Term:
    """Amounts with at most two significant digits: people who split or forward cash like them, invoices rarely."""
    count = sum(len(str(value).rstrip("0")) <= 2 for value in instance.ledger.amount[events].tolist())
    share = permille(count, len(events))
    return Term(name, stepped(share, ((800, 300), (400, 100)), 0), EXPERT, {"share_permille": share})


def corridor(name: str, instance: Instance, events: Ints) -> Term:
    """Most of the money crosses one border; unknown where the accounts do not say their country."""
    pairs = instance.countries(events)
    known = [(own, other) for own, other in pairs if own and other]
    values: dict[str, int | str] = {"share_permille": 0, "known_permille": permille(len(known), len(pairs))}
    if 2 * len(known) < len(pairs):
        return Term(name, None, EXPERT, values)
    crossing = Counter(pair for pair in known if pair[0] != pair[1])
    share = permille(sum(crossing.values()), len(known))
    values["share_permille"] = share
    return Term(name, stepped(share, ((700, 300), (300, 100)), 0), EXPERT, values)
