"""From weighed pairs to groups: strongest pair first, groups join while all their pairs together speak for it.

Bansal, Blum and Chawla's correlation clustering (2004) taken greedily: joining two groups adds up what every pair
across them says, each within bounds, so that one strong pair does not chain strangers. Ties go to smallest places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Pair = tuple[int, int]
# What one pair can say for or against a union, and what a pair says that was not even worth comparing.
MOST_OF_A_PAIR, NOT_COMPARED = 1000, -300


def clusters(
    count: int,
    weighed: Mapping[Pair, int],
    least: int,
    together: Iterable[Sequence[int]] = (),
    apart: Iterable[Pair] = (),
    held: Iterable[Pair] = (),
) -> list[int]:
    """The smallest place of the group of each of `count` places. `weighed` has pairs (i < j) with thousandths of log10;
    a pair joins from `least` on. `together` are groups that people made, `apart` pairs that never share a group, also
    not by way of others; `held` pairs do not join of their own."""
    group = list(range(count))
    members = [[at] for at in range(count)]
    linked: list[dict[int, tuple[int, int]]] = [{} for _ in range(count)]
    never: list[set[int]] = [set() for _ in range(count)]
    for (one, other), score in weighed.items():
        bounded = max(-MOST_OF_A_PAIR, min(MOST_OF_A_PAIR, score - least))
        linked[one][other] = linked[other][one] = (bounded, 1)
    for one, other in apart:
        never[one].add(other)
        never[other].add(one)

    def join(one: int, other: int) -> None:
        keep, gone = min(one, other), max(one, other)
        for at in members[gone]:
            group[at] = keep
        members[keep] += members[gone]
        members[gone] = []
        linked[keep].pop(gone, None)
        linked[gone].pop(keep, None)
        for neighbour, (total, pairs) in linked[gone].items():
            before = linked[keep].get(neighbour, (0, 0))
            linked[keep][neighbour] = linked[neighbour][keep] = (total + before[0], pairs + before[1])
            del linked[neighbour][gone]
        for neighbour in never[gone]:
            never[neighbour].discard(gone)
            never[neighbour].add(keep)
        never[keep] |= never[gone]

    for made in together:
        for at in made[1:]:
            if group[made[0]] != group[at] and group[at] not in never[group[made[0]]]:
                join(group[made[0]], group[at])
    waiting = set(held)
    for _, pair in sorted((-score, pair) for pair, score in weighed.items() if score >= least):
        one, other = group[pair[0]], group[pair[1]]
        if one == other or pair in waiting or other in never[one]:
            continue
        total, pairs = linked[one][other]
        if total + NOT_COMPARED * (len(members[one]) * len(members[other]) - pairs) >= 0:
            join(one, other)
    return group
