"""Blocks of Parquet rows: no byte spans inside a Parquet file, so a row's place is its number (offset) and length 0."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import SEEK_END
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from veedor.errors import InputError
from veedor.formats.arrow import one_piece, pc
from veedor.formats.checks import Checks
from veedor.formats.csv_blocks import BLOCK_RECORDS, Block

MAGIC = b"PAR1"
_SEARCHED_BYTES = 1 << 20


class RowBlock(Block):
    """Rows of a Parquet file; the bytes kept of a rejected row are its values as JSON."""

    def raw(self, row: int) -> bytes:
        values = {name: _value(self.columns[name][row]) for name in self.columns.column_names}
        return json.dumps(values, default=str, sort_keys=True, ensure_ascii=False).encode()


def parquet_blocks(stream: BinaryIO, name: str) -> Iterator[Block]:
    """Row batches in order. A Parquet file has its directory at its end: a cut-off one cannot be read at all."""
    try:
        file = pq.ParquetFile(stream)
        if _is_joined(stream, file.metadata):
            raise InputError(
                "several Parquet files were joined into one", file=name, place="before the last file's directory",
                expected="one Parquet file", found="the end of one and the beginning of another",
                next_step="hand in each file by itself: the last directory tells only of its own rows, at wrong places",
            )  # fmt: skip
        first = 0
        for batch in file.iter_batches(batch_size=BLOCK_RECORDS):
            rows = batch.num_rows
            checks = Checks(rows)
            columns = _valid_text(_plain_text(pa.Table.from_batches([batch])), checks)
            places = np.arange(first, first + rows)
            yield RowBlock(first, b"", 0, places, np.zeros(rows, np.int64), columns, checks)
            first += rows
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise unreadable(name, error) from error


def _is_joined(stream: BinaryIO, metadata: Any) -> bool:
    """Whether a file ends and another begins behind all that the directory tells of: its places are counted from the
    beginning of its own file, so that rows of the first would be read as those of the last."""
    end = len(MAGIC)
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            begins = [at for at in (column.dictionary_page_offset, column.data_page_offset) if at is not None]
            end = max(end, min(begins) + column.total_compressed_size)
    size = stream.seek(0, SEEK_END)
    left = size - 2 * len(MAGIC) - metadata.serialized_size - end
    stream.seek(end)
    before = b""
    while left > 0 and (more := stream.read(min(left, _SEARCHED_BYTES))):
        if 2 * MAGIC in before + more:
            return True
        before, left = more[1 - 2 * len(MAGIC) :], left - len(more)
    return False


def _value(scalar: Any) -> object:
    try:
        return scalar.as_py()
    except (OverflowError, ValueError):  # a time in a year that Python does not have
        return str(scalar.value)


def _plain_text(columns: pa.Table) -> pa.Table:
    """Text in whatever form the file keeps it (large, views, dictionaries) as plain strings."""
    fields: list[pa.Field[Any]] = []
    for field in columns.schema:
        kind: Any = field.type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        text = pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
        fields.append(pa.field(field.name, pa.string() if text else kind))
    return columns.cast(pa.schema(fields))


def _valid_text(columns: pa.Table, checks: Checks) -> pa.Table:
    """Rows with bytes that are no UTF-8 where text should be fail: Parquet does not look at what it holds."""
    for place, field in enumerate(columns.schema):
        if pa.types.is_string(field.type):
            raw = one_piece(columns.column(place)).cast(pa.binary())
            try:
                raw.cast(pa.string())
            except pa.ArrowInvalid:
                words = [
                    None if value is None else value.decode(errors="backslashreplace") for value in raw.to_pylist()
                ]
                text = pa.array(words, pa.string())
                bad = pc.not_equal(text.cast(pa.binary()), raw)
                wrong = pc.fill_null(bad, False).to_numpy(zero_copy_only=False)
                checks.fail(wrong, "reject.encoding", field.name, "utf-8 text", text)
                columns = columns.set_column(place, field, text)
    return columns


def unreadable(name: str, error: Exception) -> InputError:
    """What to say of a damaged or cut-off Parquet file."""
    return InputError(
        "the Parquet file cannot be read",
        file=name,
        place="its directory, at the end of the file, or a page of it",
        expected="a complete Parquet file",
        found=(str(error).splitlines() or [type(error).__name__])[0][:200],
        next_step="ask for the file again",
    )
