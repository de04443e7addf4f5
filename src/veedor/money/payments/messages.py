"""Messages join the payments they speak of, and bookings of banks in between go where they belong.

A message stands beside the payer's booking: it joins it by UETR whatever the amounts (charges are taken on the way), by
EndToEndId or transaction id with equal amount, else by parties, equal amount, currency and dates, one by one. Messages
of one UETR are one transfer: the customer's, each bank's forwarding of it, and its cover.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import one_piece
from veedor.money import columns
from veedor.money.columns import Bools, Ints, Values
from veedor.money.payments import matching
from veedor.money.payments.entry_view import BOOKING, DAY_US, LEG, MESSAGE, RECALL, RETURN, RETURNED, View
from veedor.tables.money import FURTHER

_ROLES = pa.array(["debit", "credit", "message", "leg", "return", "recall"])


def join(view: View, first: Ints, grade: Ints, reference_days: int, attribute_days: int) -> None:
    """Fills `first` and `grade` of messages with the booking they stand beside, and what references that lacks."""
    told = view.role == MESSAGE
    if not told.any():
        return
    _one_by_uetr(view, first, grade, told)
    heads = view.order[(first[view.order] == view.order) & view.makes[view.order]]
    partner = np.full(len(first), -1, np.int64)
    link = np.full(len(first), matching.NONE, np.int64)
    other = view.counterparty
    anyone = np.full(len(first), -1, np.int64)
    sides = view.came_in.astype(np.int64)
    plain = heads[~view.reversal[heads]]

    def pair(rows: Ints, keys: tuple[Ints, ...], party: Ints, days: int, by: int) -> None:
        order, starts = matching.groups(rows, view.account, sides, *keys)
        free = partner < 0
        matching.pair_sides(
            order, starts, told, view.time, party, view.references, days * DAY_US, days * DAY_US, partner
        )
        link[free & (partner >= 0)] = by

    def having(column: int) -> Ints:
        return np.asarray(plain[view.references[plain, column] >= 0], dtype=np.int64)

    equal = (view.currency, view.amount)
    pair(having(0), (view.references[:, 0],), anyone, reference_days, matching.UETR)
    for column in (matching.REF_END_TO_END, matching.REF_TRANSACTION):
        keys = (view.references[:, column], *equal)
        pair(having(column), keys, other, reference_days, min(column, matching.SERVICER))
    pair(plain[other[plain] >= 0], (other, *equal), other, attribute_days, matching.ATTRIBUTES)

    joined = np.flatnonzero(told & (partner >= 0))
    for head in joined.tolist():
        booking = partner[head]
        lacking = view.references[booking] < 0
        # What a bank's own file calls it stays its own.
        lacking[matching.REF_SERVICER :] = False
        view.references[booking, lacking] = view.references[head, lacking]
    at = first.copy()
    moved = told & (partner[at] >= 0)
    first[moved] = partner[at[moved]]
    grade[moved] = np.maximum(grade[moved], link[at[moved]])


def _one_by_uetr(view: View, first: Ints, grade: Ints, told: Bools) -> None:
    rows = view.order[(told & (view.references[:, 0] >= 0))[view.order]]
    order, starts = matching.groups(rows, view.account, view.came_in.astype(np.int64), view.references[:, 0])
    sizes = np.diff(starts)
    heads = np.repeat(order[starts[:-1]], sizes) if len(rows) else order
    joins = order != heads
    first[order] = heads
    grade[order[joins]] = matching.UETR
    # Rows that had joined these by other means follow them.
    first[told] = first[first[told]]


def attach(view: View, place: Ints, payment: Ints) -> None:
    """Gives legs, returns, recalls and what else was said the number of the payment whose reference they bear at the
    same payer: the first in order of time. What bears none is no payment and stays out (-1)."""
    loose = np.flatnonzero(~view.makes)
    payment[loose] = -1
    if not len(loose):
        return
    for column in (matching.REF_UETR, matching.REF_END_TO_END, matching.REF_TRANSACTION):
        known: dict[tuple[int, int], int] = {}
        codes = view.references[:, column]
        for row in view.order[(view.makes & (payment >= 0) & (codes >= 0))[view.order]].tolist():
            known.setdefault((int(place[row]), int(codes[row])), int(payment[row]))
        for row in loose[(payment[loose] < 0) & (codes[loose] >= 0)].tolist():
            payment[row] = known.get((int(place[row]), int(codes[row])), -1)


def further(view: View, owner: Ints, count: int, named: tuple[Ints, ...]) -> Values:
    """All source rows of each payment but those it names itself, in order of (deposit, row), as a list each."""
    left = owner >= 0
    for one in named:
        left[one[one >= 0]] = False
    rows = np.flatnonzero(left)
    rows = rows[np.argsort(owner[rows], kind="stable")]
    sizes = np.bincount(owner[rows], minlength=count)
    offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    role = np.where(view.came_in, 1, 0)
    for found, number in ((MESSAGE, 2), (LEG, 3), (RETURN, 4), (RETURNED, 4), (RECALL, 5)):
        role[view.role == found] = number
    role[(view.role != BOOKING) & (role < 2)] = 2
    source = columns.take(view.rows.select(["deposit", "row"]), view.at[rows])
    kinds = _ROLES.take(pa.array(role[rows], pa.int64()))
    values = pa.StructArray.from_arrays(
        [one_piece(source["deposit"]), one_piece(source["row"]), kinds],
        fields=list(FURTHER.value_type),
    )
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values).cast(FURTHER)
