"""Detector `party_mentions`: every name with the account that it stands at, day by day, out of entries and accounts.

Screening and the resolution of holders read this in place of entries: a holder with a thousand bookings is one name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import ByKey, Owner, Read
from veedor.money.columns import codes, in_bucket, in_order, integers, one_piece, take
from veedor.money.places import country
from veedor.tables import ACCOUNTS, ENTRIES, PARTY_MENTIONS, Table

DAY_US = 86_400_000_000


@dataclass(frozen=True)
class MentionParameters:
    """There is nothing to set."""


@dataclass(frozen=True)
class ListMentions:
    """Detector `party_mentions`: an account's entries and descriptions in, one row for each name, role and day out."""

    parameters: MentionParameters = MentionParameters()
    name: str = "party_mentions"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(
            ENTRIES,
            ByKey(("account",)),
            (
                "account", "bank", "holder", "counterparty_account", "counterparty_bank", "counterparty_name", "time",
                "simulated", "deposit", "row",
            ),
        ),
        Read(ACCOUNTS, ByKey(("account",)), ("account", "bank", "country", "holder", "simulated", "deposit", "row")),
    )  # fmt: skip
    writes: Table = PARTY_MENTIONS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: MentionParameters) -> pa.Table:
        entries = tables["entries"].filter(pa.array(in_bucket(tables["entries"]["account"], owner)))
        accounts = tables["accounts"].filter(pa.array(in_bucket(tables["accounts"]["account"], owner)))
        day = _days(entries["time"])
        beside = ("simulated", "deposit", "row")
        none = pa.nulls(accounts.num_rows, pa.date32())
        parts = [
            _side(entries, "holder", "account", "bank", "holder", day, beside),
            _side(
                entries, "counterparty_name", "counterparty_account", "counterparty_bank", "counterparty", day, beside
            ),
            _side(accounts, "holder", "account", "bank", "holder", none, beside, accounts["country"]),
        ]
        together = pa.concat_tables(parts)
        return _grouped(together.filter(pc.greater(pc.utf8_length(together["name"]), pa.scalar(0))))


def _days(time: Any) -> Any:
    """The UTC day, rounded down also before 1970."""
    whole = one_piece(time).cast(pa.int64())
    days = np.floor_divide(integers(whole), DAY_US).astype(np.int32)
    return pa.array(days, pa.int32(), mask=whole.is_null().to_numpy(zero_copy_only=False)).cast(pa.date32())


def _side(
    rows: pa.Table, name: str, account: str, bank: str, role: str, day: Any, beside: tuple[str, ...],
    stated: Any | None = None,
) -> pa.Table:  # fmt: skip
    written = pc.utf8_trim_whitespace(pc.replace_substring_regex(one_piece(rows[name]), r"\s+", " "))
    number = one_piece(rows[account])
    subject = pc.coalesce(
        pc.binary_join_element_wise("account:", number, ""), pc.binary_join_element_wise("name:", written, "")
    )
    banks = one_piece(rows[bank])
    kept = [country(one, other) for one, other in zip(number.to_pylist(), banks.to_pylist(), strict=True)]
    countries = pa.array(kept, pa.string())
    if stated is not None:
        countries = pc.coalesce(one_piece(stated), countries)
    made = {
        "subject": subject, "name": written, "role": pa.array([role] * rows.num_rows, pa.string()), "account": number,
        "bank": banks, "country": countries, "day": day,
    } | {column: one_piece(rows[column]) for column in beside}  # fmt: skip
    return pa.table(made)


_SAME = ("subject", "name", "role", "account", "bank", "country")


def _grouped(rows: pa.Table) -> pa.Table:
    """One row for each set of equal mentions of a day, led by the smallest record."""
    if rows.num_rows == 0:
        return PARTY_MENTIONS.empty()
    keys = [codes(rows[name])[0][0] for name in _SAME]
    keys.append(integers(rows["day"], -(2**40)))
    deposit = codes(rows["deposit"])[0][0]
    order = in_order(*keys, deposit, integers(rows["row"]))
    begins = np.ones(len(order), np.bool_)
    begins[1:] = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    firsts = np.flatnonzero(begins)
    simulated = np.asarray(one_piece(rows["simulated"]).to_numpy(zero_copy_only=False), np.int64)[order]
    made = take(rows, order[firsts])
    counts = np.diff(np.append(firsts, len(order)))
    made = made.set_column(
        made.column_names.index("simulated"), "simulated", pa.array(np.add.reduceat(simulated, firsts) > 0)
    )
    made = made.append_column("records", pa.array(counts, pa.int64()))
    return PARTY_MENTIONS.cast(made).sort_by([(name, "ascending") for name in PARTY_MENTIONS.order])
