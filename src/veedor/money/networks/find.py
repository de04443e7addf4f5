"""Patterns over several accounts, found in one pass over a graph of all payments of a span of time.

An instance belongs to the span in which its first payment lies, and spans overlap by as much as a pattern may last:
what is found does not depend on how time is cut. A run that lasts longer than `longest_windows` windows is an account's
routine (a payroll, a clearing account) and no pattern; that it was seen is a row, and so is every hub and every start
that was not followed to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from veedor.engine.detector import ByTime, Owner, Pieces, Read, in_pieces
from veedor.money import columns
from veedor.money.ledger import DAY_US, NOT_REVERSED
from veedor.money.networks import found
from veedor.money.networks.balancing import BalanceSearch, part_that_balances
from veedor.money.networks.found import Found
from veedor.money.networks.gatherers import GatherScatter, gather_scatters
from veedor.money.networks.graph import NEEDED, Graph, graphs, owned
from veedor.money.networks.layers import Layer, LayerSearch, Stack, layers, stacks
from veedor.money.networks.relays import RelaySearch, ScatterGather, scatter_gathers
from veedor.money.networks.rings import Ring, RingSearch, cycles, fast_and_slow_cycles
from veedor.money.networks.rows import drawn, table
from veedor.money.search import HOUR_US
from veedor.tables import NETWORKS, PAYMENTS, Table


@dataclass(frozen=True)
class NetworkParameters:
    """Windows and delays in hours, shares per mille; see the file of each pattern."""

    relay_window_hours: int = 72
    relay_delay_hours: int = 72
    least_middles: int = 3
    relay_kept_permille: int = 700
    most_onward: int = 50
    gather_window_hours: int = 72
    scatter_delay_hours: int = 72
    least_parties: int = 5
    balance_kept_permille: int = 850
    balance_most_permille: int = 1050
    balance_contrary_permille: int = 250
    balance_steps: int = 100_000
    longest_windows: int = 4
    cycle_window_hours: int = 240
    slow_cycle_window_hours: int = 600
    slow_cycle_steps: int = 2_000
    cycle_least_accounts: int = 3
    cycle_most_accounts: int = 8
    cycle_kept_permille: int = 850
    cycle_steps: int = 20_000
    layer_window_hours: int = 96
    layer_least_payers: int = 2
    layer_least_payees: int = 2
    layer_most_parties: int = 30
    layer_filled_permille: int = 600
    layer_longest_windows: int = 2
    stack_delay_hours: int = 72

    @property
    def layers(self) -> LayerSearch:
        return LayerSearch(
            self.layer_window_hours * HOUR_US, self.layer_least_payers, self.layer_least_payees,
            self.layer_most_parties, self.layer_filled_permille,
        )  # fmt: skip

    @property
    def rings(self) -> RingSearch:
        return RingSearch(
            self.cycle_window_hours * HOUR_US, self.cycle_least_accounts, self.cycle_most_accounts,
            self.cycle_kept_permille, self.cycle_steps,
        )  # fmt: skip

    @property
    def slow_rings(self) -> RingSearch:
        return replace(self.rings, window_us=self.slow_cycle_window_hours * HOUR_US, steps=self.slow_cycle_steps)

    @property
    def relays(self) -> RelaySearch:
        return RelaySearch(
            self.relay_window_hours * HOUR_US, self.relay_delay_hours * HOUR_US, self.least_middles,
            self.relay_kept_permille, self.most_onward,
        )  # fmt: skip

    @property
    def balance(self) -> BalanceSearch:
        return BalanceSearch(
            self.gather_window_hours * HOUR_US, self.scatter_delay_hours * HOUR_US, self.least_parties,
            self.balance_kept_permille, self.balance_most_permille, self.balance_contrary_permille,
            self.balance_steps,
        )  # fmt: skip

    @property
    def before_us(self) -> int:
        """A run that reaches into a span is known to have begun before it from two windows of it."""
        windows = self.relay_window_hours, self.gather_window_hours, self.layer_window_hours
        return 3 * max(windows) * HOUR_US + 2 * DAY_US

    @property
    def after_us(self) -> int:
        """Whether a run lasts too long shows one window after it may have ended, and what it paid on, a delay later."""
        windows = (self.longest_windows + 1) * max(self.relay_window_hours, self.gather_window_hours)
        runs = windows + max(self.relay_delay_hours, self.scatter_delay_hours)
        stacked = 2 * (self.layer_longest_windows + 1) * self.layer_window_hours + self.stack_delay_hours
        circles = max(self.cycle_window_hours, self.slow_cycle_window_hours)
        return max(runs, circles, stacked) * HOUR_US + 2 * DAY_US


SPAN_US = 60 * DAY_US


@dataclass(frozen=True)
class FindNetworks:
    """Detector `networks`: payments of a span of time in, patterns over several accounts out."""

    parameters: NetworkParameters = NetworkParameters()
    name: str = "networks"
    version: int = 2
    writes: Table = NETWORKS

    @property
    def reads(self) -> tuple[Read, ...]:
        halo = self.parameters.before_us, self.parameters.after_us
        return (Read(PAYMENTS, ByTime(SPAN_US, *halo), NEEDED, NOT_REVERSED, in_pieces=True),)

    def run(self, tables: Mapping[str, pa.Table | Pieces], owner: Owner, parameters: NetworkParameters) -> pa.Table:
        payments = in_pieces(tables["payments"])
        return table([drawn(graph, list(_all(graph, owner, parameters))) for graph in graphs(payments)], payments)


def _all(graph: Graph, owner: Owner, parameters: NetworkParameters) -> Iterator[Found]:
    yield from _scatter_gathers(graph, owner, parameters)
    yield from _gather_scatters(graph, owner, parameters)
    for temporal in (True, False):
        yield from _cycles(graph, owner, parameters, temporal)
    yield from _layers(graph, owner, parameters)


def _mine(graph: Graph, owner: Owner, edge: int) -> bool:
    """Whether what begins with this payment is the owner's."""
    return bool(owned(graph.time[edge : edge + 1], owner.start_us, owner.end_us)[0])


def _scatter_gathers(graph: Graph, owner: Owner, parameters: NetworkParameters) -> Iterator[Found]:
    longest_us = parameters.longest_windows * parameters.relay_window_hours * HOUR_US
    made, skipped = scatter_gathers(graph, parameters.relays)
    for one in made:
        first, last = int(one.first[0]), int(one.first[-1])
        if not _mine(graph, owner, first):
            continue
        if graph.time[last] - graph.time[first] > longest_us:
            yield found.routine(graph, "scatter_gather", one.source, first, one.sink)
        else:
            yield _scatter_gather(graph, one)
    # By whole days, so that a day that two spans share is told once and whole.
    days = graph.time[skipped] // DAY_US * DAY_US
    skipped = skipped[owned(days, owner.start_us, owner.end_us)]
    yield from found.cut(graph, "scatter_gather", "hub", graph.payee[skipped], skipped)


def _scatter_gather(graph: Graph, one: ScatterGather) -> Found:
    middles = np.unique(graph.payee[one.first])
    numbers: dict[str, int | str] = {
        "middles": len(middles),
        "peak": one.peak,
        "total_in": found.money(graph, one.first),
        "total_out": found.money(graph, one.second),
        "kept_permille": found.share(graph, one.second, one.first),
    }
    parts = (("role.scattered", one.first), ("role.gathered", one.second))
    return found.instance(graph, "scatter_gather", one.source, len(middles), parts, numbers, one.sink)


def _gather_scatters(graph: Graph, owner: Owner, parameters: NetworkParameters) -> Iterator[Found]:
    window_us = parameters.gather_window_hours * HOUR_US
    for one in gather_scatters(graph, window_us, parameters.scatter_delay_hours * HOUR_US, parameters.least_parties):
        first, last = int(one.came[0]), int(one.came[-1])
        if not _mine(graph, owner, first):
            continue
        if graph.time[last] - graph.time[first] > parameters.longest_windows * window_us:
            yield found.routine(graph, "gather_scatter", one.hub, first)
            continue
        whole = _gather_scatter(graph, one)
        part, ended = (None, False) if whole.size else part_that_balances(graph, one, parameters.balance)
        if ended:
            yield found.unfinished(graph, "gather_scatter", one.hub, first, len(one.came) + len(one.went))
        yield whole if part is None else _gather_scatter(graph, part)


def _gather_scatter(graph: Graph, one: GatherScatter) -> Found:
    payers, payees = columns.distinct(graph.payer[one.came]), columns.distinct(graph.payee[one.went])
    numbers: dict[str, int | str] = {
        "payers": int(payers.max()) + 1,
        "payees": int(payees.max()) + 1,
        "total_in": found.money(graph, one.came),
        "total_out": found.money(graph, one.went),
        "kept_permille": found.share(graph, one.went, one.came),
        "mixed_permille": found.share(graph, one.went[graph.latest[one.went] < graph.time[one.came].max()], one.came),
    }
    parts = (("role.gathered_in", one.came), ("role.scattered_out", one.went))
    size = min(int(payers.max()), int(payees.max())) + 1
    return found.instance(graph, "gather_scatter", one.hub, size, parts, numbers)


def _cycles(graph: Graph, owner: Owner, parameters: NetworkParameters, temporal: bool) -> Iterator[Found]:
    # Starts by whole days, so that a day of cut searches is told once and whole; then those that are the owner's.
    days = owned(graph.time // DAY_US * DAY_US, owner.start_us, owner.end_us)
    mine = owned(graph.time, owner.start_us, owner.end_us)
    if temporal:
        made, cut = fast_and_slow_cycles(graph, days | mine, parameters.rings, parameters.slow_rings)
    else:
        made, cut = cycles(graph, days | mine, parameters.rings, temporal)
    kind = "cycle" if temporal else "simple_cycle"
    yield from (_cycle(graph, one, kind) for one in made if mine[one.shortest[0]])
    cut = cut[days[cut]]
    yield from found.cut(graph, kind, "budget", graph.payer[cut], cut)


def _cycle(graph: Graph, one: Ring, kind: str) -> Found:
    way = one.shortest
    numbers: dict[str, int | str] = {
        "accounts": len(way),
        "cycles": one.cycles,
        "first": found.money(graph, way[:1]),
        "last": found.money(graph, way[-1:]),
        "kept_permille": found.share(graph, way[-1:], way[:1]),
        "span_us": int(graph.time[way].max() - graph.time[way].min()),
        "way": " → ".join(graph.account(code) for code in [*graph.payer[way].tolist(), graph.payer[way[0]]]),
    }
    # Told of one account whichever payment it begins with: cycles over the same accounts meet there (subject.py).
    return found.instance(graph, kind, int(graph.payer[way].min()), len(way), (("role.in_cycle", one.edges),), numbers)


def _layers(graph: Graph, owner: Owner, parameters: NetworkParameters) -> Iterator[Found]:
    longest_us = parameters.layer_longest_windows * parameters.layer_window_hours * HOUR_US
    made, hubs, left_out = layers(graph, parameters.layers)
    short = []
    for one in made:
        first, last = int(one.edges[0]), int(one.edges[-1])
        routine = graph.time[last] - graph.time[first] > longest_us
        if one.thin and not routine:
            continue
        if not routine:
            short.append(one)
        if not _mine(graph, owner, first):
            continue
        if routine:
            yield found.routine(graph, "bipartite", int(graph.payer[first]), first)
        else:
            yield _bipartite(graph, one)
    for stack in stacks(graph, short, parameters.layer_least_payers, parameters.stack_delay_hours * HOUR_US):
        if _mine(graph, owner, int(stack.into[0])):
            yield _stack(graph, stack)
    days = owned(graph.time[left_out] // DAY_US * DAY_US, owner.start_us, owner.end_us)
    yield from found.cut(graph, "bipartite", "hub", hubs[days], left_out[days])


def _bipartite(graph: Graph, one: Layer) -> Found:
    numbers: dict[str, int | str] = {
        "payers": len(one.payers),
        "payees": len(one.payees),
        "payments": len(one.edges),
        "total": found.money(graph, one.edges),
        "filled_permille": one.filled_permille,
    }
    size = min(len(one.payers), len(one.payees))
    return found.instance(graph, "bipartite", int(one.payers[0]), size, (("role.in_layer", one.edges),), numbers)


def _stack(graph: Graph, one: Stack) -> Found:
    numbers: dict[str, int | str] = {
        "payers": len(np.unique(graph.payer[one.into])),
        "middles": len(one.middles),
        "payees": len(np.unique(graph.payee[one.out])),
        "total_in": found.money(graph, one.into),
        "total_out": found.money(graph, one.out),
        "kept_permille": found.share(graph, one.out, one.into),
    }
    parts = (("role.into_stack", one.into), ("role.out_of_stack", one.out))
    size = min(int(numbers["payers"]), len(one.middles), int(numbers["payees"]))
    return found.instance(graph, "stack", int(one.middles[0]), size, parts, numbers)
