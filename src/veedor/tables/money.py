"""Money: accounts, entries on them, balances, and payments assembled from entries. Amounts are exact integers."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from veedor.tables.declare import DIGEST, SOURCE, TIME, Column, Table, provenance
from veedor.tables.findings import EVIDENCE, FINDINGS
from veedor.tables.parties import TEXTS, details, named


def amount(prefix: str, doc: str, group: str = "amount", nullable: bool = True) -> tuple[Column, ...]:
    """An exact amount: units x 10^-exponent of an ISO 4217 currency, as written, never rounded."""
    return (
        Column(f"{prefix}_units", pa.int64(), f"{doc}, integer units", group, nullable=nullable),
        Column(f"{prefix}_exponent", pa.int8(), f"{doc}, decimal places", group, nullable=nullable),
    )


ACCOUNTS = Table(
    "accounts",
    2,
    "An account as one source describes it.",
    (
        Column(
            "account",
            pa.string(),
            "canonical account id (IBAN without spaces, else bank:number)",
            "party",
            nullable=False,
        ),
        Column("scheme", pa.string(), "iban, other", "party", nullable=False),
        Column("bank", pa.string(), "bank id (BIC, else name)", "party"),
        Column("country", pa.string(), "ISO 3166 alpha-2", "party"),
        Column("currency", pa.string(), "ISO 4217", "party"),
        Column("holder", pa.string(), "holder's name as written", "party"),
        Column("opened", pa.date32(), "opening date", "party"),
        Column("branch", pa.string(), "bank's branch that keeps it, name or number as written", "party"),
        *details("holder", "holder"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "party", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("account", "deposit", "row"),
    key="account",
)

ENTRIES = Table(
    "entries",
    2,
    "One booking on one account, as one source shows it; batched bookings give one row per transaction.",
    (
        Column("account", pa.string(), "canonical account id", "party", nullable=False),
        Column("bank", pa.string(), "account's bank", "party"),
        Column("holder", pa.string(), "account holder's name as written", "party"),
        Column("counterparty_account", pa.string(), "canonical account id of the other side", "party"),
        Column("counterparty_bank", pa.string(), "bank of the other side", "party"),
        Column("counterparty_name", pa.string(), "name of the other side as written", "party"),
        *details("counterparty", "other side"),
        *named("ultimate_counterparty", "for whom the other side pays or receives"),
        *named("ultimate_holder", "for whom the account's holder pays or receives"),
        Column("initiating_name", pa.string(), "initiating party, name as written", "party"),
        Column("time", TIME, "booking time if the source has one, else the booking date at 00:00 UTC", "amount"),
        Column("time_is_date", pa.bool_(), "the source has only a date", "amount", nullable=False),
        Column("booking_date", pa.date32(), "booking date as written", "amount"),
        Column("value_date", pa.date32(), "value date as written", "amount"),
        Column("time_raw", pa.string(), "booking date or time exactly as written", "amount"),
        Column("credit", pa.bool_(), "money comes in (true) or goes out (false)", "amount", nullable=False),
        *amount("amount", "amount, never negative", nullable=False),
        Column("currency", pa.string(), "ISO 4217", "amount", nullable=False),
        *amount("instructed", "amount that was ordered, before charges and exchange"),
        Column("instructed_currency", pa.string(), "ISO 4217", "amount"),
        Column("exchange_rate", pa.string(), "as written", "amount"),
        Column("charges_bearer", pa.string(), "SHAR, DEBT, CRED, SLEV as written", "amount"),
        Column(
            "charges",
            TEXTS,
            "charges taken of it, on the way or by the bank, `12.50 EUR` each as written, with a minus "
            "where given back",
            "amount",
        ),
        Column("charges_agents", TEXTS, "banks that took them; empty text if not said", "amount"),
        *amount("balance", "booked balance after the entry"),
        Column("reversal", pa.bool_(), "reverses an earlier entry", "amount", nullable=False),
        Column("uetr", pa.string(), "unique end-to-end transaction reference", "reference"),
        Column("end_to_end_id", pa.string(), "EndToEndId; NOTPROVIDED is null", "reference"),
        Column("transaction_id", pa.string(), "transaction id", "reference"),
        Column("servicer_reference", pa.string(), "account servicer's reference", "reference"),
        Column("entry_reference", pa.string(), "entry reference in the statement", "reference"),
        Column("transaction_code", pa.string(), "bank transaction code", "reference"),
        Column("instrument", pa.string(), "transfer, cash, card, cheque, other; null if not said", "reference"),
        Column("return_reason", pa.string(), "why it comes back: code, else words", "reference"),
        Column(
            "place", pa.string(), "terminal or branch where money was paid in, drawn or spent, as written", "reference"
        ),
        Column("place_kind", pa.string(), "terminal (also a machine), branch", "reference"),
        Column("place_address", pa.string(), "its address, parts or lines as written with commas", "reference"),
        Column("place_town", pa.string(), "its town where said apart", "reference"),
        Column("place_country", pa.string(), "its country", "reference"),
        Column("purpose", pa.string(), "remittance information as written", "purpose"),
        Column("purpose_code", pa.string(), "purpose code", "purpose"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "amount", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("account", "time", "deposit", "row"),
    key="account",
)

BALANCES = Table(
    "balances",
    1,
    "A balance that a statement states.",
    (
        Column("account", pa.string(), "canonical account id", "party", nullable=False),
        Column("kind", pa.string(), "OPBD, CLBD, ITBD, ... as written", "amount", nullable=False),
        Column("date", pa.date32(), "date of the balance", "amount"),
        *amount("balance", "balance, negative when overdrawn", nullable=False),
        Column("currency", pa.string(), "ISO 4217", "amount", nullable=False),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "amount", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("account", "date", "kind", "deposit", "row"),
    key="account",
)

FURTHER = pa.list_(
    pa.struct(
        [
            pa.field("deposit", DIGEST, nullable=False),
            pa.field("row", pa.int64(), nullable=False),
            pa.field("role", pa.string(), nullable=False),
        ]
    )
)
PAYMENTS = Table(
    "payments",
    3,
    "One transfer, assembled from all entries and messages that show it.",
    (
        Column("account", pa.string(), "where it lies: payer's account, else payee's", nullable=False),
        Column(
            "payment",
            pa.int64(),
            "payment id: first 8 bytes of SHA-256 of its smallest entry, else message",
            nullable=False,
        ),
        Column("payer", pa.string(), "payer's account, else `name:` and name, else null: unknown (cash, cut off)"),
        Column("payee", pa.string(), "payee's account, likewise"),
        Column("payer_name", pa.string(), "name as written by the payer's bank if seen, else by the other"),
        Column("payee_name", pa.string(), "likewise"),
        Column("payer_bank", pa.string(), "bank id"),
        Column("payee_bank", pa.string(), "bank id"),
        Column("time", TIME, "earliest booking", nullable=False),
        Column("time_is_date", pa.bool_(), "only dates were seen", nullable=False),
        *amount("amount", "amount", "", nullable=False),
        Column("currency", pa.string(), "ISO 4217", nullable=False),
        Column("instrument", pa.string(), "transfer, cash, card, cheque, other; null if not said"),
        Column(
            "match",
            pa.string(),
            "single, uetr, end_to_end, servicer, attributes, name: weakest link used; name_unclear: alone, as a name "
            "fits several",
            nullable=False,
        ),
        Column("conflict", pa.bool_(), "sources disagree in amount, currency or parties", nullable=False),
        Column("reversed", pa.bool_(), "a reversal or a return gives it back", nullable=False),
        Column("debit_deposit", pa.binary(32), "smallest debit entry, else message"),
        Column("debit_row", pa.int64(), "smallest debit entry, else message"),
        Column("credit_deposit", pa.binary(32), "smallest credit entry"),
        Column("credit_row", pa.int64(), "smallest credit entry"),
        Column("entries", pa.int32(), "number of entries merged", nullable=False),
        Column("messages", pa.int32(), "number of messages about it, covers and returns too", nullable=False),
        Column("legs", pa.int32(), "bookings of banks in between", nullable=False),
        Column("recalled", pa.bool_(), "somebody asked for it back", nullable=False),
        Column(
            "further", FURTHER, "every other source row: debit, credit, message, leg, return, recall", nullable=False
        ),
        Column("purpose", pa.string(), "remittance information of the smallest entry that has one"),
        Column("simulated", pa.bool_(), "any of its entries is marked as simulated", nullable=False),
    ),
    order=("account", "time", "payment"),
    key="account",
)

_COMPLETED = (
    "account", "bank", "holder", "counterparty_account", "counterparty_bank", "counterparty_name", "time",
    "time_is_date", "booking_date", "credit", "amount_units", "amount_exponent", "currency", "reversal", "uetr",
    "end_to_end_id", "transaction_id", "servicer_reference", "entry_reference", "instrument", "purpose", "simulated",
    "deposit", "row", "file",
)  # fmt: skip

COMPLETED_ENTRIES = Table(
    "completed_entries",
    3,
    "Entries of which the transfer's paying account became known from a debit entry or message with their reference or "
    "from a name, or of which a name left it open.",
    (
        *(replace(column, group="") for column in ENTRIES.columns if column.name in _COMPLETED),
        Column("counterparty_written", pa.string(), "other side's account as this entry itself has it"),
        Column(
            "completed_by",
            pa.string(),
            "uetr, end_to_end, name; leg, return: not the payment's own booking; name_unclear: alone, as a name fits "
            "several",
            nullable=False,
        ),
    ),
    order=("account", "time", "deposit", "row"),
    key="account",
)

TOLD_TRANSFERS = Table(
    "told_transfers",
    1,
    "Messages on transfers as sightings on the payer's account (the payee's where no message names the payer's).",
    (
        *(replace(column, group="") for column in ENTRIES.columns if column.name in _COMPLETED),
        Column("kind", pa.string(), "kind of message as in transfers", nullable=False),
    ),
    order=("account", "time", "deposit", "row"),
    key="account",
)

LEARNED_PAYERS = Table(
    "learned_payers",
    2,
    "Which account paid what an entry shows, learned from a debit entry or message that bears the same reference.",
    (
        Column("account", pa.string(), "account of the entry", nullable=False),
        Column("deposit", pa.binary(32), "deposit of the entry", nullable=False),
        Column("row", pa.int64(), "its ordinal in that deposit", nullable=False),
        Column("payer", pa.string(), "account that paid", nullable=False),
        Column("learned_by", pa.string(), "uetr, end_to_end; leg of a bank in between; return", nullable=False),
    ),
    order=("account", "deposit", "row"),
    key="account",
)

NAMED_PAYERS = Table(
    "named_payers",
    1,
    "Which account paid a credit that says its payer only by name; and credits and debits that a name left open.",
    (
        Column("account", pa.string(), "account of the entry", nullable=False),
        Column("deposit", pa.binary(32), "deposit of the entry", nullable=False),
        Column("row", pa.int64(), "its ordinal in that deposit", nullable=False),
        Column("payer", pa.string(), "account that paid; null where that is open"),
        Column("learned_by", pa.string(), "name; name_unclear: the name fits several", nullable=False),
    ),
    order=("account", "deposit", "row"),
    key="account",
)

ACCOUNT_PROFILES = Table(
    "account_profiles",
    4,
    "How one account pays and is paid in one currency: what its own history and all accounts are compared with.",
    (
        Column("account", pa.string(), "account, or `name:` and name", nullable=False),
        Column("currency", pa.string(), "ISO 4217", nullable=False),
        Column("payments_in", pa.int64(), "payments received", nullable=False),
        Column("payments_out", pa.int64(), "payments made", nullable=False),
        Column("payers", pa.int64(), "distinct payers over all time", nullable=False),
        Column("payees", pa.int64(), "distinct payees over all time", nullable=False),
        Column("busiest_payers", pa.int64(), "most distinct payers in one window", nullable=False),
        Column("busiest_payees", pa.int64(), "most distinct payees in one window", nullable=False),
        Column("passed_permille", pa.int64(), "share of incoming money that left within the delay"),
        Column("first_day", pa.int64(), "day of its first payment on record, since 1970", nullable=False),
        Column("silent_days", pa.int64(), "its longest time without a payment between two, in days", nullable=False),
        Column("counted", pa.bool_(), "has enough payments to be counted among all accounts", nullable=False),
        Column("pass_through", pa.bool_(), "money passes here in a shape worth judging", nullable=False),
        Column("fans", pa.bool_(), "many counterparties in a burst, or drained at once", nullable=False),
        Column("structuring", pa.bool_(), "several payments in cash just under some threshold", nullable=False),
        Column("looked_at_again", pa.bool_(), "any of these three patterns could be here", nullable=False),
    ),
    order=("account", "currency"),
    key="account",
)

PIECES_OF_MONEY = pa.list_(
    pa.struct(
        [
            pa.field("came", pa.int64(), nullable=False),  # payment by which these coins came
            pa.field("went", pa.int64()),  # payment by which they left; null: all coins of `came`
            pa.field("size", pa.string(), nullable=False),  # coins: exact units of 10^-exponent
            pa.field("in_came", pa.string(), nullable=False),  # place of the first of them in `came`
            pa.field("in_went", pa.string(), nullable=False),  # and in `went`
        ]
    )
)

PASSAGES = Table(
    "passages",
    2,
    "Money passing through one account: a finding as it stands before accounts that pass on the same money are joined.",
    (
        *FINDINGS.columns,
        Column("payments", pa.list_(pa.int64()), "payments that may be shared with another account", nullable=False),
        Column("all_evidence", EVIDENCE, "the full set of evidence", nullable=False),
        Column(
            "pieces",
            PIECES_OF_MONEY,
            "which money that came left by which payment, first in, first out",
            nullable=False,
        ),
        Column("currency", pa.string(), "ISO 4217", nullable=False),
        Column("exponent", pa.int8(), "of the sizes of pieces", nullable=False),
    ),
    order=FINDINGS.order,
    key="anchor",
)

MONEY_DISTRIBUTIONS = Table(
    "money_distributions",
    1,
    "How many accounts of one currency have each value of each measure of `account_profiles`.",
    (
        Column("currency", pa.string(), "ISO 4217", nullable=False),
        Column(
            "measure",
            pa.string(),
            "busiest_payers, busiest_payees, passed_permille, first_day or silent_days",
            nullable=False,
        ),
        Column("value", pa.int64(), "value of the measure (counts as they are, shares in steps of 10)", nullable=False),
        Column("accounts", pa.int64(), "accounts with that value", nullable=False),
    ),
    order=("currency", "measure", "value"),
)

THRESHOLD_COVERAGE = Table(
    "threshold_coverage",
    1,
    "Payments in cash for which a dated reporting threshold is known, and those that nobody can judge without one.",
    (
        Column("country", pa.string(), "ISO 3166 alpha-2 of the account, empty if unknown", nullable=False),
        Column("currency", pa.string(), "ISO 4217", nullable=False),
        Column("instrument", pa.string(), "instrument as in payments", nullable=False),
        Column("payments", pa.int64(), "payments", nullable=False),
        Column("assessable", pa.int64(), "of these with a threshold in force on their day", nullable=False),
    ),
    order=("country", "currency", "instrument"),
)
