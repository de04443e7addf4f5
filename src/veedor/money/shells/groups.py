"""Which accounts hang together by rare details: pairs weighed by what they have in common, and what they make up.

What few accounts have says more than what many have, a device more than an address; kinds add up, of one kind the
rarest detail counts. Accounts openly of one hand are no pair. A group that is too large is cut at stronger
and stronger ties, so that a chain of weak ones does not make one group of a town.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pyarrow as pa

from veedor.money.shells.sharing import one_hand

Row = dict[str, Any]
Pair = tuple[str, str]

# Thousandths of log10 by the number of accounts that have the detail: up to 3, 6, 12, 40.
_UP_TO = (3, 6, 12, 40)
_WEIGHTS: Mapping[str, tuple[int, ...]] = {
    "device": (900, 700, 500, 200),
    "email": (800, 600, 400, 200),
    "phone": (800, 600, 400, 100),
    "officer": (700, 500, 300, 100),
    "address": (500, 300, 200, 0),
}
_STRONGER = 300


@dataclass(frozen=True)
class GroupParameters:
    """From which weight on a pair is tied, in thousandths of log10, and how many accounts a group has at most."""

    tie_milli_log10: int = 500
    most_members: int = 30


@dataclass(frozen=True)
class Group:
    """Accounts that hang together, sorted; `ties` what each tied pair has in common, by kind the rarest; `too_many`:
    even by the strongest ties there are too many of them."""

    members: tuple[str, ...]
    ties: Mapping[Pair, tuple[Row, ...]] = field(default_factory=dict)
    too_many: bool = False

    @property
    def name(self) -> str:
        return self.members[0]


def weight(kind: str, accounts: int) -> int:
    """What it says that two accounts have a detail in common which so many have."""
    for most, value in zip(_UP_TO, _WEIGHTS[kind], strict=True):
        if accounts <= most:
            return value
    return 0


def groups(shared: pa.Table, parameters: GroupParameters) -> list[Group]:
    """All groups of `shared_details`, by their smallest account; whatever the order of rows."""
    ties = _ties(shared)
    totals = {pair: sum(weight(row["kind"], row["accounts"]) for row in rows) for pair, rows in ties.items()}
    found: list[Group] = []
    waiting = [(members, parameters.tie_milli_log10) for members in _parts(totals, parameters.tie_milli_log10)]
    strongest = max(totals.values(), default=0)
    while waiting:
        members, least = waiting.pop()
        if len(members) <= parameters.most_members:
            inside = set(members)
            own = {p: ties[p] for p in sorted(totals) if totals[p] >= least and inside.issuperset(p)}
            found.append(Group(members, own))
        elif least > strongest:
            found.append(Group(members, too_many=True))
        else:
            least += _STRONGER
            inside = set(members)
            stronger = {pair: total for pair, total in totals.items() if inside.issuperset(pair)}
            parts = _parts(stronger, least)
            if not parts:
                found.append(Group(members, too_many=True))
            waiting += [(part, least) for part in parts]
    return sorted(found, key=lambda group: group.name)


def _ties(shared: pa.Table) -> dict[Pair, tuple[Row, ...]]:
    by_detail: dict[str, list[Row]] = defaultdict(list)
    for row in shared.to_pylist():
        if row["outcome"] == "shared":
            by_detail[row["detail"]].append(row)
    best: dict[Pair, dict[str, Row]] = defaultdict(dict)
    for detail in sorted(by_detail):
        rows = sorted(by_detail[detail], key=lambda row: str(row["account"]))
        for one, other in combinations(rows, 2):
            if one_hand(one, other) or not _met(one, other):
                continue
            kinds = best[one["account"], other["account"]]
            known = kinds.get(one["kind"])
            if known is None or one["accounts"] < known["accounts"]:
                kinds[one["kind"]] = one
    return {pair: tuple(kinds[kind] for kind in sorted(kinds)) for pair, kinds in best.items()}


def _met(one: Row, other: Row) -> bool:
    """Whether both had it at one time, as far as days are said: a number given away later is another's."""
    return all(
        mine["until"] is None or theirs["since"] is None or theirs["since"] <= mine["until"]
        for mine, theirs in ((one, other), (other, one))
    )


def _parts(totals: Mapping[Pair, int], least: int) -> list[tuple[str, ...]]:
    """Connected accounts over pairs of at least this weight, each sorted, by the smallest."""
    root: dict[str, str] = {}

    def top(account: str) -> str:
        while root.setdefault(account, account) != account:
            root[account] = root[root[account]]
            account = root[account]
        return account

    for pair in sorted(pair for pair, total in totals.items() if total >= least):
        one, other = sorted((top(pair[0]), top(pair[1])))
        root[other] = one
    members: dict[str, list[str]] = defaultdict(list)
    for account in sorted(root):
        members[top(account)].append(account)
    return [tuple(some) for _, some in sorted(members.items())]
