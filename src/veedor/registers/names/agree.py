"""How two words agree: equal, a slip, one sound, a spelling across scripts; or two neighbours that are one word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.registers.names.edits import SCRATCH, distance, least_edits
from veedor.registers.names.features import CONSONANTS, EQUAL, INITIAL, LOOSE, NO_PAIR, SCRIPT, SOUND, TYPO
from veedor.registers.names.prepare import INITIAL as _INITIAL_KIND
from veedor.registers.names.prepare import NUMBER, SMALL
from veedor.registers.names.spelled import letters_off
from veedor.registers.names.table import READ, SKELETON, NameTable, tables

Ints = npt.NDArray[np.int32]


def _pair_examples() -> list[tuple[object, ...]]:
    pairs = [
        ("García", "Garzia"),
        ("M", "Miguel"),
        ("محمد", "Mohamed"),
        ("علي", "Ali"),
        ("44", "45"),
        ("de", "de"),
        ("Kim", "Tim"),
    ]
    made: list[tuple[object, ...]] = []
    for one, other in pairs:
        left, right = tables([one], [other])
        made.append((left, 0, right, 0, np.zeros(SCRATCH, np.int32)))
    return made


@kernel(examples=lambda: [(97,), (98,), (111,)])
def _tells_sex(letter: int) -> bool:
    """a or o, which end given names of women and men."""
    return letter == 97 or letter == 111


def _same_examples() -> list[tuple[object, ...]]:
    letters = np.array([*map(ord, "anaane")], np.int32)
    return [(letters, 0, 3, letters, 3, 6), (letters, 0, 2, letters, 3, 5), (letters, 0, 0, letters, 1, 2)]


@kernel(inline=True, examples=_same_examples)
def _same(one: Ints, a0: int, a1: int, other: Ints, b0: int, b1: int) -> bool:
    """Whether two pieces are equal."""
    if a1 - a0 != b1 - b0:
        return False
    at = 0
    while at < a1 - a0 and one[a0 + at] == other[b0 + at]:
        at += 1
    return at == a1 - a0


@kernel(inline=True, examples=_pair_examples)
def word_class(left: NameTable, a: int, right: NameTable, b: int, rows: Ints) -> int:
    """How two words agree: a class of FEATURES, or NO_PAIR."""
    a0, a1, b0, b1 = left.first_letter[a], left.first_letter[a + 1], right.first_letter[b], right.first_letter[b + 1]
    n, m = a1 - a0, b1 - b0
    kinds = (left.kind[a], right.kind[b])
    if _same(left.letters, a0, a1, right.letters, b0, b1):
        return EQUAL
    across = ((left.marks[a] ^ right.marks[b]) & SKELETON) != 0
    if kinds[0] == SMALL and kinds[1] == SMALL and across:
        return SCRIPT if _across(left, a, right, b, rows) == SCRIPT else NO_PAIR
    if kinds[0] == NUMBER or kinds[1] == NUMBER or kinds[0] == SMALL or kinds[1] == SMALL:
        return NO_PAIR
    if kinds[0] == _INITIAL_KIND or kinds[1] == _INITIAL_KIND:
        return INITIAL if n > 0 and m > 0 and left.letters[a0] == right.letters[b0] and (n > 1 or m > 1) else NO_PAIR
    if across:
        return _across(left, a, right, b, rows)
    sounds_alike = _same(
        left.keys, left.first_key[a], left.first_key[a + 1], right.keys, right.first_key[b], right.first_key[b + 1]
    )
    size = max(n, m)
    most = size // 2 if sounds_alike else size // 3
    edits = most + 1
    if least_edits(left.letter_bits[a], right.letter_bits[b]) <= most:
        edits = distance(left.letters, a0, a1, right.letters, b0, b1, most, rows)
    if (edits == 1 and size >= 4) or (edits == 2 and size >= 9):
        # Another first letter is another name more often than a slip; Antonia is not Antonio at all.
        swapped = left.letters[a0] == right.letters[b0 + 1] and left.letters[a0 + 1] == right.letters[b0]
        first = left.letters[a0] != right.letters[b0] and not swapped
        last = left.letters[a1 - 1] != right.letters[b1 - 1]
        if n == m and edits == 1 and last and _tells_sex(left.letters[a1 - 1]) and _tells_sex(right.letters[b1 - 1]):
            return NO_PAIR
        return LOOSE if first and not sounds_alike else TYPO
    if sounds_alike and left.first_key[a + 1] - left.first_key[a] >= 2 and 2 * edits <= size:
        return SOUND
    if 3 * edits <= size and size >= 3:
        return LOOSE
    # A field that was cut off: the longer word begins with all of the shorter one.
    if min(n, m) < 4 or 2 * min(n, m) < size:
        return NO_PAIR
    for i in range(min(n, m)):
        if left.letters[a0 + i] != right.letters[b0 + i]:
            return NO_PAIR
    return LOOSE


def _across_examples() -> list[tuple[object, ...]]:
    made: list[tuple[object, ...]] = []
    for one, other in (
        ("محمد", "Mohamed"),
        ("Hamid", "حامد"),
        ("طارق", "Terk"),
        ("صالح", "Sulh"),
        ("علي", "Omar"),
        ("김", "Kim"),
        ("李", "Wu"),
    ):
        left, right = tables([one], [other])
        made.append((left, 0, right, 0, np.zeros(SCRATCH, np.int32)))
    return made


def _off_examples() -> list[tuple[object, ...]]:
    one, other = tables(["حمد الله"], ["Hamdullah"])
    return [(one, 0, size, other, 0, 1, 1, np.zeros(SCRATCH, np.int32)) for size in (1, 2)]


@kernel(inline=True, examples=_off_examples)
def _letters_off(
    other: NameTable, o0: int, o1: int, latin: NameTable, l0: int, l1: int, most: int, rows: Ints
) -> tuple[int, int]:
    """`letters_off` of words written without vowels, one or two as one, with Latin ones; and how long these are."""
    w0, w1 = latin.first_letter[l0], latin.first_letter[l1]
    off = letters_off(other.ways, other.first_way[o0], other.first_way[o1], latin.letters, w0, w1, most, rows)
    return off, w1 - w0


@kernel(examples=_across_examples)
def _across(left: NameTable, a: int, right: NameTable, b: int, rows: Ints) -> int:
    """A word without vowels and one with them: spelled so, the same consonants or one letter off, or only alike. What
    is read in syllables is spelled so or not at all."""
    if (left.marks[a] & SKELETON) != 0:
        off, size = _letters_off(left, a, a + 1, right, b, b + 1, 1, rows)
    else:
        off, size = _letters_off(right, b, b + 1, left, a, a + 1, 1, rows)
    if off == 0:
        return SCRIPT
    if ((left.marks[a] | right.marks[b]) & READ) != 0:
        return NO_PAIR
    c0, c1, d0, d1 = left.first_bone[a], left.first_bone[a + 1], right.first_bone[b], right.first_bone[b + 1]
    apart, least = distance(left.bones, c0, c1, right.bones, d0, d1, 1, rows), min(c1 - c0, d1 - d0)
    if (apart == 0 and least >= 2) or (off == 1 and size >= 5):
        return CONSONANTS
    return LOOSE if apart == 1 and least >= 3 else NO_PAIR


@kernel(examples=lambda: _joined_examples())
def _joins_across(left: NameTable, a: int, right: NameTable, b: int, rows: Ints) -> bool:
    """As `joins`, where either the two words or the one are written without vowels."""
    without = left.first_bone[a + 1] == left.first_bone[a] or left.first_bone[a + 2] == left.first_bone[a + 1]
    if without and ((left.marks[a] | right.marks[b]) & READ) == 0:
        return False
    if (left.marks[a] & SKELETON) != 0:
        off, size = _letters_off(left, a, a + 2, right, b, b + 1, 1, rows)
    else:
        off, size = _letters_off(right, b, b + 1, left, a, a + 2, 1, rows)
    return size >= 4 and off <= (1 if size >= 8 else 0)


def _joined_examples() -> list[tuple[object, ...]]:
    made: list[tuple[object, ...]] = []
    for one, other in (
        ("pol pot", "polpot"),
        ("patr ushev", "patrushev"),
        ("ana maria", "jose"),
        ("حمد الله", "Hamdullah"),
        ("정은", "Jongun"),
    ):
        left, right = tables([one], [other])
        made.append((left, 0, right, 0, np.zeros(SCRATCH, np.int32)))
    return made


@kernel(inline=True, examples=_joined_examples)
def joins(left: NameTable, a: int, right: NameTable, b: int, rows: Ints) -> bool:
    """Whether words a and a + 1 written together are word b, but for one edit in a long word; where one of them is
    written without vowels, by consonants."""
    if ((left.marks[a] ^ right.marks[b]) & SKELETON) != 0:
        return ((left.marks[a] ^ left.marks[a + 1]) & SKELETON) == 0 and _joins_across(left, a, right, b, rows)
    a0, a1, b0, b1 = left.first_letter[a], left.first_letter[a + 2], right.first_letter[b], right.first_letter[b + 1]
    if b1 - b0 < 4 or left.letters[a0] != right.letters[b0]:
        return False
    most = 1 if b1 - b0 >= 8 else 0
    return distance(left.letters, a0, a1, right.letters, b0, b1, most, rows) <= most
