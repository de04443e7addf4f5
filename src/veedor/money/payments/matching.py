"""Which rows speak of the same thing: duplicates of one booking, the two sides of one transfer, its reversal.

All functions work on groups: `order` lists rows group by group, group g being order[starts[g]:starts[g + 1]], rows of a
group in their total order. References are columns of one matrix of codes, -1 where a row has none. How two rows were
linked is a grade: UETR, END_TO_END, SERVICER, ATTRIBUTES, NAME, from strong to weak; NONE where nothing was linked,
NAME_UNCLEAR where a name could link with several.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.money import columns

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NONE, UETR, END_TO_END, SERVICER, ATTRIBUTES, NAME, NAME_UNCLEAR = -1, 0, 1, 2, 3, 4, 5
# Columns of the reference matrix. The first three mean the same at both banks; the others belong to one bank or file.
REF_UETR, REF_END_TO_END, REF_TRANSACTION, REF_SERVICER, REF_ENTRY = 0, 1, 2, 3, 4


def _agreement_examples() -> list[tuple[object, ...]]:
    references = np.array([[1, -1, -1, 5, 8], [1, 2, -1, 5, 9], [-1, 3, 4, 5, 8], [-1, -1, -1, -1, -1]], np.int64)
    return [(references, a, b, columns) for a in range(4) for b in range(4) for columns in (3, 5)]


@kernel(inline=True, examples=_agreement_examples)
def agreement(references: Ints, a: int, b: int, columns: int) -> int:
    """The strongest grade by which rows a and b agree in the first `columns` references; -2 if any contradicts."""
    grade = -1
    for column in range(columns):
        left, right = references[a, column], references[b, column]
        if left >= 0 and right >= 0:
            if left != right:
                # Bank-internal numbers may be renumbered from one file format to the next: weaker than an agreement.
                if column == 4 and grade >= 0:
                    continue
                return -2
            if grade < 0:
                grade = min(column, 2)
    return grade


def _file_examples() -> list[tuple[object, ...]]:
    made: list[tuple[object, ...]] = []
    for by_order in (True, False):
        references = np.full((5, 5), -1, np.int64)
        references[:4, REF_SERVICER] = (1, 1, 2, 3)
        known = np.array([7, 7, 7, 7, -1], np.int64)
        files = np.array([0, 1, 0, 1, 2], np.int64)
        chain, grade = np.full(5, -1, np.int64), np.full(5, -1, np.int64)
        order, starts, time = np.array([0, 2, 1, 3, 4]), np.array([0, 5]), np.zeros(5, np.int64)
        dates = np.ones(5, np.bool_)
        made.append(
            (order, starts, files, time, dates, known, references, True, by_order, 3, np.arange(5), chain, grade)
        )
    return made


@kernel(examples=_file_examples)
def align_files(
    order: Ints,
    starts: Ints,
    file: Ints,
    time: Ints,
    is_date: Bools,
    counterparty: Ints,
    references: Ints,
    nameless: bool,
    by_order: bool,
    link: int,
    first: Ints,
    following: Ints,
    grade: Ints,
) -> None:
    """Join rows of different files that show the same booking; rows of a group stand file by file.

    Rows of a group agree in account, side, amount, currency, booking day (and a reference, unless `by_order`). Two
    rows of one file are never the same booking; a row joins the first booking that has no row of its file yet and
    contradicts it in nothing, so k rows in one file and m in another are max(k, m) bookings. `by_order` joins only
    rows that share no reference that could be compared; `nameless` joins only rows without counterparty.

    Filled in: `first` (row -> first row of its booking), `following` (chain of rows of a booking), `grade` (`link` for
    rows that joined), and the missing references of first rows.
    """
    for group in range(len(starts) - 1):
        start, end = starts[group], starts[group + 1]
        if end - start < 2:
            continue
        several = False
        for at in range(start + 1, end):
            if file[order[at]] != file[order[start]]:
                several = True
                break
        if not several:
            continue
        low = start
        for at in range(start, end):
            row = order[at]
            if at > start and file[row] != file[order[at - 1]]:
                low = start
            if first[row] != row or following[row] >= 0 or (nameless and counterparty[row] >= 0):
                continue
            passing = True
            for other in range(low, at):
                head = order[other]
                free = first[head] == head
                member = head
                while free and member >= 0:
                    free = file[member] != file[row]
                    member = following[member]
                if not free:
                    if passing:
                        low = other + 1
                    continue
                passing = False
                if counterparty[row] >= 0 and counterparty[head] != counterparty[row]:
                    continue
                found = agreement(references, head, row, 5)
                if found == -2 or (by_order and found >= 0):
                    continue
                if by_order and not is_date[head] and not is_date[row] and time[head] != time[row]:
                    continue
                first[row] = head
                grade[row] = link
                member = head
                while following[member] >= 0:
                    member = following[member]
                following[member] = row
                for column in range(references.shape[1]):
                    if references[head, column] < 0:
                        references[head, column] = references[row, column]
                break


def _side_examples() -> list[tuple[object, ...]]:
    references = np.full((6, 5), -1, np.int64)
    side = np.array([False, False, True, True, True, False])
    time = np.array([0, 5, 5, 6, 900, 901], np.int64)
    partner = np.full(6, -1, np.int64)
    return [
        (np.arange(6), np.array([0, 6]), side, time, np.zeros(6, np.int64), references, 10, 100, partner.copy()),
        (np.arange(6), np.array([0, 6]), side, time, np.zeros(6, np.int64), references, 0, 0, partner.copy()),
    ]


@kernel(examples=_side_examples)
def pair_sides(
    order: Ints,
    starts: Ints,
    second: Bools,
    time: Ints,
    counterparty: Ints,
    references: Ints,
    before: int,
    after: int,
    partner: Ints,
) -> int:
    """Pair first-side rows with second-side rows of each group one by one in order of time; returns pairs made.

    A pair's second time lies in [first time - before, first time + after]; no shared reference contradicts; known
    counterparties do not differ. `partner` (row -> row, -1: free) is read and filled in. k rows on one side and m on
    the other give at most min(k, m) pairs: equal payments are never merged into one.
    """
    made = 0
    for group in range(len(starts) - 1):
        start, end = starts[group], starts[group + 1]
        if end - start < 2:
            continue
        low = start
        for at in range(start, end):
            row = order[at]
            if second[row] or partner[row] >= 0:
                continue
            # Rows are in order of time, so no later first-side row can use what lies before the window.
            while low < end and (time[order[low]] < time[row] - before):
                low += 1
            for other in range(low, end):
                mate = order[other]
                if time[mate] > time[row] + after:
                    break
                if not second[mate] or partner[mate] >= 0:
                    continue
                if counterparty[row] >= 0 and counterparty[mate] >= 0 and counterparty[row] != counterparty[mate]:
                    continue
                if agreement(references, row, mate, 3) == -2:
                    continue
                partner[row] = mate
                partner[mate] = row
                made += 1
                break
    return made


def _payer_examples() -> list[tuple[object, ...]]:
    came_in = np.array([False, True, False, False, True])
    account = np.array([3, 4, 5, 5, 6], np.int64)
    time = np.array([0, 50, 0, 7, 8], np.int64)
    account.flags.writeable = time.flags.writeable = False  # as columns of stored rows come
    return [(np.arange(5), np.array([0, 2, 5]), came_in, account, time, tolerance) for tolerance in (-1, 10, 100)]


@kernel(examples=_payer_examples)
def one_payer(order: Ints, starts: Ints, came_in: Bools, account: Ints, time: Ints, tolerance: int) -> Ints:
    """For rows of each group the one account that its outgoing rows book on; -1 where there is none or several.

    With a `tolerance` (else -1) there must also be only one receiving account, and the row no further than that in
    time from some outgoing row. An account is never its own payer.
    """
    learned = np.full(len(account), -1, np.int64)
    for group in range(len(starts) - 1):
        start, end = starts[group], starts[group + 1]
        payer, payee = -1, -1
        clear = True
        for at in range(start, end):
            row = order[at]
            if not came_in[row]:
                clear = clear and (payer < 0 or payer == account[row])
                payer = account[row]
            elif tolerance >= 0:
                clear = clear and (payee < 0 or payee == account[row])
                payee = account[row]
        if payer < 0 or not clear:
            continue
        for at in range(start, end):
            row = order[at]
            if not came_in[row] or account[row] == payer:
                continue
            near = tolerance < 0
            for other in range(start, end):
                mate = order[other]
                if near:
                    break
                near = not came_in[mate] and abs(time[mate] - time[row]) <= tolerance
            if near:
                learned[row] = payer
    return learned


def _valid_examples() -> list[tuple[object, ...]]:
    return [(np.array([3, 1, 0, 2]), np.array([0, 0, 1, 1]), np.array([True, False, True, True]), 3)]


@kernel(examples=_valid_examples)
def first_valid(order: Ints, owner: Ints, valid: Bools, owners: int) -> Ints:
    """For each of `owners` its first valid row in `order`, -1 if it has none. Rows with owner -1 are passed over."""
    found = np.full(owners, -1, np.int64)
    for row in order:
        at = owner[row]
        if at >= 0 and valid[row] and found[at] < 0:
            found[at] = row
    return found


def _most_examples() -> list[tuple[object, ...]]:
    return [(np.array([0, 2, -1, 0, 1]), np.array([3, -5, 9, 4, -1]), -1, 3)]


@kernel(examples=_most_examples)
def most_of(owner: Ints, values: Ints, least: int, owners: int) -> Ints:
    """The largest value of each owner's rows, at least `least`."""
    most = np.full(owners, least, np.int64)
    for row in range(len(owner)):
        if owner[row] >= 0:
            most[owner[row]] = max(most[owner[row]], values[row])
    return most


def _differ_examples() -> list[tuple[object, ...]]:
    return [(np.array([0, 0, 1, 1, -1]), np.array([5, 5, 6, 7, 8]), 2), (np.array([0, 0]), np.array([-1, 4]), 1)]


@kernel(examples=_differ_examples)
def any_differs(owner: Ints, codes: Ints, owners: int) -> Bools:
    """Whether the known codes of an owner's rows are not all the same."""
    seen = np.full(owners, -1, np.int64)
    differs = np.zeros(owners, np.bool_)
    for row in range(len(owner)):
        at = owner[row]
        if at < 0 or codes[row] < 0:
            continue
        if seen[at] < 0:
            seen[at] = codes[row]
        elif seen[at] != codes[row]:
            differs[at] = True
    return differs


def groups(rows: Ints, *keys: Ints) -> tuple[Ints, Ints]:
    """`rows` (in their total order) arranged by equal keys: order and starts as above. Keys are codes >= -1."""
    if not len(rows):
        return rows, np.zeros(1, np.int64)
    combined = np.zeros(len(rows), np.int64)
    size = 1
    for key in keys:
        values = key[rows] + 1
        span = int(values.max()) + 1
        if size > (2**62) // span:
            combined = columns.distinct(combined)
            size = int(combined.max()) + 1
        combined = combined * span + values
        size *= span
    arranged = np.argsort(combined, kind="stable")
    sorted_keys = combined[arranged]
    cuts = np.flatnonzero(sorted_keys[1:] != sorted_keys[:-1]) + 1
    return rows[arranged], np.concatenate(([0], cuts, [len(rows)])).astype(np.int64)
