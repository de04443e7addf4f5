"""Sanctions lists as tables: entries with names, birth dates and identifiers, and the rows that could not be read."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, Column, Table, provenance

NAMES = pa.list_(
    pa.struct([pa.field("name", pa.string(), nullable=False), pa.field("quality", pa.string(), nullable=False)])
)
BORN = pa.list_(
    pa.struct(
        [
            pa.field("first", pa.date32(), nullable=False),
            pa.field("last", pa.date32(), nullable=False),
            pa.field("about", pa.bool_(), nullable=False),
        ]
    )
)
IDENTIFIERS = pa.list_(
    pa.struct(
        [
            pa.field("scheme", pa.string(), nullable=False),
            pa.field("value", pa.string(), nullable=False),
            pa.field("country", pa.string()),
        ]
    )
)
TEXTS = pa.list_(pa.string())

LIST_PIECES = Table(
    "list_pieces",
    1,
    "A piece of the file of a sanctions list; the pieces of a file in order of `row` are its bytes.",
    (
        Column("name", pa.string(), "name of the file", "source", nullable=False),
        Column("day", pa.date32(), "day the list is of, as its depositor says; null: the file says it", "source"),
        Column("content", pa.binary(), "the bytes, at most 64 KiB", "content", nullable=False),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "source", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("deposit", "row"),
)

LISTED = Table(
    "listed",
    1,
    "One entry of one version of a sanctions list.",
    (
        Column("list", pa.string(), "name of the list: un, ofac, eu, or its file's", nullable=False),
        Column("version", pa.date32(), "day the list is of; null: not said"),
        Column("entry", pa.string(), "the list's own number of the entry", nullable=False),
        Column("kind", pa.string(), "person, entity, vessel, aircraft, unknown", nullable=False),
        Column("names", NAMES, "names as written; quality primary, strong or weak", nullable=False),
        Column("programmes", TEXTS, "under which programmes it is listed", nullable=False),
        Column("born", BORN, "days on which a person may have been born", nullable=False),
        Column("countries", TEXTS, "ISO 3166 alpha-2: nationality, flag, seat", nullable=False),
        Column("identifiers", IDENTIFIERS, "numbers in their one spelling", nullable=False),
        Column("listed_on", pa.date32(), "first day, if the list says it"),
        Column("ended_on", pa.date32(), "day from which it is no longer listed"),
        Column("remarks", pa.string(), "remarks as written", nullable=False),
        Column("place", pa.string(), "where in the file", nullable=False),
    ),
    order=("list", "version", "entry", "place"),
)

UNLISTED = Table(
    "unlisted",
    1,
    "One record of a sanctions list that could not be read.",
    (
        Column("list", pa.string(), "name of the list", nullable=False),
        Column("row", pa.int64(), "ordinal of the record from 0", nullable=False),
        Column("place", pa.string(), "file and line or path", nullable=False),
        Column("reason", pa.string(), "message key", nullable=False),
        Column("expected", pa.string(), "what should stand there", nullable=False),
        Column("found", pa.string(), "what stands there", nullable=False),
    ),
    order=("list", "row", "place"),
)
