"""Patterns in payments: payments per processor second, beside snapml's GraphFeaturePreprocessor where it is installed.

Same payments, windows, machine and run, one thread each. Ours goes from the table of payments to rows with the payments
and entries of every instance; the peer from numbers to counts for each payment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from benchmarks import money_peer
from benchmarks.money_streams import Stream, stream
from benchmarks.record import Measure
from veedor.engine.detector import Owner
from veedor.money.ledger import Ledger, ledgers
from veedor.money.networks.find import FindNetworks, NetworkParameters
from veedor.money.networks.graph import Graph, graphs
from veedor.money.networks.relays import RelaySearch, scatter_gathers
from veedor.money.networks.rings import RingSearch, cycles, rings
from veedor.money.search import HOUR_US
from veedor.money.tracing import fan_windows, gatherings, passing_runs, trace

SEED, COUNT = 41, 200_000
PEER = "snapml GraphFeaturePreprocessor, same payments, windows, run"
BATCH = 2_048


def measure() -> Sequence[Measure]:
    """Full set, single patterns, fans and pass-through; ratios and counts only with the peer."""
    each = [figure for planted in (False, True) for part in (_full, _single) for figure in part(planted)]
    return (*each, *_accounts(), *(_counts() if money_peer.installed() else ()))


def seconds(run: Callable[[], object]) -> float:
    """Processor seconds of the better of two runs, after one that compiles."""
    run()
    taken = []
    for _ in range(2):
        started = time.process_time()
        run()
        taken.append(time.process_time() - started)
    return min(taken)


def full_set(payments: pa.Table, parameters: NetworkParameters, hours: int) -> tuple[pa.Table, list[np.ndarray]]:
    """Every pattern with its payments: several accounts as rows of `networks`, single accounts as events."""
    networks = FindNetworks(parameters).run({"payments": payments}, Owner(), parameters)
    members = []
    for ledger in ledgers(payments, Owner(), 2):
        for groups, firsts, lasts in single(ledger, hours * HOUR_US):
            members += [np.arange(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]
            assert len(groups) == len(firsts)
    return networks, members


def single(ledger: Ledger, window: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Fans of both sides, money that passes at once, and money gathered to leave."""
    for side in (True, False):
        yield fan_windows(
            ledger.starts, ledger.incoming, ledger.other, ledger.time, len(ledger.accounts), side, window, 5
        )[:3]
    moved, moment = trace(ledger.starts, ledger.incoming, ledger.time, ledger.slack, ledger.amount, window)
    yield passing_runs(ledger.starts, ledger.incoming, ledger.time, ledger.amount, moved, moment, 900)
    yield gatherings(ledger.starts, ledger.incoming, ledger.time, ledger.amount, window, 4, 850)[:3]


def _parameters(hours: int, amounts: bool) -> NetworkParameters:
    return NetworkParameters(
        relay_window_hours=hours, relay_delay_hours=hours, gather_window_hours=hours, scatter_delay_hours=hours,
        cycle_window_hours=hours, layer_window_hours=hours, relay_kept_permille=700 if amounts else 0,
        cycle_kept_permille=850 if amounts else 0, cycle_most_accounts=8 if amounts else 6,
    )  # fmt: skip


def _ratio(rate: float, peer: float | None) -> tuple[float | None, str]:
    return (None, "peer not installed") if peer is None else (rate * peer / COUNT, PEER)


def _peer(made: Stream, hours: int, *patterns: str, vertex: bool = False, length: int = 6) -> float | None:
    """Processor seconds that the peer takes for these patterns."""
    if not money_peer.installed():
        return None
    return money_peer.features(made, dict.fromkeys(patterns, hours), BATCH, hours if vertex else 0, length)[1]


def _full(planted: bool) -> Iterator[Measure]:
    made = stream(COUNT, SEED, planted)
    payments, what = made.payments, "planted" if planted else "random"
    peer = _peer(made, 24, *money_peer.PATTERNS, vertex=True)
    for how, parameters in (
        ("amounts conserved", _parameters(24, True)),
        ("whatever the amounts", _parameters(24, False)),
    ):
        rate = COUNT / seconds(partial(full_set, payments, parameters, 24))
        networks, members = full_set(payments, parameters, 24)
        kinds = networks.group_by(["kind", "outcome"]).aggregate([([], "count_all")]).to_pylist()
        said = sorted(f"{row['kind']} {row['outcome']} {row['count_all']:,}" for row in kinds)
        yield Measure(
            f"all patterns with evidence, 24 h, {what} stream, {how}", rate, "payments per CPU s", *_ratio(rate, peer),
            "at least 10 times", f"peer: its six, cycles up to 6; ours: {len(members):,} of single accounts, "
            f"{', '.join(said)}",
        )  # fmt: skip


def _single(planted: bool) -> Iterator[Measure]:
    made = stream(COUNT, SEED, planted)
    (graph,) = graphs(made.payments)
    what, every = "planted" if planted else "random", np.ones(COUNT, np.bool_)
    for hours in (24, 120):
        relays = RelaySearch(hours * HOUR_US, hours * HOUR_US, 2, 0, 50)
        yield _one(f"scatter-gather, whatever the amounts, {hours} h, {what} stream",
                   _peer(made, hours, "scatter-gather"), partial(scatter_gathers, graph, relays))  # fmt: skip
    ring = RingSearch(120 * HOUR_US, 2, 8, 850, 20_000)
    yield _one(f"temporal cycles up to 8, amounts conserved, 5 d, {what} stream",
               _peer(made, 120, "temp-cycle"), partial(cycles, graph, every, ring, True))  # fmt: skip
    month = RingSearch(720 * HOUR_US, 2, 8, 850, 20_000)
    yield _one(f"simple cycles up to 8, amounts conserved, whole stream, {what}",
               _peer(made, 240, "lc-cycle", length=4), partial(cycles, graph, every, month, False),
               "peer: up to 4, whatever the amounts")  # fmt: skip


def _one(what: str, peer: float | None, run: Callable[[], object], note: str = "") -> Measure:
    rate = COUNT / seconds(run)
    return Measure(
        what, rate, "payments per CPU s", *_ratio(rate, peer), "", f"graph built before; {note}".rstrip("; ")
    )


def _accounts() -> Iterator[Measure]:
    made = stream(COUNT, SEED, True)
    payments = made.payments
    (ledger,) = ledgers(payments, Owner(), 2)
    peer = _peer(made, 24, "fan")
    for what, run in (
        ("fans and pass-through, 24 h, from accounts in order of time", lambda: list(single(ledger, 24 * HOUR_US))),
        ("fans and pass-through, 24 h, from the table of payments",
         lambda: [list(single(each, 24 * HOUR_US)) for each in ledgers(payments, Owner(), 2)]),
    ):  # fmt: skip
        rate = COUNT / seconds(run)
        yield Measure(what, rate, "payments per CPU s", *_ratio(rate, peer), "at least 1,000,000", "peer: fans")


def _counts() -> Iterator[Measure]:
    """Peer's counts of temporal cycles from our instances, payment by payment (money_peer.py says how)."""
    for planted in (False, True):
        made = stream(30_000, SEED + 1, planted)
        theirs, _ = money_peer.features(made, {"temp-cycle": 24}, 1)
        (graph,) = graphs(made.payments)
        ours = closed_ways(graph, 24 * HOUR_US, theirs.shape[1])
        what = "planted" if planted else "random"
        yield Measure(
            f"temporal cycles, 24 h, {what} stream: the peer's counts from our instances",
            float((ours == theirs).all(axis=1).mean()), "of payments", None, PEER, "1",
            f"{int(theirs.sum()):,} counted by the peer, {int(ours.sum()):,} from ours, {len(theirs):,} payments",
        )  # fmt: skip


def closed_ways(graph: Graph, window: int, columns: int) -> np.ndarray:
    """At each payment: the different ways over accounts of length 2, 3, … that it closes."""
    members, begins, cut = rings(
        graph.payer, graph.payee, graph.time, graph.latest, graph.amount, graph.out_starts, graph.out,
        np.ones(len(graph.time), np.bool_), window, 2, 8, 0, True, 10**7,
    )  # fmt: skip
    assert not len(cut)
    ways = {
        (int(members[end - 1]), tuple(graph.payer[members[begin:end]].tolist()))
        for begin, end in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True)
    }
    counts = np.zeros((len(graph.time), columns))
    for last, way in ways:
        counts[last, min(len(way) - 2, columns - 1)] += 1
    return counts
