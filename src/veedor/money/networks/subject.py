"""A pattern seen from the account it is told of: its own payments in the pattern, with all its others beside them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.findings import Evidence, Reason
from veedor.money import columns
from veedor.money.instances import Instance
from veedor.money.ledger import Ledger

Row = dict[str, Any]


@dataclass(frozen=True)
class Network:
    """A row of `networks` with the instance that its account's own payments in it make; `cut`: payments of searches
    for this pattern that were not followed at this account; `alike`: accounts of the currency with such a pattern that
    is at least as large."""

    row: Row
    instance: Instance
    cut: int
    alike: int

    @property
    def numbers(self) -> Mapping[str, int | str]:
        return {each["name"]: each["number"] if each["text"] is None else each["text"] for each in self.row["numbers"]}

    def number(self, name: str) -> int:
        return int(self.numbers[name])

    @property
    def span(self) -> tuple[int, int]:
        return int(self.row["start"]), int(self.row["end"])

    @property
    def evidence(self) -> list[Evidence]:
        return [
            Evidence(item["deposit"], item["row"], item["last_row"], item["role"]) for item in self.row["all_evidence"]
        ]

    def searched(self, missing: int) -> tuple[Reason, ...]:
        """What was looked at, and what was not."""
        first = Reason("searched.network", {"missing": missing})
        return (first, Reason("searched.network.cut", {"payments": self.cut})) if self.cut else (first,)


def networks(rows: pa.Table, alike: pa.Table, made: Sequence[Ledger], delay_us: int) -> Iterator[Network]:
    """The patterns that were found among `rows` of `networks`; `alike` names all found ones of all accounts."""
    plain = _plain(rows)
    cut: dict[tuple[str, str, str], int] = {}
    for row in plain:
        if row["outcome"] in ("hub", "budget"):
            at = row["account"], row["kind"], row["currency"]
            cut[at] = cut.get(at, 0) + row["numbers"][0]["number"]
    sizes = _sizes(alike)
    of_account = {}
    for ledger in made:
        traced, ids = ledger.traced(delay_us), columns.integers(ledger.payments["payment"])[ledger.payment]
        for group, (account, currency) in enumerate(
            zip(ledger.group_account.tolist(), ledger.group_currency.tolist(), strict=True)
        ):
            of_account[str(ledger.accounts[account].as_py()), ledger.currencies[currency]] = ledger, group, traced, ids
    for row in joined([row for row in plain if row["outcome"] == "found"]):
        ledger, group, traced, ids = of_account[row["account"], row["currency"]]
        own = {member["payment"] for member in row["payments"]}
        history = np.arange(ledger.starts[group], ledger.starts[group + 1])
        members = history[np.isin(ids[history], np.array(sorted(own), np.int64))]
        at = row["account"], row["kind"], row["currency"]
        instance = Instance(ledger, group, members, *traced)
        yield Network(row, instance, cut.get(at, 0), _at_least(sizes[row["kind"], row["currency"]], row["size"]))


def _sizes(alike: pa.Table) -> dict[tuple[str, str], list[int]]:
    """Of each kind and currency the largest size at each account, ascending."""
    largest = alike.group_by(["kind", "currency", "account"]).aggregate([("size", "max")]).to_pylist()
    sizes: dict[tuple[str, str], list[int]] = {}
    for row in largest:
        sizes.setdefault((row["kind"], row["currency"]), []).append(row["size_max"])
    return {key: sorted(values) for key, values in sizes.items()}


def _at_least(sizes: Sequence[int], size: int) -> int:
    return len(sizes) - bisect_left(sizes, size)


_JOINED = {"cycle": "circle", "simple_cycle": "circle", "scatter_gather": "scatter_gather"}


def joined(rows: Sequence[Row]) -> list[Row]:
    """The same rows with those of one account that share payments joined: all rounds of one ring are one pattern, and
    so is what one source spreads and several sinks gather. The largest that begins first lends its numbers, temporal
    before simple."""
    groups: list[tuple[set[int], list[Row]]] = []
    kept = []
    for row in sorted(rows, key=lambda row: (row["currency"], row["kind"], row["start"], row["first_payment"])):
        if row["kind"] not in _JOINED:
            kept.append(row)
            continue
        payments = {member["payment"] for member in row["payments"]}
        members = [row]
        apart = []
        for others, already in groups:
            same = all(already[0][name] == row[name] for name in ("account", "currency"))
            same = same and _JOINED[already[0]["kind"]] == _JOINED[row["kind"]]
            if same and others & payments:
                payments, members = payments | others, already + members
            else:
                apart.append((others, already))
        groups = [*apart, (payments, members)]
    return kept + [_one(members) for _, members in groups]


def _one(rows: Sequence[Row]) -> Row:
    """Rows joined to one; the first stands for all."""
    if len(rows) == 1:
        return rows[0]
    first = min(rows, key=lambda row: (row["kind"], -row["size"], row["start"], row["first_payment"], row["other"]))
    members = {member["payment"]: member for row in rows for member in row["payments"]}
    evidence = {(item["deposit"], item["row"]): item for row in rows for item in row["all_evidence"]}
    cycles = sum(each["number"] for row in rows for each in row["numbers"] if each["name"] == "cycles")
    return first | {
        "start": min(row["start"] for row in rows),
        "end": max(row["end"] for row in rows),
        "numbers": [each | {"number": cycles} if each["name"] == "cycles" else each for each in first["numbers"]],
        "further": len({row["other"] for row in rows}) - 1,
        "payments": [members[payment] for payment in sorted(members)],
        "all_evidence": list(evidence.values()),
        "simulated": any(row["simulated"] for row in rows),
    }


def _plain(rows: pa.Table) -> list[Row]:
    """Rows as dictionaries with times in microseconds."""
    for name in ("start", "end"):
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(columns.integers(rows[name])))
    return rows.to_pylist()
