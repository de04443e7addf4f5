"""Blocks of one category to integer columns: what every record says, and what is damaged.

Per record and wanted subfield one raw integer, as EUROCONTROL-SPEC-0149 lays it out: not scaled, not judged. Every
octet of every block belongs to its header, to a record or to damage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from veedor.formats.asterix.extract import column, repeated
from veedor.formats.asterix.layout import Category
from veedor.formats.asterix.program import Column, Program, compiled
from veedor.formats.asterix.walk import REASONS, walk

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Number = TypeVar("Number", np.int32, np.int64)

# Records there is room for at first, per octet of the blocks: a usual one has 20 to 60 octets.
_OCTETS_PER_RECORD = 16


class List(NamedTuple):
    """Those of record `i` are `values[offsets[i]:offsets[i + 1]]`."""

    offsets: Ints
    values: Ints


class Blob(NamedTuple):
    """Where the content of an explicit item stands in the data, its length octet not included; offset -1 is absent."""

    offset: Ints
    length: Ints


class Damaged(NamedTuple):
    """Octets that are no record, to the end of their block. `item` is "" where it is none's fault."""

    offset: int
    length: int
    reason: str
    expected: int
    found: int
    item: str


@dataclass(frozen=True)
class Damage:
    """One row per damaged block: columns of `Damaged`, `reason` as place in REASONS, `frn` from 1 (0: no item's)."""

    offset: Ints
    length: Ints
    reason: Ints
    expected: Ints
    found: Ints
    frn: Ints
    category: Category

    def __len__(self) -> int:
        return len(self.offset)

    def rows(self) -> Iterator[Damaged]:
        """The same, one by one, with words."""
        columns = (self.offset, self.length, self.reason, self.expected, self.found, self.frn)
        for offset, length, reason, expected, found, frn in zip(*(each.tolist() for each in columns), strict=True):
            yield Damaged(offset, length, REASONS[reason], expected, found, self._item(frn))

    def _item(self, frn: int) -> str:
        """The item at a place that all UAPs agree on, else the place."""
        names = {uap.order[frn - 1] if 0 < frn <= len(uap.order) else None for uap in self.category.uaps}
        return (names.pop() if len(names) == 1 else None) or (f"FRN {frn}" if frn else "")


@dataclass(frozen=True)
class Decoded:
    """Records in order: `offset` and `length` in the data, `block` as row of the blocks given.

    `values` and `has` are by path (`040.RHO`), one per record; a value is 0 where `has` is false. `lists` are
    repetitive items, `blobs` explicit ones; `has` covers them too. The subfields of a part share one array of `has`.
    """

    category: Category
    offset: Ints
    length: Ints
    block: Ints
    values: Mapping[str, Ints]
    has: Mapping[str, Bools]
    lists: Mapping[str, List]
    blobs: Mapping[str, Blob]
    damage: Damage

    def __len__(self) -> int:
        return len(self.offset)


def decode(
    data: npt.NDArray[np.uint8] | bytes,
    blocks: npt.NDArray[np.integer],
    category: Category,
    items: Iterable[str] | None = None,
) -> Decoded:
    """Decodes the data blocks of one category.

    `blocks` are rows (offset, length) in `data`, each with its header of three octets. `items` are the paths wanted; an
    item's or a part's name stands for all below it, None for everything. Names that this edition lacks are left out.
    ValueError where a block lies outside the data, or the blocks are 2 GiB apart: give them in pieces. Memory is in
    proportion to the octets of the blocks times the columns wanted, at worst (records of two octets) 8 octets each.
    """
    octets = np.frombuffer(data, np.uint8) if isinstance(data, bytes | bytearray | memoryview) else data
    rows = np.array(blocks, np.int64).reshape(-1, 2)
    if rows.size and (rows.min() < 0 or (rows[:, 0] > octets.size - rows[:, 1]).any()):
        raise ValueError("a block outside the data")
    first, end = (int(rows[:, 0].min()), int(rows.sum(axis=1).max())) if rows.size else (0, 0)
    if end - first >= 2**31:
        raise ValueError("the first and the last block are 2 GiB apart or more")
    rows[:, 0] -= first
    part = np.ascontiguousarray(octets[first:end])
    part.flags.writeable = False
    program = compiled(category, None if items is None else frozenset(items))
    records, places, damage = _walked(part, rows, program)
    return _Reading(part, first, program, places).decoded(records, damage)


def _walked(data: npt.NDArray[np.uint8], blocks: Ints, program: Program) -> tuple[Places, Places, Ints]:
    """Walks all blocks, with more room whenever the records of a block do not fit."""
    room = int(blocks[:, 1].sum()) // _OCTETS_PER_RECORD + 64
    records, places, damage = [], [], []
    done = 0
    while True:
        some = np.empty((room, 3), np.int32)
        where = np.empty((room, program.slots), np.int32)
        broken = np.empty((len(blocks) - done, 6), np.int64)
        tables = (program.uaps, program.steps, program.nodes, program.parts, program.choice)
        number = program.category.number
        done, made, damaged = walk(data, blocks, done, number, *tables, where, some, broken)
        records.append(some[:made])
        places.append(where[:made])
        damage.append(broken[:damaged])
        if done == len(blocks):
            return _joined(records), _joined(places), _joined(damage)
        room = max(room, 2 * int(blocks[done, 1]))


def _joined(pieces: list[npt.NDArray[Number]]) -> npt.NDArray[Number]:
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


class _Reading:
    """Values from places; `data` begins at `first` of the caller's."""

    def __init__(self, data: npt.NDArray[np.uint8], first: int, program: Program, places: Places) -> None:
        self.data = data
        self.first = first
        self.program = program
        self.places = places
        self.present: dict[int, Bools] = {}
        self.offsets: dict[int, Ints] = {}

    def decoded(self, records: Places, damage: Ints) -> Decoded:
        singles = [each for each in self.program.columns if not each.stride]
        lists = [each for each in self.program.columns if each.stride]
        slots = {each.path: each.slot for each in self.program.columns} | dict(self.program.blobs)
        offset, length, block = np.ascontiguousarray(records.T.astype(np.int64))
        return Decoded(
            self.program.category,
            offset + self.first,
            length,
            block,
            {each.path: self.single(each) for each in singles},
            {path: self.has(slot) for path, slot in slots.items()},
            {each.path: self.list(each) for each in lists},
            {path: self.blob(slot) for path, slot in self.program.blobs},
            self.damage(damage),
        )

    def damage(self, rows: Ints) -> Damage:
        offset, length, reason, expected, found, frn = np.ascontiguousarray(rows.T)
        return Damage(offset + self.first, length, reason, expected, found, frn + 1, self.program.category)

    def single(self, each: Column) -> Ints:
        if not self.has(each.slot).any():
            return np.zeros(len(self.places), np.int64)
        values = np.empty(len(self.places), np.int64)
        where = self.places[:, each.slot]
        column(self.data, where, each.first, each.octets, each.shift, each.width, each.signed, values)
        return values

    def list(self, each: Column) -> List:
        offsets = self.list_offsets(each.slot)
        values = np.empty(int(offsets[-1]), np.int64)
        bits = (each.first, each.octets, each.shift, each.width, each.signed)
        repeated(self.data, self.places[:, each.slot], offsets, each.stride, *bits, values)
        return List(offsets, values)

    def list_offsets(self, slot: int) -> Ints:
        if slot not in self.offsets:
            counts = np.where(self.has(slot), self.places[:, slot + 1], 0)
            self.offsets[slot] = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        return self.offsets[slot]

    def blob(self, slot: int) -> Blob:
        has, where = self.has(slot), self.places[:, slot : slot + 2].astype(np.int64)
        return Blob(np.where(has, where[:, 0] + self.first, -1), np.where(has, where[:, 1], 0))

    def has(self, slot: int) -> Bools:
        if slot not in self.present:
            self.present[slot] = self.places[:, slot] >= 0
        return self.present[slot]
