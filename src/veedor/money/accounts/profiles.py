"""Account profiles: how each account usually pays and is paid, so that the unusual can be told from the usual; and
which patterns could have an instance there, so that only such accounts are looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import ByKey, Owner, Read
from veedor.money import columns
from veedor.money.accounts.fan_runs import fan_groups
from veedor.money.accounts.passing import pass_groups
from veedor.money.accounts.reporting import STATED, ReportingLines
from veedor.money.accounts.splitting import split_groups
from veedor.money.columns import Bools, Ints
from veedor.money.ledger import DAY_US, NOT_REVERSED, Ledger, ledgers
from veedor.money.search import FanSearch, PassSearch, SplitSearch
from veedor.money.tracing import fan_windows
from veedor.tables import ACCOUNT_PROFILES, PAYMENTS, Table

_NEEDED = (
    "payment", "payer", "payee", "time", "time_is_date", "amount_units", "amount_exponent", "currency", "instrument"
)  # fmt: skip

_EVER = 2**61


@dataclass(frozen=True)
class ProfileParameters(PassSearch, FanSearch, SplitSearch):
    """Where patterns are looked for; accounts with fewer payments than `least_counted` in a currency are not counted
    among all accounts, and those with fewer than `least_payments` are not looked at."""

    least_counted: int = 3
    least_payments: int = 2


@dataclass(frozen=True)
class ProfileAccounts:
    """Detector `account_profiles`: payments of whole accounts and reporting thresholds in, one row per account and
    currency out."""

    parameters: ProfileParameters = ProfileParameters()
    name: str = "account_profiles"
    version: int = 5
    reads: tuple[Read, ...] = (Read(PAYMENTS, ByKey(("payer", "payee")), _NEEDED, NOT_REVERSED), STATED)
    writes: Table = ACCOUNT_PROFILES

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: ProfileParameters) -> pa.Table:
        reporting = ReportingLines(tables["reporting_thresholds"])
        made = [
            _profile(ledger, parameters, reporting)
            for ledger in ledgers(tables["payments"], owner, parameters.least_payments)
        ]
        return pa.concat_tables(made).sort_by([(name, "ascending") for name in ACCOUNT_PROFILES.order])


def _profile(ledger: Ledger, parameters: ProfileParameters, reporting: ReportingLines) -> pa.Table:
    starts, incoming = ledger.starts, ledger.incoming
    fans, codes = ledger.call(fan_windows), len(ledger.accounts)

    def most(side: bool, window_us: int) -> Ints:
        never = len(ledger.time) + 1
        return np.asarray(fans(starts, incoming, ledger.other, ledger.time, codes, side, window_us, never)[4])

    moved, moment = ledger.traced(parameters.delay_us)
    count_in = ledger.sums(incoming.astype(np.int64))
    received, passed = ledger.sums(incoming * ledger.amount), ledger.sums(incoming * moved)
    shares = [
        None if not came else 1000 * went // came for came, went in zip(received.tolist(), passed.tolist(), strict=True)
    ]
    patterns = {
        "pass_through": _among(ledger, pass_groups(ledger, moved, moment, parameters)),
        "fans": _among(ledger, fan_groups(ledger, moved, parameters)),
        "structuring": _among(ledger, split_groups(ledger, parameters, reporting).tolist()),
    }
    table = pa.table(
        {
            "account": columns.take(ledger.accounts, ledger.group_account),
            "currency": columns.take(pa.array(ledger.currencies, pa.string()), ledger.group_currency),
            "payments_in": count_in,
            "payments_out": np.diff(starts) - count_in,
            "payers": most(True, _EVER),
            "payees": most(False, _EVER),
            "busiest_payers": most(True, parameters.window_us(True)),
            "busiest_payees": most(False, parameters.window_us(False)),
            "passed_permille": pa.array(shares, pa.int64()),
            "first_day": ledger.time[starts[:-1]] // DAY_US,
            "silent_days": _silences(ledger) // DAY_US,
            "counted": np.diff(starts) >= parameters.least_counted,
            **patterns,
            "looked_at_again": np.logical_or.reduce(list(patterns.values())),
        }
    )
    return ACCOUNT_PROFILES.cast(table)


def _silences(ledger: Ledger) -> Ints:
    """The longest time between two payments of each group."""
    gaps = np.zeros(len(ledger.time), np.int64)
    gaps[1:] = np.diff(ledger.time)
    gaps[ledger.starts[:-1]] = 0
    return np.maximum.reduceat(gaps, ledger.starts[:-1]) if len(gaps) else gaps


def _among(ledger: Ledger, groups: Iterable[int]) -> Bools:
    """Which groups these are."""
    found = np.zeros(len(ledger.starts) - 1, np.bool_)
    found[list(groups)] = True
    return found
