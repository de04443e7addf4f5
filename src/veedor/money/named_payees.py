"""Who a debit pays that says its payee only by name: the account of one credit that fits it, if names agree on one.

Amount, currency, payer and days fit already where this is asked, so that the name has to decide only between few
accounts. It is compared with the holders of those accounts as screening compares names. Where more than one account
could be meant, or one account by debits to different names of which not all can have been paid, nothing is joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from veedor.money import columns, matching
from veedor.money.columns import Bools, Ints
from veedor.money.entry_view import View
from veedor.registers.names import prepare, scores
from veedor.registers.names.table import name_table

_MOST_PAIRS = 1 << 16


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
    bounds = zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    groups = [order[begin:end] for begin, end in bounds if debit[order[begin:end]].any()]
    groups = [group for group in groups if credit[group].any()]
    near = [_near(view, group, debit, tolerance_us) for group in groups]
    for group, pairs in zip(groups, near, strict=True):
        # So many alike that no name could tell which is which.
        unclear[group] = len(pairs) > _MOST_PAIRS
    pairs = np.concatenate([np.zeros((0, 2), np.int64), *(each for each in near if len(each) <= _MOST_PAIRS)])
    names, of = _names(view, pairs, spelled_by)
    agreeing = pairs[_agree(names, of, pairs, least)]
    for debits, accounts, credits in _components(agreeing, payee):
        spelled = {of[row] for row in debits}
        if len(accounts) == 1 and (len(spelled) == 1 or len(debits) <= len(credits)):
            found[debits], decided[debits] = accounts[0], True
        else:
            unclear[debits] = unclear[credits] = True
    return NamedPayees(found, decided, unclear)


def _near(view: View, group: Ints, debit: Bools, tolerance_us: int) -> Ints:
    """(debit, credit) of a group whose times and references do not speak against each other."""
    debits, credits = group[debit[group]], group[~debit[group]]
    # Rows of a group lie in order of time.
    low = np.searchsorted(view.time[credits], view.time[debits] - tolerance_us, "left")
    high = np.searchsorted(view.time[credits], view.time[debits] + tolerance_us, "right")
    counts = np.maximum(high - low, 0)
    if counts.sum() > _MOST_PAIRS:
        return np.zeros((_MOST_PAIRS + 1, 2), np.int64)
    one = np.repeat(debits, counts)
    other = credits[np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)]
    fits = np.ones(len(one), np.bool_)
    for column in range(matching.REF_SERVICER):
        left, right = view.references[one, column], view.references[other, column]
        fits &= (left < 0) | (right < 0) | (left == right)
    return np.stack([one[fits], other[fits]], axis=1)


def _first_with(view: View, first: Ints, name: str) -> Ints:
    """For each booking its smallest row that has this name, -1 where none has."""
    known = columns.known(view.rows[name])[view.at]
    return matching.first_valid(np.arange(len(first)), first, known, len(first))


def _names(view: View, pairs: Ints, spelled_by: dict[str, Ints]) -> tuple[Sequence[str], dict[int, int]]:
    """The distinct names of the rows in pairs, and which of them each row's is: of a debit its payee, of a credit the
    holder of the account."""
    numbers: dict[str, int] = {}
    of: dict[int, int] = {}
    for column, side in (("counterparty_name", 0), ("holder", 1)):
        rows = np.unique(pairs[:, side])
        written = columns.take(view.rows[column], view.at[spelled_by[column][rows]]).to_pylist()
        for row, name in zip(rows.tolist(), written, strict=True):
            of[row] = numbers.setdefault(name.strip(), len(numbers))
    return list(numbers), of


def _agree(names: Sequence[str], of: dict[int, int], pairs: Ints, least: int) -> Bools:
    if not len(pairs):
        return np.zeros(0, np.bool_)
    table = name_table([prepare(name) for name in names])
    both = np.array([[of[row] for row in side.tolist()] for side in pairs.T], np.int64)
    distinct, which = np.unique(both, axis=1, return_inverse=True)
    return np.asarray((scores(table, distinct[0], table, distinct[1]) >= least)[which.ravel()], np.bool_)


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
