"""Which names are compared at all: those that share an account, a number, or words; what was left out is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from veedor.money.holders.named import Named
from veedor.registers.identifiers import Written, judge
from veedor.registers.identifiers.identifier import compact
from veedor.registers.names import NameIndex, PreparedName

# Spellings of one account share their last digits; shorter ends meet by chance.
_END = 8


@dataclass(frozen=True)
class Shared:
    """Accounts that two names share: by how sure it is one account, same before likely."""

    same: int
    likely: int


@dataclass(frozen=True)
class Pairs:
    """Pairs (i < j) of places to compare, sorted, with the accounts they share; accounts under which so many names
    stand that they say nothing; names whose words were not looked up because the budget was used up."""

    pairs: tuple[tuple[int, int], ...]
    shared: dict[tuple[int, int], Shared]
    pooled_accounts: int
    names_not_compared: int


def pairs_of(
    named: Sequence[Named],
    prepared: Sequence[PreparedName],
    index: NameIndex,
    looked_up: Sequence[int],
    most_candidates: int,
    most_names_of_account: int,
) -> Pairs:
    """All pairs worth comparing. `looked_up` are the places that the index holds, in its order."""
    shared, pooled = _by_account(named, most_names_of_account)
    found = set(shared) | _by_number(named, most_names_of_account)
    for at in looked_up:
        if prepared[at].words:
            for place in index.candidates(prepared[at], most_candidates).tolist():
                other = looked_up[place]
                if other != at:
                    found.add((min(at, other), max(at, other)))
    return Pairs(tuple(sorted(found)), shared, pooled, len(named) - len(looked_up))


def _by_account(named: Sequence[Named], most: int) -> tuple[dict[tuple[int, int], Shared], int]:
    """Pairs under one account, also where two banks write it in two ways."""
    under: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    written: dict[str, Written] = {}
    for at, each in enumerate(named):
        for account in each.accounts:
            number = compact(account.number)
            if number:
                under[number[-_END:]][number].append(at)
                known = written.get(number)
                said = Written(account.number, account.bank, account.country)
                # Of several banks written beside one number the smallest stands for all.
                written[number] = said if known is None else min(known, said, key=_order)
    same: dict[tuple[int, int], set[str]] = defaultdict(set)
    likely: dict[tuple[int, int], set[str]] = defaultdict(set)
    pooled = 0
    for spellings in under.values():
        numbers = sorted(spellings)
        for number in numbers:
            if len(set(spellings[number])) > most:
                pooled += 1
                continue
            for one in spellings[number]:
                for other in spellings[number]:
                    if one < other:
                        same[one, other].add(number)
        for first, number in enumerate(numbers):
            for spelling in numbers[first + 1 :] if len(numbers) <= most else ():
                if max(len(set(spellings[number])), len(set(spellings[spelling]))) > most:
                    continue
                verdict = judge(written[number], written[spelling]).verdict
                if verdict in ("same", "likely"):
                    held = same if verdict == "same" else likely
                    for one in spellings[number]:
                        for other in spellings[spelling]:
                            if one != other:
                                held[min(one, other), max(one, other)].add(number)
    return {pair: Shared(len(same.get(pair, ())), len(likely.get(pair, ()))) for pair in {*same, *likely}}, pooled


def _order(written: Written) -> tuple[str, str, str]:
    return written.bank or "\uffff", written.country or "\uffff", written.number


def _by_number(named: Sequence[Named], most: int) -> set[tuple[int, int]]:
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, each in enumerate(named):
        for number in each.identifiers:
            holders[number].append(at)
    every = (sorted(set(each)) for each in holders.values())
    return {(one, other) for each in every if len(each) <= most for one in each for other in each if one < other}
