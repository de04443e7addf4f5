"""Detector `holder_details`: what banks know of their customers, one row for each detail of an account, in the form in
which details are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from veedor.engine.detector import ByKey, Owner, Read
from veedor.money.shells import details
from veedor.tables import ACCOUNT_HOLDERS, ACCOUNTS, HOLDER_DETAILS, Table

Row = dict[str, Any]
_PLAIN = {"address": details.address, "phone": details.phone, "email": details.email, "device": details.device}
_DESCRIBED = ("account", "holder", "holder_address", "holder_town", "simulated", "deposit", "row")


@dataclass(frozen=True)
class DetailParameters:
    """There is nothing to set."""


@dataclass
class _Account:
    """All that sources say of one account: its people, and each detail with the first row that says it."""

    name: tuple[tuple[bytes, int], str] | None = None
    holders: set[str] = field(default_factory=set)
    officers: set[str] = field(default_factory=set)
    found: dict[str, Row] = field(default_factory=dict)

    def named(self, written: str | None, record: tuple[bytes, int]) -> None:
        if written and (self.name is None or record < self.name[0]):
            self.name = (record, written)

    def add(self, kind: str, form: str | None, written: str | None, row: Row) -> None:
        """Notes a detail; rows come in order of their records, so the first stands for all."""
        if form is None:
            return
        detail = f"{kind}:{form}"
        new = {
            "detail": detail, "kind": kind, "written": written, "since": row.get("since"), "until": row.get("until"),
            "simulated": row["simulated"], "deposit": row["deposit"], "row": row["row"],
        }  # fmt: skip
        known = self.found.setdefault(detail, new)
        known["since"] = _earliest(known["since"], new["since"])
        known["until"] = _latest(known["until"], new["until"])
        known["simulated"] |= new["simulated"]


@dataclass(frozen=True)
class ListDetails:
    """Detector `holder_details`: an account's customer rows and descriptions in, its details out."""

    parameters: DetailParameters = DetailParameters()
    name: str = "holder_details"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(ACCOUNT_HOLDERS, ByKey(("account",))),
        Read(ACCOUNTS, ByKey(("account",)), _DESCRIBED),
    )
    writes: Table = HOLDER_DETAILS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: DetailParameters) -> pa.Table:
        accounts: dict[str, _Account] = {}
        for row in _in_order(tables["account_holders"]):
            _take_in(accounts.setdefault(row["account"], _Account()), row)
        for row in _in_order(tables["accounts"]):
            _described(accounts.setdefault(row["account"], _Account()), row)
        rows = [
            found | {
                "account": account, "name": known.name[1] if known.name else None,
                "holders": sorted(known.holders), "officers": sorted(known.officers - known.holders),
            }
            for account, known in accounts.items()
            for found in known.found.values()
        ]  # fmt: skip
        made = pa.Table.from_pylist(rows, schema=HOLDER_DETAILS.schema)
        return made.sort_by([(name, "ascending") for name in HOLDER_DETAILS.order])


def _in_order(rows: pa.Table) -> Iterator[Row]:
    ordered = rows.sort_by([("deposit", "ascending"), ("row", "ascending")])
    for batch in ordered.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


def _take_in(account: _Account, row: Row) -> None:
    """A row of a bank's customer file."""
    known = details.identities(row["name"], row["identifier"])
    if details.is_holder(row["role"]):
        account.named(row["name"], (row["deposit"], row["row"]))
        account.holders |= set(known)
    else:
        account.officers |= set(known)
        # One detail for one person: by number where there is one, for names are several people's.
        account.add("officer", known[0] if known else None, row["name"], row)
    for kind, form in _PLAIN.items():
        account.add(kind, form(row[kind]), row[kind], row)


def _described(account: _Account, row: Row) -> None:
    """What a statement says of the account it is of."""
    account.named(row["holder"], (row["deposit"], row["row"]))
    account.holders |= set(details.identities(row["holder"], None))
    written = ", ".join(part for part in (row["holder_address"], row["holder_town"]) if part)
    account.add("address", details.address(written), written, row)


def _earliest(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else min(one, other)


def _latest(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)
