"""Small hand-made entries and payments for tests of the money room."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from veedor.tables import ACCOUNTS, ENTRIES, PAYMENTS

START = datetime(2026, 3, 2, tzinfo=UTC)
START_US = int(START.timestamp()) * 1_000_000
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def deposit(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def entry(account: str, credit: bool, amount: int, hours: float, **rest: Any) -> dict[str, Any]:
    """One entry: `amount` in hundredths of USD, booked `hours` after the start; other columns by name."""
    made: dict[str, Any] = dict.fromkeys(ENTRIES.schema.names)
    made |= {
        "account": account,
        "credit": credit,
        "amount_units": amount,
        "amount_exponent": 2,
        "currency": "USD",
        "time": START_US + int(hours * HOUR_US),
        "time_is_date": False,
        "reversal": False,
        "simulated": False,
        "deposit": "bank",
        "row": -1,
        "file": 0,
        "offset": 0,
        "length": 1,
    }
    made |= {"counterparty_account" if key == "other" else key: value for key, value in rest.items()}
    return made


def entries(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """A table of entries; rows without a number get their ordinal in their deposit."""
    numbers: dict[str, int] = {}
    made = []
    for row in rows:
        name = row["deposit"]
        numbers[name] = numbers.get(name, -1) + 1
        made.append(row | {"row": row["row"] if row["row"] >= 0 else numbers[name], "deposit": deposit(name)})
    return pa.Table.from_pylist(made, schema=ENTRIES.schema)


def payment(
    number: int, payer: str | None, payee: str | None, amount: int, hours: float, **rest: Any
) -> dict[str, Any]:
    """One payment: `amount` in hundredths of USD; its evidence is row `number` of one deposit."""
    made: dict[str, Any] = dict.fromkeys(PAYMENTS.schema.names)
    made |= {
        "account": payer or payee,
        "payment": number,
        "payer": payer,
        "payee": payee,
        "amount_units": amount,
        "amount_exponent": 2,
        "currency": "USD",
        "time": START_US + int(hours * HOUR_US),
        "time_is_date": False,
        "match": "single",
        "conflict": False,
        "reversed": False,
        "debit_deposit": deposit("bank"),
        "debit_row": number,
        "entries": 1,
        "messages": 0,
        "legs": 0,
        "recalled": False,
        "further": [],
        "simulated": False,
    }
    return made | rest


def payments(rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=PAYMENTS.schema)


def accounts(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """A table of accounts as one statement describes them; columns that are not said are null."""
    made = [
        dict.fromkeys(ACCOUNTS.schema.names) | {
            "scheme": "other", "simulated": False, "deposit": deposit("statement"), "row": n, "file": 0, "offset": n,
            "length": 1,
        } | row
        for n, row in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(made, schema=ACCOUNTS.schema)
