"""Which cash payments can be judged against a reporting threshold, and which cannot: counted, never passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from veedor.engine.detector import Owner, Read, Whole
from veedor.money import columns
from veedor.money.distributions import NOTHING, NoParameters
from veedor.money.ledger import CASH
from veedor.money.places import country
from veedor.money.reporting import STATED, ReportingLines
from veedor.tables import PAYMENTS, THRESHOLD_COVERAGE, Table


@dataclass(frozen=True)
class CountThresholds:
    """Reducer `threshold_coverage`: cash payments and thresholds in, how many payments have a dated one, by country and
    currency out."""

    parameters: NoParameters = NOTHING
    name: str = "threshold_coverage"
    version: int = 2
    reads: tuple[Read, ...] = (
        Read(
            PAYMENTS, Whole(), ("payer", "payee", "payer_bank", "payee_bank", "time", "currency", "instrument"),
            (("instrument", "=", CASH),),
        ),
        STATED,
    )  # fmt: skip
    writes: Table = THRESHOLD_COVERAGE

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: NoParameters) -> pa.Table:
        payments, reporting = tables["payments"], ReportingLines(tables["reporting_thresholds"])
        names = ("payer", "payee", "payer_bank", "payee_bank", "currency")
        lists = [payments[name].to_pylist() for name in names]
        counts: dict[tuple[str, str], list[int]] = {}
        for payer, payee, payer_bank, payee_bank, currency, time in zip(
            *lists, columns.integers(payments["time"]).tolist(), strict=True
        ):
            place = country(payee, payee_bank) if payee else country(payer, payer_bank)
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
