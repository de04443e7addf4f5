"""Which edition of a category a source writes: as its owner declares, else the only one that reads without damage.

Editions differ in what bytes mean, and nothing in a record says which it is. Where several read the same bytes as
different values, the reader stops and asks (issue 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from veedor.errors import InputError, UsageError
from veedor.formats.asterix.categories import find, of_number
from veedor.formats.asterix.decode import Decoded, decode
from veedor.formats.asterix.layout import Category, Subfield, leaves
from veedor.formats.radar.meaning import items_of
from veedor.formats.sites import SiteTable

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

How = Literal["declared", "only", "same"]
# As many blocks of a source as are tried in every edition; later damage asks again.
TRIED_BLOCKS = 2_000


@dataclass
class Choice:
    """`category` is the layout taken; `left` are those that read what was seen so far as it does, oldest first; `how`:
    the owner's word, the only one without damage, or several that read the same."""

    category: Category
    how: How
    left: tuple[Category, ...] = ()


@dataclass
class Editions:
    """The choices of one file, by source (SAC * 256 + SIC, -1 where it is not said) and category."""

    sites: SiteTable
    file: str
    choices: dict[tuple[int, int], Choice] = field(default_factory=dict)

    def of(self, data: Bytes, blocks: Ints, source: int, number: int) -> Choice:
        """The layout for these blocks (rows of place and length) of a source and category. InputError where the owner
        declares an edition that is not known, and where several would read them differently."""
        known = self.choices.get((source, number))
        if known is not None:
            return known
        declared = self.sites.edition(source, number) if source >= 0 else None
        if declared is not None:
            made = Choice(self._declared(number, declared), "declared")
        else:
            made = self._tried(data, blocks[:TRIED_BLOCKS], source, of_number(number))
        self.choices[source, number] = made
        return made

    def checked(self, data: Bytes, blocks: Ints, source: int, number: int) -> Choice:
        """The choice where several layouts were left, asked again wherever the one taken meets damage: another may
        read the same blocks whole, and only now show that it is the one."""
        choice = self.choices[source, number]
        if len(decode(data, blocks, choice.category, ()).damage):
            self.choices[source, number] = choice = self._tried(data, blocks[:TRIED_BLOCKS], source, choice.left)
        return choice

    def _declared(self, number: int, edition: str) -> Category:
        try:
            return find(number, edition)
        except UsageError as error:
            raise InputError(
                "the site table declares an edition that cannot be read", file=self.file,
                place=f"category {number:03d}", expected=error.expected or "an edition that is known", found=edition,
                next_step="declare the edition that the radar writes; editions of equal bytes are one",
            ) from error  # fmt: skip

    def _tried(self, data: Bytes, blocks: Ints, source: int, layouts: Sequence[Category]) -> Choice:
        if len(layouts) == 1:
            return Choice(layouts[0], "only", tuple(layouts))
        readings = [_Reading(data, blocks, layout) for layout in layouts]
        # Blocks that no edition reads are damaged, and say nothing about editions.
        readable = np.logical_or.reduce([each.whole for each in readings])
        if 2 * int(readable.sum()) < len(blocks):
            self._none(source, layouts[0].number, layouts, len(blocks) - int(readable.sum()), len(blocks))
        most = max(int(each.whole.sum()) for each in readings)
        left = [each for each in readings if int(each.whole.sum()) == most]
        distinct: list[_Reading] = []
        for reading in left:
            if not any(reading.same(other, readable) for other in distinct):
                distinct.append(reading)
        if len(distinct) > 1:
            self._ask(source, layouts[0].number, [each.layout for each in distinct])
        kept = tuple(each.layout for each in left)
        return Choice(kept[-1], "only" if len(kept) == 1 else "same", kept)

    def _none(self, source: int, number: int, layouts: Sequence[Category], damaged: int, blocks: int) -> None:
        raise InputError(
            "no edition of a category that is known reads most of these bytes",
            file=self.file,
            place=f"category {number:03d} of {_who(source)}",
            expected=", ".join(edition for layout in layouts for edition in layout.editions),
            found=f"{damaged} of {blocks} data blocks are damaged in every one of them",
            next_step="ask the radar's owner which edition it writes; if it is one of these the file is damaged: "
            "declare the edition in a site table (--sites) to read what is left",
        )

    def _ask(self, source: int, number: int, layouts: Sequence[Category]) -> None:
        raise InputError(
            "several editions of a category read these bytes, each as something else",
            file=self.file,
            place=f"category {number:03d} of {_who(source)}",
            expected="one edition, declared in a site table",
            found=", ".join(layout.edition for layout in layouts),
            next_step=f"give a site table (--sites) with a [[sensor]] that has sac = {max(source, 0) >> 8}, "
            f'sic = {max(source, 0) & 255} and, for example, editions = {{ "{number:03d}" = "{layouts[-1].edition}" }}',
        )


def _who(source: int) -> str:
    return "a source that does not say its SAC and SIC" if source < 0 else f"SAC {source >> 8} SIC {source & 255}"


def _step(bits: Subfield | None) -> tuple[Fraction | None, str] | None:
    """What one step of a subfield is worth."""
    return None if bits is None else (bits.lsb, bits.unit)


class _Reading:
    """Blocks as one layout reads them."""

    def __init__(self, data: Bytes, blocks: Ints, layout: Category) -> None:
        self.layout = layout
        self.decoded: Decoded = decode(data, blocks, layout, items_of(layout.number))
        ends = blocks[:, 0] + blocks[:, 1]
        hurt = np.isin(ends, self.decoded.damage.offset + self.decoded.damage.length)
        self.whole: Bools = ~hurt

    def same(self, other: _Reading, readable: Bools) -> bool:
        """Whether both read the readable blocks as the same records with the same values."""
        mine, theirs = readable[self.decoded.block], readable[other.decoded.block]
        one, two = self.decoded, other.decoded
        if not np.array_equal(one.offset[mine], two.offset[theirs]):
            return False
        scales = [
            {leaf.path: leaf.bits for item in each.layout.items for leaf in leaves(item)} for each in (self, other)
        ]
        for path in one.has.keys() | two.has.keys():
            seen = one.has[path][mine] if path in one.has else np.zeros(1, np.bool_)
            also = two.has[path][theirs] if path in two.has else np.zeros(1, np.bool_)
            if not seen.any() and not also.any():
                continue
            if path in one.values and path in two.values:
                equal = np.array_equal(one.values[path][mine], two.values[path][theirs])
                if not equal or not np.array_equal(seen, also):
                    return False
                # The same number in other steps is another value, unless it is 0.
                if _step(scales[0][path]) != _step(scales[1][path]) and one.values[path][mine].any():
                    return False
            elif path in one.lists and path in two.lists:
                listed = one.lists[path].values
                if not np.array_equal(listed, two.lists[path].values):
                    return False
                if _step(scales[0][path]) != _step(scales[1][path]) and listed.any():
                    return False
            elif path in one.values or path in two.values:
                # Bits that one of them leaves unused and that are 0 say nothing in the other.
                only = one.values[path][mine] if path in one.values else two.values[path][theirs]
                if only.any():
                    return False
            else:
                return False
        return True
