"""The part of a gather-scatter run that balances: an account filled by many in turn, then emptied over many.

A run holds whatever else the account does in these days. Its part is looked for exactly: for every payment that could
be the last that filled the account, every payment that could be the first, and every payment that could be the last
that emptied it. What came until then and what left after it must balance within shares, from and to enough parties, and
what went the other way meanwhile must be little beside it: an account that pays all the time is not filled and then
emptied. Of all such parts the one with most payments is taken, ties by the earliest that fills and the shortest. The
search of one run ends after so many steps: then nothing is told of it but that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from veedor.kernel import kernel
from veedor.money import columns
from veedor.money.columns import Codes, Ints
from veedor.money.networks.gatherers import GatherScatter
from veedor.money.networks.graph import Graph
from veedor.money.tracing import share_of


def _examples() -> list[tuple[object, ...]]:
    payer = np.array([0, 1, 2, 0, 1, 1, 0], np.int64)
    in_time = np.array([0, 1, 2, 3, 5, 9, 20], np.int64)
    in_amount = np.array([40, 30, 30, 5, 20, 50, 1], np.int64)
    payee = np.array([5, 3, 4, 5, 3], np.int64)
    out_time = np.array([1, 4, 5, 6, 11], np.int64)
    out_amount = np.array([3, 50, 45, 40, 55], np.int64)
    sides = (payer, in_time, in_time, in_amount, payee, out_time, out_amount)
    made: list[tuple[object, ...]] = [(*sides, 4, 9, 2, 600, 1100, 900, 1_000_000)]
    made += [(*sides, 8, 6, least, 850, 1050, 250, steps) for least in (1, 2) for steps in (1_000_000, 20)]
    return made


@kernel(examples=_examples)
def balanced(
    payer: Codes,
    in_time: Ints,
    in_latest: Ints,
    in_amount: Any,
    payee: Codes,
    out_time: Ints,
    out_amount: Any,
    window: int,
    delay: int,
    least: int,
    kept: int,
    most: int,
    contrary: int,
    steps: int,
) -> tuple[int, int, int, int, int]:
    """(first and last place of payments that come, first and last of those that leave, steps) of the best part of one
    run, -1 where there is none; both sides in order of time. Steps beyond `steps` end the search: no part then.

    `kept`, `most`, `contrary` are thousandths of what fills the account."""
    paying = np.zeros(payer.max() + 1 if len(payer) else 1, np.int64)
    paid = np.zeros(payee.max() + 1 if len(payee) else 1, np.int64)
    best = (-1, -1, -1, -1)
    size, taken = 0, 0
    begin = 0
    for last in range(len(in_time)):
        cut = in_time[last]
        while begin < len(out_time) and out_time[begin] < cut:
            begin += 1
        gathered, payers, back, before = in_amount[last] * 0, 0, in_amount[last] * 0, begin
        first = last
        while first >= 0 and cut - in_time[first] <= window:
            gathered += in_amount[first]
            paying[payer[first]] += 1
            payers += paying[payer[first]] == 1
            while before > 0 and out_time[before - 1] >= in_time[first]:
                before -= 1
                back += out_amount[before]
            taken += 1
            if payers >= least and back <= share_of(gathered, contrary):
                scattered, payees, more, ahead = gathered * 0, 0, gathered * 0, last + 1
                end = begin
                while end < len(out_time) and out_time[end] <= in_latest[last] + delay:
                    scattered += out_amount[end]
                    paid[payee[end]] += 1
                    payees += paid[payee[end]] == 1
                    while ahead < len(in_time) and in_time[ahead] <= out_time[end]:
                        more += in_amount[ahead]
                        ahead += 1
                    taken += 1
                    end += 1
                    if scattered > share_of(gathered, most) or more > share_of(gathered, contrary):
                        break
                    count = last - first + 1 + end - begin
                    if payees >= least and scattered >= share_of(gathered, kept) and count > size:
                        size = count
                        best = (first, last, begin, end - 1)
                for at in range(begin, end):
                    paid[payee[at]] = 0
            first -= 1
            if taken > steps:
                return -1, -1, -1, -1, taken
        for at in range(first + 1, last + 1):
            paying[payer[at]] = 0
    return best[0], best[1], best[2], best[3], taken


@dataclass(frozen=True)
class BalanceSearch:
    """Windows and delays in microseconds, shares in thousandths of what fills the account, steps for one run."""

    window_us: int
    delay_us: int
    least_parties: int
    kept_permille: int
    most_permille: int
    contrary_permille: int
    steps: int


def part_that_balances(graph: Graph, run: GatherScatter, search: BalanceSearch) -> tuple[GatherScatter | None, bool]:
    """The best part of a run, and whether the search of it was cut."""
    came, went = run.came, run.went[np.lexsort((run.went, graph.latest[run.went]))]
    payers, payees = columns.distinct(graph.payer[came]), columns.distinct(graph.payee[went])
    first, last, begin, end, steps = graph.call(balanced)(
        payers, graph.time[came], graph.latest[came], graph.amount[came], payees,
        graph.latest[went], graph.amount[went], search.window_us, search.delay_us, search.least_parties,
        search.kept_permille, search.most_permille, search.contrary_permille, search.steps,
    )  # fmt: skip
    if first < 0:
        return None, bool(steps > search.steps)
    part_in, part_out = came[first : last + 1], np.sort(went[begin : end + 1])
    return GatherScatter(
        run.hub, part_in, part_out, len(np.unique(graph.payer[part_in])), len(np.unique(graph.payee[part_out]))
    ), False
