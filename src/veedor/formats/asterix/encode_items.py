"""How each kind of item becomes octets, for all records at once: how long it is in each, and what is written where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from veedor.formats.asterix.layout import (
    Compound,
    Explicit,
    Extended,
    Fixed,
    Item,
    Part,
    Repetitive,
    Subfield,
    path_of,
    paths,
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Octets = npt.NDArray[np.uint8]


class Written(Protocol):
    """An item ready to be written: which records have it, how many octets it takes there (0 elsewhere)."""

    present: Bools
    length: Ints

    def write(self, data: Octets, at: Ints, rows: Ints) -> None:
        """Writes it into the records `rows`, all of which have it, at `at` (one place per row)."""


@dataclass(frozen=True)
class Columns:
    """What to encode, as `encode` describes it."""

    records: int
    values: Mapping[str, npt.NDArray[np.integer]]
    has: Mapping[str, Bools]
    lists: Mapping[str, tuple[Ints, Ints]]
    blobs: Mapping[str, Sequence[bytes | None]]

    def given(self, item: Item) -> bool:
        return any(path in each for path in paths(item) for each in (self.values, self.lists, self.blobs))

    def present(self, name: str, part: Part) -> Bools:
        """Records that have any subfield of a part."""
        found = np.zeros(self.records, np.bool_)
        for each in part.subfields:
            path = path_of(name, each)
            if path in self.values:
                found |= self.has.get(path, True)
        return found


def written(columns: Columns, item: Item, prefix: str = "") -> Written:
    name = prefix + item.name
    if isinstance(item, Fixed):
        return _Parts(columns, name, (item.part,))
    if isinstance(item, Extended):
        return _Parts(columns, name, item.parts)
    if isinstance(item, Repetitive):
        return _Repeated(columns, name, item.part)
    if isinstance(item, Explicit):
        return _Blob(columns, name)
    return _Compound(columns, name, item)


def put(data: Octets, at: Ints, bits: Subfield, values: npt.NDArray[np.integer], path: str) -> None:
    """Sets the bits of a subfield in the parts that begin at `at`; ValueError where a value does not fit them."""
    least, most = (-(1 << bits.width - 1), 1 << bits.width - 1) if bits.signed else (0, 1 << bits.width)
    if values.size and not (least <= int(values.min()) and int(values.max()) < most):
        raise ValueError(f"{path}: {least} to {most - 1} fit, not {int(values.min())} to {int(values.max())}")
    first, last = bits.bit // 8, (bits.bit + bits.width - 1) // 8
    mask = (1 << bits.width) - 1
    raw = (values.astype(np.int64) & mask) << (8 * (last + 1) - bits.bit - bits.width)
    for octet in range(first, last + 1):
        data[at + octet] |= (raw >> 8 * (last - octet) & 0xFF).astype(np.uint8)


def put_fspec(data: Octets, at: Ints, octets: Ints, order: Sequence[tuple[int, Bools]]) -> None:
    """Writes the FSPEC of `octets` octets per row: the bits of `order` (place from 0, rows that have it), and FX."""
    for bit, present in order:
        data[at[present] + bit // 7] |= np.uint8(0x80 >> bit % 7)
    for octet in range(int(octets.max(initial=1)) - 1):
        data[at[octets > octet + 1] + octet] |= np.uint8(1)


def fspec_octets(records: int, order: Sequence[tuple[int, Bools]]) -> Ints:
    """How many octets the FSPEC of each record takes, 0 where nothing is present."""
    octets = np.zeros(records, np.int64)
    for bit, present in order:
        octets[present] = np.maximum(octets[present], bit // 7 + 1)
    return octets


class _Parts:
    """Fixed and extended items."""

    def __init__(self, columns: Columns, name: str, parts: Sequence[Part]) -> None:
        self.columns, self.name, self.parts = columns, name, parts
        self.depth = np.zeros(columns.records, np.int64)
        for number, part in enumerate(parts, 1):
            self.depth[columns.present(name, part)] = number
        self.present = self.depth > 0
        self.length = np.concatenate([[0], np.cumsum([part.octets for part in parts])])[self.depth]

    def write(self, data: Octets, at: Ints, rows: Ints) -> None:
        for number, part in enumerate(self.parts):
            deep = self.depth[rows] > number
            if not deep.any():
                return
            rows, at = rows[deep], at[deep]
            for each in part.subfields:
                self.column(data, at, rows, each)
            further = at[self.depth[rows] > number + 1]
            data[further + part.octets - 1] |= np.uint8(1)
            at = at + part.octets

    def column(self, data: Octets, at: Ints, rows: Ints, bits: Subfield) -> None:
        path = path_of(self.name, bits)
        if path in self.columns.values:
            values = self.columns.values[path][rows]
            if path in self.columns.has:
                values = np.where(self.columns.has[path][rows], values, 0)
            put(data, at, bits, values, path)


class _Repeated:
    """Repetitive items. Its lists must have the same offsets; one without repetition, by extension bits, is absent."""

    def __init__(self, columns: Columns, name: str, part: Part) -> None:
        self.name, self.part = name, part
        named = {path_of(name, each): each for each in part.subfields}
        self.lists = {path: (bits, *columns.lists[path]) for path, bits in named.items() if path in columns.lists}
        self.offsets = next((offsets for _, offsets, _ in self.lists.values()), np.zeros(columns.records + 1, np.int64))
        if not all(np.array_equal(self.offsets, offsets) for _, offsets, _ in self.lists.values()):
            raise ValueError(f"{name}: the lists of one item have different lengths")
        self.counts = np.diff(self.offsets)
        if not part.fx and self.counts.max(initial=0) > 255:
            raise ValueError(f"{name}: 255 repetitions at most, not {int(self.counts.max())}")
        self.present = self.counts > 0
        for path in self.lists.keys() & columns.has.keys() if not part.fx else ():
            self.present = self.present | columns.has[path]
        self.length = np.where(self.present, part.octets * self.counts + (not part.fx), 0)

    def write(self, data: Octets, at: Ints, rows: Ints) -> None:
        counts = self.counts[rows]
        if not self.part.fx:
            data[at] = counts
            at = at + 1
        # Each repetition of all rows, one after another: which it is in its row, and where it stands.
        nth = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.repeat(at, counts) + nth * self.part.octets
        taken = np.repeat(self.offsets[rows], counts) + nth
        for path, (bits, _, values) in self.lists.items():
            put(data, places, bits, values[taken], path)
        if self.part.fx:
            further = places[nth + 1 < np.repeat(counts, counts)]
            data[further + self.part.octets - 1] |= np.uint8(1)


class _Blob:
    """Explicit items."""

    def __init__(self, columns: Columns, name: str) -> None:
        self.contents = columns.blobs.get(name) or [None] * columns.records
        self.length = np.array([0 if each is None else len(each) + 1 for each in self.contents], np.int64)
        if self.length.max(initial=0) > 255:
            raise ValueError(f"{name}: 254 octets at most, not {int(self.length.max()) - 1}")
        self.present = self.length > 0

    def write(self, data: Octets, at: Ints, rows: Ints) -> None:
        for place, row in zip(at.tolist(), rows.tolist(), strict=True):
            content = bytes(self.contents[row] or b"")
            data[place : place + len(content) + 1] = np.frombuffer(bytes([len(content) + 1]) + content, np.uint8)


class _Compound:
    """Compound items; one without any of its parts is absent."""

    def __init__(self, columns: Columns, name: str, item: Compound) -> None:
        self.parts = [
            (bit, written(columns, part, f"{name}."))
            for bit, part in enumerate(item.parts)
            if part is not None and _given(columns, part, name)
        ]
        self.octets = fspec_octets(columns.records, [(bit, part.present) for bit, part in self.parts])
        self.present = self.octets > 0
        self.length = self.octets + sum((part.length for _, part in self.parts), np.zeros(columns.records, np.int64))

    def write(self, data: Octets, at: Ints, rows: Ints) -> None:
        put_fspec(data, at, self.octets[rows], [(bit, part.present[rows]) for bit, part in self.parts])
        at = at + self.octets[rows]
        for _, part in self.parts:
            here = part.present[rows]
            part.write(data, at[here], rows[here])
            at = at + part.length[rows]


def _given(columns: Columns, part: Item, name: str) -> bool:
    return any(f"{name}.{path}" in each for path in paths(part) for each in (columns.values, columns.lists))
