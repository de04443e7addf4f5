"""Money followed through one account, and counterparties counted in sliding windows: the kernels of the patterns.

Every kernel goes once over time-sorted events of each account (ledger.py): linear in payments, no budget to exhaust.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from veedor.kernel import kernel
from veedor.money.columns import Bools, Codes, Ints


def _events() -> tuple[Ints, Bools, Ints, Ints, Ints]:
    """Starts, incoming, other, time, amount of two small accounts, for the examples of the kernels."""
    incoming = np.array([True, True, False, False, True, False, True, True, True, False])
    other = np.array([1, 2, 3, 4, 1, 3, 5, 6, -1, 7], np.int64)
    time = np.array([0, 5, 6, 9, 40, 41, 0, 0, 1, 2], np.int64)
    amount = np.array([100, 50, 90, 55, 30, 10, 7, 8, 9, 24], np.int64)
    return np.array([0, 6, 10], np.int64), incoming, other, time, amount


def _trace_examples() -> list[tuple[object, ...]]:
    starts, incoming, _, time, amount = _events()
    slack = np.zeros(len(time), np.int64)
    return [(starts, incoming, time, slack, amount, delay) for delay in (0, 3, 10, 100)]


@kernel(examples=_trace_examples)
def trace(starts: Ints, incoming: Bools, time: Ints, slack: Ints, amount: Any, delay: int) -> tuple[Any, Ints]:
    """First in, first out: how much of each incoming payment leaves within `delay`, and of each outgoing payment comes
    from such money; and when the last of it left (for outgoing: when the first of it had come), -1 if none did.

    Oldest money goes first; what is older than `delay` (plus the `slack` of a payment known by its date alone) is not
    spent from any more. Returns (moved, moment) per event.
    """
    moved = np.zeros_like(amount)
    moment = np.full(len(time), -1, np.int64)
    for group in range(len(starts) - 1):
        head = starts[group]
        for at in range(starts[group], starts[group + 1]):
            if incoming[at]:
                continue
            need = amount[at]
            while need > 0 and head < at:
                if not incoming[head] or moved[head] == amount[head]:
                    head += 1
                    continue
                if time[at] - time[head] > delay + max(slack[at], slack[head]):
                    head += 1
                    continue
                taken = min(need, amount[head] - moved[head])
                moved[head] += taken
                moved[at] += taken
                need -= taken
                moment[head] = time[at]
                if moment[at] < 0:
                    moment[at] = time[head]
    return moved, moment


def _share_examples() -> list[tuple[object, ...]]:
    return [(amount, permille) for amount in (0, 999, 1_000, 2**61 - 1) for permille in (0, 1, 900, 1000)]


@kernel(inline=True, examples=_share_examples)
def share_of(amount: Any, permille: int) -> Any:
    """floor(amount x permille / 1000) without leaving 64 bits."""
    return (amount // 1000) * permille + (amount % 1000) * permille // 1000


def _pass_examples() -> list[tuple[object, ...]]:
    starts, incoming, _, time, amount = _events()
    moved, moment = trace.twin(starts, incoming, time, np.zeros(len(time), np.int64), amount, 10)
    return [(starts, incoming, time, amount, moved, moment, permille) for permille in (500, 900)]


@kernel(examples=_pass_examples)
def passing_runs(
    starts: Ints, incoming: Bools, time: Ints, amount: Any, moved: Any, moment: Ints, permille: int
) -> tuple[Ints, Ints, Ints]:
    """Maximal runs of events through which money passes: (group, first event, last event) of each.

    A run begins with an incoming payment of which at least `permille` leaves in time and ends with the last payment
    that it leaves by; runs that overlap are one. A run counts if at least `permille` of all that comes in during it
    leaves in time, and of all that goes out during it came in so.
    """
    groups = np.empty(len(time), np.int64)
    firsts = np.empty(len(time), np.int64)
    lasts = np.empty(len(time), np.int64)
    found = 0
    for group in range(len(starts) - 1):
        at = starts[group]
        end = starts[group + 1]
        while at < end:
            if not incoming[at] or moved[at] == 0 or moved[at] < amount[at] - share_of(amount[at], 1000 - permille):
                at += 1
                continue
            first, last = at, at
            until = moment[at]
            money_in = amount[at] - amount[at]
            money_out, passed, funded = money_in, money_in, money_in
            step = at
            while step < end and time[step] <= until:
                if incoming[step]:
                    if moved[step] > 0 and moved[step] >= amount[step] - share_of(amount[step], 1000 - permille):
                        until = max(until, moment[step])
                elif moved[step] > 0:
                    last = step
                step += 1
            for step in range(first, last + 1):
                if incoming[step]:
                    money_in += amount[step]
                    passed += moved[step]
                else:
                    money_out += amount[step]
                    funded += moved[step]
            at = last + 1
            if passed < money_in - share_of(money_in, 1000 - permille):
                continue
            if funded < money_out - share_of(money_out, 1000 - permille):
                continue
            groups[found], firsts[found], lasts[found] = group, first, last
            found += 1
    return groups[:found].copy(), firsts[:found].copy(), lasts[:found].copy()


def _gather_examples() -> list[tuple[object, ...]]:
    incoming = np.array([True] * 5 + [False, True, True, False, False, True, True, True, False])
    time = np.array([0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 0, 1, 2, 3], np.int64)
    amount = np.array([10, 9, 11, 10, 10, 48, 5, 5, 9, 3, 4, 4, 4, 12], np.int64)
    starts = np.array([0, 10, 14], np.int64)
    return [(starts, incoming, time, amount, window, least, 850) for window in (3, 10) for least in (2, 4)]


@kernel(examples=_gather_examples)
def gatherings(
    starts: Ints, incoming: Bools, time: Ints, amount: Any, window: int, least: int, permille: int
) -> tuple[Ints, Ints, Ints, Any, Ints]:
    """Single outgoing payments that take nearly all of what several payments had brought within `window` before:
    (group, first event, the outgoing event) of each; and moved and moment per event, as `trace` gives them.

    Going back from the outgoing payment, incoming ones are added until they reach it; at least `least` of them, none
    more than half of it, no incoming payment used twice; it is at least `permille` of what they bring, and all else
    that left meanwhile is no more than the rest.
    """
    groups = np.empty(len(time), np.int64)
    firsts = np.empty(len(time), np.int64)
    lasts = np.empty(len(time), np.int64)
    moved = np.zeros_like(amount)
    moment = np.full(len(time), -1, np.int64)
    found = 0
    for group in range(len(starts) - 1):
        free = starts[group]
        for out in range(starts[group], starts[group + 1]):
            if incoming[out]:
                continue
            allowed = amount[out] - share_of(amount[out], permille)
            gathered, spent = amount[out] - amount[out], amount[out] - amount[out]
            count = 0
            at = out
            while at > free and gathered < amount[out] and time[out] - time[at - 1] <= window:
                at -= 1
                if incoming[at]:
                    if amount[at] > amount[out] - amount[at]:
                        break
                    gathered += amount[at]
                    count += 1
                else:
                    spent += amount[at]
                    if spent > allowed:
                        break
            if gathered < amount[out] or count < least or spent > allowed or gathered - amount[out] > allowed:
                continue
            groups[found], firsts[found], lasts[found] = group, at, out
            found += 1
            free = out + 1
            moved[out] = amount[out]
            moment[out] = time[at]
            left = amount[out]
            for step in range(at, out):
                if incoming[step]:
                    moved[step] = min(left, amount[step])
                    left -= moved[step]
                    moment[step] = time[out]
    return groups[:found].copy(), firsts[:found].copy(), lasts[:found].copy(), moved, moment


def _fan_examples() -> list[tuple[object, ...]]:
    starts, incoming, other, time, _ = _events()
    return [(starts, incoming, other, time, 8, side, window, 2) for side in (True, False) for window in (0, 10)]


@kernel(examples=_fan_examples)
def fan_windows(
    starts: Ints, incoming: Bools, other: Codes, time: Ints, codes: int, side: bool, window: int, least: int
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Runs of overlapping windows with at least `least` distinct counterparties: (group, first event, last event, most
    counterparties in one window) of each run, and the most of each group whether it counts or not.

    Only events on `side` (incoming or not) with a known counterparty; a window holds what lies at most `window` apart.
    A run is maximal: no counting window reaches into it from outside.
    """
    seen = np.zeros(codes, np.int64)
    busiest = np.zeros(len(starts) - 1, np.int64)
    groups = np.empty(len(time), np.int64)
    firsts = np.empty(len(time), np.int64)
    lasts = np.empty(len(time), np.int64)
    peaks = np.empty(len(time), np.int64)
    found = 0
    for group in range(len(starts) - 1):
        begin, end = starts[group], starts[group + 1]
        low = begin
        distinct = 0
        open_run = False
        for at in range(begin, end):
            if incoming[at] != side or other[at] < 0:
                continue
            while low < at and (incoming[low] != side or other[low] < 0 or time[at] - time[low] > window):
                if incoming[low] == side and other[low] >= 0:
                    seen[other[low]] -= 1
                    if seen[other[low]] == 0:
                        distinct -= 1
                low += 1
            seen[other[at]] += 1
            if seen[other[at]] == 1:
                distinct += 1
            busiest[group] = max(busiest[group], distinct)
            if distinct < least:
                continue
            if open_run and low <= lasts[found - 1]:
                lasts[found - 1] = at
                peaks[found - 1] = max(peaks[found - 1], distinct)
            else:
                groups[found], firsts[found], lasts[found], peaks[found] = group, low, at, distinct
                found += 1
                open_run = True
        for at in range(low, end):
            if incoming[at] == side and other[at] >= 0:
                seen[other[at]] = 0
    return groups[:found].copy(), firsts[:found].copy(), lasts[:found].copy(), peaks[:found].copy(), busiest


def _end_examples() -> list[tuple[object, ...]]:
    starts, incoming, other, time, amount = _events()
    runs = np.array([0, 1]), np.array([0, 6]), np.array([4, 8])
    outs = np.array([0]), np.array([2]), np.array([5])
    slack = np.arange(len(time)) % 3
    return [
        (starts, incoming, other, time, slack, amount, 8, side, *spans, delay)
        for side, spans in ((True, runs), (False, outs))
        for delay in (0, 10, 100)
    ]


@kernel(examples=_end_examples)
def other_ends(
    starts: Ints,
    incoming: Bools,
    other: Ints,
    time: Ints,
    slack: Ints,
    amount: Any,
    codes: int,
    side: bool,
    groups: Ints,
    firsts: Ints,
    lasts: Ints,
    delay: int,
) -> tuple[Ints, Ints, Any]:
    """For runs of payments on one side: the largest `slack` of their members, how many payments the account has on
    the other side in time to carry that money on (`side`: to have brought it), and what its two largest parties there
    paid or got in these. Only payments with a known counterparty; in time is up to `delay` and that slack beside the
    run."""
    slacks = np.zeros(len(groups), np.int64)
    counts = np.zeros(len(groups), np.int64)
    largest = np.zeros(len(groups), amount.dtype)
    sums = np.zeros(codes, amount.dtype)
    for run in range(len(groups)):
        first, last = firsts[run], lasts[run]
        for at in range(first, last + 1):
            if incoming[at] == side and other[at] >= 0:
                slacks[run] = max(slacks[run], slack[at])
        reach = delay + slacks[run]
        low, high = (time[first], time[last] + reach) if side else (time[first] - reach, time[last])
        begin, end = first, last + 1
        while begin > starts[groups[run]] and time[begin - 1] >= low:
            begin -= 1
        while end < starts[groups[run] + 1] and time[end] <= high:
            end += 1
        for at in range(begin, end):
            if incoming[at] != side and other[at] >= 0:
                counts[run] += 1
                sums[other[at]] += amount[at]
        most = amount[first] - amount[first]
        second = most
        for at in range(begin, end):
            if incoming[at] != side and other[at] >= 0:
                found = sums[other[at]]
                sums[other[at]] -= found
                if found > most:
                    most, second = found, most
                elif found > second:
                    second = found
        largest[run] = most + second
    return slacks, counts, largest


def _peak_examples() -> list[tuple[object, ...]]:
    starts, incoming, other, _, amount = _events()
    return [(starts, incoming, other, amount, 8)]


@kernel(examples=_peak_examples)
def largest_parties(starts: Ints, incoming: Bools, other: Ints, amount: Any, codes: int) -> tuple[Any, Any]:
    """What the largest known payer paid and the largest known payee got, for each group."""
    came = np.zeros(len(starts) - 1, amount.dtype)
    went = np.zeros(len(starts) - 1, amount.dtype)
    paid = np.zeros(codes, amount.dtype)
    got = np.zeros(codes, amount.dtype)
    for group in range(len(starts) - 1):
        for at in range(starts[group], starts[group + 1]):
            if other[at] < 0:
                continue
            if incoming[at]:
                paid[other[at]] += amount[at]
                came[group] = max(came[group], paid[other[at]])
            else:
                got[other[at]] += amount[at]
                went[group] = max(went[group], got[other[at]])
        for at in range(starts[group], starts[group + 1]):
            if other[at] >= 0:
                paid[other[at]] = 0
                got[other[at]] = 0
    return came, went


def _sum_examples() -> list[tuple[object, ...]]:
    time = np.array([0, 1, 2, 9, 10, 11, 30], np.int64)
    amount = np.array([9, 9, 8, 9, 9, 9, 9], np.int64)
    return [(time, amount, window, 3, least) for window in (2, 8, 100) for least in (10, 26, 27)]


@kernel(examples=_sum_examples)
def sum_windows(time: Ints, amount: Any, window: int, least: int, least_sum: Any) -> tuple[Ints, Ints]:
    """Runs of overlapping windows with at least `least` payments that add up to at least `least_sum`: first, last.

    Payments of one account in order of time; a window holds what lies at most `window` apart; a run is maximal.
    """
    firsts = np.empty(len(time), np.int64)
    lasts = np.empty(len(time), np.int64)
    found = 0
    low = 0
    total = amount[0] - amount[0]
    for at in range(len(time)):
        total += amount[at]
        while time[at] - time[low] > window:
            total -= amount[low]
            low += 1
        if at - low + 1 < least or total < least_sum:
            continue
        if found > 0 and low <= lasts[found - 1]:
            lasts[found - 1] = at
        else:
            firsts[found], lasts[found] = low, at
            found += 1
    return firsts[:found].copy(), lasts[:found].copy()
