"""Entries as a bank exports them in CSV: one signed amount column, debit negative; a mapping reads it back."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.csv_text import csv_lines
from veedor.formats.decimals import amounts_text

BATCH_ROWS = 65_536
# Columns written as they stand, in the order of the file.
_TEXTS = (
    "account", "bank", "holder", "counterparty_account", "counterparty_bank", "counterparty_name",
)  # fmt: skip
_REFERENCES = (
    "uetr", "end_to_end_id", "transaction_id", "servicer_reference", "entry_reference", "transaction_code",
    "instrument", "purpose",
)  # fmt: skip
HEADER = (*_TEXTS, "booked", "value_date", "amount", "currency", "balance", "reversal", *_REFERENCES, "simulated")

MAPPING_TOML = (
    "\n".join(
        [
            "# Entries as Veedor writes them: a booking time with zone or a date; credit positive, debit negative.",
            'mapping = "bank-plain/1"',
            'format = "csv"',
            'header_has = ["account", "booked", "amount", "currency", "counterparty_account", "end_to_end_id"]',
            "",
            "[[record]]",
            'table = "entries"',
            'sign = "positive_is_credit"',
            *(f'columns.{name} = {{ column = "{name}", if_present = true }}' for name in _TEXTS if name != "account"),
            'columns.account = { column = "account", required = true }',
            'columns.time = { column = "booked", time = "iso", zone = "UTC", required = true }',
            'columns.value_date = { column = "value_date", time = "iso", if_present = true }',
            'columns.amount = { column = "amount", required = true }',
            'columns.currency = { column = "currency", required = true }',
            'columns.balance = { column = "balance", if_present = true }',
            'columns.reversal = { column = "reversal", if_present = true }',
            *(f'columns.{name} = {{ column = "{name}", if_present = true }}' for name in _REFERENCES),
            'columns.simulated = { column = "simulated", if_present = true }',
        ]
    )
    + "\n"
)


def encode_entries(rows: pa.Table) -> Iterator[bytes]:
    """CSV of entries, header first. `rows` holds any of the columns of the entries table; absent ones stay empty.

    `booked` is a date where `time_is_date`, else ISO 8601 UTC with microseconds.
    """
    yield (",".join(HEADER) + "\n").encode()
    for start in range(0, rows.num_rows, BATCH_ROWS):
        yield csv_lines(_written(rows.slice(start, BATCH_ROWS)))


def _written(part: pa.Table) -> list[Array]:
    def text(name: str) -> Array:
        if name not in part.column_names:
            return pa.repeat("", part.num_rows)
        return pc.fill_null(pc.cast(part[name], pa.string()), "").combine_chunks()

    def truth(name: str) -> Array:
        if name not in part.column_names:
            return pa.repeat("", part.num_rows)
        return pc.if_else(part[name], "true", "false").combine_chunks()

    time = pc.cast(part["time"], pa.timestamp("us"))
    booked = pc.strftime(time, "%Y-%m-%dT%H:%M:%SZ")
    if "time_is_date" in part.column_names:
        booked = pc.if_else(part["time_is_date"], pc.strftime(time, "%Y-%m-%d"), booked)
    signed = pc.if_else(part["credit"], part["amount_units"], pc.negate(part["amount_units"]))
    balance = (
        pc.fill_null(amounts_text(part["balance_units"], part["balance_exponent"]), "")
        if "balance_units" in part.column_names
        else text("balance")
    )
    return [
        *(text(name) for name in _TEXTS),
        booked.combine_chunks(),
        text("value_date"),
        amounts_text(signed, part["amount_exponent"]),
        text("currency"),
        balance,
        truth("reversal"),
        *(text(name) for name in _REFERENCES),
        truth("simulated"),
    ]
