"""Fan-in and fan-out: an account that many pay, or that pays many, within a short window, unlike its usual self.

An instance is maximal: the account with the longest run of overlapping windows that each hold enough distinct
counterparties (fan_runs.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import Finding, Innocent, Reason, Term, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import innocence, judging
from veedor.money.accounts.fan_runs import FanRun, fan_runs
from veedor.money.accounts.marked import LOOKED_AT_AGAIN, marked, traced_ledgers
from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.distributions import Distributions
from veedor.money.instances import Instance
from veedor.money.judging import Assessment
from veedor.money.ledger import Ledger
from veedor.money.search import FanSearch
from veedor.tables import FINDINGS, MONEY_DISTRIBUTIONS, Table


@dataclass(frozen=True)
class FanParameters(FanSearch):
    """Where to look, as in `account_profiles`; weights in thousandths of log10."""

    least_accounts_for_rank: int = 50
    report_fan_in_milli_log10: int = 2500
    report_fan_out_milli_log10: int = 3000


@dataclass(frozen=True)
class FindFans:
    """Detector `fans`: payments of accounts with many counterparties and the distributions in, findings out."""

    parameters: FanParameters = FanParameters()
    name: str = "fans"
    version: int = 2
    agrees_with: tuple[str, ...] = ("account_profiles",)
    reads: tuple[Read, ...] = (
        *LOOKED_AT_AGAIN,
        marked("fans"),
        Read(MONEY_DISTRIBUTIONS, Broadcast()),
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: FanParameters) -> pa.Table:
        known = Distributions(tables["money_distributions"])
        found = []
        for ledger, traced in traced_ledgers(tables, owner, parameters.least_counterparties, parameters.delay_us):
            for incoming in (True, False):
                for run in fan_runs(ledger, traced[0], incoming, parameters):
                    finding = _finding(_Fan(ledger, run, incoming, traced), known, parameters)
                    if finding is not None:
                        found.append(finding)
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


@dataclass(frozen=True)
class _Fan:
    """One run, and the instance that it makes once its single payments are looked at."""

    ledger: Ledger
    run: FanRun
    incoming: bool
    traced: tuple[Any, Ints]

    @property
    def kind(self) -> str:
        return "fan_in" if self.incoming else "fan_out"

    @property
    def currency(self) -> str:
        return self.ledger.currencies[int(self.ledger.group_currency[self.run.group])]

    @property
    def records(self) -> tuple[int, int]:
        """First and last moment of the account's own records."""
        starts, time = self.ledger.starts, self.ledger.time
        return int(time[starts[self.run.group]]), int(time[starts[self.run.group + 1] - 1])

    @property
    def span(self) -> tuple[int, int]:
        """First and last moment of the run."""
        return int(self.ledger.time[self.run.first]), int(self.ledger.time[self.run.last])

    @cached_property
    def instance(self) -> Instance:
        events = np.arange(self.run.first, self.run.last + 1)
        members = (self.ledger.incoming[events] == self.incoming) & (self.ledger.other[events] >= 0)
        return Instance(self.ledger, self.run.group, events[members], *self.traced)

    @property
    def members(self) -> Ints:
        """The payments of the run."""
        return self.instance.members


def _finding(fan: _Fan, known: Distributions, parameters: FanParameters) -> Finding | None:
    kind, incoming, peak = fan.kind, fan.incoming, fan.run.peak
    measure = "busiest_payers" if incoming else "busiest_payees"
    ranked = (known, fan.currency, measure, peak, parameters.least_accounts_for_rank)
    terms = (
        Assessment(2000, judging.NUMBERS, lambda: judging.rank(f"term.{kind}.rank", *ranked)),
        Assessment(500, judging.NUMBERS, lambda: _against_own_history(f"term.{kind}.burst", fan)),
        Assessment(900, judging.NUMBERS, lambda: _other_end(f"term.{kind}.moved", fan, parameters)),
        Assessment(400, judging.NUMBERS, lambda: _turnover(f"term.{kind}.turnover", fan)),
        Assessment(300, judging.HISTORY, lambda: judging.one_off(f"term.{kind}.one_off", fan.instance, fan.members)),
        Assessment(
            300, judging.PAYMENTS, lambda: judging.round_amounts("term.round_amounts", fan.instance, fan.members)
        ),
        Assessment(300, judging.WORDS, lambda: judging.corridor("term.corridor", fan.instance, fan.members)),
    )
    # Where money goes to many, where it came from is known too; a fan-in is judged with one strong term less.
    least = parameters.report_fan_in_milli_log10 if incoming else parameters.report_fan_out_milli_log10
    found = judging.judged(terms, _explanations(fan), least)
    if found is None:
        return None
    instance, events = fan.instance, fan.members
    start, end = instance.span_us(events)
    summary: dict[str, int | str] = {
        "counterparties": len(instance.others(events)),
        "payments": len(events),
        "total": instance.money(instance.total(events)),
        "start_us": start,
        "end_us": end,
        "window_us": parameters.window_us(incoming),
        "peak": peak,
    }
    return Finding(
        kind=kind,
        subject=f"account:{instance.account}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=instance.simulated,
        terms=found[0],
        reasons=(Reason(f"finding.{kind}", summary), Reason(f"finding.{kind}.window", summary)),
        evidence=instance.evidence(events, ("role.payment_in", "role.payment_out")),
        innocent=found[1],
        searched=_searched(found[0]),
    )


def _against_own_history(name: str, fan: _Fan) -> Term:
    """How much of all the account's payments on this side lies in the burst, against the share of time it takes."""
    share = permille(fan.run.members, fan.run.side_members)
    (begin, end), (first, last) = fan.records, fan.span
    whole, burst = end - begin, last - first
    values = {"share_permille": share, "time_permille": permille(burst, whole), "history_us": whole}
    if whole < 3 * max(burst, 1):
        return Term(name, None, judging.EXPERT, values)
    # 1 if payments were spread evenly over the account's records.
    density = permille(share, max(values["time_permille"], 1))
    return Term(name, judging.stepped(density, ((5000, 500), (2500, 200)), -700), judging.EXPERT, values)


def _other_end(name: str, fan: _Fan, parameters: FanParameters) -> Term:
    """How much of the money left (or had come) through at most two parties: a collector hands over, a distributor was
    supplied; a shop that takes as much as it spends pays many suppliers."""
    reach = parameters.delay_us + fan.run.slack_us
    (begin, end), (first, last) = fan.records, fan.span
    share = permille(fan.run.near_two_largest, fan.run.total)
    values = {"share_permille": min(share, 10**9), "payments": fan.run.near}
    seen = end > last + reach if fan.incoming else begin < first - reach
    if share < 300 and not seen:
        return Term(name, None, judging.EXPERT, values)
    # More than came in (or went out) is other money: it says that the account has it, not that this was passed on.
    weight = 0 if share > 1500 else judging.stepped(share, ((850, 900), (600, 300), (300, -200)), -600)
    return Term(name, weight, judging.EXPERT, values)


def _turnover(name: str, fan: _Fan) -> Term:
    """How much of all the account ever received (or paid) lies here: whoever handled such sums before handles them."""
    share = permille(fan.run.total, fan.run.side_total)
    values = {"share_permille": share, "payments": fan.run.side_payments}
    if fan.run.side_payments - fan.run.members < 3:
        return Term(name, None, judging.EXPERT, values)
    return Term(name, judging.stepped(share, ((700, 400), (500, 200), (300, -200)), -500), judging.EXPERT, values)


def _explanations(fan: _Fan) -> tuple[Assessment[Innocent], ...]:
    clearing = Assessment(0, judging.HISTORY, lambda: innocence.clearing("innocent.clearing", fan.instance))
    treasury = Assessment(
        0, judging.WORDS, lambda: innocence.same_holder("innocent.treasury", fan.instance, fan.members)
    )
    season = Assessment(100, judging.HISTORY, lambda: innocence.season("innocent.season", fan.instance, fan.members))
    rhythm = "innocent.collection" if fan.incoming else "innocent.payroll"
    again = Assessment(150, judging.HISTORY, lambda: innocence.rhythm(rhythm, fan.instance, fan.members))
    if not fan.incoming:
        remittances = Assessment(
            0, judging.WORDS, lambda: innocence.remittances("innocent.remittances", fan.instance, fan.members)
        )
        return clearing, treasury, season, remittances, again
    price = Assessment(150, judging.PAYMENTS, lambda: innocence.price_list("innocent.price", fan.instance, fan.members))
    trade = Assessment(200, judging.HISTORY, lambda: innocence.trade("innocent.merchant", fan.instance, fan.members))
    return price, trade, clearing, treasury, season, again


def _searched(terms: tuple[Term, ...]) -> tuple[Reason, ...]:
    missing = [term for term in terms if term.milli_log10 is None]
    return (Reason("searched.complete", {"missing": len(missing)}),)
