"""Versions of handed-in tables from before columns were added: rows that were committed as such can still be shown.

Nothing reads files into them any more; a revealed row names the version that its deposit was committed in.
"""

from __future__ import annotations

from dataclasses import replace

from veedor.tables.declare import Table
from veedor.tables.money import ACCOUNTS, ENTRIES
from veedor.tables.plots import PLOTS, QUALITY
from veedor.tables.transfers import TRANSFERS

_DETAILS = ("_identifiers", "_address", "_town", "_country")
_ULTIMATES = ("ultimate_debtor", "ultimate_creditor")


def _before(table: Table, added: tuple[str, ...]) -> Table:
    return replace(table, version=1, columns=tuple(one for one in table.columns if one.name not in added))


ACCOUNTS_1 = _before(ACCOUNTS, ("branch", *(f"holder{end}" for end in _DETAILS)))
ENTRIES_1 = _before(
    ENTRIES,
    (
        *(f"counterparty{end}" for end in _DETAILS),
        *(f"{who}{end}" for who in ("ultimate_counterparty", "ultimate_holder") for end in ("_name", *_DETAILS)),
        "initiating_name", "instructed_units", "instructed_exponent", "instructed_currency", "exchange_rate",
        "charges_bearer", "charges", "charges_agents", "return_reason", "place", "place_kind", "place_address",
        "place_town", "place_country", "purpose_code",
    ),
)  # fmt: skip
TRANSFERS_1 = _before(
    TRANSFERS,
    (
        *(f"{who}{end}" for who in _ULTIMATES for end in _DETAILS),
        *(f"{below}{side}_town" for below in ("", "underlying_") for side in ("debtor", "creditor")),
    ),
)
PLOTS_1 = _before(PLOTS, (*(one.name for one in QUALITY), "code_1", "code_2", "emitter_category"))
EARLIER = (ACCOUNTS_1, ENTRIES_1, PLOTS_1, TRANSFERS_1)
