"""Patterns as they stood when a payment became known: what it passes on, which cycle it closes, which fan it widens.

These are the patterns of `money` (docs/detectors/money.md), seen from one payment and only as far as they had come by
then: a pattern that becomes one through later payments is not counted before. Searches are bounded in steps and look at
the newest payments of an account first.
"""

from __future__ import annotations

import numpy as np

from veedor.kernel import kernel
from veedor.money.columns import Ints
from veedor.ranking.flows import Floats, Flows, known_until

DAY_US = 86_400_000_000
# Told apart: what moves within days, and what takes weeks. Within one long window a busy account hides the quick one.
WINDOWS_DAYS = (10, 30)
MOST_LOOKED_AT = 60
STEPS = 1_500
LONGEST_CYCLE = 6
PER_WINDOW = (
    "pair_before", "pair_back", "pair_silent_days", "chain_length", "passed_share", "passed_after_days",
    "passed_payers", "middles", "cycle_length", "cycles", "even_out", "even_in", "even_payers", "shared_payees",
    "shared_payers", "two_before", "payer_fresh_share", "largest_in_share", "swept_share",
)  # fmt: skip
# Always of three days, so it is told once.
FRESH = "payer_fresh_share"
NAMES = (
    *(f"{what}_{days}d" for days in WINDOWS_DAYS for what in PER_WINDOW if what != FRESH),
    FRESH,
)


def _examples() -> list[tuple[object, ...]]:
    day = 86_400_000_000
    payer = np.array([0, 0, 0, 1, 2, 3, 4, 5, 4, -1], np.int64)
    payee = np.array([1, 2, 3, 4, 4, 4, 0, 4, 0, 5], np.int64)
    known = np.array([0, 1, 1, 2, 3, 3, 4, 5, 6, 7], np.int64) * day
    amount = np.array([100.0, 90.0, 95.0, 99.0, 88.0, 90.0, 270.0, 5.0, 7.0, 8.0])
    out = np.array([0, 1, 2, 3, 4, 5, 6, 8, 7], np.int64)
    out_starts = np.array([0, 3, 4, 5, 6, 8, 9], np.int64)
    into = np.array([6, 8, 0, 1, 2, 3, 4, 5, 7, 9], np.int64)
    in_starts = np.array([0, 2, 3, 4, 5, 9, 10], np.int64)
    graph = (known, payer, payee, amount, out_starts, out, in_starts, into)
    return [(*graph, window * day, most, steps) for window in (1, 30) for most, steps in ((2, 3), (60, 1500))]


@kernel(examples=_examples)
def patterns_at(
    known: Ints, payer: Ints, payee: Ints, amount: Floats, out_starts: Ints, out: Ints, in_starts: Ints, into: Ints,
    window: int, most: int, steps: int,
) -> Floats:  # fmt: skip
    """PER_WINDOW, one row for each payment; `window` in microseconds, `most` newest payments of an account are looked
    at, `steps` bound the search for cycles."""
    nodes = len(out_starts) - 1
    found = np.zeros((len(known), 19))
    chain = np.zeros(len(known), np.int64)
    seen_in = np.full(nodes + 1, -1, np.int64)
    seen_by = np.full(nodes + 1, -1, np.int64)
    counted = np.zeros(nodes + 1, np.int64)
    counted_by = np.full(nodes + 1, -1, np.int64)
    stack_edge = np.zeros(8, np.int64)
    stack_at = np.zeros(8, np.int64)
    stack_low = np.zeros(8, np.int64)
    for payment in range(len(known)):
        source, sink, moment, money = payer[payment], payee[payment], known[payment], amount[payment]
        found[payment, 2] = -1.0
        found[payment, 5] = -1.0
        chain[payment] = 1
        if source >= 0:
            begin = out_starts[source]
            end = known_until(out, known, begin, out_starts[source + 1], moment)
            low = max(known_until(out, known, begin, end, moment - window), end - most)
            alike, pair, lately = 0, 0, moment - moment - 1
            fresh, paid = 0.0, 0.0
            for at in range(low, end):
                edge = out[at]
                paid += amount[edge]
                if payee[edge] >= 0:
                    seen_in[payee[edge]] = payment
                if edge == payment:
                    continue
                if abs(amount[edge] - money) <= 0.05 * money:
                    alike += 1
                if payee[edge] == sink and sink >= 0:
                    pair += 1
                    lately = known[edge]
            found[payment, 0] = pair
            if pair > 0:
                found[payment, 2] = (moment - lately) / 86_400_000_000.0
            found[payment, 10] = alike
            begin = in_starts[source]
            end = known_until(into, known, begin, in_starts[source + 1], moment)
            low = max(known_until(into, known, begin, end, moment - window), end - most)
            best, best_at, longest, payers = 0.0, moment - moment - 1, 0, 0
            received, largest, before_two = 0.0, 0.0, 0
            for at in range(low, end):
                edge = into[at]
                received += amount[edge]
                largest = max(largest, amount[edge])
                if moment - known[edge] <= 3 * 86_400_000_000:
                    fresh += amount[edge]
                origin = payer[edge]
                if origin >= 0 and origin == sink:
                    found[payment, 1] += 1
                if money > 1.02 * amount[edge] or money < 0.5 * amount[edge]:
                    continue
                longest = max(longest, chain[edge] if edge != payment else 0)
                share = min(money / amount[edge], 1.0)
                if share >= best:
                    best, best_at = share, known[edge]
                if origin >= 0 and seen_by[origin] != payment:
                    seen_by[origin] = payment
                    payers += 1
            for at in range(low, end):
                origin = payer[into[at]]
                if origin >= 0:
                    reach = known_until(into, known, in_starts[origin], in_starts[origin + 1], moment)
                    before_two += min(reach - in_starts[origin], most)
            chain[payment] = longest + 1
            found[payment, 3] = longest + 1
            found[payment, 4] = best
            if best > 0:
                found[payment, 5] = (moment - best_at) / 86_400_000_000.0
            found[payment, 6] = payers
            found[payment, 15] = before_two
            found[payment, 16] = money / fresh if fresh > 0 else -1.0
            found[payment, 17] = money / largest if largest > 0 else -1.0
            found[payment, 18] = paid / received if received > 0 else -1.0
        if sink >= 0:
            begin = in_starts[sink]
            end = known_until(into, known, begin, in_starts[sink + 1], moment)
            low = max(known_until(into, known, begin, end, moment - window), end - most)
            alike, alike_payers, widest, sharing, shared = 0, 0, 0, 0, 0
            for at in range(low, end):
                edge = into[at]
                middle = payer[edge]
                if edge != payment and abs(amount[edge] - money) <= 0.05 * money:
                    alike += 1
                    if middle >= 0 and middle != source:
                        alike_payers += 1
                if middle < 0:
                    continue
                # Sources that reach this payee through several middles: scatter-gather as far as it has come.
                first = in_starts[middle]
                last = known_until(into, known, first, in_starts[middle + 1], known[edge])
                first = max(known_until(into, known, first, last, known[edge] - window), last - most)
                for step in range(first, last):
                    origin = payer[into[step]]
                    if origin < 0 or origin == sink or amount[edge] > 1.02 * amount[into[step]]:
                        continue
                    if amount[edge] < 0.5 * amount[into[step]]:
                        continue
                    if counted_by[origin] != payment:
                        counted_by[origin] = payment
                        counted[origin] = 0
                    counted[origin] += 1
                    widest = max(widest, counted[origin])
                if middle == source or source < 0 or seen_by[middle] == -2 - payment:
                    continue
                seen_by[middle] = -2 - payment
                # Others who pay this payee and a further one of the same payees: a layer.
                first = out_starts[middle]
                last = known_until(out, known, first, out_starts[middle + 1], moment)
                first = max(known_until(out, known, first, last, moment - window), last - most)
                common = 0
                for step in range(first, last):
                    further = payee[out[step]]
                    if further >= 0 and further != sink and seen_in[further] == payment:
                        common += 1
                if common > 0:
                    sharing += 1
                    shared = max(shared, common)
            found[payment, 7] = widest
            found[payment, 11] = alike
            found[payment, 12] = alike_payers
            found[payment, 13] = shared
            found[payment, 14] = sharing
        if source < 0 or sink < 0:
            continue
        # Backwards from the payer, no payment later than the one before it: does the money come from the payee?
        depth, left, shortest, ways = 0, steps, 0, 0
        stack_edge[0] = payment
        stack_at[0] = known_until(into, known, in_starts[source], in_starts[source + 1], moment) - 1
        stack_low[0] = max(in_starts[source], stack_at[0] + 1 - most)
        while depth >= 0 and left > 0:
            left -= 1
            at = stack_at[depth]
            if at < stack_low[depth]:
                depth -= 1
                continue
            stack_at[depth] = at - 1
            edge, after = into[at], stack_edge[depth]
            if known[edge] < moment - window:
                depth -= 1
                continue
            origin = payer[edge]
            if origin < 0 or edge == after or amount[after] > 1.05 * amount[edge] or amount[after] < 0.7 * amount[edge]:
                continue
            if origin == sink:
                ways += 1
                if shortest == 0 or depth + 2 < shortest:
                    shortest = depth + 2
                continue
            if depth + 2 >= 6:
                continue
            depth += 1
            stack_edge[depth] = edge
            stack_at[depth] = known_until(into, known, in_starts[origin], in_starts[origin + 1], known[edge]) - 1
            stack_low[depth] = max(in_starts[origin], stack_at[depth] + 1 - most)
        found[payment, 8] = shortest
        found[payment, 9] = ways
    return found


def standing(made: Flows) -> Floats:
    """NAMES, one row for each payment."""
    graph = (made.known, made.payer, made.payee, made.amount, made.out_starts, made.out, made.in_starts, made.into)
    fresh = PER_WINDOW.index(FRESH)
    parts = [patterns_at(*graph, days * DAY_US, MOST_LOOKED_AT, STEPS) for days in WINDOWS_DAYS]
    return np.hstack([*(np.delete(part, fresh, axis=1) for part in parts), parts[0][:, [fresh]]])
