"""Gather-scatter: many pay one account within a window, and it pays many within a delay of that.

Every payment that comes in is looked at with those before it in the window (gathered) and with the payments that leave
from then until the delay after it (scattered); it counts with enough distinct payers and enough distinct payees. An
instance is the account with a maximal run of such moments whose windows overlap. Linear in payments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from veedor.kernel import kernel
from veedor.money.columns import Codes, Ints
from veedor.money.networks.graph import Graph


def _examples() -> list[tuple[object, ...]]:
    payer = np.array([0, 1, 2, 2, 3, 2, 0, 2, 1], np.int64)
    payee = np.array([2, 2, 0, 1, 2, 3, 2, 1, 2], np.int64)
    time = np.array([0, 1, 2, 2, 3, 4, 5, 9, 9], np.int64)
    latest = time + np.array([0, 4, 0, 4, 0, 0, 0, 0, 4], np.int64)
    by_latest = np.argsort(latest, kind="stable")
    out = by_latest[np.argsort(payer[by_latest], kind="stable")]
    into = np.argsort(payee, kind="stable")
    out_starts, in_starts = (np.searchsorted(np.sort(side), np.arange(5)) for side in (payer, payee))
    return [
        (payer, payee, time, latest, out_starts, out, in_starts, into, window, delay, 2)
        for window in (0, 3)
        for delay in (0, 2, 9)
    ]


@kernel(examples=_examples)
def gatherers(
    payer: Codes,
    payee: Codes,
    time: Ints,
    latest: Ints,
    out_starts: Ints,
    out: Codes,
    in_starts: Ints,
    into: Codes,
    window: int,
    delay: int,
    least: int,
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints]:
    """(account, first and last place in `into`, first and last place in `out`, most payers and most payees at once) of
    each run; the delay runs from the latest moment at which what came until then can have come."""
    size = len(into)
    accounts, firsts, lasts = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    begins, ends = np.empty(size, np.int64), np.empty(size, np.int64)
    most_in, most_out = np.empty(size, np.int64), np.empty(size, np.int64)
    paying = np.zeros(len(out_starts), np.int64)
    paid = np.zeros(len(out_starts), np.int64)
    found = 0
    for hub in range(len(in_starts) - 1):
        begin, end = in_starts[hub], in_starts[hub + 1]
        stop = out_starts[hub + 1]
        low, out_low, out_high = begin, out_starts[hub], out_starts[hub]
        payers, payees = 0, 0
        until = 0
        open_run = False
        if end - begin < least or stop - out_low < least:
            continue
        for at in range(begin, end):
            edge = into[at]
            until = latest[edge] + delay if at == begin else max(until, latest[edge] + delay)
            paying[payer[edge]] += 1
            payers += paying[payer[edge]] == 1
            while time[edge] - time[into[low]] > window:
                paying[payer[into[low]]] -= 1
                payers -= paying[payer[into[low]]] == 0
                low += 1
            while out_high < stop and latest[out[out_high]] <= until:
                paid[payee[out[out_high]]] += 1
                payees += paid[payee[out[out_high]]] == 1
                out_high += 1
            while out_low < out_high and latest[out[out_low]] < time[edge]:
                paid[payee[out[out_low]]] -= 1
                payees -= paid[payee[out[out_low]]] == 0
                out_low += 1
            if payers < least or payees < least:
                continue
            if open_run and low <= lasts[found - 1]:
                lasts[found - 1], ends[found - 1] = at, out_high - 1
                most_in[found - 1] = max(most_in[found - 1], payers)
                most_out[found - 1] = max(most_out[found - 1], payees)
            else:
                accounts[found], firsts[found], lasts[found] = hub, low, at
                begins[found], ends[found] = out_low, out_high - 1
                most_in[found], most_out[found] = payers, payees
                found += 1
                open_run = True
        for at in range(low, end):
            paying[payer[into[at]]] = 0
        for at in range(out_low, out_high):
            paid[payee[out[at]]] = 0
    return (
        accounts[:found].copy(),
        firsts[:found].copy(),
        lasts[:found].copy(),
        begins[:found].copy(),
        ends[:found].copy(),
        most_in[:found].copy(),
        most_out[:found].copy(),
    )


@dataclass(frozen=True)
class GatherScatter:
    """One run: edges that come and edges that leave, in order of edges; most parties at once on either side."""

    hub: int
    came: Codes
    went: Codes
    payers: int
    payees: int


def gather_scatters(graph: Graph, window_us: int, delay_us: int, least_parties: int) -> Iterator[GatherScatter]:
    """All instances by hub and time."""
    found = gatherers(
        graph.payer, graph.payee, graph.time, graph.latest, graph.out_starts, graph.out, graph.in_starts, graph.into,
        window_us, delay_us, least_parties,
    )  # fmt: skip
    for hub, first, last, begin, end, payers, payees in zip(*(column.tolist() for column in found), strict=True):
        came, went = np.sort(graph.into[first : last + 1]), np.sort(graph.out[begin : end + 1])
        yield GatherScatter(hub, came, went, payers, payees)
