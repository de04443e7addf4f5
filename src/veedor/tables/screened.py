"""What screening looked at: one row for every party and list, whether it was found there or not; marks of craft."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import DIGEST, Column, Table

SCREENED = Table(
    "screened",
    1,
    "One party looked up on one version of one list; no hit is a result too.",
    (
        Column(
            "subject",
            pa.string(),
            "account:<id>, or name:<name>",
            nullable=False,
        ),
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

# What a craft shows of itself in records (column `scheme`); also how sanctions lists call these numbers.
CRAFT_SCHEMES = ("icao_address", "tail_number", "call_sign", "mmsi", "imo")

CRAFT_MARKS = Table(
    "craft_marks",
    1,
    "A mark that plots of one day show of an aircraft or a vessel.",
    (
        Column(
            "subject", pa.string(), "aircraft:<24-bit address>, vessel:<MMSI>, else aircraft:<mark>", nullable=False
        ),
        Column("kind", pa.string(), "aircraft, vessel", nullable=False),
        Column("scheme", pa.string(), "one of CRAFT_SCHEMES", nullable=False),
        Column("value", pa.string(), "upper case without separators", nullable=False),
        Column("day", pa.date32(), "day of the plots (UTC)", nullable=False),
        Column("records", pa.int64(), "plots that show it", nullable=False),
        Column("simulated", pa.bool_(), "any of these is simulated", nullable=False),
        Column("deposit", DIGEST, "earliest of these plots", nullable=False),
        Column("row", pa.int64(), "earliest of these plots", nullable=False),
    ),
    order=("subject", "scheme", "value", "day"),
    key="subject",
)

SCREENED_CRAFT = Table(
    "screened_craft",
    1,
    "One mark of an aircraft or a vessel looked up on one version of one list; no hit is a result too.",
    (
        Column("subject", pa.string(), "as in craft_marks", nullable=False),
        Column("scheme", pa.string(), "one of CRAFT_SCHEMES", nullable=False),
        Column("value", pa.string(), "the mark", nullable=False),
        Column("list", pa.string(), "name of the list", nullable=False),
        Column("version", pa.date32(), "day the list is of; null: not said"),
        Column("assumed", pa.bool_(), "no version of the day was given; this one stood in for it", nullable=False),
        Column("entries", pa.int64(), "entries of that version", nullable=False),
        Column("compared", pa.int64(), "entries that have this mark", nullable=False),
        Column("best_milli_log10", pa.int32(), "score of the best of these; null: none has the mark"),
        Column("hits", pa.int64(), "entries that reach the report", nullable=False),
        Column("simulated", pa.bool_(), "any of the craft's records is simulated", nullable=False),
    ),
    order=("subject", "scheme", "value", "list", "version"),
)
