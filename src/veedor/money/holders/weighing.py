"""What speaks for and against that two names are one holder: terms in thousandths of log10 that add up to the score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from veedor.engine.findings import Term
from veedor.money.holders.named import OF_ONE, Named
from veedor.money.holders.pairing import Pairs, Shared
from veedor.registers.names import PreparedName, score, scores
from veedor.registers.names.table import name_table

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


def weigh(named: Sequence[Named], prepared: Sequence[PreparedName], pairs: Pairs) -> list[int]:
    """Totals of all pairs, in their order."""
    table = name_table(prepared)
    ones = np.array([one for one, _ in pairs.pairs], np.int64)
    others = np.array([other for _, other in pairs.pairs], np.int64)
    totals = scores(table, ones, table, others)
    letters = ["".join(word.text for word in name.words) for name in prepared]
    return [
        _name(int(total), _one_holder(named[one], named[other], pairs.shared.get((one, other))))
        + sum(term.milli_log10 or 0 for term in _beside(named[one], named[other], pairs.shared.get((one, other))))
        + (CUT_OFF if _begins(letters[one], letters[other]) else 0)
        for (one, other), total in zip(pairs.pairs, totals.tolist(), strict=True)
    ]


def terms(
    one: Named, other: Named, first: PreparedName, second: PreparedName, shared: Shared | None
) -> tuple[Term, ...]:
    """The terms of one pair; they add up to its total of `weigh`. What is not said on both sides adds nothing."""
    found = score(first, second)
    floored = _name(found.milli_log10, _one_holder(one, other, shared))
    of_name = [
        Term(f"term.{each.name}", each.milli_log10, each.source, {"amount": each.amount}) for each in found.terms
    ]
    if floored != found.milli_log10:
        of_name = [Term("term.holder.other_name", floored, EXPERT, {"full": found.milli_log10})]
    if _begins("".join(word.text for word in first.words), "".join(word.text for word in second.words)):
        of_name.append(Term("term.holder.cut_off", CUT_OFF, EXPERT))
    return (*of_name, *_beside(one, other, shared))


def contradict(one: Named, other: Named) -> bool:
    """Whether both have numbers of which everybody has one, of one scheme, and none agrees: they are never joined."""
    return _numbers(one, other) == "differ"


def _beside(one: Named, other: Named, shared: Shared | None) -> tuple[Term, ...]:
    return _accounts(one, other, shared), _identifiers(one, other), _countries(one, other)


def _name(total: int, one_holder: bool) -> int:
    return max(total, NAME_FLOOR) if one_holder else total


def _one_holder(one: Named, other: Named, shared: Shared | None) -> bool:
    return shared is not None or _numbers(one, other) == "agree"


def _begins(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _LEAST_LETTERS and long.startswith(short)


def _accounts(one: Named, other: Named, shared: Shared | None) -> Term:
    if not one.accounts or not other.accounts:
        return Term("term.holder.account", None, EXPERT)
    if shared is None:
        return Term("term.holder.account", 0, EXPERT, {"accounts": 0})
    worth = SAME_ACCOUNT if shared.same else LIKELY_ACCOUNT
    return Term("term.holder.account", worth, EXPERT, {"accounts": shared.same + shared.likely})


def _numbers(one: Named, other: Named) -> str:
    """agree, differ, unknown."""
    if set(one.identifiers) & set(other.identifiers):
        return "agree"
    schemes = {scheme for scheme, _ in one.identifiers} & {scheme for scheme, _ in other.identifiers} & set(OF_ONE)
    return "differ" if schemes else "unknown"


def _identifiers(one: Named, other: Named) -> Term:
    worth = {"agree": SAME_NUMBER, "differ": OTHER_NUMBER, "unknown": None}[_numbers(one, other)]
    return Term("term.holder.number", worth, EXPERT)


def _countries(one: Named, other: Named) -> Term:
    if not one.countries or not other.countries:
        return Term("term.holder.country", None, EXPERT)
    same = bool(set(one.countries) & set(other.countries))
    return Term("term.holder.country", SAME_COUNTRY if same else OTHER_COUNTRY, EXPERT)
