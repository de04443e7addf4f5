"""Which pattern a run of payments belongs to, so that one story is told by one finding.

Money that comes from many or goes to many is judged as a fan, cash split under a threshold as structuring; what is left
is money passing through. Each detector asks this alone of the account's own payments, so none needs another's result.
"""

from __future__ import annotations

from veedor.money.instances import Instance
from veedor.money.places import country
from veedor.registers.thresholds import in_force

BAND_PERMILLE = 700
"""An amount is just under a reporting threshold from this share of it, per mille."""

SPLIT_PAYMENTS = 3
"""Fewer payments under a threshold are no pattern."""


def judged_elsewhere(instance: Instance, fan_counterparties: int) -> bool:
    """Whether the instance is a fan or structuring rather than money passing through."""
    return is_fan(instance, fan_counterparties) or is_split(instance)


def is_fan(instance: Instance, counterparties: int) -> bool:
    """Many counterparties on one side and few on the other."""
    few, many = sorted(len(instance.others(instance.side(incoming))) for incoming in (True, False))
    return many >= counterparties and many >= 3 * max(few, 1)


def is_split(instance: Instance) -> bool:
    """Most of what came in is cash just under the reporting threshold in force, in several payments."""
    came = instance.side(True)
    cash = came[instance.cash(came)]
    if len(cash) < SPLIT_PAYMENTS or 2 * len(cash) < len(came):
        return False
    ledger, exponent = instance.ledger, int(instance.ledger.group_exponent[instance.group])
    place = country(instance.account, instance.column("payee_bank", cash[:1])[0])
    inside = 0
    for time, amount in zip(ledger.time[cash].tolist(), ledger.amount[cash].tolist(), strict=True):
        limit = in_force(place, instance.currency, "cash", time)
        if limit is not None:
            line = limit.smallest_reported(exponent)
            inside += 1000 * amount >= BAND_PERMILLE * line and amount < line
    return inside >= SPLIT_PAYMENTS and 2 * inside >= len(came)
