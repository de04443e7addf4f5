"""What moved among accounts that hang together, or through them: the payments that make one circle of them.

Two ways count: from one of them to another; and from an outsider who pays several of them, or to one whom several of
them pay, where these pass on what they get. Payments between accounts openly of one hand are nobody's secret and count
for neither. Accounts that such payments connect are one circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from veedor.money.shells.groups import Group
from veedor.money.shells.sharing import one_hand

Row = dict[str, Any]


@dataclass(frozen=True)
class Moved:
    """One payment of a circle; `size` in units of the circle's exponent."""

    payment: int
    payer: str
    payee: str
    time: int
    size: int
    entries: tuple[tuple[bytes, int], ...]


@dataclass(frozen=True)
class Circle:
    """`rows` of `shell_money` by member that takes part; payments `inside` and `through` in order of time; `ties` what
    its pairs have in common."""

    currency: str
    exponent: int
    rows: Mapping[str, Row]
    inside: tuple[Moved, ...]
    through: tuple[Moved, ...]
    ties: Mapping[tuple[str, str], tuple[Row, ...]]
    names: Mapping[str, str | None]
    busy: int

    @property
    def payments(self) -> tuple[Moved, ...]:
        return tuple(sorted((*self.inside, *self.through), key=lambda one: (one.time, one.payment)))

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(self.rows)

    def own(self, account: str) -> int:
        """What an account moved in this circle, in and out."""
        return sum(one.size for one in (*self.inside, *self.through) if account in (one.payer, one.payee))

    def turnover(self, account: str) -> int:
        """What it ever moved."""
        row = self.rows[account]
        return (int(row["received"]) + int(row["sent"])) * _scale(self.exponent, row)


def circles(group: Group, known: Mapping[str, Row], rows: Sequence[Row], passed_permille: int) -> Iterator[Circle]:
    """All circles of a group in one currency, by smallest member. `known` says who stands at each member's account,
    `rows` are those of `shell_money` in that currency, by account."""
    of_member = {row["account"]: row for row in rows}
    exponent = max(row["exponent"] for row in rows)
    inside = _inside(group, known, of_member, exponent)
    through = _through(group, of_member, exponent, passed_permille)
    edges: dict[str, set[str]] = defaultdict(set)
    for one in (*inside, *through):
        edges[one.payer].add(one.payee)
        edges[one.payee].add(one.payer)
    seen: set[str] = set()
    for start in sorted(of_member):
        if start in seen or start not in edges:
            continue
        part = _reached(start, edges)
        seen |= part
        members = [account for account in sorted(of_member) if account in part]
        own_inside = tuple(one for one in inside if one.payer in part)
        own_through = tuple(one for one in through if one.payer in part)
        if len(members) < 2 or not (own_inside or _both_ends(own_through, set(members))):
            continue
        pairs = {pair: group.ties[pair] for pair in combinations(members, 2) if pair in group.ties}
        yield Circle(
            rows[0]["currency"], exponent, {account: of_member[account] for account in members}, own_inside,
            own_through, pairs, {account: known[account]["name"] for account in members},
            sum(of_member[account]["outcome"] == "busy" for account in members),
        )  # fmt: skip


def _inside(group: Group, known: Mapping[str, Row], rows: Mapping[str, Row], exponent: int) -> list[Moved]:
    found: dict[int, Moved] = {}
    members = set(group.members)
    for account, row in rows.items():
        for each in row["moved"]:
            other = each["other"]
            if other in members and other in rows and not one_hand(known[account], known[other]):
                found.setdefault(each["payment"], _moved(account, row, each, exponent))
    return _in_order(found)


def _through(group: Group, rows: Mapping[str, Row], exponent: int, passed_permille: int) -> list[Moved]:
    """Payments of members that pass money on, with outsiders with whom two of them deal in the same direction."""
    members = set(group.members)
    dealt: dict[tuple[str, bool], set[str]] = defaultdict(set)
    passers = {
        account: row
        for account, row in rows.items()
        if row["outcome"] == "looked_at" and row["passed_permille"] >= passed_permille
    }
    for account, row in passers.items():
        for each in row["moved"]:
            if each["other"] not in members:
                dealt[each["other"], each["incoming"]].add(account)
    found: dict[int, Moved] = {}
    for account, row in passers.items():
        for each in row["moved"]:
            if len(dealt.get((each["other"], each["incoming"]), ())) > 1:
                found[each["payment"]] = _moved(account, row, each, exponent)
    return _in_order(found)


def _both_ends(payments: Sequence[Moved], members: set[str]) -> bool:
    """Without a payment among themselves, money must come from one hand and go to one hand."""
    return any(one.payee in members for one in payments) and any(one.payer in members for one in payments)


def _moved(account: str, row: Row, each: Row, exponent: int) -> Moved:
    payer, payee = (each["other"], account) if each["incoming"] else (account, each["other"])
    entries = tuple(
        (each[f"{side}_deposit"], each[f"{side}_row"])
        for side in ("debit", "credit")
        if each[f"{side}_deposit"] is not None
    )
    return Moved(each["payment"], payer, payee, each["time"], int(each["size"]) * _scale(exponent, row), entries)


def _scale(exponent: int, row: Row) -> int:
    return int(10 ** (exponent - row["exponent"]))


def _in_order(found: Mapping[int, Moved]) -> list[Moved]:
    return sorted(found.values(), key=lambda one: (one.time, one.payment))


def _reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for other in edges[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found
