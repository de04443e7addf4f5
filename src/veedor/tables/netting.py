"""Money paid in at one house and paid out, of that worth in another currency, at another: first as counts by pair of
houses, then payment by payment for the few pairs that have more of it than chance gives."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import TIME, Column, Table
from veedor.tables.findings import EVIDENCE

_FITS = tuple(
    Column(
        f"fits_{days}", pa.int64(), f"payments in with a payment out that fits, {days} days displaced", nullable=False
    )
    for days in (0, 2, 3, 5)
)
_PAIR = (
    Column("pair", pa.string(), "both houses with their currencies, the smaller account first", nullable=False),
    Column("account", pa.string(), "account of the house that was paid", nullable=False),
    Column("currency", pa.string(), "ISO 4217: what was paid in", nullable=False),
    Column("other", pa.string(), "account of the house that paid out", nullable=False),
    Column("other_currency", pa.string(), "ISO 4217: what was paid out", nullable=False),
)

MIRROR_COUNTS = Table(
    "mirror_counts",
    2,
    "How many payments into a house in one week have a payment out of another to themselves that fits.",
    (
        *_PAIR,
        Column("time", TIME, "when the week begins (weeks of seven days since 1970)", nullable=False),
        *_FITS,
        Column("cut", pa.int64(), "payments into the house, to whichever other, that had too many to count",
               nullable=False),
    ),
    order=("pair", "account", "currency", "time"),
    key="pair",
)  # fmt: skip

HOUSE_PAIRS = Table(
    "house_pairs",
    2,
    "Two houses that have more payments in and out that fit, both ways, than chance gives.",
    (
        *_PAIR,
        *_FITS,
        Column("beyond_milli", pa.int64(),
               "fits beyond chance, both ways, in thousandths of the root of chance and one",
               nullable=False),
        Column("cut", pa.int64(), "payments in, both ways, that had too many to count", nullable=False),
    ),
    order=("pair", "account", "currency"),
    key="pair",
)  # fmt: skip

MIRRORED_DEALS = Table(
    "mirrored_deals",
    2,
    "One payment in and one payment out at two houses that may be one deal; or where the search was cut.",
    (
        Column("account", pa.string(), "account of the house that was paid", nullable=False),
        Column("other", pa.string(), "account of the house that paid out; empty where steps ran out", nullable=False),
        Column("currency", pa.string(), "ISO 4217: what was paid in", nullable=False),
        Column("other_currency", pa.string(), "ISO 4217: what was paid out", nullable=False),
        Column(
            "displaced_days", pa.int64(),
            "0: the payment out came soon after; else it came so many days too late to belong to it: what chance gives",
            nullable=False,
        ),
        Column("outcome", pa.string(), "fits: by a dated rate; budget: steps ran out", nullable=False),
        Column("time", TIME, "when it was paid in", nullable=False),
        Column("end", TIME, "when it was paid out", nullable=False),
        Column("payment", pa.int64(), "id of the payment in", nullable=False),
        Column("payout", pa.int64(), "id of the payment out; 0 where steps ran out", nullable=False),
        Column("price_ppm", pa.int64(), "what was paid out, in millionths of what the least rate of that day gives",
               nullable=False),
        Column("given_units", pa.int64(), "what was paid in", nullable=False),
        Column("given_exponent", pa.int8(), "its decimal places", nullable=False),
        Column("paid_units", pa.int64(), "what was paid out; 0 where steps ran out", nullable=False),
        Column("paid_exponent", pa.int8(), "its decimal places", nullable=False),
        Column("customer", pa.string(), "account that paid in", nullable=False),
        Column("receiver", pa.string(), "account that was paid", nullable=False),
        Column("same_holder", pa.bool_(), "both accounts bear one name; null: names are missing"),
        Column("rate_kinds", pa.string(), "official, parallel, or both, by which it fits", nullable=False),
        Column("rate_sources", pa.string(), "whose rates these are", nullable=False),
        Column("all_evidence", EVIDENCE, "the entries that show it; empty of displaced ones", nullable=False),
        Column("simulated", pa.bool_(), "either is marked as simulated", nullable=False),
    ),
    order=(
        "account", "other", "currency", "other_currency", "displaced_days", "outcome", "time", "payment", "end",
        "payout",
    ),
    key="account",
)  # fmt: skip
