"""Messages on transfers as sightings of a payment, each at the account that paid.

The messages of one reference meet in one partition. With a UETR they are one transfer, whatever else they say: the
accounts are those of the customer transfer, else of the one that a cover names. Without, a message that lacks an
account takes it from the others only if these agree: people use an EndToEndId twice. A bank's own transfer (MT202,
pacs.009 without cover) is told only where it shares the UETR of a customer's; alone it is no customer's payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import ByKey, Owner, Read
from veedor.formats.arrow import one_piece
from veedor.money import columns
from veedor.money.columns import Bools, Ints, Values
from veedor.money.distributions import NOTHING, NoParameters
from veedor.money.payments import matching
from veedor.tables import TOLD_TRANSFERS, TRANSFERS, Table

_PARTIES = tuple(
    f"{below}{who}_{what}"
    for below in ("", "underlying_")
    for who in ("debtor", "creditor")
    for what in ("account", "name", "agent")
)
_NEEDED = (
    "reference", "kind", "end_to_end_id", "transaction_id", "uetr", "time", "time_is_date", "amount_units",
    "amount_exponent", "currency", "simulated", *_PARTIES, "remittance", "underlying_remittance", "deposit", "row",
    "file",
)  # fmt: skip
# Who says best between which accounts a transfer goes.
_KINDS = ("transfer", "cover", "return", "initiation", "recall", "answer", "institution")


@dataclass(frozen=True)
class TellTransfers:
    """Detector `told_transfers`: messages of one reference in, sightings out."""

    parameters: NoParameters = NOTHING
    name: str = "told_transfers"
    version: int = 1
    reads: tuple[Read, ...] = (Read(TRANSFERS, ByKey(("reference",)), _NEEDED),)
    writes: Table = TOLD_TRANSFERS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: NoParameters) -> pa.Table:
        rows = tables["transfers"]
        if not rows.num_rows:
            return TOLD_TRANSFERS.empty()
        rows = rows.sort_by([("deposit", "ascending"), ("row", "ascending")]).combine_chunks()
        column: dict[str, Values] = {name: rows[name] for name in _NEEDED}
        kind = pc.index_in(rows["kind"], value_set=pa.array(_KINDS)).cast(pa.int64()).to_numpy()
        (group,), references = columns.labels(rows["reference"])
        told = _Told(rows, kind, group, len(references))
        payer, payee = told.account("debtor"), told.account("creditor")
        by_payee = ~columns.known(payer)
        unknown: Values = pa.array(by_payee)
        nobody: Values = pa.nulls(rows.num_rows, pa.string())
        names, banks = told.said("name"), told.said("agent")
        made = {
            "account": pc.if_else(unknown, payee, payer),
            "bank": pc.if_else(unknown, banks[1], banks[0]),
            "holder": pc.if_else(unknown, names[1], names[0]),
            "counterparty_account": pc.if_else(unknown, nobody, payee),
            "counterparty_bank": pc.if_else(unknown, banks[0], banks[1]),
            "counterparty_name": pc.if_else(unknown, names[0], names[1]),
            "booking_date": pa.nulls(rows.num_rows, pa.date32()),
            "credit": pa.array(by_payee),
            "reversal": pa.repeat(False, rows.num_rows),
            "servicer_reference": pa.nulls(rows.num_rows, pa.string()),
            "entry_reference": pa.nulls(rows.num_rows, pa.string()),
            "instrument": pa.repeat("transfer", rows.num_rows),
            "purpose": pc.coalesce(column["remittance"], column["underlying_remittance"]),
            "amount_units": pc.fill_null(column["amount_units"], 0),
            "amount_exponent": pc.fill_null(column["amount_exponent"], 0),
            "currency": pc.fill_null(column["currency"], ""),
        }
        for name in ("time", "time_is_date", "uetr", "end_to_end_id", "transaction_id", "simulated", "deposit", "row",
                     "file", "kind"):  # fmt: skip
            made[name] = rows[name]
        found = pa.table({name: made[name] for name in TOLD_TRANSFERS.schema.names})
        found = found.filter(pc.is_valid(found["account"]))
        return TOLD_TRANSFERS.cast(found).sort_by([(name, "ascending") for name in TOLD_TRANSFERS.order])


class _Told:
    """Messages in order of (deposit, row), and what those of one reference know together."""

    def __init__(self, rows: pa.Table, kind: Ints, group: Ints, groups: int) -> None:
        self.rows, self.kind, self.group, self.groups = rows, kind, group, groups
        self.order = columns.in_order(kind, np.arange(rows.num_rows))
        self.traced = columns.known(rows["uetr"])
        self.of_banks: Bools = np.isin(kind, [_KINDS.index("cover"), _KINDS.index("institution")])

    def account(self, who: str) -> Values:
        """The account of that party, from the message or from others of the same transfer."""
        own = self._own(who, "account")
        (code,), values = columns.labels(own)
        best = matching.first_valid(self.order, self.group, code >= 0, self.groups)
        shared = np.where(best < 0, -1, code[best])
        one = ~matching.any_differs(self.group, code, self.groups)
        taken = np.where(
            self.traced, shared[self.group], np.where((code < 0) & one[self.group], shared[self.group], code)
        )
        # A bank's own transfer alone names no customer.
        return columns.take_or_null(values, taken) if len(values) else pa.nulls(len(code), pa.string())

    def said(self, what: str) -> tuple[Values, Values]:
        return self._own("debtor", what), self._own("creditor", what)

    def _own(self, who: str, what: str) -> Values:
        plain, below = self.rows[f"{who}_{what}"], self.rows[f"underlying_{who}_{what}"]
        return one_piece(pc.if_else(pa.array(self.of_banks), below, plain))
