"""Detector `shared_details`: details that accounts of different holders have in common.

What very many have (a building of serviced offices, a bank's own telephone number) says nothing: one row says that it
is so, and nobody is tied by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyarrow as pa

from veedor.engine.detector import ByKey, Owner, Read
from veedor.tables import HOLDER_DETAILS, SHARED_DETAILS, Table

Row = dict[str, Any]


@dataclass(frozen=True)
class SharingParameters:
    """From how many accounts on a detail ties nobody."""

    most_accounts_of_detail: int = 40


@dataclass(frozen=True)
class FindSharedDetails:
    """Detector `shared_details`: all accounts of each detail in; those in common out."""

    parameters: SharingParameters = SharingParameters()
    name: str = "shared_details"
    version: int = 1
    reads: tuple[Read, ...] = (Read(HOLDER_DETAILS, ByKey(("detail",))),)
    writes: Table = SHARED_DETAILS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: SharingParameters) -> pa.Table:
        rows = tables["holder_details"].sort_by([(name, "ascending") for name in HOLDER_DETAILS.order])
        by_detail: dict[str, list[Row]] = defaultdict(list)
        for batch in rows.to_batches(max_chunksize=10_000):
            for row in batch.to_pylist():
                by_detail[row["detail"]].append(row)
        made = [row for some in by_detail.values() for row in _shared(some, parameters.most_accounts_of_detail)]
        found = pa.Table.from_pylist(made, schema=SHARED_DETAILS.schema)
        return found.sort_by([(name, "ascending") for name in SHARED_DETAILS.order])


def _shared(rows: Sequence[Row], most: int) -> list[Row]:
    count = len(rows)
    if count > most:
        return [rows[0] | {"outcome": "common", "accounts": count}]
    if all(one_hand(one, other) for one, other in combinations(rows, 2)):
        return []
    return [row | {"outcome": "shared", "accounts": count} for row in rows]


def one_hand(one: Row, other: Row) -> bool:
    """Whether two accounts are openly of one holder, or of a firm and one of its officers: nothing is hidden there."""
    return any(
        set(one[mine]) & set(other[theirs])
        for mine, theirs in (("holders", "holders"), ("holders", "officers"), ("officers", "holders"))
    )
