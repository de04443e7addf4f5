"""Pass-through: money that comes into an account and leaves it again at once, leaving next to nothing behind.

Followed first in, first out (tracing.trace). An instance is maximal: all runs of payments of one account and currency
through which money passes, joined where they lie within some days of each other, so that one business is one finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import Finding, Innocent, Reason, Term, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.money import columns, innocence, judging
from veedor.money.accounts.beginnings import awakened_term, new_term
from veedor.money.accounts.lifelong import costs_term, life_term, lives, party_shares
from veedor.money.accounts.marked import LOOKED_AT_AGAIN, marked, traced_ledgers
from veedor.money.accounts.passing import gathered, joined_runs
from veedor.money.accounts.pieces import pieces
from veedor.money.amounts import median, permille
from veedor.money.columns import Ints
from veedor.money.distributions import Distributions
from veedor.money.instances import Instance
from veedor.money.judging import Assessment
from veedor.money.ledger import DAY_US, Ledger
from veedor.money.search import HOUR_US, PassSearch
from veedor.money.shapes import judged_elsewhere
from veedor.tables import MONEY_DISTRIBUTIONS, PASSAGES, Table


@dataclass(frozen=True)
class PassThroughParameters(PassSearch):
    """Where to look, as in `account_profiles`; from how many counterparties on it is a fan; weights in thousandths."""

    fan_counterparties: int = 8
    least_accounts_for_rank: int = 50
    report_milli_log10: int = 3000


@dataclass(frozen=True)
class FindPassThrough:
    """Detector `pass_through`: payments of accounts that money passes through and the distributions in, passages out;
    `chains` makes findings of them."""

    parameters: PassThroughParameters = PassThroughParameters()
    name: str = "pass_through"
    version: int = 3
    agrees_with: tuple[str, ...] = ("account_profiles",)
    reads: tuple[Read, ...] = (
        *LOOKED_AT_AGAIN,
        marked("pass_through"),
        Read(MONEY_DISTRIBUTIONS, Broadcast()),
    )
    writes: Table = PASSAGES

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: PassThroughParameters) -> pa.Table:
        known = Distributions(tables["money_distributions"])
        found = []
        for ledger, (moved, moment) in traced_ledgers(tables, owner, 2, parameters.delay_us):
            whole = lives(ledger, moved, moment, parameters)
            judged = {life.group for life in whole}
            runs = _instances(ledger, moved, moment, judged, parameters)
            runs += _gathered(ledger, runs, judged, parameters)
            for instance in (*whole, *runs):
                finding = _finding(instance, known, parameters, instance.group in judged)
                if finding is not None:
                    found.append(_passage(self, finding, instance, instance.group in judged))
        return pa.concat_tables([PASSAGES.empty(), *found]).sort_by([(name, "ascending") for name in PASSAGES.order])


def _passage(detector: FindPassThrough, finding: Finding, instance: Instance, whole_life: bool) -> pa.Table:
    row = findings_table([finding], detector.name, detector.version, parameters_digest(detector.parameters))
    payments = columns.integers(instance.ledger.payments["payment"])[instance.ledger.payment[instance.members]]
    shared: dict[str, list[Any]] = {
        "payments": [[] if whole_life else payments.tolist()],
        "all_evidence": [[vars(item) for item in finding.evidence]],
        "pieces": [[] if whole_life else _pieces(instance, detector.parameters)],
        "currency": [instance.currency],
        "exponent": [int(instance.ledger.group_exponent[instance.group])],
    }
    for name, values in shared.items():
        row = row.append_column(name, pa.array(values, PASSAGES.schema.field(name).type))
    return PASSAGES.cast(row)


def _pieces(instance: Instance, parameters: PassThroughParameters) -> list[dict[str, Any]]:
    """All coins of each payment that comes in, then the pieces of them that leave in time."""
    ledger, members = instance.ledger, instance.members
    # What was gathered waited; else an account's other payments spend its coins too.
    events = members if instance.gathered else instance.history
    delay_us = parameters.gather_days * DAY_US if instance.gathered else parameters.delay_us
    came, went, *sizes = ledger.call(pieces)(
        ledger.incoming[events], ledger.time[events], ledger.slack[events], ledger.amount[events], delay_us
    )
    ids = columns.integers(ledger.payments["payment"])[ledger.payment[events]]
    inside = np.isin(events, members)
    whole = np.flatnonzero(inside & ledger.incoming[events])
    made: list[dict[str, Any]] = [
        {"came": int(ids[at]), "went": None, "size": str(ledger.amount[events[at]]), "in_came": "0", "in_went": "0"}
        for at in whole.tolist()
    ]
    for number in np.flatnonzero(inside[came] & inside[went]).tolist():
        size, in_came, in_went = (str(column[number]) for column in sizes)
        ends = {"came": int(ids[came[number]]), "went": int(ids[went[number]])}
        made.append(ends | {"size": size, "in_came": in_came, "in_went": in_went})
    return made


def _instances(
    ledger: Ledger, moved: Ints, moment: Ints, judged: set[int], parameters: PassThroughParameters
) -> list[Instance]:
    made = []
    for group, events in joined_runs(ledger, moved, moment, parameters):
        instance = Instance(ledger, group, events, moved, moment)
        if group not in judged and not judged_elsewhere(instance, parameters.fan_counterparties):
            made.append(instance)
    return made


def _gathered(
    ledger: Ledger, runs: list[Instance], judged: set[int], parameters: PassThroughParameters
) -> list[Instance]:
    """Money that comes in slowly and leaves in one payment; what a faster run already holds is left out."""
    groups, firsts, lasts, moved, moment = gathered(ledger, parameters)
    held: dict[int, list[Ints]] = {}
    for run in runs:
        held.setdefault(run.group, []).append(run.members)
    made = []
    for group, first, last in zip(groups.tolist(), firsts.tolist(), lasts.tolist(), strict=True):
        if group in judged:
            continue
        events = np.arange(first, last + 1)
        events = events[ledger.incoming[events] | (events == last)]
        if group in held and np.isin(events, np.concatenate(held[group])).sum() * 2 >= len(events):
            continue
        instance = Instance(ledger, group, events, moved, moment, gathered=True)
        if not judged_elsewhere(instance, parameters.fan_counterparties):
            made.append(instance)
    return made


def _finding(
    instance: Instance, known: Distributions, parameters: PassThroughParameters, whole_life: bool
) -> Finding | None:
    came, went = instance.side(True), instance.side(False)
    terms = (
        Assessment(600, judging.PAYMENTS, lambda: _residual(instance, came)),
        Assessment(600, judging.NUMBERS, lambda: _shape(came, went)),
        Assessment(2000, judging.PAYMENTS, lambda: _rank(instance, known, parameters)),
        *(() if whole_life else (Assessment(400, judging.PAYMENTS, lambda: _turnover(instance, came)),)),
        Assessment(500, judging.PAYMENTS, lambda: _speed(instance, came)),
        Assessment(400, judging.PAYMENTS, lambda: _conduit(instance, came, went)),
        Assessment(400, judging.PAYMENTS, lambda: _cash(instance, came, went)),
        *(_of_a_life(instance) if whole_life else _against_own_history(instance, known, parameters)),
        Assessment(300, judging.PAYMENTS, lambda: judging.round_amounts("term.round_amounts", instance, came)),
        Assessment(300, judging.WORDS, lambda: judging.corridor("term.corridor", instance, went)),
    )
    found = judging.judged(terms, _explanations(instance, came, went, whole_life), parameters.report_milli_log10)
    if found is None:
        return None
    start, end = instance.span_us(instance.members)
    summary: dict[str, int | str] = {
        "payments_in": len(came),
        "payments_out": len(went),
        "total_in": instance.money(instance.total(came)),
        "total_out": instance.money(instance.total(went)),
        "payers": len(instance.others(came)),
        "payees": len(instance.others(went)),
        "delay_us": parameters.delay_us,
        "start_us": start,
        "end_us": end,
    }
    missing = sum(term.milli_log10 is None for term in found[0])
    sentence = "finding.pass_through" + (".life" if whole_life else ".gathered" if instance.gathered else "")
    return Finding(
        kind="pass_through",
        subject=f"account:{instance.account}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=instance.simulated,
        terms=found[0],
        reasons=(Reason(sentence, summary), Reason("finding.pass_through.parties", summary)),
        evidence=instance.evidence(instance.members, ("role.payment_in", "role.payment_out")),
        innocent=found[1],
        searched=(Reason("searched.complete", {"missing": missing}),),
    )


def _of_a_life(instance: Instance) -> tuple[Assessment[Term], ...]:
    """In place of a comparison with the account's own history, of which nothing is left."""
    return (
        Assessment(600, judging.NUMBERS, lambda: life_term(instance)),
        Assessment(400, judging.PAYMENTS, lambda: costs_term(instance)),
    )


def _against_own_history(
    instance: Instance, known: Distributions, parameters: PassThroughParameters
) -> tuple[Assessment[Term], ...]:
    least = parameters.least_accounts_for_rank
    return (
        Assessment(600, judging.NUMBERS, lambda: new_term("term.pass_through.new", instance, known, least)),
        Assessment(600, judging.NUMBERS, lambda: awakened_term("term.pass_through.awakened", instance, known, least)),
        Assessment(700, judging.HISTORY, lambda: _against_usual(instance)),
        Assessment(
            300,
            judging.HISTORY,
            lambda: judging.one_off("term.pass_through.one_off", instance, instance.members),
        ),
    )


def _residual(instance: Instance, came: Ints) -> Term:
    share = 1000 - instance.share_moved(came)
    weight = judging.stepped(1000 - share, ((970, 600), (900, 400), (650, 200)), 0)
    return Term("term.pass_through.residual", weight, judging.EXPERT, {"residual_permille": share})


def _speed(instance: Instance, came: Ints) -> Term:
    """Median time from a payment's arrival until the last of it had left; money that was gathered first waited."""
    moment = instance.moment
    gone = came[moment[came] >= 0]
    delay = median((moment[gone] - instance.ledger.time[gone]).tolist())
    if instance.gathered:
        return Term("term.pass_through.speed", 400, judging.EXPERT, {"delay_us": delay})
    dated = int(instance.ledger.slack[instance.members].max()) > 0
    # Dates alone make a day out of an hour: a same-day exit is all that can be seen.
    weight = 300 if delay <= (DAY_US if dated else 24 * HOUR_US) else 0
    weight += 200 if not dated and delay <= 6 * HOUR_US else 0
    return Term("term.pass_through.speed", weight, judging.EXPERT, {"delay_us": delay})


def _shape(came: Ints, went: Ints) -> Term:
    """One payment in and one out of like size happen by chance on any busy account; several that add up hardly."""
    size = len(came) + len(went)
    weight = judging.stepped(size, ((8, 600), (5, 300), (4, 0)), -1200)
    return Term(
        "term.pass_through.shape", weight, judging.EXPERT, {"payments_in": len(came), "payments_out": len(went)}
    )


def _conduit(instance: Instance, came: Ints, went: Ints) -> Term:
    """The same payer again and again, and the same payee: a pipe from one to the other with this account between."""
    shares = party_shares(instance)
    values = {"payer_permille": shares[0], "payee_permille": shares[1]}
    repeated = min(len(came), len(went)) >= 2
    return Term("term.pass_through.conduit", 400 if repeated and min(shares) >= 800 else 0, judging.EXPERT, values)


def _cash(instance: Instance, came: Ints, went: Ints) -> Term:
    """Cash that leaves as transfers: money is being placed."""
    share = permille(instance.total(came[instance.cash(came)]), instance.total(came))
    left = permille(instance.total(went[instance.cash(went)]), instance.total(went))
    weight = 400 if share >= 700 and left <= 300 else 0
    return Term("term.pass_through.cash", weight, judging.EXPERT, {"share_permille": share, "left_permille": left})


def _against_usual(instance: Instance) -> Term:
    outside = instance.history[~instance.inside]
    usual = median(instance.ledger.amount[outside].tolist())
    largest = median(instance.ledger.amount[instance.members].tolist())
    multiple = min(permille(largest, usual), 10**9) if usual else 0
    values = {"multiple_permille": multiple, "other_payments": len(outside)}
    if len(outside) < 3 or not usual:
        return Term("term.pass_through.size", None, judging.EXPERT, values)
    return Term(
        "term.pass_through.size", judging.stepped(multiple, ((10_000, 700), (3_000, 400)), -300), judging.EXPERT, values
    )


def _rank(instance: Instance, known: Distributions, parameters: PassThroughParameters) -> Term:
    """How many accounts of the currency let as much of all they receive pass on at once."""
    if instance.gathered:
        return Term("term.pass_through.rank", None, judging.MEASURED, {"accounts_above": 0, "accounts": 0, "value": 0})
    history = instance.history
    share = instance.share_moved(history[instance.ledger.incoming[history]])
    return judging.rank(
        "term.pass_through.rank", known, instance.currency, "passed_permille", share, parameters.least_accounts_for_rank
    )


def _turnover(instance: Instance, came: Ints) -> Term:
    """How much of all the account ever received came in this instance: a business has other income beside it."""
    history = instance.history
    everything = history[instance.ledger.incoming[history]]
    share = permille(instance.total(came), instance.total(everything))
    values = {"share_permille": share, "payments_in": len(everything)}
    return Term(
        "term.pass_through.turnover", judging.stepped(share, ((600, 400), (300, 0)), -500), judging.EXPERT, values
    )


def _explanations(instance: Instance, came: Ints, went: Ints, whole_life: bool) -> tuple[Assessment[Innocent], ...]:
    everything = instance.members
    trade = Assessment(200, judging.HISTORY, lambda: innocence.trade("innocent.merchant", instance, came))
    season = Assessment(100, judging.HISTORY, lambda: innocence.season("innocent.season", instance, came))
    return (
        Assessment(0, judging.WORDS, lambda: innocence.same_holder("innocent.treasury", instance, everything)),
        Assessment(150, judging.HISTORY, lambda: innocence.rhythm("innocent.wage_and_rent", instance, came)),
        Assessment(150, judging.HISTORY, lambda: innocence.rhythm("innocent.payroll", instance, went)),
        Assessment(0, judging.HISTORY, lambda: innocence.clearing("innocent.clearing", instance)),
        Assessment(150, judging.PAYMENTS, lambda: innocence.agent("innocent.agent", instance, came, went)),
        # A harvest explains a busy time, a trade a whole life.
        trade if whole_life else season,
    )
