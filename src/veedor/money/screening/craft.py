"""Screening of aircraft and vessels: the marks that records show of them against the numbers that lists give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from veedor.engine.findings import Finding, Reason, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money.screening.craft_judging import judge_craft, weight
from veedor.money.screening.finding import Records, day_us, finding
from veedor.money.screening.in_time import Versions
from veedor.money.screening.judging import Judged
from veedor.money.screening.lists import ReadyList
from veedor.money.screening.parties import Party, Seen
from veedor.money.screening.screen import Screening
from veedor.registers.names import REPORT_MILLI_LOG10
from veedor.registers.sanctions.listed import Kind, ListedIdentifier, Listing
from veedor.registers.states import state_of_address
from veedor.tables import SCREENED_CRAFT

DETECTOR, VERSION = "screening_craft", 3


@dataclass(frozen=True)
class CraftParameters:
    """From which score a craft is reported: as for names."""

    report_milli_log10: int = REPORT_MILLI_LOG10


@dataclass(frozen=True)
class Mark:
    """One mark with the days that show it and in how many records."""

    number: ListedIdentifier
    seen: tuple[Seen, ...]
    records: int


@dataclass(frozen=True)
class Craft:
    """An aircraft or a vessel with all that records show of it; `marks` by scheme and value."""

    subject: str
    kind: Kind
    marks: tuple[Mark, ...]
    simulated: bool

    @property
    def countries(self) -> tuple[str, ...]:
        """The state in whose block its 24-bit address lies; a vessel's number says none that this house knows."""
        states = (state_of_address(int(each.number.value, 16)) for each in self.marks
                  if each.number.scheme == "icao_address")  # fmt: skip
        return tuple(sorted({state for state in states if state is not None}))

    def as_party(self, marks: Sequence[Mark]) -> Party:
        """The craft by some of its marks: their records are the evidence."""
        name = ", ".join(each.number.value for each in marks)
        seen = tuple(sorted({one for each in marks for one in each.seen}))
        return Party(self.subject, name, marks[0].number.scheme, seen, self.kind, None, self.countries,
                     tuple(each.number for each in self.marks), self.simulated)  # fmt: skip


def craft_of(marks: pa.Table) -> tuple[Craft, ...]:
    """Every craft of CRAFT_MARKS once, by subject."""
    seen: dict[str, dict[tuple[str, str], list[Seen]]] = defaultdict(lambda: defaultdict(list))
    records: dict[tuple[str, str, str], int] = defaultdict(int)
    kinds: dict[str, tuple[Any, bool]] = {}
    for batch in marks.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            subject, mark = row["subject"], (row["scheme"], row["value"])
            seen[subject][mark].append(Seen(row["deposit"], row["row"], row["day"], f"role.screened_{row['kind']}"))
            records[(subject, *mark)] += row["records"]
            kinds[subject] = row["kind"], row["simulated"] or kinds.get(subject, ("", False))[1]
    return tuple(
        Craft(
            subject,
            kinds[subject][0],
            tuple(
                Mark(ListedIdentifier(*mark, None), tuple(sorted(days)), records[(subject, *mark)])
                for mark, days in sorted(seen[subject].items())
            ),
            kinds[subject][1],
        )
        for subject in sorted(seen)
    )


def screen_craft(
    craft: Sequence[Craft],
    listings: Sequence[Listing],
    today: date,
    parameters: CraftParameters = CraftParameters(),
    progress: Callable[[int], None] | None = None,
    records: Records = MappingProxyType({}),
) -> Screening:
    """Looks every craft up by its marks, on the lists in force on the days of its records and today. `screened` has a
    row for every mark and version, found or not. A ship's name is in no plot; names are looked up with `screen`."""
    versions = Versions(listings)
    findings: list[Finding] = []
    rows: list[dict[str, object]] = []
    for done, each in enumerate(craft):
        days = sorted({one.day for mark in each.marks for one in mark.seen if one.day is not None})
        best: dict[tuple[str, str], tuple[Judged, list[Mark], ReadyList, bool]] = {}
        for known, assumed in versions.asked((*days, today)):
            judged = _against(each, known)
            for mark in each.marks:
                of_mark = [hit for hit, marks in judged if mark in marks]
                hits = [hit for hit in of_mark if hit.milli_log10 >= parameters.report_milli_log10]
                rows.append(_row(each, mark, known, assumed, of_mark, len(hits)))
            for hit, marks in judged:
                key = known.listing.name, hit.entry.entry
                reported = hit.milli_log10 >= parameters.report_milli_log10
                if reported and (key not in best or hit.milli_log10 > best[key][0].milli_log10):
                    best[key] = (hit, marks, known, assumed)
        for hit, marks, known, assumed in best.values():
            begin = _begin(each, hit, marks, known)
            findings.append(finding(each.as_party(marks), hit, known, assumed, versions, today, records, begin, ()))
        if progress is not None:
            progress(done + 1)
    table = pa.Table.from_pylist(rows, schema=SCREENED_CRAFT.schema)
    return Screening(
        findings_table(findings, DETECTOR, VERSION, parameters_digest(parameters)),
        table.sort_by([(name, "ascending") for name in SCREENED_CRAFT.order]),
    )


def _row(
    craft: Craft, mark: Mark, known: ReadyList, assumed: bool, judged: Sequence[Judged], hits: int
) -> dict[str, object]:
    return {
        "subject": craft.subject, "scheme": mark.number.scheme, "value": mark.number.value,
        "list": known.listing.name, "version": known.listing.version, "assumed": assumed,
        "entries": len(known.listing.entries), "compared": len(judged),
        "best_milli_log10": max((each.milli_log10 for each in judged), default=None), "hits": hits,
        "simulated": craft.simulated,
    }  # fmt: skip


def _against(craft: Craft, known: ReadyList) -> list[tuple[Judged, list[Mark]]]:
    """Every entry that shares a mark, judged, with the marks that it shares, the firmest first."""
    shared: dict[int, list[Mark]] = defaultdict(list)
    for mark in craft.marks:
        for entry in known.by_number.get((mark.number.scheme, mark.number.value), ()):
            shared[entry].append(mark)
    found = []
    for entry, marks in sorted(shared.items()):
        ordered = sorted(marks, key=lambda mark: (-weight(mark.number.scheme), mark.number.scheme, mark.number.value))
        party = craft.as_party(ordered)
        told = [(mark.number, mark.records) for mark in ordered]
        found.append((judge_craft(party, told, known.entry(entry)), ordered))
    return found


def _begin(craft: Craft, hit: Judged, marks: Sequence[Mark], known: ReadyList) -> tuple[Reason, ...]:
    """Which marks agree, when they were shown, and what else of the kind the craft showed."""
    said = [
        Reason(
            f"finding.listed_craft.{mark.number.scheme}",
            {"value": mark.number.value, "listed": hit.name.name, "list": known.listing.name, "entry": hit.entry.entry},
        )
        for mark in marks
    ]
    for mark in marks:
        days = sorted(each.day for each in mark.seen if each.day is not None)
        values: dict[str, int | str] = {
            "value": mark.number.value, "records": mark.records, "days": len(days),
            "first_us": day_us(days[0]), "last_us": day_us(days[-1]),
        }  # fmt: skip
        said.append(Reason("finding.listed_craft.shown", values))
        others = [each for each in craft.marks if each.number.scheme == mark.number.scheme and each != mark]
        if others:
            named = ", ".join(each.number.value for each in others)[:200]
            said.append(Reason("finding.listed_craft.also", {"value": mark.number.value, "others": named}))
    return tuple(said)
