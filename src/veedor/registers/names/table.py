"""Prepared names as arrays, one after the other, for the compiled comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from veedor.registers.names.prepare import PreparedName

FORM_BITS = {"limited": 1, "shares": 2, "partnership": 4}
MAY_GO, SKELETON = 1, 2

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class NameTable:
    """Words of name n are `first_word[n]:first_word[n + 1]`; letters of word w `first_letter[w]:first_letter[w + 1]`,
    its key, its bones and its ways (spelled.py) likewise. Letters are code points."""

    first_word: Ints
    first_letter: Ints
    letters: Ints
    first_key: Ints
    keys: Ints
    kind: Ints
    mass: Ints
    marks: Ints
    forms: Ints
    first_bone: Ints
    bones: Ints
    first_way: Ints
    ways: Ints

    def __len__(self) -> int:
        return len(self.forms)

    @property
    def arrays(self) -> tuple[Ints, ...]:
        """In the order in which compare.py takes them."""
        return (
            self.first_word, self.first_letter, self.letters, self.first_key, self.keys, self.kind, self.mass,
            self.marks, self.forms, self.first_bone, self.bones, self.first_way, self.ways,
        )  # fmt: skip


def name_table(names: Sequence[PreparedName]) -> NameTable:
    """The arrays of these names, in their order."""
    words = [word for name in names for word in name.words]
    return NameTable(
        starts([len(name.words) for name in names]),
        starts([len(word.text) for word in words]),
        points("".join(word.text for word in words)),
        starts([len(word.key) for word in words]),
        points("".join(word.key for word in words)),
        np.array([word.kind for word in words], np.int32),
        np.array([word.mass for word in words], np.int32),
        np.array([MAY_GO * word.may_go + SKELETON * word.skeleton for word in words], np.int32),
        np.array([sum(FORM_BITS[form] for form in name.forms) for name in names], np.int32),
        starts([len(word.bones) for word in words]),
        points("".join(word.bones for word in words)),
        starts([len(word.ways) for word in words]),
        points("".join(word.ways for word in words)),
    )


def starts(sizes: Sequence[int]) -> Ints:
    """Where each of these pieces begins when they lie one after the other, and the end."""
    return np.array([0, *accumulate(sizes)], np.int32)


def points(text: str) -> Ints:
    """Code points."""
    return np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.int32)
