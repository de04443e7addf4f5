"""Detector `declared_cash`: deposits and withdrawals in cash of everybody who declared cash at a border.

Reports of cash (`cash_transactions/1`) say who came to the counter; a booking of the same day, amount and direction is
the same cash. Where no report names anybody, cash is that of the account's holder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.money import columns
from veedor.money.declared.people import Declarers, rows
from veedor.money.ledger import CASH, DAY_US, NOT_REVERSED
from veedor.money.places import country
from veedor.money.shells import details
from veedor.tables import ACCOUNT_HOLDERS, CASH_DECLARATIONS, CASH_TRANSACTIONS, DECLARED_CASH, PAYMENTS, Table

_BOOKED = (
    "payment", "payer", "payee", "payer_name", "payee_name", "payer_bank", "payee_bank", "time", "amount_units",
    "amount_exponent", "currency", "debit_deposit", "debit_row", "credit_deposit", "credit_row", "simulated",
)  # fmt: skip
Row = dict[str, Any]
Holders = Mapping[str, list[tuple[str | None, str | None]]]


@dataclass(frozen=True)
class DeclaredCashParameters:
    """There is nothing to set."""


@dataclass(frozen=True)
class ListDeclaredCash:
    """Detector `declared_cash`: cash of whole accounts in; what belongs to somebody who declared cash out."""

    parameters: DeclaredCashParameters = DeclaredCashParameters()
    name: str = "declared_cash"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(CASH_DECLARATIONS, Broadcast()),
        Read(CASH_TRANSACTIONS, ByKey(("account",))),
        Read(ACCOUNT_HOLDERS, ByKey(("account",)), ("account", "role", "name", "identifier")),
        Read(PAYMENTS, ByKey(("payer", "payee")), _BOOKED, (*NOT_REVERSED, ("instrument", "=", CASH))),
    )
    writes: Table = DECLARED_CASH

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: DeclaredCashParameters) -> pa.Table:
        declarers = Declarers.of(rows(tables["cash_declarations"]))
        if not declarers.keys:
            return DECLARED_CASH.schema.empty_table()
        holders = _holders(tables["account_holders"])
        booked = _booked(tables["payments"], owner)
        made = [
            row | {"person": person, "seen_as": seen_as}
            for row in _cash(tables["cash_transactions"], booked)
            for person, seen_as in _whose(row, declarers, holders)
        ]
        names = DECLARED_CASH.schema.names
        found = pa.Table.from_pylist([{name: row[name] for name in names} for row in made], schema=DECLARED_CASH.schema)
        return found.sort_by([(name, "ascending") for name in DECLARED_CASH.order])


def _holders(table: pa.Table) -> Holders:
    """Name and number of everybody who holds an account, by bank's customer files."""
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    for row in table.to_pylist():
        if details.is_holder(row["role"]):
            found.setdefault(row["account"], []).append((row["name"], row["identifier"]))
    return found


def _whose(row: Row, declarers: Declarers, holders: Holders) -> Iterable[tuple[str, str]]:
    """Who of those that declared this cash belongs to, and how that is known."""
    known = holders.get(row["account"], [(row["holder"], None)])
    if row["counter"] is None:
        keys = {key for name, number in known if (key := declarers.key(name, number)) is not None}
        return [(key, "holder") for key in sorted(keys)]
    # A holder who comes himself is known by his number, too.
    numbers = [number for name, number in known if number and details.name(name) == details.name(row["counter"])]
    key = declarers.key(row["counter"], numbers[0] if numbers else None)
    return [] if key is None else [(key, "counter")]


def _booked(payments: pa.Table, owner: Owner) -> list[Row]:
    """Cash on accounts of this partition as banks booked it, in order of their records."""
    found = []
    times = columns.integers(payments["time"]).tolist()
    sides = (("credit", "payee", "deposit"), ("debit", "payer", "withdrawal"))
    mine = {side: columns.in_bucket(payments[side], owner) for _, side, _ in sides}
    for at, (row, time) in enumerate(zip(payments.drop(["time"]).to_pylist(), times, strict=True)):
        for books, side, kind in sides:
            if row[side] is None or row[f"{books}_deposit"] is None or not mine[side][at]:
                continue
            found.append(
                {name: row[name] for name in ("amount_units", "amount_exponent", "currency", "simulated")}
                | {
                    "account": row[side], "time": time, "kind": kind, "holder": row[f"{side}_name"], "counter": None,
                    "country": country(row[side], row[f"{side}_bank"]),
                    "deposit": row[f"{books}_deposit"], "row": row[f"{books}_row"],
                }
            )  # fmt: skip
    return sorted(found, key=lambda row: (row["account"], row["time"], row["deposit"], row["row"]))


def _same(row: Row) -> tuple[Any, ...]:
    units = row["amount_units"] * 10 ** (36 - row["amount_exponent"])
    return row["account"], row["kind"], units, row["currency"], row["time"] // DAY_US


def _cash(reports: pa.Table, booked: Iterable[Row]) -> Iterator[Row]:
    """Each transaction once: reports with the booking of their day, k to k in order, then bookings without a report."""
    waiting: dict[tuple[Any, ...], list[Row]] = {}
    for row in booked:
        waiting.setdefault(_same(row), []).append(row)
    times = columns.integers(reports["time"]).tolist()
    told = [row | {"time": time} for row, time in zip(reports.drop(["time"]).to_pylist(), times, strict=True)]
    for row in sorted(told, key=lambda row: (row["account"], row["time"], row["deposit"], row["row"])):
        beside = waiting.get(_same(row), [])
        booking = beside.pop(0) if beside else None
        yield row | {
            "counter": row["person"], "holder": booking["holder"] if booking else None,
            "country": row["country"] or country(row["account"], row["bank"]),
            "simulated": row["simulated"] or bool(booking and booking["simulated"]),
            "all_evidence": [*([_evidence(booking)] if booking else []), _evidence(row)],
        }  # fmt: skip
    for rest in waiting.values():
        yield from (row | {"all_evidence": [_evidence(row)]} for row in rest)


def _evidence(row: Row) -> Row:
    role = "role.cash_in" if row["kind"] == "deposit" else "role.cash_out"
    return {"deposit": row["deposit"], "row": row["row"], "last_row": row["row"], "role": role}
