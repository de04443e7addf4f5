"""Every pattern over several accounts against its definition, written out the slow way, on small random payments."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.money.making import DAY_US, HOUR_US, payment, payments
from tests.money.networks.drawn import Paid, draw, joined
from veedor.money.networks.balancing import BalanceSearch, part_that_balances
from veedor.money.networks.gatherers import gather_scatters
from veedor.money.networks.graph import graphs
from veedor.money.networks.layers import LayerSearch, layers
from veedor.money.networks.relays import RelaySearch, scatter_gathers
from veedor.money.networks.rings import RingSearch, cycles, fast_and_slow_cycles

SEEDS = range(60)


def _kept(before: Paid, after: Paid, permille: int) -> bool:
    return permille == 0 or permille * before.amount <= 1000 * after.amount <= 1000 * before.amount


def _onward(paid: list[Paid], first: Paid, delay: int) -> list[Paid]:
    """What leaves the payee of `first` from when it can have come until the delay after it must have."""
    return [
        each
        for each in paid
        if each.currency == first.currency
        and each.payer == first.payee
        and first.time <= each.latest <= first.latest + delay
    ]


def _scatter_gather_by_definition(paid: list[Paid], search: RelaySearch) -> tuple[set[object], set[int]]:
    relays = defaultdict(list)
    hubs = set()
    for first in sorted(paid, key=lambda one: (one.time, one.id)):
        onward = _onward(paid, first, search.delay_us)
        if len(onward) > search.most_onward:
            hubs.add(first.id)
            continue
        for second in onward:
            if second.payee != first.payer and _kept(first, second, search.least_kept_permille):
                relays[first.currency, first.payer, second.payee].append((first, second))
    found = set()
    for (currency, source, sink), pairs in relays.items():
        windows = []
        for at, (last, _) in enumerate(pairs):
            inside = [pair for pair in pairs[: at + 1] if last.time - pair[0].time <= search.window_us]
            if len({first.payee for first, _ in inside}) >= search.least_middles:
                windows.append({(first.id, second.id) for first, second in inside})
        for run in joined(windows):
            firsts, seconds = (frozenset(pair[side] for pair in run) for side in (0, 1))
            found.add((currency, source, sink, firsts, seconds))
    return found, hubs


@pytest.mark.parametrize("seed", SEEDS)
def test_scatter_gather_is_what_its_definition_says(seed: int) -> None:
    table, paid = draw(seed, count=40)
    random = np.random.default_rng(seed)
    window, delay = (int(days) * DAY_US for days in random.integers(0, 3, 2))
    search = RelaySearch(window, delay, int(random.integers(2, 4)), int(random.choice([0, 600])), 4)
    found, hubs = set(), set()
    for graph in graphs(table):
        made, skipped = scatter_gathers(graph, search)
        hubs |= set(graph.ids[skipped].tolist())
        for one in made:
            ends = graph.account(one.source), graph.account(one.sink)
            edges = frozenset(graph.ids[one.first].tolist()), frozenset(graph.ids[one.second].tolist())
            found.add((graph.currency, *ends, *edges))
    assert (found, hubs) == _scatter_gather_by_definition(paid, search)


def _gather_scatter_by_definition(paid: list[Paid], window: int, delay: int, least: int) -> set[object]:
    found = set()
    for currency, hub in {(one.currency, one.payee) for one in paid}:
        came = sorted(
            (one for one in paid if one.payee == hub and one.currency == currency), key=lambda one: (one.time, one.id)
        )
        went = [one for one in paid if one.payer == hub and one.currency == currency]
        windows = []
        for at, last in enumerate(came):
            gathered = [one for one in came[: at + 1] if last.time - one.time <= window]
            until = max(one.latest for one in came[: at + 1]) + delay
            scattered = [one for one in went if last.time <= one.latest <= until]
            if len({one.payer for one in gathered}) >= least and len({one.payee for one in scattered}) >= least:
                windows.append(({one.id for one in gathered}, {one.id for one in scattered}))
        for run in joined([gathered for gathered, _ in windows]):
            scattered = frozenset().union(*(each for gathered, each in windows if gathered <= run))
            found.add((currency, hub, frozenset(run), scattered))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_gather_scatter_is_what_its_definition_says(seed: int) -> None:
    table, paid = draw(seed, count=40)
    random = np.random.default_rng(seed)
    window, delay = (int(days) * DAY_US for days in random.integers(0, 3, 2))
    least = int(random.integers(2, 4))
    found = set()
    for graph in graphs(table):
        for one in gather_scatters(graph, window, delay, least):
            edges = frozenset(graph.ids[one.came].tolist()), frozenset(graph.ids[one.went].tolist())
            found.add((graph.currency, graph.account(one.hub), *edges))
    assert found == _gather_scatter_by_definition(paid, window, delay, least)


def _part_by_definition(came: list[Paid], went: list[Paid], search: BalanceSearch) -> tuple[set[int], set[int]] | None:
    """Every span of payments that come and every span of those that leave after its last, tried one by one."""
    best, size = None, 0
    for last in range(len(came)):
        begin = sum(one.latest < came[last].time for one in went)
        for first in range(last, -1, -1):
            filling = came[first : last + 1]
            if filling[-1].time - filling[0].time > search.window_us:
                continue
            gathered = sum(one.amount for one in filling)
            back = sum(one.amount for one in went[:begin] if one.latest >= filling[0].time)
            for end in range(begin, len(went)):
                leaving = went[begin : end + 1]
                scattered = sum(one.amount for one in leaving)
                more = sum(one.amount for one in came[last + 1 :] if one.time <= leaving[-1].latest)
                if (
                    leaving[-1].latest <= filling[-1].latest + search.delay_us
                    and len({one.payer for one in filling}) >= search.least_parties
                    and len({one.payee for one in leaving}) >= search.least_parties
                    and gathered * search.kept_permille // 1000 <= scattered <= gathered * search.most_permille // 1000
                    and max(back, more) <= gathered * search.contrary_permille // 1000
                    and len(filling) + len(leaving) > size
                ):
                    size = len(filling) + len(leaving)
                    best = {one.id for one in filling}, {one.id for one in leaving}
    return best


def test_the_part_of_a_run_that_balances_is_what_its_definition_says() -> None:
    parts = [part for seed in SEEDS for part in _parts(seed)]
    assert len(parts) > 100 and 20 < sum(part is not None for part, _ in parts) < len(parts) - 20
    assert all(part == expected for part, expected in parts)


def _parts(seed: int) -> Iterator[tuple[object, object]]:
    """What is found and what should be, of each run of a few random payments."""
    table, paid = draw(seed, count=50)
    by_id = {one.id: one for one in paid}
    random = np.random.default_rng(seed)
    window, delay = (int(days) * DAY_US for days in random.integers(1, 4, 2))
    search = BalanceSearch(window, delay, 2, 700, int(random.choice([1000, 1150])), 400, 10**6)
    for graph in graphs(table):
        for run in gather_scatters(graph, 2 * DAY_US, 2 * DAY_US, 2):
            came, went = ([by_id[n] for n in graph.ids[side].tolist()] for side in (run.came, run.went))
            went.sort(key=lambda one: (one.latest, one.time, one.id))
            part, cut = part_that_balances(graph, run, search)
            assert not cut and part_that_balances(graph, run, replace(search, steps=0)) == (None, True)
            found = part and (set(graph.ids[part.came].tolist()), set(graph.ids[part.went].tolist()))
            yield found, _part_by_definition(came, went, search)


def _in_window(paid: list[Paid], search: LayerSearch) -> list[set[int]]:
    """The layers of one window: parts that are not filled are peeled again with one party more for everybody."""
    payees, payers = defaultdict(set), defaultdict(set)
    for one in paid:
        payees[one.payer].add(one.payee)
        payers[one.payee].add(one.payer)
    pairs = {
        (one.payer, one.payee)
        for one in paid
        if len(payees[one.payer]) <= search.most_parties and len(payers[one.payee]) <= search.most_parties
    }
    layers, waiting = [], [(pairs, 0)]
    while waiting:
        pairs, more = waiting.pop()
        for part in _peeled(pairs, search.least_payees + more, search.least_payers + more):
            whole = len({payer for payer, _ in part}) * len({payee for _, payee in part})
            if 1000 * len(part) >= search.filled_permille * whole:
                layers.append(part)
            else:
                waiting.append((part, more + 1))
    return [{one.id for one in paid if (one.payer, one.payee) in part} for part in layers]


def _peeled(pairs: set[tuple[str, str]], payees: int, payers: int) -> list[set[tuple[str, str]]]:
    """Pairs taken away one at a time until none must go, then what hangs together."""
    pairs = set(pairs)
    while True:
        poor = [
            pair
            for pair in pairs
            if sum(payer == pair[0] for payer, _ in pairs) < payees
            or sum(payee == pair[1] for _, payee in pairs) < payers
        ]
        if not poor:
            break
        pairs.remove(poor[0])
    parts: list[set[tuple[str, str]]] = []
    for pair in sorted(pairs):
        near = [part for part in parts if any(pair[0] == payer or pair[1] == payee for payer, payee in part)]
        parts = [part for part in parts if part not in near] + [set().union({pair}, *near)]
    return parts


def _layers_by_definition(paid: list[Paid], search: LayerSearch) -> set[object]:
    found = set()
    half = search.window_us // 2
    for currency in {one.currency for one in paid}:
        mine = [one for one in paid if one.currency == currency]
        times = [one.time for one in mine]
        parts: list[tuple[set[int], set[int]]] = []  # windows it has a part in, payments
        for number in range(min(times) // half - 2, max(times) // half + 2):
            inside = [one for one in mine if number * half <= one.time < number * half + 2 * half]
            for part in _in_window(inside, search):
                parts.append(({number}, part))
        again = True
        while again:
            again = False
            for one, other in itertools.combinations(parts, 2):
                if one[1] & other[1]:
                    parts = [each for each in parts if each is not one and each is not other]
                    parts.append((one[0] | other[0], one[1] | other[1]))
                    again = True
                    break
        found |= {(currency, frozenset(part)) for _, part in parts}
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_layers_are_what_their_definition_says(seed: int) -> None:
    table, paid = draw(seed, count=40)
    random = np.random.default_rng(seed)
    search = LayerSearch(int(random.integers(1, 4)) * DAY_US, 2, 2, int(random.integers(3, 6)), 800)
    found = set()
    for graph in graphs(table):
        made, _, _ = layers(graph, search)
        for one in made:
            ids = frozenset(graph.ids[one.edges].tolist())
            found.add((graph.currency, ids))
            pairs = {(each.payer, each.payee) for each in paid if each.id in ids}
            whole = len({payer for payer, _ in pairs}) * len({payee for _, payee in pairs})
            assert one.filled_permille == 1000 * len(pairs) // whole and one.thin == (one.filled_permille < 800)
    assert found == _layers_by_definition(paid, search)


def _temporal(path: tuple[Paid, ...], search: RingSearch) -> bool:
    moment = path[0].time
    for before, after in itertools.pairwise(path):
        if after.latest < moment or after.latest > path[0].latest + search.window_us:
            return False
        if not _kept(before, after, search.least_kept_permille):
            return False
        moment = max(moment, after.time)
    return True


def _paths(paid: list[Paid], path: tuple[Paid, ...], most: int) -> list[tuple[Paid, ...]]:
    """Every way round from the first payment back to its payer over distinct accounts."""
    made = []
    for each in paid:
        if each.payer != path[-1].payee or each.currency != path[0].currency:
            continue
        if each.payee == path[0].payer:
            made.append((*path, each))
        elif len(path) + 1 < most and each.payee not in {one.payee for one in path}:
            made += _paths(paid, (*path, each), most)
    return made


def _cycles_by_definition(paid: list[Paid], search: RingSearch, temporal: bool) -> dict[int, tuple[set[int], int]]:
    """By the first payment of a cycle: all payments of all its cycles, and how many cycles those are."""
    found: dict[int, tuple[set[int], int]] = {}
    place = {one.id: at for at, one in enumerate(sorted(paid, key=lambda one: (one.time, one.id)))}
    for seed in paid:
        for path in _paths(paid, (seed,), search.most_accounts):
            if len(path) < search.least_accounts:
                continue
            turned = [path[at:] + path[:at] for at in range(len(path))]
            orders = [each for each in turned if _temporal(each, search)]
            if temporal:
                if not orders or min(orders, key=lambda each: place[each[0].id])[0] != seed:
                    continue
            else:
                amounts = [one.amount for one in path]
                conserved = 1000 * min(amounts) >= search.least_kept_permille * max(amounts)
                first = min(path, key=lambda one: place[one.id])
                near = all(seed.time <= one.latest <= seed.latest + search.window_us for one in path)
                if orders or first != seed or not near or not conserved:
                    continue
            edges, count = found.setdefault(seed.id, (set(), 0))
            found[seed.id] = edges | {one.id for one in path}, count + 1
    return found


@pytest.mark.parametrize("temporal", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_cycles_are_what_their_definition_says(seed: int, temporal: bool) -> None:
    table, paid = draw(seed, count=20, accounts=5)
    random = np.random.default_rng(seed)
    search = RingSearch(
        int(random.integers(0, 4)) * DAY_US, int(random.integers(2, 4)), int(random.integers(3, 9)),
        int(random.choice([0, 600, 1000])), 10**9,
    )  # fmt: skip
    found = {}
    for graph in graphs(table):
        made, cut = cycles(graph, np.ones(len(graph.time), np.bool_), search, temporal)
        assert not len(cut)
        for one in made:
            way = one.shortest.tolist()
            first = way[0]
            assert set(way) <= set(one.edges.tolist()) and graph.payee[way[-1]] == graph.payer[first]
            found[int(graph.ids[first])] = set(graph.ids[one.edges].tolist()), one.cycles
    assert found == _cycles_by_definition(paid, search, temporal)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slow_circle_is_looked_for_where_no_quick_one_begins(seed: int) -> None:
    table, paid = draw(seed, count=20, accounts=5)
    fast = RingSearch(DAY_US, 3, 5, 500, 10**9)
    slow = RingSearch(4 * DAY_US, 3, 5, 500, 10**9)
    found = {}
    for graph in graphs(table):
        for one in fast_and_slow_cycles(graph, np.ones(len(graph.time), np.bool_), fast, slow)[0]:
            found[int(graph.ids[one.shortest[0]])] = set(graph.ids[one.edges].tolist()), one.cycles
    quick, late = (_cycles_by_definition(paid, search, True) for search in (fast, slow))
    assert found == late | quick


def test_the_oracles_have_something_to_find() -> None:
    """Else they would prove nothing."""
    search = RingSearch(3 * DAY_US, 2, 8, 0, 10**9)
    relays = RelaySearch(2 * DAY_US, 2 * DAY_US, 2, 600, 4)
    for temporal in (True, False):
        assert sum(len(_cycles_by_definition(draw(seed, 20, 5)[1], search, temporal)) for seed in SEEDS) > 50
    assert sum(len(_gather_scatter_by_definition(draw(seed, 40)[1], 2 * DAY_US, DAY_US, 2)) for seed in SEEDS) > 50
    layered = LayerSearch(3 * DAY_US, 2, 2, 5, 600)
    assert sum(len(_layers_by_definition(draw(seed, 40)[1], layered)) for seed in SEEDS) > 30
    found = [_scatter_gather_by_definition(draw(seed, 40)[1], relays) for seed in SEEDS]
    assert sum(len(each) for each, _ in found) > 20 and sum(len(hubs) for _, hubs in found) > 5


def test_a_search_that_runs_out_of_steps_names_where_it_began_and_keeps_what_it_found() -> None:
    """In a graph where everybody pays everybody, eight steps are soon gone."""
    table = payments(
        [payment(10 * a + b, f"A{a}", f"A{b}", 100, (a + b) / 10) for a in range(6) for b in range(6) if a != b]
    )
    (graph,) = graphs(table)
    every = np.ones(len(graph.time), np.bool_)
    few, cut = cycles(graph, every, RingSearch(DAY_US, 3, 8, 0, 8), True)
    all_of_them, uncut = cycles(graph, every, RingSearch(DAY_US, 3, 8, 0, 10**9), True)
    assert len(cut) and not len(uncut)
    assert sum(one.cycles for one in few) < sum(one.cycles for one in all_of_them)
    assert {edge for one in few for edge in one.edges.tolist()} <= {
        edge for one in all_of_them for edge in one.edges.tolist()
    }


def test_a_slow_search_that_is_cut_loses_nothing_of_the_quick_one() -> None:
    rows = [payment(10 * a + b, f"A{a}", f"A{b}", 100, (a + b) / 10) for a in range(6) for b in range(6) if a != b]
    late = [payment(900 + n, *ends, 100, 240 * n) for n, ends in enumerate([("X", "Y"), ("Y", "Z"), ("Z", "X")])]
    (graph,) = graphs(payments([*rows, *late]))
    every = np.ones(len(graph.time), np.bool_)
    fast, slow = RingSearch(DAY_US, 3, 8, 0, 10**9), RingSearch(25 * DAY_US, 3, 8, 0, 4)
    quick, _ = cycles(graph, every, fast, True)
    both, cut = fast_and_slow_cycles(graph, every, fast, slow)
    assert len(cut), "where everybody pays everybody four steps are soon gone"
    told = [graph.ids[one.edges].tolist() for one in both]
    assert [graph.ids[one.edges].tolist() for one in quick] == told[1:] and told[0] == [900, 901, 902]


def test_amounts_beyond_64_bits_are_followed_exactly() -> None:
    huge = 2**62
    rest = {"currency": "VES", "amount_exponent": 0}
    rows = [payment(n, *ends, huge - n, n, **rest) for n, ends in enumerate(["AB", "BC", "CA"])]
    rows.append(payment(9, "C", "B", 1, 9, **rest | {"amount_exponent": 4}))
    (graph,) = graphs(payments(rows))
    assert graph.wide
    made, _ = cycles(graph, np.ones(4, np.bool_), RingSearch(9 * HOUR_US, 3, 3, 999, 100), True)
    assert [graph.ids[one.edges].tolist() for one in made] == [[0, 1, 2]]
