"""Money that left a currency at an exchange house and came back into it."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import TIME, Column, Table
from veedor.tables.findings import EVIDENCE

EXCHANGE_TRIPS = Table(
    "exchange_trips",
    1,
    "One way out of a currency and back by exchange houses, or where the search for such ways was cut.",
    (
        Column("account", pa.string(), "account that sold its currency and got it back", nullable=False),
        Column("currency", pa.string(), "ISO 4217: the currency it left and came back into", nullable=False),
        Column(
            "outcome", pa.string(),
            "followed: the payments in the other currency were found and fit the dated rates; no_rate: money went to "
            "one house and came from one, and no rate says what to look for; budget: steps ran out", nullable=False,
        ),
        Column("time", TIME, "when the currency was sold", nullable=False),
        Column("end", TIME, "when it came back", nullable=False),
        Column("payment", pa.int64(), "id of the payment that sold it", nullable=False),
        Column("payments", pa.list_(pa.int64()), "ids of its payments in order of the way", nullable=False),
        Column("sold_units", pa.int64(), "what was sold", nullable=False),
        Column("sold_exponent", pa.int8(), "its decimal places", nullable=False),
        Column("back_units", pa.int64(), "what came back; 0 where the search was cut", nullable=False),
        Column("back_exponent", pa.int8(), "its decimal places", nullable=False),
        Column("abroad", pa.string(), "account that had the other currency; empty where it was not followed",
               nullable=False),
        Column("abroad_currency", pa.string(), "ISO 4217; empty where it was not followed", nullable=False),
        Column("rate_kinds", pa.string(), "official, parallel, or both, by which each change fits", nullable=False),
        Column("rate_sources", pa.string(), "whose rates these are", nullable=False),
        Column("steps", pa.int64(), "payments that were looked at to find it", nullable=False),
        Column("one_house", pa.bool_(), "the account sold and bought at one house's account", nullable=False),
        Column("same_holder", pa.bool_(), "both accounts bear one name; null: names are missing"),
        Column("all_evidence", EVIDENCE, "the entries that show them", nullable=False),
        Column("simulated", pa.bool_(), "any of them is marked as simulated", nullable=False),
    ),
    order=("account", "currency", "time", "payment", "outcome"),
    key="account",
)  # fmt: skip
