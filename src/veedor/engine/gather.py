"""Bringing pieces of rows together and into order while holding little more than the rows themselves.

A sort that joins all columns, then takes all of them in order, holds everything twice, and the pieces a third time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.layout import KEY_HASH
from veedor.kernel.sorting import is_sorted, sort_indices


def gathered(pieces: Iterable[pa.Table], order: Sequence[str]) -> pa.Table:
    """The rows of all pieces (at least one) in ascending order of `order`, each column in one chunk.

    A column's pieces are let go as soon as it stands in order, so besides the rows only one column is held twice; the
    caller must not keep the pieces either."""
    whole = pa.concat_tables(pieces)
    rows = None if is_sorted(whole, order) else sort_indices(whole, order)
    schema = whole.schema
    columns: list[Any] = whole.columns  # chunked, then in order
    del whole, pieces
    for place, column in enumerate(columns):
        joined = column.combine_chunks()
        columns[place] = joined if rows is None else joined.take(rows)
        del column, joined
    return pa.Table.from_arrays(columns, schema=schema)


def drained(held: list[pa.Table]) -> Iterator[pa.Table]:
    """The tables of a list, which is empty afterwards: who holds the list does not keep them."""
    while held:
        yield held.pop(0)


def by_whole_keys(rows: pa.Table, at_least: int) -> Iterator[pa.Table]:
    """Stored rows of a table with a key, sorted by it, in pieces of at least so many rows that divide no key."""
    hashes = rows[KEY_HASH.name].to_numpy()
    ends = np.append(np.flatnonzero(hashes[1:] != hashes[:-1]) + 1, len(hashes))
    start = 0
    while start < len(hashes):
        end = int(ends[min(int(np.searchsorted(ends, start + at_least)), len(ends) - 1)])
        yield rows.slice(start, end - start)
        start = end
