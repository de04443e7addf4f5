"""Messages between banks, and from customers to them: transfers, covers, returns, recalls and answers, as written."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, TIME, Column, Table, provenance
from veedor.tables.parties import TEXTS, details, named


def _party(prefix: str, who: str) -> tuple[Column, ...]:
    """What a message says of one party of a transfer."""
    return (
        Column(f"{prefix}_name", pa.string(), f"{who}, name as written", "party"),
        Column(f"{prefix}_account", pa.string(), f"{who}, canonical account id", "party"),
        *details(prefix, who),
        Column(f"{prefix}_agent", pa.string(), f"bank of the {who}: BIC, else name or clearing number", "party"),
    )  # fmt: skip


TRANSFERS = Table(
    "transfers",
    2,
    "One transaction of one message about a transfer. Of returns, recalls and answers the parties are those of the "
    "transfer they speak of: the debtor paid it.",
    (
        Column(
            "reference", pa.string(), "what its legs share: UETR (of a return or recall the original's), else "
            "EndToEndId, else `message/` with the message's and the transaction's own id", "reference", nullable=False,
        ),
        Column("message", pa.string(), "pacs.008, pain.001, MT103, ...", "reference", nullable=False),
        Column(
            "kind", pa.string(), "transfer, cover, institution (a bank's own), initiation, return, recall, answer",
            "reference", nullable=False,
        ),
        Column("message_id", pa.string(), "message id; sender's reference of an MT", "reference"),
        Column("instruction_id", pa.string(), "instruction id, or id of the return or recall", "reference"),
        Column("end_to_end_id", pa.string(), "EndToEndId of the transfer; NOTPROVIDED is null", "reference"),
        Column("transaction_id", pa.string(), "transaction id of the transfer", "reference"),
        Column("uetr", pa.string(), "unique end-to-end transaction reference of the transfer", "reference"),
        Column("clearing_reference", pa.string(), "clearing system's reference", "reference"),
        Column("related_reference", pa.string(), "related reference (MT field 21)", "reference"),
        Column("original_message_id", pa.string(), "message that is returned, recalled or answered", "reference"),
        Column("original_instruction_id", pa.string(), "its instruction id", "reference"),
        Column("status", pa.string(), "status of an answer", "reference"),
        Column("reason", pa.string(), "code, else proprietary reason", "reference"),
        Column("reason_text", pa.string(), "further words on the reason", "reference"),
        Column(
            "time", TIME, "settlement time, else date at 00:00 UTC, else requested date, else creation", "amount",
            nullable=False,
        ),
        Column("time_is_date", pa.bool_(), "the source has only a date", "amount", nullable=False),
        Column("settlement_date", pa.date32(), "interbank settlement date (value date of an MT)", "amount"),
        Column("requested_date", pa.date32(), "requested execution date", "amount"),
        Column("created_raw", pa.string(), "creation time of the message as written, with its zone", "amount"),
        Column("amount_units", pa.int64(), "settled amount, else instructed; integer units", "amount"),
        Column("amount_exponent", pa.int8(), "settled amount, else instructed; decimal places", "amount"),
        Column("currency", pa.string(), "ISO 4217", "amount"),
        Column("instructed_units", pa.int64(), "instructed amount, integer units", "amount"),
        Column("instructed_exponent", pa.int8(), "instructed amount, decimal places", "amount"),
        Column("instructed_currency", pa.string(), "ISO 4217", "amount"),
        Column("exchange_rate", pa.string(), "as written", "amount"),
        Column("charges_bearer", pa.string(), "SHAR, DEBT, CRED, SLEV; SHA, OUR, BEN of an MT", "amount"),
        Column("charges", TEXTS, "charges taken on the way, `12.50 EUR` each as written", "amount"),
        Column("charges_agents", TEXTS, "banks that took them; empty text if not said", "amount"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "amount", nullable=False),
        *_party("debtor", "debtor"),
        *_party("creditor", "creditor"),
        *named("ultimate_debtor", "ultimate debtor"),
        *named("ultimate_creditor", "ultimate creditor"),
        Column("initiating_name", pa.string(), "initiating party, name as written", "party"),
        Column("instructing_agent", pa.string(), "bank that sent the message on", "party"),
        Column("instructed_agent", pa.string(), "bank that received it", "party"),
        Column("previous_agents", TEXTS, "banks before the instructing one", "party"),
        Column("intermediary_agents", TEXTS, "banks between the two parties' banks", "party"),
        Column("intermediary_accounts", TEXTS, "their accounts, canonical; empty text if not said", "party"),
        *_party("underlying_debtor", "debtor of the customer transfer that is covered"),
        *_party("underlying_creditor", "creditor of the customer transfer that is covered"),
        Column("remittance", pa.string(), "remittance information as written", "purpose"),
        Column("underlying_remittance", pa.string(), "that of the customer transfer that is covered", "purpose"),
        Column("purpose_code", pa.string(), "purpose code", "purpose"),
        Column("instructions", pa.string(), "instructions to banks as written", "purpose"),
        *provenance(),
        *SOURCE,
    ),
    order=("reference", "time", "deposit", "row"),
    key="reference",
)  # fmt: skip
