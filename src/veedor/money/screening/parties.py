"""Who is looked up on lists: names out of bank records with the account that they stand at, names given alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from veedor.registers.sanctions.listed import Born, Kind, ListedIdentifier


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


def parties_of(mentions: pa.Table) -> tuple[Party, ...]:
    """One party for each name, role and account of PARTY_MENTIONS, with the smallest record of each day; ordered by
    subject, name and role. The same name at another account is another party."""
    seen: dict[tuple[str, str, str], set[Seen]] = defaultdict(set)
    countries: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    simulated: dict[tuple[str, str, str], bool] = defaultdict(bool)
    for batch in mentions.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            key = row["subject"], row["name"], row["role"]
            seen[key].add(Seen(row["deposit"], row["row"], row["day"], f"role.screened_{row['role']}"))
            countries[key] |= {row["country"]} if row["country"] else set()
            simulated[key] |= row["simulated"]
    return tuple(
        Party(*key, tuple(sorted(seen[key])), countries=tuple(sorted(countries[key])), simulated=simulated[key])
        for key in sorted(seen)
    )
