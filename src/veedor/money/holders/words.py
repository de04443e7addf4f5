"""The words of many names as numbers: which words are spellings of one, and which names hold them.

Two words meet if they are equal, sound alike, or are equal once a letter is left out of either; neighbours count as one
word too. Each such way of spelling is a number of 62 bits; ways of all words are sorted, a part of the numbers at a
time, and only those that several words share are kept. Two words that share a number by chance are compared in vain.
A word without vowels (Arabic, Hebrew) meets the words that it may be spelled as, one in syllables (Chinese, Korean,
Japanese) those that are one of its readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from veedor.money.holders.spellings import (
    BONES,
    TEXT,
    TEXT_WITHOUT_VOWELS,
    Ints,
    Longs,
    letters_off_each,
    list_ways,
    list_words,
    number_each,
)
from veedor.registers.names.prepare import INITIAL, NAME, SMALL
from veedor.registers.names.table import READ, SKELETON, NameTable

Bools = npt.NDArray[np.bool_]

# Names that share less than this part of the mass of a name's words are not worth a look.
_LEAST_PERMILLE = 250
# Words whose ways are sorted at a time.
_PART = 300_000
# Consonants that letters of Arabic and Hebrew stand for in turn (dad: d, z; jim: j, g; qaf: k, g).
_COARSE = np.arange(128, dtype=np.int32)
_COARSE[[*map(ord, "tdzgj")]] = [*map(ord, "ssskk")]


@dataclass(frozen=True)
class Lists:
    """Lists one after the other: list n is `items[first[n]:first[n + 1]]`."""

    first: Longs
    items: Ints


@dataclass(frozen=True)
class Words:
    """`of_name` are the words of each name (a word may stand twice), each worth `mass`; `names` the names that hold a
    word; `ways` the ways of each word that others share, `meets` the words of each way; `across` the words of another
    script, of which `half` are no usual spelling."""

    of_name: Lists
    mass: Ints
    names: Lists
    ways: Lists
    meets: Lists
    across: Lists
    half: npt.NDArray[np.bool_]
    least_mass: Ints
    table: NameTable
    begin: Ints
    end: Ints

    def text(self, word: int) -> str:
        """A word as it is compared."""
        return "".join(map(chr, self.table.letters[self.begin[word] : self.end[word]]))


def words_of(table: NameTable) -> Words:
    """The words of all names and how they meet."""
    found = [_occurrences(table, joined) for joined in (False, True)]
    name, at, mass, digest = (np.concatenate(parts) for parts in zip(*found, strict=True))
    joined = np.repeat([False, True], [len(part[0]) for part in found])
    # Words that stand alone come first, so that a word which is also two neighbours is described by itself.
    _, described, word = np.unique(digest, return_index=True, return_inverse=True)
    word = word.reshape(-1).astype(np.int32)
    order = np.argsort(name, kind="stable")
    of_name = Lists(_firsts(name, len(table.forms)), word[order].astype(np.int32))
    first, last = at[described], at[described] + joined[described]
    begin, end = table.first_letter[first], table.first_letter[last + 1]
    has_sound = ~joined[described] & (table.kind[first] == NAME)
    keys = np.stack([table.first_key[first], np.where(has_sound, table.first_key[first + 1], table.first_key[first])])
    skeleton = (table.marks[first] & SKELETON) > 0
    read = ((table.marks[first] & READ) > 0) & ((table.marks[last] & READ) > 0)
    salt = np.where(skeleton, TEXT_WITHOUT_VOWELS, TEXT).astype(np.int32)
    syllables = np.stack([table.first_way[first], np.where(read, table.first_way[last + 1], table.first_way[first])])
    ways, meets = _shared_ways(table, begin, end, keys.astype(np.int32), salt, syllables.astype(np.int32))
    across, half = _across(table, first, last, skeleton, ~read)
    held = distinct(word.astype(np.int64) * max(len(table.forms), 1) + name)
    holding, held_word = (held % max(len(table.forms), 1)).astype(np.int32), held // max(len(table.forms), 1)
    own = (table.kind != SMALL) & (table.kind != INITIAL)
    whole = np.add.reduceat(np.append(table.mass * own, 0), table.first_word[:-1]) if len(table.forms) else table.mass
    whole = np.where(np.diff(table.first_word) > 0, whole, 0)
    return Words(
        of_name, mass[order], Lists(_firsts(held_word, len(described)), holding), ways, meets, across,
        half, np.maximum(whole * _LEAST_PERMILLE // 1000, 1).astype(np.int32), table, begin, end,
    )  # fmt: skip


def distinct(keys: Longs) -> Longs:
    """Each key once, ascending: by sorting, which is faster than numpy's own way where most keys are different."""
    made = np.sort(keys)
    return made[np.append(True, made[1:] != made[:-1])] if len(made) else made


def _firsts(places: npt.NDArray[Any], count: int) -> Longs:
    """Where the list of each of `count` places begins, of items sorted by place."""
    return np.concatenate([[0], np.cumsum(np.bincount(places, minlength=count))]).astype(np.int64)


def _occurrences(table: NameTable, joined: bool) -> tuple[Ints, Ints, Ints, Longs]:
    """Name, first word, mass and number of each word that can lead to a name: single ones, or neighbours as one."""
    room = len(table.kind)
    name, at, mass = (np.zeros(room, np.int32) for _ in range(3))
    digest = np.zeros(room, np.int64)
    count = list_words(
        table.first_word, table.first_letter, table.letters, table.kind, table.mass, table.marks, joined,
        name, at, mass, digest,
    )  # fmt: skip
    return name[:count], at[:count], mass[:count], digest[:count]


def _shared_ways(
    table: NameTable, begin: Ints, end: Ints, keys: Ints, salt: Ints, syllables: Ints
) -> tuple[Lists, Lists]:
    """The ways of each word that several words have, and the words of each such way."""
    parts = 1 + len(begin) // _PART
    sizes: list[Longs] = [np.zeros(0, np.int64)]
    members: list[Ints] = [np.zeros(0, np.int32)]
    for part in range(parts):
        nothing: tuple[Longs, Ints] = (np.zeros(0, np.int64), np.zeros(0, np.int32))
        given = (table.letters, begin, end, table.keys, keys, salt, table.ways, syllables, parts, part)
        count = list_ways(*given, *nothing)
        way, word = np.zeros(count, np.int64), np.zeros(count, np.int32)
        list_ways(*given, way, word)
        order = np.lexsort((word, way))
        way, word = way[order], word[order]
        new = np.ones(len(way), np.bool_)
        new[1:] = (way[1:] != way[:-1]) | (word[1:] != word[:-1])
        way, word = way[new], word[new]
        _, size = np.unique(way, return_counts=True)
        members.append(word[np.repeat(size > 1, size)])
        sizes.append(size[size > 1])
    meets = Lists(np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64), np.concatenate(members))
    way = np.repeat(np.arange(len(meets.first) - 1), np.diff(meets.first))
    order = np.argsort(meets.items, kind="stable")
    return Lists(_firsts(meets.items, len(begin)), way[order].astype(np.int32)), meets


def _across(table: NameTable, first: Ints, last: Ints, skeleton: Bools, in_letters: Bools) -> tuple[Lists, Any]:
    """Words of the other kind of script that a word may be spelled as, or nearly so (half); of those `in_letters`."""
    if not (skeleton & in_letters).any() or skeleton.all():
        return Lists(np.zeros(len(first) + 1, np.int64), np.zeros(0, np.int32)), np.zeros(0, np.bool_)
    bones = np.where(table.bones < len(_COARSE), _COARSE[table.bones % len(_COARSE)], table.bones).astype(np.int32)
    begin, end = table.first_bone[first], table.first_bone[last + 1]
    digest = np.zeros(len(first), np.int64)
    number_each(bones, begin, end, BONES, digest)
    made: list[npt.NDArray[np.int64]] = [np.zeros((3, 0), np.int64)]
    order = np.lexsort((skeleton, digest))
    for run in np.split(order, np.flatnonzero(np.diff(digest[order])) + 1):
        with_vowels, without = run[~skeleton[run]], run[skeleton[run] & in_letters[run]]
        if len(with_vowels) and len(without):
            one, other = np.repeat(without, len(with_vowels)), np.tile(with_vowels, len(without))
            off = np.zeros(len(one), np.int32)
            letters_off_each(
                table.ways, table.first_way[first[one]], table.first_way[last[one] + 1], table.letters,
                table.first_letter[first[other]], table.first_letter[last[other] + 1], off,
            )  # fmt: skip
            firm = int(end[run[0]] - begin[run[0]]) >= 2
            near = off <= (1 if firm else 0)
            made.append(np.stack([one, other, off])[:, near])
            made.append(np.stack([other, one, off])[:, near])
    found = np.concatenate(made, axis=1)
    # What counts most comes first: a word counts once for a name.
    found = found[:, np.lexsort((found[1], found[2], found[0]))]
    return Lists(_firsts(found[0], len(first)), found[1].astype(np.int32)), found[2] > 0
