"""Bipartite: several accounts that all pay into the same several accounts. Stack: those pay on into several again.

Time is looked at in windows of `window` that begin every half window from 1970-01-01T00:00 UTC, so whatever lasts up to
half a window lies whole in one. Among the pairs (payer, payee) of a window, accounts are taken away until every payer
left pays at least `least_payees` of the payees left and every payee left is paid by at least `least_payers` of the
payers left: what remains is the same whatever is taken first. A connected part of which at least `filled_permille` of
all pairs of a payer and a payee occur is a *layer*. Shops and their customers make a large, thin part: it is peeled
further, everybody needing one party more, until what is left is filled or nothing. Layers of consecutive windows that
share a payment are one; it is thin if those of all windows together are not filled.

An account with more than `most_parties` payees or payers in a window is a hub, left out on that side and counted.
Linear in payments but for sorting.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from veedor.kernel import kernel
from veedor.money.columns import Bools, Codes, Ints
from veedor.money.ledger import arrange
from veedor.money.networks.graph import Graph


def _peel_examples() -> list[tuple[object, ...]]:
    payer = np.array([0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5], np.int64)
    payee = np.array([0, 1, 0, 1, 1, 2, 2, 3, 4, 3, 4], np.int64)
    return [(payer, payee, 6, 5, payees, payers) for payees in (1, 2, 3) for payers in (1, 2, 3)]


@kernel(examples=_peel_examples)
def layers_of(payer: Ints, payee: Ints, payers: int, payees: int, least_payees: int, least_payers: int) -> Ints:
    """For distinct pairs: the connected part that each belongs to once all others are taken away (numbered by its
    smallest pair), -1 for those taken away."""
    pairs = len(payer)
    # Payees are nodes behind the payers; a pair stands at both its ends, and the other end is `both` without the one.
    both = payer + (payers + payee)
    nodes = payers + payees
    at_node, starts = arrange(np.concatenate((payer, payers + payee)), nodes)
    degree = starts[1:] - starts[:-1]
    alive = np.ones(pairs, np.bool_)
    gone = np.zeros(nodes, np.bool_)
    stack = np.empty(nodes, np.int64)
    height = 0
    for node in range(nodes):
        if degree[node] < (least_payees if node < payers else least_payers):
            gone[node] = True
            stack[height] = node
            height += 1
    while height > 0:
        height -= 1
        node = stack[height]
        for at in range(starts[node], starts[node + 1]):
            pair = at_node[at] % pairs
            if not alive[pair]:
                continue
            alive[pair] = False
            other = both[pair] - node
            degree[other] -= 1
            if not gone[other] and degree[other] < (least_payees if other < payers else least_payers):
                gone[other] = True
                stack[height] = other
                height += 1
    part = np.full(pairs, -1, np.int64)
    seen = gone
    for start in range(pairs):
        if not alive[start] or part[start] >= 0:
            continue
        stack[0] = payer[start]
        seen[payer[start]] = True
        height = 1
        while height > 0:
            height -= 1
            node = stack[height]
            for at in range(starts[node], starts[node + 1]):
                pair = at_node[at] % pairs
                if alive[pair]:
                    part[pair] = start
                    other = both[pair] - node
                    if not seen[other]:
                        seen[other] = True
                        stack[height] = other
                        height += 1
    return part


@dataclass(frozen=True)
class LayerSearch:
    """See the top of this file."""

    window_us: int
    least_payers: int
    least_payees: int
    most_parties: int
    filled_permille: int


@dataclass(frozen=True)
class Layer:
    """Edges in order of time; accounts as sorted codes; `thin`: too few of its pairs occur."""

    edges: Ints
    payers: Codes
    payees: Codes
    filled_permille: int
    thin: bool


_THINNED = 3


def layers(graph: Graph, search: LayerSearch) -> tuple[list[Layer], Ints, Ints]:
    """All layers by their first edge; and the accounts that were hubs with the edges that were left out there."""
    parts: list[Ints] = []
    last: list[tuple[int, Ints]] = []
    hubs: list[Ints] = []
    half = search.window_us // 2
    for number in range(int(graph.time[0]) // half - 1, int(graph.time[-1]) // half + 1):
        low, high = np.searchsorted(graph.time, [number * half, number * half + 2 * half])
        found, left_out = _window(graph, np.arange(low, high), search)
        hubs.append(left_out)
        # A part that shares a payment with one of the window before goes on from it; with several, it joins them.
        now: list[tuple[int, Ints]] = []
        for edges in found:
            shared = sorted({at for at, before in last if len(np.intersect1d(before, edges, assume_unique=True))})
            at = shared[0] if shared else len(parts)
            joined = [edges, *(parts[each] for each in shared)]
            if not shared:
                parts.append(edges)
            parts[at] = np.unique(np.concatenate(joined))
            for each in shared[1:]:
                parts[each] = parts[each][:0]
                last = [(at if one == each else one, before) for one, before in last]
                now = [(at if one == each else one, before) for one, before in now]
            now.append((at, edges))
        last = now
    made = [_layer(graph, edges, search) for edges in parts if len(edges)]
    left_out = np.unique(np.concatenate(hubs), axis=0)
    return sorted(made, key=lambda one: one.edges.tolist()), left_out[:, 0], left_out[:, 1]


def _window(graph: Graph, edges: Ints, search: LayerSearch) -> tuple[list[Ints], Ints]:
    """The parts of one window, and (account, edge) of hubs."""
    payer, payee = graph.payer[edges], graph.payee[edges]
    at_hub = [_at_hubs(graph, *ends, search.most_parties) for ends in ((payer, payee), (payee, payer))]
    left_out = np.concatenate(
        [np.stack([side[busy], edges[busy]], 1) for side, busy in zip((payer, payee), at_hub, strict=True)]
    )
    edges = edges[~(at_hub[0] | at_hub[1])]
    for _ in range(_THINNED):
        # Who makes fewer payments than that has fewer parties: sorting is for what may be left.
        payer, payee = graph.payer[edges], graph.payee[edges]
        enough = np.bincount(payer)[payer] >= search.least_payees
        enough &= np.bincount(payee)[payee] >= search.least_payers
        edges = edges[enough]
    if not len(edges):
        return [], left_out
    pair, place = np.unique(graph.pair(graph.payer[edges], graph.payee[edges]), return_inverse=True)
    sides = pair // len(graph.accounts), pair % len(graph.accounts)
    part = np.full(len(pair), -1, np.int64)
    waiting = [(np.arange(len(pair)), 0)]
    while waiting:
        pairs, more = waiting.pop()
        for one in _peeled(sides[0][pairs], sides[1][pairs], search, more):
            payers, payees = (len(np.unique(side[pairs[one]])) for side in sides)
            if 1000 * len(one) >= search.filled_permille * payers * payees:
                part[pairs[one]] = pairs[one[0]]
            else:
                waiting.append((pairs[one], more + 1))
    mine = part[place]
    inside = np.flatnonzero(mine >= 0)
    order = inside[np.argsort(mine[inside], kind="stable")]
    borders = np.flatnonzero(np.diff(mine[order])) + 1
    return [edges[group] for group in np.split(order, borders) if len(group)], left_out


def _peeled(payer: Ints, payee: Ints, search: LayerSearch, more: int) -> list[Ints]:
    """The parts of these pairs, where everybody needs `more` parties than the search asks for."""
    payers, from_code = np.unique(payer, return_inverse=True)
    payees, to_code = np.unique(payee, return_inverse=True)
    part = layers_of(
        from_code.astype(np.int64), to_code.astype(np.int64), len(payers), len(payees), search.least_payees + more,
        search.least_payers + more,
    )  # fmt: skip
    inside = np.flatnonzero(part >= 0)
    order = inside[np.argsort(part[inside], kind="stable")]
    return [one for one in np.split(order, np.flatnonzero(np.diff(part[order])) + 1) if len(one)]


def _at_hubs(graph: Graph, side: Codes, other: Codes, most: int) -> Bools:
    """Which payments are at an account of `side` that has more than `most` parties on the other side."""
    busy = np.flatnonzero(np.bincount(side)[side] > most) if len(side) else np.empty(0, np.int64)
    pairs = np.unique(graph.pair(side[busy], other[busy])) // len(graph.accounts)
    hub = np.bincount(pairs, minlength=len(graph.accounts)) > most
    return np.asarray(hub[side], dtype=np.bool_)


def _layer(graph: Graph, edges: Ints, search: LayerSearch) -> Layer:
    payers, payees = np.unique(graph.payer[edges]), np.unique(graph.payee[edges])
    pairs = len(np.unique(graph.pair(graph.payer[edges], graph.payee[edges])))
    filled = 1000 * pairs // (len(payers) * len(payees))
    return Layer(edges, payers, payees, filled, filled < search.filled_permille)


@dataclass(frozen=True)
class Stack:
    """Two layers with accounts between them: edges into and out of these."""

    middles: Codes
    into: Ints
    out: Ints


def stacks(graph: Graph, found: list[Layer], least_middles: int, delay_us: int) -> list[Stack]:
    """Pairs of layers of which the second pays from at least `least_middles` accounts that the first pays into, begins
    not before it and within the delay of its end."""
    paying: dict[int, list[int]] = {}
    for number, layer in enumerate(found):
        for account in layer.payers.tolist():
            paying.setdefault(account, []).append(number)
    made = []
    for upper in found:
        shared = Counter(each for account in upper.payees.tolist() for each in paying.get(account, ()))
        for number in sorted(each for each, count in shared.items() if count >= least_middles):
            lower = found[number]
            first, until = graph.time[upper.edges[0]], graph.latest[upper.edges].max() + delay_us
            if lower is upper or not first <= graph.time[lower.edges[0]] <= until:
                continue
            middles = np.intersect1d(upper.payees, lower.payers)
            into = upper.edges[np.isin(graph.payee[upper.edges], middles)]
            out = lower.edges[np.isin(graph.payer[lower.edges], middles)]
            out = out[~np.isin(out, into)]
            if len(out):
                made.append(Stack(middles, into, out))
    return made
