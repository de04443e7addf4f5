"""Accounts that money passes through from their first payment on, and accounts that had slept for long before.

How unusual that is, is counted: how many accounts of the currency have their first payment on record as late, or were
ever silent for as long. Where records of many accounts begin as late (a new bank in the data, a short record), or all
are often silent, nothing is unusual about it.
"""

from __future__ import annotations

from veedor.engine.findings import Term
from veedor.money import judging
from veedor.money.distributions import Distributions
from veedor.money.instances import LEAST_SILENT_DAYS, Instance
from veedor.money.ledger import DAY_US

MOST_MILLI_LOG10 = 600


def new_term(name: str, instance: Instance, known: Distributions, least_accounts: int) -> Term:
    """For an account whose records begin with the instance; others are not new, which says nothing."""
    day = int(instance.ledger.time[instance.history[0]]) // DAY_US
    return _ranked(name, instance, known, "first_day", day, least_accounts, instance.is_new)


def awakened_term(name: str, instance: Instance, known: Distributions, least_accounts: int) -> Term:
    """For an account without any payment in the weeks before the instance."""
    slept = instance.silent_days >= LEAST_SILENT_DAYS
    return _ranked(name, instance, known, "silent_days", instance.silent_days, least_accounts, slept)


def _ranked(
    name: str, instance: Instance, known: Distributions, measure: str, value: int, least_accounts: int, applies: bool
) -> Term:
    ranked = judging.rank(name, known, instance.currency, measure, value, least_accounts)
    values = {**ranked.values, "applies": int(applies)}
    if not applies:
        return Term(name, 0, judging.MEASURED, values)
    if ranked.milli_log10 is None:
        return Term(name, None, judging.MEASURED, values)
    return Term(name, max(0, min(MOST_MILLI_LOG10, ranked.milli_log10)), judging.MEASURED, values)
