"""What was found in a graph: instances with their edges, routines, and searches that were cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from veedor.money import amounts, columns
from veedor.money.columns import Codes, Ints
from veedor.money.ledger import DAY_US
from veedor.money.networks.graph import Graph

Numbers = Mapping[str, int | str]

_LEAST_KEPT, _MOST_KEPT = 700, 1100


def _none() -> Ints:
    return np.empty(0, np.int64)


@dataclass(frozen=True)
class Found:
    """One row of `networks` as edges and codes of its graph. `other` is -1 where there is none; `roles` are message
    keys, `role_of` says which of them each edge has."""

    kind: str
    account: int
    outcome: str
    first: int
    end_us: int
    other: int = -1
    size: int = 0
    numbers: tuple[tuple[str, int | str], ...] = ()
    edges: Codes = field(default_factory=_none)
    roles: tuple[str, ...] = ()
    role_of: Ints = field(default_factory=_none)


def instance(
    graph: Graph,
    kind: str,
    account: int,
    size: int,
    parts: Sequence[tuple[str, Codes]],
    numbers: Numbers,
    other: int = -1,
) -> Found:
    """A pattern that was found. `parts`: edges by their role; no edge has two roles. One that passes on much less or
    more than came has no `size`."""
    edges = np.concatenate([each for _, each in parts])
    role_of = np.repeat(np.arange(len(parts)), [len(each) for _, each in parts])
    order = np.argsort(edges, kind="stable")
    edges = edges[order]
    return Found(
        kind, account, "found", int(edges[0]), int(graph.time[edges].max()), other,
        size if _LEAST_KEPT <= int(numbers.get("kept_permille", 1000)) <= _MOST_KEPT else 0,
        tuple(sorted(numbers.items())), edges, tuple(role for role, _ in parts), role_of[order],
    )  # fmt: skip


def routine(graph: Graph, kind: str, account: int, first: int, other: int = -1) -> Found:
    """What lasts longer than a pattern may: only where it begins is told."""
    return Found(kind, account, "routine", first, int(graph.time[first]), other)


def cut(graph: Graph, kind: str, outcome: str, accounts: Codes, edges: Codes) -> Iterator[Found]:
    """Payments that were not followed: one row for each account and day (UTC), with their number."""
    days = graph.time[edges] // DAY_US
    order = columns.in_order(accounts, edges)
    accounts, edges, days = accounts[order], edges[order], days[order]
    new = np.ones(len(edges), np.bool_)
    new[1:] = (accounts[1:] != accounts[:-1]) | (days[1:] != days[:-1])
    firsts = np.flatnonzero(new)
    counts = np.diff(np.append(firsts, len(edges)))
    starts = graph.time[edges[firsts]]
    for account, first, start, count in zip(
        accounts[firsts].tolist(), edges[firsts].tolist(), starts.tolist(), counts.tolist(), strict=True
    ):
        yield Found(kind, account, outcome, first, start, numbers=(("payments", count),))


def unfinished(graph: Graph, kind: str, account: int, first: int, payments: int) -> Found:
    """A run of so many payments of which the search for a part of it ended before it was through."""
    start = int(graph.time[first])
    return Found(kind, account, "budget", first, start, numbers=(("payments", payments),))


def money(graph: Graph, edges: Codes) -> str:
    """The exact sum of these payments as people write it."""
    return amounts.text(graph.total(edges), graph.exponent, graph.currency)


def share(graph: Graph, part: Codes, whole: Codes) -> int:
    """One sum by another, per mille; at most a thousandfold."""
    return min(amounts.permille(graph.total(part), graph.total(whole)), 10**6)
