"""Finding names that could be one: words that are equal, one letter apart, sound alike, stand joined, or have the same
consonants where one side is written without vowels.

Blocking: a list of tens of thousands of names is not compared whole. A query's words lead to words of the list (exact,
same key, or equal once a letter is left out of either), these to names; names are taken by the mass of the words that
lead to them, at most `most` of them, ties by smallest place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.registers.names.prepare import INITIAL, NAME, SMALL, PreparedName
from veedor.registers.names.table import NameTable, name_table

Places = npt.NDArray[np.int32]
# Names that share less than this part of the query's mass are not worth a look.
_LEAST_PERMILLE = 250
_SHORTEST_WITH_A_LETTER_LESS = 4
_WITH_VOWELS, _WITHOUT_VOWELS = "~", "^"


@dataclass(frozen=True)
class NameIndex:
    """A list's names. `words` leads from a spelling (exact, key, or with a letter left out) to the list's words,
    `postings` from each of these to names: word w is in names `places[starts[w]:starts[w + 1]]`."""

    names: tuple[PreparedName, ...]
    table: NameTable
    words: dict[str, tuple[int, ...]]
    starts: Places
    places: Places

    def candidates(self, name: PreparedName, most: int) -> Places:
        """Places of names that could be this one, ascending."""
        found: list[int] = []
        ends: list[int] = []
        masses: list[int] = []
        whole = 0
        for word in _spelled(name):
            found += sorted({at for way in (*_ways(word), *_other_script(word)) for at in self.words.get(way, ())})
            ends.append(len(found))
            masses.append(word.mass)
        whole = sum(each.mass for each in name.words if each.kind not in (SMALL, INITIAL))
        if not found:
            return np.zeros(0, np.int32)
        taken = np.zeros(most, np.int32)
        count = gather(
            np.array(found, np.int32), np.array(ends, np.int32), np.array(masses, np.int32), self.starts, self.places,
            len(self.names), max(whole * _LEAST_PERMILLE // 1000, 1), taken,
        )  # fmt: skip
        return np.sort(taken[:count])


def name_index(names: Sequence[PreparedName]) -> NameIndex:
    """An index over these names; a place is the ordinal in `names`."""
    ways: dict[str, set[int]] = defaultdict(set)
    numbers: dict[tuple[str, bool], int] = {}
    posted: list[set[int]] = []
    for place, name in enumerate(names):
        for word in _spelled(name):
            at = numbers.get((word.text, word.skeleton))
            if at is None:
                at = numbers[word.text, word.skeleton] = len(posted)
                posted.append(set())
                for way in _ways(word):
                    ways[way].add(at)
                if len(word.bones) >= 2:
                    ways[_WITHOUT_VOWELS + word.bones if word.skeleton else _WITH_VOWELS + word.bones].add(at)
            posted[at].add(place)
    starts = np.cumsum([0, *(len(each) for each in posted)]).astype(np.int32)
    places = np.array([place for each in posted for place in sorted(each)], np.int32)
    words = {way: tuple(sorted(found)) for way, found in ways.items()}
    return NameIndex(tuple(names), name_table(names), words, starts, places)


class _Spelled(NamedTuple):
    """A word, or two written together, that can lead to a name."""

    text: str
    key: str
    mass: int
    bones: str
    skeleton: bool


def _spelled(name: PreparedName) -> Iterable[_Spelled]:
    """Words that can lead to a name: its own, and neighbours written together."""
    heavy = [word for word in name.words if word.kind != INITIAL and (word.kind != SMALL or len(name.words) == 1)]
    for word in heavy:
        yield _Spelled(word.text, word.key if word.kind == NAME else "", word.mass, word.bones, word.skeleton)
    for one, other in zip(name.words, name.words[1:], strict=False):
        if one.kind in (NAME, SMALL, INITIAL) and other.kind == NAME:
            yield _Spelled(one.text + other.text, "", one.mass + other.mass, one.bones + other.bones,
                           one.skeleton or other.skeleton)  # fmt: skip


def _ways(word: _Spelled) -> Iterable[str]:
    """Spellings by which a word is found: itself, its key, and itself less each letter (a change, a swap, a letter more
    or less then meet)."""
    yield word.text
    if len(word.key) >= 2:
        yield "=" + word.key
    if len(word.text) >= _SHORTEST_WITH_A_LETTER_LESS:
        for at in range(len(word.text)):
            yield word.text[:at] + word.text[at + 1 :]


def _other_script(word: _Spelled) -> Iterable[str]:
    """Without vowels a word leads to words with vowels by consonants, and the other way round.
    Two words with vowels do not meet so: too many would."""
    if len(word.bones) < 2:
        return
    if not word.skeleton:
        yield _WITHOUT_VOWELS + word.bones
        return
    yield _WITH_VOWELS + word.bones


def _gather_examples() -> list[tuple[object, ...]]:
    def ints(*values: int) -> Places:
        return np.array(values, np.int32)

    starts, places = ints(0, 2, 3, 6), ints(0, 1, 2, 0, 2, 3)
    return [
        (ints(0, 1, 2), ints(1, 3), ints(50, 30), starts, places, 4, 1, np.zeros(size, np.int32)) for size in (1, 4)
    ]


@kernel(examples=_gather_examples)
def gather(
    found: Places, ends: Places, masses: Places, starts: Places, places: Places, names: int, least: int, taken: Places
) -> int:
    """Fills `taken` with the places of the names that most mass of the query leads to; says how many."""
    total = np.zeros(names, np.int32)
    last = np.full(names, -1, np.int32)
    touched = np.empty(names, np.int32)
    seen, highest, begin = 0, 0, 0
    for word in range(len(ends)):
        for at in range(begin, ends[word]):
            for place in places[starts[found[at]] : starts[found[at] + 1]]:
                if last[place] == word:  # a word of the query counts once for a name
                    continue
                if last[place] < 0:
                    touched[seen] = place
                    seen += 1
                last[place] = word
                total[place] += masses[word]
                highest = max(highest, total[place])
        begin = ends[word]
    # The smallest total that still fits, found by counting from the top.
    sizes = np.zeros(highest + 1, np.int32)
    for i in range(seen):
        sizes[total[touched[i]]] += 1
    fits, floor = 0, highest + 1
    while floor > least and fits + sizes[floor - 1] <= len(taken):
        floor -= 1
        fits += sizes[floor]
    count = 0
    for i in range(seen):
        if total[touched[i]] >= floor:
            taken[count] = touched[i]
            count += 1
    if floor > least and count < len(taken):
        ties = np.empty(sizes[floor - 1], np.int32)
        many = 0
        for i in range(seen):
            if total[touched[i]] == floor - 1:
                ties[many] = touched[i]
                many += 1
        ties.sort()
        for i in range(len(taken) - count):
            taken[count + i] = ties[i]
        count = len(taken)
    return count
