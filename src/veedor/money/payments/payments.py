"""Payments from entries and messages: all sightings of one transfer, in any files of any bank, become one payment.

Everything known of a transfer meets in one partition, that of the payer's account (the account itself where the
payer is unknown): debit entries lie there, credit entries come there by their counterparty, and credit entries that do
not name the payer were completed before from a shared reference (completing.py). There, in this order:

1. rows of different files that show the same booking become one booking (matching.align_files), and a message joins
   the booking that it led to (messages.py); without one it stands for it;
2. debit and credit bookings are paired: by UETR whatever the amounts; by EndToEndId or transaction id with equal
   amount; else by parties, equal amount, currency and dates within tolerance, one by one in order; a debit that says
   its payee only by name then pairs with a credit on the one account whose holder's name agrees (named_payees.py),
   as a credit did before that says its payer only by name (named_payers.py);
3. a reversal cancels the payment that it names, else the nearest equal one before it;
4. what is left alone is a payment seen from one side;
5. bookings of banks in between, returns, recalls and what else was said go to the payment whose reference they bear.

Two genuine equal payments stay two. Sources that disagree in amount, currency or parties set `conflict`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import ByKey, Owner, Read
from veedor.kernel.hashing import id64
from veedor.money import columns
from veedor.money.columns import Bools, Ints, Values
from veedor.money.payments import matching, messages
from veedor.money.payments.entry_view import (
    BOOKING,
    DAY_US,
    LEG,
    MESSAGE,
    NEEDED,
    RECALL,
    RETURN,
    RETURNED,
    SAID,
    View,
    view_of,
)
from veedor.money.payments.named_payees import named_payees
from veedor.registers.names import REPORT_MILLI_LOG10
from veedor.tables import COMPLETED_ENTRIES, ENTRIES, PAYMENTS, TOLD_TRANSFERS, Table

_BY_OTHER_SIDE = ByKey(("counterparty_account",))
_GRADES = pa.array(["single", "uetr", "end_to_end", "servicer", "attributes", "name", "name_unclear"])


@dataclass(frozen=True)
class PaymentParameters:
    """How far apart the two sides may be booked, when rows without references count as the same booking, and from which
    score a payee's name agrees with that of an account's holder."""

    reference_tolerance_days: int = 10
    attribute_tolerance_days: int = 4
    reversal_tolerance_days: int = 30
    merge_files_without_reference: bool = True
    name_least_milli_log10: int = REPORT_MILLI_LOG10


@dataclass(frozen=True)
class AssemblePayments:
    """Detector `payments`: entries of the payer's account in, payments out."""

    parameters: PaymentParameters = PaymentParameters()
    name: str = "payments"
    version: int = 6
    reads: tuple[Read, ...] = (
        Read(ENTRIES, ByKey(("account",)), NEEDED),
        # What other accounts were paid: credits, and reversals of credits, which are booked as debits.
        Read(ENTRIES, _BY_OTHER_SIDE, NEEDED, (("credit", "=", True),), handed_as="credits"),
        Read(
            ENTRIES, _BY_OTHER_SIDE, NEEDED, (("credit", "=", False), ("reversal", "=", True)),
            handed_as="reversed_credits",
        ),
        Read(COMPLETED_ENTRIES, ByKey(("account", "counterparty_account", "counterparty_written"))),
        Read(TOLD_TRANSFERS, ByKey(("account",))),
    )  # fmt: skip
    writes: Table = PAYMENTS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: PaymentParameters) -> pa.Table:
        view = view_of(tables, owner)
        if not len(view.at):
            return PAYMENTS.empty()
        first, grade = join_sightings(view, parameters)
        messages.join(view, first, grade, parameters.reference_tolerance_days, parameters.attribute_tolerance_days)
        payment, grade = pair_bookings(view, first, grade, parameters)
        # Bookings whose payer, else whose account, lies in another bucket are that bucket's.
        place = np.where(view.came_in & (view.counterparty >= 0), view.counterparty, view.account)[first]
        payment[~view.inside[place]] = -1
        # A second sighting of a credit that does not even name the payer adds nothing and is no payment of its own.
        payment[view.came_in & (view.counterparty < 0) & (view.counterparty[first] >= 0)] = -1
        messages.attach(view, place, payment)
        return payments_table(view, place, payment, grade)


def join_sightings(view: View, parameters: PaymentParameters) -> tuple[Ints, Ints]:
    """Step 1: for each row the first row of its booking, and the grade by which it joined. Fills `view.references` of
    first rows with what other sightings of the booking know."""
    size = len(view.file)
    first, following = np.arange(size), np.full(size, -1, np.int64)
    grade = np.full(size, matching.NONE, np.int64)
    if not size or view.file.min() == view.file.max():
        return first, grade
    sides = view.came_in.astype(np.int64) * 2 + view.reversal + 4 * view.role
    file = np.unique(view.file, return_inverse=True)[1].astype(np.int64)
    same = (view.account, sides, view.currency, view.amount, view.day)
    rank = np.empty(size, np.int64)
    rank[view.order] = np.arange(size)
    by_file = np.lexsort((rank, file)).astype(np.int64)
    by_file = by_file[view.makes[by_file]]

    def align(rows: Ints, keys: tuple[Ints, ...], nameless: bool, by_order: bool, link: int) -> None:
        order, starts = matching.groups(rows, *keys)
        matching.align_files(
            order, starts, file, view.time, view.is_date, view.counterparty, view.references, nameless, by_order, link,
            first, following, grade,
        )  # fmt: skip

    known = view.counterparty >= 0
    for nameless in (False, True):
        # The payer's bucket does not see credits that name nobody: they must teach bookings that name him nothing.
        told = view.references.copy()
        for column in range(view.references.shape[1]):
            having = view.references[:, column] >= 0
            rows = by_file[(having & known)[by_file]] if not nameless else _unknown_last(by_file, known, having)
            keys = (*same, view.references[:, column], *(() if nameless else (view.counterparty,)))
            align(rows, keys, nameless, False, min(column, matching.SERVICER))
        if parameters.merge_files_without_reference:
            rows = by_file[known[by_file]] if not nameless else _unknown_last(by_file, known, np.ones(size, np.bool_))
            align(rows, same if nameless else (*same, view.counterparty), nameless, True, matching.ATTRIBUTES)
        if nameless:
            view.references[known & view.came_in] = told[known & view.came_in]
    return first, grade


def _unknown_last(by_file: Ints, known: Bools, having: Bools) -> Ints:
    rows = by_file[having[by_file]]
    return np.concatenate((rows[known[rows]], rows[~known[rows]]))


def pair_bookings(view: View, first: Ints, grade: Ints, parameters: PaymentParameters) -> tuple[Ints, Ints]:
    """Steps 2 and 3: a payment number for each row (its smallest row in total order of bookings), and grades."""
    heads = view.order[(first[view.order] == view.order) & view.makes[view.order]]
    payer = np.where(view.came_in, view.counterparty, view.account)
    payee = np.where(view.came_in, view.account, view.counterparty)
    partner = np.full(len(first), -1, np.int64)
    grade = np.where(view.named == matching.NAME, np.maximum(grade, matching.NAME), grade)
    reference_us = parameters.reference_tolerance_days * DAY_US
    attribute_us = parameters.attribute_tolerance_days * DAY_US
    reverses = view.reversal.astype(np.int64)
    equal = (view.currency, view.amount)
    anyone = np.full(len(first), -1, np.int64)

    def pair(
        rows: Ints, keys: tuple[Ints, ...], second: Bools, party: Ints, before: int, after: int, link: int,
        mates: Ints,
    ) -> None:  # fmt: skip
        order, starts = matching.groups(rows, *keys)
        free = mates < 0
        matching.pair_sides(order, starts, second, view.time, party, view.references, before, after, mates)
        made = free & (mates >= 0)
        grade[made] = np.maximum(grade[made], link)

    def having(rows: Ints, column: int) -> Ints:
        return np.asarray(rows[((view.references[:, column] >= 0) & (payer >= 0))[rows]], dtype=np.int64)

    ids = view.references
    both = heads if _both_sides(view.came_in[heads]) else heads[:0]
    pair(having(both, 0), (payer, reverses, ids[:, 0]), view.came_in, anyone, reference_us, reference_us,
         matching.UETR, partner)  # fmt: skip
    for column in (matching.REF_END_TO_END, matching.REF_TRANSACTION):
        pair(having(both, column), (payer, reverses, ids[:, column], *equal), view.came_in, payee, reference_us,
             reference_us, min(column, matching.SERVICER), partner)  # fmt: skip
    left = both[(partner[both] < 0) & (payer[both] >= 0) & (payee[both] >= 0)]
    pair(left, (payer, payee, reverses, *equal), view.came_in, payee, attribute_us, attribute_us,
         matching.ATTRIBUTES, partner)  # fmt: skip
    least = parameters.name_least_milli_log10
    named = named_payees(view, both, first, payer, payee, partner, attribute_us, least)
    payee = named.payee
    told = (partner < 0) & (named.decided | view.came_in) & (payer >= 0) & (payee >= 0)
    pair(both[told[both]], (payer, payee, reverses, *equal), view.came_in, payee, attribute_us, attribute_us,
         matching.NAME, partner)  # fmt: skip
    grade[(named.unclear | (view.named == matching.NAME_UNCLEAR)) & (partner < 0)] = matching.NAME_UNCLEAR

    payment = np.where(partner >= 0, np.minimum(partner, np.arange(len(first))), np.arange(len(first)))
    if view.reversal.any():
        units = heads[payment[heads] == heads]
        origin = np.full(len(first), -1, np.int64)
        late = parameters.reversal_tolerance_days * DAY_US
        for column in range(4):
            pair(having(units, column), (payer, ids[:, column], *equal), view.reversal, payee, 0, late,
                 min(column, matching.SERVICER), origin)  # fmt: skip
        known = units[(payer[units] >= 0) & (payee[units] >= 0)]
        pair(known, (payer, payee, *equal), view.reversal, payee, 0, late, matching.ATTRIBUTES, origin)
        cancels = view.reversal & (origin >= 0)
        payment = np.where(cancels[payment], origin[payment], payment)
    return np.asarray(payment[first], dtype=np.int64), grade


def _both_sides(came_in: Bools) -> bool:
    return bool(came_in.any() and not came_in.all())


def payments_table(view: View, place: Ints, payment: Ints, grade: Ints) -> pa.Table:
    """One row per payment number, each value from the smallest entry (deposit, row) that has it; `place` is the code of
    the account it lies with."""
    used = np.zeros(len(payment), np.bool_)
    used[payment[payment >= 0]] = True
    count = int(np.count_nonzero(used))
    if not count:
        return PAYMENTS.empty()
    owner = np.where(payment < 0, -1, (np.cumsum(used) - 1)[payment]).astype(np.int64)
    everything, by_source = np.ones(len(owner), np.bool_), np.arange(len(owner))

    makes, booked = view.makes, view.role == BOOKING

    def smallest(valid: Bools) -> Ints:
        """Of bookings, else of messages."""
        found = matching.first_valid(by_source, owner, valid & booked, count)
        if booked.all():
            return found
        said = matching.first_valid(by_source, owner, valid & makes, count)
        return np.where(found >= 0, found, said)

    # Numbered anew in the order of the table, so that every column is taken once.
    seen = booked | ~columns.marked(owner, booked, count)
    times = [matching.first_valid(view.order, owner, valid & makes & seen, count)
             for valid in (~view.is_date, everything)]  # fmt: skip
    dated = times[0] < 0
    time = view.time[np.where(dated, times[1], times[0])]
    top = smallest(everything)
    source = columns.take(view.rows.select(["deposit", "row"]), view.at[top])
    ids = id64(b"veedor/payment/1\0", source, ("deposit", "row"))
    account = matching.most_of(owner, place, -1, count)
    order = columns.in_order(columns.ranks(view.accounts)[account], time, ids)
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    owner = np.where(owner < 0, -1, rank[owner])

    def written(name: str, entry: Ints) -> Values:
        return columns.take_or_null(view.rows[name], np.where(entry < 0, -1, view.at[entry]))

    def of(name: str, valid: Bools) -> Values:
        return written(name, smallest(valid & columns.known(view.rows[name])[view.at]))

    def either(own: str, other: str, own_side: Bools) -> Values:
        found = of(own, own_side)
        return pc.coalesce(found, of(other, ~own_side)) if found.null_count else found

    debit, credit = ~view.came_in, view.came_in
    low_debit, low_credit = smallest(debit), smallest(credit)
    # The amount that left the payer is the amount of the payment; charges on the way make the other side smaller.
    sent, plain = smallest(debit & ~view.reversal), smallest(~view.reversal)
    amount_at = np.where(sent >= 0, sent, np.where(plain >= 0, plain, top[order]))
    payer_name, payee_name = either("holder", "counterparty_name", debit), either("holder", "counterparty_name", credit)
    payer, payee = either("account", "counterparty_account", debit), either("account", "counterparty_account", credit)
    weakest = matching.most_of(owner, grade, -1, count)
    making = np.where(makes, owner, -1)

    def counted(which: Bools) -> Ints:
        return np.asarray(np.bincount(owner[which & (owner >= 0)], minlength=count), dtype=np.int32)

    def has(which: Bools) -> Bools:
        return np.asarray(counted(which) > 0, dtype=np.bool_)

    made = {
        "account": columns.take(view.accounts, account[order]),
        "payment": ids[order],
        "payer": _party(payer, payer_name),
        "payee": _party(payee, payee_name),
        "payer_name": payer_name,
        "payee_name": payee_name,
        "payer_bank": either("bank", "counterparty_bank", debit),
        "payee_bank": either("bank", "counterparty_bank", credit),
        "time": pa.array(time[order]).cast(pa.timestamp("us", tz="UTC")),
        "time_is_date": dated[order],
        "amount_units": written("amount_units", amount_at),
        "amount_exponent": written("amount_exponent", amount_at),
        "currency": written("currency", amount_at),
        "instrument": of("instrument", everything),
        "match": columns.take(_GRADES, weakest + 1),
        "conflict": matching.any_differs(making, view.amount, count)
        | matching.any_differs(making, view.currency, count)
        | _parties_differ(view, making, count),
        "reversed": has(view.reversal & makes) | has((view.role == RETURN) | (view.role == RETURNED)),
        "debit_deposit": written("deposit", low_debit),
        "debit_row": written("row", low_debit),
        "credit_deposit": written("deposit", low_credit),
        "credit_row": written("row", low_credit),
        "entries": counted(booked),
        "messages": counted(np.isin(view.role, (MESSAGE, SAID, RETURNED, RECALL))),
        "legs": counted(view.role == LEG),
        "recalled": has(view.role == RECALL),
        "further": messages.further(view, owner, count, (low_debit, low_credit)),
        "purpose": of("purpose", everything),
        "simulated": smallest(columns.flags(view.rows["simulated"])[view.at]) >= 0,
    }
    return PAYMENTS.cast(pa.table({name: made[name] for name in PAYMENTS.schema.names}))


def _parties_differ(view: View, owner: Ints, count: int) -> Bools:
    payer = np.where(view.came_in, view.written, view.account)
    payee = np.where(view.came_in, view.account, view.written)
    return matching.any_differs(owner, payer, count) | matching.any_differs(owner, payee, count)


def _party(account: Values, name: Values) -> Values:
    if not account.null_count:
        return account
    unknown = account.is_null()
    named = pc.binary_join_element_wise(pa.scalar("name:"), pc.utf8_trim_whitespace(name.filter(unknown)), "")
    return pc.replace_with_mask(account, unknown, named)
