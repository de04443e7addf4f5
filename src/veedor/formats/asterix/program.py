"""A category as integer tables that the walker reads: which items an FSPEC bit names, how long they are, what to keep.

Only what somebody wants gets a slot, so an item that nobody asked for costs no more than stepping over it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from veedor.formats.asterix.layout import (
    RFS,
    Category,
    Compound,
    Explicit,
    Extended,
    Fixed,
    Item,
    Part,
    Repetitive,
    path_of,
)

FIXED, EXTENDED, COUNTED, CHAINED, EXPLICIT, COMPOUND, RANDOM = range(7)
"""Kinds of nodes. COUNTED and CHAINED are repetitive items, by a leading count and by extension bits."""

UNWANTED = 0
"""The slot (and the next) of all that nobody asked for: written and never read, which costs less than to ask."""

Table = npt.NDArray[np.int32]
Steps = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Column:
    """Where a subfield stands in its part: from octet `first` on read `octets`, shift them down, keep `width` bits."""

    path: str
    slot: int
    first: int
    octets: int
    shift: int
    width: int
    signed: bool
    stride: int
    """Octets from one repetition to the next; 0 for what stands once."""


@dataclass(frozen=True)
class Program:
    """`uaps` (uap, FRN - 1) -> node or -1, and the same by FSPEC octet in `steps` (octet, value) -> (count, node, …):
    first those of each UAP, then those of compound items. `nodes` (kind, octets, slot, first, count) point to `parts`
    (octets, slot, FX) of extended items and to octets of `steps`; their `octets` are, of a compound item, its bits.
    A slot of a repetitive or explicit item is followed by one for its count or length."""

    category: Category
    uaps: Table
    steps: Steps
    nodes: Table
    parts: Table
    slots: int
    columns: tuple[Column, ...]
    blobs: tuple[tuple[str, int], ...]
    choice: Table
    """(FRN - 1 of the item that chooses the UAP or -1, octet, shift)."""


@dataclass
class _Builder:
    wanted: frozenset[str] | None
    nodes: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    parts: list[tuple[int, int, int]] = field(default_factory=list)
    bits: list[int] = field(default_factory=list)
    """Nodes by FSPEC bit, seven to an octet: those of the UAPs, then those of compound items; -1 has no meaning."""
    columns: list[Column] = field(default_factory=list)
    blobs: list[tuple[str, int]] = field(default_factory=list)
    slots: int = UNWANTED + 2

    def node(self, item: Item, prefix: str = "") -> int:
        path = prefix + item.name
        if isinstance(item, Fixed):
            row = (FIXED, item.part.octets, self.part(path, item.part, 0), 0, 0)
        elif isinstance(item, Extended):
            first = len(self.parts)
            self.parts += [(part.octets, self.part(path, part, 0), int(part.fx)) for part in item.parts]
            row = (EXTENDED, 0, -1, first, len(item.parts))
        elif isinstance(item, Repetitive):
            kind = CHAINED if item.part.fx else COUNTED
            row = (kind, item.part.octets, self.part(path, item.part, item.part.octets), 0, 0)
        elif isinstance(item, Explicit):
            row = (EXPLICIT, 0, self.blob(path), 0, 0)
        else:
            row = self.compound(item, path)
        self.nodes.append(row)
        return len(self.nodes) - 1

    def compound(self, item: Compound, path: str) -> tuple[int, int, int, int, int]:
        made = [-1 if part is None else self.node(part, f"{path}.") for part in item.parts]
        octets = -(-len(made) // 7)
        first = len(self.bits) // 7
        self.bits += made + [-1] * (7 * octets - len(made))
        return COMPOUND, len(made), -1, first, octets

    def part(self, path: str, part: Part, stride: int) -> int:
        """The slot of a part, UNWANTED where none of its subfields is wanted."""
        kept = [each for each in part.subfields if self.wants(path_of(path, each))]
        if not kept:
            return UNWANTED
        slot = self.slots
        self.slots += 2 if stride else 1
        for each in kept:
            first, last = each.bit // 8, (each.bit + each.width - 1) // 8
            shift = 8 * (last + 1) - each.bit - each.width
            found = path_of(path, each)
            self.columns.append(Column(found, slot, first, last - first + 1, shift, each.width, each.signed, stride))
        return slot

    def blob(self, path: str) -> int:
        if not self.wants(path):
            return UNWANTED
        self.blobs.append((path, self.slots))
        self.slots += 2
        return self.slots - 2

    def wants(self, path: str) -> bool:
        if self.wanted is None:
            return True
        words = path.split(".")
        return any(".".join(words[:count]) in self.wanted for count in range(1, len(words) + 1))


@lru_cache(maxsize=256)
def compiled(category: Category, wanted: frozenset[str] | None = None) -> Program:
    """The tables for a category. `wanted` are paths, or items and parts that stand for all below them; None is all."""
    octets = max(-(-len(uap.order) // 7) for uap in category.uaps)
    builder = _Builder(wanted, bits=[-1] * (7 * octets * len(category.uaps)))
    nodes = {item.name: builder.node(item) for item in category.items}
    nodes[RFS] = len(builder.nodes)
    builder.nodes.append((RANDOM, 0, -1, 0, 0))
    for number, uap in enumerate(category.uaps):
        for frn, name in enumerate(uap.order):
            builder.bits[7 * octets * number + frn] = -1 if name is None else nodes[name]
    bits = np.array(builder.bits, np.int32)
    choice = (-1, 0, 0)
    if category.choice is not None:
        frn = category.uaps[0].order.index(category.choice.item)
        choice = (frn, category.choice.bit // 8, 7 - category.choice.bit % 8)
    return Program(
        category,
        bits[: 7 * octets * len(category.uaps)].reshape(len(category.uaps), -1),
        _steps(bits.reshape(-1, 7)),
        _table(builder.nodes, 5),
        _table(builder.parts, 3),
        builder.slots,
        tuple(builder.columns),
        tuple(builder.blobs),
        np.array(choice, np.int32),
    )


def _table(rows: Iterable[tuple[int, ...]], width: int) -> Table:
    return np.array(list(rows), np.int32).reshape(-1, width)


def _steps(octets: Table) -> Steps:
    """For each octet of an FSPEC and each value of it: how many items it names, and their nodes in order."""
    made = np.full((len(octets), 256, 8), -1, np.int16)
    for value in range(256):
        named = [bit for bit in range(7) if value >> (7 - bit) & 1]
        made[:, value, 0] = len(named)
        made[:, value, 1 : 1 + len(named)] = octets[:, named]
    return made
