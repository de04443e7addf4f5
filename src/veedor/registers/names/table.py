"""Prepared names as arrays, one after the other, for the compiled comparison."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veedor.registers.names.prepare import PreparedName, Word, prepare
from veedor.registers.names.readings import MARK

FORM_BITS = {"limited": 1, "shares": 2, "partnership": 4}
MAY_GO, SKELETON, READ = 1, 2, 4
"""Marks of words; what is READ, syllable by syllable, is a SKELETON too."""
_BITS = 31

Ints = npt.NDArray[np.int32]


class NameTable(NamedTuple):
    """Words of name n are `first_word[n]:first_word[n + 1]`; letters of word w `first_letter[w]:first_letter[w + 1]`,
    its key, its bones and its ways (spelled.py) likewise. Letters are code points; `letter_bits` has a bit set for
    each letter of a word (of its code point, modulo 31)."""

    first_word: Ints
    first_letter: Ints
    letters: Ints
    letter_bits: Ints
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


def name_table(names: Sequence[PreparedName]) -> NameTable:
    """The arrays of these names, in their order."""
    words = [word for name in names for word in name.words]
    first_letter, letters = pieces([word.text for word in words])
    first_key, keys = pieces([word.key for word in words])
    first_bone, bones = pieces([word.bones for word in words])
    first_way, ways = pieces([word.ways for word in words])
    kind = np.array([word.kind for word in words], np.int32)
    mass = np.array([word.mass for word in words], np.int32)
    marks = np.array([_marks(word) for word in words], np.int32)
    # No word is empty, so that each has a piece of its own.
    bits = np.bitwise_or.reduceat(1 << letters % _BITS, first_letter[:-1]) if words else np.zeros(0, np.int32)
    forms = np.array([sum(FORM_BITS[form] for form in name.forms) for name in names], np.int32)
    return NameTable(
        starts([len(name.words) for name in names]), first_letter, letters, bits.astype(np.int32), first_key, keys,
        kind, mass, marks, forms, first_bone, bones, first_way, ways,
    )  # fmt: skip


def _marks(word: Word) -> int:
    return MAY_GO * word.may_go + SKELETON * word.skeleton + READ * word.ways.startswith(MARK)


def tables(ones: Sequence[str], others: Sequence[str]) -> tuple[NameTable, NameTable]:
    """Two tables of names as written: examples to try kernels with."""
    return name_table([prepare(name) for name in ones]), name_table([prepare(name) for name in others])


def pieces(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Texts one after the other: where each begins (and the end), and code points."""
    return starts([len(text) for text in texts]), points("".join(texts))


def starts(sizes: Sequence[int]) -> Ints:
    """Where each of these pieces begins when they lie one after the other, and the end."""
    return np.array([0, *accumulate(sizes)], np.int32)


def points(text: str) -> Ints:
    """Code points."""
    return np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.int32)
