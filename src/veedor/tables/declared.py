"""Cash declared at a border, and the cash that those who declared it put into accounts and took out of them."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, TIME, Column, Table, provenance
from veedor.tables.findings import EVIDENCE

CASH_DECLARATIONS = Table(
    "cash_declarations",
    1,
    "Cash that somebody declared when crossing a border, as customs have it.",
    (
        Column("person", pa.string(), "who carried it, as written", "party", nullable=False),
        Column("identifier", pa.string(), "number of that person's document", "party"),
        Column("owner", pa.string(), "whose it is, as declared; null: not said", "party"),
        Column("time", TIME, "when it was declared, else its day at 00:00 UTC", "amount", nullable=False),
        Column("time_raw", pa.string(), "time exactly as written in the source", "amount"),
        Column("direction", pa.string(), "in or out of the country", "amount", nullable=False),
        Column("amount_units", pa.int64(), "amount, integer units", "amount", nullable=False),
        Column("amount_exponent", pa.int8(), "amount, decimal places", "amount", nullable=False),
        Column("currency", pa.string(), "ISO 4217", "amount", nullable=False),
        Column("reference", pa.string(), "number of the declaration", "amount"),
        Column("place", pa.string(), "crossing or airport as written", "place"),
        Column("country", pa.string(), "ISO 3166 alpha-2 of the state it was declared to", "place"),
        Column("origin", pa.string(), "from what the money is, as declared", "place"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "amount", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("time", "person", "deposit", "row"),
)

DECLARED_CASH = Table(
    "declared_cash",
    1,
    "One deposit or withdrawal in cash of somebody who declared cash at a border.",
    (
        Column("person", pa.string(), "number or folded name of who declared", nullable=False),
        Column("account", pa.string(), "canonical account id", nullable=False),
        Column("time", TIME, "when, else its day at 00:00 UTC", nullable=False),
        Column("kind", pa.string(), "deposit or withdrawal", nullable=False),
        Column("amount_units", pa.int64(), "amount, integer units", nullable=False),
        Column("amount_exponent", pa.int8(), "amount, decimal places", nullable=False),
        Column("currency", pa.string(), "ISO 4217", nullable=False),
        Column(
            "seen_as", pa.string(), "counter: named there; holder: of the account, nobody was named", nullable=False
        ),
        Column("country", pa.string(), "ISO 3166 alpha-2: of the counter, else of the account; null: not known"),
        Column("all_evidence", EVIDENCE, "the report and the booking that show it", nullable=False),
        Column("simulated", pa.bool_(), "any of them is marked as simulated", nullable=False),
        *provenance(),
    ),
    order=("person", "account", "time", "deposit", "row"),
    key="person",
)
