"""Detector `shells`: accounts of holders with nothing in common but a device, telephone, officer or address, and whose
money goes round among them or comes from one hand and goes to one hand through them.

A detail in common is weighed by how many accounts have it; it says little before money says that they act as one, and
least where most of what they move has nothing to do with each other. One circle in one currency is one finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import Evidence, Finding, Reason, Term, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import amounts, columns
from veedor.money.amounts import permille
from veedor.money.judging import EXPERT, stepped
from veedor.money.shells import innocent
from veedor.money.shells.circles import Circle, circles
from veedor.money.shells.details import KINDS
from veedor.money.shells.groups import GroupParameters, groups, weight
from veedor.tables import FINDINGS, SHARED_DETAILS, SHELL_MONEY, Table

Row = dict[str, Any]
_NAMED = 12


@dataclass(frozen=True)
class ShellParameters(GroupParameters):
    """Groups as in `shell_money`; which share of what an account got it must pass on for outsiders' payments to count;
    the fewest payments; total from which on a circle is shown, in thousandths of log10."""

    shell_passed_permille: int = 700
    shell_least_payments: int = 2
    shells_report_milli_log10: int = 2000


@dataclass(frozen=True)
class FindShells:
    """Detector `shells`: details in common, broadcast, and the money of whole groups in; findings out."""

    parameters: ShellParameters = ShellParameters()
    name: str = "shells"
    version: int = 2
    agrees_with: tuple[str, ...] = ("shell_money",)
    reads: tuple[Read, ...] = (Read(SHELL_MONEY, ByKey(("group",))), Read(SHARED_DETAILS, Broadcast()))
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: ShellParameters) -> pa.Table:
        shared = tables["shared_details"]
        known, details = _by_account(shared)
        of_group = _by_group(tables["shell_money"])
        found = []
        for group in groups(shared, parameters):
            by_currency = of_group.get(group.name, {})
            for _, rows in sorted(by_currency.items()):
                for circle in circles(group, known, rows, parameters.shell_passed_permille):
                    finding = _finding(circle, details, parameters)
                    found += [finding] if finding is not None else []
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def _by_account(shared: pa.Table) -> tuple[dict[str, Row], dict[tuple[str, str], Row]]:
    """A row for each account, and for each account and detail."""
    rows = shared.sort_by([(name, "ascending") for name in SHARED_DETAILS.order]).to_pylist()
    return {row["account"]: row for row in rows}, {(row["account"], row["detail"]): row for row in rows}


def _by_group(money: pa.Table) -> dict[str, dict[str, list[Row]]]:
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    ordered = money.sort_by([(name, "ascending") for name in SHELL_MONEY.order])
    place = ordered.column_names.index("moved")
    for row, moved in zip(ordered.drop(["moved"]).to_pylist(), ordered.column(place), strict=True):
        if row["outcome"] != "too_many":
            found[row["group"]][row["currency"]].append(row | {"moved": _moved(moved)})
    return found


def _moved(payments: Any) -> list[Row]:
    values = payments.values
    times = columns.integers(values.field("time")).tolist()
    names = [field.name for field in values.type if field.name != "time"]
    flat = [values.field(name).to_pylist() for name in names]
    return [dict(zip(names, each, strict=True)) | {"time": time} for time, *each in zip(times, *flat, strict=True)]


def _finding(circle: Circle, details: Mapping[tuple[str, str], Row], parameters: ShellParameters) -> Finding | None:
    payments = circle.payments
    rarest = _rarest(circle)
    if len(payments) < parameters.shell_least_payments or not rarest:
        return None
    terms = (
        *_kinds(circle, rarest), _members(circle), _share(circle), _passed(circle), _thin(circle),
    )  # fmt: skip
    tests = (
        innocent.family(circle), innocent.group_of_firms(circle), innocent.adviser(circle),
        innocent.rent_and_wages(circle),
    )  # fmt: skip
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in tests)
    if score < parameters.shells_report_milli_log10:
        return None
    start, end = payments[0].time, payments[-1].time
    shown = circle.members[:_NAMED]
    values: dict[str, int | str] = {
        "accounts": len(circle.members), "inside": len(circle.inside), "through": len(circle.through),
        "start_us": start, "end_us": end,
        "moved": amounts.text(sum(one.size for one in payments), circle.exponent, circle.currency),
        "members": ", ".join(shown) + (" …" if len(shown) < len(circle.members) else ""),
    }  # fmt: skip
    return Finding(
        kind="shells",
        subject=f"account:{max(circle.members, key=circle.own)}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=any(row["simulated"] for row in circle.rows.values()),
        terms=terms,
        reasons=(
            Reason("finding.shells", values), Reason("finding.shells.members", values),
            *(
                Reason(f"finding.shells.{kind}", {"written": rows[0]["written"] or "", "accounts": rows[0]["accounts"]})
                for kind, rows in rarest.items()
            ),
        ),
        evidence=[*_sources(circle, rarest, details), *_entries(circle)],
        innocent=tests,
        searched=(
            Reason("searched.shells", {"accounts": len(circle.members)}),
            *([Reason("searched.shells.busy", {"accounts": circle.busy})] if circle.busy else []),
        ),
    )  # fmt: skip


def _rarest(circle: Circle) -> dict[str, list[Row]]:
    """By kind, all details of it that pairs of the circle have in common, the rarest first."""
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for rows in circle.ties.values():
        for row in rows:
            found[row["kind"]].setdefault(row["detail"], row)
    return {
        kind: sorted(found[kind].values(), key=lambda row: (row["accounts"], row["detail"]))
        for kind in KINDS
        if kind in found
    }


def _kinds(circle: Circle, rarest: Mapping[str, Sequence[Row]]) -> list[Term]:
    """How few have what they have in common, and how many of them have any such thing. Who has one thing in common with
    another has the others for the same reason: the strongest counts, of the others a third."""
    found = []
    for kind, rows in rarest.items():
        pairs = (pair for pair, each in circle.ties.items() if any(row["kind"] == kind for row in each))
        tied = {account for pair in pairs for account in pair}
        few, share = rows[0]["accounts"], permille(len(tied), len(circle.members))
        full = weight(kind, few) if share >= 500 else weight(kind, few) // 2
        found.append((full, kind, {"accounts": few, "share_permille": share}))
    strongest = max(found, key=lambda each: each[0])
    return [
        Term(f"term.shells.{kind}", full if each is strongest else full // 3, EXPERT, values)
        for each in found
        for full, kind, values in (each,)
    ]


def _members(circle: Circle) -> Term:
    count = len(circle.members)
    return Term("term.shells.members", stepped(count, ((5, 600), (4, 500), (3, 300)), 0), EXPERT, {"accounts": count})


def _share(circle: Circle) -> Term:
    """How much of all that these accounts ever moved belongs to this: who has a trade of his own moves more besides."""
    own = sum(circle.own(account) for account in circle.members)
    share = permille(own, sum(circle.turnover(account) for account in circle.members))
    return Term(
        "term.shells.share", stepped(share, ((700, 700), (400, 400), (200, -200)), -800), EXPERT,
        {"share_permille": share},
    )  # fmt: skip


def _passed(circle: Circle) -> Term:
    """How much of what they ever got left again within days: the lower middle of all accounts."""
    share = amounts.median([row["passed_permille"] for row in circle.rows.values()])
    return Term(
        "term.shells.passed", stepped(share, ((800, 500), (500, 200)), 0), EXPERT, {"share_permille": share}
    )  # fmt: skip


def _thin(circle: Circle) -> Term:
    """With how many others they ever dealt."""
    parties = amounts.median([row["parties"] for row in circle.rows.values()])
    weight_of_few = 300 if parties <= 6 else 100 if parties <= 12 else -500
    return Term("term.shells.thin", weight_of_few, EXPERT, {"counterparties": parties})


def _sources(
    circle: Circle, rarest: Mapping[str, Sequence[Row]], details: Mapping[tuple[str, str], Row]
) -> list[Evidence]:
    """The rows that say what they have in common, the rarest detail of the strongest kind first."""
    return [
        Evidence(row["deposit"], row["row"], row["row"], f"role.shared_{kind}")
        for kind, rows in rarest.items()
        for shared in rows
        for account in circle.members
        if (row := details.get((account, shared["detail"]))) is not None
    ]


def _entries(circle: Circle) -> list[Evidence]:
    inside = {one.payment for one in circle.inside}
    return [
        Evidence(deposit, row, row, "role.moved_among" if one.payment in inside else "role.moved_through")
        for one in circle.payments
        for deposit, row in one.entries
    ]
