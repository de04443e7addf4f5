"""Chains: accounts that pass the same money on one after the other are one story, told by one finding.

`pass_through` judges each account by its own payments. Where a payment that leaves one such account is one that comes
into the next, they are a chain: the finding of its best-judged account speaks for all, with the evidence of all. An
account that passes money on all its life is a business of its own and is not joined to those it deals with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Owner, Read, Whole
from veedor.engine.findings import Evidence, Finding, Innocent, Reason, Term, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import amounts, judging
from veedor.money.accounts.paths import Piece, follow
from veedor.money.columns import integers
from veedor.tables import FINDINGS, PASSAGES, Table

Row = dict[str, Any]


@dataclass(frozen=True)
class ChainParameters:
    """What a further account that passes the same money on says for laundering, in thousandths of log10; how many
    pieces of money are followed in one chain."""

    further_account_milli_log10: int = 500
    follow_steps: int = 100_000


@dataclass(frozen=True)
class FindChains:
    """Detector `chains`: all passages in, findings pass_through out."""

    parameters: ChainParameters = ChainParameters()
    name: str = "chains"
    version: int = 2
    reads: tuple[Read, ...] = (Read(PASSAGES, Whole()),)
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: ChainParameters) -> pa.Table:
        passages = tables["passages"]
        for name in ("start", "end"):
            moments = pa.array(integers(passages[name]))
            passages = passages.set_column(passages.column_names.index(name), name, moments)
        told = [_finding(chain, parameters) for chain in _chains(passages.to_pylist())]
        return findings_table(told, self.name, self.version, parameters_digest(parameters))


def _chains(rows: Sequence[Row]) -> list[list[Row]]:
    """Passages that share payments, directly or through others: best judged first, ties by id."""
    chain_of = list(range(len(rows)))

    def root(at: int) -> int:
        while chain_of[at] != at:
            at = chain_of[at]
        return at

    holder: dict[int, int] = {}
    for number, row in enumerate(rows):
        for payment in row["payments"]:
            chain_of[root(number)] = root(holder.setdefault(payment, number))
    made: dict[int, list[Row]] = {}
    for number, row in enumerate(rows):
        made.setdefault(root(number), []).append(row)
    return [sorted(chain, key=lambda row: (-row["score_milli_log10"], row["id"])) for chain in made.values()]


def _finding(chain: Sequence[Row], parameters: ChainParameters) -> Finding:
    """The finding of the first account, with the evidence of all."""
    further = {"accounts": len({row["subject"] for row in chain}) - 1}
    first = _of(chain[0])
    terms, reasons = list(first.terms), list(first.reasons)
    if further["accounts"]:
        weight = parameters.further_account_milli_log10
        terms.append(Term("term.pass_through.chain", weight, judging.EXPERT, further))
        reasons.append(Reason("finding.pass_through.chain", further))
        reasons += _followed(chain, parameters.follow_steps)
    # By record: each account shows its own entry of a payment and the other side's.
    evidence = {(item.deposit, item.row): item for row in reversed(chain) for item in reversed(_evidence(row))}
    return replace(
        first,
        start_us=min(row["start"] for row in chain),
        end_us=max(row["end"] for row in chain),
        simulated=any(row["simulated"] for row in chain),
        terms=terms,
        reasons=reasons,
        evidence=list(reversed(evidence.values())),
    )


def _followed(chain: Sequence[Row], steps: int) -> list[Reason]:
    """How much of the money that came into the chain came out of it, and where most of the rest stayed."""
    exponent = max(row["exponent"] for row in chain)
    came: dict[int, tuple[str, int]] = {}
    moved = []
    for row in chain:
        unit, account = 10 ** (exponent - row["exponent"]), row["subject"].removeprefix("account:")
        for each in row["pieces"]:
            size, *places = (int(each[name]) * unit for name in ("size", "in_came", "in_went"))
            if each["went"] is None:
                came[each["came"]] = account, size
            else:
                moved.append(Piece(account, each["came"], each["went"], size, *places))
    found = follow(came, moved, steps)
    stayed = sorted(found.stayed.items(), key=lambda item: (-item[1], item[0]))

    def money(units: int) -> str:
        return amounts.text(units, exponent, chain[0]["currency"])

    values: dict[str, int | str] = {
        "came": money(found.came), "out": money(found.out), "stayed": money(sum(found.stayed.values())),
        "accounts": len(stayed),
    }  # fmt: skip
    said = [Reason("finding.pass_through.followed", values)]
    if stayed:
        said.append(Reason("finding.pass_through.stayed", {"account": stayed[0][0], "stayed": money(stayed[0][1])}))
    if found.cut:
        said.append(Reason("finding.pass_through.not_followed", {"cut": money(found.cut)}))
    return said


def _of(row: Row) -> Finding:
    return Finding(
        kind=row["kind"],
        subject=row["subject"],
        start_us=row["start"],
        end_us=row["end"],
        place=None,
        simulated=row["simulated"],
        terms=[Term(t["name"], t["milli_log10"], t["source"], _values(t)) for t in row["terms"]],
        reasons=[Reason(r["key"], _values(r)) for r in row["reasons"]],
        evidence=_evidence(row),
        innocent=[Innocent(i["key"], i["verdict"], _values(i), i["milli_log10"]) for i in row["innocent"]],
        searched=[Reason(r["key"], _values(r)) for r in row["searched"]],
    )


def _values(part: Mapping[str, Any]) -> dict[str, int | str]:
    return {v["name"]: v["text"] if v["number"] is None else v["number"] for v in part["values"]}


def _evidence(row: Row) -> list[Evidence]:
    return [Evidence(item["deposit"], item["row"], item["last_row"], item["role"]) for item in row["all_evidence"]]
