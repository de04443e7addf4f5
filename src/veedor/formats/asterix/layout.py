"""What a category's records are made of, declared as data: items, their octets and bits, and the order they come in.

Source of the vocabulary: EUROCONTROL-SPEC-0149, Part 1 (ASTERIX: FSPEC, UAP, fixed, extended, repetitive, compound and
explicit data items). A subfield has a path, `item.subfield` or `item.part.subfield` (`040.RHO`, `130.SRL`,
`120.RDS.DOP`); an item that is one number has the item's own name (`140`). Raw integers only: `lsb` and `unit` say what
one step is worth and scale nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

RFS = "RFS"
"""The place in a UAP where items follow in any order, each after its number (Part 1, Random Field Sequencing)."""


@dataclass(frozen=True)
class Subfield:
    """Some bits of a part. `bit` counts from the part's first, most significant bit."""

    name: str
    bit: int
    width: int
    signed: bool = False
    lsb: Fraction | None = None
    """Value of the least significant bit in `unit`; None where the number is a code."""
    unit: str = ""


@dataclass(frozen=True)
class Part:
    """Octets that stand or fall together. With `fx` the last bit says whether another part follows."""

    octets: int
    subfields: tuple[Subfield, ...]
    fx: bool = False


@dataclass(frozen=True)
class Fixed:
    name: str
    title: str
    part: Part


@dataclass(frozen=True)
class Extended:
    """Parts one after another while their last bit is set."""

    name: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Repetitive:
    """The same part several times: as often as a leading octet says, or while its last bit is set (`part.fx`)."""

    name: str
    title: str
    part: Part


@dataclass(frozen=True)
class Explicit:
    """A first octet says how many octets it has, itself included: reserved expansion (RE), special purpose (SP)."""

    name: str
    title: str


@dataclass(frozen=True)
class Compound:
    """Its own FSPEC, then those of `parts` that it names; None is a bit without meaning, which must be 0."""

    name: str
    title: str
    parts: tuple[Fixed | Extended | Repetitive | None, ...]


Item = Fixed | Extended | Repetitive | Explicit | Compound


@dataclass(frozen=True)
class Uap:
    """User application profile: the item at each FSPEC bit (field reference number 1, 2, …); None is spare."""

    name: str
    order: tuple[str | None, ...]


@dataclass(frozen=True)
class Choice:
    """Which UAP a record has, by one bit of an item that stands at the same place in all of them."""

    item: str
    bit: int
    """Counted from the item's first, most significant bit; its value is the UAP's place in `Category.uaps`."""


@dataclass(frozen=True, eq=False)
class Category:
    """One category in all editions whose bytes are laid out alike; there is one object of each (`categories`).

    `editions` are named oldest first. `items` hold every item of any of `uaps`. `choice` is None with a single UAP.
    """

    number: int
    editions: tuple[str, ...]
    uaps: tuple[Uap, ...]
    items: tuple[Item, ...]
    choice: Choice | None = None

    @property
    def edition(self) -> str:
        return self.editions[-1]

    def item(self, name: str) -> Item:
        return next(item for item in self.items if item.name == name)

    def __str__(self) -> str:
        return f"CAT{self.number:03} {self.edition}"


class Leaf(NamedTuple):
    """A path that decoding gives: with its `bits`, None for an explicit item; `repeated` in repetitive items."""

    path: str
    bits: Subfield | None
    repeated: bool


def leaves(item: Item, prefix: str = "") -> Iterator[Leaf]:
    """Every path of an item, in the order of its bits."""
    path = prefix + item.name
    if isinstance(item, Explicit):
        yield Leaf(path, None, False)
    elif isinstance(item, Compound):
        for part in item.parts:
            if part is not None:
                yield from leaves(part, f"{path}.")
    else:
        for octets in item.parts if isinstance(item, Extended) else (item.part,):
            for bits in octets.subfields:
                yield Leaf(path_of(path, bits), bits, isinstance(item, Repetitive))


def paths(item: Item) -> tuple[str, ...]:
    return tuple(leaf.path for leaf in leaves(item))


def path_of(name: str, bits: Subfield) -> str:
    return f"{name}.{bits.name}" if bits.name else name
