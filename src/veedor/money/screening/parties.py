"""Who is looked up on lists: holders and counterparties of entries, holders of accounts, names given alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from veedor.registers.sanctions.listed import Born, Kind, ListedIdentifier

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, order=True)
class Seen:
    """One record in which a party stands, and the day that it is of (None: it has none)."""

    deposit: bytes
    row: int
    day: date | None = field(compare=False)
    role: str = field(compare=False)


@dataclass(frozen=True)
class Party:
    """A name with what its records say of it. `subject` is account:<id>, or name:<name> where no account is known."""

    subject: str
    name: str
    role: str
    seen: tuple[Seen, ...]
    kind: Kind = "unknown"
    born: Born | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[ListedIdentifier, ...] = ()
    simulated: bool = False

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(sorted({each.day for each in self.seen if each.day is not None}))


def parties_of(entries: pa.Table, accounts: pa.Table) -> tuple[Party, ...]:
    """Every name with the account that it stands at, once; ordered by subject, name and role. The same name at another
    account is another party."""
    made: dict[tuple[str, str, str], Party] = {}
    seen: dict[tuple[str, str, str], list[Seen]] = defaultdict(list)
    for row in _rows(entries, _ENTRY):
        day = None if row["time"] is None else _EPOCH + timedelta(microseconds=row["time"])
        sides = (row["holder"], row["account"], "holder"), (
            row["counterparty_name"], row["counterparty_account"], "counterparty",
        )  # fmt: skip
        for name, account, role in sides:
            if name and name.strip():
                _add(made, seen, account, name, role, day, row)
    for row in _rows(accounts, _ACCOUNT):
        if row["holder"] and row["holder"].strip():
            _add(made, seen, row["account"], row["holder"], "holder", None, row)
    whole = (replace(party, seen=tuple(sorted(set(seen[key])))) for key, party in made.items())
    return tuple(sorted(whole, key=lambda each: (each.subject, each.name, each.role)))


_ENTRY = ("account", "holder", "counterparty_account", "counterparty_name", "time", "deposit", "row", "simulated")
_ACCOUNT = ("account", "holder", "deposit", "row", "simulated")


def _rows(table: pa.Table, columns: Sequence[str]) -> Iterable[Mapping[str, Any]]:
    if table.num_rows == 0:
        return
    chosen = table.select(list(columns))
    if "time" in columns:
        at = chosen.column_names.index("time")
        chosen = chosen.set_column(at, "time", chosen["time"].cast(pa.int64()))
    for batch in chosen.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


def _add(
    made: dict[tuple[str, str, str], Party], seen: dict[tuple[str, str, str], list[Seen]], account: object,
    name: object, role: str, day: date | None, row: Mapping[str, Any],
) -> None:  # fmt: skip
    written = " ".join(str(name).split())
    subject = f"account:{account}" if account else f"name:{written}"
    key = (subject, written, role)
    country = str(account)[:2] if account and _is_iban(str(account)) else None
    party = made.get(key)
    if party is None:
        made[key] = Party(subject, written, role, (), countries=(country,) if country else (),
                          simulated=bool(row["simulated"]))  # fmt: skip
    elif row["simulated"] and not party.simulated:
        made[key] = replace(party, simulated=True)
    seen[key].append(Seen(row["deposit"], row["row"], day, f"role.screened_{role}"))


def _is_iban(account: str) -> bool:
    return len(account) >= 15 and account[:2].isalpha() and account[2:4].isdigit()
