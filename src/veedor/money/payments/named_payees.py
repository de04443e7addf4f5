"""Who a debit pays that says its payee only by name: the account of one credit that fits it, if names agree on one.

Amount, currency, payer and days fit already where this is asked, so that the name has to decide only between few
accounts. It is compared with the holders of those accounts as screening compares names. Where more than one account
could be meant, or one account by debits to different names of which not all can have been paid, nothing is joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from veedor.money import columns
from veedor.money.columns import Bools, Ints
from veedor.money.payments import matching
from veedor.money.payments.entry_view import View
from veedor.registers.names import prepare, scores
from veedor.registers.names.table import name_table

_MOST_PAIRS = 1 << 16
# A payer's debits name the same few again and again.
_prepared = lru_cache(maxsize=1 << 13)(prepare)


@dataclass(frozen=True)
class NamedPayees:
    """`payee`: the account of each row's payee, with those that names decided. `unclear`: debits and credits that a
    name could join with more than one."""

    payee: Ints
    decided: Bools
    unclear: Bools


def named_payees(
    view: View, heads: Ints, first: Ints, payer: Ints, payee: Ints, partner: Ints, tolerance_us: int, least: int
) -> NamedPayees:
    """Looks for the payees of debits among `heads` (bookings in total order) that have no partner and no payee;
    `first` is the booking of each row; `least` is the score from which two names agree."""
    found, decided, unclear = payee.copy(), np.zeros(len(payee), np.bool_), np.zeros(len(payee), np.bool_)
    free = (partner < 0) & (payer >= 0)
    spelled_by = {name: _first_with(view, first, name) for name in ("counterparty_name", "holder")}
    debit = free & ~view.came_in & (payee < 0) & (spelled_by["counterparty_name"] >= 0)
    credit = free & view.came_in & (spelled_by["holder"] >= 0)
    rows = heads[(debit | credit)[heads]]
    if not debit[rows].any() or not credit[rows].any():
        return NamedPayees(found, decided, unclear)
    order, starts = matching.groups(rows, payer, view.reversal.astype(np.int64), view.currency, view.amount)
    group = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    pairs, too_many = _near(view.time[order], group, debit[order], tolerance_us)
    # So many alike that no name could tell which is which.
    unclear[order[np.isin(group, too_many)]] = True
    pairs = order[pairs]
    pairs = pairs[_uncontradicted(view.references, pairs)]
    names, of = _names(view, pairs, spelled_by)
    for debits, accounts, credits in _components(pairs[_agree(names, of[pairs], least)], payee):
        if len(accounts) == 1 and (len(set(of[debits].tolist())) == 1 or len(debits) <= len(credits)):
            found[debits], decided[debits] = accounts[0], True
        else:
            unclear[debits] = unclear[credits] = True
    return NamedPayees(found, decided, unclear)


def _near(time: Ints, group: Ints, debit: Bools, tolerance_us: int) -> tuple[Ints, Ints]:
    """(debit, credit) of one group with times near enough, and groups that have too many of these, which are left out.
    Rows stand group by group, in order of time."""
    debits, credits = np.flatnonzero(debit), np.flatnonzero(~debit)
    moments = np.unique(time[credits])

    def placed(rows: Ints, reach_us: int, side: Literal["left", "right"]) -> Ints:
        """Group and time as one number, in the order of both."""
        return group[rows] * (len(moments) + 1) + np.searchsorted(moments, time[rows] + reach_us, side)

    ours = placed(credits, 0, "left")
    low = np.searchsorted(ours, placed(debits, -tolerance_us, "left"))
    counts = np.searchsorted(ours, placed(debits, tolerance_us, "right")) - low
    too_many = np.flatnonzero(np.bincount(group[debits], counts) > _MOST_PAIRS)
    counts[np.isin(group[debits], too_many)] = 0
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.stack([np.repeat(debits, counts), credits[np.repeat(low, counts) + within]], axis=1), too_many


def _uncontradicted(references: Ints, pairs: Ints) -> Bools:
    """Pairs whose references do not speak against each other."""
    one, other = (references[side, : matching.REF_SERVICER] for side in pairs.T)
    return np.asarray(((one < 0) | (other < 0) | (one == other)).all(axis=1), dtype=np.bool_)


def _first_with(view: View, first: Ints, name: str) -> Ints:
    """For each booking its smallest row that has this name, -1 where none has."""
    known = columns.known(view.rows[name])[view.at]
    return matching.first_valid(np.arange(len(first)), first, known, len(first))


def _names(view: View, pairs: Ints, spelled_by: dict[str, Ints]) -> tuple[Sequence[str], Ints]:
    """The distinct names of the rows in pairs, and which of them each row's is: of a debit its payee's, of a credit
    that of the account's holder."""
    sides = [np.unique(side) for side in pairs.T]
    written = [
        columns.take(view.rows[name], view.at[spelled_by[name][rows]])
        for name, rows in zip(("counterparty_name", "holder"), sides, strict=True)
    ]
    codes, every = columns.labels(*written)
    spelled = [str(name).strip() for name in every.to_pylist()]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(spelled))}
    of = np.full(len(view.at), -1, np.int64)
    of[np.concatenate(sides)] = np.array([numbers[name] for name in spelled], np.int64)[np.concatenate(codes)]
    return list(numbers), of


def _agree(names: Sequence[str], of_pairs: Ints, least: int) -> Bools:
    if not len(of_pairs):
        return np.zeros(0, np.bool_)
    table = name_table([_prepared(name) for name in names])
    distinct, which = np.unique(of_pairs, axis=0, return_inverse=True)
    return np.asarray((scores(table, distinct[:, 0], table, distinct[:, 1]) >= least)[which.ravel()], np.bool_)


def _components(pairs: Ints, payee: Ints) -> Iterator[tuple[list[int], list[int], list[int]]]:
    """Debits that could be to the same accounts: (debits, accounts, credits) that hang together by `pairs`."""
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        while parent.setdefault(row, row) != row:
            row = parent[row]
        return row

    for one, other in pairs.tolist():
        # A credit stands with all others of its account that the same debits could have paid.
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    together: dict[int, tuple[list[int], list[int]]] = {}
    for side in (0, 1):
        for row in np.unique(pairs[:, side]).tolist():
            together.setdefault(root(row), ([], []))[side].append(row)
    for debits, credits in together.values():
        yield debits, sorted({int(payee[row]) for row in credits}), credits
