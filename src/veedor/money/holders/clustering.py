"""From weighed pairs to groups: strongest pair first, groups join while all their pairs together speak for it.

Bansal, Blum and Chawla's correlation clustering (2004) taken greedily: joining two groups adds up what every pair
across them says, each within bounds, so that one strong pair does not chain strangers. Ties go to smallest places.
Groups are chains of places in arrays; what two groups say is added up over the pairs of the smaller one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel

Pair = tuple[int, int]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# What one pair can say for or against a union, and what a pair says that was not even worth comparing.
MOST_OF_A_PAIR, NOT_COMPARED = 1000, -300


def clusters(
    count: int,
    one: Ints,
    other: Ints,
    totals: Ints,
    least: int,
    distant: Flags | None = None,
    together: Iterable[Sequence[int]] = (),
    apart: Iterable[Pair] = (),
    held: Iterable[Pair] = (),
) -> Ints:
    """The smallest place of the group of each of `count` places. Pairs `one[i]` < `other[i]`, each once, have `totals`
    in thousandths of log10; a pair joins from `least` on. `together` are groups that people made, `apart` pairs that
    never share a group, also not by way of others; `held` pairs do not join of their own. `distant` pairs were compared
    though they have nothing in common, and speak against no stronger than one that was not compared."""
    keys = one.astype(np.int64) * count + other
    strong = totals >= least
    strong &= ~np.isin(keys, _keys(held, count))
    order = np.lexsort((other[strong], one[strong], -totals[strong].astype(np.int64)))
    made = [(group[0], at) for group in together for at in group[1:]]
    firsts = np.array([each[0] for each in made], np.int32), np.array([each[1] for each in made], np.int32)
    joining = [np.concatenate([firsts[0], one[strong][order]]), np.concatenate([firsts[1], other[strong][order]])]
    # Only what may meet at all is kept beside each place: most pairs speak against, between places that nothing links.
    root = np.arange(count, dtype=np.int32)
    _link(root, *joining)
    never = _keys(apart, count)
    kept = root[one] == root[other]
    every = np.union1d(keys[kept], never)
    said = np.zeros(len(every), np.int32)
    compared = np.zeros(len(every), np.bool_)
    where = np.searchsorted(every, keys[kept])
    lowest = -MOST_OF_A_PAIR if distant is None else np.where(distant[kept], NOT_COMPARED, -MOST_OF_A_PAIR)
    said[where] = np.clip(totals[kept].astype(np.int64) - least, lowest, MOST_OF_A_PAIR)
    compared[where] = True
    parted = np.isin(every, never)
    ends = np.concatenate([every // max(count, 1), every % max(count, 1)])
    sort = np.argsort(ends, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=count))]).astype(np.int64)
    far = np.concatenate([every % max(count, 1), every // max(count, 1)])[sort].astype(np.int32)
    group, following, last = (np.arange(count, dtype=np.int32) for _ in range(3))
    following[:] = -1
    _join_all(
        joining[0], joining[1], len(made), first, far, np.tile(said, 2)[sort], np.tile(compared, 2)[sort],
        np.tile(parted, 2)[sort], group, following, last, np.ones(count, np.int32),
    )  # fmt: skip
    return group


def _keys(pairs: Iterable[Pair], count: int) -> Longs:
    return np.array(sorted({min(pair) * count + max(pair) for pair in pairs}), np.int64)


def _link_examples() -> list[tuple[object, ...]]:
    return [(np.arange(6, dtype=np.int32), np.array([4, 2, 0], np.int32), np.array([5, 4, 1], np.int32))]


@kernel(examples=_link_examples)
def _link(root: Ints, ones: Ints, others: Ints) -> None:
    """Union-find: places that any chain of these pairs links get the same root, the smallest."""
    for pair in range(len(ones)):
        one, other = ones[pair], others[pair]
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        while root[other] != other:
            root[other] = root[root[other]]
            other = root[other]
        root[max(one, other)] = min(one, other)
    for at in range(len(root)):
        root[at] = root[root[at]]


def _join_examples() -> list[tuple[object, ...]]:
    def ints(*values: int) -> Ints:
        return np.array(values, np.int32)

    # Places 0 1 2; 0-1 and 1-2 for it, 0-2 against: enough, too little, or parted.
    made: list[tuple[object, ...]] = []
    for against, parted in ((-900, False), (-1000, False), (100, True)):
        said = ints(500, against, 500, 400, against, 400)
        made.append(
            (
                ints(0, 1), ints(1, 2), 0, np.array([0, 2, 4, 6], np.int64), ints(1, 2, 0, 2, 0, 1), said,
                np.ones(6, np.bool_), np.array([False, parted, False, False, parted, False]),
                *(np.arange(3, dtype=np.int32) for _ in range(1)), ints(-1, -1, -1), ints(0, 1, 2), ints(1, 1, 1),
            )
        )  # fmt: skip
    return made


@kernel(examples=_join_examples)
def _join_all(
    ones: Ints, others: Ints, made: int, first: Longs, far: Ints, said: Ints, compared: Flags, parted: Flags,
    group: Ints, following: Ints, last: Ints, size: Ints,
) -> None:  # fmt: skip
    """Joins groups along pairs in their order; the `made` first ones were joined by people, and only what is parted
    keeps them apart. A group is a chain: its smallest place, then `following` to `last`."""
    for pair in range(len(ones)):
        one, other = group[ones[pair]], group[others[pair]]
        if one == other:
            continue
        small, large = (one, other) if size[one] <= size[other] else (other, one)
        total, pairs, never = 0, 0, False
        at = small
        while at >= 0:
            for link in range(first[at], first[at + 1]):
                if group[far[link]] == large:
                    never = never or parted[link]
                    if compared[link]:
                        total += said[link]
                        pairs += 1
            at = following[at]
        unknown = int(size[one]) * int(size[other]) - pairs
        if never or (pair >= made and total + NOT_COMPARED * unknown < 0):
            continue
        keep, gone = min(one, other), max(one, other)
        at = gone
        while at >= 0:
            group[at] = keep
            at = following[at]
        following[last[keep]] = gone
        last[keep] = last[gone]
        size[keep] += size[gone]
