"""What an account did until a payment became known: how many payments, how much, with how many others, how lately.

For both accounts of a payment and both directions, in windows of a day, a week and thirty days and over all that is
on record before. Every figure counts the payment itself where it is one of them.
"""

from __future__ import annotations

import numpy as np

from veedor.kernel import kernel
from veedor.kernel.exactmath import log
from veedor.money.columns import Ints
from veedor.ranking.flows import Floats, Flows, known_until

DAY_US = 86_400_000_000
WINDOWS_DAYS = (1, 7, 30)
# A hub's window is counted by its newest payments: more would cost time and say no more.
MOST_IN_WINDOW = 500
PER_WINDOW = ("count", "total", "others")
ONCE = ("ever_count", "ever_total", "ever_others", "silent_days", "on_record_days", "typical", "spread")
SIDE = tuple(f"{what}_{days}d" for days in WINDOWS_DAYS for what in PER_WINDOW) + ONCE
NAMES = tuple(f"{who}_{way}_{what}" for who in ("payer", "payee") for way in ("out", "in") for what in SIDE)


def _examples() -> list[tuple[object, ...]]:
    known = np.array([0, 1, 1, 5, 8, 9], np.int64)
    payer = np.array([0, 1, 0, 2, 0, -1], np.int64)
    payee = np.array([1, 2, 2, 0, 1, 0], np.int64)
    amount = np.array([10.0, 20.0, 5.0, 7.0, 10.0, 3.0])
    starts, edges = np.array([0, 3, 4, 5], np.int64), np.array([0, 2, 4, 1, 3], np.int64)
    windows = np.array([1, 4], np.int64)
    return [(known, node, amount, starts, edges, payee, windows, most) for node in (payer, payee) for most in (1, 9)]


@kernel(examples=_examples)
def side(
    known: Ints, node: Ints, amount: Floats, starts: Ints, edges: Ints, other: Ints, windows: Ints, most: int
) -> Floats:
    """Figures of one direction: for each payment, of the payments `edges` of `node[payment]` known by then.

    `other[edge]` is the counterparty. Columns: for each window (microseconds) payments, their sum, distinct
    counterparties among the newest `most`; then ONCE. -1 stands for "nothing on record".
    """
    size = len(edges)
    # Running sums begin anew with each account: what others did later must not show even in a rounding.
    total = np.zeros(size)
    logs = np.zeros(size)
    squares = np.zeros(size)
    firsts = np.zeros(size, np.int64)
    before = np.full(size, -1, np.int64)
    last_at = np.full(other.max() + 2 if len(other) else 1, -1, np.int64)
    for owner in range(len(starts) - 1):
        for at in range(starts[owner], starts[owner + 1]):
            edge = edges[at]
            party = other[edge] + 1
            before[at] = last_at[party] if last_at[party] >= starts[owner] else -1
            last_at[party] = at
            size_log = log(max(amount[edge], 0.01))
            total[at] = amount[edge]
            logs[at] = size_log
            squares[at] = size_log * size_log
            firsts[at] = 1 if before[at] < 0 else 0
            if at > starts[owner]:
                total[at] += total[at - 1]
                logs[at] += logs[at - 1]
                squares[at] += squares[at - 1]
                firsts[at] += firsts[at - 1]
    wide = 3 * len(windows)
    out = np.full((len(known), wide + 7), -1.0)
    for payment in range(len(known)):
        mine = node[payment]
        if mine < 0:
            continue
        begin, moment = starts[mine], known[payment]
        end = known_until(edges, known, begin, starts[mine + 1], moment)
        for at in range(len(windows)):
            low = known_until(edges, known, begin, end, moment - windows[at])
            out[payment, 3 * at] = end - low
            out[payment, 3 * at + 1] = (total[end - 1] if end > low else 0.0) - (
                total[low - 1] if end > low > begin else 0.0
            )
            distinct = 0
            newest = max(low, end - most)
            for step in range(newest, end):
                distinct += 1 if before[step] < newest else 0
            out[payment, 3 * at + 2] = distinct
        count = end - begin
        out[payment, wide] = count
        if count == 0:
            out[payment, wide + 1] = 0.0
            out[payment, wide + 2] = 0.0
            continue
        out[payment, wide + 1] = total[end - 1]
        out[payment, wide + 2] = firsts[end - 1]
        latest = end - 1
        if edges[latest] == payment and latest > begin:
            latest -= 1
        if edges[latest] != payment:
            out[payment, wide + 3] = (moment - known[edges[latest]]) / 86_400_000_000.0
        out[payment, wide + 4] = (moment - known[edges[begin]]) / 86_400_000_000.0
        mean = logs[end - 1] / count
        out[payment, wide + 5] = mean
        out[payment, wide + 6] = max(squares[end - 1] / count - mean * mean, 0.0)
    return out


def activity(made: Flows) -> Floats:
    """NAMES, one row for each payment."""
    windows = np.array([days * DAY_US for days in WINDOWS_DAYS], np.int64)
    parts = [
        side(made.known, node, made.amount, starts, edges, other, windows, MOST_IN_WINDOW)
        for node in (made.payer, made.payee)
        for starts, edges, other in (
            (made.out_starts, made.out, made.payee),
            (made.in_starts, made.into, made.payer),
        )
    ]
    return np.hstack(parts)
