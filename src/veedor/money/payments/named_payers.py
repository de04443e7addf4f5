"""Credits that say their payer only by name learn the account of the one debit that fits, as debits learn their payee.

A debit that names the payee's account comes to the partition of that account, where the credits lie. There both are
seen as in a mirror, what came in as what went out: so the account that a name leads to is found by the very steps that
pair a debit which says its payee by name (payments.py, named_payees.py), and the same cases stay unclear. A credit that
has learned its payer goes to the payer's partition, where payments are assembled.

Most accounts have no such credit: those that have are listed first, and only what they were paid is brought together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.formats.arrow import one_piece
from veedor.money import columns
from veedor.money.columns import Ints, Values
from veedor.money.distributions import NOTHING, NoParameters
from veedor.money.payments import matching, messages
from veedor.money.payments.entry_view import BOOKING, View, view_of
from veedor.money.payments.payments import PaymentParameters, join_sightings, pair_bookings
from veedor.tables import COMPLETED_ENTRIES, ENTRIES, LEARNED_PAYERS, NAMED_CREDITS, NAMED_PAYERS, TOLD_TRANSFERS, Table

_COMPARED = (
    "account", "holder", "counterparty_account", "counterparty_name", "time", "time_is_date", "booking_date", "credit",
    "reversal", "amount_units", "amount_exponent", "currency", "uetr", "end_to_end_id", "transaction_id",
    "servicer_reference", "entry_reference", "deposit", "row", "file",
)  # fmt: skip
AS_PAYMENTS = PaymentParameters()
_OURS, _TO_US = ByKey(("account",)), ByKey(("counterparty_account",))
_LISTED = "named_credits", "account"
_SAYING = pa.array(["transfer", "cover"])
# By these a credit learned who paid; legs and returns are no bookings of the payment.
_PAYING = pa.array(["uetr", "end_to_end"])


@dataclass(frozen=True)
class ListNamedCredits:
    """Detector `named_credits`: credits in, accounts of those that say their payer only by name out."""

    parameters: NoParameters = NOTHING
    name: str = "named_credits"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(
            ENTRIES, _OURS, ("account", "counterparty_account", "counterparty_name", "credit", "reversal"),
            (("credit", "=", True),),
        ),
    )  # fmt: skip
    writes: Table = NAMED_CREDITS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: NoParameters) -> pa.Table:
        found = pa.table({"account": _waiting(tables["entries"])})
        return NAMED_CREDITS.cast(found).sort_by("account")


@dataclass(frozen=True)
class NamePayers:
    """Detector `named_payers`: entries of the payee's account and what it was paid in, payers that names tell out."""

    parameters: PaymentParameters = AS_PAYMENTS
    name: str = "named_payers"
    version: int = 2
    reads: tuple[Read, ...] = (
        Read(NAMED_CREDITS, Broadcast()),
        Read(ENTRIES, _OURS, _COMPARED, among=_LISTED),
        Read(LEARNED_PAYERS, _OURS, among=_LISTED),
        Read(ENTRIES, _TO_US, _COMPARED, (("credit", "=", False),), _LISTED, "debits"),
        Read(
            ENTRIES, _TO_US, _COMPARED, (("credit", "=", True), ("reversal", "=", True)), _LISTED, "reversed_debits"
        ),
        Read(TOLD_TRANSFERS, _TO_US, (*_COMPARED, "kind"), (), _LISTED),
    )  # fmt: skip
    writes: Table = NAMED_PAYERS
    agrees_with: tuple[str, ...] = ("payments",)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: PaymentParameters) -> pa.Table:
        own = _with_learned(tables["entries"], tables["learned_payers"])
        accounts = _waiting(own)
        if not len(accounts):
            return NAMED_PAYERS.empty()
        told = tables["told_transfers"]
        told = told.filter(pc.is_in(told["kind"], value_set=_SAYING))
        view = view_of(
            {
                "entries": _mirrored(own, "account", accounts),
                "credits": _mirrored(tables["debits"], "counterparty_account", accounts),
                "reversed_credits": _mirrored(tables["reversed_debits"], "counterparty_account", accounts),
                "completed_entries": COMPLETED_ENTRIES.empty(),
                "told_transfers": _mirrored(told, "counterparty_account", accounts),
            },
            owner,
            _COMPARED,
        )
        first, grade = join_sightings(view, parameters)
        messages.join(view, first, grade, parameters.reference_tolerance_days, parameters.attribute_tolerance_days)
        payment, grade = pair_bookings(view, first, grade, parameters)
        return _named(view, first, payment, grade)


def _with_learned(entries: pa.Table, learned: pa.Table) -> pa.Table:
    """Entries with the payer that their reference told; those that it made legs or returns are left out."""
    if not learned.num_rows:
        return entries
    place = columns.same_source(entries, learned)
    pays = columns.flags(pc.is_in(learned["learned_by"], value_set=_PAYING))
    payer = columns.take_or_null(learned["payer"], place)
    at = entries.column_names.index("counterparty_account")
    whole = entries.set_column(at, "counterparty_account", pc.coalesce(payer, one_piece(entries[at])))
    return whole.filter(pa.array((place < 0) | np.append(pays, False)[place]))


def _waiting(entries: pa.Table) -> Values:
    """Accounts with credits that say their payer by name alone."""
    came_in = pc.not_equal(entries["credit"], entries["reversal"])
    by_name = pc.and_(pc.is_null(entries["counterparty_account"]), pc.is_valid(entries["counterparty_name"]))
    return one_piece(pc.unique(entries.filter(pc.and_(came_in, by_name))["account"]))


def _mirrored(rows: pa.Table, column: str, accounts: Values) -> pa.Table:
    rows = rows.filter(pc.is_in(rows[column], value_set=accounts))
    return rows.set_column(rows.column_names.index("credit"), ENTRIES.schema.field("credit"), pc.invert(rows["credit"]))


def _named(view: View, first: Ints, payment: Ints, grade: Ints) -> pa.Table:
    """Every sighting of a credit that a name joined with a debit, with the debit's account; and every credit and debit
    that a name could join with more than one, without."""
    out, size = ~view.came_in, len(payment)
    booked = view.role == BOOKING
    other = matching.first_valid(view.order, payment, view.came_in & view.makes, size)
    payer = np.where(other < 0, -1, view.account[other])[payment]
    joined = out & booked & (view.counterparty < 0) & (grade[first] == matching.NAME) & (payer >= 0)
    unclear = booked & (grade[first] == matching.NAME_UNCLEAR)
    at = np.flatnonzero(joined | unclear)
    rows = columns.take(view.rows.select(["account", "deposit", "row"]), view.at[at])
    made = {
        **{name: rows[name] for name in rows.column_names},
        "payer": columns.take_or_null(view.accounts, np.where(joined, payer, -1)[at]),
        "learned_by": pa.array(np.where(joined, "name", "name_unclear")[at].tolist(), pa.string()),
    }
    return NAMED_PAYERS.cast(pa.table(made)).sort_by([(name, "ascending") for name in NAMED_PAYERS.order])
