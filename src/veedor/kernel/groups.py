"""Groups of rows, each with its count and digest: the parts that a table's digest is put together from.

In a table with a key, a group is all rows of one key; in a table without, a run of equal values of the first column of
the declared order. Partitions that hold whole groups can be digested on their own, in any process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.kernel.canonical import encode_rows, join_cells
from veedor.kernel.cells import Cells, Fixed, Variable
from veedor.kernel.hashing import sha256_many
from veedor.kernel.sorting import sorted_by, ties
from veedor.tables import Table


@dataclass(frozen=True)
class Groups:
    """Digested groups: key i is keys[offsets[i]:offsets[i + 1]]; digests have shape (n, 32)."""

    keys: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    digests: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.counts)

    def key(self, i: int) -> bytes:
        return self.keys[self.offsets[i] : self.offsets[i + 1]].tobytes()


def group_column(table: Table) -> str:
    """The column whose equal values make a group."""
    return table.key or table.order[0]


def group_digests(table: Table, rows: pa.Table) -> Groups:
    """Digests of the groups in `rows`, which must hold each of its groups whole; the order of rows does not matter.

    Groups come in ascending order of the key column's values. ValueError if the rows do not fit the declared schema."""
    prepared = Prepared(table, rows)
    limits = prepared.limits
    return prepared.groups(0, len(limits) - 1)


class Prepared:
    """Rows in declared order inside each group, encoded, with the limits of the groups."""

    def __init__(self, table: Table, rows: pa.Table) -> None:
        column = group_column(table)
        order = (column, *(name for name in table.order if name != column))
        self.rows = _ordered(table.cast(rows), order, table)
        self.data, self.offsets = encode_rows(self.rows, table.schema.names)
        self.keys, self.key_offsets = encode_rows(self.rows, [column])
        self.limits = _limits(self.rows, column)

    def groups(self, first: int, last: int) -> Groups:
        """Groups first..last-1."""
        limits = self.limits[first : last + 1]
        keys, key_offsets = take(self.keys, self.key_offsets, limits[:-1])
        digests = sha256_many(self.data, self.offsets[limits]) if last > first else np.empty((0, 32), np.uint8)
        return Groups(keys, key_offsets, np.diff(limits), digests)

    def content(self, group: int) -> bytes:
        """All row bytes of one group."""
        start, end = self.offsets[self.limits[group]], self.offsets[self.limits[group + 1]]
        return self.data[start:end].tobytes()

    def key(self, group: int) -> bytes:
        row = self.limits[group]
        return self.keys[self.key_offsets[row] : self.key_offsets[row + 1]].tobytes()


def _ordered(rows: pa.Table, order: tuple[str, ...], table: Table) -> pa.Table:
    """Rows by `order`; rows that tie in all of it (the declaration forbids it) by their canonical bytes."""
    rows = sorted_by(rows, order)
    tied = ties(rows, order)
    if len(tied) == 0:
        return rows
    data, offsets = encode_rows(rows, table.schema.names)
    indices = np.arange(rows.num_rows)
    involved = np.union1d(tied, tied - 1)
    breaks = np.flatnonzero(np.isin(involved, tied, invert=True))
    for run in np.split(involved, breaks[breaks > 0]):
        indices[run] = sorted(run.tolist(), key=lambda row: data[offsets[row] : offsets[row + 1]].tobytes())
    return rows.take(indices)


def _limits(rows: pa.Table, column: str) -> npt.NDArray[np.int64]:
    """Row numbers at which groups begin, and the number of rows."""
    n = rows.num_rows
    if n == 0:
        return np.zeros(1, np.int64)
    same = np.zeros(n, bool)
    same[ties(rows.select([column]), [column])] = True
    return np.append(np.flatnonzero(~same), n).astype(np.int64)


def take(
    data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The messages with numbers `rows`."""
    lengths = offsets[rows + 1] - offsets[rows]
    new = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(lengths, out=new[1:])
    source = np.repeat(offsets[rows] - new[:-1], lengths) + np.arange(new[-1])
    return data[source], new


def stream(groups: Groups) -> npt.NDArray[np.uint8]:
    """What is hashed of groups: key bytes, u64 count, digest, one after the other."""
    none = np.empty(0, np.uint8)
    cells: list[Cells] = [
        Variable(False, none, groups.offsets, np.empty(0, np.uint32), groups.keys, prefix=False),
        Fixed(False, none, groups.counts.view(np.uint8), 8),
        Fixed(False, none, np.ascontiguousarray(groups.digests).reshape(-1), 32, raw=True),
    ]
    return join_cells(cells, len(groups))[0]
