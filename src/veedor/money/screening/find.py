"""Detectors of a mission's screening: all names against the deposited lists; what was looked up, found, and unreadable.

`screened` looks every name up, on the list in force on each day of its records and on the newest, and stores that
nothing was found where nothing was. `screening` says why, for those with hits. `screened_craft` and `screening_craft`
do the same for the marks of aircraft and vessels. `unlisted` has what of the lists
could not be read. Without a deposited list nothing is looked up, and `screened` has no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read, Whole
from veedor.money.columns import in_bucket
from veedor.money.screening.craft import DETECTOR as CRAFT_DETECTOR
from veedor.money.screening.craft import VERSION as CRAFT_VERSION
from veedor.money.screening.craft import CraftParameters, craft_of, screen_craft
from veedor.money.screening.deposited import PIECES_NEEDED, Deposited, deposited
from veedor.money.screening.parties import parties_of
from veedor.money.screening.screen import VERSION, Screening, ScreeningParameters, screen
from veedor.tables import CRAFT_MARKS, FINDINGS, LIST_PIECES, PARTY_MENTIONS, SCREENED, SCREENED_CRAFT, UNLISTED, Table

_MENTIONED = ("subject", "name", "role", "country", "day", "simulated", "deposit", "row")
_LISTS = Read(LIST_PIECES, Broadcast(), PIECES_NEEDED)
_HITS = (("hits", ">", 0),)
SHIPPED = ScreeningParameters()
CRAFT_SHIPPED = CraftParameters()


@dataclass(frozen=True)
class UnlistedParameters:
    """There is nothing to set."""


@dataclass(frozen=True)
class LookUpParties:
    """Detector `screened`: `party_mentions` and lists in, a row for every name and list out, found or not."""

    parameters: ScreeningParameters = SHIPPED
    name: str = "screened"
    version: int = 8
    reads: tuple[Read, ...] = (Read(PARTY_MENTIONS, ByKey(("subject",)), _MENTIONED), _LISTS)
    writes: Table = SCREENED

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: ScreeningParameters) -> pa.Table:
        return _screened(tables, owner, parameters).screened


@dataclass(frozen=True)
class FindListed:
    """Detector `screening`: the names with hits again, findings `listed_party` out."""

    parameters: ScreeningParameters = SHIPPED
    name: str = "screening"
    version: int = VERSION
    agrees_with: tuple[str, ...] = ("screened",)
    reads: tuple[Read, ...] = (
        Read(PARTY_MENTIONS, ByKey(("subject",)), _MENTIONED, among=("screened", "subject")),
        Read(SCREENED, Broadcast(), ("subject",), _HITS),
        _LISTS,
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: ScreeningParameters) -> pa.Table:
        return _screened(tables, owner, parameters).findings


@dataclass(frozen=True)
class LookUpCraft:
    """Detector `screened_craft`: `craft_marks` and lists in, a row for every mark and list out, found or not."""

    parameters: CraftParameters = CRAFT_SHIPPED
    name: str = "screened_craft"
    version: int = 3
    reads: tuple[Read, ...] = (Read(CRAFT_MARKS, ByKey(("subject",))), _LISTS)
    writes: Table = SCREENED_CRAFT

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: CraftParameters) -> pa.Table:
        return _craft(tables, owner, parameters).screened


@dataclass(frozen=True)
class FindListedCraft:
    """Detector `screening_craft`: the craft with hits again, findings `listed_party` out."""

    parameters: CraftParameters = CRAFT_SHIPPED
    name: str = CRAFT_DETECTOR
    version: int = CRAFT_VERSION
    agrees_with: tuple[str, ...] = ("screened_craft",)
    reads: tuple[Read, ...] = (
        Read(CRAFT_MARKS, ByKey(("subject",)), among=("screened_craft", "subject")),
        Read(SCREENED_CRAFT, Broadcast(), ("subject",), _HITS),
        _LISTS,
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: CraftParameters) -> pa.Table:
        return _craft(tables, owner, parameters).findings


@dataclass(frozen=True)
class ListUnlisted:
    """Detector `unlisted`: records of the deposited lists, and whole files, that could not be read."""

    parameters: UnlistedParameters = UnlistedParameters()
    name: str = "unlisted"
    version: int = 2
    reads: tuple[Read, ...] = (Read(LIST_PIECES, Whole(), PIECES_NEEDED),)
    writes: Table = UNLISTED

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: UnlistedParameters) -> pa.Table:
        known = deposited(tables["list_pieces"])
        rows = [(listing.name, each) for listing in known.listings for each in listing.rejects]
        made = [{"list": name, **vars(each)} for name, each in (*rows, *known.refused)]
        table = pa.Table.from_pylist(made, schema=UNLISTED.schema)
        return table.sort_by([(name, "ascending") for name in UNLISTED.order])


def _screened(tables: Mapping[str, pa.Table], owner: Owner, parameters: ScreeningParameters) -> Screening:
    known = deposited(tables["list_pieces"])
    mentions = tables["party_mentions"]
    parties = parties_of(mentions.filter(pa.array(in_bucket(mentions["subject"], owner)))) if known.listings else ()
    return screen(parties, known.listings, _today(known), parameters, records=known.records)


def _craft(tables: Mapping[str, pa.Table], owner: Owner, parameters: CraftParameters) -> Screening:
    known = deposited(tables["list_pieces"])
    marks = tables["craft_marks"]
    craft = craft_of(marks.filter(pa.array(in_bucket(marks["subject"], owner)))) if known.listings else ()
    return screen_craft(craft, known.listings, _today(known), parameters, records=known.records)


def _today(known: Deposited) -> date:
    """A detector has no clock: today is the day of the newest list. Where no list says its day, all stand in for every
    day, so that which one is taken decides nothing but what the finding says."""
    return known.newest or date(1970, 1, 1)
