"""Detector `house_pairs`: pairs of houses with more payments in and out that fit, both ways, than chance gives.

Chance is the largest of the counts with payments out displaced by days. A pair must have at least `pair_least_fits`
each way, and both ways together be beyond chance by `pair_beyond_milli` thousandths of the root of chance and one: a
low bar, since payments are told one by one afterwards; but one that nearly all of the many pairs of busy accounts miss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

import pyarrow as pa

from veedor.engine.detector import ByKey, Owner, Read
from veedor.money.netting.houses import DISPLACED
from veedor.tables import HOUSE_PAIRS, MIRROR_COUNTS, Table

Row = dict[str, Any]
_FITS = tuple(f"fits_{days}" for days in DISPLACED)
_ENDS = ("pair", "account", "currency", "other", "other_currency")


@dataclass(frozen=True)
class PairParameters:
    """Numbers of payments each way; thousandths of a root of chance."""

    pair_least_fits: int = 6
    pair_beyond_milli: int = 1_000


@dataclass(frozen=True)
class FindHousePairs:
    """Detector `house_pairs`: all counts of each pair in; pairs beyond chance out, a row each way."""

    parameters: PairParameters = PairParameters()
    name: str = "house_pairs"
    version: int = 2
    reads: tuple[Read, ...] = (Read(MIRROR_COUNTS, ByKey(("pair",))),)
    writes: Table = HOUSE_PAIRS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: PairParameters) -> pa.Table:
        totals = tables["mirror_counts"].group_by(list(_ENDS)).aggregate([(n, "sum") for n in (*_FITS, "cut")])
        by_pair: dict[str, list[Row]] = {}
        for row in totals.to_pylist():
            made = {name: row[name] for name in _ENDS} | {name: row[f"{name}_sum"] for name in (*_FITS, "cut")}
            by_pair.setdefault(made["pair"], []).append(made)
        found = [row for some in by_pair.values() for row in _beyond(some, parameters)]
        table = pa.Table.from_pylist(found, schema=HOUSE_PAIRS.schema)
        return table.sort_by([(name, "ascending") for name in HOUSE_PAIRS.order])


def _beyond(rows: Sequence[Row], parameters: PairParameters) -> list[Row]:
    """Both rows of a pair, or none."""
    if len(rows) < 2 or min(row["fits_0"] for row in rows) < parameters.pair_least_fits:
        return []
    fits, *displaced = (sum(row[name] for row in rows) for name in _FITS)
    beyond = beyond_milli(fits, max(displaced))
    cut = sum(row["cut"] for row in rows)
    return (
        [row | {"beyond_milli": beyond, "cut": cut} for row in rows] if beyond >= parameters.pair_beyond_milli else []
    )


def beyond_milli(fits: int, chance: int) -> int:
    """How far beyond chance, in thousandths of the root of chance and one, rounded down; 0 where not beyond."""
    return isqrt((fits - chance) ** 2 * 1_000_000 // (chance + 1)) if fits > chance else 0
