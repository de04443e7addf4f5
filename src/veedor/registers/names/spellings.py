"""Spellings as numbers of 43 bits, so that compiled code looks them up.

Two that share a number by chance lead to a name that is compared in vain, no more.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.registers.names.table import READ, SKELETON, tables

Places = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
SPELLED, KEY, WITH_VOWELS, WITHOUT_VOWELS = 1, 2, 3, 4
"""Of what a number is made: letters, the key of their sound, consonants of a word with vowels or without."""
SHORTEST_WITH_A_LETTER_LESS = 4
MOST_READINGS = 256
"""Of a word in syllables; more spellings do not lead to it."""
_PRIME, _TIMES = 8_796_093_022_151, 1_000_003  # the largest prime below 2^43; products stay below 2^63


@kernel(examples=lambda: [(SPELLED, np.array([97, 98, 99], np.int32), 0, 3, skipped) for skipped in (-1, 1, 2)])
def number_of(kind: int, letters: Places, begin: int, end: int, skipped: int) -> int:
    """The number of letters `begin` to `end`, less the one at `skipped`."""
    number = kind
    for at in range(begin, end):
        if at != skipped:
            number = (number * _TIMES + int(letters[at])) % _PRIME
    return number


@kernel(examples=lambda: [(np.array([116, 100, 97], np.int32), 0, 3, WITH_VOWELS)])
def coarse_number(bones: Places, begin: int, end: int, kind: int) -> int:
    """The number of consonants, with those as one that letters of Arabic and Hebrew stand for in turn (dad: d, z; jim:
    j, g; qaf: k, g). Of equal neighbours one counts: in two words written as one, the article is written as the letter
    that it stands before (Abdur Rahman)."""
    number = kind
    for at in range(begin, end):
        letter = bones[at]
        if at > begin and letter == bones[at - 1]:
            continue
        if letter == 116 or letter == 100 or letter == 122:  # t, d, z
            letter = 115
        elif letter == 103 or letter == 106:  # g, j
            letter = 107
        number = (number * _TIMES + int(letter)) % _PRIME
    return number


def _numbers_examples() -> list[tuple[object, ...]]:
    word = np.array([97, 98, 97, 98], np.int32)
    return [(word, 0, end, word, 0, 2, np.zeros(6, np.int64)) for end in (3, 4)]


@kernel(examples=_numbers_examples)
def numbers_of(letters: Places, a0: int, a1: int, keys: Places, k0: int, k1: int, out: Numbers) -> int:
    """Numbers by which a word is found: of itself, of its key, and of itself less each letter (a change, a swap, a
    letter more or less then meet). Says how many."""
    out[0] = number_of(SPELLED, letters, a0, a1, -1)
    count = 1
    if k1 - k0 >= 2:
        out[1] = number_of(KEY, keys, k0, k1, -1)
        count = 2
    if a1 - a0 >= SHORTEST_WITH_A_LETTER_LESS:
        for skipped in range(a0, a1):
            out[count] = number_of(SPELLED, letters, a0, a1, skipped)
            count += 1
    return count


def _read_examples() -> list[tuple[object, ...]]:
    ways = np.array([*map(ord, "!g|k;!i|ee;!m;!|u;")], np.int32)
    return [(ways, 0, len(ways), np.zeros(MOST_READINGS, np.int64)), (ways, 0, 5, np.zeros(MOST_READINGS, np.int64))]


@kernel(examples=_read_examples)
def numbers_read(ways: Places, s0: int, s1: int, out: Numbers) -> int:
    """Numbers of the spellings of a word in syllables (readings.py). Says how many."""
    before = np.empty(MOST_READINGS, np.int64)
    out[0], count, at = SPELLED, 1, s0
    while at < s1:
        if ways[at] == 33:  # !
            at += 1
        before[:count] = out[:count]
        had, count, begin = count, 0, at
        while True:
            if ways[at] == 124 or ways[at] == 59:  # | ;
                for each in range(min(had, MOST_READINGS - count)):
                    number = before[each]
                    for letter in range(begin, at):
                        number = (number * _TIMES + int(ways[letter])) % _PRIME
                    out[count] = number
                    count += 1
                begin = at + 1
            at += 1
            if ways[at - 1] == 59:
                break
    return count


def _all_examples() -> list[tuple[object, ...]]:
    table, _ = tables(["Ana Paz", "علي", "김"], [])
    sizes = np.array([6, 5, 5, 9], np.int32)
    return [(table.first_letter, table.letters, table.first_key, table.keys, table.first_bone, table.bones,
             table.first_way, table.ways, table.marks, np.cumsum(np.r_[0, sizes]), np.zeros(25, np.int64))]  # fmt: skip


@kernel(examples=_all_examples)
def all_numbers(
    first_letter: Places, letters: Places, first_key: Places, keys: Places, first_bone: Places, bones: Places,
    first_way: Places, ways: Places, marks: Places, room: Numbers, out: Numbers,
) -> None:  # fmt: skip
    """Numbers of every word into `out`, those of word w from `room[w]` on; what is left of its room becomes -1."""
    for word in range(len(marks)):
        at, end = room[word], room[word + 1]
        at += numbers_of(
            letters, first_letter[word], first_letter[word + 1], keys, first_key[word], first_key[word + 1], out[at:]
        )
        if (marks[word] & READ) != 0:
            at += numbers_read(ways, first_way[word], first_way[word + 1], out[at:])
        else:
            kind = WITHOUT_VOWELS if (marks[word] & SKELETON) != 0 else WITH_VOWELS
            out[at] = coarse_number(bones, first_bone[word], first_bone[word + 1], kind)
            at += 1
        out[at:end] = -1
