"""Likelihood-ratio terms that several patterns share. Every weight is an expert setting and says so in its source.

Ranks alone are measured: how many accounts of the currency reach the value in the deposits of this very run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from veedor.engine.findings import Innocent, Term, Values
from veedor.kernel.exactmath import log10
from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.distributions import Distributions
from veedor.money.instances import Instance

EXPERT = "expert setting"
MEASURED = "measured: all accounts of the currency in this run"

Steps = Sequence[tuple[int, int]]
Assessed = TypeVar("Assessed", Term, Innocent)

NUMBERS, PAYMENTS, HISTORY, WORDS = range(4)
"""What a test looks at, from little work to much: sums made before, the payments of the instance, all of the account's,
names and banks as written."""


@dataclass(frozen=True)
class Assessment(Generic[Assessed]):
    """A term or an innocent explanation that was not looked at yet, and what it can add to a score at most."""

    most_milli_log10: int
    effort: int
    assess: Callable[[], Assessed]


def judged(
    terms: Sequence[Assessment[Term]], innocent: Sequence[Assessment[Innocent]], least_milli_log10: int
) -> tuple[tuple[Term, ...], tuple[Innocent, ...]] | None:
    """Terms and explanations as given, or None if their sum stays below `least_milli_log10`.

    On busy data nearly all instances do: tests are made in order of effort, and none any more once those that are left
    cannot lift the sum that far. ValueError for a test that adds more than it says it can."""
    tests: tuple[Assessment[Term] | Assessment[Innocent], ...] = (*terms, *innocent)
    found: dict[int, Term | Innocent] = {}
    score, most = 0, sum(test.most_milli_log10 for test in tests)
    for at in sorted(range(len(tests)), key=lambda at: tests[at].effort):
        if score + most < least_milli_log10:
            return None
        found[at] = tests[at].assess()
        adds = found[at].milli_log10 or 0
        if adds > tests[at].most_milli_log10:
            raise ValueError(f"{found[at]} adds more than {tests[at].most_milli_log10}")
        score += adds
        most -= tests[at].most_milli_log10
    if score < least_milli_log10:
        return None
    in_order = [found[at] for at in range(len(tests))]
    return (
        tuple(one for one in in_order if isinstance(one, Term)),
        tuple(one for one in in_order if isinstance(one, Innocent)),
    )


def stepped(value: int, steps: Steps, otherwise: int) -> int:
    """The weight of the first step (least value, weight), falling, that `value` reaches."""
    for least, weight in steps:
        if value >= least:
            return weight
    return otherwise


def rank(name: str, known: Distributions, currency: str, measure: str, value: int, least_accounts: int) -> Term:
    """Half of all laundering accounts are taken to reach such a value; how many of all accounts do is counted."""
    above, total = known.at_least(currency, measure, value)
    values: Values = {"accounts_above": above, "accounts": total, "value": value}
    if total < least_accounts:
        return Term(name, None, MEASURED, values)
    ratio = round(1000 * log10((total + 1) / (2 * (above + 1))))
    return Term(name, max(-300, min(2000, ratio)), MEASURED, values)


def one_off(name: str, instance: Instance, events: Ints) -> Term:
    """Counterparties that the account deals with in this instance only; unknown without other payments of its own."""
    here, elsewhere = instance.others(events), instance.others(instance.history[~instance.inside])
    share = permille(len(here - elsewhere), len(here))
    values: Values = {"share_permille": share, "counterparties": len(here)}
    if not elsewhere or not here:
        return Term(name, None, EXPERT, values)
    return Term(name, stepped(share, ((900, 300), (600, 0)), -500), EXPERT, values)


def round_amounts(name: str, instance: Instance, events: Ints) -> Term:
    """Amounts with at most two significant digits: people who split or forward cash like them, invoices rarely."""
    count = sum(len(str(value).rstrip("0")) <= 2 for value in instance.ledger.amount[events].tolist())
    share = permille(count, len(events))
    return Term(name, stepped(share, ((800, 300), (400, 100)), 0), EXPERT, {"share_permille": share})


def corridor(name: str, instance: Instance, events: Ints) -> Term:
    """Most of the money crosses one border; unknown where the accounts do not say their country."""
    pairs = instance.countries(events)
    known = [(own, other) for own, other in pairs if own and other]
    values: dict[str, int | str] = {"share_permille": 0, "known_permille": permille(len(known), len(pairs))}
    if 2 * len(known) < len(pairs):
        return Term(name, None, EXPERT, values)
    crossing = Counter(pair for pair in known if pair[0] != pair[1])
    share = permille(sum(crossing.values()), len(known))
    values["share_permille"] = share
    return Term(name, stepped(share, ((700, 300), (300, 100)), 0), EXPERT, values)
