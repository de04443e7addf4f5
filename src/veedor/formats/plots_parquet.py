"""Plots as Parquet with the same plain columns as the CSV, numbers as doubles: the writer; a mapping reads it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from veedor.formats.arrow import Array, pc
from veedor.formats.plot_columns import BY_COLUMN, COLUMNS, FULL_TURN_E7, Written, mapping_toml
from veedor.formats.plots_csv import as_text

MAPPING_TOML = mapping_toml("parquet")


def write_plots_parquet(rows_iter: Iterable[pa.Table], sink: BinaryIO) -> int:
    """Writes tables of plots (all with the columns of the first) to `sink`, one row group each; returns the rows.

    Lengths are metres, angles degrees, times timestamps in microseconds UTC; doubles hold the integers exactly enough
    to round back to them.
    """
    writer: pq.ParquetWriter | None = None
    written = 0
    for rows in rows_iter:
        names = [column.table_column for column in COLUMNS if column.table_column in rows.column_names]
        plain = pa.table({BY_COLUMN[name].file_column: _value(rows[name], BY_COLUMN[name]) for name in names})
        if writer is None:
            writer = pq.ParquetWriter(sink, plain.schema, compression="zstd")
        writer.write_table(plain)
        written += rows.num_rows
    if writer is not None:
        writer.close()
    return written


def _value(values: Array, column: Written) -> Array:
    array = values.combine_chunks()
    match column.kind:
        case "time" | "truth" | "whole" | "text":
            return array
        case "scaled" | "angle":
            wide = pc.cast(array, pa.int64())
            if column.kind == "angle":
                wide = pc.if_else(pc.less(wide, 0), pc.add(wide, FULL_TURN_E7), wide)
            return pc.divide(pc.cast(wide, pa.float64()), float(10**column.places))
        case _:
            return pc.if_else(pc.is_valid(array), as_text(values, column), pa.scalar(None, pa.string()))
