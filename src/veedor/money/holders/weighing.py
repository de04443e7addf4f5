"""What speaks for and against that two names are one holder: terms in thousandths of log10 that add up to the score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from veedor.engine.findings import Term
from veedor.kernel import kernel
from veedor.money.holders.births import WORTH, births, shown
from veedor.money.holders.named import OF_ONE, Named
from veedor.money.holders.pairing import Pairs
from veedor.money.holders.prepared import Prepared
from veedor.registers.names import score, scores

T = TypeVar("T")
Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
EXPERT = "expert setting"
# Thousandths of log10. Chosen on 3,880 names of a real bank's customers with their accounts (docs/decisions/0008).
SAME_ACCOUNT, LIKELY_ACCOUNT = 3000, 1500
SAME_NUMBER, OTHER_NUMBER = 4000, -3000
SAME_COUNTRY, OTHER_COUNTRY = 150, -800
CUT_OFF = 800
# A field that banks cut off begins with the whole of what is left; shorter beginnings meet by chance.
_LEAST_LETTERS = 8
NAME_FLOOR = -3000
"""Under one account or number, a name that differs speaks against no stronger than this."""

_OF_NUMBER = {"agree": SAME_NUMBER, "differ": OTHER_NUMBER}


def weigh(names: Prepared, pairs: Pairs, chunk: int) -> Ints:
    """Totals of all pairs, in their order; `chunk` of them at a time, which changes nothing."""
    made = np.zeros(len(pairs), np.int32)
    beside = _Beside(names.named)
    for begin in range(0, len(pairs), chunk):
        part = slice(begin, begin + chunk)
        one, other = pairs.one[part].astype(np.int64), pairs.other[part].astype(np.int64)
        shared = np.where(pairs.same[part] > 0, SAME_ACCOUNT, np.where(pairs.likely[part] > 0, LIKELY_ACCOUNT, 0))
        number, countries, born = beside.numbers(one, other), beside.countries(one, other), beside.births(one, other)
        name = scores(names.table, one, names.table, other)
        floored = np.where((shared > 0) | (number == SAME_NUMBER), np.maximum(name, NAME_FLOOR), name)
        cut = np.zeros(len(one), np.bool_)
        begins(names.table.first_word, names.table.first_letter, names.table.letters, one, other, cut)
        made[part] = floored + shared + number + countries + born + CUT_OFF * cut
    return made


class _Beside:
    """What stands beside names, each distinct thing once: pairs of things are judged once, not pairs of names."""

    def __init__(self, named: Sequence[Named]) -> None:
        self._numbers = _Distinct([each.identifiers for each in named])
        self._countries = _Distinct([each.countries for each in named])
        self._births = _Distinct([each.born for each in named])

    def numbers(self, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Ints:
        return self._numbers.judged(one, other, lambda a, b: _OF_NUMBER.get(_numbers(a, b), 0))

    def countries(self, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Ints:
        return self._countries.judged(one, other, lambda a, b: SAME_COUNTRY if set(a) & set(b) else OTHER_COUNTRY)

    def births(self, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Ints:
        return self._births.judged(one, other, lambda a, b: WORTH[births(a, b)])


class _Distinct(Generic[T]):
    """Values of names by code; code 0 says nothing, and a pair with it adds nothing."""

    def __init__(self, values: Sequence[T | None]) -> None:
        known: dict[T | None, int] = {None: 0}
        self._code = np.array([known.setdefault(each or None, len(known)) for each in values], np.int64)
        self._values = list(known)

    def judged(self, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], worth: Callable[[T, T], int]) -> Ints:
        first, second = self._code[one], self._code[other]
        both = (first > 0) & (second > 0)
        keys, back = np.unique(first[both] * len(self._values) + second[both], return_inverse=True)
        made = np.zeros(len(one), np.int32)
        worths = [worth(*self._two(key)) for key in keys.tolist()]
        made[both] = np.array(worths, np.int32)[back.reshape(-1)]
        return made

    def _two(self, key: int) -> tuple[T, T]:
        one, other = self._values[key // len(self._values)], self._values[key % len(self._values)]
        assert one is not None and other is not None
        return one, other


def terms(names: Prepared, one: int, other: int, same: int, likely: int) -> tuple[Term, ...]:
    """The terms of a pair that shares so many accounts; they add up to its total of `weigh`. What is not said on both
    sides adds nothing."""
    first, second = names.name(one), names.name(other)
    found = score(first, second)
    about, beside = names.named[one], names.named[other]
    one_holder = same + likely > 0 or _numbers(about.identifiers, beside.identifiers) == "agree"
    of_name = [
        Term(f"term.{each.name}", each.milli_log10, each.source, {"amount": each.amount}) for each in found.terms
    ]
    if one_holder and found.milli_log10 < NAME_FLOOR:
        of_name = [Term("term.holder.other_name", NAME_FLOOR, EXPERT, {"full": found.milli_log10})]
    letters = ["".join(word.text for word in name.words) for name in (first, second)]
    if _begins(*letters):
        key = "term.holder.same_letters" if letters[0] == letters[1] else "term.holder.cut_off"
        of_name.append(Term(key, CUT_OFF, EXPERT))
    return (
        *of_name, _accounts(about, beside, same, likely), _identifiers(about, beside), _countries(about, beside),
        _born(about, beside),
    )  # fmt: skip


def contradicting(names: Prepared, pairs: Pairs) -> tuple[Flags, Flags]:
    """Pairs that are never joined: both have numbers of which everybody has one, of one scheme, and none agrees, or
    their birth dates differ by more than a slip and they share no account or number. And all whose birth dates do."""
    beside = _Beside(names.named)
    one, other = pairs.one.astype(np.int64), pairs.other.astype(np.int64)
    number, by_birth = beside.numbers(one, other), beside.births(one, other) == WORTH["differ"]
    shared = (pairs.same + pairs.likely > 0) | (number == SAME_NUMBER)
    return np.asarray((number == OTHER_NUMBER) | (by_birth & ~shared)), np.asarray(by_birth)


def _begins(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _LEAST_LETTERS and long.startswith(short)


def _accounts(one: Named, other: Named, same: int, likely: int) -> Term:
    if not one.accounts or not other.accounts:
        return Term("term.holder.account_unknown", None, EXPERT)
    if not same + likely:
        return Term("term.holder.other_account", 0, EXPERT)
    return Term("term.holder.account", SAME_ACCOUNT if same else LIKELY_ACCOUNT, EXPERT, {"accounts": same + likely})


def _numbers(one: Sequence[tuple[str, str]], other: Sequence[tuple[str, str]]) -> str:
    """agree, differ, unknown."""
    if set(one) & set(other):
        return "agree"
    schemes = {scheme for scheme, _ in one} & {scheme for scheme, _ in other} & set(OF_ONE)
    return "differ" if schemes else "unknown"


def _identifiers(one: Named, other: Named) -> Term:
    how = _numbers(one.identifiers, other.identifiers)
    if how == "agree":
        shared = sorted(value for _, value in {*one.identifiers} & {*other.identifiers})
        return Term("term.holder.number", SAME_NUMBER, EXPERT, {"number": ", ".join(shared)})
    if how == "differ":
        said = [", ".join(value for _, value in each.identifiers) for each in (one, other)]
        return Term("term.holder.other_number", OTHER_NUMBER, EXPERT, {"one": said[0], "other": said[1]})
    return Term("term.holder.number_unknown", None, EXPERT)


def _countries(one: Named, other: Named) -> Term:
    if not one.countries or not other.countries:
        return Term("term.holder.country_unknown", None, EXPERT)
    said = {"one": ", ".join(one.countries), "other": ", ".join(other.countries)}
    if set(one.countries) & set(other.countries):
        return Term("term.holder.country", SAME_COUNTRY, EXPERT, said)
    return Term("term.holder.other_country", OTHER_COUNTRY, EXPERT, said)


def _born(one: Named, other: Named) -> Term:
    if one.born is None or other.born is None:
        return Term("term.holder.born_unknown", None, EXPERT)
    how = births(one.born, other.born)
    said = {"one": shown(one.born), "other": shown(other.born)}
    return Term(f"term.holder.born_{how}", WORTH[how], EXPERT, said)


def _begins_examples() -> list[tuple[object, ...]]:
    def ints(*values: int) -> Ints:
        return np.array(values, np.int32)

    letters = np.array([*map(ord, "comercialandinacomercialandcomerci")], np.int32)
    pairs = np.array([0, 0, 1], np.int64), np.array([1, 2, 2], np.int64)
    return [(ints(0, 2, 4, 5), ints(0, 9, 15, 24, 27, 34), letters, *pairs, np.zeros(3, np.bool_))]


@kernel(examples=_begins_examples)
def begins(
    first_word: Ints, first_letter: Ints, letters: Ints, ones: npt.NDArray[np.int64], others: npt.NDArray[np.int64],
    out: Flags,
) -> None:  # fmt: skip
    """Whether one name of each pair, of eight letters or more, is what the other begins with."""
    for pair in range(len(out)):
        one, other = ones[pair], others[pair]
        at, to = first_letter[first_word[one]], first_letter[first_word[other]]
        size = min(first_letter[first_word[one + 1]] - at, first_letter[first_word[other + 1]] - to)
        same = size >= _LEAST_LETTERS
        for i in range(size if same else 0):
            if letters[at + i] != letters[to + i]:
                same = False
                break
        out[pair] = same
