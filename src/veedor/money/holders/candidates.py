"""Which names are worth comparing by their words: those that most of a name's mass leads to, a piece at a time.

A word in more names than a limit leads to nobody by itself (two neighbours written as one still may), and of the names
found only so many are compared. Both are told, name by name: a name that somebody looked for in vain is no proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.money.holders.spellings import Ints, Longs
from veedor.money.holders.words import Words

_CHUNK = 20_000


@dataclass(frozen=True)
class Found:
    """Pairs of names (each both ways round or one), and of each name of a piece: how many it was not compared with, how
    many words were passed over since too many names hold them, and the most common of these (-1: none)."""

    first: int
    one: Ints
    other: Ints
    left_out: Ints
    passed_over: Ints
    most_common: Ints


def candidates(words: Words, most: int, most_names_of_word: int, chunk: int = _CHUNK) -> Iterator[Found]:
    """Candidates of all names, `chunk` names at a time; pieces change nothing."""
    count = len(words.of_name.first) - 1
    total, seen = np.zeros(count, np.int32), np.zeros(count, np.int64)
    touched, met = np.zeros(count, np.int32), np.zeros(len(words.begin), np.int64)
    for first in range(0, count, chunk):
        last = min(first + chunk, count)
        one, other = (np.zeros((last - first) * most, np.int32) for _ in range(2))
        left_out, passed_over = (np.zeros(last - first, np.int32) for _ in range(2))
        most_common = np.full(last - first, -1, np.int32)
        found = _look_up(
            first, last, words.of_name.first, words.of_name.items, words.mass, words.least_mass, words.names.first,
            words.names.items, words.ways.first, words.ways.items, words.meets.first, words.meets.items,
            words.across.first, words.across.items, words.half, most, most_names_of_word, total, seen, touched, met,
            one, other, left_out, passed_over, most_common,
        )  # fmt: skip
        yield Found(first, one[:found], other[:found], left_out, passed_over, most_common)


def _examples() -> list[tuple[object, ...]]:
    def ints(*values: int) -> Ints:
        return np.array(values, np.int32)

    def longs(*values: int) -> Longs:
        return np.array(values, np.int64)

    # Four names: words 0 1, 0, 2, 1 2; words 0 and 2 are spellings of one, and so across scripts are 1 and 2, nearly.
    given = (
        longs(0, 2, 3, 4, 6), ints(0, 1, 0, 2, 1, 2), ints(50, 30, 50, 40, 30, 40), ints(20, 12, 10, 17),
        longs(0, 2, 4, 6), ints(0, 1, 0, 3, 2, 3), longs(0, 1, 1, 2), ints(0, 0), longs(0, 2), ints(0, 2),
        longs(0, 0, 1, 2), ints(2, 1), np.array([True, True]),
    )  # fmt: skip
    return [
        (
            0, 4, *given, most, of_word, np.zeros(4, np.int32), np.zeros(4, np.int64), np.zeros(4, np.int32),
            np.zeros(3, np.int64), *(np.zeros(4 * most, np.int32) for _ in range(2)),
            *(np.zeros(4, np.int32) for _ in range(2)), np.full(4, -1, np.int32),
        )
        for most, of_word in ((1, 5), (4, 5), (4, 1))
    ]  # fmt: skip


def _walk_examples() -> list[tuple[object, ...]]:
    names = np.array([0, 1, 3], np.int32)
    return [
        (
            names,
            0,
            3,
            1,
            7,
            5,
            20,
            np.zeros(4, np.int32),
            np.array([0, 0, 0, stamp], np.int64),
            np.zeros(4, np.int32),
            0,
        )
        for stamp in (0, 6, 7)
    ]


@kernel(examples=_walk_examples)
def _walk(
    names: Ints, begin: int, end: int, name: int, stamp: int, before: int, mass: int, total: Ints, seen: Longs,
    touched: Ints, count: int,
) -> int:  # fmt: skip
    """Adds `mass` to the names that hold a word, once for each word of the query; says how many names are touched.
    Stamps grow from word to word: what is greater than `before` is of this name."""
    for at in range(begin, end):
        place = names[at]
        if place != name and seen[place] != stamp:
            if seen[place] <= before:
                total[place] = 0
                touched[count] = place
                count += 1
            seen[place] = stamp
            total[place] += mass
    return count


@kernel(examples=_examples)
def _look_up(
    first: int, last: int, first_word: Longs, word_of: Ints, mass: Ints, least: Ints, first_name: Longs, names: Ints,
    first_way: Longs, ways: Ints, first_met: Longs, meets: Ints, first_across: Longs, across: Ints,
    half: npt.NDArray[np.bool_], most: int, most_names: int, total: Ints, seen: Longs, touched: Ints, met: Longs,
    one_out: Ints, other_out: Ints, left_out: Ints, passed_over: Ints, most_common: Ints,
) -> int:  # fmt: skip
    """Fills in the `most` best names for each of names `first` to `last` - 1 (ties: smallest places); says how many."""
    found = 0
    for name in range(first, last):
        count = 0
        before = first_word[name]
        for at in range(first_word[name], first_word[name + 1]):
            word, stamp = word_of[at], at + 1
            begin, end = first_way[word], first_way[word + 1]
            # The word itself, then what shares a way with it, then other scripts.
            for way in range(begin - 1, end + 1):
                own, far = way < begin, way == end
                from_met = 0 if own else first_across[word] if far else first_met[ways[way]]
                to_met = 1 if own else first_across[word + 1] if far else first_met[ways[way] + 1]
                for place in range(from_met, to_met):
                    other = word if own else across[place] if far else meets[place]
                    if met[other] == stamp:
                        continue
                    met[other] = stamp
                    held = first_name[other + 1] - first_name[other]
                    if held > most_names:
                        passed_over[name - first] += 1
                        so_far = most_common[name - first]
                        if so_far < 0 or held > first_name[so_far + 1] - first_name[so_far]:
                            most_common[name - first] = other
                        continue
                    worth = mass[at] // 2 if far and half[place] else mass[at]
                    count = _walk(
                        names, first_name[other], first_name[other + 1], name, stamp, before, worth, total, seen,
                        touched, count,
                    )  # fmt: skip
        highest = 0
        for i in range(count):
            highest = max(highest, total[touched[i]])
        sizes = np.zeros(highest + 2, np.int64)
        worth_it = 0
        for i in range(count):
            sizes[total[touched[i]]] += 1
            worth_it += 1 if total[touched[i]] >= least[name] else 0
        # Down to which total all fit; of the next lower one the smallest places fill what is left.
        floor, fits = highest + 1, 0
        while floor > least[name] and fits + sizes[floor - 1] <= most:
            floor -= 1
            fits += sizes[floor]
        begin_of_name = found
        ties = np.empty(sizes[floor - 1] if floor > least[name] else 0, np.int32)
        tied = 0
        for i in range(count):
            if total[touched[i]] >= floor:
                one_out[found], other_out[found] = name, touched[i]
                found += 1
            elif total[touched[i]] == floor - 1 and tied < len(ties):
                ties[tied] = touched[i]
                tied += 1
        ties.sort()
        for i in range(min(tied, most - fits)):
            one_out[found], other_out[found] = name, ties[i]
            found += 1
        left_out[name - first] = worth_it - (found - begin_of_name)
    return found
