"""Which accounts could have split cash under a threshold: those with several cash payments in the band of any."""

from __future__ import annotations

import numpy as np

from veedor.money.columns import Ints
from veedor.money.ledger import Ledger
from veedor.money.search import SplitSearch
from veedor.registers.thresholds import thresholds


def split_groups(ledger: Ledger, search: SplitSearch) -> Ints:
    """Groups with enough cash payments in the band of any threshold of their currency, whatever their country."""
    lines: dict[str, list[int]] = {}
    for threshold in thresholds():
        lines.setdefault(threshold.currency, []).append(threshold.amount)
    events = np.flatnonzero(ledger.cash)
    group_of = (np.searchsorted(ledger.starts, events, side="right") - 1).astype(np.int64)
    near = np.zeros(len(events), np.bool_)
    for code, currency in enumerate(ledger.currencies):
        here = np.flatnonzero(ledger.group_currency[group_of] == code)
        scale = [10**e for e in ledger.group_exponent[group_of[here]].tolist()]
        amounts = ledger.amount[events[here]].tolist()
        for line in lines.get(currency, []):
            near[here] |= np.array(
                [
                    1000 * amount >= search.band_permille * line * unit and amount <= line * unit
                    for amount, unit in zip(amounts, scale, strict=True)
                ],
                dtype=np.bool_,
            )
    counts = np.bincount(group_of[near], minlength=len(ledger.starts) - 1)
    return np.asarray(np.flatnonzero(counts >= search.split_payments), dtype=np.int64)
