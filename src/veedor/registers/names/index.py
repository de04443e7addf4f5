"""Finding names that could be one: words that are equal, one letter apart, sound alike, stand joined, or are spellings
of each other where one side is written without vowels or in syllables.

Blocking: a list of tens of thousands of names is not compared whole. A query's words lead to words of the list (exact,
same key, or equal once a letter is left out of either), these to names; names are taken by the mass of the words that
lead to them, at most `most` of them; of equal ones first those with no more words than the query, then those of
smallest place. Between scripts a word with the same consonants is looked at letter by letter, and one that is no usual
spelling counts half.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veedor.registers.names.lookup import Ways, look_up
from veedor.registers.names.prepare import INITIAL, NAME, SMALL, PreparedName
from veedor.registers.names.readings import MARK
from veedor.registers.names.spellings import MOST_READINGS, all_numbers
from veedor.registers.names.table import READ, SKELETON, NameTable, name_table, pieces, starts

# Names that share less than this part of the query's mass are not worth a look.
_LEAST_PERMILLE = 250


@dataclass(frozen=True)
class NameIndex:
    """A list's names, as arrays too, and the ways to them."""

    names: tuple[PreparedName, ...]
    table: NameTable
    ways: Ways

    def candidates(self, name: PreparedName, most: int) -> npt.NDArray[np.int32]:
        """Places of names that could be this one, ascending."""
        return self.near(name_table([name]), 0, most)

    def near(self, asked: NameTable, at: int, most: int) -> npt.NDArray[np.int32]:
        """`candidates` of name `at` of a table."""
        taken = np.zeros(most, np.int32)
        return np.sort(taken[: look_up(asked, at, self.ways, len(self.names), _LEAST_PERMILLE, taken)])


def name_index(names: Sequence[PreparedName]) -> NameIndex:
    """An index over these names; a place is the ordinal in `names`."""
    numbered: dict[_Spelled, int] = {}
    posted: list[list[int]] = []
    for place, name in enumerate(names):
        for word in _spelled(name):
            at = numbered.setdefault(word, len(posted))
            if at == len(posted):
                posted.append([place])
            elif posted[at][-1] != place:
                posted[at].append(place)
    words = list(numbered)
    first_letter, letters = pieces([word.text for word in words])
    first_key, keys = pieces([word.key for word in words])
    first_bone, bones = pieces([word.bones for word in words])
    first_way, ways = pieces([word.ways for word in words])
    # Room for the word itself, its key, itself less each letter, its consonants or its readings.
    read = np.array([_readings(word.ways) for word in words], np.int64)
    room = np.cumsum(np.r_[0, np.diff(first_letter) + 2 + np.maximum(read, 1)], dtype=np.int64)
    numbers = np.empty(room[-1], np.int64)
    marks = np.array([SKELETON * word.skeleton for word in words], np.int32) | np.where(read > 0, READ, 0)
    all_numbers(
        first_letter, letters, first_key, keys, first_bone, bones, first_way, ways, marks.astype(np.int32), room,
        numbers,
    )  # fmt: skip
    to = np.repeat(np.arange(len(words), dtype=np.int32), np.diff(room))
    order = np.lexsort((to, numbers))
    order = order[numbers[order] >= 0]
    return NameIndex(
        tuple(names), name_table(names),
        Ways(numbers[order], to[order], starts([len(each) for each in posted]),
             np.array([place for each in posted for place in each], np.int32),
             first_letter, letters, first_way, ways,
             np.array([sum(word.kind != SMALL for word in name.words) for name in names], np.int32)),
    )  # fmt: skip


class _Spelled(NamedTuple):
    """A word, or two written together, that can lead to a name."""

    text: str
    key: str
    bones: str
    skeleton: bool
    ways: str


def _spelled(name: PreparedName) -> Iterable[_Spelled]:
    """Words that can lead to a name: its own, and neighbours written together."""
    for word in name.words:
        if word.kind != INITIAL and (word.kind != SMALL or len(name.words) == 1):
            key = word.key if word.kind == NAME else ""
            yield _Spelled(word.text, key, word.bones, word.skeleton, word.ways)
    for one, other in zip(name.words, name.words[1:], strict=False):
        if one.kind in (NAME, SMALL, INITIAL) and other.kind == NAME and one.skeleton == other.skeleton:
            yield _Spelled(one.text + other.text, "", one.bones + other.bones, one.skeleton, one.ways + other.ways)


def _readings(ways: str) -> int:
    """How many spellings of a word in syllables lead to it; 0 for any other word."""
    if not ways.startswith(MARK):
        return 0
    return min(prod(each.count("|") + 1 for each in ways.split(";")[:-1]), MOST_READINGS)
