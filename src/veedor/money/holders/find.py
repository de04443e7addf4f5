"""Detector `holders`: all names with their accounts in, and for each the holder that it likely is out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Owner, Read, Whole
from veedor.money.holders.named import Account, Named, identifiers_in
from veedor.money.holders.resolve import SHIPPED, HolderParameters, resolve
from veedor.money.holders.rows import About, holder_rows
from veedor.tables import HOLDERS, PARTY_MENTIONS, Table

Row = dict[str, Any]
_COLUMNS = ("subject", "name", "account", "bank", "country", "records", "simulated", "deposit", "row")


@dataclass(frozen=True)
class FindHolders:
    """Detector `holders`: `party_mentions` in, `holders` out."""

    parameters: HolderParameters = SHIPPED
    name: str = "holders"
    version: int = 9
    reads: tuple[Read, ...] = (Read(PARTY_MENTIONS, Whole(), _COLUMNS),)
    writes: Table = HOLDERS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: HolderParameters) -> pa.Table:
        named, about = named_in(tables["party_mentions"])
        return holder_rows(resolve(named, None, parameters), about)


def named_in(mentions: pa.Table) -> tuple[list[Named], dict[str, About]]:
    """Each name at each account once, with what all its mentions say together, and by its key what else they say."""
    ordered = mentions.select(list(_COLUMNS)).sort_by([(name, "ascending") for name in ("subject", "name")])
    named: list[Named] = []
    about: dict[str, About] = {}
    for (subject, name), rows in groupby(_each(ordered), key=lambda row: (row["subject"], row["name"])):
        key = f"{subject}\n{name}"
        one, about[key] = _said(key, subject, name, rows)
        named.append(one)
    return named, about


def _each(ordered: pa.Table) -> Iterator[Row]:
    for batch in ordered.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


def _said(key: str, subject: str, name: str, rows: Iterable[Row]) -> tuple[Named, About]:
    accounts: set[tuple[str, str | None, str | None]] = set()
    countries: set[str] = set()
    first: tuple[bytes, int] | None = None
    records, simulated = 0, False
    for row in rows:
        if row["account"]:
            accounts.add((row["account"], row["bank"], row["country"]))
        if row["country"]:
            countries.add(row["country"])
        place = (row["deposit"], row["row"])
        first = place if first is None else min(first, place)
        records += row["records"]
        simulated |= row["simulated"]
    assert first is not None
    ordered = sorted(accounts, key=lambda each: (each[0], each[1] or "", each[2] or ""))
    made = Named(key, name, tuple(Account(*each) for each in ordered), tuple(sorted(countries)), identifiers_in(name))
    return made, About(subject, records, simulated, *first)
