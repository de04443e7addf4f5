"""Runs of windows with many counterparties, and the numbers that a fan is judged by before anything else is looked at.

A run that lasts longer than a few windows is the account's routine (a shop, a utility) and is looked at only if nearly
all its money moved on at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.ledger import Ledger
from veedor.money.search import FanSearch
from veedor.money.tracing import fan_windows, other_ends


@dataclass(frozen=True)
class FanRun:
    """One run: `peak` counterparties in one window. Members are its events on one side with a known counterparty;
    `near` are the account's payments on the other side in time to have taken the money on, or brought it; `side_…` is
    over all the account's payments on the side of the run (`side_members`: with a known counterparty)."""

    group: int
    first: int
    last: int
    peak: int
    members: int
    total: int
    moved: int
    slack_us: int
    near: int
    near_two_largest: int
    side_members: int
    side_payments: int
    side_total: int


def fan_runs(ledger: Ledger, moved: Ints, incoming: bool, search: FanSearch) -> Iterator[FanRun]:
    """The runs of one side that are short enough for a burst, or whose money moved on."""
    codes, side = len(ledger.accounts), ledger.incoming
    groups, firsts, lasts, peaks, _ = ledger.call(fan_windows)(
        ledger.starts, side, ledger.other, ledger.time, codes, incoming, search.window_us(incoming),
        search.least_counterparties,
    )  # fmt: skip
    burst = ledger.time[lasts] - ledger.time[firsts] <= search.longest_burst_windows * search.window_us(incoming)
    mine = (side == incoming) & (ledger.other >= 0)
    members, total, passed = (_between(values, firsts, lasts) for values in (mine, mine * ledger.amount, mine * moved))
    begins, ends = ledger.starts[groups], ledger.starts[groups + 1] - 1
    alike = side == incoming
    history = [_between(values, begins, ends) for values in (mine, alike, alike * ledger.amount)]
    drained = [permille(a, b) >= search.drained_permille for a, b in zip(passed.tolist(), total.tolist(), strict=True)]
    kept = np.flatnonzero(burst | np.array(drained, dtype=np.bool_))
    slack, near, largest = ledger.call(other_ends)(
        ledger.starts, side, ledger.other, ledger.time, ledger.slack, ledger.amount, codes, incoming,
        groups[kept], firsts[kept], lasts[kept], search.delay_us,
    )  # fmt: skip
    numbers = [column[kept] for column in (groups, firsts, lasts, peaks, members, total, passed)]
    numbers += [slack, near, largest, *(column[kept] for column in history)]
    for row in zip(*(column.tolist() for column in numbers), strict=True):
        yield FanRun(*row)


def fan_groups(ledger: Ledger, moved: Ints, search: FanSearch) -> set[int]:
    """Groups with such a run on either side."""
    return {run.group for incoming in (True, False) for run in fan_runs(ledger, moved, incoming, search)}


def _between(values: Ints, firsts: Ints, lasts: Ints) -> Ints:
    """Sums over first..last of each run. A sum of all accounts may wrap around; differences of an account are exact."""
    sums = np.concatenate((np.zeros(1, values.dtype if values.dtype != np.bool_ else np.int64), np.cumsum(values)))
    return np.asarray(sums[lasts + 1] - sums[firsts])
