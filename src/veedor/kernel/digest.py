"""Digests of logical content: of a table's rows, whatever file, chunk, bucket or engine they come from.

The digest of a table is SHA-256 over its schema id and then, group by group, the group's key, its row count and the
SHA-256 of its rows in declared order (layout: docs/formats/canonical.md). Groups of a table with a key stand in the
order of their key bytes, those of a table without in declared order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.kernel.groups import Groups, Prepared, group_digests, stream, take
from veedor.kernel.parameters import parameters_digest
from veedor.kernel.sorting import is_sorted
from veedor.tables import Table

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["Groups", "TableDigest", "digest_in_order", "group_digests", "parameters_digest"]

_TAG = b"veedor/table/1\0"
_BLOCK = 1 << 16


class TableDigest:
    """The digest of a table that is handed over in pieces.

    Table with a key: each piece holds whole keys; pieces come in any order, rows in any order. Table without a key:
    pieces come in declared order, none begins before the end of the one before; rows inside a piece in any order.
    Memory: key bytes and 48 bytes a key; for a table without a key only the last row.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = 0
        self._groups = _Keyed(table) if table.key else _Ordered(table)

    def add(self, rows: pa.Table) -> None:
        """Rows of whole keys (table with a key), or the next rows in declared order (table without).

        ValueError if they do not fit the schema or, without a key, come before rows added earlier."""
        if rows.num_rows == 0:
            return
        if isinstance(self._groups, _Keyed):
            self._groups.add(group_digests(self.table, rows))
        else:
            self._groups.add(Prepared(self.table, rows))
        self.rows += rows.num_rows

    def digest(self) -> bytes:
        """SHA-256 of what was added so far. ValueError if the rows of one key came in two pieces."""
        return self._groups.digest()

    def hexdigest(self) -> str:
        return self.digest().hex()


def digest_in_order(table: Table, pieces: Iterable[Groups]) -> tuple[str, int]:
    """The digest (hex) of a table with a key, and its rows, from all its groups in ascending order of key bytes.

    Memory: one piece. ValueError if a key comes twice or out of order."""
    hasher, rows, last = _start(table), 0, None
    for groups in pieces:
        if not len(groups):
            continue
        _check_ascending(groups, last)
        last = groups.key(len(groups) - 1)
        rows += int(groups.counts.sum())
        hasher.update(stream(groups).data)
    return hasher.hexdigest(), rows


def _check_ascending(groups: Groups, last: bytes | None) -> None:
    keys = _keys(groups)
    if len(keys) > 1 and not pc.all(pc.less(keys.slice(0, len(keys) - 1), keys.slice(1))).as_py():
        raise ValueError("the rows of one key came in two pieces: a digest needs whole keys, in order")
    if last is not None and groups.key(0) <= last:
        raise ValueError("the rows of one key came in two pieces: a digest needs whole keys, in order")


def _start(table: Table) -> _Hash:
    name = table.id.encode()
    return hashlib.sha256(_TAG + len(name).to_bytes(4, "big") + name)


class _Keyed:
    """Groups in any order, brought into the order of their key bytes at the end."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.parts: list[Groups] = []

    def add(self, groups: Groups) -> None:
        if len(groups):
            self.parts.append(groups)

    def digest(self) -> bytes:
        hasher = _start(self.table)
        if len(self.parts) > 1:
            self.parts = [_joined(self.parts)]
        for groups in self.parts:
            order = _key_order(groups)
            for start in range(0, len(order), _BLOCK):
                rows = order[start : start + _BLOCK]
                keys, offsets = take(groups.keys, groups.offsets, rows)
                hasher.update(stream(Groups(keys, offsets, groups.counts[rows], groups.digests[rows])).data)
        return hasher.digest()


class _Ordered:
    """Groups as they come, hashed at once; the last one stays open, for it may go on in the next piece."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.hasher = _start(table)
        self.open: tuple[bytes, int, _Hash] | None = None
        self.last: pa.Table | None = None

    def add(self, piece: Prepared) -> None:
        rows, count = piece.rows, len(piece.limits) - 1
        if self.last is not None and not is_sorted(pa.concat_tables([self.last, rows.slice(0, 1)]), self.table.order):
            raise ValueError(f"{self.table.id}: rows were added that belong before rows added earlier")
        self.last = rows.slice(rows.num_rows - 1).combine_chunks()
        first = 0
        if self.open is not None and self.open[0] == piece.key(0):
            self._go_on(piece, 0)
            first = 1
        if first < count:
            self.close(self.hasher)
            self.hasher.update(stream(piece.groups(first, count - 1)).data)
            self.open = (piece.key(count - 1), 0, hashlib.sha256())
            self._go_on(piece, count - 1)

    def _go_on(self, piece: Prepared, group: int) -> None:
        assert self.open is not None
        key, rows, hasher = self.open
        hasher.update(piece.content(group))
        self.open = (key, rows + int(piece.limits[group + 1] - piece.limits[group]), hasher)

    def close(self, hasher: _Hash) -> None:
        if self.open is not None:
            key, rows, content = self.open
            hasher.update(key + rows.to_bytes(8, "big") + content.digest())

    def digest(self) -> bytes:
        hasher = self.hasher.copy()
        self.close(hasher)
        return hasher.digest()


def _joined(parts: list[Groups]) -> Groups:
    starts = np.cumsum([0, *(len(part.keys) for part in parts)])
    offsets = [part.offsets[:-1] + start for part, start in zip(parts, starts[:-1], strict=True)]
    return Groups(
        np.concatenate([part.keys for part in parts]),
        np.concatenate([*offsets, starts[-1:]]).astype(np.int64),
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.digests for part in parts]),
    )


def _key_order(groups: Groups) -> npt.NDArray[np.int64]:
    """Numbers of the groups by their key bytes; ValueError if a key occurs twice."""
    keys = _keys(groups)
    order: npt.NDArray[np.int64] = pc.sort_indices(keys).to_numpy().astype(np.int64)
    ordered = keys.take(order)
    if len(ordered) > 1 and pc.any(pc.equal(ordered.slice(1), ordered.slice(0, len(ordered) - 1))).as_py():
        raise ValueError("the rows of one key came in two pieces: a digest needs whole keys")
    return order


def _keys(groups: Groups) -> Any:
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(groups), [None, pa.py_buffer(groups.offsets.data), pa.py_buffer(groups.keys.data)]
    )
