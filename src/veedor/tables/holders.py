"""Who stands at which account under which name, and which of these are likely one holder."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import DIGEST, Column, Table
from veedor.tables.findings import REASONS, TERMS

PARTY_MENTIONS = Table(
    "party_mentions",
    1,
    "A name as records of one day show it beside an account, as its holder or as the other side.",
    (
        Column("subject", pa.string(), "account:<id>, or name:<name> where no account is known", nullable=False),
        Column("name", pa.string(), "name as written, single spaces", nullable=False),
        Column(
            "role", pa.string(), "holder, counterparty, ultimate_holder, ultimate_counterparty, initiating; of "
            "messages debtor, creditor, ultimate_debtor, ultimate_creditor", nullable=False,
        ),
        Column("account", pa.string(), "canonical account id, if known"),
        Column("bank", pa.string(), "its bank as written"),
        Column("country", pa.string(), "ISO 3166 alpha-2 of the account: as stated, else by IBAN or BIC"),
        Column("day", pa.date32(), "booking day (UTC); null: the record has none"),
        Column("records", pa.int64(), "records that show it so", nullable=False),
        Column("simulated", pa.bool_(), "any of these is marked as simulated", nullable=False),
        Column("deposit", DIGEST, "smallest of these records", nullable=False),
        Column("row", pa.int64(), "smallest of these records", nullable=False),
    ),
    order=("subject", "name", "role", "day", "deposit", "row"),
    key="subject",
)  # fmt: skip

HOLDERS = Table(
    "holders",
    2,
    "A name at an account, and the holder it likely is: names with the same `holder` are likely one person or firm.",
    (
        Column("holder", pa.int64(), "first 8 bytes of SHA-256 of its smallest subject and name", nullable=False),
        Column("subject", pa.string(), "account:<id>, or name:<name> where no account is known", nullable=False),
        Column("name", pa.string(), "name as written, single spaces", nullable=False),
        Column("beside", pa.string(), "birth date and numbers that its records state beside the name, as compared"),
        Column("members", pa.int64(), "subjects and names that are this holder", nullable=False),
        Column("linked_subject", pa.string(), "subject of the nearest other member; null: stands alone"),
        Column("linked_name", pa.string(), "its name"),
        Column("link_milli_log10", pa.int32(), "score of that pair: sum of `terms`"),
        Column("terms", TERMS, "named log10 likelihood ratios of that pair", nullable=False),
        Column(
            "near_subject", pa.string(), "subject of the nearest name that it was not joined to, of those with a score "
            "above 0 or an account in common; null: none",
        ),
        Column("near_name", pa.string(), "its name"),
        Column("near_milli_log10", pa.int32(), "score of that pair: sum of `near_terms`"),
        Column("near_terms", TERMS, "named log10 likelihood ratios of that pair", nullable=False),
        Column(
            "near_why", pa.string(), "why not: judged or unsure (by people), contradiction (of numbers or births), "
            "weak (below the threshold), others (other names of the two holders speak against)",
        ),
        Column("disputed", pa.bool_(), "people judged it both ways, so that nothing was decided", nullable=False),
        Column(
            "left_out", REASONS, "budgets that cut the search: what so many names share that it says nothing, and how "
            "many names as near as those compared were not compared", nullable=False,
        ),
        Column("records", pa.int64(), "records that show it", nullable=False),
        Column("simulated", pa.bool_(), "any of these is marked as simulated", nullable=False),
        Column("deposit", DIGEST, "smallest of these records", nullable=False),
        Column("row", pa.int64(), "smallest of these records", nullable=False),
    ),
    order=("holder", "subject", "name", "beside", "deposit", "row"),
    key="subject",
)  # fmt: skip
