"""Blocks of Parquet rows: no byte spans inside a Parquet file, so a row's place is its number (offset) and length 0."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from veedor.errors import InputError
from veedor.formats.checks import Checks
from veedor.formats.csv_blocks import BLOCK_RECORDS, Block

MAGIC = b"PAR1"


class RowBlock(Block):
    """Rows of a Parquet file; the bytes kept of a rejected row are its values as JSON."""

    def raw(self, row: int) -> bytes:
        values = self.columns.slice(row, 1).to_pylist()[0]
        return json.dumps(values, default=str, sort_keys=True, ensure_ascii=False).encode()


def parquet_blocks(stream: BinaryIO, name: str) -> Iterator[Block]:
    """Row batches in order. A Parquet file has its directory at its end: a cut-off one cannot be read at all."""
    try:
        file = pq.ParquetFile(stream)
        first = 0
        for batch in file.iter_batches(batch_size=BLOCK_RECORDS):
            rows = batch.num_rows
            columns = pa.Table.from_batches([batch])
            places = np.arange(first, first + rows)
            yield RowBlock(first, b"", 0, places, np.zeros(rows, np.int64), columns, Checks(rows))
            first += rows
    except (pa.ArrowException, OSError) as error:
        raise unreadable(name, error) from error


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
