"""Networks: payments that make a pattern over several accounts, and where the search for such patterns was cut."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import TIME, Column, Table
from veedor.tables.findings import EVIDENCE, VALUES

MEMBERS = pa.list_(
    pa.struct(
        [
            pa.field("payment", pa.int64(), nullable=False),
            pa.field("payer", pa.string(), nullable=False),
            pa.field("payee", pa.string(), nullable=False),
            pa.field("role", pa.string(), nullable=False),  # message key: what the payment is in the pattern
        ]
    )
)

NETWORKS = Table(
    "networks",
    1,
    "One pattern over several accounts in one currency, maximal, with the payments that make it; or a cut search.",
    (
        Column("account", pa.string(), "the account it is told of: source, hub or first payer", nullable=False),
        Column(
            "kind", pa.string(), "scatter_gather, gather_scatter, cycle, simple_cycle, bipartite or stack",
            nullable=False,
        ),
        Column(
            "outcome", pa.string(),
            "found; routine: lasts longer than a pattern may; hub: more payments leave than are followed; budget: "
            "steps ran out",
            nullable=False,
        ),
        Column("currency", pa.string(), "ISO 4217", nullable=False),
        Column("start", TIME, "its first payment; of a hub the first that was not followed", nullable=False),
        Column("end", TIME, "its last payment; of what is not found as `start`", nullable=False),
        Column("first_payment", pa.int64(), "id of its first payment", nullable=False),
        Column("other", pa.string(), "the sink of a scatter-gather, else empty", nullable=False),
        Column(
            "size", pa.int64(), "what it is ranked by: accounts in between, in a circle or on the smaller side; "
            "0 where the money passed on is not what came", nullable=False,
        ),
        Column("numbers", VALUES, "what it is judged by: counts, exact totals as text, shares", nullable=False),
        Column("payments", MEMBERS, "its payments in order of time; none where a search was cut", nullable=False),
        Column("all_evidence", EVIDENCE, "the entries that show them", nullable=False),
        Column("simulated", pa.bool_(), "any of them is marked as simulated", nullable=False),
    ),
    order=("account", "kind", "currency", "start", "first_payment", "other", "outcome"),
    key="account",
)  # fmt: skip
