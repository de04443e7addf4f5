"""Transfers that lack what FATF Recommendation 16 asks to go with them, by the bank that sent them.

Asked of a cross-border transfer: the originator's name, account (or a reference of the transaction) and address,
national identity or customer number, or date and place of birth; the beneficiary's name and account or
reference. A name that names nobody ("one of our customers", "xxxxx") is none. Of sums up to 1,000 USD or EUR states
may ask for names and accounts alone, and inside one country the accounts are enough (interpretive note to the
Recommendation). A bank whose every transfer lacks the same may have a poor system; one that leaves it out of a few has
chosen them, unless they are so few, or fall so much on anybody, as slips do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import ByKey, Owner, Read
from veedor.engine.findings import Evidence, Finding, Reason, Term, findings_table
from veedor.formats.arrow import one_piece
from veedor.kernel.parameters import parameters_digest
from veedor.money import columns
from veedor.money.amounts import permille
from veedor.money.judging import EXPERT, stepped
from veedor.money.places import country
from veedor.money.wires.missing_innocence import Lacking, collected, is_small, slips, small, system
from veedor.registers.names import names_nobody
from veedor.tables import FINDINGS, TRANSFERS, Table

_WHATS = ("name", "account", "address", "identifiers", "country", "agent")
_NEEDED = (
    "kind", "uetr", "transaction_id", "end_to_end_id", "instruction_id", "time", "amount_units", "amount_exponent",
    "currency", "simulated", "instructing_agent", "deposit", "row",
    *(f"{side}_{what}" for side in ("debtor", "creditor") for what in _WHATS),
)  # fmt: skip
_FIELDS = ("originator_name", "originator_account", "originator_detail", "beneficiary_name", "beneficiary_account")


@dataclass(frozen=True)
class MissingParameters:
    """`least_missing` transfers of a bank, fewer are slips and no habit; small ones are those of at most `small_units`
    in USD or EUR, the sum that Recommendation 16 names; total from which a bank is shown, in thousandths of log10."""

    least_missing: int = 3
    small_units: int = 1000
    missing_report_milli_log10: int = 800


@dataclass(frozen=True)
class FindMissingParties:
    """Detector `missing_parties`: customers' transfers by the originator's bank, else the sender, in; findings out."""

    parameters: MissingParameters = MissingParameters()
    name: str = "missing_parties"
    version: int = 3
    reads: tuple[Read, ...] = (
        Read(TRANSFERS, ByKey(("debtor_agent", "instructing_agent")), _NEEDED, (("kind", "=", "transfer"),)),
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: MissingParameters) -> pa.Table:
        rows = tables["transfers"]
        banks = one_piece(pc.coalesce(rows["debtor_agent"], rows["instructing_agent"]))
        here = columns.known(banks)
        here[here] = columns.in_bucket(banks.filter(pa.array(here)), owner)
        kept = rows.append_column("bank", banks).filter(pa.array(here))
        times = kept["time"].cast(pa.int64()).to_pylist()
        by_bank: dict[str, list[dict[str, Any]]] = {}
        for row, time in zip(kept.drop(["time"]).to_pylist(), times, strict=True):
            by_bank.setdefault(row["bank"], []).append(row | {"time_us": time})
        found = []
        for bank in sorted(by_bank):
            ordered = sorted(by_bank[bank], key=lambda row: (row["time_us"], row["deposit"], row["row"]))
            finding = _finding(bank, ordered, parameters)
            found += [finding] if finding is not None else []
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def missing(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Which of the required data a transfer lacks. A reference of the transaction stands for an account."""
    traced = any(row[name] for name in ("uetr", "transaction_id", "end_to_end_id"))
    has = (
        _named(row["debtor_name"]), row["debtor_account"] or traced, row["debtor_address"] or row["debtor_identifiers"],
        _named(row["creditor_name"]), row["creditor_account"] or traced,
    )  # fmt: skip
    return tuple(field for field, value in zip(_FIELDS, has, strict=True) if not value)


def _named(name: str | None) -> bool:
    return name is not None and not names_nobody(name)


def inside_one_country(row: Mapping[str, Any]) -> bool | None:
    """Whether payer and payee are in one country; None where that is not said of both."""
    ends = [row[f"{side}_country"] or country(row[f"{side}_account"], row[f"{side}_agent"])
            for side in ("debtor", "creditor")]  # fmt: skip
    return None if None in ends else ends[0] == ends[1]


def _asked(row: Mapping[str, Any]) -> bool:
    """Not of a transfer inside one country that has both accounts, or a reference: there nothing more is asked."""
    return not inside_one_country(row) or any(field.endswith("_account") for field in missing(row))


def _wanted(row: Mapping[str, Any], parameters: MissingParameters) -> tuple[str, ...]:
    """What a transfer lacks that is asked of its sum."""
    fields = missing(row)
    less = is_small(row, parameters.small_units)
    return tuple(each for each in fields if each != "originator_detail") if less else fields


def _finding(bank: str, rows: Sequence[Mapping[str, Any]], parameters: MissingParameters) -> Finding | None:
    asked = [row for row in rows if _asked(row)]
    left_out = [missing(row) for row in asked]
    every = (Lacking(row, _wanted(row, parameters)) for row in asked)
    lacking = [each for each in every if each.fields]
    if len(lacking) < parameters.least_missing:
        return None
    counts = {field: sum(field in each.fields for each in lacking) for field in _FIELDS}
    terms = _terms(lacking, left_out)
    innocent = (
        system(left_out),
        small(lacking, parameters.small_units),
        slips(lacking, asked),
        collected(lacking),
    )
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < parameters.missing_report_milli_log10:
        return None
    start, end = lacking[0].row["time_us"], lacking[-1].row["time_us"]
    values: dict[str, int | str] = {
        "bank": bank, "payments": len(lacking), "of": len(asked), "start_us": start, "end_us": end, **counts,
    }  # fmt: skip
    return Finding(
        kind="missing_parties",
        subject=f"bank:{bank}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=any(each.row["simulated"] for each in lacking),
        terms=terms,
        reasons=(Reason("finding.missing_parties", values), Reason("finding.missing_parties.fields", values)),
        evidence=[Evidence(row["deposit"], row["row"], row["row"], "role.message") for row, _ in lacking],
        innocent=innocent,
        searched=(
            Reason("searched.missing_parties", {"payments": len(rows)}),
            Reason("searched.missing_parties.inside", {"payments": len(rows) - len(asked)}),
        ),
    )


def _terms(lacking: Sequence[Lacking], left_out: Sequence[tuple[str, ...]]) -> tuple[Term, ...]:
    nameless = sum(any(field.endswith("_name") for field in each.fields) for each in lacking)
    crossing = sum(inside_one_country(each.row) is False for each in lacking)
    share = permille(sum(map(bool, left_out)), len(left_out))
    return (
        Term("term.missing.count", stepped(len(lacking), ((20, 900), (5, 600), (2, 300)), 0), EXPERT,
             {"payments": len(lacking)}),
        Term("term.missing.names", stepped(permille(nameless, len(lacking)), ((500, 700), (1, 400)), 0), EXPERT,
             {"payments": nameless}),
        Term("term.missing.selective", stepped(1000 - share, ((900, 500), (500, 200)), 0), EXPERT,
             {"share_permille": share, "payments": len(left_out)}),
        Term("term.missing.crossing", stepped(permille(crossing, len(lacking)), ((500, 300), (1, 100)), 0), EXPERT,
             {"payments": crossing}),
    )  # fmt: skip
