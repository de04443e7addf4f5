"""What banks know of their customers beside bookings: who stands behind an account, and where cash was handled."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, TIME, Column, Table, provenance

ACCOUNT_HOLDERS = Table(
    "account_holders",
    1,
    "One person or firm at one account, as the bank's customer file has them.",
    (
        Column("account", pa.string(), "canonical account id", "party", nullable=False),
        Column("bank", pa.string(), "account's bank", "party"),
        Column("role", pa.string(), "holder, officer, signatory or owner, as written", "party", nullable=False),
        Column("name", pa.string(), "name as written", "party", nullable=False),
        Column("identifier", pa.string(), "number of a document or register", "party"),
        Column("address", pa.string(), "address as written", "contact"),
        Column("phone", pa.string(), "telephone number as written", "contact"),
        Column("email", pa.string(), "address for electronic mail", "contact"),
        Column("device", pa.string(), "what the account is used from: device or network address", "contact"),
        Column("since", pa.date32(), "from which day on", "party"),
        Column("until", pa.date32(), "until which day", "party"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "party", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("account", "role", "name", "deposit", "row"),
    key="account",
)

CASH_TRANSACTIONS = Table(
    "cash_transactions",
    1,
    "One deposit or withdrawal in cash with the place where it was made, as banks report them to their authority.",
    (
        Column("account", pa.string(), "canonical account id", "party", nullable=False),
        Column("bank", pa.string(), "account's bank", "party"),
        Column("time", TIME, "when, else its day at 00:00 UTC", "amount", nullable=False),
        Column("time_raw", pa.string(), "time exactly as written in the source", "amount"),
        Column("kind", pa.string(), "deposit or withdrawal", "amount", nullable=False),
        Column("amount_units", pa.int64(), "amount, integer units", "amount", nullable=False),
        Column("amount_exponent", pa.int8(), "amount, decimal places", "amount", nullable=False),
        Column("currency", pa.string(), "ISO 4217", "amount", nullable=False),
        Column("branch", pa.string(), "office or machine of the bank", "place"),
        Column("place", pa.string(), "municipality as written", "place"),
        Column("country", pa.string(), "ISO 3166 alpha-2 of that place", "place"),
        Column("lat_e7", pa.int32(), "latitude WGS84", "place"),
        Column("lon_e7", pa.int32(), "longitude WGS84", "place"),
        Column("person", pa.string(), "who came to the counter, as written", "place"),
        Column("reference", pa.string(), "the bank's reference of the booking", "amount"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "amount", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("account", "time", "deposit", "row"),
    key="account",
)
