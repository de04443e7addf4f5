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
from veedor.registers.thresholds import in_force
from veedor.tables import PAYMENTS, THRESHOLD_COVERAGE, Table


@dataclass(frozen=True)
class CountThresholds:
    """Reducer `threshold_coverage`: cash payments in, how many have a dated threshold, by country and currency."""

    parameters: NoParameters = NOTHING
    name: str = "threshold_coverage"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(
            PAYMENTS, Whole(), ("payer", "payee", "payer_bank", "payee_bank", "time", "currency", "instrument"),
            (("instrument", "=", CASH),),
        ),
    )  # fmt: skip
    writes: Table = THRESHOLD_COVERAGE

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: NoParameters) -> pa.Table:
        payments = tables["payments"]
        names = ("payer", "payee", "payer_bank", "payee_bank", "currency")
        lists = [payments[name].to_pylist() for name in names]
        counts: dict[tuple[str, str], list[int]] = {}
        for payer, payee, payer_bank, payee_bank, currency, time in zip(
            *lists, columns.integers(payments["time"]).tolist(), strict=True
        ):
            place = country(payee, payee_bank) if payee else country(payer, payer_bank)
            count = counts.setdefault((place or "", currency), [0, 0])
            count[0] += 1
            count[1] += in_force(place, currency, CASH, time) is not None
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
