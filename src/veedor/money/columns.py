"""Arrow columns as the plain arrays that kernels take: integers, flags, and codes for strings with -1 for null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import Owner
from veedor.formats.arrow import one_piece
from veedor.kernel.hashing import key_hash

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers, narrow where many are kept: a product of two of them must be made wide first."""


Values = Any
"""An Arrow array or chunked array; the stubs of pyarrow are generic in ways that add nothing here."""

NO_DATE = -(2**40)
"""Stands for a missing date in days; no calendar reaches it."""


def integers(column: Values, missing: int = 0) -> Ints:
    """Integers, dates (days) or times (microseconds) as int64; nulls become `missing`."""
    plain = one_piece(column)
    if pa.types.is_date32(plain.type):
        plain = plain.cast(pa.int32())
    plain = plain.cast(pa.int64())
    filled = plain.fill_null(missing) if plain.null_count else plain
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)


def flags(column: Values) -> Bools:
    plain = one_piece(column)
    return np.asarray(plain.fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def known(column: Values) -> Bools:
    return np.asarray(one_piece(column).is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def codes(*columns: Values) -> tuple[list[Ints], Values]:
    """Codes of several string (or binary) columns in one shared numbering, -1 for null; and the values by code.

    Numbering follows the order of the values, so that comparing codes is comparing values, whatever order rows came in.
    """
    pieces = [one_piece(column) for column in columns]
    encoded = [piece.dictionary_encode() for piece in pieces]
    every = pc.unique(pa.concat_arrays([piece.dictionary for piece in encoded]))
    every = every.take(pc.sort_indices(every))
    made = []
    for piece in encoded:
        places = pc.index_in(piece.dictionary, value_set=every).cast(pa.int64()).to_numpy(zero_copy_only=False)
        indices = piece.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
        made.append(np.where(indices < 0, -1, np.append(places, -1)[indices]).astype(np.int64))
    return made, every


def labels(*columns: Values) -> tuple[list[Ints], Values]:
    """As `codes`, numbered as values first appear: much cheaper where codes are only told apart, never ordered."""
    pieces = [one_piece(column) for column in columns]
    encoded = (pieces[0] if len(pieces) == 1 else pa.concat_arrays(pieces)).dictionary_encode()
    every = encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    ends = np.cumsum([len(piece) for piece in pieces])[:-1]
    return [np.asarray(part, dtype=np.int64) for part in np.split(every, ends)], encoded.dictionary


def distinct(values: Codes) -> Ints:
    """A code for each integer, the same for equal ones, numbered as they first appear."""
    return np.asarray(pa.array(values).dictionary_encode().indices.to_numpy(), dtype=np.int64)


def combined(*keys: Codes) -> Ints:
    """A code for each distinct combination of these codes (-1: none), numbered as combinations first appear."""
    made, size = np.zeros(len(keys[0]), np.int64), 1
    for key in keys:
        if size * (int(key.max(initial=-1)) + 2) >= 2**62:  # renumbered, both are smaller than the number of rows
            made, key = distinct(made), distinct(key)
            size = int(made.max(initial=-1)) + 1
        span = int(key.max(initial=-1)) + 2
        made, size = made * span + key + 1, size * span
    return distinct(made)


def first_of_each(numbered: Ints) -> Ints:
    """The first place of each code, of codes that are numbered as they first appear."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(numbered), prepend=-1))


def ranks(values: Values) -> Ints:
    """The place of each value in their order."""
    made = np.empty(len(values), np.int64)
    made[pc.sort_indices(values).to_numpy()] = np.arange(len(values))
    return made


def in_bucket(values: Values, owner: Owner) -> Bools:
    """Which of these ids the owner's bucket holds; all of them where it has none."""
    if owner.buckets is None:
        return np.ones(len(values), np.bool_)
    return np.asarray(key_hash(values) % np.uint64(owner.buckets) == np.uint64(owner.bucket or 0), dtype=np.bool_)


def marked(owner: Ints, which: Bools, owners: int) -> Bools:
    """For each row whether its owner has any row of `which`; rows without owner have none."""
    found = np.zeros(owners + 1, np.bool_)
    found[owner[which & (owner >= 0)]] = True
    found[owners] = False
    return np.asarray(found[owner], dtype=np.bool_)


def take_or_null(values: Values, at: Ints) -> Values:
    """values[at], null where `at` is -1."""
    return one_piece(values).take(pa.array(at, pa.int64(), mask=at < 0))


def take(rows: Values, at: Ints) -> Values:
    """Rows (of a table or a column) at these places."""
    return rows.take(pa.array(at, pa.int64()))


def in_order(*keys: Values) -> Ints:
    """Places in order of the first of these integers or flags, ties by the second, and so on.

    As many keys as fit are packed into one integer, for one fast sort; only what ties in them is sorted by the rest."""
    packed, used = _packed(keys)
    order = np.argsort(packed).astype(np.int64)
    if used == len(keys):
        return order
    ordered = packed[order]
    rank = np.cumsum(np.concatenate((np.zeros(min(1, len(order)), np.bool_), ordered[1:] != ordered[:-1])))
    equal = np.zeros(len(order) + 1, np.bool_)
    equal[1:-1] = rank[1:] == rank[:-1]
    tied = np.flatnonzero(equal[:-1] | equal[1:])
    if len(tied):
        places = order[tied]
        order[tied] = places[in_order(rank[tied], *(key[places] for key in keys[used:]))]
    return order


def _packed(keys: Sequence[Values]) -> tuple[Ints, int]:
    """One integer in the order of the first keys, and how many of them it holds: all that fit, ranks in place of a key
    where only they do."""
    packed, size = np.zeros(len(keys[0]), np.int64), 1
    if not len(packed):
        return packed, len(keys)
    for used, key in enumerate(keys):
        values = np.asarray(key, dtype=np.int64)
        low, span = int(values.min()), int(values.max()) - int(values.min()) + 1
        if size * span >= 2**62:
            # Where ranks do not surely fit either, what ties is sorted by them later: that is cheaper.
            if used and size * len(values) >= 2**62:
                return packed, used
            values = np.unique(values, return_inverse=True)[1].astype(np.int64)
            low, span = 0, int(values.max()) + 1
            if size * span >= 2**62:
                return packed, used
        packed = packed * span + (values - low) if used else values - low
        size *= span
    return packed, len(keys)


def same_source(rows: Values, among: Values) -> Ints:
    """For each row the place among others of the one with its deposit and row; -1 where there is none."""
    (deposit, other), _ = labels(rows["deposit"], among["deposit"])
    known_rows = other * 2**40 + integers(among["row"])
    by_source = np.argsort(known_rows)
    wanted = deposit * 2**40 + integers(rows["row"])
    at = np.searchsorted(known_rows[by_source], wanted)
    found = np.append(known_rows[by_source], -1)[at] == wanted
    return np.where(found, np.append(by_source, -1)[at], -1)


def row_order(deposit: Ints, row: Ints) -> Ints:
    """Rows by (deposit, row): the order that says which of several records is the smallest."""
    return in_order(deposit, row)
