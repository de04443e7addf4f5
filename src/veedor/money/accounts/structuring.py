"""Structuring: cash split into amounts just under a reporting threshold that together exceed it.

The threshold is the one in force in the account's country on the day, for the payment's currency and instrument: a
shipped one (registers/thresholds), or one that a party handed in (reporting.py), whose row is then part of the finding.
Where none with a legal source is known, nothing is judged; `threshold_coverage` counts those payments. Where parties
state different ones, each is judged by itself; of findings that share payments the strongest is told, with the others'
thresholds. An instance is maximal: the account with the longest run of overlapping windows that each hold several such
payments adding up to at least the threshold; deposits and withdrawals apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import ByKey, Owner, Read
from veedor.engine.findings import LAW, Evidence, Finding, Innocent, Reason, Term, Verdict, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import judging
from veedor.money.accounts.marked import LOOKED_AT_AGAIN, marked, traced_ledgers
from veedor.money.accounts.reporting import STATED, Line, ReportingLines
from veedor.money.accounts.splitting import split_groups
from veedor.money.amounts import median, permille
from veedor.money.columns import Ints
from veedor.money.instances import Instance
from veedor.money.ledger import DAY_US, Ledger
from veedor.money.places import country, stated_countries
from veedor.money.search import SplitSearch
from veedor.money.tracing import sum_windows
from veedor.registers.thresholds import Threshold
from veedor.tables import ACCOUNTS, FINDINGS, Table


@dataclass(frozen=True)
class StructuringParameters(SplitSearch):
    """Where to look, as in `account_profiles`; window in days, weights in thousandths of log10."""

    window_days: int = 10
    report_milli_log10: int = 1500


@dataclass(frozen=True)
class FindStructuring:
    """Detector `structuring`: payments of accounts with cash under some threshold (and what is said of all accounts),
    thresholds that were handed in; findings out."""

    parameters: StructuringParameters = StructuringParameters()
    name: str = "structuring"
    version: int = 2
    agrees_with: tuple[str, ...] = ("account_profiles",)
    reads: tuple[Read, ...] = (
        *LOOKED_AT_AGAIN,
        Read(ACCOUNTS, ByKey(("account",)), ("account", "country")),
        marked("structuring"),
        STATED,
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: StructuringParameters) -> pa.Table:
        countries = stated_countries(tables["accounts"])
        reporting = ReportingLines(tables["reporting_thresholds"])
        found = []
        for ledger, traced in traced_ledgers(tables, owner, parameters.split_payments, parameters.delay_us):
            for group in split_groups(ledger, parameters, reporting).tolist():
                for incoming in (True, False):
                    found += _findings(ledger, group, incoming, traced, countries, reporting, parameters)
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def _findings(
    ledger: Ledger,
    group: int,
    incoming: bool,
    traced: tuple[Ints, Ints],
    countries: Mapping[str, str],
    reporting: ReportingLines,
    parameters: StructuringParameters,
) -> list[Finding]:
    events = np.arange(ledger.starts[group], ledger.starts[group + 1])
    events = events[ledger.cash[events] & (ledger.incoming[events] == incoming)]
    if len(events) < parameters.split_payments:
        return []
    whole = Instance(ledger, group, events, *traced)
    bank = whole.column("payee_bank" if incoming else "payer_bank", events)[0]
    place = countries.get(whole.account) or country(whole.account, bank)
    lines = reporting.of(place, whole.currency, int(ledger.group_exponent[group]))
    made = [
        (instance.members, finding)
        for line in lines
        for instance, above in _runs(whole, line, traced, parameters)
        if (finding := _finding(instance, incoming, line, lines, above, len(events), parameters)) is not None
    ]
    return _strongest(made)


def _runs(
    whole: Instance, line: Line, traced: tuple[Ints, Ints], parameters: StructuringParameters
) -> Iterator[tuple[Instance, int]]:
    """Runs of payments under one line while it was in force; how many payments then were on or above it."""
    ledger, events = whole.ledger, whole.members
    held = events[np.array([line.holds(time) for time in ledger.time[events].tolist()], np.bool_)]
    amounts = ledger.amount[held].tolist()
    above = sum(amount >= line.amount for amount in amounts)
    near = [1000 * amount >= parameters.band_permille * line.amount and amount < line.amount for amount in amounts]
    band = held[np.array(near, np.bool_)]
    if len(band) < parameters.split_payments:
        return
    firsts, lasts = ledger.call(sum_windows)(
        ledger.time[band], ledger.amount[band], parameters.window_days * DAY_US, parameters.split_payments, line.amount
    )
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        yield Instance(ledger, whole.group, band[first : last + 1], *traced), above


def _strongest(made: Sequence[tuple[Ints, Finding]]) -> list[Finding]:
    """One finding for payments that several lines tell of."""
    told: set[int] = set()
    kept = []
    for members, finding in sorted(made, key=lambda one: (-_score(one[1].terms, one[1].innocent), -len(one[0]))):
        if told.isdisjoint(members.tolist()):
            told.update(members.tolist())
            kept.append(finding)
    return kept


def _score(terms: Sequence[Term], innocent: Sequence[Innocent]) -> int:
    return sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)


def _finding(
    instance: Instance,
    incoming: bool,
    line: Line,
    lines: Sequence[Line],
    above: int,
    cash_payments: int,
    parameters: StructuringParameters,
) -> Finding | None:
    events = instance.members
    terms = (
        _count(events),
        _above(len(events), above),
        _band(len(events), cash_payments),
        _pace(instance),
        Term("term.structuring.moved", *_moved(instance)),
    )
    innocent = (_fixed_price(instance), _takings(instance, cash_payments))
    if _score(terms, innocent) < parameters.report_milli_log10:
        return None
    start, end = instance.span_us(events)
    limit = line.first(start)
    summary: dict[str, int | str] = {
        "payments": len(events),
        "total": instance.money(instance.total(events)),
        "window_us": parameters.window_days * DAY_US,
        "start_us": start,
        "end_us": end,
        **_said(limit),
    }
    side = "deposits" if incoming else "withdrawals"
    others = [each.first(start) for each in lines if each is not line and each.holds_within(start, end)]
    law = [limit.stated, *(each.stated for each in others)]
    return Finding(
        kind="structuring",
        subject=f"account:{instance.account}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=instance.simulated or limit.simulated,
        terms=terms,
        reasons=(
            Reason(f"finding.structuring.{side}", summary),
            Reason(f"finding.structuring.threshold{'' if limit.stated is None else '_stated'}", summary),
            *(Reason(f"finding.structuring.other{'' if o.stated is None else '_stated'}", _said(o)) for o in others),
        ),
        evidence=[
            *instance.evidence(events, ("role.cash_in", "role.cash_out")),
            *(Evidence(deposit, row, row, LAW) for deposit, row in (stated for stated in law if stated is not None)),
        ],
        innocent=innocent,
        searched=(Reason("searched.complete", {"missing": sum(term.milli_log10 is None for term in terms)}),),
    )


def _said(limit: Threshold) -> dict[str, int | str]:
    """The threshold with its source, and whose record it is where a party stated it."""
    said: dict[str, int | str] = {
        "threshold": f"{limit.amount} {limit.currency}",
        "country": limit.country,
        "source": limit.source,
    }
    return said if limit.stated is None else said | {"record": f"{limit.stated[0].hex()}:{limit.stated[1]}"}


def _count(events: Ints) -> Term:
    weight = judging.stepped(len(events), ((7, 1500), (5, 1100), (4, 800), (3, 400)), 0)
    return Term("term.structuring.count", weight, judging.EXPERT, {"payments": len(events)})


def _above(below: int, above: int) -> Term:
    """Who has nothing to hide crosses the line as often as the amounts come."""
    weight = 300 if above == 0 else -800 if above >= below else -200
    return Term("term.structuring.above", weight, judging.EXPERT, {"above": above, "below": below})


def _band(below: int, cash_payments: int) -> Term:
    share = permille(below, cash_payments)
    weight = judging.stepped(share, ((800, 600), (500, 300), (200, 0)), -500)
    return Term("term.structuring.band", weight, judging.EXPERT, {"share_permille": share, "payments": cash_payments})


def _pace(instance: Instance) -> Term:
    gap = median(np.diff(instance.ledger.time[instance.members]).tolist())
    weight = 300 if gap <= 2 * DAY_US else 100 if gap <= 4 * DAY_US else 0
    return Term("term.structuring.pace", weight, judging.EXPERT, {"gap_us": gap})


def _moved(instance: Instance) -> tuple[int, str, dict[str, int]]:
    share = instance.share_moved(instance.members)
    return judging.stepped(share, ((900, 400), (500, 200)), 0), judging.EXPERT, {"share_permille": share}


def _fixed_price(instance: Instance) -> Innocent:
    """A rent or an instalment: always the very same amount, a week or more apart."""
    amounts = instance.ledger.amount[instance.members].tolist()
    same = permille(max(amounts.count(value) for value in set(amounts)), len(amounts))
    gap = median(np.diff(instance.ledger.time[instance.members]).tolist())
    verdict: Verdict = (
        "supports" if same >= 800 and gap >= 6 * DAY_US else "contradicts" if same <= 300 else "cannot_tell"
    )
    effect = {"supports": -1200, "contradicts": 100, "cannot_tell": 0}[verdict]
    return Innocent("innocent.fixed_price", verdict, {"same_permille": same, "gap_us": gap}, effect)


def _takings(instance: Instance, cash_payments: int) -> Innocent:
    """A shop's takings: cash on most days of its records, of all sizes, only some of them under the line."""
    ledger = instance.ledger
    incoming = bool(ledger.incoming[instance.members[0]])
    side = instance.history[ledger.incoming[instance.history] == incoming]
    days = ledger.time[side] // DAY_US
    span = int(days.max() - days.min()) + 1
    active = permille(len(np.unique(days)), span)
    share = permille(len(instance.members), cash_payments)
    values = {"active_permille": active, "span_days": span, "share_permille": share}
    if span < 14:
        return Innocent("innocent.takings", "cannot_tell", values, 0)
    verdict: Verdict = (
        "supports" if active >= 500 and share <= 500 else "contradicts" if share >= 800 else "cannot_tell"
    )
    return Innocent(
        "innocent.takings", verdict, values, {"supports": -1000, "contradicts": 150, "cannot_tell": 0}[verdict]
    )
