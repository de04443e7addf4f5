"""Credit entries that do not name the payer learn it from the debit entry or message that bears the same reference.
What no reference tells, a name may (named_payers.py).

Two banks often show different parts of one transfer. A shared UETR, or a shared EndToEndId with equal amount and near
dates, says which debit a credit belongs to; the credit then goes to the payer's partition, where payments are
assembled. Only unambiguous references count: exactly one paying account, and for EndToEndIds (which people reuse)
exactly one receiving account.

Where messages say between which accounts a UETR goes, its entries on other accounts are legs, bookings of banks in
between; and money that comes back to the payer, or leaves the payee, under it is a return.

All entries are compared by the few columns that decide it; the others are brought to those that learned something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import ByKey, Owner, Read
from veedor.formats.arrow import one_piece
from veedor.money import amounts, columns
from veedor.money.columns import Bools, Ints
from veedor.money.distributions import NOTHING, NoParameters
from veedor.money.payments import matching
from veedor.money.payments.entry_view import DAY_US, NEEDED
from veedor.tables import COMPLETED_ENTRIES, ENTRIES, LEARNED_PAYERS, NAMED_PAYERS, TOLD_TRANSFERS, Table

_COMPARED = (
    "account", "counterparty_account", "time", "credit", "reversal", "amount_units", "amount_exponent", "currency",
    "uetr", "end_to_end_id", "deposit", "row",
)  # fmt: skip
# Messages that say who pays whom.
_SAYING = pa.array(["transfer", "cover"])
_GRADES = {"uetr": "uetr", "end_to_end_id": "end_to_end"}


@dataclass(frozen=True)
class LearningParameters:
    """How far apart the two sides of one EndToEndId may be booked."""

    reference_tolerance_days: int = 10


@dataclass(frozen=True)
class LearnPayers:
    """Detector `learned_payers`: entries with references in, what credits learn of their payer out."""

    parameters: LearningParameters = LearningParameters()
    name: str = "learned_payers"
    version: int = 2
    reads: tuple[Read, ...] = (
        Read(ENTRIES, ByKey(("uetr", "end_to_end_id")), _COMPARED),
        Read(TOLD_TRANSFERS, ByKey(("uetr", "end_to_end_id")), (*_COMPARED, "kind")),
    )
    writes: Table = LEARNED_PAYERS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: LearningParameters) -> pa.Table:
        entries = _with_messages(tables["entries"], tables["told_transfers"])
        # An entry with a UETR is completed by it or not at all: two references could name two payers.
        tolerance_us = parameters.reference_tolerance_days * DAY_US
        return pa.concat_tables(
            [
                _learned(_owned(entries, "uetr", "end_to_end_id", owner), "uetr", None),
                _learned(_owned(entries, "end_to_end_id", "uetr", owner), "end_to_end_id", tolerance_us),
            ]
        ).sort_by([(name, "ascending") for name in LEARNED_PAYERS.order])


@dataclass(frozen=True)
class CompleteEntries:
    """Detector `completed_entries`: entries and what they learned in, whole entries with their learned payer out; and
    those of which a name left open what they belong to."""

    parameters: NoParameters = NOTHING
    name: str = "completed_entries"
    version: int = 4
    reads: tuple[Read, ...] = (
        Read(ENTRIES, ByKey(("account",)), NEEDED),
        Read(LEARNED_PAYERS, ByKey(("account",))),
        Read(NAMED_PAYERS, ByKey(("account",))),
    )
    writes: Table = COMPLETED_ENTRIES

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: NoParameters) -> pa.Table:
        learned = pa.concat_tables([tables["learned_payers"].cast(NAMED_PAYERS.schema), tables["named_payers"]])
        accounts = one_piece(learned["account"])
        entries = tables["entries"].filter(pc.is_in(tables["entries"]["account"], value_set=accounts))
        place = columns.same_source(entries, learned)
        found = np.flatnonzero(place >= 0)
        whole, said = columns.take(entries, found), columns.take(learned, place[found])
        written = one_piece(whole["counterparty_account"])
        payer = pc.coalesce(one_piece(said["payer"]), written)
        completed = (
            whole.set_column(whole.column_names.index("counterparty_account"), "counterparty_account", payer)
            .append_column("counterparty_written", written)
            .append_column("completed_by", said["learned_by"])
        )
        return COMPLETED_ENTRIES.cast(completed).sort_by([(name, "ascending") for name in COMPLETED_ENTRIES.order])


def _with_messages(entries: pa.Table, told: pa.Table) -> pa.Table:
    """Entries, and behind them what messages say the payer's account paid; `told` marks these."""
    told = told.filter(pc.and_(pc.is_in(told["kind"], value_set=_SAYING), pc.invert(told["credit"])))
    parts = [entries.select(_COMPARED), told.select(_COMPARED)]
    marks = np.repeat((False, True), (entries.num_rows, told.num_rows))
    return pa.concat_tables(parts).append_column("told", pa.array(marks))


def _owned(entries: pa.Table, reference: str, other: str, owner: Owner) -> pa.Table:
    """Entries that came here for this reference; those that have another one may be here for that."""
    here = columns.known(entries[reference])
    both = np.flatnonzero(here & columns.known(entries[other]))
    (codes,), values = columns.labels(columns.take(entries[reference], both))
    here[both] = columns.in_bucket(values, owner)[codes]
    return entries.filter(pa.array(here))


def _learned(entries: pa.Table, reference: str, tolerance_us: int | None) -> pa.Table:
    (account, counterparty), values = columns.labels(entries["account"], entries["counterparty_account"])
    (code,), _ = columns.labels(entries[reference])
    reversal = columns.flags(entries["reversal"])
    came_in = columns.flags(entries["credit"]) != reversal
    time = columns.integers(entries["time"])
    keys: tuple[Ints, ...] = (code, reversal.astype(np.int64))
    if tolerance_us is not None:
        amount = amounts.codes(columns.integers(entries["amount_units"]), columns.integers(entries["amount_exponent"]))
        keys = (*keys, amount, columns.labels(entries["currency"])[0][0])
    order, starts = matching.groups(np.arange(len(code)), *keys)
    learned = matching.one_payer(order, starts, came_in, account, time, -1 if tolerance_us is None else tolerance_us)
    told = columns.flags(entries["told"])
    wanted = came_in & (learned >= 0) & (counterparty != learned) & ~told
    link = np.repeat(_GRADES[reference], len(code)).astype(object)
    if tolerance_us is not None:
        wanted &= (counterparty < 0) & ~columns.known(entries["uetr"])
    elif told.any():
        payer, role = _roles(code, account, counterparty, came_in, reversal, told)
        decided = (payer >= 0) & ~told
        learned = np.where(decided, payer, learned)
        own = decided & came_in & (role == "") & (account != payer)
        wanted = np.where(decided, (role != "") | (own & (counterparty != payer)), wanted)
        link = np.where(decided & (role != ""), role, link)
    learners = entries.filter(pa.array(wanted))
    found = {
        "account": learners["account"],
        "deposit": learners["deposit"],
        "row": learners["row"],
        "payer": columns.take(values, learned[wanted]),
        "learned_by": pa.array(link[wanted].tolist(), pa.string()),
    }
    return LEARNED_PAYERS.cast(pa.table(found))


def _roles(
    code: Ints, account: Ints, counterparty: Ints, came_in: Bools, reversal: Bools, told: Bools
) -> tuple[Ints, npt.NDArray[np.object_]]:
    """For each row the payer that a message tells for its UETR (-1: none), and `leg`, `return` or nothing."""
    groups = int(code.max(initial=-1)) + 1
    rows = np.arange(len(code))
    payer_at = matching.first_valid(rows, code, told, groups)
    payee_at = matching.first_valid(rows, code, told & (counterparty >= 0), groups)
    payer = np.where(payer_at < 0, -1, account[payer_at])[code]
    payee = np.where(payee_at < 0, -1, counterparty[payee_at])[code]
    back = ((account == payer) & came_in) | ((account == payee) & ~came_in)
    between = (payee >= 0) & (account != payer) & (account != payee)
    role = np.where(between, "leg", np.where(back & ~reversal, "return", "")).astype(object)
    return payer, np.where(payer < 0, "", role)
