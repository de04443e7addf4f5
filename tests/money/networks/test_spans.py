"""What is found does not depend on how time and accounts are cut, nor on the order in which payments are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from tests.money.making import DAY_US, HOUR_US, START_US, payment, payments
from tests.money.running import part, run_one
from veedor.engine.detector import ByTime, Owner, Read
from veedor.engine.layout import Layout
from veedor.engine.partition import with_chunk
from veedor.money.networks import edges
from veedor.money.networks.find import FindNetworks, NetworkParameters
from veedor.money.networks.graph import NEEDED, graphs
from veedor.money.networks.judge import JudgeNetworks
from veedor.money.networks.subject import joined
from veedor.tables import MONEY_DISTRIBUTIONS, NETWORKS, PAYMENTS

SHORT = NetworkParameters(
    relay_window_hours=24, relay_delay_hours=12, least_middles=2, relay_kept_permille=500, most_onward=3,
    gather_window_hours=24, scatter_delay_hours=12, least_parties=2, longest_windows=2,
    cycle_window_hours=72, slow_cycle_window_hours=108, slow_cycle_steps=15, cycle_most_accounts=5,
    cycle_kept_permille=900, cycle_steps=20,
    layer_window_hours=18, layer_least_payers=2, layer_least_payees=2, layer_most_parties=4, stack_delay_hours=12,
)  # fmt: skip


def _many(seed: int, days: int = 50) -> pa.Table:
    random = np.random.default_rng(seed)
    rows = []
    for number in range(1_500):
        payer, payee = random.integers(0, 30, 2)
        dated = bool(random.random() < 0.2)
        hours = int(random.integers(days)) * 24 + (0 if dated else int(random.integers(24)))
        rows.append(payment(number, f"N{payer}", f"N{payee}", int(random.integers(50, 120)), hours, time_is_date=dated))
    # One that goes on for ten days, over whatever border.
    for turn in range(20):
        rows.append(payment(2_000 + 2 * turn, "N31", f"N{32 + turn % 2}", 100, 24 * 20 + 12 * turn))
        rows.append(payment(2_001 + 2 * turn, f"N{32 + turn % 2}", "N34", 99, 24 * 20 + 12 * turn + 3))
    # Two layers, one paying into the other, twice.
    for day in (12, 34):
        for n, (upper, lower) in enumerate([(a, b) for a in range(3) for b in range(3)]):
            number = 3_000 + 100 * day + 2 * n
            rows.append(payment(number, f"UP{upper}", f"MID{lower}", 90 + n, 24 * day + n))
            rows.append(payment(number + 1, f"MID{upper}", f"DOWN{lower}", 80 + n, 24 * day + 12 + n))
    return payments(rows)


def _in_spans(table: pa.Table, span_us: int) -> pa.Table:
    detector = FindNetworks(SHORT)
    (read,) = detector.reads
    before, after = SHORT.before_us, SHORT.after_us
    read = Read(PAYMENTS, ByTime(span_us, before, after), read.columns, read.filter)
    time = np.asarray(table["time"].cast(pa.int64()))
    made = []
    for number in range(int(time.min()) // span_us, int(time.max()) // span_us + 1):
        start = number * span_us
        inside = pa.array((time >= start - before) & (time < start + span_us + after))
        rows = part(read, {"payments": table.filter(inside)}, Owner(), {})
        made.append(detector.run({"payments": rows}, Owner(start_us=start, end_us=start + span_us), SHORT))
    return pa.concat_tables(made).sort_by([(name, "ascending") for name in NETWORKS.order])


@pytest.mark.parametrize("seed", [1, 2])
def test_networks_are_the_same_however_time_is_cut(seed: int) -> None:
    table = _many(seed)
    whole = FindNetworks(SHORT).run({"payments": table.select(NEEDED)}, Owner(), SHORT)
    outcomes = set(zip(whole["kind"].to_pylist(), whole["outcome"].to_pylist(), strict=True))
    assert outcomes >= {("scatter_gather", "found"), ("scatter_gather", "hub"), ("scatter_gather", "routine"),
                        ("gather_scatter", "found"), ("gather_scatter", "routine"), ("cycle", "found"),
                        ("simple_cycle", "found"), ("cycle", "budget"), ("bipartite", "found"),
                        ("bipartite", "hub"), ("stack", "found")}  # fmt: skip
    keys = [tuple(row[name] for name in NETWORKS.order) for row in whole.to_pylist()]
    assert len(set(keys)) == len(keys), "the declared order is no total order"
    for span_us in (7 * HOUR_US, 5 * DAY_US, 23 * DAY_US):
        assert _in_spans(table, span_us).equals(whole)
    shuffled = table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))
    assert _in_spans(shuffled, 5 * DAY_US).equals(whole)


def test_findings_of_networks_are_the_same_in_any_buckets() -> None:
    table = _many(3)
    detector = FindNetworks(SHORT)
    tables = {"payments": table, "networks": detector.run({"payments": table.select(NEEDED)}, Owner(), SHORT)}
    tables["money_distributions"] = MONEY_DISTRIBUTIONS.empty()
    judge = JudgeNetworks(replace(JudgeNetworks().parameters, report_milli_log10=-10_000))
    one = run_one(judge, tables, 1)
    found = [row for row in tables["networks"].to_pylist() if row["outcome"] == "found"]
    assert one.num_rows == len(joined(found)) < len(found)
    assert run_one(judge, tables, 7).equals(one)


def test_time_is_not_cut_into_pieces_shorter_than_twice_what_they_must_see_beside_them() -> None:
    (read,) = FindNetworks().reads
    cut = with_chunk(read.partition, Layout(chunk_us=DAY_US))
    assert isinstance(cut, ByTime) and cut.chunk_us % DAY_US == 0
    assert cut.chunk_us >= 2 * (cut.before_us + cut.after_us) > cut.chunk_us - DAY_US
    assert with_chunk(ByTime(5, HOUR_US, HOUR_US), Layout(chunk_us=DAY_US)) == ByTime(DAY_US, HOUR_US, HOUR_US)
    assert START_US % DAY_US == 0


class _Pieces:
    """The same rows, so many at a time."""

    def __init__(self, rows: pa.Table, size: int) -> None:
        self.rows, self.size = rows, size

    def pieces(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        for low in range(0, self.rows.num_rows, self.size):
            yield self.rows.slice(low, self.size).select(list(columns))


@pytest.mark.parametrize("size", [1, 7, 400])
def test_what_is_found_does_not_depend_on_the_pieces_that_payments_are_read_in(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = _many(3)
    (read,) = FindNetworks(SHORT).reads
    rows = table.select(list(read.columns))
    whole = FindNetworks(SHORT).run({"payments": rows}, Owner(), SHORT)
    assert len(set(whole["kind"].to_pylist())) == 6
    monkeypatch.setattr(edges, "_AT_ONCE", 3 * size)
    assert FindNetworks(SHORT).run({"payments": _Pieces(rows, size)}, Owner(), SHORT).equals(whole)


def test_patterns_among_more_accounts_than_a_pair_of_narrow_codes_can_tell_apart_are_found() -> None:
    """Pairs of accounts numbered beyond 2^16 are beyond 2^32: what wraps around there would meet other pairs."""
    crowd = [payment(n, f"A{n}", f"B{n}", 100, n / 100) for n in range(34_000)]
    ring = [payment(50_000 + n, f"Z{n}", f"Z{(n + 1) % 4}", 10**6 - n, n) for n in range(4)]
    layer = [payment(51_000 + 10 * a + b, f"X{a}", f"Y{b}", 100, a + b) for a in range(4) for b in range(4)]
    spread = [payment(52_000 + n, "V", f"W{n}", 900, n) for n in range(6)]
    spread += [payment(53_000 + n, f"W{n}", "VV", 880, 9 + n) for n in range(6)]
    hub = [payment(54_000 + n, "U", f"T{n}", 5, n / 10) for n in range(60)] + [payment(55_000, "S", "U", 9, 0)]
    table = payments(crowd + ring + layer + spread + hub)
    (graph,) = graphs(table)
    accounts = len(graph.accounts)
    pair = graph.pair(graph.payer, graph.payee)
    assert (pair // accounts == graph.payer).all() and (pair % accounts == graph.payee).all()
    found = FindNetworks().run({"payments": table}, Owner(), NetworkParameters())
    told = {(row["kind"], row["outcome"]): row for row in found.to_pylist()}
    assert set(told) == {
        ("cycle", "found"), ("bipartite", "found"), ("scatter_gather", "found"), ("scatter_gather", "hub"),
        ("bipartite", "hub"),
    }  # fmt: skip
    assert told["bipartite", "found"]["account"] == "X0" and len(told["bipartite", "found"]["payments"]) == 16
    assert len(told["scatter_gather", "found"]["payments"]) == 12 and told["bipartite", "hub"]["account"] == "U"
