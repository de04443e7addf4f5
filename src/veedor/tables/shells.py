"""What accounts of different holders have in common beside money, and the money between those that have it."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import DIGEST, TIME, Column, Table, provenance

_TEXTS = pa.list_(pa.string())
_HELD = (
    Column("detail", pa.string(), "kind and what is compared, after a colon", nullable=False),
    Column("kind", pa.string(), "address, phone, email, device or officer", nullable=False),
    Column("account", pa.string(), "canonical account id", nullable=False),
    Column("written", pa.string(), "the detail as the source writes it", nullable=False),
    Column("name", pa.string(), "name of the account's holder as written; null: no source says it"),
    Column("holders", _TEXTS, "who holds the account, as numbers and names that are compared; sorted", nullable=False),
    Column("officers", _TEXTS, "who else stands at it, likewise", nullable=False),
    Column("since", pa.date32(), "from which day on, the earliest of all sources; null: not said"),
    Column("until", pa.date32(), "until which day, the latest of all sources; null: not said"),
)

HOLDER_DETAILS = Table(
    "holder_details",
    1,
    "One detail of whoever stands at one account, in the form in which details are compared.",
    (*_HELD, Column("simulated", pa.bool_(), "marked as simulated by its source", nullable=False), *provenance()),
    order=("detail", "account"),
    key="detail",
)

SHARED_DETAILS = Table(
    "shared_details",
    1,
    "A detail that accounts of different holders have in common: one row for each account, or that too many have it.",
    (
        *_HELD,
        Column(
            "outcome", pa.string(),
            "shared: each account has a row; common: so many have it that it says nothing, one row stands for all",
            nullable=False,
        ),
        Column("accounts", pa.int64(), "how many accounts have it", nullable=False),
        Column("simulated", pa.bool_(), "marked as simulated by its source", nullable=False),
        *provenance(),
    ),
    order=("account", "detail"),
    key="account",
)  # fmt: skip

MOVED = pa.list_(
    pa.struct(
        [
            pa.field("payment", pa.int64(), nullable=False),
            pa.field("other", pa.string(), nullable=False),
            pa.field("incoming", pa.bool_(), nullable=False),
            pa.field("time", TIME, nullable=False),
            pa.field("size", pa.string(), nullable=False),
            pa.field("debit_deposit", DIGEST),
            pa.field("debit_row", pa.int64()),
            pa.field("credit_deposit", DIGEST),
            pa.field("credit_row", pa.int64()),
        ]
    )
)

SHELL_MONEY = Table(
    "shell_money",
    1,
    "Money of one account that has rare details in common with others, in one currency; or that a group is too large.",
    (
        Column("group", pa.string(), "smallest account id of those that hang together by details", nullable=False),
        Column("account", pa.string(), "canonical account id", nullable=False),
        Column("currency", pa.string(), "ISO 4217; empty where the group is too large", nullable=False),
        Column("outcome", pa.string(), "looked_at; busy: too many others, only payments to and from the group are "
               "listed; too_many: the group has too many accounts and is not judged", nullable=False),
        Column("members", pa.int64(), "accounts of the group", nullable=False),
        Column("exponent", pa.int8(), "decimal places of all sizes here", nullable=False),
        Column("received", pa.string(), "all that the account ever got, integer units in decimal digits",
               nullable=False),
        Column("sent", pa.string(), "all that it ever paid, likewise", nullable=False),
        Column("passed_permille", pa.int64(), "of what it got, how much left again within the delay", nullable=False),
        Column("parties", pa.int64(), "with how many others it ever dealt", nullable=False),
        Column("moved", MOVED, "its payments to and from the group, and from outside while not busy", nullable=False),
        Column("simulated", pa.bool_(), "any payment is marked as simulated", nullable=False),
    ),
    order=("group", "account", "currency"),
    key="group",
)  # fmt: skip
