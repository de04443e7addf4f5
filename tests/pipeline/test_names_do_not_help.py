"""What aircraft, sensor tracks, accounts and holders are called changes no finding but for those names.

Addresses, track numbers and call signs are exchanged among their bearers; accounts and holders get new names. Of an
account id only what it states is kept: the country of an IBAN, the bank before the colon.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.pipeline.conftest import Ran
from tests.pipeline.whole import deposits, run, stored
from veedor.engine.read import derived, read_table
from veedor.tables import (
    ACCOUNT_HOLDERS,
    CASH_DECLARATIONS,
    CASH_TRANSACTIONS,
    ENTRIES,
    FINDINGS,
    PLOTS,
    TRANSFERS,
    Table,
)


def exchanged(values: set[Any], seed: int) -> dict[Any, Any]:
    """Another bearer for each name: a permutation without fixed points."""
    names = sorted(values)
    order = np.random.default_rng(seed).permutation(len(names)).tolist()
    return {names[order[at]]: names[order[at - 1]] for at in range(len(names))}


def renamed(account: str) -> str:
    """A new account id of the same length; country of an IBAN and bank before a colon stay."""
    bank, colon, _ = account.rpartition(":")
    kept = f"{bank}{colon}" if colon else account[:2] if account[:2].isalpha() else ""
    rest = account[len(kept) :]
    digits = str(int.from_bytes(hashlib.sha512(account.encode()).digest()))
    return kept + digits[: len(rest)]


def holder(name: str) -> str:
    """Two words that no other name has, in capitals where it is: who is meant goes by how alike the names are."""
    told = hashlib.sha256(name.casefold().encode()).hexdigest()
    new = f"{told[:10]} {told[10:20]}"
    return new.upper() if name.isupper() else new


def with_names(table: Table, rows: pa.Table, names: dict[str, Callable[[Any], Any]]) -> pa.Table:
    for column, rename in names.items():
        at = rows.column_names.index(column)
        values = [None if value is None else rename(value) for value in rows[column].to_pylist()]
        rows = rows.set_column(at, column, pa.array(values, table.schema.field(column).type))
    return table.cast(rows)


def everything_renamed() -> dict[str, tuple[Table, pa.Table]]:
    given = deposits()

    def all_of(table: Table, column: str) -> set[Any]:
        found = {value for kind, rows in given.values() if kind == table for value in rows[column].to_pylist()}
        return found - {None}

    plots = {
        column: exchanged(all_of(PLOTS, column), seed).__getitem__
        for seed, column in enumerate(("address", "sensor_track", "call_sign"))
    }
    entries = {
        **dict.fromkeys(("account", "counterparty_account"), renamed),
        **dict.fromkeys(("holder", "counterparty_name"), holder),
    }
    told = {f"{side}_account": renamed for side in ("debtor", "creditor")}
    told |= {f"{side}_name": holder for side in ("debtor", "creditor")}
    cash = {"account": renamed, "person": holder}
    customers = {"account": renamed, "name": holder}
    declared = {"person": holder, "owner": holder}
    names = {
        PLOTS.name: plots, ENTRIES.name: entries, TRANSFERS.name: told, CASH_TRANSACTIONS.name: cash,
        ACCOUNT_HOLDERS.name: customers, CASH_DECLARATIONS.name: declared,
    }  # fmt: skip
    return {name: (table, with_names(table, rows, names.get(table.name, {}))) for name, (table, rows) in given.items()}


def without_names(findings: pa.Table) -> Counter[str]:
    """Findings as what they say: kind, times, place, score with its terms and tests, evidence; no ids, no names, nor
    how alike two names are, of which the verdict stands."""
    said = []
    for row in findings.to_pylist():
        for test in (*row["terms"], *row["innocent"], *row["reasons"], *row["searched"]):
            said_in_numbers = (value for value in test["values"] if value["text"] is None)
            test["values"] = [value for value in said_in_numbers if value["name"] != "name_milli_log10"]
        for evidence in row["evidence"]:
            evidence["deposit"] = evidence["deposit"].hex()[:8]
        if row["kind"] == "site_suspect":
            # All samples make the verdict; which few of them are shown goes by the least target, that is by name.
            assert row["evidence"]
            row["evidence"], row["evidence_count"] = [], 0
        row["evidence"].sort(key=lambda each: (each["deposit"], each["row"]))
        said.append(repr({key: row[key] for key in row if key not in ("id", "anchor", "subject", "evidence_digest")}))
    return Counter(said)


@pytest.mark.long
def test_other_names_of_aircraft_accounts_and_holders_give_the_same_findings(tmp_path: Path, ran: Ran) -> None:
    given = everything_renamed()
    for name, (table, rows) in deposits().items():
        for column in {PLOTS.name: ("address",), ENTRIES.name: ("account", "holder")}.get(table.name, ()):
            before, after = rows[column].drop_null(), given[name][1][column].drop_null()
            assert not any(one == other for one, other in zip(before.to_pylist(), after.to_pylist(), strict=True))
    run(stored(tmp_path / "records", given), tmp_path / "out", layout=ran.layout)
    findings = read_table(derived(tmp_path / "out", FINDINGS))
    before, after = (set(rows["subject"].to_pylist()) for rows in (ran.found["findings"], findings))
    assert not any(subject.startswith("account:") for subject in before & after)
    assert after != before
    # Who is on a list goes by the name, and by nothing else.
    wanted, found = (
        rows.filter(pc.not_equal(rows["kind"], "listed_party")) for rows in (ran.found["findings"], findings)
    )
    assert without_names(found) == without_names(wanted)
