"""Credit entries that do not name the payer learn it from the debit entry that bears the same reference.

Two banks often show different parts of one transfer. A shared UETR, or a shared EndToEndId with equal amount and near
dates, says which debit a credit belongs to; the credit then goes to the payer's partition, where payments are
assembled. Only unambiguous references count: exactly one paying account, and for EndToEndIds (which people reuse)
exactly one receiving account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import ByKey, Owner, Read
from veedor.money import amounts, columns, matching
from veedor.money.columns import Ints, Values
from veedor.tables import COMPLETED_ENTRIES, ENTRIES, Table

_DAY_US = 86_400_000_000
_NEEDED = tuple(c.name for c in COMPLETED_ENTRIES.columns if c.name not in ("counterparty_written", "completed_by"))


@dataclass(frozen=True)
class CompletingParameters:
    """How far apart the two sides of one EndToEndId may be booked."""

    reference_tolerance_days: int = 10


@dataclass(frozen=True)
class CompleteEntries:
    """Detector `completed_entries`: entries with references in, credits with their learned payer out."""

    parameters: CompletingParameters = CompletingParameters()
    name: str = "completed_entries"
    version: int = 1
    reads: tuple[Read, ...] = (Read(ENTRIES, ByKey(("uetr", "end_to_end_id")), _NEEDED),)
    writes: Table = COMPLETED_ENTRIES

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: CompletingParameters) -> pa.Table:
        entries = tables["entries"].select(_NEEDED)
        by_uetr = _owned(entries, "uetr", owner)
        # An entry with a UETR is completed by it or not at all: two references could name two payers.
        by_end_to_end = _owned(entries, "end_to_end_id", owner)
        found = pa.concat_tables(
            [
                _complete(by_uetr, "uetr", None),
                _complete(by_end_to_end, "end_to_end_id", parameters.reference_tolerance_days * _DAY_US),
            ]
        )
        rank = columns.row_order(columns.codes(found["deposit"])[0][0], columns.integers(found["row"]))
        order = np.lexsort((np.argsort(rank), columns.integers(found["time"]), columns.codes(found["account"])[0][0]))
        return COMPLETED_ENTRIES.cast(columns.take(found, order))


def _owned(entries: pa.Table, reference: str, owner: Owner) -> pa.Table:
    """Entries whose reference belongs to this bucket (an entry is handed out once for each of its references)."""
    (codes,), values = columns.labels(entries[reference])
    inside = np.append(columns.in_bucket(values, owner), False)[codes]
    return entries if inside.all() else entries.filter(pa.array(inside))


def _complete(entries: pa.Table, reference: str, tolerance_us: int | None) -> pa.Table:
    (account, counterparty), values = columns.labels(entries["account"], entries["counterparty_account"])
    (code,), _ = columns.labels(entries[reference])
    reversal = columns.flags(entries["reversal"])
    came_in = columns.flags(entries["credit"]) != reversal
    time = columns.integers(entries["time"])
    keys: tuple[Ints, ...] = (code, reversal.astype(np.int64))
    if tolerance_us is not None:
        amount = amounts.codes(columns.integers(entries["amount_units"]), columns.integers(entries["amount_exponent"]))
        keys = (*keys, amount, columns.labels(entries["currency"])[0][0])
    order, starts = matching.groups(np.arange(len(code)), *keys)
    learned = matching.one_payer(order, starts, came_in, account, time, -1 if tolerance_us is None else tolerance_us)
    wanted = came_in & (learned >= 0) & (counterparty != learned)
    if tolerance_us is not None:
        wanted &= (counterparty < 0) & ~columns.known(entries["uetr"])
    return _filled(entries.filter(pa.array(wanted)), columns.take_or_null(values, learned[wanted]), reference)


def _filled(entries: pa.Table, payer: Values, reference: str) -> pa.Table:
    written = entries["counterparty_account"]
    grade = "uetr" if reference == "uetr" else "end_to_end"
    at = entries.column_names.index("counterparty_account")
    return (
        entries.set_column(at, "counterparty_account", payer)
        .append_column("counterparty_written", written)
        .append_column("completed_by", pa.array([grade] * entries.num_rows, pa.string()))
    )
