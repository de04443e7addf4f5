"""Deposits: what was handed in, file by file, and the rows that could not be read."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import DIGEST, SOURCE, Column, Table, provenance

DEPOSITS = Table(
    "deposits",
    1,
    "One file of a deposit (owner's view; the log shows salted commitments only).",
    (
        Column("deposit", DIGEST, "deposit digest", nullable=False),
        Column("file", pa.int32(), "ordinal, files sorted by digest", nullable=False),
        Column("party", pa.string(), "depositor", nullable=False),
        Column("name", pa.string(), "file name as handed in", nullable=False),
        Column("sha256", DIGEST, "file digest", nullable=False),
        Column("size_bytes", pa.int64(), "file size", nullable=False),
        Column("reader", pa.string(), "reader that read it", nullable=False),
        Column("reader_version", pa.int32(), "its version", nullable=False),
        Column("mapping", DIGEST, "digest of the mapping, if any"),
        Column("accepted", pa.int64(), "rows accepted", nullable=False),
        Column("rejected", pa.int64(), "rows rejected", nullable=False),
    ),
    order=("deposit", "file"),
)

REJECTS = Table(
    "rejects",
    1,
    "A row that could not be read, kept with its reason and its bytes.",
    (
        Column("table", pa.string(), "table it would have gone to", "reason", nullable=False),
        Column("reason", pa.string(), "message key in words/", "reason", nullable=False),
        Column("place", pa.string(), "line, XPath or field", "reason", nullable=False),
        Column("expected", pa.string(), "what would have been right", "reason", nullable=False),
        Column("found", pa.string(), "what is there, cut at 200 characters", "reason", nullable=False),
        Column("raw", pa.binary(), "the bytes, cut at 64 KiB", "source", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("deposit", "row"),
)
