"""Which accounts could have split cash under a threshold: those with several cash payments in the band of any."""

from __future__ import annotations

import numpy as np

from veedor.money.accounts.reporting import ReportingLines
from veedor.money.columns import Ints
from veedor.money.ledger import Ledger
from veedor.money.search import SplitSearch


def split_groups(ledger: Ledger, search: SplitSearch, reporting: ReportingLines) -> Ints:
    """Groups with enough cash payments in the band of any threshold of their currency, whatever their country."""
    events = np.flatnonzero(ledger.cash)
    group_of = (np.searchsorted(ledger.starts, events, side="right") - 1).astype(np.int64)
    near = np.zeros(len(events), np.bool_)
    for code, currency in enumerate(ledger.currencies):
        of_currency = ledger.group_currency[group_of] == code
        for exponent in np.unique(ledger.group_exponent[group_of[of_currency]]).tolist():
            here = np.flatnonzero(of_currency & (ledger.group_exponent[group_of] == exponent))
            amounts = ledger.amount[events[here]].tolist()
            for line in reporting.anywhere(currency, exponent):
                least = -(-search.band_permille * line // 1000)
                near[here] |= np.array([least <= amount < line for amount in amounts], dtype=np.bool_)
    counts = np.bincount(group_of[near], minlength=len(ledger.starts) - 1)
    return np.asarray(np.flatnonzero(counts >= search.split_payments), dtype=np.int64)
