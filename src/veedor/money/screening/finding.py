"""A hit as a finding: what of the party is like the entry, on which days the entry counted, and the records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date

from veedor.engine.findings import Evidence, Finding, Innocent, Reason
from veedor.money.reviewing.reviews import COMPARED
from veedor.money.screening.in_time import Versions, owned
from veedor.money.screening.judging import Judged
from veedor.money.screening.lists import ReadyList
from veedor.money.screening.parties import Party

DAY_US = 86_400_000_000
NOT_LISTED_THEN = -300
_EPOCH = date(1970, 1, 1)
Records = Mapping[tuple[tuple[str, bytes], ...], Sequence[Evidence]]
"""The rows that a list was read from, by its files."""


def finding(
    party: Party, hit: Judged, known: ReadyList, assumed: bool, versions: Versions, today: date,
    records: Records, begin: Sequence[Reason],
    searched: Sequence[Reason],
) -> Finding:  # fmt: skip
    """The finding; `begin` are the reasons that stand first: what of the party is like what of the entry."""
    days = party.days
    then = [day for day in days if versions.listed(hit.entry.entry, known.listing.name, day)]
    now = versions.listed(hit.entry.entry, known.listing.name, today)
    half = owned(hit.entry.entry, known, today)
    # As records that have only a date: the moment at which their day begins.
    start, end = (day_us(days[0]), day_us(days[-1])) if days else (day_us(today), day_us(today))
    reasons = list(begin)
    if hit.entry.programmes:
        reasons.append(Reason("finding.listed_party.programme", {"programmes": ", ".join(hit.entry.programmes)[:200]}))
    if days:
        reasons.append(Reason("finding.listed_party.days", {"days": len(days), "listed_days": len(then)}))
    reasons.append(
        Reason("finding.listed_party.today" if now else "finding.listed_party.not_today", {"today_us": day_us(today)})
    )
    if half is not None:
        reasons.append(Reason("finding.listed_party.owned", {"permille": half[0].permille, "path": half[1]}))
    reasons.append(Reason(COMPARED, _compared(party, hit, known)))
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
        searched=searched,
    )  # fmt: skip


def _before(days: Sequence[date], then: Sequence[date]) -> Innocent:
    """Whether all payments lie on days on which the party was not listed."""
    if not days:
        return Innocent("innocent.listed_then", "cannot_tell", {}, 0)
    values = {"days": len(days), "listed_days": len(then)}
    if then:
        return Innocent("innocent.listed_then", "contradicts", values, 0)
    return Innocent("innocent.listed_then", "supports", values, NOT_LISTED_THEN)


def _compared(party: Party, hit: Judged, known: ReadyList) -> dict[str, int | str]:
    """What was compared, by digest: a review of this hit holds as long as both sides stay."""
    born = None if party.born is None else asdict(party.born)
    numbers = sorted((each.scheme, each.value, each.country or "") for each in party.identifiers)
    said = [party.kind, party.name, born, sorted(party.countries), numbers]
    listed = asdict(replace(hit.entry, place=""))
    return {
        "name": party.name, "party": _digest(said), "list": known.listing.name, "entry": hit.entry.entry,
        "entry_data": _digest(listed),
    }  # fmt: skip


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def day_us(day: date) -> int:
    """The moment at which a day begins, UTC."""
    return (day - _EPOCH).days * DAY_US
