"""Weighed pairs become groups: all pairs together speak for a group, what is apart never meets, nothing is chained."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from veedor.money.holders.clustering import MOST_OF_A_PAIR, NOT_COMPARED, clusters

Pair = tuple[int, int]
Said = dict[Pair, int]
COUNT, LEAST = 8, 500


def grouped(
    said: Said, apart: set[Pair] | None = None, held: set[Pair] | None = None, together: tuple[Pair, ...] = (),
    distant: set[Pair] | None = None, count: int = COUNT,
) -> list[int]:  # fmt: skip
    pairs = sorted(said)
    one, other = (np.array([pair[side] for pair in pairs], np.int32) for side in (0, 1))
    totals = np.array([said[pair] for pair in pairs], np.int32)
    far = np.array([pair in (distant or ()) for pair in pairs], np.bool_)
    found: list[int] = clusters(count, one, other, totals, LEAST, far, together, apart or (), held or ()).tolist()
    return found


def told(said: Said, pair: Pair, distant: set[Pair]) -> int:
    """What a pair says for a union, as docs/detectors/holders.md has it."""
    if pair not in said:
        return NOT_COMPARED
    lowest = NOT_COMPARED if pair in distant else -MOST_OF_A_PAIR
    return max(lowest, min(MOST_OF_A_PAIR, said[pair] - LEAST))


def by_definition(said: Said, apart: set[Pair], held: set[Pair], distant: set[Pair]) -> list[int]:
    """Strongest pair first; sets join while all their pairs together speak for it. Every sum is made anew."""
    sets = {at: {at} for at in range(COUNT)}
    for _, (one, other) in sorted((-value, pair) for pair, value in said.items() if value >= LEAST):
        a, b = sets[one], sets[other]
        across = [(min(x, y), max(x, y)) for x in a for y in b]
        if a is b or (one, other) in held or apart & {*across}:
            continue
        if sum(told(said, pair, distant) for pair in across) >= 0:
            a |= b
            for at in a:
                sets[at] = a
    return [min(sets[at]) for at in range(COUNT)]


a_pair = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda pair: pair[0] < pair[1])
weights = st.dictionaries(a_pair, st.integers(-3000, 3000), max_size=20)
few_pairs = st.sets(a_pair, max_size=4)


@given(weights, few_pairs, few_pairs, few_pairs)
def test_groups_are_those_of_the_definition(said: Said, apart: set[Pair], held: set[Pair], distant: set[Pair]) -> None:
    assert grouped(said, apart, held, distant=distant) == by_definition(said, apart, held, distant)


@given(weights, few_pairs)
def test_groups_hold_together_and_keep_apart_what_is_apart(said: Said, apart: set[Pair]) -> None:
    group = grouped(said, apart)
    assert all(group[one] != group[other] for one, other in apart)
    for first in sorted(set(group)):
        members = [at for at in range(COUNT) if group[at] == first]
        assert min(members) == first
        assert sum(told(said, (a, b), set()) for a in members for b in members if a < b) >= 0


@given(weights, few_pairs, few_pairs)
def test_what_people_joined_is_one_unless_it_is_parted(said: Said, made: set[Pair], apart: set[Pair]) -> None:
    group = grouped(said, apart - made, together=tuple(sorted(made)))
    assert all(group[one] != group[other] for one, other in apart - made)
    if not apart - made:
        assert all(group[one] == group[other] for one, other in made)


def test_a_group_is_not_chained_over_one_strong_pair() -> None:
    said = {(0, 1): 2000, (2, 3): 2000, (1, 2): 1000, (0, 2): -2000, (0, 3): -2000, (1, 3): -2000}
    assert grouped(said, count=4) == [0, 0, 2, 2]


def test_what_is_apart_stays_apart_after_either_side_has_joined_another() -> None:
    said = {(0, 1): 3000, (0, 2): 2900, (1, 2): 2800, (2, 3): 3000, (1, 3): 2900, (0, 3): 2900}
    assert grouped({pair: said[pair] for pair in said if 3 not in pair}, {(1, 2)}, count=3) == [0, 0, 2]
    assert grouped(said, {(1, 3)}, count=4) in ([0, 0, 2, 2], [0, 0, 0, 3])


def test_a_pair_left_unsure_does_not_join_and_others_may_still_bring_its_ends_together() -> None:
    assert grouped({(0, 1): 3000}, held={(0, 1)}, count=2) == [0, 1]
    assert grouped({(0, 1): 3000, (0, 2): 3000, (1, 2): 3000}, held={(0, 1)}, count=3) == [0, 0, 0]


def test_a_pair_with_nothing_in_common_speaks_against_no_stronger_than_one_not_compared() -> None:
    said = {(0, 1): 2000, (1, 2): 1200, (0, 2): -4000}
    assert grouped(said, count=3) == [0, 0, 2]
    assert grouped(said, distant={(0, 2)}, count=3) == [0, 0, 0]


def test_nobody_and_one_alone() -> None:
    assert grouped({}, count=0) == [] and grouped({}, count=1) == [0]
