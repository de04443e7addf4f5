"""Plots as CSV with plain columns and units in the header names: the writer; a mapping reads it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.csv_text import csv_lines
from veedor.formats.decimals import scaled_text
from veedor.formats.plot_columns import BY_COLUMN, COLUMNS, FLAGS, FULL_TURN_E7, MODES, Written, mapping_toml

MAPPING_TOML = mapping_toml("csv")
BATCH_ROWS = 65_536


def encode_plots(rows: pa.Table, columns: Sequence[str] | None = None) -> Iterator[bytes]:
    """CSV of plots, header first. `columns` are names of the plots table (default: those of `rows` that can be
    written, in declared order). Times are ISO 8601 UTC with microseconds, codes octal, addresses hex.

    No rows at all still give the header. A column that cannot be written raises KeyError.
    """
    names = [column.table_column for column in COLUMNS if column.table_column in rows.column_names]
    chosen = [BY_COLUMN[name] for name in (names if columns is None else columns)]
    yield (",".join(column.file_column for column in chosen) + "\n").encode()
    for start in range(0, rows.num_rows, BATCH_ROWS):
        part = rows.slice(start, BATCH_ROWS)
        yield csv_lines([as_text(part[column.table_column], column) for column in chosen])


def as_text(values: Array, column: Written) -> Array:
    """One column as it stands in the file; null is an empty field."""
    array = values.combine_chunks()
    match column.kind:
        case "time":
            text = pc.strftime(pc.cast(array, pa.timestamp("us")), "%Y-%m-%dT%H:%M:%SZ")
        case "scaled":
            text = scaled_text(array, column.places)
        case "angle":
            wide = pc.cast(array, pa.int64())
            turned = pc.if_else(pc.less(wide, 0), pc.add(wide, FULL_TURN_E7), wide)
            text = scaled_text(turned, column.places)
        case "octal":
            text = _by_value(array, lambda value: f"{value:04o}")
        case "hex":
            text = _by_value(array, lambda value: f"{value:06x}")
        case "modes":
            text = _by_value(array, lambda value: _names(value, MODES))
        case "flags":
            text = _by_value(array, lambda value: _names(value, FLAGS))
        case "truth":
            text = pc.if_else(array, "true", "false")
        case _:
            text = pc.cast(array, pa.string())
    return pc.fill_null(text, "")


def _names(value: int, bits: tuple[tuple[str, int], ...]) -> str:
    return "+".join(name for name, bit in bits if value & bit)


def _by_value(array: Array, say: Callable[[int], str]) -> Array:
    """Few distinct values, many rows: each value is spelled once."""
    coded = pc.dictionary_encode(array)
    words = pa.array([None if value is None else say(value) for value in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)
