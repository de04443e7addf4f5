"""Rows of a table as plain values, times as integer microseconds: what views are made from."""

from __future__ import annotations

from typing import Any

import pyarrow as pa


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Each row as a dictionary; time stamps become microseconds since 1970, so that no view depends on a time zone."""
    for number, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(number, field.name, table[field.name].cast(pa.int64()))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
