"""Why a bank may leave out of transfers what Recommendation 16 asks, other than to hide somebody: tests on these.

A poor system leaves out the same of everybody; small sums need less; a clerk's slip falls on anybody, and what it left
out stands in the next transfer of the same customer; an office that collects is known by the number of its account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from veedor.engine.findings import Innocent, Verdict
from veedor.money.amounts import permille

_SMALL = ("USD", "EUR")
_PAYERS_OF_A_COLLECTOR = 5
_SIDES = {"originator": "debtor", "beneficiary": "creditor"}


class Lacking(NamedTuple):
    """A transfer, a row of `transfers`, and which of the required data it lacks."""

    row: Mapping[str, Any]
    fields: tuple[str, ...]


def system(left_out: Sequence[tuple[str, ...]]) -> Innocent:
    """The bank's system leaves the same out of (nearly) all transfers; `left_out` is what each of these does not say,
    of small sums, too."""
    counts = Counter(fields for fields in left_out if fields)
    share = permille(max(counts.values(), default=0), len(left_out))
    contradicts = permille(counts.total(), len(left_out)) <= 300
    return _test("innocent.missing.system", share, share >= 900, contradicts, -1500, len(left_out))


def small(lacking: Sequence[Lacking], most_units: int) -> Innocent:
    """Small sums: of those who hide, few hide these."""
    count = sum(is_small(each.row, most_units) for each in lacking)
    share = permille(count, len(lacking))
    return _test("innocent.missing.small", share, share >= 800, share == 0, -500, count)


def is_small(row: Mapping[str, Any], most_units: int) -> bool:
    """At most `most_units` of USD or EUR, of which Recommendation 16 lets states ask names and accounts alone."""
    if row["currency"] not in _SMALL or row["amount_units"] is None:
        return False
    return bool(row["amount_units"] <= most_units * 10 ** max(row["amount_exponent"], 0))


def slips(lacking: Sequence[Lacking], asked: Sequence[Mapping[str, Any]]) -> Innocent:
    """Transfers that look like slips: the bank says of the same account elsewhere, as often, what it left out here, or
    neither payer nor payee is that of another transfer that lacks something."""
    hands = Counter(account for each in lacking for account in _accounts(each.row))
    left_out = {id(each.row): _sides(each.fields) for each in lacking}
    said: Counter[tuple[str, str]] = Counter()
    for row in asked:
        for side, party in _SIDES.items():
            if row[f"{party}_account"]:
                said[side, row[f"{party}_account"]] += -1 if side in left_out.get(id(row), ()) else 1
    count = 0
    for row, fields in lacking:
        accounts = _accounts(row)
        ends = [(side, row[f"{_SIDES[side]}_account"]) for side in _sides(fields)]
        elsewhere = all(account and said[side, account] >= 0 for side, account in ends)
        # Of a party without an account nobody can say that it has no other transfer.
        alone = len(accounts) == len(_SIDES) and all(hands[account] == 1 for account in accounts)
        count += elsewhere or alone
    share = permille(count, len(lacking))
    return _test("innocent.missing.slips", share, share >= 800, share <= 200, -900, count)


def collected(lacking: Sequence[Lacking]) -> Innocent:
    """Bills or taxes of many, paid into one account that is known by its number: the payee's name alone is missing."""
    paid: dict[str, set[str | None]] = {}
    count: Counter[str] = Counter()
    for row, fields in lacking:
        if fields == ("beneficiary_name",) and row["creditor_account"]:
            paid.setdefault(row["creditor_account"], set()).add(row["debtor_account"] or row["debtor_name"])
            count[row["creditor_account"]] += 1
    (account, most) = count.most_common(1)[0] if count else ("", 0)
    share, payers = permille(most, len(lacking)), len(paid.get(account, ()))
    supports = share >= 800 and payers >= _PAYERS_OF_A_COLLECTOR
    return _test("innocent.missing.collected", share, supports, payers < 2, -1300, payers)


def _sides(fields: Sequence[str]) -> set[str]:
    return {field.partition("_")[0] for field in fields}


def _accounts(row: Mapping[str, Any]) -> set[str]:
    return {account for party in _SIDES.values() if (account := row[f"{party}_account"])}


def _test(key: str, share: int, supports: bool, contradicts: bool, effect: int, payments: int) -> Innocent:
    verdict: Verdict = "supports" if supports else "contradicts" if contradicts else "cannot_tell"
    adds = {"supports": effect, "contradicts": 100, "cannot_tell": 0}[verdict]
    return Innocent(key, verdict, {"share_permille": share, "payments": payments}, adds)
