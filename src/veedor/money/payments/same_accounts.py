"""Accounts in payments that are likely one, written in two ways: an IBAN here, a bank's own number there.

Only accounts whose last eight digits agree are compared: fewer are shared by chance among a bank's accounts, and the
judgement (registers/identifiers/same_account.py) does not go by fewer. Nothing is joined by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pyarrow as pa

from veedor.money.places import country
from veedor.registers.identifiers import Judgement, Written, judge
from veedor.registers.identifiers.identifier import compact

LEAST_DIGITS = 8
_MOST_ALIKE = 64


@dataclass(frozen=True)
class Spellings:
    """Pairs of accounts with the judgement on them, in order of the accounts; `skipped`: accounts whose last digits so
    many others have that they were not compared."""

    pairs: tuple[tuple[str, str, Judgement], ...]
    skipped: tuple[str, ...]


def same_accounts(payments: pa.Table) -> Spellings:
    """Of the accounts that paid or were paid, those that are the same or likely so."""
    alike: dict[str, list[tuple[str, Written]]] = {}
    for account, bank in sorted(_accounts(payments).items()):
        written = _written(account, bank)
        digits = compact(written.number).lstrip("0")
        if len(digits) >= LEAST_DIGITS:
            alike.setdefault(digits[-LEAST_DIGITS:], []).append((account, written))
    pairs, skipped = [], []
    for group in alike.values():
        if len(group) > _MOST_ALIKE:
            skipped += [account for account, _ in group]
            continue
        for (one, first), (other, second) in combinations(group, 2):
            found = judge(first, second)
            if found.verdict in ("same", "likely"):
                pairs.append((one, other, found))
    return Spellings(tuple(sorted(pairs, key=lambda pair: pair[:2])), tuple(sorted(skipped)))


def _accounts(payments: pa.Table) -> dict[str, str | None]:
    """Each account with the first bank, in their order, that any payment says it is at."""
    found: dict[str, str | None] = {}
    for account, bank in _ends(payments):
        known = found.setdefault(account, bank)
        if bank is not None and (known is None or bank < known):
            found[account] = bank
    return found


def _ends(payments: pa.Table) -> Iterator[tuple[str, str | None]]:
    for side in ("payer", "payee"):
        ends = payments.select([side, f"{side}_bank"]).group_by([side, f"{side}_bank"]).aggregate([])
        for account, bank in zip(ends[side].to_pylist(), ends[f"{side}_bank"].to_pylist(), strict=True):
            if account is not None and not account.startswith("name:"):
                yield account, bank


def _written(account: str, bank: str | None) -> Written:
    """An id as readers make it: an IBAN, else `bank:number`."""
    before, colon, number = account.partition(":")
    own = bank or (before if colon else None)
    return Written(number if colon else account, own, country(account, own))
