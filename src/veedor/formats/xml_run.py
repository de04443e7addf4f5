"""Parts told by the kernel (kernel/xml_run.py) in place of the parser's handlers: the same texts, without a call a tag.

Only places and texts come from it; that the bytes are well-formed XML is still for expat to say (xml_stream.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from veedor.formats.xml_shape import Leaves, Place, Shape
from veedor.kernel import xml_run as told
from veedor.kernel.xml_run import name_hash

# Few enough that what was told of a run is still at hand when it is read.
_ROWS = 1 << 14
_SLOTS = 4096
_NAME_BYTES = 24


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
        self._spelled = np.zeros((len(names), _NAME_BYTES), np.uint8)
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
        # By what is told of a place: where its text goes, or its currency; nothing where all of its texts are kept.
        self._paths = {
            number * 8 + kind: path
            for number, place in enumerate(self._places)
            for kind, path in ((told.TEXT, "" if place.many else place.path), (told.CURRENCY, place.currency))
        }
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

    def parts(self, data: bytes, said: Told) -> Iterator[tuple[int, int, Leaves]]:
        """First byte, byte behind it and leaves of each element that something is told of in `data` (UTF-8)."""
        places, paths = self._places, self._paths
        leaves = inner = Leaves()
        around: list[Leaves] = []
        texts = leaves.texts
        # Three lists and no list of rows: a hundred thousand small lists would keep the garbage collector busy.
        for what, begin, end in zip(*said.T.tolist(), strict=True):
            kind = what & 7
            if kind <= told.CURRENCY:
                path = paths[what]
                if path:
                    if path not in texts:
                        texts[path] = data[begin:end].decode()
                else:
                    inner.lists.setdefault(places[what >> 3].path, []).append(data[begin:end].decode())
            elif kind == told.BEGIN:
                around.append(inner)
                inner = Leaves()
                around[-1].inner.setdefault(places[what >> 3].repeated, []).append(inner)
                texts = inner.texts
            elif kind == told.END:
                inner = around.pop()
                texts = inner.texts
            else:
                yield begin, end, leaves
                leaves = inner = Leaves()
                texts = leaves.texts
