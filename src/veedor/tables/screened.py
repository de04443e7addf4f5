"""What screening looked at: one row for every party and list, whether it was found there or not."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import Column, Table

SCREENED = Table(
    "screened",
    1,
    "One party looked up on one version of one list; no hit is a result too.",
    (
        Column("subject", pa.string(), "account:<id>, or name:<name>", nullable=False),
        Column("name", pa.string(), "name as written", nullable=False),
        Column("role", pa.string(), "holder, counterparty, named", nullable=False),
        Column("list", pa.string(), "name of the list", nullable=False),
        Column("version", pa.date32(), "day the list is of; null: not said"),
        Column("assumed", pa.bool_(), "no version of the day was given; this one stood in for it", nullable=False),
        Column("entries", pa.int64(), "entries of that version", nullable=False),
        Column("compared", pa.int64(), "names compared in full after blocking", nullable=False),
        Column("best_milli_log10", pa.int32(), "score of the nearest entry; null: none came near"),
        Column("hits", pa.int64(), "entries that reach the report", nullable=False),
        Column("simulated", pa.bool_(), "any of the party's records is simulated", nullable=False),
    ),
    order=("subject", "name", "role", "list", "version"),
)
