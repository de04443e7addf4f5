"""Parts told by the kernel (kernel/xml_run.py) in place of the parser: the same texts, without a call a tag.

The kernel calls plain only what every XML parser finds well-formed and reads the same way; whatever is not plain is
still for expat to read (xml_stream.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from veedor.formats.arrow import Whole
from veedor.formats.bank import xml_columns
from veedor.formats.bank.xml_columns import Block, Form
from veedor.formats.bank.xml_scan import Part
from veedor.formats.bank.xml_shape import Place, Shape
from veedor.kernel import xml_run as told
from veedor.kernel.xml_run import LONGEST_NAME, name_hash

# Few enough that what was told of a run is still at hand when it is read.
_ROWS = 1 << 14
_SLOTS = 4096
# A hostile file can make a new form with every element: what was worked out is forgotten then.
_MOST_FORMS = 1024


Told = npt.NDArray[np.int32]


class Runs:
    """Runs of one part of a shape, whose elements are named `kind`."""

    def __init__(self, shape: Shape, kind: str) -> None:
        self.kind = kind
        self._places: list[Place] = []
        self._number(shape.parts[kind])
        names = [kind, *dict.fromkeys(name for place in self._places for name in place.kids if name != kind)]
        names += sorted(shape.bounds - set(names))
        self._hashes = np.full(_SLOTS, -1, np.int64)
        self._spelled = np.zeros((len(names), LONGEST_NAME), np.uint8)
        for number, name in enumerate(names):
            data = name.encode()
            at = name_hash(data) % _SLOTS
            while self._hashes[at] >= 0:
                at = (at + 1) % _SLOTS
            self._hashes[at] = number
            self._spelled[number, : len(data)] = np.frombuffer(data, np.uint8)
        self._next = np.full((len(self._places), len(names)), told.UNKNOWN, np.int32)
        places = {id(place): number for number, place in enumerate(self._places)}
        for number, name in enumerate(names):
            if name in shape.bounds:
                self._next[:, number] = told.FORBIDDEN
            for at_place, place in enumerate(self._places):
                if name in place.kids:
                    self._next[at_place, number] = places[id(place.kids[name])]
        self._flags = np.array(
            [
                (told.HAS_TEXT if place.path else 0)
                | (told.HAS_CURRENCY if place.currency else 0)
                | (told.BY_ITSELF if place.repeated else 0)
                for place in self._places
            ],
            np.int32,
        )
        self._forms: dict[bytes, Form] = {}
        self._told: Told = np.zeros((_ROWS, 3), np.int32)

    def _number(self, place: Place) -> None:
        self._places.append(place)
        for kid in place.kids.values():
            self._number(kid)

    def end(self, data: bytes, at: int) -> tuple[int, Told]:
        """(where a run from `at` ends, what is told of it): nothing where the first element is not plain."""
        plain = np.frombuffer(data, np.uint8)
        found = told.xml_run(plain, at, self._hashes, self._spelled, self._next, self._flags, self._told)
        return int(found[0]), self._told[: found[1]].copy()

    def run(self, data: bytes, said: Told, start: int) -> Run:
        """The elements that something is told of in `data` (UTF-8), which are the file's bytes from `start` on."""
        what = said[:, 0].copy()
        lasts = np.flatnonzero(what == told.PART)
        firsts = np.concatenate([np.zeros(1, np.int64), lasts[:-1] + 1])
        forms = []
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            key = what[first:last].tobytes()
            forms.append(self._forms.get(key) or self._learned(key, what[first:last].tolist()))
        return Run(self.kind, data, start, said, firsts, lasts, forms)

    def _learned(self, key: bytes, what: list[int]) -> Form:
        form, inner = Form(), Form()
        around = [form]
        for row, each in enumerate(what):
            place, kind = self._places[each >> 3], each & 7
            inner = around[-1]
            if kind == told.BEGIN:
                around.append(Form())
                inner.inner.append((place.repeated, around[-1]))
            elif kind == told.END:
                around.pop()
            elif kind == told.TEXT and place.many:
                inner.lists.append((place.path, row))
            else:
                path = place.path if kind == told.TEXT else place.currency
                if path not in inner.seen:
                    inner.seen.add(path)
                    inner.texts.append((path, row))
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        self._forms[key] = form
        return form


class Run:
    """Elements that lie one behind the other: each by itself (`parts`), or those of one form together (`blocks`)."""

    def __init__(
        self, kind: str, data: bytes, start: int, said: Told, firsts: Whole, lasts: Whole, forms: list[Form]
    ) -> None:
        self.kind = kind
        self._data, self._said, self._firsts, self._forms = data, said, firsts, forms
        begins, ends = said[lasts, 1], said[lasts, 2]
        self.offsets: Whole = begins.astype(np.int64) + start
        self.lengths = ends - begins
        self._begins, self._ends, self._start = begins.tolist(), ends.tolist(), start

    def __len__(self) -> int:
        return len(self._forms)

    def bytes_of(self, number: int) -> bytes:
        """The bytes of one element."""
        return self._data[self._begins[number] : self._ends[number]]

    def parts(self) -> Iterator[Part]:
        """Each element."""
        data = self._data
        # Of ASCII a byte is a character.
        plain = data.decode("ascii") if data.isascii() else None
        # Three lists and no list of rows: a hundred thousand small lists would keep the garbage collector busy.
        begins, ends = self._said[:, 1].tolist(), self._said[:, 2].tolist()
        for number, first in enumerate(self._firsts.tolist()):
            leaves = self._forms[number].leaves(data, plain, begins, ends, first)
            yield Part(self.kind, self._start + self._begins[number], self.bytes_of(number), leaves)

    def part(self, number: int) -> Part:
        """One element."""
        block = self._block(np.array([number]), self._forms[number])
        return Part(self.kind, int(self.offsets[number]), self.bytes_of(number), next(block.leaves()))

    def blocks(self) -> Iterator[Block]:
        """The elements of each form that has enough of them."""
        numbers: dict[int, list[int]] = {}
        for number, form in enumerate(self._forms):
            numbers.setdefault(id(form), []).append(number)
        for which in numbers.values():
            if len(which) >= xml_columns.LEAST:
                yield self._block(np.array(which), self._forms[which[0]])

    def _block(self, which: Whole, form: Form) -> Block:
        return Block(which, form, self._data, self._said[:, 1], self._said[:, 2], self._firsts[which])
