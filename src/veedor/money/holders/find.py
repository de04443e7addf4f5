"""Detector `holders`: all names with their accounts in, and for each the holder that it likely is out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from veedor.engine.detector import Owner, Read, Whole
from veedor.engine.findings import Term
from veedor.money.holders.named import Account, Named, identifiers_in
from veedor.money.holders.resolve import SHIPPED, HolderParameters, resolve
from veedor.tables import HOLDERS, PARTY_MENTIONS, Table

Row = dict[str, Any]


@dataclass
class _Seen:
    """What all mentions of one name at one account say together."""

    name: str
    accounts: set[tuple[str, str | None, str | None]] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    first: tuple[bytes, int] | None = None
    records: int = 0
    simulated: bool = False


@dataclass(frozen=True)
class FindHolders:
    """Detector `holders`: `party_mentions` in, `holders` out."""

    parameters: HolderParameters = SHIPPED
    name: str = "holders"
    version: int = 4
    reads: tuple[Read, ...] = (
        Read(
            PARTY_MENTIONS,
            Whole(),
            ("subject", "name", "account", "bank", "country", "records", "simulated", "deposit", "row"),
        ),
    )
    writes: Table = HOLDERS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: HolderParameters) -> pa.Table:
        seen = _seen(tables["party_mentions"])
        keys = {f"{subject}\n{name}": (subject, name) for subject, name in seen}
        found = resolve([_named(key, seen[of]) for key, of in keys.items()], None, parameters)
        members: dict[int, int] = defaultdict(int)
        for group in found.group:
            members[group] += 1
        rows = []
        for at, named in enumerate(found.named):
            subject, name = keys[named.key]
            link, about = found.links[at], seen[subject, name]
            assert about.first is not None
            other = keys[found.named[link.other].key] if link else (None, None)
            rows.append(
                {
                    "holder": _id(found.named[found.group[at]].key), "subject": subject, "name": name,
                    "members": members[found.group[at]], "linked_subject": other[0], "linked_name": other[1],
                    "link_milli_log10": link.milli_log10 if link else None,
                    "terms": [_term(term) for term in link.terms] if link else [],
                    "compared": at in found.looked_up, "records": about.records, "simulated": about.simulated,
                    "deposit": about.first[0], "row": about.first[1],
                }
            )  # fmt: skip
        made = pa.Table.from_pylist(rows, schema=HOLDERS.schema)
        return made.sort_by([(name, "ascending") for name in HOLDERS.order])


def _seen(mentions: pa.Table) -> dict[tuple[str, str], _Seen]:
    found: dict[tuple[str, str], _Seen] = {}
    for batch in mentions.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            each = found.setdefault((row["subject"], row["name"]), _Seen(row["name"]))
            if row["account"]:
                each.accounts.add((row["account"], row["bank"], row["country"]))
            if row["country"]:
                each.countries.add(row["country"])
            first = (row["deposit"], row["row"])
            each.first = first if each.first is None else min(each.first, first)
            each.records += row["records"]
            each.simulated |= row["simulated"]
    return found


def _named(key: str, seen: _Seen) -> Named:
    accounts = sorted(seen.accounts, key=lambda each: (each[0], each[1] or "", each[2] or ""))
    return Named(
        key, seen.name, tuple(Account(*each) for each in accounts), tuple(sorted(seen.countries)),
        identifiers_in(seen.name),
    )  # fmt: skip


def _id(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


def _term(term: Term) -> Row:
    values = [
        {"name": name, "number": None, "text": value}
        if isinstance(value, str)
        else {"name": name, "number": value, "text": None}
        for name, value in sorted(term.values.items())
    ]
    return {"name": term.name, "milli_log10": term.milli_log10, "source": term.source, "values": values}
