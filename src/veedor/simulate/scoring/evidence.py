"""Looking up the entries and messages that stand in evidence, as far as scoring needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from veedor.simulate.columns import column, compute
from veedor.simulate.scoring.match_money import EntryFacts, MessageFacts, Record

_AMOUNT = ("deposit", "row", "amount_units", "amount_exponent", "currency", "time")
NEEDED = (*_AMOUNT, "account", "credit")
NEEDED_OF_MESSAGES = (
    *_AMOUNT, "kind", "debtor_account", "creditor_account", "underlying_debtor_account", "underlying_creditor_account",
)  # fmt: skip


def entry_facts(entries: Iterable[Any], wanted: set[Record]) -> dict[Record, EntryFacts]:
    """The wanted ones among `entries` (tables or record batches of the entries table), by deposit and row."""
    return {
        (row["deposit"], row["row"]): EntryFacts(row["account"], row["credit"], *_amount(row))
        for row in _wanted(entries, NEEDED, wanted)
    }


def message_facts(transfers: Iterable[Any], wanted: set[Record]) -> dict[Record, MessageFacts]:
    """Likewise of the transfers table. A cover speaks of the customers below; of banks alone no account is known."""
    found = {}
    for row in _wanted(transfers, NEEDED_OF_MESSAGES, wanted):
        if row["amount_units"] is not None:
            below = "" if row["kind"] == "transfer" else "underlying_"
            payer, payee = row[f"{below}debtor_account"], row[f"{below}creditor_account"]
            found[row["deposit"], row["row"]] = MessageFacts(payer, payee, *_amount(row))
    return found


def _wanted(batches: Iterable[Any], needed: tuple[str, ...], wanted: set[Record]) -> Iterator[Mapping[str, Any]]:
    rows = column(sorted({row for _, row in wanted}), pa.int64())
    for batch in batches:
        few = batch.select(list(needed)).filter(compute.is_in(batch["row"], value_set=rows))
        yield from (fields for fields in few.to_pylist() if (fields["deposit"], fields["row"]) in wanted)


def _amount(row: Mapping[str, Any]) -> tuple[int, str, int]:
    """Hundredths, currency, microseconds."""
    places = 2 - row["amount_exponent"]
    units = row["amount_units"] * 10**places if places >= 0 else row["amount_units"] // 10**-places
    return units, row["currency"], round(row["time"].timestamp() * 1e6)
