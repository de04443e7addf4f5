"""What an invented supervisor asks banks to write down: the rule that couriers at its banks have heard of."""

from __future__ import annotations

from collections.abc import Mapping

COP, USD = "COP", "USD"
HEARD: Mapping[str, float] = {COP: 10_000_000.0, USD: 10_000.0}
"""What couriers have heard that the bank writes down, by currency: their own lore, not any register's."""

_HEADER = "country,currency,instrument,amount,inclusive,valid_from,source,simulated\n"


def rules_csv(country: str) -> bytes:
    """The table that this state's supervisor hands in: its own rule for dollars, and couriers there have it right."""
    amount = f"{HEARD[USD]:.0f}"
    return (_HEADER + f"{country},USD,cash,{amount},true,2020-01-01,SIMULATED rule 1,true\n").encode()
