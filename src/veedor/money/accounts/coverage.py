"""Which cash payments can be judged against a reporting threshold, and which cannot: counted, never passed over.

The country of an account is the one by which `structuring` judges it: as stated, else by IBAN or BIC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import Broadcast, Owner, Read, Whole
from veedor.formats.arrow import one_piece
from veedor.money import columns
from veedor.money.accounts.reporting import STATED, ReportingLines
from veedor.money.distributions import NOTHING, NoParameters
from veedor.money.ledger import CASH
from veedor.money.places import country, stated_countries
from veedor.tables import ACCOUNTS, PAYMENTS, THRESHOLD_COVERAGE, Table


@dataclass(frozen=True)
class CountThresholds:
    """Reducer `threshold_coverage`: cash payments, stated countries of accounts and thresholds in, how many payments
    have a dated threshold, by country and currency out."""

    parameters: NoParameters = NOTHING
    name: str = "threshold_coverage"
    version: int = 3
    reads: tuple[Read, ...] = (
        Read(
            PAYMENTS, Whole(), ("payer", "payee", "payer_bank", "payee_bank", "time", "currency", "instrument"),
            (("instrument", "=", CASH),),
        ),
        Read(ACCOUNTS, Broadcast(), ("account", "country"), (("country", ">", ""),)),
        STATED,
    )  # fmt: skip
    writes: Table = THRESHOLD_COVERAGE

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: NoParameters) -> pa.Table:
        payments, reporting = tables["payments"], ReportingLines(tables["reporting_thresholds"])
        names = ("payer", "payee", "payer_bank", "payee_bank", "currency")
        paid = pa.concat_arrays([one_piece(payments[side]) for side in ("payer", "payee")])
        accounts = tables["accounts"]
        stated = stated_countries(accounts.filter(pc.is_in(accounts["account"], value_set=pc.unique(paid))))
        lists = [payments[name].to_pylist() for name in names]
        counts: dict[tuple[str, str], list[int]] = {}
        for payer, payee, payer_bank, payee_bank, currency, time in zip(
            *lists, columns.integers(payments["time"]).tolist(), strict=True
        ):
            account, bank = (payee, payee_bank) if payee else (payer, payer_bank)
            place = stated.get(account) or country(account, bank)
            count = counts.setdefault((place or "", currency), [0, 0])
            count[0] += 1
            count[1] += reporting.known(place, currency, time)
        return pa.Table.from_pylist(
            [
                {"country": place, "currency": currency, "instrument": CASH, "payments": all_, "assessable": judged}
                for (place, currency), (all_, judged) in sorted(counts.items())
            ],
            schema=THRESHOLD_COVERAGE.schema,
        )

    def merge(self, partial: pa.Table, parameters: NoParameters) -> pa.Table:
        keys = list(THRESHOLD_COVERAGE.order)
        summed = partial.group_by(keys).aggregate([("payments", "sum"), ("assessable", "sum")])
        summed = summed.rename_columns([*keys, "payments", "assessable"])
        return THRESHOLD_COVERAGE.cast(summed.sort_by([(name, "ascending") for name in keys]))
