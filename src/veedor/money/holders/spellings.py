"""Spellings as numbers, compiled: words of names, each way that a word may be spelled, how far two are apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.registers.names.prepare import INITIAL, NAME, SMALL
from veedor.registers.names.spelled import letters_off
from veedor.registers.names.spellings import MOST_READINGS
from veedor.registers.names.table import MAY_GO, SKELETON

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

# Kinds of spellings, which never meet: texts, texts in a script without vowels, sounds, consonants.
TEXT, TEXT_WITHOUT_VOWELS, SOUND, BONES = 1, 2, 3, 4
_SHORTEST_WITH_A_LETTER_LESS = 4
_SHORTEST_SOUND = 2


def _number_examples() -> list[tuple[object, ...]]:
    letters = np.array([*map(ord, "mohammed")], np.int32)
    return [(letters, 0, 8, without, salt) for without, salt in ((-1, 1), (3, 1), (-1, 2))]


@kernel(examples=_number_examples)
def number(letters: Ints, begin: int, end: int, without: int, salt: int) -> int:
    """A spelling as a number: two remainders of its letters taken as digits, `without` the letter at that place."""
    one, other = salt, salt
    for at in range(begin, end):
        if at != without:
            letter = int(letters[at]) + 1
            one = (one * 1_000_003 + letter) % 2_147_483_647
            other = (other * 999_983 + letter) % 2_147_483_629
    return one * 2_147_483_648 + other


def _each_examples() -> list[tuple[object, ...]]:
    letters = np.array([*map(ord, "anamaria")], np.int32)
    ends = np.array([0, 3], np.int32), np.array([3, 8], np.int32)
    return [(letters, *ends, 4, np.zeros(2, np.int64))]


@kernel(examples=_each_examples)
def number_each(letters: Ints, begin: Ints, end: Ints, salt: int, out: Longs) -> None:
    """The numbers of many words."""
    for word in range(len(begin)):
        out[word] = number(letters, int(begin[word]), int(end[word]), -1, salt)


def _words_examples() -> list[tuple[object, ...]]:
    def ints(*values: int) -> Ints:
        return np.array(values, np.int32)

    letters = np.array([*map(ord, "anamariadeju")], np.int32)
    given = (
        ints(0, 4, 5), ints(0, 3, 8, 10, 11, 12), letters, ints(NAME, NAME, SMALL, INITIAL, SMALL),
        ints(30, 50, 2, 10, 1), ints(0, MAY_GO, 0, 0, SKELETON),
    )  # fmt: skip
    return [(*given, joined, *(np.zeros(5, np.int32) for _ in range(3)), np.zeros(5, np.int64))
            for joined in (False, True)]  # fmt: skip


@kernel(examples=_words_examples)
def list_words(
    first_word: Ints, first_letter: Ints, letters: Ints, kind: Ints, mass: Ints, marks: Ints, joined: bool,
    name_out: Ints, at_out: Ints, mass_out: Ints, digest_out: Longs,
) -> int:  # fmt: skip
    """Fills in the words of all names that can lead to a name, single or neighbours as one; says how many."""
    count = 0
    for name in range(len(first_word) - 1):
        begin, end = first_word[name], first_word[name + 1]
        for at in range(begin, end - 1 if joined else end):
            if joined:
                like = (marks[at] & SKELETON) == (marks[at + 1] & SKELETON)
                leads = kind[at] in (NAME, SMALL, INITIAL) and kind[at + 1] == NAME and like
            else:
                leads = kind[at] != INITIAL and (kind[at] != SMALL or end - begin == 1)
            if leads:
                last = at + 1 if joined else at
                salt = TEXT_WITHOUT_VOWELS if marks[at] & SKELETON else TEXT
                name_out[count], at_out[count] = name, at
                mass_out[count] = mass[at] + mass[last] if joined else mass[at]
                digest_out[count] = number(letters, int(first_letter[at]), int(first_letter[last + 1]), -1, salt)
                count += 1
    return count


def _readings_examples() -> list[tuple[object, ...]]:
    said = np.array([*map(ord, "!g|k;!i|ee;!m;!|u;")], np.int32)
    return [(said, 0, end, np.zeros((2, MOST_READINGS), np.int64)) for end in (len(said), 5)]


@kernel(examples=_readings_examples)
def number_readings(said: Ints, begin: int, end: int, out: Longs) -> int:
    """The readings of a word in syllables (registers/names/readings.py) as the numbers of Latin words, into `out[0]`;
    says how many."""
    before = np.empty((2, MOST_READINGS), np.int64)
    out[:, 0], count, at = TEXT, 1, begin
    while at < end:
        if said[at] == 33:  # !
            at += 1
        before[:, :count] = out[:, :count]
        had, count, first = count, 0, at
        while True:
            if said[at] == 124 or said[at] == 59:  # | ;
                for each in range(min(had, MOST_READINGS - count)):
                    one, other = before[0, each], before[1, each]
                    for place in range(first, at):
                        letter = int(said[place]) + 1
                        one = (one * 1_000_003 + letter) % 2_147_483_647
                        other = (other * 999_983 + letter) % 2_147_483_629
                    out[0, count], out[1, count] = one, other
                    count += 1
                first = at + 1
            at += 1
            if said[at - 1] == 59:
                break
    for each in range(count):
        out[0, each] = out[0, each] * 2_147_483_648 + out[1, each]
    return count


def _ways_examples() -> list[tuple[object, ...]]:
    def ints(*values: int) -> Ints:
        return np.array(values, np.int32)

    letters, keys = (np.array([*map(ord, text)], np.int32) for text in ("annamario", "anmr"))
    said = np.array([*map(ord, "!g|k;!i;")], np.int32), np.array([[0, 0], [0, 8]], np.int32)
    given = (letters, ints(0, 4), ints(4, 9), keys, np.array([[0, 2], [2, 4]], np.int32), ints(1, 1), *said)
    return [
        (*given, parts, 0, np.zeros(room, np.int64), np.zeros(room, np.int32))
        for parts, room in ((1, 0), (1, 20), (2, 20))
    ]


@kernel(examples=_ways_examples)
def list_ways(
    letters: Ints, begin: Ints, end: Ints, key_letters: Ints, keys: Ints, salt: Ints, said: Ints, syllables: Ints,
    parts: int, part: int, way_out: Longs, word_out: Ints,
) -> int:  # fmt: skip
    """Fills in the ways of all words whose number falls into `part` of `parts`, as far as there is room; says how many
    there are. A word in syllables, `said[syllables[0]:syllables[1]]`, has its readings, where Latin words meet it."""
    count = 0
    read = np.zeros((2, MOST_READINGS), np.int64)
    for word in range(len(begin)):
        if syllables[0, word] < syllables[1, word]:
            for at in range(number_readings(said, int(syllables[0, word]), int(syllables[1, word]), read)):
                if read[0, at] % parts == part:
                    if count < len(way_out):
                        way_out[count], word_out[count] = read[0, at], word
                    count += 1
            continue
        size = end[word] - begin[word]
        shorter = size if size >= _SHORTEST_WITH_A_LETTER_LESS else 0
        for at in range(-2, shorter):
            if at == -2:
                if keys[1, word] - keys[0, word] < _SHORTEST_SOUND:
                    continue
                way = number(key_letters, int(keys[0, word]), int(keys[1, word]), -1, SOUND)
            else:
                without = -1 if at < 0 else int(begin[word]) + at
                way = number(letters, int(begin[word]), int(end[word]), without, int(salt[word]))
            if way % parts == part:
                if count < len(way_out):
                    way_out[count], word_out[count] = way, word
                count += 1
    return count


def _off_examples() -> list[tuple[object, ...]]:
    said, word = (np.array([*map(ord, text)], np.int32) for text in ("m|;h;", "muh"))
    zero = np.zeros(1, np.int32)
    return [(said, zero, np.array([5], np.int32), word, zero, np.array([3], np.int32), np.zeros(1, np.int32))]


@kernel(examples=_off_examples)
def letters_off_each(said: Ints, s0: Ints, s1: Ints, letters: Ints, w0: Ints, w1: Ints, out: Ints) -> None:
    """`letters_off` of many pairs, two where it is more than one."""
    longest = 0
    for pair in range(len(out)):
        longest = max(longest, w1[pair] - w0[pair])
    rows = np.zeros((2, longest + 2), np.int32)
    for pair in range(len(out)):
        out[pair] = letters_off(said, int(s0[pair]), int(s1[pair]), letters, int(w0[pair]), int(w1[pair]), 1, rows)
