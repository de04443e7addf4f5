"""Structuring: cash split into amounts just under a reporting threshold that together exceed it.

The threshold is the one in force in the account's country on the day, for the payment's currency and instrument
(registers/thresholds). Where none with a legal source is known, nothing is judged; `threshold_coverage` counts those
payments. An instance is maximal: the account with the longest run of overlapping windows that each hold several such
payments adding up to at least the threshold; deposits and withdrawals apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import Finding, Innocent, Reason, Term, Verdict, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import judging
from veedor.money.amounts import median, permille
from veedor.money.columns import Bools, Ints
from veedor.money.instances import Instance
from veedor.money.ledger import CASH, DAY_US, LOOKED_AT_AGAIN, Ledger, ledgers
from veedor.money.places import country
from veedor.money.search import SplitSearch
from veedor.money.splitting import split_groups
from veedor.money.tracing import sum_windows
from veedor.registers.thresholds import Threshold, in_force
from veedor.tables import ACCOUNT_PROFILES, ACCOUNTS, FINDINGS, Table


@dataclass(frozen=True)
class StructuringParameters(SplitSearch):
    """Where to look, as in `account_profiles`; window in days, weights in thousandths of log10."""

    window_days: int = 10
    report_milli_log10: int = 1500


@dataclass(frozen=True)
class FindStructuring:
    """Detector `structuring`: payments of accounts with cash under some threshold (and what is said of all accounts)
    in, findings out."""

    parameters: StructuringParameters = StructuringParameters()
    name: str = "structuring"
    version: int = 1
    agrees_with: tuple[str, ...] = ("account_profiles",)
    reads: tuple[Read, ...] = (
        *LOOKED_AT_AGAIN,
        Read(ACCOUNTS, ByKey(("account",)), ("account", "country")),
        Read(ACCOUNT_PROFILES, Broadcast(), ("account",), (("structuring", "=", True),)),
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: StructuringParameters) -> pa.Table:
        countries = _stated_countries(tables["accounts"])
        found = []
        accounts = tables["account_profiles"]["account"]
        for ledger in ledgers(tables["payments"], owner, parameters.split_payments, accounts):
            traced = ledger.traced(parameters.delay_us)
            for group in split_groups(ledger, parameters).tolist():
                for incoming in (True, False):
                    found += _findings(ledger, group, incoming, ledger.cash, traced, countries, parameters)
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def _stated_countries(accounts: pa.Table) -> dict[str, str]:
    """Countries as deposits state them; the alphabetically first where they differ."""
    made: dict[str, str] = {}
    for account, stated in zip(accounts["account"].to_pylist(), accounts["country"].to_pylist(), strict=True):
        if account and stated:
            made[str(account)] = min(str(stated), made.get(str(account), str(stated)))
    return made


def _findings(
    ledger: Ledger,
    group: int,
    incoming: bool,
    cash: Bools,
    traced: tuple[Ints, Ints],
    countries: Mapping[str, str],
    parameters: StructuringParameters,
) -> list[Finding]:
    events = np.arange(ledger.starts[group], ledger.starts[group + 1])
    events = events[cash[events] & (ledger.incoming[events] == incoming)]
    if len(events) < parameters.split_payments:
        return []
    whole = Instance(ledger, group, events, *traced)
    bank = whole.column("payee_bank" if incoming else "payer_bank", events)[0]
    place = countries.get(whole.account) or country(whole.account, bank)
    exponent = int(ledger.group_exponent[group])
    limits = [in_force(place, whole.currency, CASH, time) for time in ledger.time[events].tolist()]
    inside, above = [], 0
    for event, limit in zip(events.tolist(), limits, strict=True):
        if limit is None:
            continue
        line, amount = limit.smallest_reported(exponent), int(ledger.amount[event])
        above += amount >= line
        if 1000 * amount >= parameters.band_permille * line and amount < line:
            inside.append((event, limit))
    if len(inside) < parameters.split_payments:
        return []
    band = np.array([event for event, _ in inside], np.int64)
    limit = inside[0][1]
    firsts, lasts = ledger.call(sum_windows)(
        ledger.time[band], ledger.amount[band], parameters.window_days * DAY_US, parameters.split_payments,
        limit.smallest_reported(exponent),
    )  # fmt: skip
    made = []
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        instance = Instance(ledger, group, band[first : last + 1], *traced)
        finding = _finding(instance, incoming, limit, above, len(events), parameters)
        made += [finding] if finding is not None else []
    return made


def _finding(
    instance: Instance,
    incoming: bool,
    limit: Threshold,
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
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < parameters.report_milli_log10:
        return None
    start, end = instance.span_us(events)
    summary: dict[str, int | str] = {
        "payments": len(events),
        "total": instance.money(instance.total(events)),
        "threshold": f"{limit.amount} {limit.currency}",
        "country": limit.country,
        "source": limit.source,
        "window_us": parameters.window_days * DAY_US,
        "start_us": start,
        "end_us": end,
    }
    side = "deposits" if incoming else "withdrawals"
    return Finding(
        kind="structuring",
        subject=f"account:{instance.account}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=instance.simulated,
        terms=terms,
        reasons=(Reason(f"finding.structuring.{side}", summary), Reason("finding.structuring.threshold", summary)),
        evidence=instance.evidence(events, ("role.cash_in", "role.cash_out")),
        innocent=innocent,
        searched=(Reason("searched.complete", {"missing": sum(term.milli_log10 is None for term in terms)}),),
    )


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
