"""Detector `declarations`: somebody who declared cash at a border banks much more than he declared.

A declaration makes cash look explained. Who shows one for more than it says, or again and again, hides the rest behind
it (FATF, physical transportation of cash). What is declared and never banked says nothing: most of it is spent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Reason, Term, Verdict, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import amounts, columns
from veedor.money.amounts import permille
from veedor.money.declared.people import Declarers, rows
from veedor.money.declared.runs import Moved, Run, Said, before, runs
from veedor.money.judging import EXPERT, stepped
from veedor.money.ledger import CASH, DAY_US
from veedor.registers.names.fold import fold
from veedor.registers.thresholds import in_force
from veedor.tables import CASH_DECLARATIONS, DECLARED_CASH, FINDINGS, Table

Row = dict[str, Any]
_SOON_US = 3 * DAY_US


@dataclass(frozen=True)
class DeclarationParameters:
    """Days, shares per mille; total from which on somebody is shown, in thousandths of log10."""

    declared_days: int = 10
    redeposit_days: int = 30
    beyond_permille: int = 1200
    declared_report_milli_log10: int = 1500


@dataclass(frozen=True)
class FindBeyondDeclared:
    """Detector `declarations`: cash of each person who declared some, and all declarations, in; findings out."""

    parameters: DeclarationParameters = DeclarationParameters()
    name: str = "declarations"
    version: int = 1
    reads: tuple[Read, ...] = (Read(DECLARED_CASH, ByKey(("person",))), Read(CASH_DECLARATIONS, Broadcast()))
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: DeclarationParameters) -> pa.Table:
        declared = rows(tables["cash_declarations"])
        known = Declarers.of(declared)
        inward: dict[tuple[str, str], list[Row]] = {}
        for row in declared:
            person = known.key(row["person"], row["identifier"])
            if person is not None and row["direction"] == "in":
                inward.setdefault((person, row["currency"]), []).append(row)
        found = []
        for (person, currency), cash in sorted(_by_person(tables["declared_cash"]).items()):
            if (person, currency) in inward:
                found += _findings(currency, inward[person, currency], cash, declared, parameters)
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def _by_person(table: pa.Table) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    times = columns.integers(table["time"]).tolist()
    made = [row | {"time": time} for row, time in zip(table.drop(["time"]).to_pylist(), times, strict=True)]
    for row in sorted(made, key=lambda row: (row["time"], row["account"], row["deposit"], row["row"])):
        found.setdefault((row["person"], row["currency"]), []).append(row)
    return found


@dataclass(frozen=True)
class _Person:
    """All of one person's declarations and cash in one currency, amounts in units of one place."""

    currency: str
    places: int
    declared: Sequence[Row]
    cash: Sequence[Row]
    others: Sequence[Row]
    said: Sequence[Said]
    moved: Sequence[Moved]
    runs: Sequence[Run]
    parameters: DeclarationParameters

    def beyond(self, run: Run) -> int:
        """Thousandths of what was declared that were banked."""
        return min(permille(run.banked_units, run.declared_units), 10**9)

    def money(self, units: int) -> str:
        return amounts.text(units, self.places, self.currency)


def _findings(
    currency: str, declared: Sequence[Row], cash: Sequence[Row], every: Sequence[Row],
    parameters: DeclarationParameters,
) -> list[Finding]:  # fmt: skip
    places = max(row["amount_exponent"] for row in (*declared, *cash))

    def units(row: Row) -> int:
        scale: int = 10 ** (places - row["amount_exponent"])
        return int(row["amount_units"]) * scale

    said = [Said(row["time"], units(row), at) for at, row in enumerate(declared)]
    moved = [Moved(row["time"], row["kind"] == "deposit", units(row), row["account"], at)
             for at, row in enumerate(cash)]  # fmt: skip
    mine = {(row["deposit"], row["row"]) for row in declared}
    others = [row for row in every if (row["deposit"], row["row"]) not in mine]
    cut = runs(said, moved, parameters.declared_days)
    one = _Person(currency, places, declared, cash, others, said, moved, cut, parameters)
    made = [_finding(one, run) for run in cut if one.beyond(run) >= parameters.beyond_permille]
    return [finding for finding in made if finding is not None]


def _finding(one: _Person, run: Run) -> Finding | None:
    terms = (_ratio(one, run), _again(one), _reported(one, run), _pieces(run), _accounts(run), _soon(run))
    innocent = (_habit(one, run), _redeposited(one, run), _companions(one, run), _exchanged(one, run))
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < one.parameters.declared_report_milli_log10:
        return None
    by_account: dict[str, int] = {}
    for each in run.banked:
        by_account[each.account] = by_account.get(each.account, 0) + each.units
    account = max(sorted(by_account), key=lambda name: by_account[name])
    first = one.declared[run.said[0].row]
    start, end = run.said[0].time, max(run.banked[-1].time, run.said[-1].time)
    values: dict[str, int | str] = {
        "name": first["person"], "declared": one.money(run.declared_units), "declarations": len(run.said),
        "banked": one.money(run.banked_units), "deposits": len(run.banked), "accounts": len(by_account),
        "start_us": min(start, run.banked[0].time), "end_us": end,
    }  # fmt: skip
    unnamed = sum(one.cash[each.row]["seen_as"] == "holder" for each in run.banked)
    return Finding(
        kind="beyond_declared",
        subject=f"account:{account}",
        start_us=min(start, run.banked[0].time),
        end_us=end,
        place=None,
        simulated=any(row["simulated"] for row in _rows_of(one, run)),
        terms=terms,
        reasons=(Reason("finding.beyond_declared", values), Reason("finding.beyond_declared.where", values)),
        evidence=_evidence(one, run),
        innocent=innocent,
        searched=(
            Reason("searched.declared", {"payments": len(one.cash), "declarations": len(one.declared)}),
            *([Reason("searched.declared.holder", {"payments": unnamed})] if unnamed else []),
        ),
    )


def _rows_of(one: _Person, run: Run) -> list[Row]:
    return [*(one.declared[each.row] for each in run.said), *(one.cash[each.row] for each in run.banked)]


def _evidence(one: _Person, run: Run) -> list[Evidence]:
    """What was banked (bookings before reports), then the declarations."""
    shown = [item for each in run.banked for item in one.cash[each.row]["all_evidence"]]
    said = [one.declared[each.row] for each in run.said]
    return [
        *(Evidence(item["deposit"], item["row"], item["last_row"], item["role"]) for item in shown),
        *(Evidence(row["deposit"], row["row"], row["row"], "role.declared") for row in said),
    ]


def _ratio(one: _Person, run: Run) -> Term:
    share = one.beyond(run)
    weight = stepped(share, ((3000, 900), (2000, 700), (1500, 400), (1200, 100)), -500)
    return Term("term.declared.ratio", weight, EXPERT, {"share_permille": share})


def _again(one: _Person) -> Term:
    """On how many journeys more was banked than declared: once may be a mistake."""
    count = sum(one.beyond(run) >= one.parameters.beyond_permille for run in one.runs)
    weight = stepped(count, ((3, 500), (2, 300)), 0)
    return Term("term.declared.again", weight, EXPERT, {"count": count, "of": len(one.runs)})


def _reported(one: _Person, run: Run) -> Term:
    """Whether what lies beyond the declaration is as much as one transaction that has to be reported."""
    beyond = run.banked_units - run.declared_units
    where = one.cash[run.banked[0].row]["country"]
    limit = None if where is None else in_force(where, one.currency, CASH, run.banked[0].time)
    if limit is None:
        return Term("term.declared.reported", None, EXPERT, {"moved": one.money(beyond)})
    weight = 300 if beyond >= limit.smallest_reported(one.places) else -300
    return Term("term.declared.reported", weight, EXPERT, {"moved": one.money(beyond)})


def _pieces(run: Run) -> Term:
    count = len(run.banked)
    return Term("term.declared.pieces", stepped(count, ((5, 300), (3, 150)), 0), EXPERT, {"payments": count})


def _accounts(run: Run) -> Term:
    count = len({each.account for each in run.banked})
    return Term("term.declared.accounts", stepped(count, ((3, 400), (2, 200)), 0), EXPERT, {"accounts": count})


def _soon(run: Run) -> Term:
    """How much was banked within three days of a declaration."""
    soon = sum(each.units for each in run.banked if before(run.said, each) <= _SOON_US)
    share = permille(soon, run.banked_units)
    return Term("term.declared.soon", stepped(share, ((800, 200),), 0), EXPERT, {"share_permille": share})


def _habit(one: _Person, run: Run) -> Innocent:
    """Takings: the same person banks as much on days that no declaration covers."""
    inside = sum(each.end - each.start for each in one.runs)
    first, last = one.moved[0].time, one.moved[-1].time
    outside = max(last, one.runs[-1].end) - min(first, one.runs[0].start) - inside
    covered = sum(each.banked_units for each in one.runs)
    usual = sum(each.units for each in one.moved if each.deposit) - covered
    beyond, length = run.banked_units - run.declared_units, run.end - run.start
    values: dict[str, int | str] = {"usual": one.money(usual), "days_us": outside}
    if outside < length:
        return Innocent("innocent.declared.takings", "cannot_tell", values, 0)
    share = permille(usual * length, beyond * outside)
    verdict: Verdict = "supports" if share >= 700 else "contradicts" if share < 250 else "cannot_tell"
    effect = {"supports": -1200, "contradicts": 200, "cannot_tell": 0}[verdict]
    return Innocent("innocent.declared.takings", verdict, values, effect)


def _redeposited(one: _Person, run: Run) -> Innocent:
    """Money of one's own that had been drawn in cash before, and was put back."""
    since = run.start - one.parameters.redeposit_days * DAY_US
    drawn = sum(each.units for each in one.moved if not each.deposit and since <= each.time < run.banked[-1].time)
    share = permille(drawn, run.banked_units - run.declared_units)
    verdict: Verdict = "supports" if share >= 800 else "contradicts" if share < 300 else "cannot_tell"
    effect = {"supports": -900, "contradicts": 100, "cannot_tell": 0}[verdict]
    return Innocent("innocent.declared.redeposited", verdict, {"moved": one.money(drawn)}, effect)


def _companions(one: _Person, run: Run) -> Innocent:
    """A family or a crew: others who crossed there on the same days declared the rest, and one banks it for all."""
    crossed = {(row["time"] // DAY_US, fold(row["place"] or "")) for row in (one.declared[e.row] for e in run.said)}
    together = [
        row for row in one.others
        if row["direction"] == "in" and row["currency"] == one.currency
        and (row["time"] // DAY_US, fold(row["place"] or "")) in crossed
    ]  # fmt: skip
    # Amounts of others may be written to more places than this person's.
    units: int = sum(row["amount_units"] * 10 ** (36 - row["amount_exponent"]) for row in together)
    share = permille(units, (run.banked_units - run.declared_units) * 10 ** (36 - one.places))
    values: dict[str, int | str] = {"declarations": len(together), "share_permille": min(share, 10**9)}
    # At a busy crossing strangers declare on the same day, too: they explain nothing.
    enough = share >= 800 and len(together) <= 4
    verdict: Verdict = "supports" if enough else "contradicts" if share < 300 else "cannot_tell"
    effect = {"supports": -900, "contradicts": 100, "cannot_tell": 0}[verdict]
    return Innocent("innocent.declared.companions", verdict, values, effect)


def _exchanged(one: _Person, run: Run) -> Innocent:
    """Declared in another currency and changed before it was banked: of how much, nobody can tell."""
    mine = {(fold(row["person"]), row["identifier"]) for row in one.declared}
    known = [
        row for row in one.others
        if row["direction"] == "in" and row["currency"] != one.currency and run.start <= row["time"] < run.end
        and (fold(row["person"]), row["identifier"]) in mine
    ]  # fmt: skip
    values = {"declarations": len(known)}
    if known:
        return Innocent("innocent.declared.exchanged", "cannot_tell", values, -300)
    return Innocent("innocent.declared.exchanged", "contradicts", values, 0)
