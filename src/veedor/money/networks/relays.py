"""Scatter-gather: one account pays several, and each of them pays one and the same account on.

A *relay* is a pair of payments source to middle, middle to sink: the second not before the first, at most `delay` after
it, and at least `least_kept_permille` of it but no more than it (0: amounts are not compared). A relay lies where its
first payment does. An instance is a source, a sink and a maximal run of overlapping windows that each hold relays over
enough distinct middles, with all their payments.

Every incoming payment of a middle is followed into at most `most_onward` payments within the delay, so the search is
linear in payments whatever hubs there are; a middle from which more leave is skipped for that payment, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from veedor.kernel import kernel
from veedor.money import columns
from veedor.money.columns import Codes, Ints
from veedor.money.networks.graph import Graph, first_after
from veedor.money.tracing import fan_windows, share_of


def _kept_examples() -> list[tuple[object, ...]]:
    return [(before, after, least) for before in (0, 100, 2**61) for after in (0, 70, 101) for least in (0, 700, 1000)]


@kernel(inline=True, examples=_kept_examples)
def kept(before: Any, after: Any, least_permille: int) -> bool:
    """Whether `after` is at most `before` and at least that share of it; 0: amounts are not compared."""
    return least_permille == 0 or (after <= before and after >= before - share_of(before, 1000 - least_permille))


def small_graph() -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints]:
    """Payer, payee, time, latest, amount, out_starts, out of a few payments, for the examples of the kernels."""
    payer = np.array([0, 0, 1, 2, 3, 1, 3, 0], np.int64)
    payee = np.array([1, 2, 3, 3, 0, 3, 1, 3], np.int64)
    time = np.array([0, 0, 1, 2, 3, 3, 4, 9], np.int64)
    latest = time + np.array([0, 4, 0, 0, 0, 0, 4, 0], np.int64)
    amount = np.array([100, 90, 95, 80, 170, 70, 99, 5], np.int64)
    by_latest = np.argsort(latest, kind="stable")
    order = np.argsort(payer[by_latest], kind="stable")
    return payer, payee, time, latest, amount, np.searchsorted(np.sort(payer), np.arange(5)), by_latest[order]


def _relay_examples() -> list[tuple[object, ...]]:
    return [
        (*small_graph()[1:], delay, most, kept, least)
        for delay in (0, 2, 10)
        for most in (1, 5)
        for kept in (0, 800)
        for least in (1, 2)
    ]


@kernel(examples=_relay_examples)
def relays(
    payee: Codes,
    time: Ints,
    latest: Ints,
    amount: Any,
    out_starts: Ints,
    out: Codes,
    delay: int,
    most_onward: int,
    least_kept_permille: int,
    least: int,
) -> tuple[Codes, Codes, Codes]:
    """(first payment, second payment) of every relay, by source; and the payments that were not followed because more
    than `most_onward` payments leave the middle between them and the end of the delay.

    Left out are relays to a sink that fewer than `least` of the same source reach: no window holds enough of them."""
    firsts = np.empty(len(time) + 1, np.int32)
    seconds = np.empty(len(time) + 1, np.int32)
    skipped = np.empty(len(time), np.int32)
    reached_by = np.full(len(out_starts), -1, np.int32)
    times = np.zeros(len(out_starts), np.int64)
    found, cut = 0, 0
    for source in range(len(out_starts) - 1):
        begin = found
        too_few = out_starts[source + 1] - out_starts[source] < least
        for place in range(out_starts[source], out_starts[source + 1]):
            first = out[place]
            middle = payee[first]
            end = out_starts[middle + 1]
            if too_few and end - out_starts[middle] <= most_onward:
                continue
            at = first_after(out, latest, out_starts[middle], end, time[first])
            until = latest[first] + delay
            if at + most_onward < end and latest[out[at + most_onward]] <= until:
                skipped[cut] = first
                cut += 1
                continue
            while not too_few and at < end and latest[out[at]] <= until:
                second = out[at]
                at += 1
                sink = payee[second]
                if sink == source or not kept(amount[first], amount[second], least_kept_permille):
                    continue
                if found == len(firsts):
                    more = np.empty(2 * found, np.int32)
                    more[:found] = firsts
                    firsts = more
                    more = np.empty(2 * found, np.int32)
                    more[:found] = seconds
                    seconds = more
                firsts[found], seconds[found] = first, second
                found += 1
                if reached_by[sink] != source:
                    reached_by[sink], times[sink] = source, 0
                times[sink] += 1
        wanted = begin
        for at in range(begin, found):
            if times[payee[seconds[at]]] >= least:
                firsts[wanted], seconds[wanted] = firsts[at], seconds[at]
                wanted += 1
        found = wanted
    return firsts[:found].copy(), seconds[:found].copy(), skipped[:cut].copy()


@dataclass(frozen=True)
class RelaySearch:
    """`window_us`: how far apart the source's payments may lie; `delay_us`: how long a middle may keep the money."""

    window_us: int
    delay_us: int
    least_middles: int
    least_kept_permille: int
    most_onward: int


@dataclass(frozen=True)
class ScatterGather:
    """One run: edges of both steps, distinct, in order of time; `peak` middles in one window."""

    source: int
    sink: int
    first: Codes
    second: Codes
    peak: int


def scatter_gathers(graph: Graph, search: RelaySearch) -> tuple[Iterator[ScatterGather], Codes]:
    """All instances by source, sink and time; and the payments that were not followed at hubs, in order."""
    first, second, skipped = graph.call(relays)(
        graph.payee, graph.time, graph.latest, graph.amount, graph.out_starts, graph.out,
        search.delay_us, search.most_onward, search.least_kept_permille, search.least_middles,
    )  # fmt: skip
    return _runs(graph, first, second, search), np.sort(skipped)


def _runs(graph: Graph, first: Codes, second: Codes, search: RelaySearch) -> Iterator[ScatterGather]:
    pair = graph.pair(graph.payer[first], graph.payee[second])
    order = columns.in_order(pair, first, second)
    pair, first, second = pair[order], first[order], second[order]
    changes = np.flatnonzero(np.concatenate(([True], pair[1:] != pair[:-1]))) if len(pair) else np.empty(0, np.int64)
    starts = np.append(changes, len(pair)).astype(np.int64)
    _, lows, highs, peaks, _ = fan_windows(
        starts, np.ones(len(pair), np.bool_), graph.payee[first], graph.time[first], len(graph.accounts), True,
        search.window_us, search.least_middles,
    )  # fmt: skip
    for low, high, peak in zip(lows.tolist(), highs.tolist(), peaks.tolist(), strict=True):
        span = slice(low, high + 1)
        source, sink = int(graph.payer[first[low]]), int(graph.payee[second[low]])
        yield ScatterGather(source, sink, np.unique(first[span]), np.unique(second[span]), peak)
