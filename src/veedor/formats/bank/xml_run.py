"""Parts told by the kernel (kernel/xml_run.py) in place of the parser: the same texts, without a call a tag.

The kernel calls plain only what every XML parser finds well-formed and reads the same way; whatever is not plain is
still for expat to read (xml_stream.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from veedor.formats.bank.xml_scan import Part
from veedor.formats.bank.xml_shape import Leaves, Place, Shape
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
        self._forms: dict[bytes, _Form] = {}
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

    def parts(self, data: bytes, said: Told, start: int) -> Iterator[Part]:
        """Each element that something is told of in `data` (UTF-8), which are the file's bytes from `start` on."""
        # Of ASCII a byte is a character.
        plain = data.decode("ascii") if data.isascii() else None
        # Three lists and no list of rows: a hundred thousand small lists would keep the garbage collector busy.
        begins, ends = said[:, 1].tolist(), said[:, 2].tolist()
        what, first = said[:, 0].copy(), 0
        for last in np.flatnonzero(what == told.PART).tolist():
            key = what[first:last].tobytes()
            form = self._forms.get(key) or self._learned(key, what[first:last].tolist())
            leaves = form.leaves(data, plain, begins, ends, first)
            yield Part(self.kind, start + begins[last], data[begins[last] : ends[last]], leaves)
            first = last + 1

    def _learned(self, key: bytes, what: list[int]) -> _Form:
        form, inner = _Form(), _Form()
        around = [form]
        for row, each in enumerate(what):
            place, kind = self._places[each >> 3], each & 7
            inner = around[-1]
            if kind == told.BEGIN:
                around.append(_Form())
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


class _Form:
    """Which of the rows told of an element is its text at which path; elements of a file have few forms."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, int]] = []
        self.lists: list[tuple[str, int]] = []
        self.inner: list[tuple[str, _Form]] = []
        self.seen: set[str] = set()

    def leaves(self, data: bytes, plain: str | None, begins: list[int], ends: list[int], first: int) -> Leaves:
        """What one element of this form says, whose rows begin with row `first`."""
        if plain is not None:
            found = Leaves({path: plain[begins[first + row] : ends[first + row]] for path, row in self.texts})
        else:
            found = Leaves({path: data[begins[first + row] : ends[first + row]].decode() for path, row in self.texts})
        for path, row in self.lists:
            found.lists.setdefault(path, []).append(data[begins[first + row] : ends[first + row]].decode())
        for path, form in self.inner:
            found.inner.setdefault(path, []).append(form.leaves(data, plain, begins, ends, first))
        return found
