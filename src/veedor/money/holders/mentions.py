"""Detector `party_mentions`: every name with the account that it stands at, day by day, out of entries, accounts and
messages; ultimate and initiating parties too.

Screening and the resolution of holders read this in place of entries: a holder with a thousand bookings is one name.
Equal mentions are one row within one account's entries and one transfer's messages, which always lie in one partition:
so rows do not depend on how records are spread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.detector import ByKey, Owner, Read
from veedor.formats.arrow import one_piece
from veedor.money.columns import (
    NO_DATE,
    codes,
    combined,
    first_of_each,
    in_bucket,
    in_order,
    integers,
    labels,
    take,
)
from veedor.money.places import country
from veedor.tables import ACCOUNTS, ENTRIES, PARTY_MENTIONS, TRANSFERS, Table

DAY_US = 86_400_000_000
_BEHIND = ("ultimate_counterparty", "ultimate_holder")
_TOLD = tuple(f"{below}{side}" for below in ("", "underlying_") for side in ("debtor", "creditor"))
_TOLD_BEHIND = ("ultimate_debtor", "ultimate_creditor")
# Messages whose own parties are banks: the customers are those of the transfer that they cover.
_OF_BANKS = pa.array(["cover", "institution"])


@dataclass(frozen=True)
class MentionParameters:
    """There is nothing to set."""


@dataclass(frozen=True)
class ListMentions:
    """Detector `party_mentions`: an account's entries and descriptions and a transfer's messages in, one row for each
    name, role and day out."""

    parameters: MentionParameters = MentionParameters()
    name: str = "party_mentions"
    version: int = 2
    reads: tuple[Read, ...] = (
        Read(
            ENTRIES,
            ByKey(("account",)),
            (
                "account", "bank", "holder", "counterparty_account", "counterparty_bank", "counterparty_name",
                "counterparty_country", *(f"{who}_{what}" for who in _BEHIND for what in ("name", "country")),
                "initiating_name", "time", "simulated", "deposit", "row",
            ),
        ),
        Read(
            ACCOUNTS,
            ByKey(("account",)),
            ("account", "bank", "country", "holder", "holder_country", "simulated", "deposit", "row"),
        ),
        Read(
            TRANSFERS,
            ByKey(("reference",)),
            (
                "reference", "kind", "time", "simulated", "deposit", "row", "initiating_name",
                *(f"{who}_{what}" for who in _TOLD for what in ("name", "account", "agent", "country")),
                *(f"{who}_{what}" for who in _TOLD_BEHIND for what in ("name", "country")),
            ),
        ),
    )  # fmt: skip
    writes: Table = PARTY_MENTIONS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: MentionParameters) -> pa.Table:
        entries = tables["entries"].filter(pa.array(in_bucket(tables["entries"]["account"], owner)))
        accounts = tables["accounts"].filter(pa.array(in_bucket(tables["accounts"]["account"], owner)))
        told = tables["transfers"].filter(pa.array(in_bucket(tables["transfers"]["reference"], owner)))
        parts = [
            _side(entries, "account", "holder", "holder", "account", "bank"),
            _side(
                entries, "account", "counterparty", "counterparty_name", "counterparty_account", "counterparty_bank",
                "counterparty_country",
            ),
            *(_side(entries, "account", who, f"{who}_name", stated=f"{who}_country") for who in _BEHIND),
            _side(entries, "account", "initiating", "initiating_name"),
            _side(accounts, "account", "holder", "holder", "account", "bank", "country"),
        ]  # fmt: skip
        for customers, below in _by_customers(told):
            parts += [
                _side(
                    customers, "reference", side, f"{below}{side}_name", f"{below}{side}_account",
                    f"{below}{side}_agent", f"{below}{side}_country",
                )
                for side in ("debtor", "creditor")
            ]  # fmt: skip
        parts += [_side(told, "reference", who, f"{who}_name", stated=f"{who}_country") for who in _TOLD_BEHIND]
        parts.append(_side(told, "reference", "initiating", "initiating_name"))
        return _grouped(_with_countries(_spaced(pa.concat_tables(parts))))


def _by_customers(told: pa.Table) -> tuple[tuple[pa.Table, str], ...]:
    """Messages with where their customers stand."""
    of_banks = pc.is_in(told["kind"], value_set=_OF_BANKS)
    return (told.filter(pc.invert(of_banks)), ""), (told.filter(of_banks), "underlying_")


def _days(time: Any) -> Any:
    """The UTC day, rounded down also before 1970."""
    whole = one_piece(time).cast(pa.int64())
    days = np.floor_divide(integers(whole), DAY_US).astype(np.int32)
    return pa.array(days, pa.int32(), mask=whole.is_null().to_numpy(zero_copy_only=False)).cast(pa.date32())


def _side(
    rows: pa.Table, within: str, role: str, name: str, account: str | None = None, bank: str | None = None,
    stated: str | None = None,
) -> pa.Table:  # fmt: skip
    """The names of one column. `within` is what decides where the rows lie; `stated` the column of a stated country."""
    nobody: Any = pa.nulls(rows.num_rows, pa.string())
    made = pa.table(
        {
            "within": rows[within], "name": rows[name], "role": pa.repeat(role, rows.num_rows),
            "account": nobody if account is None else rows[account],
            "bank": nobody if bank is None else rows[bank],
            "country": nobody if stated is None else rows[stated],
            "day": _days(rows["time"]) if "time" in rows.column_names else pa.nulls(rows.num_rows, pa.date32()),
        }
        | {column: rows[column] for column in ("simulated", "deposit", "row")}
    )  # fmt: skip
    return made.filter(made["name"].is_valid())


def _spaced(rows: pa.Table) -> pa.Table:
    """Rows with names in single spaces; those whose name is nothing but spaces are left out."""
    encoded = one_piece(rows["name"]).dictionary_encode()
    written = pc.utf8_trim_whitespace(pc.replace_substring_regex(encoded.dictionary, r"\s+", " "))
    rows = rows.set_column(rows.column_names.index("name"), "name", written.take(encoded.indices))
    return rows.filter(pc.greater(pc.binary_length(rows["name"]), pa.scalar(0)))


def _with_countries(rows: pa.Table) -> pa.Table:
    """Where no country is stated, the one that the account or its bank says: asked once for each pair of these."""
    place = combined(*(labels(rows[name])[0][0] for name in ("account", "bank", "country")))
    which = take(rows.select(["account", "bank", "country"]), first_of_each(place))
    found = [
        country(account, bank) if stated is None else stated
        for account, bank, stated in zip(*(column.to_pylist() for column in which.columns), strict=True)
    ]
    countries = take(pa.array(found, pa.string()), place)
    return rows.set_column(rows.column_names.index("country"), "country", countries)


_SAME = ("within", "name", "role", "account", "bank", "country")


def _grouped(rows: pa.Table) -> pa.Table:
    """One row for each set of equal mentions of a day, led by the smallest record."""
    if rows.num_rows == 0:
        return PARTY_MENTIONS.empty()
    day = integers(rows["day"], NO_DATE)
    mention = combined(*(labels(rows[name])[0][0] for name in _SAME), day - day.min())
    order = in_order(mention, codes(rows["deposit"])[0][0], integers(rows["row"]))
    firsts = np.flatnonzero(np.diff(mention[order], prepend=-1))
    simulated = np.asarray(one_piece(rows["simulated"]).to_numpy(zero_copy_only=False), np.int64)[order]
    made = take(rows, order[firsts])
    of_account = pc.binary_join_element_wise("account:", made["account"], "")
    subject = pc.coalesce(of_account, pc.binary_join_element_wise("name:", made["name"], ""))
    counted = {
        "subject": subject,
        "simulated": pa.array(np.add.reduceat(simulated, firsts) > 0),
        "records": pa.array(np.diff(np.append(firsts, len(order))), pa.int64()),
    }
    return PARTY_MENTIONS.cast(
        pa.table({name: counted[name] if name in counted else made[name] for name in PARTY_MENTIONS.schema.names})
    )
