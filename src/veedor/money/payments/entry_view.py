"""The entries and messages that the payments of one bucket are made from, each once, as the plain arrays that matching
works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import Owner
from veedor.money import amounts, columns
from veedor.money.columns import Bools, Ints, Values
from veedor.money.payments import matching
from veedor.tables import COMPLETED_ENTRIES

DAY_US = 86_400_000_000
NEEDED = tuple(c.name for c in COMPLETED_ENTRIES.columns if c.name not in ("counterparty_written", "completed_by"))
"""Columns of entries that payments are made from."""
BOOKING, MESSAGE, SAID, LEG, RETURN, RETURNED, RECALL = range(7)
_OF_KIND = {"transfer": MESSAGE, "cover": MESSAGE, "return": RETURNED, "recall": RECALL}
_OF_COMPLETED = {"leg": LEG, "return": RETURN}
_BY_NAME = {"name": matching.NAME, "name_unclear": matching.NAME_UNCLEAR}


@dataclass(frozen=True)
class View:
    """Entries as arrays, each entry once, by deposit and row: `at` is its place in `rows`. Codes of accounts share one
    numbering; `inside` says which are the owner's; `order` is the total order (time, deposit, row); `written` is what
    the entry says itself of the other side. `role` tells bookings and messages that make payments from what only
    belongs to one: legs, returns and what was said of it. `named` is the grade of what a name told or left open."""

    rows: pa.Table
    at: Ints
    accounts: Values
    inside: Bools
    order: Ints
    account: Ints
    counterparty: Ints
    written: Ints
    came_in: Bools
    reversal: Bools
    amount: Ints
    currency: Ints
    time: Ints
    is_date: Bools
    day: Ints
    file: Ints
    references: Ints
    role: Ints
    named: Ints

    @property
    def makes(self) -> Bools:
        """Rows that make payments."""
        return np.asarray(self.role <= MESSAGE, dtype=np.bool_)


def view_of(tables: Mapping[str, pa.Table], owner: Owner, needed: tuple[str, ...] = NEEDED) -> View:
    """The entries that this bucket needs; completed entries take the place of the same entries as written."""
    stored, completed, told = tables["entries"].num_rows, tables["completed_entries"], tables["told_transfers"]
    parts = [tables[name].select(needed) for name in ("entries", "credits", "reversed_credits")]
    # One copy of all rows; from here on they are places in it.
    rows = pa.concat_tables([*parts, completed.select(needed), told.select(needed)]).combine_chunks()
    end = rows.num_rows - told.num_rows
    role = np.full(rows.num_rows, BOOKING, np.int64)
    role[end - completed.num_rows : end] = _numbered(completed["completed_by"], _OF_COMPLETED, BOOKING)
    role[end:] = _numbered(told["kind"], _OF_KIND, SAID)
    named = np.full(rows.num_rows, matching.NONE, np.int64)
    named[end - completed.num_rows : end] = _numbered(completed["completed_by"], _BY_NAME, matching.NONE)
    (account, counterparty, written_by_completed), accounts = columns.labels(
        rows["account"], rows["counterparty_account"], completed["counterparty_written"]
    )
    written = counterparty.copy()
    written[end - len(written_by_completed) : end] = written_by_completed
    written[(role == LEG) | (role == RETURN)] = -1
    (deposit,), _ = columns.codes(rows["deposit"])
    row, reversal = columns.integers(rows["row"]), columns.flags(rows["reversal"])
    # A reversal books the opposite of what it reverses.
    came_in = np.asarray(columns.flags(rows["credit"]) != reversal, dtype=np.bool_)
    # Legs and returns go to the payer by their counterparty, whichever way they were booked.
    came_in |= (role == LEG) | (role == RETURN)
    inside = columns.in_bucket(accounts, owner)
    once = np.ones(len(account), np.bool_)
    once[:end] = _once(account[:end], deposit[:end], row[:end], stored, completed.num_rows)
    at = np.flatnonzero(once & _relevant(account, counterparty, came_in, once, inside))
    at = at[columns.in_order(deposit[at], row[at])]

    time = columns.integers(rows["time"])[at]
    booked = columns.integers(rows["booking_date"], columns.NO_DATE)[at]
    units, exponents = (columns.integers(rows[f"amount_{part}"])[at] for part in ("units", "exponent"))
    names = ("uetr", "end_to_end_id", "transaction_id", "servicer_reference", "entry_reference")
    return View(
        rows=rows,
        at=at,
        accounts=accounts,
        inside=inside,
        order=columns.in_order(time, np.arange(len(at))),
        account=account[at],
        counterparty=counterparty[at],
        written=written[at],
        came_in=came_in[at],
        reversal=reversal[at],
        amount=amounts.codes(units, exponents),
        currency=columns.labels(rows["currency"])[0][0][at],
        time=time,
        is_date=columns.flags(rows["time_is_date"])[at],
        day=np.where(booked == columns.NO_DATE, time // DAY_US, booked),
        file=deposit[at] * 2**31 + columns.integers(rows["file"])[at],
        references=np.stack([columns.labels(rows[name])[0][0][at] for name in names], axis=1),
        role=role[at],
        named=named[at],
    )


def _numbered(values: Values, numbers: Mapping[str, int], other: int) -> Ints:
    places = columns.integers(pc.index_in(values, value_set=pa.array(list(numbers))), -1)
    return np.array([*numbers.values(), other], np.int64)[places]


def _once(account: Ints, deposit: Ints, row: Ints, stored: int, completed: int) -> Bools:
    """Leaves out credits that travelled here although they are stored here, and entries that were completed."""
    known = np.zeros(int(account.max(initial=-1)) + 1, np.bool_)
    known[account[:stored]] = True
    end = len(account) - completed
    once = np.ones(len(account), np.bool_)
    once[stored:end] = ~known[account[stored:end]]
    known[:] = False
    known[account[end:]] = True
    could = np.flatnonzero(known[account[:end]])
    source = deposit * 2**40 + row
    once[could] &= ~np.isin(source[could], source[end:])
    return once


def _relevant(account: Ints, counterparty: Ints, came_in: Bools, once: Bools, inside: Bools) -> Bools:
    """Rows whose payer this bucket owns, and credits that could be second sightings of such: those on accounts here
    that also have credits which name nobody."""
    named = counterparty >= 0
    nameless = np.zeros(len(inside), np.bool_)
    nameless[account[once & came_in & ~named]] = True
    by_payer = inside[np.where(came_in & named, counterparty, account)]
    return np.asarray(by_payer | (came_in & (inside & nameless)[account]), dtype=np.bool_)
