"""Wire stripping: the parties of one transfer differ between its legs, or a cover leaves them out.

All messages and bookings of one UETR meet in one partition. FATF Recommendation 16 (on intermediary banks)
and the Wolfsberg standards ask that what the first bank says of both parties goes along unchanged, in the cover too. A
finding names the transfer, and every leg is its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import ByKey, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Reason, Term, Verdict, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money.columns import Values
from veedor.money.judging import EXPERT, stepped
from veedor.money.wires.wire_legs import (
    BEHIND_BOOKINGS,
    SIDES,
    Differences,
    Leg,
    differences,
    of_booking,
    of_message,
    same_name,
)
from veedor.registers.names import REPORT_MILLI_LOG10, prepare, score
from veedor.tables import ENTRIES, FINDINGS, TRANSFERS, Table

_MESSAGE = (
    "reference", "kind", "uetr", "time", "simulated", "deposit", "row", "ultimate_debtor_name",
    "ultimate_creditor_name", "initiating_name",
    *(
        f"{below}{side}_{what}"
        for below in ("", "underlying_")
        for side in SIDES
        for what in ("name", "account", "address", "identifiers")
    ),
)  # fmt: skip
_BOOKING = (
    "uetr", "account", "holder", "counterparty_account", "counterparty_name", "counterparty_address",
    "counterparty_identifiers", *BEHIND_BOOKINGS, "time", "simulated", "deposit", "row",
)  # fmt: skip
_LEGS = ("transfer", "cover", "institution")


@dataclass(frozen=True)
class StrippingParameters:
    """From which total on a transfer is shown, in thousandths of log10."""

    stripping_report_milli_log10: int = 600


@dataclass(frozen=True)
class FindWireStripping:
    """Detector `wire_stripping`: messages and bookings of one UETR in, findings out."""

    parameters: StrippingParameters = StrippingParameters()
    name: str = "wire_stripping"
    version: int = 3
    reads: tuple[Read, ...] = (
        Read(TRANSFERS, ByKey(("reference",)), _MESSAGE),
        Read(ENTRIES, ByKey(("uetr",)), _BOOKING),
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: StrippingParameters) -> pa.Table:
        found = []
        for uetr, legs in sorted(legs_by_uetr(tables["transfers"], tables["entries"]).items()):
            finding = _finding(uetr, legs, parameters)
            found += [finding] if finding is not None else []
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def legs_by_uetr(transfers: pa.Table, entries: pa.Table) -> dict[str, list[Leg]]:
    """The legs of every UETR that has at least two, in order of (time, deposit, row)."""
    told = transfers.filter(pc.and_(pc.is_valid(transfers["uetr"]), pc.is_in(transfers["kind"], pa.array(_LEGS))))
    booked = entries.filter(pc.is_in(entries["uetr"], value_set=pc.unique(told["uetr"])))
    counts = pc.value_counts(pa.chunked_array([*told["uetr"].chunks, *booked["uetr"].chunks], pa.string()))
    often = np.asarray(counts.field("counts").to_numpy(zero_copy_only=False)) > 1
    several = counts.field("values").filter(pa.array(often))
    made: dict[str, list[Leg]] = {}
    accounts: dict[str, tuple[set[str], set[str]]] = {}
    for row in _rows(told, several):
        leg = of_message(row)
        made.setdefault(row["uetr"], []).append(leg)
        known = accounts.setdefault(row["uetr"], (set(), set()))
        for side in range(2):
            account = leg.parties[side].account
            if account is not None:
                known[side].add(account)
    for row in _rows(booked, several):
        booking = of_booking(row, accounts[row["uetr"]])
        if booking is not None:
            made[row["uetr"]].append(booking)
    return {
        uetr: sorted(legs, key=lambda leg: (leg.time_us, leg.deposit, leg.row))
        for uetr, legs in made.items()
        if len(legs) > 1
    }


def _rows(table: pa.Table, several: Values) -> list[dict[str, Any]]:
    kept = table.filter(pc.is_in(table["uetr"], value_set=several))
    times = kept["time"].cast(pa.int64()).to_pylist()
    return [row | {"time_us": time} for row, time in zip(kept.drop(["time"]).to_pylist(), times, strict=True)]


def _finding(uetr: str, legs: Sequence[Leg], parameters: StrippingParameters) -> Finding | None:
    found = differences(legs)
    if not found.any():
        return None
    terms = _terms(found)
    innocent = (_spelling(legs, found), _on_behalf(legs, found), _two_accounts(legs, found))
    total = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if total < parameters.stripping_report_milli_log10:
        return None
    start, end = legs[0].time_us, legs[-1].time_us
    values: dict[str, int | str] = {
        "legs": len(legs), "messages": sum(leg.message for leg in legs), "start_us": start, "end_us": end,
    }  # fmt: skip
    return Finding(
        kind="wire_stripping",
        subject=f"transfer:{uetr}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=any(leg.simulated for leg in legs),
        terms=terms,
        reasons=(Reason("finding.wire_stripping", values),),
        evidence=[
            Evidence(leg.deposit, leg.row, leg.row, "role.message" if leg.message else "role.booking") for leg in legs
        ],
        innocent=innocent,
        searched=(Reason("searched.wire_stripping", {"legs": len(legs)}),),
    )


def _terms(found: Differences) -> tuple[Term, ...]:
    return (
        Term("term.wire.accounts", stepped(found.accounts, ((2, 1300), (1, 1000)), 0), EXPERT, {"n": found.accounts}),
        Term("term.wire.names", stepped(found.names, ((2, 1200), (1, 900)), 0), EXPERT, {"n": found.names}),
        Term("term.wire.dropped", stepped(found.dropped, ((2, 900), (1, 700)), 0), EXPERT, {"n": found.dropped}),
        Term("term.wire.details", stepped(found.details, ((1, 200),), 0), EXPERT, {"n": found.details}),
        Term("term.wire.bare", stepped(found.bare, ((1, 700),), 0), EXPERT, {"n": found.bare}),
    )


def _names(legs: Sequence[Leg], side: int) -> list[str]:
    return sorted({leg.parties[side].name or "" for leg in legs if leg.parties[side].name})


def _spelling(legs: Sequence[Leg], found: Differences) -> Innocent:
    """Another spelling of one name: the two that differ most would still be taken for one person's in screening. A word
    in common is not enough: who hides a customer leaves the first word, and the legal form, as they were."""
    worth = [
        score(prepare(one), prepare(other)).milli_log10
        for side in range(2)
        for one, other in combinations(_names(legs, side), 2)
        if not same_name(one, other)
    ]
    least = min(worth, default=0)
    verdict: Verdict = (
        "cannot_tell" if not worth else "supports" if least >= REPORT_MILLI_LOG10 else "contradicts" if least < 0
        else "cannot_tell"
    )  # fmt: skip
    effect = {"supports": -700, "contradicts": 200, "cannot_tell": 0}[verdict]
    return Innocent("innocent.wire.spelling", verdict, {"name_milli_log10": least, "names": found.names}, effect)


def _on_behalf(legs: Sequence[Leg], found: Differences) -> Innocent:
    """Paid on somebody's behalf, openly: the other name stands in a message as ultimate or initiating party."""
    behind = sorted({name for leg in legs for name in leg.behind})
    if not found.names or not behind:
        return Innocent("innocent.wire.on_behalf", "cannot_tell", {"named": len(behind)}, 0)
    open_ = any(same_name(name, each) for side in range(2) for name in _names(legs, side) for each in behind)
    verdict: Verdict = "supports" if open_ else "contradicts"
    return Innocent("innocent.wire.on_behalf", verdict, {"named": len(behind)}, -900 if open_ else 0)


def _two_accounts(legs: Sequence[Leg], found: Differences) -> Innocent:
    """One holder with two account numbers, old and new or local and IBAN: accounts differ, names never."""
    if not found.accounts:
        return Innocent("innocent.wire.two_accounts", "cannot_tell", {"names": found.names}, 0)
    known = all(leg.parties[side].name for leg in legs if not leg.bare for side in range(2))
    verdict: Verdict = "contradicts" if found.names else "supports" if known else "cannot_tell"
    effect = {"supports": -500, "contradicts": 150, "cannot_tell": 0}[verdict]
    return Innocent("innocent.wire.two_accounts", verdict, {"names": found.names}, effect)
