"""Detector `shell_money`: what accounts that hang together by details paid each other and outsiders, and all else.

An account that deals with many others lists only what it paid the group or got from it: such an account is somebody's
business, and what it pays to outsiders says nothing of the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.money import columns
from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.ledger import NEEDED, NOT_REVERSED, Ledger, ledgers
from veedor.money.search import HOUR_US
from veedor.money.shells.groups import Group, GroupParameters, groups
from veedor.tables import PAYMENTS, SHARED_DETAILS, SHELL_MONEY, Table

Row = dict[str, Any]
_ENTRIES = ("debit_deposit", "debit_row", "credit_deposit", "credit_row")


@dataclass(frozen=True)
class MoneyParameters(GroupParameters):
    """Within how many hours money that came in and leaves has passed through; with how many others an account deals at
    most without being busy."""

    shell_delay_hours: int = 72
    most_parties: int = 40


@dataclass(frozen=True)
class FindShellMoney:
    """Detector `shell_money`: details in common broadcast, and all payments of the accounts that have any, in."""

    parameters: MoneyParameters = MoneyParameters()
    name: str = "shell_money"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(SHARED_DETAILS, Broadcast()),
        Read(PAYMENTS, ByKey(("payer", "payee")), NEEDED, NOT_REVERSED, ("shared_details", "account")),
    )
    writes: Table = SHELL_MONEY

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: MoneyParameters) -> pa.Table:
        found = groups(tables["shared_details"], parameters)
        of_account = {account: group for group in found if not group.too_many for account in group.members}
        rows = list(_too_many(found, owner))
        among = pa.array(sorted(of_account), pa.string())
        if len(among):
            for ledger in ledgers(tables["payments"], owner, 1, among):
                rows += _rows(ledger, of_account, parameters)
        made = pa.Table.from_pylist(rows, schema=SHELL_MONEY.schema)
        return made.sort_by([(name, "ascending") for name in SHELL_MONEY.order])


def _too_many(found: list[Group], owner: Owner) -> Iterator[Row]:
    large = [group for group in found if group.too_many]
    mine = columns.in_bucket(pa.array([group.name for group in large], pa.string()), owner)
    for group, here in zip(large, mine.tolist(), strict=True):
        if here:
            yield {
                "group": group.name, "account": group.name, "currency": "", "outcome": "too_many",
                "members": len(group.members), "exponent": 0, "received": "0", "sent": "0", "passed_permille": 0,
                "parties": 0, "moved": [], "simulated": False,
            }  # fmt: skip


def _rows(ledger: Ledger, of_account: Mapping[str, Group], parameters: MoneyParameters) -> Iterator[Row]:
    moved, _ = ledger.traced(parameters.shell_delay_hours * HOUR_US)
    accounts = ledger.accounts.to_pylist()
    simulated = columns.flags(ledger.payments["simulated"])
    for at, account in enumerate(ledger.group_account.tolist()):
        events = np.arange(ledger.starts[at], ledger.starts[at + 1])
        group, incoming = of_account[accounts[account]], ledger.incoming[events]
        received = sum(ledger.amount[events[incoming]].tolist())
        passed = sum(moved[events[incoming]].tolist())
        others = {accounts[code] for code in ledger.other[events].tolist() if code >= 0}
        busy = len(others) > parameters.most_parties
        inside = set(group.members)
        shown = [
            event for event in events.tolist()
            if (code := int(ledger.other[event])) >= 0 and (not busy or accounts[code] in inside)
        ]  # fmt: skip
        yield {
            "group": group.name, "account": accounts[account],
            "currency": ledger.currencies[int(ledger.group_currency[at])], "outcome": "busy" if busy else "looked_at",
            "members": len(group.members), "exponent": int(ledger.group_exponent[at]), "received": str(received),
            "sent": str(sum(ledger.amount[events[~incoming]].tolist())), "passed_permille": permille(passed, received),
            "parties": len(others), "moved": _moved(ledger, np.array(shown, np.int64), accounts),
            "simulated": bool(simulated[ledger.payment[events]].any()),
        }  # fmt: skip


def _moved(ledger: Ledger, events: Ints, accounts: list[str]) -> list[Row]:
    """Payments by time, then id."""
    rows = columns.take(ledger.payments.select(["payment", *_ENTRIES]), ledger.payment[events]).to_pylist()
    for row, event in zip(rows, events.tolist(), strict=True):
        row |= {
            "other": accounts[int(ledger.other[event])], "incoming": bool(ledger.incoming[event]),
            "time": int(ledger.time[event]), "size": str(ledger.amount[event]),
        }  # fmt: skip
    return sorted(rows, key=lambda row: (row["time"], row["payment"]))
