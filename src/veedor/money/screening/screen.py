"""Screening: every party against the lists in force on the days of its payments and today, hits with reasons, and the
statement that nothing was found where nothing was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from veedor.engine.findings import Finding, Reason, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money.screening.finding import Records, finding
from veedor.money.screening.in_time import Versions
from veedor.money.screening.judging import NAME_LEAST, Judged, could_add, judge
from veedor.money.screening.lists import MOST_CANDIDATES, ReadyList, most_compared
from veedor.money.screening.parties import Party
from veedor.registers.names import REPORT_MILLI_LOG10, PreparedName, prepare, score, scores
from veedor.registers.names.table import name_table
from veedor.registers.sanctions.listed import Listing
from veedor.tables.screened import SCREENED

DETECTOR, VERSION = "screening", 8


@dataclass(frozen=True)
class ScreeningParameters:
    """From which score a party is reported, and how many names of a list are compared with one."""

    report_milli_log10: int = REPORT_MILLI_LOG10
    most_candidates: int = MOST_CANDIDATES


@dataclass(frozen=True)
class Screening:
    """`findings` are FINDINGS; `screened` has a row for every party and list (SCREENED), or mark of a craft
    and list (SCREENED_CRAFT), found or not."""

    findings: pa.Table
    screened: pa.Table


def screen(
    parties: Sequence[Party],
    listings: Sequence[Listing],
    today: date,
    parameters: ScreeningParameters = ScreeningParameters(),
    progress: Callable[[int], None] | None = None,
    records: Records = MappingProxyType({}),
) -> Screening:
    """Looks up every party. Each list is asked in each version that was in force on a day of the party's records and on
    `today`; the strongest pair of each entry counts. `records` are the rows that lists were read from, by their files.
    Errors: none; parties and lists are values."""
    versions = Versions(listings)
    findings: list[Finding] = []
    rows: list[dict[str, object]] = []
    for done, party in enumerate(parties):
        prepared: dict[int, PreparedName] = {}
        best: dict[tuple[str, str], tuple[Judged, ReadyList, bool]] = {}
        for known, assumed in versions.asked((*party.days, today)):
            name = prepared.setdefault(id(known), prepare(party.name, known.common))
            judged, compared, nearest = _against(party, name, known, parameters)
            hits = [each for each in judged if each.milli_log10 >= parameters.report_milli_log10]
            rows.append(_row(party, known, assumed, compared, judged, nearest, hits))
            for hit in hits:
                key = known.listing.name, hit.entry.entry
                if key not in best or hit.milli_log10 > best[key][0].milli_log10:
                    best[key] = (hit, known, assumed)
        for hit, known, assumed in best.values():
            most = most_compared(prepared[id(known)], parameters.most_candidates)
            searched = (Reason("searched.names", {"most": most}),)
            values: dict[str, int | str] = {
                "name": party.name, "listed": hit.name.name, "list": known.listing.name, "entry": hit.entry.entry,
            }  # fmt: skip
            begin = (Reason("finding.listed_party", values),)
            findings.append(finding(party, hit, known, assumed, versions, today, records, begin, searched))
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
    most = most_compared(name, parameters.most_candidates)
    asked = name_table([name])
    places = known.index.near(asked, 0, most) if name.words else np.zeros(0, np.int32)
    totals = scores(asked, np.zeros(len(places), np.int64), known.index.table, places.astype(np.int64))
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
        judged.append(judge(party, known.entry(entry), known.of_name[place][1], found, known))
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
