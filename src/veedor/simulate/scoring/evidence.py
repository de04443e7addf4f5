"""Looking up the entries that stand in evidence, as far as scoring needs them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from veedor.simulate.columns import column, compute
from veedor.simulate.scoring.match_money import EntryFacts, Record

NEEDED = ("deposit", "row", "account", "credit", "amount_units", "amount_exponent", "currency", "time")


def entry_facts(entries: Iterable[Any], wanted: set[Record]) -> dict[Record, EntryFacts]:
    """The wanted ones among `entries` (tables or record batches of the entries table), by deposit and row."""
    rows = column(sorted({row for _, row in wanted}), pa.int64())
    found: dict[Record, EntryFacts] = {}
    for batch in entries:
        few = batch.select(list(NEEDED)).filter(compute.is_in(batch["row"], value_set=rows))
        for fields in few.to_pylist():
            record = (fields["deposit"], fields["row"])
            if record in wanted:
                places = 2 - fields["amount_exponent"]
                units = fields["amount_units"] * 10**places if places >= 0 else fields["amount_units"] // 10**-places
                moment = round(fields["time"].timestamp() * 1e6)
                found[record] = EntryFacts(fields["account"], fields["credit"], units, fields["currency"], moment)
    return found
