"""Cycles: money that goes from account to account and comes back to the one that paid first.

A cycle pays through distinct accounts, at least `least_accounts` and at most `most_accounts` of them, from its first
payment to its last within `window`; each payment is at least `least_kept_permille` of the one before and no more than
it (0: amounts are not compared). In a *temporal* cycle no payment is before the one that it passes on. In a *simple*
cycle the order of payments says nothing, and the smallest amount is at least that share of the largest.

The search starts at each payment and follows payments that keep to these rules, so amounts and time cut it short. It
takes at most `steps` looks at payments for each start; where they run out the start is named and what was found until
then counts. An instance is all cycles that begin with the same payment.

Temporal cycles are looked for twice: within days, and, where nothing came of that, within weeks with fewer steps.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from veedor.kernel import kernel
from veedor.money.columns import Codes, Ints
from veedor.money.networks.graph import Graph, first_after
from veedor.money.networks.relays import kept, small_graph
from veedor.money.tracing import share_of


def _follow_examples() -> list[tuple[object, ...]]:
    _, _, time, latest, amount, _, _ = small_graph()
    paths = [np.array(path, np.int64) for path in ([0, 2, 4], [4, 0, 2], [2, 4, 0], [1, 3, 4], [3, 4, 1])]
    return [(path, 3, rotation, time, latest, amount, 5, least) for path in paths for rotation in (0, 1, 2)
            for least in (0, 500)]  # fmt: skip


@kernel(examples=_follow_examples)
def follows(
    path: Ints, size: int, rotation: int, time: Ints, latest: Ints, amount: Any, window: int, least_kept_permille: int
) -> bool:
    """Whether path[:size], begun at place `rotation`, is a temporal cycle by time, window and amounts."""
    first = path[rotation]
    moment = time[first]
    before = first
    for step in range(1, size):
        edge = path[(rotation + step) % size]
        if latest[edge] < moment or latest[edge] > latest[first] + window:
            return False
        if not kept(amount[before], amount[edge], least_kept_permille):
            return False
        moment = max(moment, time[edge])
        before = edge
    return True


def _ring_examples() -> list[tuple[object, ...]]:
    seeds = np.ones(8, np.bool_)
    return [
        (*small_graph(), seeds, window, 2, 4, least, temporal, steps)
        for window in (1, 4, 20)
        for least in (0, 500)
        for temporal in (True, False)
        for steps in (3, 1_000)
    ]


@kernel(examples=_ring_examples)
def rings(
    payer: Codes,
    payee: Codes,
    time: Ints,
    latest: Ints,
    amount: Any,
    out_starts: Ints,
    out: Codes,
    wanted: Any,
    window: int,
    least_accounts: int,
    most_accounts: int,
    least_kept_permille: int,
    temporal: bool,
    steps: int,
) -> tuple[Ints, Ints, Ints]:
    """(edges of all cycles one after the other, where each begins, starts whose steps ran out).

    Only cycles that begin with a `wanted` edge. Of a temporal cycle that may begin with several of its edges, and of
    any simple one, the smallest edge is the beginning. Simple cycles that are temporal ones too are left out."""
    members = np.empty(len(time) + 8, np.int64)
    begins = np.empty(len(time) + 2, np.int64)
    cut = np.empty(len(time), np.int64)
    held, found, cuts = 0, 0, 0
    begins[0] = 0
    path = np.empty(most_accounts + 1, np.int64)
    place = np.empty(most_accounts + 1, np.int64)
    moment = np.empty(most_accounts + 1, np.int64)
    for seed in range(len(time)):
        if not wanted[seed]:
            continue
        root = payer[seed]
        until = latest[seed] + window
        path[0], moment[0] = seed, time[seed]
        smallest, largest = amount[seed], amount[seed]
        depth = 1
        place[0] = first_after(out, latest, out_starts[payee[seed]], out_starts[payee[seed] + 1], time[seed])
        left = steps
        while depth > 0:
            node = payee[path[depth - 1]]
            at = place[depth - 1]
            if at == out_starts[node + 1] or latest[out[at]] > until:
                depth -= 1
                continue
            if left == 0:
                cut[cuts] = seed
                cuts += 1
                break
            left -= 1
            place[depth - 1] = at + 1
            edge = out[at]
            if temporal:
                if not kept(amount[path[depth - 1]], amount[edge], least_kept_permille):
                    continue
            else:
                if edge <= seed:
                    continue
                smallest, largest = amount[edge], amount[edge]
                for step in range(depth):
                    smallest, largest = min(smallest, amount[path[step]]), max(largest, amount[path[step]])
                if least_kept_permille > 0 and smallest < largest - share_of(largest, 1000 - least_kept_permille):
                    continue
            target = payee[edge]
            if target == root:
                if depth + 1 < least_accounts:
                    continue
                path[depth] = edge
                known = False
                for rotation in range(depth + 1):
                    if not temporal or path[rotation] < seed:
                        known = known or follows(
                            path, depth + 1, rotation, time, latest, amount, window, least_kept_permille
                        )
                if known:
                    continue
                if held + depth + 1 > len(members):
                    more = np.empty(2 * len(members), np.int64)
                    more[:held] = members[:held]
                    members = more
                if found + 2 > len(begins):
                    more = np.empty(2 * len(begins), np.int64)
                    more[: found + 1] = begins[: found + 1]
                    begins = more
                for step in range(depth + 1):
                    members[held + step] = path[step]
                held += depth + 1
                found += 1
                begins[found] = held
                continue
            if depth + 1 >= most_accounts:
                continue
            passed = False
            for step in range(depth):
                passed = passed or payee[path[step]] == target
            if passed:
                continue
            path[depth] = edge
            moment[depth] = max(moment[depth - 1], time[edge])
            earliest = moment[depth] if temporal else time[seed]
            place[depth] = first_after(out, latest, out_starts[target], out_starts[target + 1], earliest)
            depth += 1
    return members[:held].copy(), begins[: found + 1].copy(), cut[:cuts].copy()


@dataclass(frozen=True)
class RingSearch:
    """See the top of this file; `window_us` from the first payment to the last."""

    window_us: int
    least_accounts: int
    most_accounts: int
    least_kept_permille: int
    steps: int


@dataclass(frozen=True)
class Ring:
    """All cycles that begin with one payment: their distinct edges in order of time; the first found with the fewest
    accounts in the order in which it pays."""

    edges: Ints
    cycles: int
    shortest: Ints


def cycles(graph: Graph, wanted: Any, search: RingSearch, temporal: bool) -> tuple[list[Ring], Ints]:
    """Instances by their first payment, and the payments from which the search was cut short."""
    ways, cut = _ways(graph, wanted, search, temporal)
    return list(_instances(ways)), cut


def fast_and_slow_cycles(graph: Graph, wanted: Any, fast: RingSearch, slow: RingSearch) -> tuple[list[Ring], Ints]:
    """Temporal cycles of two searches: the slow one begins only at payments from which the fast one found none. So
    what is quick stands whatever the slow one runs out of, and money that goes round every day is told once, not in
    all ways in which a month of such rounds can be mixed."""
    quick, cut = _ways(graph, wanted, fast, True)
    rest = wanted.copy()
    rest[[way[0] for way in quick]] = False
    late, cut_late = _ways(graph, rest, slow, True)
    return list(_instances(sorted([*quick, *late], key=lambda way: int(way[0])))), np.union1d(cut, cut_late)


def _ways(graph: Graph, wanted: Any, search: RingSearch, temporal: bool) -> tuple[list[Ints], Ints]:
    """Every cycle as its edges in the order in which it pays, by the first of them."""
    members, begins, cut = graph.call(rings)(
        graph.payer, graph.payee, graph.time, graph.latest, graph.amount, graph.out_starts, graph.out, wanted,
        search.window_us, search.least_accounts, search.most_accounts, search.least_kept_permille, temporal,
        search.steps,
    )  # fmt: skip
    return [members[low:high] for low, high in itertools.pairwise(begins.tolist())], cut


def _instances(ways: list[Ints]) -> Iterator[Ring]:
    for _, group in itertools.groupby(ways, key=lambda way: int(way[0])):
        alike = list(group)
        yield Ring(np.unique(np.concatenate(alike)), len(alike), min(alike, key=len))
