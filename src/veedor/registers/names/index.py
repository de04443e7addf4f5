"""Finding names that could be one: words that are equal, one letter apart, sound alike, stand joined, or are spellings
of each other where one side is written without vowels.

Blocking: a list of tens of thousands of names is not compared whole. A query's words lead to words of the list (exact,
same key, or equal once a letter is left out of either), these to names; names are taken by the mass of the words that
lead to them, at most `most` of them, ties by smallest place. Between scripts a word with the same consonants is looked
at letter by letter, and one that is no usual spelling counts half.
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
from veedor.registers.names.spelled import each_off
from veedor.registers.names.table import NameTable, name_table, points, starts

Places = npt.NDArray[np.int32]
# Names that share less than this part of the query's mass are not worth a look.
_LEAST_PERMILLE = 250
_SHORTEST_WITH_A_LETTER_LESS = 4
_WITH_VOWELS, _WITHOUT_VOWELS = "~", "^"
# Consonants that letters of Arabic and Hebrew stand for in turn (dad: d, z; jim: j, g; qaf: k, g).
_COARSE = str.maketrans("tdzgj", "ssskk")


@dataclass(frozen=True)
class NameIndex:
    """A list's names. `words` leads from a spelling (exact, key, or with a letter left out) to the list's words,
    `postings` from each of these to names: word w is in names `places[starts[w]:starts[w + 1]]`. Letters of word w are
    `letters[first_letter[w]:first_letter[w + 1]]`; `ways`, as it may be spelled, likewise."""

    names: tuple[PreparedName, ...]
    table: NameTable
    words: dict[str, tuple[int, ...]]
    starts: Places
    places: Places
    letters: Places
    first_letter: Places
    ways: Places
    first_way: Places

    def candidates(self, name: PreparedName, most: int) -> Places:
        """Places of names that could be this one, ascending."""
        found: list[int] = []
        ends: list[int] = []
        masses: list[int] = []
        for word in _spelled(name):
            worth = self._other_script(word)
            worth |= {at: word.mass for way in _ways(word) for at in self.words.get(way, ())}
            # What counts most comes first, since a word of the query counts once for a name.
            ordered = sorted(worth.items(), key=lambda each: (-each[1], each[0]))
            found += [at for at, _ in ordered]
            masses += [mass for _, mass in ordered]
            ends.append(len(found))
        whole = sum(each.mass for each in name.words if each.kind not in (SMALL, INITIAL))
        if not found:
            return np.zeros(0, np.int32)
        taken = np.zeros(most, np.int32)
        count = gather(
            np.array(found, np.int32), np.array(ends, np.int32), np.array(masses, np.int32), self.starts, self.places,
            len(self.names), max(whole * _LEAST_PERMILLE // 1000, 1), taken,
        )  # fmt: skip
        return np.sort(taken[:count])

    def _other_script(self, word: _Spelled) -> dict[int, int]:
        """Words with vowels for one without, and the other way round, each with what it counts.
        Two words with vowels do not meet so: too many would."""
        mark = _WITH_VOWELS if word.skeleton else _WITHOUT_VOWELS
        posted = self.words.get(mark + word.bones.translate(_COARSE))
        if posted is None:
            return {}
        near = np.array(posted, np.int32)
        off, only = np.zeros(len(near), np.int32), np.zeros(1, np.int32)
        if word.skeleton:
            each_off(points(word.ways), starts([len(word.ways)]), only, self.letters, self.first_letter, near, 1, off)
        else:
            each_off(self.ways, self.first_way, near, points(word.text), starts([len(word.text)]), only, 1, off)
        firm = len(word.bones) >= 2
        return {
            int(at): word.mass if each == 0 else word.mass // 2
            for at, each in zip(near, off, strict=True) if each == 0 or (each == 1 and firm)
        }  # fmt: skip


def name_index(names: Sequence[PreparedName]) -> NameIndex:
    """An index over these names; a place is the ordinal in `names`."""
    ways: dict[str, set[int]] = defaultdict(set)
    numbers: dict[tuple[str, bool], int] = {}
    posted: list[set[int]] = []
    spelled: list[_Spelled] = []
    for place, name in enumerate(names):
        for word in _spelled(name):
            at = numbers.get((word.text, word.skeleton))
            if at is None:
                at = numbers[word.text, word.skeleton] = len(posted)
                posted.append(set())
                spelled.append(word)
                for way in _ways(word):
                    ways[way].add(at)
                ways[(_WITHOUT_VOWELS if word.skeleton else _WITH_VOWELS) + word.bones.translate(_COARSE)].add(at)
            posted[at].add(place)
    places = np.array([place for each in posted for place in sorted(each)], np.int32)
    words = {way: tuple(sorted(found)) for way, found in ways.items()}
    return NameIndex(
        tuple(names), name_table(names), words, starts([len(each) for each in posted]), places,
        points("".join(each.text for each in spelled)), starts([len(each.text) for each in spelled]),
        points("".join(each.ways for each in spelled)), starts([len(each.ways) for each in spelled]),
    )  # fmt: skip


class _Spelled(NamedTuple):
    """A word, or two written together, that can lead to a name."""

    text: str
    key: str
    mass: int
    bones: str
    skeleton: bool
    ways: str


def _spelled(name: PreparedName) -> Iterable[_Spelled]:
    """Words that can lead to a name: its own, and neighbours written together."""
    heavy = [word for word in name.words if word.kind != INITIAL and (word.kind != SMALL or len(name.words) == 1)]
    for word in heavy:
        yield _Spelled(word.text, word.key if word.kind == NAME else "", word.mass, word.bones, word.skeleton,
                       word.ways)  # fmt: skip
    for one, other in zip(name.words, name.words[1:], strict=False):
        if one.kind in (NAME, SMALL, INITIAL) and other.kind == NAME and one.skeleton == other.skeleton:
            yield _Spelled(one.text + other.text, "", one.mass + other.mass, one.bones + other.bones, one.skeleton,
                           one.ways + other.ways)  # fmt: skip


def _ways(word: _Spelled) -> Iterable[str]:
    """Spellings by which a word is found: itself, its key, and itself less each letter (a change, a swap, a letter more
    or less then meet)."""
    yield word.text
    if len(word.key) >= 2:
        yield "=" + word.key
    if len(word.text) >= _SHORTEST_WITH_A_LETTER_LESS:
        for at in range(len(word.text)):
            yield word.text[:at] + word.text[at + 1 :]


def _gather_examples() -> list[tuple[object, ...]]:
    def ints(*values: int) -> Places:
        return np.array(values, np.int32)

    begins, places = ints(0, 2, 3, 6), ints(0, 1, 2, 0, 2, 3)
    return [
        (ints(0, 1, 2), ints(1, 3), ints(50, 30, 15), begins, places, 4, 1, np.zeros(size, np.int32)) for size in (1, 4)
    ]


@kernel(examples=_gather_examples)
def gather(
    found: Places, ends: Places, masses: Places, starts: Places, places: Places, names: int, least: int, taken: Places
) -> int:
    """Fills `taken` with the places of the names that most mass of the query leads to; says how many. `masses` of each
    word found, those of one word of the query (up to `ends`) in falling order."""
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
                total[place] += masses[at]
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
