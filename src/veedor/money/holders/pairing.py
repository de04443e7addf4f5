"""Which names are compared at all: those that share an account, a number or words; what was left out is told by name.

Pairs are arrays, sorted, each pair once: tens of millions of them fit where objects would not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.money.holders.candidates import candidates
from veedor.money.holders.prepared import Prepared
from veedor.money.holders.sharing import Pooled, sharing
from veedor.money.holders.words import distinct, words_of
from veedor.registers.names import names_nobody

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_CHUNK = 100_000


@dataclass(frozen=True)
class LeftOut:
    """What was not compared because a budget was used up, or says nothing. `kind`: account, ending, number (so many
    names share it that it says nothing), nobody (it names nobody, so its words were followed to no other), word (so
    many hold it that it led to nobody by itself), alike (names as near as those compared), close (strong links whose
    other ends were not all held against each other)."""

    kind: str
    text: str
    names: int


@dataclass(frozen=True)
class Pairs:
    """Pairs of places (`one` < `other`), sorted, with how many accounts they share: surely the same, or likely.
    `distant` ones have nothing in common, not even a word, but a third name that both are linked to."""

    one: Ints
    other: Ints
    same: Ints
    likely: Ints
    distant: Flags

    def __len__(self) -> int:
        return len(self.one)


@dataclass(frozen=True)
class Paired:
    """All pairs by first look, and what was left out by place of the name."""

    pairs: Pairs
    left_out: dict[int, tuple[LeftOut, ...]]


def pairs_of(
    names: Prepared, most_candidates: int, most_names_of_account: int, most_names_of_word: int, chunk: int
) -> Paired:
    """All pairs worth comparing; names are looked up `chunk` at a time, which changes nothing."""
    count = len(names)
    shared = sharing(names.named, most_names_of_account)
    words = words_of(names.table)
    keys = [np.array(sorted({*shared.same, *shared.likely, *shared.number}), np.int64)]
    nobody = np.array([names_nobody(each.name) for each in names.named], np.bool_)
    at_large = int(nobody.sum())
    left_out = {at: [LeftOut("nobody", "", at_large)] for at in np.flatnonzero(nobody).tolist()}
    for found in candidates(words, most_candidates, most_names_of_word, chunk):
        somebody = ~(nobody[found.one] | nobody[found.other])
        one, other = found.one[somebody].astype(np.int64), found.other[somebody].astype(np.int64)
        keys.append(distinct(np.minimum(one, other) * count + np.maximum(one, other)))
        for at in np.flatnonzero(found.passed_over).tolist():
            word = int(found.most_common[at])
            held = int(words.names.first[word + 1] - words.names.first[word])
            left_out.setdefault(found.first + at, []).append(LeftOut("word", words.text(word), held))
        for at in np.flatnonzero(found.left_out).tolist():
            left_out.setdefault(found.first + at, []).append(LeftOut("alike", "", int(found.left_out[at])))
    for each in shared.pooled:
        for at in each.places:
            left_out.setdefault(at, []).append(_pooled(each))
    every = distinct(np.concatenate(keys))
    pairs = _pairs(every, count, _counts(every, shared.same), _counts(every, shared.likely), distant=False)
    return Paired(pairs, {at: tuple(said) for at, said in left_out.items()})


def _pairs(keys: Longs, count: int, same: Ints, likely: Ints, distant: bool) -> Pairs:
    names = max(count, 1)
    one, other = (keys // names).astype(np.int32), (keys % names).astype(np.int32)
    return Pairs(one, other, same, likely, np.full(len(keys), distant))


def _pooled(each: Pooled) -> LeftOut:
    return LeftOut(each.kind, each.text, each.names)


def _counts(keys: Longs, counted: Counter[int]) -> Ints:
    made = np.zeros(len(keys), np.int32)
    known = np.array(sorted(counted), np.int64)
    made[np.searchsorted(keys, known)] = [counted[key] for key in known.tolist()]
    return made


def second_steps(pairs: Pairs, totals: Ints, count: int, least: int, most_close: int) -> tuple[Pairs, Sequence[int]]:
    """Pairs not compared yet whose ends are both linked to a third name, one of them strongly (from `least` on) and the
    other so or by an account in common; and the names that have too many links to be gone through. The end of a name
    that a bank cut off shares no word with it, but what stands under its account does."""
    strong = totals >= least
    linked = strong | (pairs.same + pairs.likely > 0)
    near = np.concatenate([pairs.one[linked], pairs.other[linked]])
    far = np.concatenate([pairs.other[linked], pairs.one[linked]])
    order = np.lexsort((far, near))
    far, strongly = far[order], np.tile(strong[linked], 2)[order]
    first = np.concatenate([[0], np.cumsum(np.bincount(near, minlength=count))]).astype(np.int64)
    known = pairs.one.astype(np.int64) * count + pairs.other
    found: list[Longs] = [np.zeros(0, np.int64)]
    for begin in range(0, count, _CHUNK):
        end = min(begin + _CHUNK, count)
        given = (first, far, strongly, begin, end, most_close, count)
        keys = np.zeros(_fill_steps(*given, np.zeros(0, np.int64)), np.int64)
        _fill_steps(*given, keys)
        keys = distinct(keys)
        at = np.minimum(np.searchsorted(known, keys), max(len(known) - 1, 0))
        found.append(keys[known[at] != keys] if len(known) else keys)
    every = distinct(np.concatenate(found))
    nothing = np.zeros(len(every), np.int32)
    crowded = np.flatnonzero(np.diff(first) > most_close).tolist()
    return _pairs(every, count, nothing, nothing, distant=True), crowded


def together(one: Pairs, other: Pairs, totals: Ints, further: Ints, count: int) -> tuple[Pairs, Ints]:
    """Two sets of pairs as one, with their totals."""
    keys = np.concatenate([each.one.astype(np.int64) * count + each.other for each in (one, other)])
    order = np.argsort(keys, kind="stable")
    columns = [
        np.concatenate([getattr(one, name), getattr(other, name)])[order]
        for name in ("one", "other", "same", "likely", "distant")
    ]
    return Pairs(*columns), np.concatenate([totals, further])[order]


def _examples() -> list[tuple[object, ...]]:
    first, far = np.array([0, 3, 3, 5], np.int64), np.array([1, 2, 5, 3, 4], np.int32)
    strong = np.array([True, False, False, True, True])
    return [
        (first, far, strong, 0, 3, most, 6, np.zeros(room, np.int64)) for most, room in ((1, 4), (2, 4), (3, 0), (3, 4))
    ]


@kernel(examples=_examples)
def _fill_steps(
    first: Longs, far: Ints, strong: Flags, begin: int, end: int, most: int, count: int, out: Longs
) -> int:  # fmt: skip
    """Fills in the pairs of the far ends of each name's links, as far as there is room; says how many there are."""
    found = 0
    for name in range(begin, end):
        if first[name + 1] - first[name] <= most:
            for one in range(first[name], first[name + 1]):
                for other in range(one + 1, first[name + 1]):
                    if strong[one] or strong[other]:
                        if found < len(out):
                            out[found] = int(far[one]) * count + far[other]
                        found += 1
    return found
