"""Screening: every party against the lists in force on the days of its payments and today, hits with reasons, and the
statement that nothing was found where nothing was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from veedor.engine.findings import Evidence, Finding, Innocent, Reason, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money.screening.judging import NAME_LEAST, Judged, could_add, judge
from veedor.money.screening.lists import MOST_CANDIDATES, ReadyList, ready
from veedor.money.screening.ownership import Owned, owned_by_listed, path
from veedor.money.screening.parties import Party
from veedor.registers.names import REPORT_MILLI_LOG10, PreparedName, prepare, score, scores
from veedor.registers.names.table import name_table
from veedor.registers.sanctions.listed import Listing
from veedor.registers.sanctions.versions import InForce, in_force
from veedor.tables.screened import SCREENED

DETECTOR, VERSION = "screening", 2
DAY_US = 86_400_000_000
NOT_LISTED_THEN = -300
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class ScreeningParameters:
    """From which score a party is reported, and how many names of a list are compared with one."""

    report_milli_log10: int = REPORT_MILLI_LOG10
    most_candidates: int = MOST_CANDIDATES


@dataclass(frozen=True)
class Screening:
    """`findings` are FINDINGS; `screened` has a row for every party and list, found or not."""

    findings: pa.Table
    screened: pa.Table


@dataclass
class _Versions:
    """Lists made ready once each, and which of them count on which day."""

    listings: Sequence[Listing]
    made: dict[int, ReadyList] = field(default_factory=dict)
    days: dict[date, tuple[InForce, ...]] = field(default_factory=dict)

    def on(self, day: date) -> tuple[InForce, ...]:
        if day not in self.days:
            self.days[day] = in_force(self.listings, day)
        return self.days[day]

    def ready(self, listing: Listing) -> ReadyList:
        if id(listing) not in self.made:
            self.made[id(listing)] = ready(listing)
        return self.made[id(listing)]


def screen(
    parties: Sequence[Party],
    listings: Sequence[Listing],
    today: date,
    parameters: ScreeningParameters = ScreeningParameters(),
    progress: Callable[[int], None] | None = None,
    records: Mapping[tuple[tuple[str, bytes], ...], Sequence[Evidence]] = MappingProxyType({}),
) -> Screening:
    """Looks up every party. Each list is asked in each version that was in force on a day of the party's records and on
    `today`; the strongest pair of each entry counts. `records` are the rows that lists were read from, by their files.
    Errors: none; parties and lists are values."""
    versions = _Versions(listings)
    findings: list[Finding] = []
    rows: list[dict[str, object]] = []
    for done, party in enumerate(parties):
        prepared: dict[int, PreparedName] = {}
        asked: dict[int, tuple[ReadyList, bool]] = {}
        for day in (*party.days, today):
            for each in versions.on(day):
                known = versions.ready(each.listing)
                asked[id(each.listing)] = (known, asked.get(id(each.listing), (known, False))[1] or each.assumed)
        best: dict[tuple[str, str], tuple[Judged, ReadyList, bool]] = {}
        for known, assumed in asked.values():
            name = prepared.setdefault(id(known), prepare(party.name, known.common))
            judged, compared, nearest = _against(party, name, known, parameters)
            hits = [each for each in judged if each.milli_log10 >= parameters.report_milli_log10]
            rows.append(_row(party, known, assumed, compared, judged, nearest, hits))
            for hit in hits:
                key = known.listing.name, hit.entry.entry
                if key not in best or hit.milli_log10 > best[key][0].milli_log10:
                    best[key] = (hit, known, assumed)
        for hit, known, assumed in best.values():
            findings.append(_finding(party, hit, known, assumed, versions, today, parameters, records))
        if progress is not None:
            progress(done + 1)
    table = pa.Table.from_pylist(rows, schema=SCREENED.schema)
    return Screening(
        findings_table(findings, DETECTOR, VERSION, parameters_digest(parameters)),
        table.sort_by([(name, "ascending") for name in SCREENED.order]),
    )


def _against(
    party: Party, name: PreparedName, known: ReadyList, parameters: ScreeningParameters
) -> tuple[list[Judged], int, int | None]:
    """The best name of every entry that could be the party, judged; how many were compared; the nearest of all."""
    places = known.index.candidates(name, parameters.most_candidates) if name.words else np.zeros(0, np.int32)
    totals = scores(name_table([name]), np.zeros(len(places), np.int64), known.index.table, places.astype(np.int64))
    best: dict[int, tuple[int, int]] = {}
    for place, total in zip(places.tolist(), totals.tolist(), strict=True):
        entry = known.of_name[place][0]
        if entry not in best or total > best[entry][0]:
            best[entry] = (total, place)
    # Only names that with birth date and country could reach the report are judged in full.
    least = max(NAME_LEAST, parameters.report_milli_log10 - could_add(party))
    chosen = {entry: place for entry, (total, place) in best.items() if total >= least}
    for number in party.identifiers:
        for entry in known.by_number.get((number.scheme, number.value), ()):
            chosen.setdefault(entry, next(at for at, (of, _) in enumerate(known.of_name) if of == entry))
    judged = []
    for entry, place in sorted(chosen.items()):
        found = score(name, known.index.names[place])
        judged.append(judge(party, name, known.entry(entry), known.of_name[place][1], found, known))
    nearest = max((total for total, _ in best.values()), default=None)
    return judged, len(places), nearest


def _row(
    party: Party,
    known: ReadyList,
    assumed: bool,
    compared: int,
    judged: Sequence[Judged],
    nearest: int | None,
    hits: Sequence[Judged],
) -> dict[str, object]:
    best = max((each.milli_log10 for each in judged), default=nearest)
    return {
        "subject": party.subject, "name": party.name, "role": party.role, "list": known.listing.name,
        "version": known.listing.version, "assumed": assumed, "entries": len(known.listing.entries),
        "compared": compared, "best_milli_log10": best, "hits": len(hits), "simulated": party.simulated,
    }  # fmt: skip


def _finding(
    party: Party, hit: Judged, known: ReadyList, assumed: bool, versions: _Versions, today: date,
    parameters: ScreeningParameters, records: Mapping[tuple[tuple[str, bytes], ...], Sequence[Evidence]],
) -> Finding:  # fmt: skip
    days = party.days
    then = [day for day in days if _listed(hit.entry.entry, known.listing.name, day, versions)]
    now = _listed(hit.entry.entry, known.listing.name, today, versions)
    owned = _owned(hit.entry.entry, known, today)
    # As records that have only a date: the moment at which their day begins.
    start, end = (_us(days[0]), _us(days[-1])) if days else (_us(today), _us(today))
    values: dict[str, int | str] = {
        "name": party.name, "listed": hit.name.name, "list": known.listing.name, "entry": hit.entry.entry,
    }  # fmt: skip
    reasons = [Reason("finding.listed_party", values)]
    if hit.entry.programmes:
        reasons.append(Reason("finding.listed_party.programme", {"programmes": ", ".join(hit.entry.programmes)[:200]}))
    if days:
        reasons.append(Reason("finding.listed_party.days", {"days": len(days), "listed_days": len(then)}))
    reasons.append(
        Reason("finding.listed_party.today" if now else "finding.listed_party.not_today", {"today_us": _us(today)})
    )
    if owned is not None:
        reasons.append(Reason("finding.listed_party.owned", {"permille": owned[0].permille, "path": owned[1]}))
    if assumed:
        reasons.append(Reason("finding.listed_party.assumed", {}))
    return Finding(
        kind="listed_party", subject=party.subject, start_us=start, end_us=end, place=None, simulated=party.simulated,
        terms=hit.terms, reasons=reasons,
        evidence=[
            *(Evidence(each.deposit, each.row, each.row, each.role) for each in party.seen),
            *records.get(known.listing.files, ()),
        ],
        innocent=(*hit.innocent, _before(days, then)),
        searched=(Reason("searched.names", {"most": parameters.most_candidates}),),
    )  # fmt: skip


def _before(days: Sequence[date], then: Sequence[date]) -> Innocent:
    """Whether all payments lie on days on which the party was not listed."""
    if not days:
        return Innocent("innocent.listed_then", "cannot_tell", {}, 0)
    values = {"days": len(days), "listed_days": len(then)}
    if then:
        return Innocent("innocent.listed_then", "contradicts", values, 0)
    return Innocent("innocent.listed_then", "supports", values, NOT_LISTED_THEN)


def _listed(entry: str, name: str, day: date, versions: _Versions) -> bool:
    """Whether the entry stands on the version in force that day and does not exclude the day, or is owned by half."""
    for each in versions.on(day):
        if each.listing.name == name:
            known = versions.ready(each.listing)
            at = known.by_id.get(entry)
            if at is None or not known.entry(at).in_force(day):
                return False
            return entry in known.sanctioned or _owned(entry, known, day) is not None
    return False


def _owned(entry: str, known: ReadyList, day: date) -> tuple[Owned, str] | None:
    """The 50 per cent rule, where an entry is there only because others own it."""
    if entry in known.sanctioned or not known.listing.shares:
        return None
    listed = [each.entry for each in known.listing.entries if each.entry in known.sanctioned and each.in_force(day)]
    found: Mapping[str, Owned] = owned_by_listed(known.listing.shares, listed, day)
    if entry not in found:
        return None
    names = {each.entry: each.names[0].name for each in known.listing.entries}
    return found[entry], path(entry, found, names)


def _us(day: date) -> int:
    return (day - _EPOCH).days * DAY_US
