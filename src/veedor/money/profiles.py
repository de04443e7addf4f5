"""Account profiles: how each account usually pays and is paid, so that the unusual can be told from the usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import ByKey, Owner, Read
from veedor.money import columns
from veedor.money.columns import Ints
from veedor.money.ledger import Ledger, ledgers
from veedor.money.tracing import fan_windows, trace
from veedor.tables import ACCOUNT_PROFILES, PAYMENTS, Table

HOUR_US = 3_600_000_000
FAN_IN_WINDOW_HOURS = 120
"""A working week: those who bring money together come when each of them can."""
FAN_OUT_WINDOW_HOURS = 72
"""Who pays out sets the pace."""
PASS_DELAY_HOURS = 48
LEAST_PAYMENTS = 3
_EVER = 2**61
_NEEDED = ("payment", "payer", "payee", "time", "time_is_date", "amount_units", "amount_exponent", "currency")


@dataclass(frozen=True)
class ProfileParameters:
    """Windows as in the patterns; accounts with fewer payments in a currency get no profile."""

    fan_in_window_hours: int = FAN_IN_WINDOW_HOURS
    fan_out_window_hours: int = FAN_OUT_WINDOW_HOURS
    pass_delay_hours: int = PASS_DELAY_HOURS
    least_payments: int = LEAST_PAYMENTS


@dataclass(frozen=True)
class ProfileAccounts:
    """Detector `account_profiles`: payments of whole accounts in, one row per account and currency out."""

    parameters: ProfileParameters = ProfileParameters()
    name: str = "account_profiles"
    version: int = 1
    reads: tuple[Read, ...] = (Read(PAYMENTS, ByKey(("payer", "payee")), _NEEDED, (("reversed", "=", False),)),)
    writes: Table = ACCOUNT_PROFILES

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: ProfileParameters) -> pa.Table:
        made = [
            _profile(ledger, owner, parameters) for ledger in ledgers(tables["payments"], parameters.least_payments)
        ]
        return pa.concat_tables(made).sort_by([(name, "ascending") for name in ACCOUNT_PROFILES.order])


def _profile(ledger: Ledger, owner: Owner, parameters: ProfileParameters) -> pa.Table:
    starts, incoming = ledger.starts, ledger.incoming
    fans, codes = ledger.call(fan_windows), len(ledger.accounts)

    def most(side: bool, hours_us: int) -> Ints:
        never = len(ledger.time) + 1
        return np.asarray(fans(starts, incoming, ledger.other, ledger.time, codes, side, hours_us, never)[4])

    payers, payees, busy_payers, busy_payees = (
        most(True, _EVER), most(False, _EVER),
        most(True, parameters.fan_in_window_hours * HOUR_US), most(False, parameters.fan_out_window_hours * HOUR_US),
    )  # fmt: skip
    moved, _ = ledger.call(trace)(
        starts, incoming, ledger.time, ledger.slack, ledger.amount, parameters.pass_delay_hours * HOUR_US
    )
    into = np.concatenate(([0], np.cumsum(incoming)))
    count_in = into[starts[1:]] - into[starts[:-1]]
    groups = ledger.owned(np.arange(len(starts) - 1), owner)
    received = _sums(ledger.amount, incoming, starts)
    passed = _sums(moved, incoming, starts)
    shares = [
        None if not received[group] else 1000 * int(passed[group]) // int(received[group]) for group in groups.tolist()
    ]
    return ACCOUNT_PROFILES.cast(
        pa.table(
            {
                "account": columns.take(ledger.accounts, ledger.group_account[groups]),
                "currency": [ledger.currencies[code] for code in ledger.group_currency[groups].tolist()],
                "payments_in": count_in[groups],
                "payments_out": (np.diff(starts) - count_in)[groups],
                "payers": payers[groups],
                "payees": payees[groups],
                "busiest_payers": busy_payers[groups],
                "busiest_payees": busy_payees[groups],
                "passed_permille": pa.array(shares, pa.int64()),
            }
        )
    )


def _sums(amount: Ints, chosen: np.ndarray, starts: Ints) -> Ints:
    """Exact sums of the chosen amounts of each group (no group is empty)."""
    if len(starts) < 2:
        return amount[:0]
    return np.asarray(np.add.reduceat(np.where(chosen, amount, 0), starts[:-1]))
