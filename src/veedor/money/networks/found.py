"""From edges of the graph to rows of the table `networks`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.money import amounts, columns
from veedor.money.columns import Ints
from veedor.money.ledger import DAY_US
from veedor.money.networks.graph import Graph
from veedor.tables import NETWORKS

Numbers = Mapping[str, int | str]
Row = dict[str, Any]

_LEAST_KEPT, _MOST_KEPT = 700, 1100
_EDGES, _ROLES = "edges", "roles"
_MEMBER = ("payment", "payer", "payee", "role")
_SHOWN = ("payment", "payer", "payee", "simulated", "debit_deposit", "debit_row", "credit_deposit", "credit_row")


def instance(
    graph: Graph,
    kind: str,
    account: int,
    size: int,
    parts: Sequence[tuple[str, Ints]],
    numbers: Numbers,
    other: int | None = None,
) -> Row:
    """A row for a pattern that was found. `parts`: edges by their role (a message key); no edge has two roles. One
    that passes on much less or more than came has no `size`."""
    edges = np.concatenate([each for _, each in parts])
    roles = [role for role, each in parts for _ in range(len(each))]
    order = np.argsort(edges, kind="stable")
    edges, roles = edges[order], [roles[at] for at in order.tolist()]
    return {
        **_place(graph, kind, account, "found", edges[0]),
        "end": int(graph.time[edges].max()),
        "other": "" if other is None else graph.account(other),
        "size": size if _LEAST_KEPT <= int(numbers.get("kept_permille", 1000)) <= _MOST_KEPT else 0,
        "numbers": [_value(name, value) for name, value in sorted(numbers.items())],
        _EDGES: edges,
        _ROLES: roles,
    }


def with_payments(graph: Graph, rows: Sequence[Row]) -> list[Row]:
    """Rows of this graph with their payments and entries, which are looked up for all of them at once."""
    every = [row[_EDGES] for row in rows if _EDGES in row]
    if not every:
        return list(rows)
    taken = columns.take(graph.payments, np.concatenate(every))
    shown = {name: taken[name].to_pylist() for name in taken.column_names if name in _SHOWN}
    made, low = [], 0
    for row in rows:
        if _EDGES not in row:
            made.append(row)
            continue
        plain = dict(row)
        edges, roles = plain.pop(_EDGES), plain.pop(_ROLES)
        span = slice(low, low + len(edges))
        low += len(edges)
        mine = {name: values[span] for name, values in shown.items()}
        members = zip(mine["payment"], mine["payer"], mine["payee"], roles, strict=True)
        made.append(
            plain
            | {
                "payments": [dict(zip(_MEMBER, member, strict=True)) for member in members],
                "all_evidence": _evidence(mine, roles),
                "simulated": any(mine["simulated"]),
            }
        )
    return made


def routine(graph: Graph, kind: str, account: int, first: int, other: int | None = None) -> Row:
    """A row for what lasts longer than a pattern may: only where it begins is told."""
    return {
        **_place(graph, kind, account, "routine", first),
        "other": "" if other is None else graph.account(other),
    }


def cut(graph: Graph, kind: str, outcome: str, accounts: Ints, edges: Ints) -> list[Row]:
    """Rows for payments that were not followed: one for each account and day (UTC), with their number."""
    days = graph.time[edges] // DAY_US
    made: dict[tuple[int, int], Row] = {}
    for account, day, edge in zip(accounts.tolist(), days.tolist(), edges.tolist(), strict=True):
        row = made.get((account, day))
        if row is None:
            row = _place(graph, kind, account, outcome, edge) | {"numbers": [_value("payments", 0)]}
            made[account, day] = row
        row["numbers"][0]["number"] += 1
    return list(made.values())


def table(rows: Sequence[Row]) -> pa.Table:
    """Rows of `networks` in declared order."""
    made = pa.Table.from_pylist(list(rows), schema=NETWORKS.schema)
    return made.sort_by([(name, "ascending") for name in NETWORKS.order])


def money(graph: Graph, edges: Ints) -> str:
    """The exact sum of these payments as people write it."""
    return amounts.text(graph.total(edges), graph.exponent, graph.currency)


def share(graph: Graph, part: Ints, whole: Ints) -> int:
    """One sum by another, per mille; at most a thousandfold."""
    return min(amounts.permille(graph.total(part), graph.total(whole)), 10**6)


def _place(graph: Graph, kind: str, account: int, outcome: str, edge: int) -> Row:
    moment = int(graph.time[edge])
    return {
        "account": graph.account(account),
        "kind": kind,
        "outcome": outcome,
        "currency": graph.currency,
        "start": moment,
        "end": moment,
        "first_payment": int(graph.ids[edge]),
        "other": "",
        "size": 0,
        "numbers": [],
        "payments": [],
        "all_evidence": [],
        "simulated": False,
    }


def _value(name: str, value: int | str) -> Row:
    text = isinstance(value, str)
    return {"name": name, "number": None if text else int(value), "text": value if text else None}


def _evidence(shown: Mapping[str, list[Any]], roles: Sequence[str]) -> list[Row]:
    """Entries of these payments: the payer's own entry of each first, then the payee's, so that a cut at 200 rows
    still shows as many payments as it can."""
    own, other = [], []
    sides = [(shown[f"{side}_deposit"], shown[f"{side}_row"]) for side in ("debit", "credit")]
    for at, role in enumerate(roles):
        found = [
            {"deposit": deposits[at], "row": rows[at], "last_row": rows[at], "role": role}
            for deposits, rows in sides
            if deposits[at] is not None
        ]
        own += found[:1]
        other += found[1:]
    return own + other
