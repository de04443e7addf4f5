"""Total-order sorts of Arrow tables: the order every detector and digest puts its rows in itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Array = Any  # pa.Array or pa.ChunkedArray of any type
Indices = npt.NDArray[np.int64]


def sort_indices(table: pa.Table, columns: Sequence[str]) -> Indices:
    """Row numbers in ascending order of `columns`: nulls last, strings and binaries bytewise, equal rows as given."""
    keys: Any = [(name, "ascending") for name in dict.fromkeys(columns)]
    order: Indices = pc.sort_indices(table, sort_keys=keys).to_numpy().astype(np.int64)
    return order


def sorted_by(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The rows in ascending order of `columns`; the table itself when it is in that order already."""
    if is_sorted(table, columns):
        return table
    return table.take(sort_indices(table, columns))


def is_sorted(table: pa.Table, columns: Sequence[str]) -> bool:
    """Whether the rows stand in ascending order of `columns`, nulls last."""
    rows = table.num_rows
    undecided = np.arange(1, rows, dtype=np.int64)
    for name in dict.fromkeys(columns):
        if len(undecided) == 0:
            return True
        later, earlier = _pair(table, name, undecided, rows)
        before = _filled(pc.less(earlier, later), False) | (_valid(earlier) & ~_valid(later))
        equal = _filled(pc.equal(earlier, later), False) | ~(_valid(earlier) | _valid(later))
        if not bool(np.all(before | equal)):
            return False
        undecided = undecided[equal]
    return True


def ties(table: pa.Table, columns: Sequence[str]) -> Indices:
    """Rows of a sorted table that equal the row before them in all of `columns`."""
    rows = table.num_rows
    candidates = np.arange(1, rows, dtype=np.int64)
    for name in reversed(list(dict.fromkeys(columns))):
        if len(candidates) == 0:
            break
        later, earlier = _pair(table, name, candidates, rows)
        equal = _filled(pc.equal(earlier, later), False) | ~(_valid(earlier) | _valid(later))
        candidates = candidates[equal]
    return candidates


def _pair(table: pa.Table, name: str, rows: Indices, count: int) -> tuple[Array, Array]:
    """The named column at `rows` and at the rows before them."""
    column = table[name]
    if len(rows) == count - 1:
        return column.slice(1), column.slice(0, count - 1)
    return column.take(rows), column.take(rows - 1)


def _filled(values: Array, null: bool) -> npt.NDArray[np.bool_]:
    filled: npt.NDArray[np.bool_] = pc.fill_null(values, null).to_numpy(zero_copy_only=False)
    return filled


def _valid(values: Array) -> npt.NDArray[np.bool_]:
    valid: npt.NDArray[np.bool_] = values.is_valid().to_numpy(zero_copy_only=False)
    return valid
