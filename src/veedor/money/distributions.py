"""How unusual a value is among all accounts of a currency: exact counts, reduced over all profiles, then looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Owner, Read, Whole
from veedor.money import columns
from veedor.money.columns import Ints
from veedor.tables import ACCOUNT_PROFILES, MONEY_DISTRIBUTIONS, Table

MEASURES = ("busiest_payers", "busiest_payees", "passed_permille", "first_day", "silent_days")
_STEP = 10


@dataclass(frozen=True)
class NoParameters:
    """Nothing to set."""


NOTHING = NoParameters()


@dataclass(frozen=True)
class CountProfiles:
    """Reducer `money_distributions`: profiles in, accounts per currency, measure and value out."""

    parameters: NoParameters = NOTHING
    name: str = "money_distributions"
    version: int = 2
    reads: tuple[Read, ...] = (Read(ACCOUNT_PROFILES, Whole(), ("currency", *MEASURES), (("counted", "=", True),)),)
    writes: Table = MONEY_DISTRIBUTIONS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: NoParameters) -> pa.Table:
        profiles = tables["account_profiles"]
        made = []
        for measure in MEASURES:
            values = profiles[measure].combine_chunks()
            if measure == "passed_permille":
                values = pa.array(columns.integers(values, -1) // _STEP * _STEP, mask=~columns.known(values))
            rows = pa.table({"currency": profiles["currency"], "value": values}).filter(values.is_valid())
            counted = rows.group_by(["currency", "value"]).aggregate([([], "count_all")])
            made.append(
                MONEY_DISTRIBUTIONS.cast(
                    pa.table(
                        {
                            "currency": counted["currency"],
                            "measure": pa.array([measure] * counted.num_rows, pa.string()),
                            "value": counted["value"],
                            "accounts": counted["count_all"],
                        }
                    )
                )
            )
        return self.merge(pa.concat_tables(made), parameters)

    def merge(self, partial: pa.Table, parameters: NoParameters) -> pa.Table:
        summed = partial.group_by(list(MONEY_DISTRIBUTIONS.order)).aggregate([("accounts", "sum")])
        summed = summed.rename_columns([*MONEY_DISTRIBUTIONS.order, "accounts"])
        return MONEY_DISTRIBUTIONS.cast(summed.sort_by([(name, "ascending") for name in MONEY_DISTRIBUTIONS.order]))


class Distributions:
    """Lookups in a table `money_distributions`."""

    def __init__(self, table: pa.Table) -> None:
        self._counts: dict[tuple[str, str], tuple[Ints, Ints]] = {}
        rows: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for row in table.to_pylist():
            rows.setdefault((row["currency"], row["measure"]), []).append((row["value"], row["accounts"]))
        for key, pairs in rows.items():
            values, accounts = np.array(sorted(pairs), np.int64).T
            self._counts[key] = values, np.cumsum(accounts[::-1])[::-1]

    def at_least(self, currency: str, measure: str, value: int) -> tuple[int, int]:
        """(accounts of the currency whose measure is at least `value`, accounts that have the measure)."""
        if (currency, measure) not in self._counts:
            return 0, 0
        values, above = self._counts[currency, measure]
        at = int(np.searchsorted(values, value if measure != "passed_permille" else value // _STEP * _STEP))
        return (int(above[at]) if at < len(above) else 0), int(above[0])
