"""One entry of a sanctions list and one version of a list, whatever format they came in; and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pyarrow as pa

from veedor.tables.listed import LISTED, UNLISTED

Kind = Literal["person", "entity", "vessel", "aircraft", "unknown"]
Quality = Literal["primary", "strong", "weak"]


@dataclass(frozen=True)
class ListedName:
    """A name as written. `weak` is what the list itself calls a low-quality alias."""

    name: str
    quality: Quality


@dataclass(frozen=True)
class Born:
    """First and last day on which somebody may have been born; `about` where the list says circa."""

    first: date
    last: date
    about: bool


@dataclass(frozen=True)
class ListedIdentifier:
    """A number: `scheme` is one of registers.identifiers, or what the list calls it; `value` in the one spelling."""

    scheme: str
    value: str
    country: str | None


@dataclass(frozen=True)
class Share:
    """`owner` and `asset` are entries (or owned firms) by id; `permille` None: owned, not said how much."""

    owner: str
    asset: str
    permille: int | None
    first: date | None
    last: date | None


@dataclass(frozen=True)
class ListedEntry:
    """Somebody or something listed. `listed_on` and `ended_on` where the list says them; `place` leads to the file."""

    entry: str
    kind: Kind
    names: tuple[ListedName, ...]
    programmes: tuple[str, ...] = ()
    born: tuple[Born, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[ListedIdentifier, ...] = ()
    listed_on: date | None = None
    ended_on: date | None = None
    remarks: str = ""
    place: str = ""

    def in_force(self, day: date) -> bool:
        """Whether the entry itself says nothing against that day."""
        started = self.listed_on is None or self.listed_on <= day
        return started and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True)
class Unlisted:
    """A row that could not be read. `reason` is a message key of words/ (`reject.…`)."""

    row: int
    place: str
    reason: str
    expected: str
    found: str


@dataclass(frozen=True)
class Listing:
    """One version of one list. `rows` is how many records the files held: entries made of them and rejects reconcile
    (`used` + `len(rejects)` = `rows`). `version` is the day the list is of; None: the file does not say."""

    name: str
    reader: str
    version: date | None
    entries: tuple[ListedEntry, ...]
    shares: tuple[Share, ...]
    rejects: tuple[Unlisted, ...]
    rows: int
    files: tuple[tuple[str, bytes], ...]

    @property
    def used(self) -> int:
        """Records that were read: entries, and aliases or addresses that belong to one."""
        return self.rows - len(self.rejects)

    def dated(self, version: date | None) -> Listing:
        """The same list, of a day that the caller knows and the file may not say."""
        return self if version is None else replace(self, version=version)


def listed_table(listings: Sequence[Listing]) -> pa.Table:
    """Rows of `listed/1`."""
    rows = [
        {
            "list": listing.name,
            "version": listing.version,
            "entry": each.entry,
            "kind": each.kind,
            "names": [{"name": name.name, "quality": name.quality} for name in each.names],
            "programmes": list(each.programmes),
            "born": [{"first": born.first, "last": born.last, "about": born.about} for born in each.born],
            "countries": list(each.countries),
            "identifiers": [
                {"scheme": one.scheme, "value": one.value, "country": one.country} for one in each.identifiers
            ],
            "listed_on": each.listed_on,
            "ended_on": each.ended_on,
            "remarks": each.remarks,
            "place": each.place,
        }
        for listing in listings
        for each in listing.entries
    ]
    table = pa.Table.from_pylist(rows, schema=LISTED.schema)
    return table.sort_by([(name, "ascending") for name in LISTED.order])


def unlisted_table(listings: Sequence[Listing]) -> pa.Table:
    """Rows of `unlisted/1`."""
    rows = [{"list": listing.name, **vars(each)} for listing in listings for each in listing.rejects]
    table = pa.Table.from_pylist(rows, schema=UNLISTED.schema)
    return table.sort_by([(name, "ascending") for name in UNLISTED.order])
