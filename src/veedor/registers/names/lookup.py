"""The compiled part of finding names: which names the words of a query lead to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from veedor.kernel import kernel
from veedor.registers.names.edits import SCRATCH
from veedor.registers.names.prepare import INITIAL, NAME, SMALL
from veedor.registers.names.spelled import letters_off
from veedor.registers.names.spellings import (
    MOST_READINGS,
    WITH_VOWELS,
    WITHOUT_VOWELS,
    Numbers,
    Places,
    coarse_number,
    numbers_of,
    numbers_read,
)  # fmt: skip
from veedor.registers.names.table import READ, SKELETON, NameTable, tables

_MOST_TOLD = 15
"""Words of a query that are told apart; those behind count as one."""
_WORD_BOTH_WORD = 0b10101


class Ways(NamedTuple):
    """`numbers`, ascending, are those of the spellings that lead to the words `to`; word w is in the names
    `places[begins[w]:begins[w + 1]]`. Its letters are `letters[first_letter[w]:first_letter[w + 1]]`; `ways`, as it
    may be spelled (spelled.py), likewise. Name n has `words[n]` words that are no particles."""

    numbers: Numbers
    to: Places
    begins: Places
    places: Places
    first_letter: Places
    letters: Places
    first_way: Places
    ways: Places
    words: Places


def _first_examples() -> list[tuple[object, ...]]:
    numbers = np.array([2, 4, 4, 9], np.int64)
    return [(numbers, wanted) for wanted in (1, 4, 9, 10)]


@kernel(examples=_first_examples)
def _first(numbers: Numbers, wanted: int) -> int:
    """Where `wanted` stands first, or would."""
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@kernel(inline=True, examples=lambda: [(mass, halves) for mass in (0, 7, 8) for halves in range(5)])
def _part(mass: int, halves: int) -> int:
    """That part of a mass of which the bits are set: 1 for the lower half, 2 for the upper."""
    lower = mass // 2
    return (lower if halves & 1 else 0) + (mass - lower if halves & 2 else 0)


def _count_examples() -> list[tuple[object, ...]]:
    begins, places = np.array([0, 2, 3], np.int32), np.array([0, 1, 1], np.int32)
    return [(word, size, half, 0, np.array([5, 8], np.int32), begins, places, np.array([0, 9], np.int32),
             np.array([0, told], np.int64), np.zeros(2, np.int32), 1)
            for word in (0, 1) for size in (1, 2) for half in (False, True) for told in (1, 3, 12, 63)]  # fmt: skip


@kernel(inline=True, examples=_count_examples)
def _count(
    listed: int, size: int, half: bool, turn: int, mass: Places, begins: Places, places: Places, total: Places,
    told: Numbers, touched: Places, seen: int,
) -> int:  # fmt: skip
    """Adds what a word of the list says to the names that it is in: the mass of the words of the query that led to it,
    `size` of them from number `turn`, and that of two once more, since they stand side by side; or half of all.

    Words, and two side by side, count once for a name whatever led there, so that two written as one say as much as
    two apart: `told` has two bits for each, one for each half. Says how many names were touched so far."""
    shift = 4 * min(turn, _MOST_TOLD - size)
    halves = 1 if half else 3
    wanted = (halves if size == 1 else halves * _WORD_BOTH_WORD) << shift
    for at in range(begins[listed], begins[listed + 1]):
        place = places[at]
        had = told[place]
        new = (wanted & ~had) >> shift
        if new == 0:
            continue
        if had == 0:
            touched[seen] = place
            seen += 1
        told[place] = had | wanted
        total[place] += _part(mass[turn], new)
        if size == 2:
            total[place] += _part(mass[turn] + mass[turn + 1], new >> 2) + _part(mass[turn + 1], new >> 4)
    return seen


def lookup_examples() -> list[tuple[object, ...]]:
    from veedor.registers.names.index import name_index
    from veedor.registers.names.prepare import prepare

    index = name_index([prepare(each) for each in ("Ana Paz", "Anna Maria Paz", "Pol Pot", "حامد", "Hamid", "박 영")])
    table, _ = tables(["Ana Paz", "Polpot", "Hamed", "حميد", "J. Paz", "Park Young", "朴"], [])
    return [(table, at, index.ways, 6, 250, np.zeros(size, np.int32)) for at in range(7) for size in (1, 5)]


@kernel(examples=lookup_examples)
def look_up(asked: NameTable, at: int, list_: Ways, names: int, least_permille: int, taken: Places) -> int:
    """Fills `taken` with the places of the names that most mass of the query leads to; says how many. Of equal ones
    those come first that have no more words than the query: longer ones must not hide the name that it is.

    Words of the query are its own that are neither initials nor particles, and neighbours written together. A word
    with vowels and one without meet by their consonants and are looked at letter by letter; one that is no usual
    spelling counts half. What is read in syllables leads to each of its spellings."""
    total, told = np.zeros(names, np.int32), np.zeros(names, np.int64)
    touched, rows = np.empty(names, np.int32), np.empty(SCRATCH, np.int32)
    letters, first_letter, kinds = asked.letters, asked.first_letter, asked.kind
    numbers = np.empty(letters.size + 2 + MOST_READINGS, np.int64)
    w0, w1 = asked.first_word[at], asked.first_word[at + 1]
    mass = asked.mass[w0:w1]
    seen, whole, words = 0, 0, 0
    for word in range(w0, w1):
        words += kinds[word] != SMALL
        alone = kinds[word] != INITIAL and (kinds[word] != SMALL or w1 - w0 == 1)
        if kinds[word] != SMALL and kinds[word] != INITIAL:
            whole += mass[word - w0]
        beside = word + 1 < w1 and kinds[word] in (NAME, SMALL, INITIAL) and kinds[word + 1] == NAME
        beside = beside and ((asked.marks[word] ^ asked.marks[word + 1]) & SKELETON) == 0
        for size in range(1, 3):
            if (size == 1 and not alone) or (size == 2 and not beside):
                continue
            a0, a1, k0 = first_letter[word], first_letter[word + size], asked.first_key[word]
            k1 = asked.first_key[word + 1] if size == 1 and kinds[word] == NAME else k0
            count = numbers_of(letters, a0, a1, asked.keys, k0, k1, numbers)
            if (asked.marks[word] & READ) != 0:
                s0, s1 = asked.first_way[word], asked.first_way[word + size]
                count += numbers_read(asked.ways, s0, s1, numbers[count:])
            for each in range(count):
                here = _first(list_.numbers, numbers[each])
                while here < len(list_.numbers) and list_.numbers[here] == numbers[each]:
                    seen = _count(
                        list_.to[here], size, False, word - w0, mass, list_.begins, list_.places, total, told, touched,
                        seen,
                    )  # fmt: skip
                    here += 1
            if (asked.marks[word] & READ) == 0:
                seen = _other_script(asked, word, size, word - w0, mass, list_, total, told, touched, seen, rows)
    for i in range(seen):
        total[touched[i]] = 2 * total[touched[i]] + (list_.words[touched[i]] <= words)
    return _heaviest(total, touched, seen, 2 * max(whole * least_permille // 1000, 1), taken)


def _other_examples() -> list[tuple[object, ...]]:
    made: list[tuple[object, ...]] = []
    for table, at, ways, names, _, _ in lookup_examples()[4:8:2]:
        told, mass = np.zeros(6, np.int64), np.array([40], np.int32)
        made.append((table, at, 1, 0, mass, ways, np.zeros(names, np.int32), told, np.zeros(6, np.int32), 0,  # type: ignore[call-overload]
                     np.zeros(SCRATCH, np.int32)))  # fmt: skip
    return made


@kernel(examples=_other_examples)
def _other_script(
    asked: NameTable, word: int, size: int, turn: int, mass: Places, list_: Ways, total: Places, told: Numbers,
    touched: Places, seen: int, rows: Places,
) -> int:  # fmt: skip
    """Words with vowels for one without, and the other way round. Two words with vowels do not meet so: too many
    would."""
    skeleton = (asked.marks[word] & SKELETON) != 0
    b0, b1 = asked.first_bone[word], asked.first_bone[word + size]
    wanted = coarse_number(asked.bones, b0, b1, WITH_VOWELS if skeleton else WITHOUT_VOWELS)
    here = _first(list_.numbers, wanted)
    a0, a1 = asked.first_letter[word], asked.first_letter[word + size]
    s0, s1 = asked.first_way[word], asked.first_way[word + size]
    most = 1 if b1 - b0 >= 2 else 0
    while here < len(list_.numbers) and list_.numbers[here] == wanted:
        other = list_.to[here]
        if skeleton:
            o0, o1 = list_.first_letter[other], list_.first_letter[other + 1]
            off = letters_off(asked.ways, s0, s1, list_.letters, o0, o1, most, rows)
        else:
            y0, y1 = list_.first_way[other], list_.first_way[other + 1]
            off = letters_off(list_.ways, y0, y1, asked.letters, a0, a1, most, rows)
        if off <= most:
            seen = _count(
                other, size, off > 0, turn, mass, list_.begins, list_.places, total, told, touched, seen
            )  # fmt: skip
        here += 1
    return seen


def _heaviest_examples() -> list[tuple[object, ...]]:
    total, touched = np.array([5, 9, 5, 0, 7], np.int32), np.array([2, 0, 4, 1], np.int32)
    return [(total, touched, 4, least, np.zeros(size, np.int32)) for least in (1, 6) for size in (1, 3, 5)]


@kernel(examples=_heaviest_examples)
def _heaviest(total: Places, touched: Places, seen: int, least: int, taken: Places) -> int:
    """Fills `taken` with the touched places of the largest totals, of equal ones the smallest places."""
    highest = 0
    for i in range(seen):
        highest = max(highest, total[touched[i]])
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
