"""Columns of raw integers to the bytes of records and blocks: `decode` turned round, for the simulator and for tests.

Works column by column in numpy: first how long every item of every record is, then each item is written into all
records that have it. Items come in the order of the UAP; random field sequences are never written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veedor.formats.asterix.encode_items import (
    Bools,
    Columns,
    Ints,
    Octets,
    Written,
    fspec_octets,
    put_fspec,
    written,
)
from veedor.formats.asterix.layout import Category, leaves

Value = int | Sequence[int] | bytes
Order = list[tuple[int, Written]]
"""Items by their bit in the FSPEC."""


class Encoded(NamedTuple):
    """Record `i` is `data[offsets[i]:offsets[i + 1]]`."""

    data: Octets
    offsets: Ints


def encode(
    category: Category,
    records: int,
    values: Mapping[str, npt.NDArray[np.integer]],
    has: Mapping[str, npt.NDArray[np.bool_]] | None = None,
    lists: Mapping[str, tuple[Ints, Ints]] | None = None,
    blobs: Mapping[str, Sequence[bytes | None]] | None = None,
) -> Encoded:
    """The bytes of `records` records of a category.

    `values` are raw integers by path, as `Decoded.values`; where `has` (by the same path) is false, or the path is not
    given, a record has none. A part is written where it has any subfield, the others being 0. `lists` are
    (offsets, values) by path; `blobs` the content of explicit items, None where absent. Where a category has several
    UAPs, the subfield that chooses must be given. ValueError names the path that is unknown, out of its bits' range, or
    in an item that the record's UAP does not have, and the record that would be empty.
    """
    columns = Columns(records, values, has or {}, lists or {}, blobs or {})
    _check(category, columns)
    items = {item.name: written(columns, item) for item in category.items if columns.given(item)}
    uap = _chosen(category, columns)
    orders: list[tuple[Bools, Order]] = []
    octets, lengths = np.zeros(records, np.int64), np.zeros(records, np.int64)
    for number, each in enumerate(category.uaps):
        here = uap == number
        order = [(bit, items[name]) for bit, name in enumerate(each.order) if name in items]
        for name in items.keys() - set(each.order):
            if (items[name].present & here).any():
                raise ValueError(f"{name}: the UAP {each.name!r} has no such item")
        octets[here] = fspec_octets(records, [(bit, item.present) for bit, item in order])[here]
        lengths[here] = sum((item.length for _, item in order), octets)[here]
        orders.append((here, order))
    if not lengths.all():
        raise ValueError(f"record {int(np.argmin(lengths))} has no item")
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    data = np.zeros(int(offsets[-1]), np.uint8)
    for here, order in orders:
        rows = np.nonzero(here)[0]
        at = offsets[rows]
        put_fspec(data, at, octets[rows], [(bit, item.present[rows]) for bit, item in order])
        at = at + octets[rows]
        for _, item in order:
            present = item.present[rows]
            item.write(data, at[present], rows[present])
            at = at + item.length[rows]
    return Encoded(data, offsets)


def blocks(category: Category, encoded: Encoded, starts: npt.NDArray[np.integer]) -> Encoded:
    """Records put into data blocks: `starts` are the first records of the blocks, in order, from 0.

    Each block gets its header (category, length). ValueError where one would be longer than 65,535 octets.
    """
    ends = np.append(starts[1:], len(encoded.offsets) - 1)
    lengths = encoded.offsets[ends] - encoded.offsets[starts] + 3
    if lengths.max(initial=0) > 0xFFFF:
        raise ValueError(f"a block of {int(lengths.max())} octets, where 65,535 is the most: start blocks more often")
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    heads = offsets[:-1]
    data = np.empty(int(offsets[-1]), np.uint8)
    data[heads], data[heads + 1], data[heads + 2] = category.number, lengths >> 8, lengths & 0xFF
    body = np.ones(len(data), np.bool_)
    for octet in range(3):
        body[heads + octet] = False
    data[body] = encoded.data
    return Encoded(data, offsets)


def encode_rows(category: Category, rows: Sequence[Mapping[str, Value]]) -> bytes:
    """One data block of records written by hand: path -> integer, a sequence for a repetitive, bytes for an explicit
    item. ValueError as `encode`."""
    values: dict[str, Ints] = {}
    has: dict[str, Bools] = {}
    lists: dict[str, tuple[Ints, Ints]] = {}
    blobs: dict[str, list[bytes | None]] = {}
    for path in {path for row in rows for path in row}:
        column = [row.get(path) for row in rows]
        some = next(value for value in column if value is not None)
        if isinstance(some, bytes):
            blobs[path] = [value if isinstance(value, bytes) else None for value in column]
            continue
        has[path] = np.array([value is not None for value in column])
        if isinstance(some, int):
            values[path] = np.array([value if isinstance(value, int) else 0 for value in column], np.int64)
        else:
            parts = [() if value is None or isinstance(value, int | bytes) else value for value in column]
            offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts], dtype=np.int64)])
            lists[path] = offsets, np.array([each for part in parts for each in part], np.int64)
    encoded = encode(category, len(rows), values, has, lists, blobs)
    return blocks(category, encoded, np.zeros(min(len(rows), 1), np.int64)).data.tobytes()


def _check(category: Category, columns: Columns) -> None:
    """Each path is one of the category's, and given as what it is."""
    known = [leaf for item in category.items for leaf in leaves(item)]
    singles = {leaf.path for leaf in known if leaf.bits is not None and not leaf.repeated}
    repeated = {leaf.path for leaf in known if leaf.repeated}
    contents = {leaf.path for leaf in known if leaf.bits is None}
    for given, may in ((columns.values, singles), (columns.lists, repeated), (columns.blobs, contents)):
        for path in given.keys() - may:
            raise ValueError(f"{path}: {category} has no such subfield, or it is given as what it is not")


def _chosen(category: Category, columns: Columns) -> Ints:
    """The UAP of each record."""
    if category.choice is None or not columns.records:
        return np.zeros(columns.records, np.int64)
    item = category.item(category.choice.item)
    path = next(leaf.path for leaf in leaves(item) if leaf.bits is not None and leaf.bits.bit == category.choice.bit)
    if path not in columns.values or not np.all(columns.has.get(path, True)):
        raise ValueError(f"{path}: must be given for every record, as it chooses the order of items")
    return columns.values[path].astype(np.int64)
