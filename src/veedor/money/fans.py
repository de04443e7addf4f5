"""Fan-in and fan-out: an account that many pay, or that pays many, within a short window, unlike its usual self.

An instance is maximal: the account with the longest run of overlapping windows that each hold enough distinct
counterparties. A run that lasts longer than a few windows is the account's routine (a shop, a utility) and is looked at
only if nearly all its money moved on at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import Finding, Innocent, Reason, Term, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import innocence, judging
from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.distributions import Distributions
from veedor.money.instances import Instance
from veedor.money.ledger import NEEDED, Ledger, ledgers
from veedor.money.profiles import FAN_IN_WINDOW_HOURS, FAN_OUT_WINDOW_HOURS, HOUR_US, PASS_DELAY_HOURS
from veedor.money.tracing import fan_windows, trace
from veedor.tables import FINDINGS, MONEY_DISTRIBUTIONS, PAYMENTS, Table

_MOST_LAST = 3 * 300 + 600
"""What the last three terms and all innocent explanations can add at most."""
_MOST_LATER = _MOST_LAST + 900 + 400


@dataclass(frozen=True)
class FanParameters:
    """Windows in hours, shares per mille, weights in thousandths of log10."""

    fan_in_window_hours: int = FAN_IN_WINDOW_HOURS
    fan_out_window_hours: int = FAN_OUT_WINDOW_HOURS
    least_counterparties: int = 8
    pass_delay_hours: int = PASS_DELAY_HOURS
    longest_burst_windows: int = 4
    drained_permille: int = 800
    least_accounts_for_rank: int = 50
    report_fan_in_milli_log10: int = 2500
    report_fan_out_milli_log10: int = 3000

    def window_us(self, incoming: bool) -> int:
        return (self.fan_in_window_hours if incoming else self.fan_out_window_hours) * HOUR_US


@dataclass(frozen=True)
class FindFans:
    """Detector `fans`: payments of whole accounts and the distributions in, findings fan_in and fan_out out."""

    parameters: FanParameters = FanParameters()
    name: str = "fans"
    version: int = 1
    reads: tuple[Read, ...] = (
        Read(PAYMENTS, ByKey(("payer", "payee")), NEEDED, (("reversed", "=", False),)),
        Read(MONEY_DISTRIBUTIONS, Broadcast()),
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: FanParameters) -> pa.Table:
        known = Distributions(tables["money_distributions"])
        found = []
        for ledger in ledgers(tables["payments"], parameters.least_counterparties):
            moved, moment = ledger.call(trace)(
                ledger.starts, ledger.incoming, ledger.time, ledger.slack, ledger.amount,
                parameters.pass_delay_hours * HOUR_US,
            )  # fmt: skip
            for incoming in (True, False):
                for instance, peak in _instances(ledger, moved, moment, incoming, owner, parameters):
                    finding = _finding(instance, peak, incoming, known, parameters)
                    if finding is not None:
                        found.append(finding)
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def _instances(
    ledger: Ledger, moved: Ints, moment: Ints, incoming: bool, owner: Owner, parameters: FanParameters
) -> list[tuple[Instance, int]]:
    groups, firsts, lasts, peaks, _ = ledger.call(fan_windows)(
        ledger.starts, ledger.incoming, ledger.other, ledger.time, len(ledger.accounts), incoming,
        parameters.window_us(incoming), parameters.least_counterparties,
    )  # fmt: skip
    burst = ledger.time[lasts] - ledger.time[firsts] <= (
        parameters.longest_burst_windows * parameters.window_us(incoming)
    )
    owned = np.isin(groups, ledger.owned(np.unique(groups), owner))
    made = []
    for at in np.flatnonzero(owned).tolist():
        events = np.arange(firsts[at], lasts[at] + 1)
        events = events[(ledger.incoming[events] == incoming) & (ledger.other[events] >= 0)]
        instance = Instance(ledger, int(groups[at]), events, moved, moment)
        if burst[at] or instance.share_moved(events) >= parameters.drained_permille:
            made.append((instance, int(peaks[at])))
    return made


def _finding(
    instance: Instance, peak: int, incoming: bool, known: Distributions, parameters: FanParameters
) -> Finding | None:
    kind = "fan_in" if incoming else "fan_out"
    events = instance.members
    measure = "busiest_payers" if incoming else "busiest_payees"
    least = parameters.report_fan_in_milli_log10 if incoming else parameters.report_fan_out_milli_log10
    # Cheap terms first: on busy data nearly all runs end here, because what is still to come cannot lift them.
    terms: tuple[Term, ...] = (
        judging.rank(f"term.{kind}.rank", known, instance.currency, measure, peak, parameters.least_accounts_for_rank),
        _against_own_history(f"term.{kind}.burst", instance, incoming),
    )
    if judging.total(terms) + _MOST_LATER < least:
        return None
    terms += (
        _other_end(f"term.{kind}.moved", instance, incoming, parameters),
        _turnover(f"term.{kind}.turnover", instance, incoming),
    )
    if judging.total(terms) + _MOST_LAST < least:
        return None
    terms += (
        judging.one_off(f"term.{kind}.one_off", instance, events),
        judging.round_amounts("term.round_amounts", instance, events),
        judging.corridor("term.corridor", instance, events),
    )
    innocent = _explanations(instance, incoming)
    # Where money goes to many, where it came from is known too; a fan-in is judged with one strong term less.
    if judging.total(terms) + sum(test.milli_log10 for test in innocent) < least:
        return None
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
        terms=terms,
        reasons=(Reason(f"finding.{kind}", summary), Reason(f"finding.{kind}.window", summary)),
        evidence=instance.evidence(events, ("role.payment_in", "role.payment_out")),
        innocent=innocent,
        searched=_searched(terms),
    )


def _against_own_history(name: str, instance: Instance, incoming: bool) -> Term:
    """How much of all the account's payments on this side lies in the burst, against the share of time it takes."""
    ledger, history = instance.ledger, instance.history
    side = history[(ledger.incoming[history] == incoming) & (ledger.other[history] >= 0)]
    share = permille(len(instance.members), len(side))
    time = ledger.time
    whole = int(time[history[-1]] - time[history[0]])
    burst = int(time[instance.members[-1]] - time[instance.members[0]])
    values = {"share_permille": share, "time_permille": permille(burst, whole), "history_us": whole}
    if whole < 3 * max(burst, 1):
        return Term(name, None, judging.EXPERT, values)
    # 1 if payments were spread evenly over the account's records.
    density = permille(share, max(values["time_permille"], 1))
    return Term(name, judging.stepped(density, ((5000, 500), (2500, 200)), -700), judging.EXPERT, values)


def _other_end(name: str, instance: Instance, incoming: bool, parameters: FanParameters) -> Term:
    """How much of the money left (or had come) through at most two parties: a collector hands over, a distributor was
    supplied; a shop that takes as much as it spends pays many suppliers."""
    ledger, history = instance.ledger, instance.history
    delay = parameters.pass_delay_hours * HOUR_US
    slack = int(ledger.slack[instance.members].max())
    start, end = int(ledger.time[instance.members[0]]), int(ledger.time[instance.members[-1]])
    low, high = (start, end + delay + slack) if incoming else (start - delay - slack, end)
    sides = history[(ledger.incoming[history] != incoming) & (ledger.other[history] >= 0)]
    near = sides[(ledger.time[sides] >= low) & (ledger.time[sides] <= high)]
    share = permille(sum(instance.largest_parties(near)[:2]), instance.total(instance.members))
    values = {"share_permille": min(share, 10**9), "payments": len(near)}
    seen = int(ledger.time[history[-1]]) > high if incoming else int(ledger.time[history[0]]) < low
    if share < 300 and not seen:
        return Term(name, None, judging.EXPERT, values)
    # More than came in (or went out) is other money: it says that the account has it, not that this was passed on.
    weight = 0 if share > 1500 else judging.stepped(share, ((850, 900), (600, 300), (300, -200)), -600)
    return Term(name, weight, judging.EXPERT, values)


def _turnover(name: str, instance: Instance, incoming: bool) -> Term:
    """How much of all the account ever received (or paid) lies here: whoever handled such sums before handles them."""
    history = instance.history
    side = history[instance.ledger.incoming[history] == incoming]
    share = permille(instance.total(instance.members), instance.total(side))
    values = {"share_permille": share, "payments": len(side)}
    if len(side) - len(instance.members) < 3:
        return Term(name, None, judging.EXPERT, values)
    return Term(name, judging.stepped(share, ((700, 400), (500, 200), (300, -200)), -500), judging.EXPERT, values)


def _explanations(instance: Instance, incoming: bool) -> tuple[Innocent, ...]:
    events = instance.members
    common = (
        innocence.same_holder("innocent.treasury", instance, events),
        innocence.clearing("innocent.clearing", instance),
        innocence.season("innocent.season", instance, events),
    )
    if incoming:
        return (
            innocence.rhythm("innocent.collection", instance, events),
            innocence.price_list("innocent.price", events=events, instance=instance),
            innocence.trade("innocent.merchant", instance, events),
            *common,
        )
    return (
        innocence.rhythm("innocent.payroll", instance, events),
        innocence.remittances("innocent.remittances", instance, events),
        *common,
    )


def _searched(terms: tuple[Term, ...]) -> tuple[Reason, ...]:
    missing = [term for term in terms if term.milli_log10 is None]
    return (Reason("searched.complete", {"missing": len(missing)}),)
