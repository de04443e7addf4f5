"""Exchange rates as their owners hand them in: dated, official and parallel apart."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, Column, Table, provenance

EXCHANGE_RATES = Table(
    "exchange_rates",
    1,
    "On one day one unit of `base` costs rate_units x 10^-rate_exponent of `quote`.",
    (
        Column("day", pa.date32(), "the day it holds for", "rate", nullable=False),
        Column("base", pa.string(), "ISO 4217", "rate", nullable=False),
        Column("quote", pa.string(), "ISO 4217", "rate", nullable=False),
        Column("kind", pa.string(), "official or parallel", "rate", nullable=False),
        Column("rate_units", pa.int64(), "rate as published, integer units", "rate", nullable=False),
        Column("rate_exponent", pa.int8(), "rate as published, decimal places", "rate", nullable=False),
        Column("source", pa.string(), "who published it, and where", "source", nullable=False),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "source", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("base", "quote", "kind", "day", "deposit", "row"),
)
