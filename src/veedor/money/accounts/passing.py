"""Where money passes through an account: runs of payments, sums gathered and sent on, whole lives of nothing else.

Followed first in, first out (tracing.trace). All runs of one account and currency that lie within some days of each
other are one, so that one business is one finding.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from veedor.money.accounts.lifelong import life_groups
from veedor.money.columns import Bools, Ints
from veedor.money.ledger import DAY_US, Ledger
from veedor.money.search import PassSearch
from veedor.money.tracing import gatherings, passing_runs


def joined_runs(ledger: Ledger, moved: Ints, moment: Ints, search: PassSearch) -> Iterator[tuple[int, Ints]]:
    """Group and events of all runs that are unusual for their account, those near each other together."""
    groups, firsts, lasts = ledger.call(passing_runs)(
        ledger.starts, ledger.incoming, ledger.time, ledger.amount, moved, moment, search.passed_permille
    )
    if not len(groups):
        return
    joined = np.ones(len(groups), np.bool_)
    near = ledger.time[firsts[1:]] - ledger.time[lasts[:-1]] <= search.join_gap_days * DAY_US
    joined[1:] = ~((groups[1:] == groups[:-1]) & near)
    number = np.cumsum(joined) - 1
    starts = np.flatnonzero(joined)
    ends = np.append(starts[1:], len(groups))
    keep = _unusual(ledger, groups, firsts, lasts, number, search)
    for at in np.flatnonzero(keep).tolist():
        runs = [np.arange(firsts[run], lasts[run] + 1) for run in range(starts[at], ends[at])]
        yield int(groups[starts[at]]), np.concatenate(runs)


def gathered(ledger: Ledger, search: PassSearch) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Money that comes in slowly and leaves in one payment: see tracing.gatherings."""
    found: tuple[Ints, Ints, Ints, Ints, Ints] = ledger.call(gatherings)(
        ledger.starts, ledger.incoming, ledger.time, ledger.amount,
        search.gather_days * DAY_US, search.gather_payments, search.gather_permille,
    )  # fmt: skip
    return found


def pass_groups(ledger: Ledger, moved: Ints, moment: Ints, search: PassSearch) -> set[int]:
    """Groups through which money passes in any of these shapes."""
    runs = {group for group, _ in joined_runs(ledger, moved, moment, search)}
    return runs | set(gathered(ledger, search)[0].tolist()) | set(life_groups(ledger, moved, search))


def _unusual(ledger: Ledger, groups: Ints, firsts: Ints, lasts: Ints, number: Ints, search: PassSearch) -> Bools:
    """Which joined instances move payments far larger than the account's usual ones, or many payments."""
    inside = np.zeros(len(ledger.time) + 1, np.int64)
    np.add.at(inside, firsts, 1)
    np.add.at(inside, lasts + 1, -1)
    passing = np.cumsum(inside)[:-1] > 0
    sums = np.concatenate(([0], np.cumsum(ledger.amount)))
    usual = np.concatenate(([0], np.cumsum(np.where(passing, 0, ledger.amount))))
    counts = np.concatenate(([0], np.cumsum(~passing)))
    low, high = ledger.starts[groups], ledger.starts[groups + 1]
    outside, outside_count = usual[high] - usual[low], counts[high] - counts[low]
    total, members = sums[lasts + 1] - sums[firsts], lasts + 1 - firsts
    keep = np.zeros(int(number[-1]) + 1, np.bool_)
    multiple = search.least_multiple_of_usual_permille
    for at, (mine, size, other, others) in enumerate(
        zip(total.tolist(), members.tolist(), outside.tolist(), outside_count.tolist(), strict=True)
    ):
        keep[number[at]] |= size >= 6 or others == 0 or 1000 * mine * others >= multiple * other * size
    return keep
