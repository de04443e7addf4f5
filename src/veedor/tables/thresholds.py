"""Reporting thresholds as parties hand them in: dated, by country, currency and instrument, each with its source."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, Column, Table, provenance

REPORTING_THRESHOLDS = Table(
    "reporting_thresholds",
    1,
    "In one country a payment of this amount has to be reported, by what its source says.",
    (
        Column("country", pa.string(), "ISO 3166 alpha-2", "threshold", nullable=False),
        Column("currency", pa.string(), "ISO 4217", "threshold", nullable=False),
        Column("instrument", pa.string(), "as in payments: cash, transfer, card, cheque", "threshold", nullable=False),
        Column("amount_units", pa.int64(), "the threshold, integer units", "threshold", nullable=False),
        Column("amount_exponent", pa.int8(), "the threshold, decimal places", "threshold", nullable=False),
        Column("inclusive", pa.bool_(), "the amount itself is reported", "threshold", nullable=False),
        Column("valid_from", pa.date32(), "first day on which it is in force", "threshold", nullable=False),
        Column("valid_to", pa.date32(), "first day on which it no longer is; null: still in force", "threshold"),
        Column("source", pa.string(), "the legal text: article and date", "source", nullable=False),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "source", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("country", "currency", "instrument", "valid_from", "deposit", "row"),
)
