"""A bank's table as CSV with its mapping, for tests that read files."""

from __future__ import annotations

from pathlib import Path

HEADER = "account,holder,other,other_name,date,amount,currency"
MAPPING = """
mapping = "bank-table-test/1"
format = "csv"
files = ["*.csv"]
header_has = ["account", "holder", "other"]
[[record]]
table = "entries"
sign = "positive_is_credit"
columns.account = { column = "account", required = true }
columns.holder = { column = "holder" }
columns.counterparty_account = { column = "other" }
columns.counterparty_name = { column = "other_name" }
columns.time = { column = "date", time = "iso", required = true }
columns.amount = { column = "amount", required = true }
columns.currency = { column = "currency", required = true }
"""


def bank_table(folder: Path, *rows: str) -> tuple[Path, Path]:
    """`bank.csv` of these rows below HEADER, and `bank.toml`."""
    table, mapping = folder / "bank.csv", folder / "bank.toml"
    table.write_text("\n".join((HEADER, *rows)) + "\n")
    mapping.write_text(MAPPING)
    return table, mapping
