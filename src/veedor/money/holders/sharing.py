"""Names at one account or with one number: which they are, and under which so many stand that it says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np
import numpy.typing as npt

from veedor.money.holders.named import Account, Named
from veedor.registers.identifiers import Written, judge
from veedor.registers.identifiers.identifier import compact

# Spellings of one account share their last digits; shorter ends meet by chance.
_END = 8
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pooled:
    """What so many names share that it says nothing: `kind` account, ending (accounts that end alike) or number."""

    kind: str
    text: str
    names: int
    places: tuple[int, ...]


@dataclass(frozen=True)
class Sharing:
    """Pairs (as first place × names + second) that share accounts, with how many: surely one account, and likely one;
    pairs that share a number; and what is pooled."""

    same: Counter[int]
    likely: Counter[int]
    number: frozenset[int]
    pooled: tuple[Pooled, ...]


def sharing(named: Sequence[Named], most: int) -> Sharing:
    """Who shares what, where at most `most` names do."""
    same: Counter[int] = Counter()
    likely: Counter[int] = Counter()
    pooled: list[Pooled] = []
    for ending, group in groupby(_written(named), key=lambda each: each[0]):
        _of_ending(ending, list(group), len(named), most, same, likely, pooled)
    number = _by_number(named, most, pooled)
    return Sharing(same, likely, frozenset(number), tuple(pooled))


_Written = tuple[str, str, int, Account]


def _written(named: Sequence[Named]) -> list[_Written]:
    """Each account of each name: its ending, its digits, the name's place."""
    found = [
        (digits[-_END:], digits, at, account)
        for at, each in enumerate(named)
        for account in each.accounts
        if (digits := compact(account.number))
    ]
    found.sort(key=lambda each: each[:3])
    return found


def _of_ending(
    ending: str, written: Sequence[_Written], count: int, most: int, same: Counter[int], likely: Counter[int],
    pooled: list[Pooled],
) -> None:  # fmt: skip
    """Adds what names at accounts of one ending share, also where two banks write one account in two ways."""
    held: dict[str, list[int]] = {}
    spelled: dict[str, Written] = {}
    for digits, group in groupby(written, key=lambda each: each[1]):
        every = list(group)
        places = sorted({at for _, _, at, _ in every})
        if len(places) > most:
            pooled.append(Pooled("account", every[0][3].number, len(places), tuple(places)))
            continue
        held[digits] = places
        # Of several banks written beside one number the smallest stands for all.
        spelled[digits] = min((Written(a.number, a.bank, a.country) for *_, a in every), key=_order)
        same.update(_keys(combinations(places, 2), count))
    if len(held) > most:
        places = sorted({at for each in held.values() for at in each})
        pooled.append(Pooled("ending", ending, len(places), tuple(places)))
        return
    at_two: dict[str, set[tuple[int, str]]] = {"same": set(), "likely": set()}
    for one, other in combinations(held, 2):
        verdict = judge(spelled[one], spelled[other]).verdict
        if verdict in at_two:
            across = ((a, b) for a in held[one] for b in held[other] if a != b)
            at_two[verdict].update((key, one) for key in _keys(across, count))
    known = {(key, digits) for digits, places in held.items() for key in _keys(combinations(places, 2), count)}
    same.update(key for key, _ in at_two["same"] - known)
    likely.update(key for key, _ in at_two["likely"])


def _keys(pairs: Iterable[tuple[int, int]], count: int) -> Iterable[int]:
    return (min(pair) * count + max(pair) for pair in pairs)


def _order(written: Written) -> tuple[str, str, str]:
    return written.bank or "\uffff", written.country or "\uffff", written.number


def _by_number(named: Sequence[Named], most: int, pooled: list[Pooled]) -> set[int]:
    """Pairs with one identifier."""
    bearers: dict[tuple[str, str], set[int]] = {}
    for at, each in enumerate(named):
        for number in each.identifiers:
            bearers.setdefault(number, set()).add(at)
    found: set[int] = set()
    for (scheme, value), places in bearers.items():
        if len(places) > most:
            pooled.append(Pooled("number", f"{scheme} {value}", len(places), tuple(sorted(places))))
        else:
            found.update(_keys(combinations(sorted(places), 2), len(named)))
    return found
